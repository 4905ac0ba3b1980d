/* R75, R77..R87, R90: StorPort adapters beside their requests, on made-up events. */
#include "rules_storage_feed.h"

static void test_notification_types(void **state)
{
	(void)state;
	adapter_begin();
	notify(ms(2), JSCOPE_NOTIFICATION_WMIReregister);
	feed_end();
	assert_only(0);
	assert_verdict(75, PASSED);

	adapter_begin();
	notify(ms(2), 99);
	feed_end();
	assert_only(75);
	assert_int_equal(feed_result(75)->class, JSCOPE_RULE_ERROR);

	adapter_begin();
	notify(ms(2), JSCOPE_NOTIFICATION_IssueDpc);
	feed_end();
	assert_only(75);
	assert_int_equal(feed_result(75)->class, JSCOPE_RULE_WARNING);
}

static void timer(jscope_ns at_ns, int64_t value_us)
{
	FEED(at_ns, stor_timer_req, .dev = 1, .value_us = value_us, .routine = 0xf00);
}

static void fire(jscope_ns at_ns)
{
	FEED(at_ns, stor_timer_fire, .dev = 1, .irql = 2, .value_us = 1, .routine = 0xf00);
}

static void test_timers_that_fire_in_time_pass(void **state)
{
	(void)state;
	adapter_begin();
	timer(ms(2), 1000);
	fire(ms(3));
	timer(ms(3), 1000);
	timer(ms(3) + us(10), 0);
	timer(ms(5), 1000);
	fire(ms(7));
	feed_end();
	assert_only(0);
	assert_verdict(77, PASSED);
	assert_verdict(78, PASSED);
	assert_verdict(79, PASSED);
	assert_string_equal(feed_result(78)->figure, "latest 1.000 ms of 10 ms");
}

static void test_timer_without_routine_breaks_r77(void **state)
{
	(void)state;
	adapter_begin();
	FEED(ms(2), stor_timer_req, .dev = 1, .value_us = 100);
	feed_end();
	assert_only(77);

	adapter_begin();
	FEED(ms(2), stor_timer_req, .dev = 1, .value_us = 0);
	feed_end();
	assert_only(0);
}

static void test_timer_set_twice_is_a_warning(void **state)
{
	(void)state;
	adapter_begin();
	timer(ms(2), 1000);
	timer(ms(2) + us(500), 1000);
	fire(ms(3) + us(500));
	feed_end();
	assert_only(78);
	assert_int_equal(feed_result(78)->class, JSCOPE_RULE_WARNING);
	assert_int_equal(feed_result(78)->violated, 1);
}

static void test_early_or_surplus_fire_breaks_r78(void **state)
{
	(void)state;
	adapter_begin();
	timer(ms(2), 1000);
	fire(ms(2) + us(900));
	feed_end();
	assert_only(78);
	assert_int_equal(feed_result(78)->class, JSCOPE_RULE_ERROR);

	adapter_begin();
	timer(ms(2), 1000);
	fire(ms(3));
	fire(ms(4));
	feed_end();
	assert_only(78);
}

/* The first was due when it was replaced, and comes yet. */
static void test_replaced_timer_on_its_way_is_accepted(void **state)
{
	(void)state;
	adapter_begin();
	timer(ms(2), 1000);
	timer(ms(3) + us(5), 1000);
	fire(ms(3) + us(8));
	fire(ms(4) + us(5));
	feed_end();
	assert_only(0);
	assert_verdict(78, PASSED);
}

static void test_fires_of_unknown_requests_are_not_judged(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	fire(ms(2));
	feed_end();
	assert_verdict(78, INCONCLUSIVE);

	adapter_begin();
	timer(ms(2), 1000);
	feed_loss(ms(2), ms(3));
	fire(ms(4));
	feed_end();
	assert_verdict(78, INCONCLUSIVE);
}

static void test_late_timer_is_judged_in_a_profile_only(void **state)
{
	(void)state;
	for (enum jscope_profile profile = JSCOPE_PROFILE_NONE; profile <= JSCOPE_PROFILE_HLK;
	     profile++) {
		feed_begin(profile);
		timer(ms(2), 1000);
		fire(ms(14));
		feed_end();
		assert_verdict(78, profile == JSCOPE_PROFILE_NONE ? PASSED : VIOLATED);
	}
	assert_int_equal(feed_result(78)->class, JSCOPE_RULE_METRIC);
}

static void test_fire_after_cancel_breaks_r79(void **state)
{
	(void)state;
	adapter_begin();
	timer(ms(2), 1000);
	timer(ms(2) + us(500), 0);
	fire(ms(3));
	feed_end();
	assert_only(79);

	adapter_begin(); /* It was due: on its way when it was cancelled. */
	timer(ms(2), 1000);
	timer(ms(3) + us(5), 0);
	fire(ms(3) + us(8));
	feed_end();
	assert_only(0);
}

static void test_link_changes(void **state)
{
	(void)state;
	adapter_begin();
	notify(ms(2), JSCOPE_NOTIFICATION_LinkDown);
	notify(ms(3), JSCOPE_NOTIFICATION_LinkUp);
	feed_end();
	assert_only(0);
	assert_verdict(80, PASSED);

	adapter_begin();
	notify(ms(3), JSCOPE_NOTIFICATION_LinkUp);
	feed_end();
	assert_only(80);
	assert_int_equal(feed_result(80)->class, JSCOPE_RULE_ERROR);

	adapter_begin();
	notify(ms(3), JSCOPE_NOTIFICATION_LinkDown);
	notify(ms(4), JSCOPE_NOTIFICATION_LinkDown);
	feed_end();
	assert_only(80);
	assert_int_equal(feed_result(80)->class, JSCOPE_RULE_WARNING);

	feed_begin(JSCOPE_PROFILE_NONE); /* Who knows how it was before. */
	notify(ms(3), JSCOPE_NOTIFICATION_LinkUp);
	feed_end();
	assert_verdict(80, INCONCLUSIVE);
}

static void test_start_while_held_breaks_r81(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	notify(ms(3), JSCOPE_NOTIFICATION_LinkDown);
	complete(ms(4), 0x10, SUCCESS);
	start(ms(5), 0x10);
	feed_end();
	assert_only(81);

	adapter_begin();
	FEED(ms(2), stor_pause, .dev = 1, .path = 255, .timeout_s = 60);
	start(ms(3), 0x10);
	feed_end();
	assert_only(81);

	adapter_begin();
	FEED(ms(2), stor_pause, .dev = 1, .path = 0, .timeout_s = 60);
	start(ms(4), 0x10);
	feed_end();
	assert_only(81);
}

static void test_start_after_the_hold_ends_passes(void **state)
{
	(void)state;
	adapter_begin();
	FEED(ms(2), stor_pause, .dev = 1, .path = 255, .timeout_s = 1);
	FEED(ms(3), stor_resume, .dev = 1, .path = 255);
	start(ms(4), 0x10);
	FEED(ms(5), stor_pause, .dev = 1, .path = 255, .timeout_s = 1);
	start(ms(1006), 0x11); /* the pause is over by itself */
	FEED(ms(1007), stor_pause, .dev = 1, .path = 3, .timeout_s = 1);
	start(ms(1010), 0x12); /* of path 0 */
	feed_end();
	assert_only(0);
}

static void test_resume_in_lost_events_is_not_judged(void **state)
{
	(void)state;
	adapter_begin();
	FEED(ms(2), stor_pause, .dev = 1, .path = 255, .timeout_s = 60);
	feed_loss(ms(3), ms(4));
	start(ms(5), 0x10);
	feed_end();
	assert_only(0);
	assert_verdict(81, INCONCLUSIVE);
}

static void test_requests_active_at_a_reset_complete(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	notify(ms(3), JSCOPE_NOTIFICATION_ResetDetected);
	complete(ms(4), 0x10, JSCOPE_SRB_STATUS_BUS_RESET);
	feed_end();
	assert_only(0);
	assert_verdict(82, PASSED);

	adapter_begin();
	start(ms(2), 0x10);
	notify(ms(3), JSCOPE_NOTIFICATION_ResetDetected);
	forget_one();
	feed_end();
	assert_verdict(82, VIOLATED);
	assert_int_equal(feed_result(82)->class, JSCOPE_RULE_ERROR);
}

static void reset_bus(jscope_ns begin_ns, jscope_ns end_ns, int64_t srb, int64_t status)
{
	FEED(begin_ns, stor_reset_bus, .dev = 1, .irql = 2, .path = 0);
	complete(begin_ns + us(5), srb, status);
	FEED(end_ns, stor_reset_done, .dev = 1, .irql = 2, .path = 0);
}

static void test_bus_reset_completes_the_requests_of_its_path(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	reset_bus(ms(3), ms(4), 0x10, JSCOPE_SRB_STATUS_BUS_RESET);
	feed_end();
	assert_only(0);
	assert_verdict(83, PASSED);

	adapter_begin();
	start(ms(2), 0x10);
	start(ms(2) + us(100), 0x11);
	reset_bus(ms(3), ms(4), 0x10, JSCOPE_SRB_STATUS_BUS_RESET);
	feed_end();
	assert_only(83);
	assert_int_equal(feed_result(83)->class, JSCOPE_RULE_ERROR);

	adapter_begin();
	start(ms(2), 0x10);
	reset_bus(ms(3), ms(4), 0x10, JSCOPE_SRB_STATUS_ABORTED);
	feed_end();
	assert_only(83);
	assert_int_equal(feed_result(83)->class, JSCOPE_RULE_WARNING);
}

static void test_completion_of_another_cpu_during_a_bus_reset_is_its_own(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	FEED(ms(3), stor_reset_bus, .dev = 1, .irql = 2, .path = 0);
	feed_at(1, 77);
	complete(ms(3) + us(1), 0x10, SUCCESS);
	feed_at(0, 1);
	FEED(ms(4), stor_reset_done, .dev = 1, .irql = 2, .path = 0);
	feed_end();
	assert_only(0);
}

static void wmi(int64_t size, int64_t path, int64_t target)
{
	adapter_begin();
	FEED(ms(2), stor_notify, .dev = 1, .type = JSCOPE_NOTIFICATION_WMIEvent, .path = path,
	     .target = target, .size = size);
	feed_end();
}

static void test_wmi_events(void **state)
{
	(void)state;
	wmi(128, 255, 0);
	assert_only(0);
	assert_verdict(84, PASSED);
	wmi(128, 0, 3);
	assert_only(0);
	wmi(129, 255, 0);
	assert_only(84);
	wmi(10, 255, 3);
	assert_only(84);
}

static void bus_changes(unsigned count, jscope_ns every_ns)
{
	adapter_begin();
	for (unsigned i = 0; i < count; i++)
		notify(ms(2) + i * every_ns, JSCOPE_NOTIFICATION_BusChangeDetected);
	feed_end();
}

static void test_bus_changes_have_a_limit(void **state)
{
	(void)state;
	bus_changes(100, ms(100));
	assert_only(0);
	assert_verdict(85, PASSED);
	bus_changes(11, ms(90));
	assert_only(85);
}

static void test_nothing_follows_an_overrun(void **state)
{
	(void)state;
	adapter_begin();
	FEED(ms(2) - us(1), dpc_entry, .dev = 1, .irql = 2, .dpc = 0x70, .run = 1);
	notify(ms(2), JSCOPE_NOTIFICATION_BufferOverrunDetected);
	FEED(ms(2) + us(1), dpc_exit, .dev = 1, .irql = 2, .dpc = 0x70, .run = 1);
	feed_end();
	assert_only(0);
	assert_verdict(86, PASSED);

	adapter_begin();
	notify(ms(2), JSCOPE_NOTIFICATION_BufferOverrunDetected);
	start(ms(3), 0x10);
	feed_end();
	assert_only(86);

	adapter_begin();
	notify(ms(2), JSCOPE_NOTIFICATION_BufferOverrunDetected);
	FEED(ms(3), stor_build, .dev = 1, .irql = 2, .srb = 0x10);
	feed_end();
	assert_only(86);
}

static void tick(jscope_ns at_ns, int64_t count)
{
	FEED(at_ns, stor_notify, .dev = 1, .type = JSCOPE_NOTIFICATION_QueryTickCount,
	     .tick = count);
}

static void test_ticks_grow_with_the_clock(void **state)
{
	(void)state;
	adapter_begin();
	tick(ms(100), 1010);
	tick(ms(109), 1011);
	tick(ms(1100), 1110);
	feed_end();
	assert_only(0);
	assert_verdict(87, PASSED);

	adapter_begin();
	tick(ms(100), 1010);
	tick(ms(200), 1009);
	feed_end();
	assert_only(87);

	adapter_begin();
	tick(ms(100), 1010);
	tick(ms(1100), 1200);
	feed_end();
	assert_only(87);
}

static void test_use_outside_of_the_life_breaks_r90(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	notify(us(500), JSCOPE_NOTIFICATION_WMIReregister);
	FEED(ms(1), stor_init, .dev = 1, .limit = 4);
	feed_end();
	assert_only(90);

	adapter_begin();
	FEED(ms(2), stor_remove, .dev = 1, .path = 255);
	notify(ms(3), JSCOPE_NOTIFICATION_WMIReregister);
	feed_end();
	assert_only(90);

	adapter_begin();
	FEED(ms(2), stor_remove, .dev = 1, .path = 255);
	FEED(ms(3), stor_build, .dev = 1, .irql = 2, .srb = 0x10);
	feed_end();
	assert_only(90);

	adapter_begin(); /* removed and back again */
	FEED(ms(2), stor_remove, .dev = 1, .path = 255);
	FEED(ms(3), stor_init, .dev = 1, .limit = 4, .full_duplex = 1);
	start(ms(4), 0x10);
	feed_end();
	assert_only(0);
	assert_verdict(90, PASSED);

	adapter_begin();
	FEED(ms(2), stor_remove, .dev = 1, .path = 255);
	feed_loss(ms(2), ms(3));
	start(ms(4), 0x10);
	feed_end();
	assert_only(0);
	assert_verdict(90, INCONCLUSIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notification_types),
		cmocka_unit_test(test_timers_that_fire_in_time_pass),
		cmocka_unit_test(test_timer_without_routine_breaks_r77),
		cmocka_unit_test(test_timer_set_twice_is_a_warning),
		cmocka_unit_test(test_early_or_surplus_fire_breaks_r78),
		cmocka_unit_test(test_replaced_timer_on_its_way_is_accepted),
		cmocka_unit_test(test_fires_of_unknown_requests_are_not_judged),
		cmocka_unit_test(test_late_timer_is_judged_in_a_profile_only),
		cmocka_unit_test(test_fire_after_cancel_breaks_r79),
		cmocka_unit_test(test_link_changes),
		cmocka_unit_test(test_start_while_held_breaks_r81),
		cmocka_unit_test(test_start_after_the_hold_ends_passes),
		cmocka_unit_test(test_resume_in_lost_events_is_not_judged),
		cmocka_unit_test(test_requests_active_at_a_reset_complete),
		cmocka_unit_test(test_bus_reset_completes_the_requests_of_its_path),
		cmocka_unit_test(test_completion_of_another_cpu_during_a_bus_reset_is_its_own),
		cmocka_unit_test(test_wmi_events),
		cmocka_unit_test(test_bus_changes_have_a_limit),
		cmocka_unit_test(test_nothing_follows_an_overrun),
		cmocka_unit_test(test_ticks_grow_with_the_clock),
		cmocka_unit_test(test_use_outside_of_the_life_breaks_r90),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
