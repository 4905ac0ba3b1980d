/* The port of StorPort: starting and completing, pauses, links and the timer. */
#include "common/error.h"
#include "device_storport_fixture.h"

static void request_goes_its_way(void **state)
{
	(void)state;
	ask(1);
	assert_int_equal(started_count, 1);
	assert_int_equal(started_irql, JSCOPE__IRQL_DISPATCH);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_start)->as.stor_start.ret, 1);
	assert_int_equal(NOTIFY(IO_TARGET_REQUEST_SERVICE_TIME, UINT64_C(77), started[0]),
			 JSCOPE_STATUS_SUCCESS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_service)->as.stor_service.duration_100ns,
			 77);
	complete(&dispatch, 0);
	assert_int_equal(done_count, 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_complete)->as.stor_complete.bytes, 512);
	assert_int_equal(adapter.outstanding, 0);
	assert_null(jscope_error_sentence(0));
}

static void half_duplex_starts_at_device_level(void **state)
{
	(void)state;
	adapter.full_duplex = false;
	ask(1);
	assert_int_equal(started_irql, JSCOPE__IRQL_DEVICE);
}

static void limit_holds_requests_back(void **state)
{
	(void)state;
	ask(4);
	assert_int_equal(started_count, LIMIT);
	complete(&dispatch, 1);
	assert_int_equal(started_count, LIMIT + 1);
	assert_int_equal(started[2]->number, 3);
	complete(&dispatch, 0);
	assert_int_equal(started[3]->number, 4);
	assert_int_equal(adapter.outstanding, LIMIT);
}

static void blocks_run_out_and_come_back(void **state)
{
	const struct jscope__io io = { .done = client_done, .client = &done_count };

	(void)state;
	ask(BLOCKS);
	assert_int_equal(jscope__stor_submit(&passive, &adapter, &io),
			 JSCOPE_STATUS_INSUFFICIENT_RESOURCES);
	complete(&dispatch, 0);
	jscope__stor_release(&passive, &adapter, done_last);
	assert_int_equal(jscope__stor_submit(&passive, &adapter, &io), JSCOPE_STATUS_SUCCESS);
}

static void busy_is_tried_again_as_another_request(void **state)
{
	(void)state;
	ask(1);
	busy_left = 1;
	ask(1);
	assert_int_equal(started_count, 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_complete)->as.stor_complete.status,
			 JSCOPE__SRB_BUSY);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_request)->as.truth_request.number, 2);
	complete(&dispatch, 0);
	assert_int_equal(started_count, 2);
	assert_int_equal(started[1]->number, 3);
	assert_int_equal(done_count, 1);
}

static void request_is_built_before_it_is_started(void **state)
{
	(void)state;
	ask(1);
	assert_int_equal(built_count, 1);
	assert_int_equal(capture_at(1)->id, JSCOPE_EVENT_stor_build);
	assert_int_equal(capture_at(1)->as.stor_build.srb, started[0]->id);
	assert_int_equal(capture_at(1)->as.stor_build.irql, JSCOPE__IRQL_DISPATCH);
	assert_int_equal(capture_at(2)->id, JSCOPE_EVENT_stor_startio_entry);
	/* Built while it waits; and anew, when the adapter was too busy for it. */
	ask(2);
	assert_int_equal(built_count, 3);
	assert_int_equal(started_count, LIMIT);
	busy_left = 1;
	complete(&dispatch, 0);
	assert_int_equal(built_count, 4);
}

static void nothing_is_built_before_there_is_an_adapter(void **state)
{
	(void)state;
	ask(2);
	assert_int_equal(built_count, 0);
	jscope__stor_initialise(&passive, &adapter);
	assert_int_equal(built_count, 2);
	assert_int_equal(started_count, 2);
	assert_int_equal(started[1]->number, 2);
}

static void adapter_that_has_crashed_takes_nothing(void **state)
{
	const struct jscope__io io = { .done = client_done, .client = &done_count };

	(void)state;
	assert_int_equal(NOTIFY(BUFFER_OVERRUN_DETECTED), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(jscope__stor_submit(&passive, &adapter, &io),
			 JSCOPE_STATUS_DEVICE_DOES_NOT_EXIST);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_build), 0);
	assert_int_equal(adapter.free.count, BLOCKS);
}

static void adapter_that_is_removed_takes_nothing(void **state)
{
	const struct jscope__io io = { .done = client_done, .client = &done_count };

	(void)state;
	jscope__stor_remove(&passive, &adapter);
	assert_int_equal(jscope__stor_submit(&passive, &adapter, &io),
			 JSCOPE_STATUS_DEVICE_DOES_NOT_EXIST);
	assert_int_equal(built_count, 0);
}

/* Nothing is built at the level of the device: the DPC of the port sees to it. */
static void busy_in_the_isr_is_tried_again_by_the_dpc(void **state)
{
	(void)state;
	ask(1);
	busy_in_isr = true;
	complete_in_isr = 1;
	jscope__line_assert(&device, &line, 1, 0);
	assert_int_equal(built_count, 1);
	fake_clock_run_dpcs(&fake);
	assert_int_equal(built_count, 2);
	assert_int_equal(started_count, 2);
	assert_int_equal(done_count, 0);
}

static void link_pauses_the_adapter(void **state)
{
	(void)state;
	ask(1);
	assert_int_equal(NOTIFY(LINK_DOWN), JSCOPE_STATUS_SUCCESS);
	ask(1);
	assert_int_equal(started_count, 1);
	complete(&dispatch, 0);
	assert_int_equal(started_count, 1);
	assert_int_equal(NOTIFY(LINK_UP), JSCOPE_STATUS_SUCCESS);
	assert_int_equal(started_count, 2);
	assert_int_equal(NOTIFY(LINK_UP), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_notify), 3);
}

static void pause_ends_by_resume_or_by_itself(void **state)
{
	(void)state;
	jscope__stor_pause(&dispatch, &adapter, 2);
	ask(1);
	assert_int_equal(started_count, 0);
	jscope__stor_resume(&dispatch, &adapter);
	assert_int_equal(started_count, 1);
	jscope__stor_pause(&dispatch, &adapter, 2);
	fake.now_ns = 1000 * MS;
	/* The second pause counts from its own beginning. */
	jscope__stor_pause(&dispatch, &adapter, 2);
	ask(1);
	pass_to(2999 * MS);
	assert_int_equal(started_count, 1);
	pass_to(3000 * MS);
	assert_int_equal(started_count, 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_resume), 2);
}

static void timer_waits_for_the_tick(void **state)
{
	(void)state;
	fake.now_ns = 5 * MS;
	assert_int_equal(NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(6000)),
			 JSCOPE_STATUS_SUCCESS);
	pass_to(19 * MS);
	assert_int_equal(timer_count, 0);
	pass_to(20 * MS);
	assert_int_equal(timer_count, 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_timer_fire)->as.stor_timer_fire.value_us,
			 6000);
	pass_to(100 * MS);
	assert_int_equal(timer_count, 1);
}

static void timer_is_cancelled_and_replaced(void **state)
{
	(void)state;
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(20000));
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(0));
	pass_to(100 * MS);
	assert_int_equal(timer_count, 0);
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(20000));
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(40000));
	assert_int_equal(adapter.timer_replaced_count, 1);
	pass_to(139 * MS);
	assert_int_equal(timer_count, 0);
	pass_to(140 * MS);
	assert_int_equal(timer_count, 1);
	assert_int_equal(
		NOTIFY(REQUEST_TIMER_CALL, (jscope__stor_timer_routine *)NULL, UINT32_C(1)),
		JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_stor_timer_req)->as.stor_timer_req.routine,
			 0);
}

/* The timer has expired, but its DPC has not run, when the miniport thinks better of it. */
static void expired_timer_does_not_fire_early(void **state)
{
	(void)state;
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(10000));
	assert_true(fake_clock_step(&fake, 10 * MS));
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(10000));
	fake_clock_run_dpcs(&fake);
	assert_int_equal(timer_count, 0);
	pass_to(20 * MS);
	assert_int_equal(timer_count, 1);
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(10000));
	assert_true(fake_clock_step(&fake, 30 * MS));
	NOTIFY(REQUEST_TIMER_CALL, hw_timer, UINT32_C(0));
	pass_to(100 * MS);
	assert_int_equal(timer_count, 1);
}

static void completions_of_an_isr_go_on_in_one_dpc(void **state)
{
	(void)state;
	ask(3);
	complete_in_isr = 2;
	jscope__line_assert(&device, &line, 1, 0);
	assert_int_equal(done_count, 0);
	assert_int_equal(started_count, 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_insert), 1);
	fake_clock_run_dpcs(&fake);
	assert_int_equal(done_count, 2);
	assert_int_equal(done_irql, JSCOPE__IRQL_DISPATCH);
	assert_int_equal(started_count, 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_exit)->as.irq_exit.claimed, 1);
	complete_in_isr = 0;
	jscope__line_assert(&device, &line, 2, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_exit)->as.irq_exit.claimed, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_insert), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, initialise)
		TEST(request_goes_its_way),
		TEST(half_duplex_starts_at_device_level),
		TEST(limit_holds_requests_back),
		TEST(blocks_run_out_and_come_back),
		TEST(busy_is_tried_again_as_another_request),
		TEST(request_is_built_before_it_is_started),
		cmocka_unit_test_setup(nothing_is_built_before_there_is_an_adapter, attach),
		TEST(adapter_that_has_crashed_takes_nothing),
		TEST(adapter_that_is_removed_takes_nothing),
		TEST(busy_in_the_isr_is_tried_again_by_the_dpc),
		TEST(link_pauses_the_adapter),
		TEST(pause_ends_by_resume_or_by_itself),
		TEST(timer_waits_for_the_tick),
		TEST(timer_is_cancelled_and_replaced),
		TEST(expired_timer_does_not_fire_early),
		TEST(completions_of_an_isr_go_on_in_one_dpc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
