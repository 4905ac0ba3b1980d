/* The flight recorder where records were lost, or its memory did not hold them. */
#include "kernel_flight_fixture.h"

#include "../cmocka_all.h"

#include <string.h>

static void what_the_memory_does_not_hold_is_said_once(void **state)
{
	struct flight *test = *state;
	struct jscope__kernel_flight_counts counts;
	struct flight_trace trace;

	test->settings.flight_bytes = 1;
	test->settings.flight_ns = JSCOPE_NS_PER_SEC;
	flight_begin(test);
	flight_raise(test, 0, 10000);
	flight_wake(test, 7, 10000, 10060);
	assert_int_equal(test->said_count, 2);
	assert_non_null(strstr(test->said, "holds only the last "));
	assert_non_null(strstr(test->said, "not 1.000 s"));
	flight_raise(test, 8020000, 8030000);
	flight_wake(test, 7, 8030000, 8031000);
	flight_finish(test, 8032000);
	counts = jscope__kernel_flight_counts(test->flight);
	assert_int_equal(counts.short_count, 2);
	assert_int_equal(counts.trigger_count, 2);
	assert_int_equal(test->said_count, 3);
	trace = flight_read(test, "trigger-001");
	/* 4096 bytes of 32 each, but for the larger records of the wake. */
	assert_in_range(trace.raise_count, 100, 125);
	assert_int_equal(trace.lost, 0);
}

static void losses_are_told_where_they_belong(void **state)
{
	struct flight *test = *state;
	struct flight_trace trace;

	flight_begin(test);
	test->story.lost[0] = 5;
	flight_raise(test, 0, 500);
	test->story.lost[1] = UINT32_MAX;
	flight_raise(test, 500, 980);
	test->story.lost[1] = 6;
	flight_raise(test, 980, 1000);
	flight_wake(test, 7, 1000, 1060);
	flight_raise(test, 1070, 1100);
	test->story.lost[0] = 12;
	flight_raise(test, 1100, 3000);
	flight_finish(test, 3000);
	trace = flight_read(test, "trigger-001");
	assert_int_equal(trace.lost, 7 + 7);
}

static void a_loss_at_the_end_belongs_to_the_trace(void **state)
{
	struct flight *test = *state;

	flight_begin(test);
	flight_raise(test, 0, 1000);
	flight_wake(test, 7, 1000, 1060);
	test->story.lost[0] = 3;
	flight_raise(test, 2000, 3000);
	flight_finish(test, 3000);
	assert_int_equal(flight_read(test, "trigger-001").lost, 3);
}

static void a_loss_before_memory_was_short_is_no_loss_of_the_trace(void **state)
{
	struct flight *test = *state;

	test->settings.flight_bytes = 1;
	flight_begin(test);
	test->story.lost[0] = 3;
	flight_raise(test, 0, 1000);
	test->story.lost[1] = 9;
	flight_raise(test, 1000, 9000);
	flight_wake(test, 7, 9000, 9060);
	flight_finish(test, 9060);
	assert_int_equal(flight_read(test, "trigger-001").lost, 0);
}

static void what_a_loss_cut_triggers_nothing(void **state)
{
	struct flight *test = *state;

	flight_begin(test);
	story_waking(flight_at(test, 1000), 0, 7);
	test->story.lost[1] = 1;
	story_switch(flight_at(test, 2000), 1, 0, 7);
	flight_finish(test, 3000);
	assert_int_equal(jscope__kernel_flight_counts(test->flight).trigger_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, flight_set_up, flight_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_memory_does_not_hold_is_said_once),
		TEST(losses_are_told_where_they_belong),
		TEST(a_loss_at_the_end_belongs_to_the_trace),
		TEST(a_loss_before_memory_was_short_is_no_loss_of_the_trace),
		TEST(what_a_loss_cut_triggers_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
