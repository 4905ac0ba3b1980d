/* R70..R76, R88, R89: requests of StorPort adapters on made-up events. */
#include "rules_storage_feed.h"

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
		cmocka_unit_test(test_overlapping_startio_breaks_r89),
		cmocka_unit_test(test_startio_that_never_tells_its_return_does_not_overlap),
		cmocka_unit_test(test_concurrent_channels_may_overlap),
		cmocka_unit_test(test_level_of_startio),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
