/* The writer of recorded kernels where records, disks or directories are not as they should be. */
#include "kernel_writer_fixture.h"

#include "../cmocka_all.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "common/error.h"

/* A record that is not what it should be leaves the trace as it is. */
static void test_strange_records(void **state)
{
	static struct {
		struct jscope_kernel_head head;
		uint8_t fields[UINT16_MAX];
	} record;
	const struct {
		uint32_t cpu;
		struct jscope_kernel_head head;
	} strange[] = {
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_COUNT, 4 } },
		{ 0, { 5, 0, UINT16_MAX, UINT16_MAX } },
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 5 } },
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 0 } },
		{ 0,
		  { 5, 0, JSCOPE_KERNEL_EVENT_sched_waking,
		    sizeof(struct jscope_kernel_sched_waking) } },
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_sched_waking, UINT16_MAX } },
		{ 0, { UINT64_MAX, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 4 } },
		{ 3, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 4 } },
		{ UINT32_MAX, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 4 } },
	};
	const size_t count = sizeof strange / sizeof strange[0];
	struct kernel_trace trace;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		record.head = strange[i].head;
		jscope__kernel_writer_record(writer, strange[i].cpu, &record.head);
		assert_int_equal(jscope__kernel_writer_strange(writer), i + 1);
	}
	jscope__kernel_writer_lost(writer, 3, 7, 5);
	writer_finish(9);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 1);
	writer_packet_check(&trace.packets[0], 9, 9, 0, 0);
}

/* One that is late takes the time of the one before, and a text always ends. */
static void test_mended_records(void **state)
{
	struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_handler_entry fields;
	} record = { { 4 * WRITER_MS, 0, JSCOPE_KERNEL_EVENT_irq_handler_entry,
		       sizeof record.fields },
		     { .irq = 1 } };
	const size_t size = KERNEL_EVENT_HEAD + sizeof record.fields;
	struct kernel_trace trace;
	uint32_t at_ns;

	(void)state;
	writer_raise(5, 0);
	memset(record.fields.name, 'x', sizeof record.fields.name);
	jscope__kernel_writer_record(writer, 0, &record.head);
	assert_int_equal(jscope__kernel_writer_strange(writer), 2);
	writer_finish(5);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.packets[0].size, WRITER_RAISE_SIZE + size);
	memcpy(&at_ns, trace.packets[0].events + WRITER_RAISE_SIZE + 1, sizeof at_ns);
	assert_int_equal(at_ns, 5 * WRITER_MS);
	assert_int_equal(trace.packets[0].events[WRITER_RAISE_SIZE + size - 2], 'x');
	assert_int_equal(trace.packets[0].events[WRITER_RAISE_SIZE + size - 1], '\0');
}

/* A disk of a quarter of a MiB: what was written before it was full can be read. */
static void test_full_disk(void **state)
{
	char path[sizeof writer_directory];
	struct kernel_trace trace;
	uint64_t count = 0;

	(void)state;
	strcpy(path, writer_directory);
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", path, "tmpfs", 0, "size=256k")) {
		print_message("no file system can be mounted here\n");
		skip();
	}
	jscope__kernel_writer_destroy(writer);
	assert_int_equal(jscope__kernel_writer_create(path, &writer_origin, NULL, &writer), 0);
	for (unsigned i = 1; !jscope__kernel_writer_error(writer) && i < 100000; i++)
		writer_raise(i, 0);
	writer_raise(100000, 1);
	jscope__kernel_writer_flush(writer, 100001 * WRITER_MS);
	assert_int_equal(jscope__kernel_writer_error(writer), -ENOSPC);
	assert_int_equal(jscope__kernel_writer_finish(writer, 100001 * WRITER_MS), -ENOSPC);
	assert_non_null(strstr(jscope_error_sentence(0), path));
	kernel_trace_read(&trace, path, 0);
	assert_true(trace.count > 0);
	for (size_t i = 0; i < trace.count; i++)
		count += trace.packets[i].size / WRITER_RAISE_SIZE;
	assert_int_equal(jscope__kernel_writer_events(writer), count);
	assert_int_equal(umount(path), 0);
}

static void test_no_directory(void **state)
{
	struct jscope__kernel_writer *none = NULL;

	(void)state;
	assert_int_equal(
		jscope__kernel_writer_create("/does/not/exist", &writer_origin, NULL, &none),
		-ENOENT);
	assert_non_null(strstr(jscope_error_sentence(0), "/does/not/exist"));
	assert_null(none);
	/* Somebody else's trace is not overwritten. */
	assert_int_equal(
		jscope__kernel_writer_create(writer_directory, &writer_origin, NULL, &none),
		-EEXIST);
}

/* A file per CPU may be more than a process may open. */
static void test_few_open_files(void **state)
{
	struct jscope__kernel_writer *none = NULL;
	struct rlimit limit, few;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	writer_directory_make("second");
	few = limit;
	few.rlim_cur = 5;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(
		jscope__kernel_writer_create(writer_directory, &writer_origin, NULL, &none),
		-EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_non_null(strstr(jscope_error_sentence(0), "ulimit -n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, writer_set_up, writer_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_strange_records), TEST(test_mended_records), TEST(test_full_disk),
		TEST(test_no_directory),    TEST(test_few_open_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
