/* R70..R90: StorPort adapters on made-up events. */
#include "probes/codes.h"
#include "rules_feed.h"

#define PASSED	       JSCOPE_VERDICT_PASSED
#define VIOLATED       JSCOPE_VERDICT_VIOLATED
#define INCONCLUSIVE   JSCOPE_VERDICT_INCONCLUSIVE
#define NOT_APPLICABLE JSCOPE_VERDICT_NOT_APPLICABLE

#define SUCCESS JSCOPE_SRB_STATUS_SUCCESS

static void adapter_begin(void)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), stor_init, .dev = 1, .limit = 4, .full_duplex = 1, .tick_ns = ms(10));
}

/* HwStorStartIo hands the request over and returns, within 20 us. */
static void start(jscope_ns at_ns, int64_t srb)
{
	FEED(at_ns, stor_startio_entry, .dev = 1, .irql = 2, .srb = srb);
	FEED(at_ns + us(10), stor_issue, .dev = 1, .irql = 2, .srb = srb);
	FEED(at_ns + us(20), stor_start, .dev = 1, .irql = 2, .srb = srb, .path = 0, .ret = 1);
}

static void complete(jscope_ns at_ns, int64_t srb, int64_t status)
{
	FEED(at_ns, stor_complete, .dev = 1, .irql = 2, .srb = srb, .status = status);
}

static void notify(jscope_ns at_ns, int64_t type)
{
	FEED(at_ns, stor_notify, .dev = 1, .irql = 2, .type = type, .path = 255);
}

static void test_healthy_requests_break_nothing(void **state)
{
	(void)state;
	adapter_begin();
	for (int i = 0; i < 100; i++) {
		start(ms(2 + 2 * i), 0x10 + i % 3);
		complete(ms(3 + 2 * i), 0x10 + i % 3, SUCCESS);
	}
	feed_end();
	assert_only(0);
	for (unsigned rule = 70; rule <= 74; rule++)
		assert_verdict(rule, PASSED);
	assert_verdict(76, NOT_APPLICABLE);
	assert_verdict(81, PASSED);
	assert_verdict(88, PASSED);
	assert_verdict(89, PASSED);
	assert_verdict(90, PASSED);
	assert_int_equal(feed_result(70)->checked, 100);
}

/* R88: whatever the order, as AHCI's bit mask or blk-mq give it. All 24 of four requests. */
static void test_any_order_of_completion_is_accepted(void **state)
{
	(void)state;
	for (int order = 0; order < 24; order++) {
		int left[4] = { 0, 1, 2, 3 }, rest = order;

		adapter_begin();
		for (int i = 0; i < 4; i++)
			start(ms(2) + us(100 * i), 0x10 + i);
		for (int count = 4; count > 0; rest /= count, count--) {
			const int pick = rest % count;

			complete(ms(10 - count), 0x10 + left[pick], SUCCESS);
			left[pick] = left[count - 1];
		}
		feed_end();
		assert_only(0);
		assert_int_equal(feed_result(88)->checked, 4);
		assert_int_equal(feed_result(70)->checked, 4);
	}
}

static void test_completion_may_come_before_startio_returns(void **state)
{
	(void)state;
	adapter_begin();
	for (int i = 0; i < 3; i++) {
		FEED(ms(2 + i), stor_startio_entry, .dev = 1, .irql = 2, .srb = 0x10);
		complete(ms(2 + i) + us(5), 0x10, JSCOPE_SRB_STATUS_BUSY);
		FEED(ms(2 + i) + us(9), stor_start, .dev = 1, .irql = 2, .srb = 0x10);
	}
	feed_end();
	assert_only(0);
	assert_int_equal(feed_result(70)->checked, 3);
}

static void test_completing_twice_breaks_r70_and_uses_it(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x10, SUCCESS);
	complete(ms(4), 0x10, SUCCESS);
	feed_end();
	assert_verdict(70, VIOLATED);
	assert_verdict(71, VIOLATED);
	assert_string_equal(feed_result(70)->violations[0].object, "dev1 srb 0x10");
	assert_verdict(73, PASSED);
}

static void test_requests_of_two_adapters_do_not_mix(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	FEED(ms(2) + us(30), stor_startio_entry, .dev = 2, .irql = 2, .srb = 0x10);
	FEED(ms(2) + us(40), stor_start, .dev = 2, .irql = 2, .srb = 0x10);
	complete(ms(3), 0x10, SUCCESS);
	FEED(ms(4), stor_complete, .dev = 2, .irql = 2, .srb = 0x10, .status = SUCCESS);
	feed_end();
	assert_only(0);
	assert_int_equal(feed_result(70)->checked, 2);
}

static void test_restart_without_completion_breaks_r70(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	start(ms(3), 0x10);
	complete(ms(4), 0x10, SUCCESS);
	feed_end();
	assert_only(70);
}

static void test_lost_events_make_r70_and_r73_inconclusive(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	feed_loss(ms(3), ms(4));
	start(ms(5), 0x10);
	complete(ms(6), 0x10, SUCCESS);
	feed_end();
	assert_only(0);
	assert_verdict(70, INCONCLUSIVE);
	assert_verdict(73, INCONCLUSIVE);
}

static void test_double_completion_around_a_loss_is_not_judged(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x10, SUCCESS);
	feed_loss(ms(4), ms(5));
	complete(ms(6), 0x10, SUCCESS);
	feed_end();
	assert_only(0);
	assert_verdict(70, INCONCLUSIVE);
}

static void test_what_is_open_at_the_end_is_open(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	start(ms(3), 0x11);
	complete(ms(4), 0x10, SUCCESS);
	feed_end();
	assert_only(0);
	assert_string_equal(feed_result(70)->figure, "1 still active at the end");
}

static void forget_one(void)
{
	for (int i = 0; i < 40; i++) {
		start(ms(10 + i), 0x20);
		complete(ms(10 + i) + us(500), 0x20, SUCCESS);
	}
}

static void test_forgotten_request_is_a_warning(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	forget_one();
	feed_end();
	assert_only(70);
	assert_int_equal(feed_result(70)->class, JSCOPE_RULE_WARNING);

	adapter_begin();
	start(ms(2), 0x10);
	forget_one();
	feed_end_partial();
	assert_verdict(70, INCONCLUSIVE);
}

static void test_use_after_completion_breaks_r71(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x10, SUCCESS);
	FEED(ms(4), stor_issue, .dev = 1, .irql = 2, .srb = 0x10);
	feed_end();
	assert_only(71);
}

static void test_pending_completion_breaks_r72(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x10, 0xc0 | JSCOPE_SRB_STATUS_PENDING);
	feed_end();
	assert_only(72);
}

static void test_one_request_too_many_breaks_r73(void **state)
{
	(void)state;
	adapter_begin();
	for (int i = 0; i < 5; i++)
		start(ms(2 + i), 0x10 + i);
	feed_end();
	assert_only(73);

	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x99, SUCCESS);
	feed_end();
	assert_only(73);
}

static void test_completions_of_requests_before_the_trace_are_accepted(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	complete(ms(1), 0x10, SUCCESS);
	start(ms(2), 0x10);
	complete(ms(3), 0x11, SUCCESS);
	complete(ms(4), 0x10, SUCCESS);
	FEED(ms(5), stor_service, .dev = 1, .irql = 2, .srb = 0x12, .duration_100ns = 99999);
	feed_end();
	assert_verdict(70, PASSED);
	assert_verdict(71, PASSED);
	assert_verdict(73, NOT_APPLICABLE);
	assert_verdict(76, NOT_APPLICABLE);
}

/* A driver that tells the return of StartIo and the completion only. */
static void test_a_driver_that_tells_little_breaks_nothing(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	for (int i = 0; i < 10; i++) {
		FEED(ms(2 + 2 * i), stor_start, .dev = 1, .srb = 0x10, .ret = 1);
		complete(ms(3 + 2 * i), 0x10, SUCCESS);
	}
	feed_end();
	assert_only(0);
	assert_verdict(74, NOT_APPLICABLE);
	assert_verdict(89, NOT_APPLICABLE);
	assert_verdict(90, NOT_APPLICABLE);

	feed_begin(JSCOPE_PROFILE_NONE);
	for (int i = 0; i < 10; i++) {
		FEED(ms(2 + 2 * i), stor_issue, .dev = 1, .srb = 0x10);
		complete(ms(3 + 2 * i), 0x10, SUCCESS);
	}
	feed_end();
	assert_only(0);
	assert_int_equal(feed_result(70)->checked, 10);
}

static void test_busy_after_issue_breaks_r74(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x10, JSCOPE_SRB_STATUS_BUSY);
	feed_end();
	assert_only(74);
}

static void service(jscope_ns at_ns, int64_t srb, int64_t duration_100ns)
{
	FEED(at_ns, stor_service, .dev = 1, .irql = 2, .srb = srb,
	     .duration_100ns = duration_100ns);
}

/* T6: outside of the verifier's list, although documented. T13: a batch shares its stamps. */
static void test_service_time_of_a_batch_passes_and_is_noted_once(void **state)
{
	(void)state;
	adapter_begin();
	for (int i = 0; i < 3; i++)
		start(ms(2) + us(50 * i), 0x10 + i);
	for (int i = 0; i < 3; i++) {
		service(ms(3) + us(i), 0x10 + i, 8000);
		complete(ms(3) + us(i) + 500, 0x10 + i, SUCCESS);
	}
	feed_end();
	assert_only(75);
	assert_int_equal(feed_result(75)->violated, 1);
	assert_int_equal(feed_result(75)->class, JSCOPE_RULE_WARNING);
	assert_verdict(76, PASSED);
}

static void assert_service_fails(void)
{
	feed_end();
	assert_verdict(76, VIOLATED);
}

static void test_wrong_service_times_break_r76(void **state)
{
	(void)state;
	adapter_begin();
	start(ms(2), 0x10);
	service(ms(3), 0x10, 0);
	complete(ms(3), 0x10, SUCCESS);
	assert_service_fails();

	adapter_begin(); /* 1.1 ms of 1 ms */
	start(ms(2), 0x10);
	service(ms(3), 0x10, 11000);
	complete(ms(3), 0x10, SUCCESS);
	assert_service_fails();

	adapter_begin();
	start(ms(2), 0x10);
	service(ms(3), 0x10, 5000);
	service(ms(3), 0x10, 5000);
	complete(ms(3), 0x10, SUCCESS);
	assert_service_fails();

	adapter_begin();
	start(ms(2), 0x10);
	complete(ms(3), 0x10, SUCCESS);
	service(ms(4), 0x10, 5000);
	assert_service_fails();
	assert_verdict(71, VIOLATED);
}

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

static void entry(jscope_ns at_ns, int64_t srb, int64_t irql)
{
	FEED(at_ns, stor_startio_entry, .dev = 1, .irql = irql, .srb = srb);
}

static void test_overlapping_startio_breaks_r89(void **state)
{
	(void)state;
	adapter_begin();
	entry(ms(2), 0x10, 2);
	feed_at(1, 2);
	entry(ms(2) + us(5), 0x11, 2);
	feed_end();
	assert_only(89);

	adapter_begin(); /* one inside the other */
	entry(ms(2), 0x10, 2);
	entry(ms(2) + us(5), 0x11, 2);
	FEED(ms(2) + us(6), stor_start, .dev = 1, .irql = 2, .srb = 0x11);
	FEED(ms(2) + us(7), stor_start, .dev = 1, .irql = 2, .srb = 0x10);
	feed_end();
	assert_only(89);
}

static void test_startio_that_never_tells_its_return_does_not_overlap(void **state)
{
	(void)state;
	adapter_begin();
	for (int i = 0; i < 4; i++)
		entry(ms(2 + i), 0x10 + i, 2);
	feed_end();
	assert_only(0);
}

static void test_concurrent_channels_may_overlap(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), stor_init, .dev = 1, .limit = 4, .full_duplex = 1, .channels = 2);
	entry(ms(2), 0x10, 2);
	feed_at(1, 2);
	entry(ms(2) + us(5), 0x11, 2);
	feed_at(2, 3);
	FEED(ms(2) + us(6), stor_start, .dev = 1, .irql = 2, .srb = 0x10);
	feed_end();
	assert_only(0);
	assert_verdict(89, PASSED);
}

static void test_level_of_startio(void **state)
{
	(void)state;
	adapter_begin();
	entry(ms(2), 0x10, 0);
	feed_end();
	assert_only(89);

	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), stor_init, .dev = 1, .limit = 4);
	entry(ms(2), 0x10, 5);
	feed_end();
	assert_only(0);

	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), stor_init, .dev = 1, .limit = 4);
	entry(ms(2), 0x10, 2);
	feed_end();
	assert_only(89);
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
		cmocka_unit_test(test_healthy_requests_break_nothing),
		cmocka_unit_test(test_any_order_of_completion_is_accepted),
		cmocka_unit_test(test_completion_may_come_before_startio_returns),
		cmocka_unit_test(test_completing_twice_breaks_r70_and_uses_it),
		cmocka_unit_test(test_requests_of_two_adapters_do_not_mix),
		cmocka_unit_test(test_restart_without_completion_breaks_r70),
		cmocka_unit_test(test_lost_events_make_r70_and_r73_inconclusive),
		cmocka_unit_test(test_double_completion_around_a_loss_is_not_judged),
		cmocka_unit_test(test_what_is_open_at_the_end_is_open),
		cmocka_unit_test(test_forgotten_request_is_a_warning),
		cmocka_unit_test(test_use_after_completion_breaks_r71),
		cmocka_unit_test(test_pending_completion_breaks_r72),
		cmocka_unit_test(test_one_request_too_many_breaks_r73),
		cmocka_unit_test(test_completions_of_requests_before_the_trace_are_accepted),
		cmocka_unit_test(test_a_driver_that_tells_little_breaks_nothing),
		cmocka_unit_test(test_busy_after_issue_breaks_r74),
		cmocka_unit_test(test_service_time_of_a_batch_passes_and_is_noted_once),
		cmocka_unit_test(test_wrong_service_times_break_r76),
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
		cmocka_unit_test(test_overlapping_startio_breaks_r89),
		cmocka_unit_test(test_startio_that_never_tells_its_return_does_not_overlap),
		cmocka_unit_test(test_concurrent_channels_may_overlap),
		cmocka_unit_test(test_level_of_startio),
		cmocka_unit_test(test_use_outside_of_the_life_breaks_r90),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
