/* What the traces of the flight recorder hold, read by the reader of replay. */
#include "kernel_flight_fixture.h"

#include "../cmocka_all.h"

#include <stdio.h>
#include <string.h>

static void a_trace_holds_so_much_before_and_after(void **state)
{
	struct flight *test = *state;
	struct jscope__kernel_flight_counts counts;
	struct flight_trace trace;

	flight_begin(test);
	flight_raise(test, 0, 1000);
	flight_wake(test, 7, 1000, 1060);
	flight_raise(test, 1070, 3000);
	flight_finish(test, 3000);
	counts = jscope__kernel_flight_counts(test->flight);
	trace = flight_read(test, "trigger-001");
	/* 960 .. 1050 and 1070 .. 1160, twice, and the wake. */
	assert_int_equal(trace.raise_count, 2 * 20);
	assert_int_equal(trace.count, 2 * 20 + 3);
	assert_int_equal(trace.begin_ns, 960 * FLIGHT_US);
	assert_int_equal(trace.end_ns, 1160 * FLIGHT_US);
	assert_int_equal(trace.lost, 0);
	assert_int_equal(counts.trigger_count, 1);
	assert_int_equal(counts.event_count, trace.count + 1);
	assert_true(counts.byte_count > 100 && counts.byte_count < 100000);
	assert_int_equal(counts.short_count + counts.merged_count + counts.refused_count, 0);
	assert_false(flight_has(test, "trigger-002"));
	assert_int_equal(test->said_count, 1);
	assert_string_equal(test->said, "trigger-001: wake>50us: thread 7 (thread 000000007): "
					"60.00 us.");
}

static void its_first_event_is_the_trigger(void **state)
{
	struct flight *test = *state;
	struct flight_trace trace;

	flight_begin(test);
	flight_raise(test, 0, 1000);
	flight_wake(test, 7, 1000, 1060);
	flight_finish(test, 1070);
	trace = flight_read(test, "trigger-001");
	assert_true(trace.trigger_is_first);
	assert_int_equal(trace.trigger_ns, trace.begin_ns);
	assert_non_null(strstr(trace.trigger,
			       "begin = 1000000, end = 1060000, value = 60000, bound = 50000, "
			       "measure = 2, on_cpu = 1, key = 7, rule = \"wake>50us\""));
}

static void a_pair_that_is_longer_is_there_from_its_beginning(void **state)
{
	struct flight *test = *state;
	struct flight_trace trace;

	flight_begin(test);
	flight_raise(test, 0, 1000);
	flight_wake(test, 7, 1000, 1500);
	flight_raise(test, 1510, 3000);
	flight_finish(test, 3000);
	trace = flight_read(test, "trigger-001");
	assert_int_equal(trace.begin_ns, 1000 * FLIGHT_US);
	assert_int_equal(trace.end_ns, 1600 * FLIGHT_US);
	assert_int_equal(jscope__kernel_flight_counts(test->flight).short_count, 0);
}

static void a_trigger_in_the_trace_of_another_makes_that_longer(void **state)
{
	struct flight *test = *state;
	struct jscope__kernel_flight_counts counts;
	struct flight_trace trace;

	flight_begin(test);
	flight_wake(test, 7, 1000, 1060);
	flight_wake(test, 8, 1060, 1120);
	flight_raise(test, 1130, 1500);
	/* This one is behind the end of that trace, though its beginning is not. */
	flight_wake(test, 9, 1500, 1560);
	flight_raise(test, 1570, 3000);
	flight_finish(test, 3000);
	counts = jscope__kernel_flight_counts(test->flight);
	assert_int_equal(counts.trigger_count, 2);
	assert_int_equal(counts.merged_count, 1);
	trace = flight_read(test, "trigger-001");
	assert_int_equal(trace.trigger_count, 2);
	assert_int_equal(trace.end_ns, 1220 * FLIGHT_US);
	assert_non_null(strstr(trace.trigger, "begin = 1060000, end = 1120000"));
	trace = flight_read(test, "trigger-002");
	assert_int_equal(trace.trigger_count, 1);
	assert_int_equal(trace.begin_ns, 1460 * FLIGHT_US);
	assert_int_equal(trace.end_ns, 1660 * FLIGHT_US);
}

static void no_trace_grows_for_ever(void **state)
{
	struct flight *test = *state;
	const jscope_ns longest_us = JSCOPE__KERNEL_FLIGHT_LONGEST * FLIGHT_NS / FLIGHT_US;
	struct flight_trace trace;

	flight_begin(test);
	for (jscope_ns at_us = 1000; at_us < 4000; at_us += 60)
		flight_wake(test, 7, at_us, at_us + 60);
	flight_finish(test, 4000);
	trace = flight_read(test, "trigger-001");
	assert_int_equal(trace.end_ns, (1060 + longest_us) * FLIGHT_US);
	trace = flight_read(test, "trigger-002");
	assert_true(trace.begin_ns <= (1060 + longest_us) * FLIGHT_US);
	assert_true(flight_has(test, "trigger-003"));
}

/* The line of the metadata that tells the identity of a trace. */
static void uuid_read(const struct flight *test, const char *name, char *ret_line, int size)
{
	char path[SCRATCH_PATH_SIZE + 64];
	FILE *metadata;

	snprintf(path, sizeof path, "%s/%s/kernel/metadata", test->directory, name);
	metadata = fopen(path, "r");
	assert_non_null(metadata);
	do
		assert_non_null(fgets(ret_line, size, metadata));
	while (!strstr(ret_line, "uuid = "));
	fclose(metadata);
}

/* Else readers of both take them for parts of one, whose times go back. */
static void each_trace_is_one_of_its_own(void **state)
{
	struct flight *test = *state;
	char first[256], second[256];

	flight_begin(test);
	flight_wake(test, 7, 1000, 1060);
	flight_wake(test, 7, 1200, 1260);
	flight_finish(test, 4000);
	uuid_read(test, "trigger-001", first, sizeof first);
	uuid_read(test, "trigger-002", second, sizeof second);
	assert_string_not_equal(first, second);
}

static void every_trace_names_the_disks(void **state)
{
	struct flight *test = *state;
	const struct jscope_kernel_lttng_statedump_block_device disk = { .dev = 8,
									 .diskname = "sda" };

	flight_begin(test);
	jscope__kernel_flight_tell(test->flight, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device,
				   &disk);
	flight_wake(test, 7, 1000, 1060);
	flight_raise(test, 2000, 2010);
	flight_wake(test, 7, 3000, 3060);
	flight_finish(test, 4000);
	assert_int_equal(flight_read(test, "trigger-001").disk_count, 1);
	assert_int_equal(flight_read(test, "trigger-002").disk_count, 1);
}

static void disks_that_have_no_place_are_said_once(void **state)
{
	struct flight *test = *state;
	struct jscope_kernel_lttng_statedump_block_device disk = { .diskname = "sda" };

	flight_begin(test);
	for (disk.dev = 0; disk.dev < 259; disk.dev++) {
		jscope__kernel_flight_tell(test->flight,
					   JSCOPE_KERNEL_EVENT_lttng_statedump_block_device, &disk);
		assert_int_equal(test->said_count, disk.dev >= 256);
	}
	assert_non_null(strstr(test->said, "more than 256 disks"));
	flight_wake(test, 7, 1000, 1060);
	flight_finish(test, 4000);
	assert_int_equal(flight_read(test, "trigger-001").disk_count, 256);
}

static void a_trace_is_closed_when_its_time_is_over(void **state)
{
	struct flight *test = *state;
	uint64_t bytes;

	flight_begin(test);
	flight_wake(test, 7, 1000, 1060);
	jscope__kernel_flight_passed(test->flight, 1160 * FLIGHT_US);
	bytes = jscope__kernel_flight_counts(test->flight).byte_count;
	jscope__kernel_flight_passed(test->flight, 1160 * FLIGHT_US + 1);
	assert_true(jscope__kernel_flight_counts(test->flight).byte_count > bytes);
	assert_int_equal(flight_read(test, "trigger-001").end_ns, 1060 * FLIGHT_US);
	flight_wake(test, 7, 1100, 1160);
	flight_finish(test, 1160);
	assert_int_equal(jscope__kernel_flight_counts(test->flight).trigger_count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flight_set_up, flight_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trace_holds_so_much_before_and_after),
		TEST(its_first_event_is_the_trigger),
		TEST(a_pair_that_is_longer_is_there_from_its_beginning),
		TEST(a_trigger_in_the_trace_of_another_makes_that_longer),
		TEST(no_trace_grows_for_ever),
		TEST(each_trace_is_one_of_its_own),
		TEST(every_trace_names_the_disks),
		TEST(disks_that_have_no_place_are_said_once),
		TEST(a_trace_is_closed_when_its_time_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
