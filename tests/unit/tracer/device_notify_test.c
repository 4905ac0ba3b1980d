/* StorPortNotification: each type, and each way to call it wrong. */
#include "common/error.h"
#include "device_storport_fixture.h"

#define ADAPTER JSCOPE__STOR_PATH_ADAPTER

static void types_have_their_documented_values(void **state)
{
	(void)state;
	assert_int_equal(JSCOPE__STOR_REQUEST_COMPLETE, 0);
	assert_int_equal(JSCOPE__STOR_RESET_DETECTED, 3);
	assert_int_equal(JSCOPE__STOR_REQUEST_TIMER_CALL, 6);
	assert_int_equal(JSCOPE__STOR_BUS_CHANGE_DETECTED, 7);
	assert_int_equal(JSCOPE__STOR_WMI_EVENT, 8);
	assert_int_equal(JSCOPE__STOR_WMI_REREGISTER, 9);
	assert_int_equal(JSCOPE__STOR_LINK_UP, 10);
	assert_int_equal(JSCOPE__STOR_LINK_DOWN, 11);
	assert_int_equal(JSCOPE__STOR_QUERY_TICK_COUNT, 12);
	assert_int_equal(JSCOPE__STOR_BUFFER_OVERRUN_DETECTED, 13);
	assert_int_equal(JSCOPE__STOR_IO_TARGET_REQUEST_SERVICE_TIME, 0x1006);
}

static void wrong_requests_are_refused(void **state)
{
	struct jscope__srb foreign = { .id = 99, .state = JSCOPE__SRB_STATE_STARTED };
	struct jscope__srb *const wrong[] = { NULL, &foreign,
					      (struct jscope__srb *)((char *)blocks + 8),
					      blocks + BLOCKS };

	(void)state;
	ask(1);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(NOTIFY(REQUEST_COMPLETE, wrong[i]),
				 JSCOPE_STATUS_INVALID_PARAMETER);
		assert_int_equal(last_notify()->type, JSCOPE__STOR_REQUEST_COMPLETE);
		sentence_has("pass the SRB that HwStorStartIo was given");
		assert_int_equal(NOTIFY(IO_TARGET_REQUEST_SERVICE_TIME, UINT64_C(1), wrong[i]),
				 JSCOPE_STATUS_INVALID_PARAMETER);
		jscope_error_clear();
	}
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_complete), 0);
	assert_int_equal(adapter.outstanding, 1);
}

static void request_completes_once(void **state)
{
	(void)state;
	assert_int_equal(NOTIFY(REQUEST_COMPLETE, &blocks[0]), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	sentence_has("not started, or complete already");
	ask(1);
	complete(&dispatch, 0);
	assert_int_equal(NOTIFY(REQUEST_COMPLETE, started[0]), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(NOTIFY(IO_TARGET_REQUEST_SERVICE_TIME, UINT64_C(1), started[0]),
			 JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_complete), 3);
	assert_int_equal(adapter.outstanding, 0);
	assert_int_equal(done_count, 1);
}

static void pending_and_no_time_are_told_and_refused(void **state)
{
	(void)state;
	ask(1);
	assert_int_equal(NOTIFY(IO_TARGET_REQUEST_SERVICE_TIME, UINT64_C(0), started[0]),
			 JSCOPE_STATUS_INVALID_PARAMETER);
	started[0]->status = JSCOPE__SRB_PENDING;
	assert_int_equal(NOTIFY(REQUEST_COMPLETE, started[0]), JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(done_count, 1);
}

static void unknown_types_are_refused(void **state)
{
	static const uint32_t types[] = { 1, 2, 4, 5, 14, 15, 0x1000, 0x1005, 0x1007, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
		assert_int_equal(jscope__stor_notification(&dispatch, types[i], extension),
				 JSCOPE_STATUS_NOT_SUPPORTED);
		assert_int_equal(last_notify()->type, (uint16_t)types[i]);
		sentence_has("not one of the eleven");
	}
}

static void calls_belong_into_the_life_of_the_adapter(void **state)
{
	uint64_t ticks;

	(void)state;
	assert_int_equal(jscope__stor_notification(&dispatch, JSCOPE__STOR_LINK_DOWN, &ticks),
			 JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
	sentence_has("belongs to no adapter");
	assert_int_equal(NOTIFY(QUERY_TICK_COUNT, &ticks), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	sentence_has("before StorPortInitialize");
	ask(1);
	assert_int_equal(started_count, 0);
	jscope__stor_initialise(&passive, &adapter);
	assert_int_equal(started_count, 1);
	jscope__stor_remove(&passive, &adapter);
	assert_int_equal(NOTIFY(REQUEST_COMPLETE, started[0]), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	sentence_has("has been removed");
	/* Active still, and told so. */
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_request)->as.truth_request.complete_ns,
			 0);
	assert_int_equal(done_count, 0);
}

static void ticks_count_since_boot(void **state)
{
	uint64_t ticks = 0;

	(void)state;
	fake.now_ns = 35 * MS;
	assert_int_equal(NOTIFY(QUERY_TICK_COUNT, &ticks), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(ticks, 3);
	assert_int_equal(last_notify()->tick, 3);
	assert_int_equal(NOTIFY(QUERY_TICK_COUNT, (uint64_t *)NULL),
			 JSCOPE_STATUS_INVALID_PARAMETER);
}

static void wmi_events_have_a_place_and_a_limit(void **state)
{
	const struct jscope__wmi_event most = { 128 }, more = { 129 };

	(void)state;
	assert_int_equal(NOTIFY(WMI_EVENT, &most, 1, 2, 3), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(last_notify()->target, 2);
	assert_int_equal(last_notify()->lun, 3);
	assert_int_equal(NOTIFY(WMI_EVENT, &more, ADAPTER), JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(last_notify()->size, 129);
	assert_int_equal(last_notify()->path, 255);
	assert_int_equal(last_notify()->target, 0);
	assert_int_equal(adapter.ignored_count, 1);
	assert_int_equal(NOTIFY(WMI_EVENT, (void *)NULL, ADAPTER), JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(NOTIFY(WMI_REREGISTER, 0, 4, 5), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(last_notify()->lun, 5);
	assert_int_equal(NOTIFY(BUS_CHANGE_DETECTED, 6), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(last_notify()->path, 6);
	assert_int_equal(adapter.enumeration_count, 1);
}

static void overrun_is_the_end(void **state)
{
	(void)state;
	ask(LIMIT + 1);
	assert_int_equal(NOTIFY(BUFFER_OVERRUN_DETECTED), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(started_count, LIMIT);
	assert_int_equal(NOTIFY(REQUEST_COMPLETE, started[0]), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(done_count, 0);
	jscope__stor_remove(&passive, &adapter);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_remove), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, initialise)
		TEST(types_have_their_documented_values),
		TEST(wrong_requests_are_refused),
		TEST(request_completes_once),
		TEST(pending_and_no_time_are_told_and_refused),
		TEST(unknown_types_are_refused),
		cmocka_unit_test_setup(calls_belong_into_the_life_of_the_adapter, attach),
		TEST(ticks_count_since_boot),
		TEST(wmi_events_have_a_place_and_a_limit),
		TEST(overrun_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
