/* R58..R61: service groups, their members and their delayed service, on made-up events. */
#include "rules_midi_feed.h"

static void test_request_that_queues_nothing_breaks_r58(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	isr_begin(ms(4), 2);
	FEED(ms(4) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 2);
	FEED(ms(4) + 20, svc_request, .dev = 1, .irql = 5, .group = GROUP);
	isr_end(ms(4) + 100, 2);
	feed_end();
	assert_verdict(58, VIOLATED);
	assert_verdict(57, PASSED);
}

/* The interrupt at 2 ms has its DPC run from 3 ms on. */
static void run_begin(void)
{
	port_begin();
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
}

static void test_each_member_is_served_once_per_run(void **state)
{
	(void)state;
	port_begin(); /* passed by */
	FEED(ms(1) + 5, svc_add, .dev = 1, .group = GROUP, .sink = 0x31, .ref_after = 2);
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	feed_end();
	assert_only(58);
	assert_string_equal(feed_result(58)->violations[0].object, "dev1 sink 0x31");

	run_begin(); /* twice */
	serve(ms(3) + 10, SINK, 1);
	serve(ms(3) + 20, SINK, 1);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(58);

	run_begin(); /* at device level */
	FEED(ms(3) + 10, svc_serve, .dev = 1, .irql = 5, .sink = SINK, .run = 1);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(58);
}

static void test_member_added_twice_is_served_twice(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(1) + 5, svc_add, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 3);
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
	serve(ms(3) + 10, SINK, 1);
	serve(ms(3) + 20, SINK, 1);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(0);
}

static void test_runs_on_two_cpus_do_not_mix(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	interrupt(ms(4), 2, GROUP);
	feed_at(1, 2);
	dpc_begin(ms(5), 2);
	feed_at(0, 1);
	interrupt(ms(5) + 5, 3, GROUP);
	dpc_begin(ms(5) + 200, 3);
	serve(ms(5) + 210, SINK, 3);
	feed_at(1, 2);
	serve(ms(5) + 220, SINK, 2);
	dpc_end(ms(5) + 230, 2);
	feed_at(0, 1);
	dpc_end(ms(5) + 300, 3);
	feed_end();
	assert_verdict(58, PASSED);
	assert_verdict(56, PASSED);
	assert_verdict(57, PASSED);
}

static void test_lost_events_make_r58_inconclusive(void **state)
{
	(void)state;
	run_begin();
	feed_loss(ms(3) + 5, ms(3) + 50);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(0);
	assert_verdict(58, INCONCLUSIVE);
}

static void test_members_from_before_the_trace_are_unknown(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	interrupt(ms(2), 7, GROUP);
	service_run(ms(3), 7);
	FEED(ms(4), svc_remove, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 1);
	FEED(ms(5), svc_destroy, .dev = 1, .group = GROUP);
	feed_end();
	assert_only(0);
}

static void test_serving_a_removed_member_breaks_r59(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	FEED(ms(3), svc_remove, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 1);
	dpc_begin(ms(4), 1);
	serve(ms(4) + 10, SINK, 1);
	dpc_end(ms(4) + 20, 1);
	feed_end();
	assert_verdict(59, VIOLATED);
	assert_verdict(58, PASSED);
}

static void test_group_that_dies_with_members_breaks_r59(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(2), svc_destroy, .dev = 1, .group = GROUP);
	feed_end();
	assert_verdict(59, VIOLATED);
	assert_int_equal(feed_result(59)->class, JSCOPE_RULE_ERROR);
}

static void test_references_change_by_one(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(2), svc_add, .dev = 1, .group = GROUP + 1, .sink = SINK, .ref_after = 4);
	feed_end();
	assert_only(59);
	assert_int_equal(feed_result(59)->class, JSCOPE_RULE_WARNING);

	port_begin();
	FEED(ms(2), svc_add, .dev = 1, .group = GROUP + 1, .sink = SINK, .ref_after = 1);
	feed_end();
	assert_only(59);
	assert_int_equal(feed_result(59)->class, JSCOPE_RULE_ERROR);
}

static void support(jscope_ns at_ns)
{
	FEED(at_ns, svc_support_delay, .dev = 1, .group = GROUP);
}

/* T8: negative is relative to the call. */
static void delay(jscope_ns at_ns, jscope_ns after_ns)
{
	FEED(at_ns, svc_delay, .dev = 1, .group = GROUP, .due = -(after_ns / 100),
	     .due_ns = at_ns + after_ns);
}

static void cancel(jscope_ns at_ns)
{
	FEED(at_ns, svc_cancel, .dev = 1, .group = GROUP);
}

/* The service is due at 8 ms. */
static void delay_begin(void)
{
	port_begin();
	support(ms(2));
	delay(ms(3), ms(5));
}

static void timer_service(jscope_ns at_ns, int64_t run)
{
	FEED(at_ns, svc_request, .dev = 1, .irql = 2, .group = GROUP, .origin = 1);
	FEED(at_ns + 1, dpc_insert, .dev = 1, .irql = 2, .dpc = GROUP_DPC, .inserted = 1);
	service_run(at_ns + 10, run);
}

static void test_delayed_service_in_time_passes(void **state)
{
	(void)state;
	delay_begin();
	timer_service(ms(8), 1);
	delay(ms(9), ms(5));
	delay(ms(10), ms(6)); /* in place of the other */
	timer_service(ms(16) + us(3), 2);
	delay(ms(17), ms(5));
	cancel(ms(18));
	feed_end();
	assert_only(0);
	assert_verdict(60, PASSED);
	assert_verdict(61, PASSED);
}

static void test_support_comes_first_and_once(void **state)
{
	(void)state;
	port_begin();
	delay(ms(3), ms(5));
	feed_end();
	assert_only(60);

	port_begin();
	support(ms(2));
	support(ms(3));
	feed_end();
	assert_only(60);

	feed_begin(JSCOPE_PROFILE_NONE); /* of a group that was there before */
	delay(ms(3), ms(5));
	feed_end();
	assert_only(0);
	assert_verdict(60, INCONCLUSIVE);
}

static void test_early_service_breaks_r61(void **state)
{
	(void)state;
	delay_begin();
	timer_service(ms(7), 1);
	feed_end();
	assert_only(61);
}

static void test_relative_delay_that_is_taken_for_absolute_breaks_r61(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	FEED(ms(3), svc_delay, .dev = 1, .group = GROUP, .due = -50000, .due_ns = ms(3));
	timer_service(ms(3) + us(10), 1);
	feed_end();
	assert_only(61);
}

static void test_service_after_cancel_breaks_r61(void **state)
{
	(void)state;
	delay_begin();
	cancel(ms(4));
	timer_service(ms(8), 1);
	feed_end();
	assert_only(61);

	delay_begin(); /* queued by then */
	cancel(ms(8) + 1);
	timer_service(ms(8) + us(5), 1);
	feed_end();
	assert_only(0);
	assert_verdict(61, PASSED);
}

static void test_replaced_service_on_its_way_is_accepted(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	delay(ms(3), ms(1));
	delay(ms(4) + us(1), ms(5));
	timer_service(ms(4) + us(3), 1); /* the first */
	timer_service(ms(9) + us(2), 2);
	feed_end();
	assert_only(0);
	assert_verdict(61, PASSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_that_queues_nothing_breaks_r58),
		cmocka_unit_test(test_each_member_is_served_once_per_run),
		cmocka_unit_test(test_member_added_twice_is_served_twice),
		cmocka_unit_test(test_runs_on_two_cpus_do_not_mix),
		cmocka_unit_test(test_lost_events_make_r58_inconclusive),
		cmocka_unit_test(test_members_from_before_the_trace_are_unknown),
		cmocka_unit_test(test_serving_a_removed_member_breaks_r59),
		cmocka_unit_test(test_group_that_dies_with_members_breaks_r59),
		cmocka_unit_test(test_references_change_by_one),
		cmocka_unit_test(test_delayed_service_in_time_passes),
		cmocka_unit_test(test_support_comes_first_and_once),
		cmocka_unit_test(test_early_service_breaks_r61),
		cmocka_unit_test(test_relative_delay_that_is_taken_for_absolute_breaks_r61),
		cmocka_unit_test(test_service_after_cancel_breaks_r61),
		cmocka_unit_test(test_replaced_service_on_its_way_is_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
