/* Filters take place in the kernel. */
#include "kernel_probes_rig.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/error.h"
#include "kernel_probes_work.h"
#include "probes_pids.h"
#include "scratch.h"

#define READS  50
#define BLOCKS GROUP(BLOCK)

#define RWBS_READ      4
#define RWBS_DIRECTION 7 /* with write and discard */

static char file_path[] = "kernel_probes_filter_test.file"; /* beside the test: on a disk */

static void read_as_child(void *state)
{
	(void)state;
	rig_child(work_read, &(struct work_reads){ file_path, READS });
}

static void read_ourselves(void *state)
{
	(void)state;
	work_read(&(struct work_reads){ file_path, READS });
}

/* Reads that disks with requests have completed so far, by the kernel's own count. */
static unsigned long long disks_read_count(void)
{
	unsigned long long sum = 0, count;
	glob_t disks;

	if (glob("/sys/block/*/mq", 0, NULL, &disks) != 0)
		return 0;
	for (size_t i = 0; i < disks.gl_pathc; i++) {
		char path[SCRATCH_PATH_SIZE];
		FILE *file;

		snprintf(path, sizeof path, "%s/../stat", disks.gl_pathv[i]);
		file = fopen(path, "re");
		if (file && fscanf(file, "%llu", &count) == 1)
			sum += count;
		if (file)
			fclose(file);
	}
	globfree(&disks);
	return sum;
}

static bool file_make(void)
{
	static char block[WORK_READ_BYTES];
	const int file = open(file_path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	bool is_made = file >= 0;

	for (int i = 0; i < READS && is_made; i++)
		is_made = write(file, block, sizeof block) == sizeof block;
	is_made = is_made && fsync(file) == 0;
	if (file >= 0)
		close(file);
	return is_made;
}

static bool file_is_read_from_disk(void)
{
	const int direct = open(file_path, O_RDONLY | O_DIRECT);
	const unsigned long long before = disks_read_count();

	if (direct < 0)
		return false;
	close(direct);
	read_as_child(NULL);
	return disks_read_count() - before >= READS;
}

/* Make the file, and read from its disk; skip where there is none. */
static void need_disk(void)
{
	const char *why = NULL;

	if (!file_make())
		why = "no file can be made here";
	else if (!file_is_read_from_disk())
		why = "files here are not read from a disk, request by request";
	if (!why)
		return;
	fprintf(stderr, "skipped: %s\n", why);
	unlink(file_path);
	exit(77);
}

static const struct jscope_kernel_block_rq_complete *
completion_find(const struct rig *rig, const struct jscope_kernel_block_rq_issue *issue, size_t at)
{
	const struct rig_record *record;

	while ((record = rig_next(rig, JSCOPE_KERNEL_EVENT_block_rq_complete, &at))) {
		const struct jscope_kernel_block_rq_complete *body = RIG_BODY(record);

		if (body->rq == issue->rq)
			return body;
	}
	return NULL;
}

static bool is_read(const struct rig_record *record)
{
	const struct jscope_kernel_block_rq_issue *body = RIG_BODY(record);

	return rig_is_work(body->comm) && body->bytes == WORK_READ_BYTES &&
	       (body->rwbs & RWBS_DIRECTION) == RWBS_READ;
}

/* Reads of the process at work that are recorded from issue to completion; the device. */
static uint32_t reads_count(const struct rig *rig, unsigned *ret_count)
{
	size_t at = 0;
	uint32_t dev = 0;
	const struct rig_record *record;

	*ret_count = 0;
	while ((record = rig_next(rig, JSCOPE_KERNEL_EVENT_block_rq_issue, &at))) {
		const struct jscope_kernel_block_rq_issue *issue = RIG_BODY(record);
		const struct jscope_kernel_block_rq_complete *completion;

		completion = is_read(record) ? completion_find(rig, issue, at) : NULL;
		if (!completion || completion->sector != issue->sector)
			continue;
		assert_int_equal(issue->nr_sector, WORK_READ_BYTES / 512);
		assert_int_equal(completion->nr_sector, issue->nr_sector);
		assert_int_equal(completion->bytes, issue->bytes);
		assert_int_equal(completion->dev, issue->dev);
		assert_int_equal(completion->rwbs, issue->rwbs);
		assert_int_equal(completion->error, 0);
		dev = issue->dev;
		(*ret_count)++;
	}
	return dev;
}

static void reads_are_recorded_whole(void **state)
{
	struct rig *rig = rig_create(BLOCKS | GROUP(IRQ));
	unsigned count;

	(void)state;
	rig_run(rig, read_as_child, NULL);
	assert_true(reads_count(rig, &count) != 0);
	assert_true(count >= RIG_MOST(READS));
	rig_destroy(rig);
}

static void run_with_disk(uint32_t dev, unsigned *ret_count)
{
	struct rig *rig = rig_create(BLOCKS);

	rig->filter.disks[0] = makedev(dev >> 20, dev & 0xfffff);
	rig->filter.disk_count = 1;
	rig_run(rig, read_as_child, NULL);
	reads_count(rig, ret_count);
	for (size_t i = 0; i < rig->record_count; i++)
		assert_memory_equal(RIG_BODY(&rig->records[i]), &dev, sizeof dev);
	rig_destroy(rig);
}

static void disks_are_filtered(void **state)
{
	struct rig *rig = rig_create(BLOCKS);
	unsigned count;
	uint32_t dev;

	(void)state;
	rig_run(rig, read_as_child, NULL);
	dev = reads_count(rig, &count);
	rig_destroy(rig);

	run_with_disk(dev, &count);
	assert_true(count >= RIG_MOST(READS));
	run_with_disk(dev + (1 << 20), &count);
	assert_int_equal(count, 0);
}

/* A child that waits for a byte, so that its id is known before it works. */
struct waiting {
	int pid, go[2];
};

static void read_when_told(void *state)
{
	struct waiting *waiting = state;

	if (write(waiting->go[1], "x", 1) == 1)
		rig_wait(waiting->pid);
}

static void waiting_start(struct waiting *waiting)
{
	char letter;

	assert_int_equal(pipe(waiting->go), 0);
	waiting->pid = fork();
	if (waiting->pid != 0)
		return;
	if (read(waiting->go[0], &letter, 1) == 1) {
		work_read(&(struct work_reads){ file_path, READS });
		work_sleep(&(int){ 5 });
	}
	_exit(0);
}

static void processes_are_filtered(void **state)
{
	struct rig *rig = rig_create(BLOCKS | GROUP(WAKE) | GROUP(SWITCH));
	struct waiting waiting;
	unsigned count;
	uint32_t tid;

	(void)state;
	waiting_start(&waiting);
	assert_int_equal(jscope__kernel_pids_translate(&waiting.pid, 1, &tid), 0);
	rig->filter.pids[0] = waiting.pid;
	rig->filter.pid_count = 1;
	rig_run(rig, read_when_told, &waiting);
	reads_count(rig, &count);
	assert_true(count >= RIG_MOST(READS));
	for (size_t i = 0; i < rig->record_count; i++) {
		const struct rig_record *record = &rig->records[i];
		const struct jscope_kernel_sched_waking *waking = RIG_BODY(record);
		const struct jscope_kernel_sched_switch *body = RIG_BODY(record);

		if (record->head->id == JSCOPE_KERNEL_EVENT_sched_waking)
			assert_int_equal(waking->tid, tid);
		if (record->head->id == JSCOPE_KERNEL_EVENT_sched_switch)
			assert_true(body->prev_tid == (int)tid || body->next_tid == (int)tid);
	}
	rig_destroy(rig);
}

static void nobody_is_no_process(void **state)
{
	const pid_t pid = INT32_MAX;
	uint32_t tid;

	(void)state;
	assert_int_equal(jscope__kernel_pids_translate(&pid, 1, &tid), -ESRCH);
	assert_string_equal(jscope_error_sentence(0), "There is no process 2147483647.");
	jscope_error_clear();
}

/* With a scheduler we may issue requests of others. */
static void our_own_process_is_left_out(void **state)
{
	struct rig *rig = rig_create(BLOCKS | GROUP(WAKE) | GROUP(WAKEUP));
	unsigned count;

	(void)state;
	rig_run(rig, read_ourselves, NULL);
	reads_count(rig, &count);
	assert_true(count < READS / 4);
	for (size_t i = 0; i < rig->record_count; i++) {
		const struct rig_record *record = &rig->records[i];
		const struct jscope_kernel_sched_waking *waking = RIG_BODY(record);
		const struct jscope_kernel_block_rq_insert *insert = RIG_BODY(record);

		if (record->head->id == JSCOPE_KERNEL_EVENT_sched_waking ||
		    record->head->id == JSCOPE_KERNEL_EVENT_sched_wakeup)
			assert_false(rig_is_work(waking->comm));
		if (record->head->id == JSCOPE_KERNEL_EVENT_block_rq_insert)
			assert_false(rig_is_work(insert->comm));
	}
	rig_destroy(rig);
}

/* A disk may have a line per CPU: whoever asks again reads on the same. */
static void read_on_a_cpu(void *state)
{
	work_stay_on(*(int *)state);
	work_read(&(struct work_reads){ file_path, READS });
}

static void read_on_a_cpu_as_child(void *state)
{
	rig_child(read_on_a_cpu, state);
}

/* Some CPU that we may run on, the last. */
static int cpu_allowed(void)
{
	int last = 0;
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &set))
			last = cpu;
	return last;
}

static size_t entries_of(const struct rig *rig, int line)
{
	const struct rig_record *record;
	size_t count = 0, at = 0;

	while ((record = rig_next(rig, JSCOPE_KERNEL_EVENT_irq_handler_entry, &at)))
		count += ((const struct jscope_kernel_irq_handler_entry *)RIG_BODY(record))->irq ==
			 line;
	return count;
}

/* The interrupt that comes most often while the disk is read; false where none does. */
static bool irq_learn(int cpu, char name[JSCOPE_KERNEL_TEXT_SIZE], int *ret_line)
{
	struct rig *rig = rig_create(GROUP(IRQ));
	const struct rig_record *record;
	size_t at = 0, most = 0;

	rig_run(rig, read_on_a_cpu_as_child, &cpu);
	while ((record = rig_next(rig, JSCOPE_KERNEL_EVENT_irq_handler_entry, &at))) {
		const struct jscope_kernel_irq_handler_entry *body = RIG_BODY(record);
		const size_t count = entries_of(rig, body->irq);

		if (count <= most)
			continue;
		most = count;
		memcpy(name, body->name, JSCOPE_KERNEL_TEXT_SIZE);
		*ret_line = body->irq;
	}
	rig_destroy(rig);
	return most >= READS / 4;
}

static void irq_run(int cpu, int line, const char *name, size_t *ret_entries, size_t *ret_exits)
{
	struct rig *rig = rig_create(GROUP(IRQ));

	rig->filter.irqs[0].line = line;
	rig->filter.irqs[0].name = name;
	rig->filter.irq_count = 1;
	rig_run(rig, read_on_a_cpu_as_child, &cpu);
	*ret_entries = rig_count(rig, JSCOPE_KERNEL_EVENT_irq_handler_entry);
	*ret_exits = rig_count(rig, JSCOPE_KERNEL_EVENT_irq_handler_exit);
	for (size_t i = 0; i < rig->record_count && line >= 0; i++)
		assert_memory_equal(RIG_BODY(&rig->records[i]), &line, sizeof line);
	rig_destroy(rig);
}

static void interrupts_are_filtered(void **state)
{
	char name[JSCOPE_KERNEL_TEXT_SIZE] = "";
	const int cpu = cpu_allowed();
	size_t entries, exits;
	int line = -1;

	(void)state;
	if (!irq_learn(cpu, name, &line)) {
		print_message("the disk here makes no interrupts\n");
		skip();
	}
	irq_run(cpu, line, NULL, &entries, &exits);
	assert_true(entries > 0 && exits > 0);
	irq_run(cpu, -1, name, &entries, &exits);
	assert_true(entries > 0 && exits > 0);
	irq_run(cpu, -1, "no such handler", &entries, &exits);
	assert_int_equal(entries + exits, 0);
	/* The beginning of a name is another name. */
	name[strlen(name) / 2] = 0;
	irq_run(cpu, -1, name, &entries, &exits);
	assert_int_equal(entries + exits, 0);
}

static void visit_as_child(void *state)
{
	(void)state;
	rig_child(work_visit_cpus, NULL);
}

static void cpus_are_filtered(void **state)
{
	struct rig *rig = rig_create(GROUP(WAKE) | GROUP(SWITCH) | GROUP(LOCAL_TIMER));
	const uint32_t last = (uint32_t)cpu_allowed();

	(void)state;
	rig->filter.cpus[0] = last;
	rig->filter.cpu_count = 1;
	rig_run(rig, visit_as_child, NULL);
	assert_true(rig->record_count > 0);
	for (size_t i = 0; i < rig->record_count; i++)
		assert_int_equal(rig->records[i].cpu, last);
	rig_destroy(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_are_recorded_whole),
		cmocka_unit_test(disks_are_filtered),
		cmocka_unit_test(processes_are_filtered),
		cmocka_unit_test(nobody_is_no_process),
		cmocka_unit_test(our_own_process_is_left_out),
		cmocka_unit_test(interrupts_are_filtered),
		cmocka_unit_test(cpus_are_filtered),
	};
	int failed;

	rig_need_rights();
	need_disk();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file_path);
	return failed;
}
