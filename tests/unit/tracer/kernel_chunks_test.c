#include "../cmocka_all.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chunks.h"
#include "common/error.h"
#include "scratch.h"

#define BEGIN_NS (JSCOPE_NS_PER_SEC)

struct fixture {
	char directory[SCRATCH_PATH_SIZE];
	struct jscope__kernel_chunks_settings settings;
	struct jscope__kernel_chunks *chunks;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	scratch_path(fixture->directory, "chunks");
	assert_int_equal(mkdir(fixture->directory, 0700), 0);
	fixture->settings = (struct jscope__kernel_chunks_settings){
		.directory = fixture->directory,
		.origin = { .cpu_count = 2,
			    .groups = 1u << JSCOPE_KERNEL_SOFTIRQ | 1u << JSCOPE_KERNEL_TOLD },
	};
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->chunks)
		jscope__kernel_chunks_discard(fixture->chunks);
	jscope__kernel_chunks_destroy(fixture->chunks);
	assert_int_equal(rmdir(fixture->directory), 0);
	free(fixture);
	return 0;
}

static void begin(struct fixture *fixture)
{
	assert_int_equal(
		jscope__kernel_chunks_create(&fixture->settings, BEGIN_NS, &fixture->chunks), 0);
}

static void record(struct fixture *fixture, jscope_ns at_ns)
{
	const struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_softirq_entry fields;
	} record = { { .at_ns = (uint64_t)at_ns,
		       .id = JSCOPE_KERNEL_EVENT_irq_softirq_entry,
		       .size = sizeof record.fields },
		     { .vec = 3 } };

	struct jscope__kernel_writer *writer = jscope__kernel_chunks_writer(fixture->chunks);

	assert_non_null(writer);
	jscope__kernel_writer_record(writer, 1, &record.head);
}

/* Entries of a directory by name, each with a blank before; chunks without their date. */
static const char *names(const char *path)
{
	static char text[1000];
	struct dirent **entries;
	const int count = scandir(path, &entries, NULL, alphasort);

	assert_true(count >= 0);
	text[0] = '\0';
	for (int i = 0; i < count; i++) {
		entries[i]->d_name[strcspn(entries[i]->d_name, "-")] = '\0';
		if (entries[i]->d_name[0] != '.') {
			strcat(text, " ");
			strcat(text, entries[i]->d_name);
		}
		free(entries[i]);
	}
	free(entries);
	return text;
}

static uint64_t size_of(const struct fixture *fixture, const char *name)
{
	char path[SCRATCH_PATH_SIZE + 64];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", fixture->directory, name);
	assert_int_equal(stat(path, &status), 0);
	return (uint64_t)status.st_size;
}

static void writes_one_trace_without_rotation(void **state)
{
	struct fixture *fixture = *state;
	char path[SCRATCH_PATH_SIZE + 64];

	begin(fixture);
	record(fixture, BEGIN_NS + 10);
	assert_int_equal(
		jscope__kernel_chunks_passed(fixture->chunks, BEGIN_NS + 90 * JSCOPE_NS_PER_SEC),
		0);
	assert_int_equal(
		jscope__kernel_chunks_finish(fixture->chunks, BEGIN_NS + 90 * JSCOPE_NS_PER_SEC),
		0);
	assert_string_equal(names(fixture->directory), " kernel");
	snprintf(path, sizeof path, "%s/kernel", fixture->directory);
	assert_string_equal(names(path), " kernel_0 kernel_1 metadata");
	assert_int_equal(jscope__kernel_chunks_counts(fixture->chunks).chunk_count, 1);
}

static void brings_to_disk_each_second(void **state)
{
	struct fixture *fixture = *state;
	const jscope_ns flush_ns = BEGIN_NS + JSCOPE_NS_PER_SEC;
	uint64_t before_bytes;

	begin(fixture);
	before_bytes = size_of(fixture, "kernel/kernel_1");
	record(fixture, BEGIN_NS + 10);
	assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, flush_ns - 1), 0);
	assert_int_equal(size_of(fixture, "kernel/kernel_1"), before_bytes);
	assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, flush_ns), 0);
	assert_true(size_of(fixture, "kernel/kernel_1") > before_bytes);
}

static void rotates_by_time_and_keeps_so_many(void **state)
{
	struct fixture *fixture = *state;
	jscope_ns at_ns = BEGIN_NS;

	fixture->settings.rotate_ns = 100;
	fixture->settings.keep = 3;
	begin(fixture);
	for (unsigned i = 0; i < 6; i++) {
		record(fixture, at_ns + 50);
		assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, at_ns + 99), 0);
		assert_int_equal(jscope__kernel_chunks_counts(fixture->chunks).chunk_count, i + 1);
		at_ns += 100;
		assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, at_ns), 0);
		assert_int_equal(jscope__kernel_chunks_counts(fixture->chunks).chunk_count, i + 2);
	}
	assert_string_equal(names(fixture->directory), " 000005 000006 000007");
	assert_true(jscope__kernel_chunks_counts(fixture->chunks).event_count >= 6);
}

static void rotates_by_size(void **state)
{
	struct fixture *fixture = *state;
	jscope_ns at_ns = BEGIN_NS;

	fixture->settings.rotate_bytes = 100000;
	begin(fixture);
	while (jscope__kernel_chunks_counts(fixture->chunks).chunk_count < 4) {
		record(fixture, ++at_ns);
		assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, at_ns), 0);
	}
	assert_string_equal(names(fixture->directory), " 000001 000002 000003 000004");
	assert_in_range(jscope__kernel_chunks_counts(fixture->chunks).byte_count, 300000, 500000);
}

static void removes_nothing_of_others(void **state)
{
	struct fixture *fixture = *state;
	char path[SCRATCH_PATH_SIZE + 64];

	fixture->settings.rotate_ns = 100;
	fixture->settings.keep = 1;
	begin(fixture);
	snprintf(path, sizeof path, "%s/mine", fixture->directory);
	assert_int_equal(mkdir(path, 0777), 0);
	for (unsigned i = 1; i < 4; i++)
		assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, BEGIN_NS + 100 * i),
				 0);
	assert_string_equal(names(fixture->directory), " 000004 mine");
}

static void says_when_it_cannot_begin(void **state)
{
	struct fixture *fixture = *state;

	fixture->settings.directory = "/nonsuch";
	assert_int_equal(
		jscope__kernel_chunks_create(&fixture->settings, BEGIN_NS, &fixture->chunks),
		-ENOENT);
	assert_non_null(strstr(jscope_error_sentence(0), "'/nonsuch/kernel'"));
	jscope_error_clear();
}

static void stops_when_it_cannot_go_on(void **state)
{
	struct fixture *fixture = *state;
	char moved[SCRATCH_PATH_SIZE + 64];

	fixture->settings.rotate_ns = 100;
	begin(fixture);
	record(fixture, BEGIN_NS + 1);
	snprintf(moved, sizeof moved, "%s.moved", fixture->directory);
	assert_int_equal(rename(fixture->directory, moved), 0);
	assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, BEGIN_NS + 100), -ENOENT);
	assert_null(jscope__kernel_chunks_writer(fixture->chunks));
	assert_int_equal(jscope__kernel_chunks_passed(fixture->chunks, BEGIN_NS + 300), -ENOENT);
	assert_int_equal(jscope__kernel_chunks_finish(fixture->chunks, BEGIN_NS + 400), -ENOENT);
	assert_int_equal(jscope__kernel_chunks_counts(fixture->chunks).chunk_count, 1);
	jscope_error_clear();
	assert_int_equal(rename(moved, fixture->directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_one_trace_without_rotation, setup, teardown),
		cmocka_unit_test_setup_teardown(brings_to_disk_each_second, setup, teardown),
		cmocka_unit_test_setup_teardown(rotates_by_time_and_keeps_so_many, setup, teardown),
		cmocka_unit_test_setup_teardown(rotates_by_size, setup, teardown),
		cmocka_unit_test_setup_teardown(removes_nothing_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(says_when_it_cannot_begin, setup, teardown),
		cmocka_unit_test_setup_teardown(stops_when_it_cannot_go_on, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
