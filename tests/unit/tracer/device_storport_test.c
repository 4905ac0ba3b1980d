/* The port of StorPort: StorPortNotification, starting and completing, pauses and the timer. */
#include "../cmocka_all.h"

#include <string.h>

#include "common/error.h"
#include "device_capture.h"
#include "device_clock_fake.h"
#include "stor.h"

#define MS	    JSCOPE_NS_PER_MS
#define TICK_NS	    (10 * MS)
#define BLOCKS	    8
#define LIMIT	    2
#define ADAPTER	    JSCOPE__STOR_PATH_ADAPTER
#define NOTIFY(...) NOTIFY_(__VA_ARGS__, 0)
#define NOTIFY_(type, ...)                                                                         \
	jscope__stor_notification(&dispatch, JSCOPE__STOR_##type, extension, __VA_ARGS__)

static struct fake_clock fake;
static struct jscope__context dispatch, passive, device;
static struct jscope__adapter adapter;
static struct jscope__srb blocks[BLOCKS];
static char extension[4];
static struct jscope__line line = {
	.number = 9, .dev = 3, .isr = jscope__stor_isr, .state = &adapter
};

/* What the miniport has been given, and what it does in its ISR; what the client was told. */
static struct jscope__srb *started[BLOCKS];
static unsigned started_count, done_count, timer_count;
static uint8_t started_irql, done_irql;
static unsigned busy_left, complete_in_isr;
static struct jscope__srb *done_last;

static void build_io(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	(void)context;
	assert_ptr_equal(state, extension);
	assert_int_equal(srb->state, JSCOPE__SRB_STATE_QUEUED);
}

static bool start_io(struct jscope__context *context, void *state, struct jscope__srb *srb)
{
	(void)state;
	assert_true(fake.locked);
	started_irql = context->irql;
	if (busy_left > 0) {
		busy_left--;
		srb->status = JSCOPE__SRB_BUSY;
		return false;
	}
	started[started_count++] = srb;
	return true;
}

static void complete(struct jscope__context *context, unsigned index)
{
	started[index]->status = JSCOPE__SRB_SUCCESS;
	started[index]->bytes_done = 512;
	assert_int_equal(jscope__stor_notification(context, JSCOPE__STOR_REQUEST_COMPLETE,
						   extension, started[index]),
			 JSCOPE_STATUS_SUCCESS);
}

static bool interrupt(struct jscope__context *context, void *state,
		      const struct jscope__interrupt *told)
{
	(void)state;
	(void)told;
	for (unsigned i = 0; i < complete_in_isr; i++)
		complete(context, i);
	return complete_in_isr > 0;
}

static const struct jscope__miniport miniport = { .build_io = build_io,
						  .start_io = start_io,
						  .interrupt = interrupt };

static void client_done(struct jscope__context *context, void *client, struct jscope__srb *srb)
{
	assert_ptr_equal(client, &done_count);
	done_irql = context->irql;
	done_count++;
	done_last = srb;
}

static void ask(unsigned count)
{
	const struct jscope__io io = {
		.op = JSCOPE__SCSI_READ, .bytes = 512, .done = client_done, .client = &done_count
	};

	for (unsigned i = 0; i < count; i++)
		assert_int_equal(jscope__stor_submit(&passive, &adapter, &io),
				 JSCOPE_STATUS_SUCCESS);
}

static void hw_timer(struct jscope__context *context, void *state)
{
	assert_ptr_equal(state, extension);
	assert_int_equal(context->irql, JSCOPE__IRQL_DISPATCH);
	timer_count++;
}

static int attach(void **state)
{
	(void)state;
	fake_clock_init(&fake, 1);
	dispatch = fake_context(&fake, JSCOPE__IRQL_DISPATCH);
	passive = fake_context(&fake, JSCOPE__IRQL_PASSIVE);
	device = fake_context(&fake, JSCOPE__IRQL_DEVICE);
	memset(blocks, 0, sizeof blocks);
	memset(&adapter, 0, sizeof adapter);
	adapter.machine = &fake.machine;
	adapter.miniport = &miniport;
	adapter.extension = extension;
	adapter.dev = 3;
	adapter.limit = LIMIT;
	adapter.full_duplex = true;
	adapter.tick_ns = TICK_NS;
	adapter.srbs = blocks;
	adapter.srb_count = BLOCKS;
	jscope__stor_attach(&adapter);
	started_count = done_count = timer_count = busy_left = complete_in_isr = 0;
	jscope_error_clear();
	capture_start();
	return 0;
}

static int initialise(void **state)
{
	attach(state);
	jscope__stor_initialise(&passive, &adapter);
	return 0;
}

/* Fire the timers up to an instant, and run what they queue. */
static void pass_to(jscope_ns end_ns)
{
	fake_clock_run_dpcs(&fake);
	while (fake_clock_step(&fake, end_ns))
		fake_clock_run_dpcs(&fake);
}

static void sentence_has(const char *fragment)
{
	const char *sentence = jscope_error_sentence(0);

	if (!sentence || !strstr(sentence, fragment))
		fail_msg("'%s' is not in '%s'", fragment, sentence ? sentence : "(nothing)");
	jscope_error_clear();
}

static const struct jscope_event_stor_notify *last_notify(void)
{
	return &capture_last_of(JSCOPE_EVENT_stor_notify)->as.stor_notify;
}

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

static void overrun_is_the_end(void **state)
{
	(void)state;
	ask(1);
	assert_int_equal(NOTIFY(BUFFER_OVERRUN_DETECTED), JSCOPE_STATUS_SUCCESS);
	ask(1);
	assert_int_equal(started_count, 1);
	assert_int_equal(NOTIFY(REQUEST_COMPLETE, started[0]), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(done_count, 0);
	jscope__stor_remove(&passive, &adapter);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_stor_remove), 0);
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
		TEST(types_have_their_documented_values),
		TEST(request_goes_its_way),
		TEST(half_duplex_starts_at_device_level),
		TEST(limit_holds_requests_back),
		TEST(blocks_run_out_and_come_back),
		TEST(busy_is_tried_again_as_another_request),
		TEST(wrong_requests_are_refused),
		TEST(request_completes_once),
		TEST(pending_and_no_time_are_told_and_refused),
		TEST(unknown_types_are_refused),
		cmocka_unit_test_setup(calls_belong_into_the_life_of_the_adapter, attach),
		TEST(ticks_count_since_boot),
		TEST(wmi_events_have_a_place_and_a_limit),
		TEST(link_pauses_the_adapter),
		TEST(pause_ends_by_resume_or_by_itself),
		TEST(overrun_is_the_end),
		TEST(timer_waits_for_the_tick),
		TEST(timer_is_cancelled_and_replaced),
		TEST(expired_timer_does_not_fire_early),
		TEST(completions_of_an_isr_go_on_in_one_dpc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
