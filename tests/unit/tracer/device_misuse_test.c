/* What goes wrong with the hardware and the driver of a WaveRT stream, on a clock turned by hand. */
#include "device_wavert_fixture.h"

static const struct jscope_event_dev_point *last_point(void)
{
	return &capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point;
}

/* 240 frames ahead at 10 ms: point 2 comes after 5 ms, the following ones on the new grid. */
static void position_jumps_ahead(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_position_jump, 1, 0, 240);
	pass_to(f, 1010 * MS);
	pass_to(f, 1015 * MS);
	assert_int_equal(last_point()->k, 2);
	assert_int_equal(last_point()->ideal_ns, 1015 * MS);
	pass_to(f, 1025 * MS);
	assert_int_equal(last_point()->ideal_ns, 1025 * MS);
	assert_int_equal(packet_count(f), 3);
}

/* Points that a jump passes over are reached by it. */
static void jumped_points_come_at_once(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_position_jump, 1, 0, 1000);
	pass_to(f, 1010 * MS + 500);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 3);
	assert_int_equal(last_point()->k, 3);
	assert_int_equal(last_point()->ideal_ns, 1010 * MS + 500);
}

static void jumps_are_bounded(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_position_jump, 1, 0, INT64_MAX);
	pass_to(f, 1010 * MS);
	assert_int_equal(last_point()->k, 17);
	fixture_run(state);
	fixture_fault(f, JSCOPE_FAULT_position_jump, 1, 0, INT64_MIN);
	pass_to(f, 1010 * MS);
	assert_int_equal(packet_count(f), 0);
	pass_to(f, 1030 * MS);
	assert_int_equal(last_point()->k, 2);
}

static void engine_stands_still(void **state)
{
	struct fixture *f = *state;
	struct jscope__stream_position position;

	fixture_fault(f, JSCOPE_FAULT_position_stall, 1, 30 * MS, 0);
	pass_to(f, 1010 * MS);
	pass_to(f, 1035 * MS);
	assert_int_equal(jscope__stream_get_position(&f->context, &f->stream, &position), 0);
	assert_int_equal(position.play_offset, 1920);
	pass_to(f, 1050 * MS);
	assert_int_equal(last_point()->k, 2);
	assert_int_equal(last_point()->ideal_ns, 1050 * MS);
}

/* 2 % fast from point 1 on: the next ones after 9803922 ns each. */
static void rate_goes_wrong(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_wrong_rate, 1, 0, 20000);
	pass_to(f, 1010 * MS);
	pass_to(f, 1020 * MS);
	assert_int_equal(last_point()->ideal_ns, 1010 * MS + 9803922);
}

/* Told and interrupted 2 ms before the engine is there. */
static void point_comes_too_early(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_early_point, 1, 2 * MS, 0);
	pass_to(f, 1010 * MS);
	pass_to(f, 1018 * MS);
	assert_int_equal(last_point()->k, 2);
	assert_int_equal(last_point()->ideal_ns, 1020 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.linear, 18 * 192);
	pass_to(f, 1030 * MS - 1);
	assert_int_equal(last_point()->k, 2);
}

static void point_is_missed(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_miss_point, 1, 0, 0);
	pass_to(f, 1010 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 0);
	pass_to(f, 1020 * MS);
	assert_int_equal(last_point()->k, 2);
}

static void point_follows_the_halt(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_point_after_run, 1, 0, 0);
	f->fake.now_ns = 1005 * MS;
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_dev_point);
}

/* 128 frames are 2.667 ms, of which a driver that counts whole milliseconds makes 2. */
static void period_is_truncated(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(jscope__stream_allocate(&f->context, &f->stream, 2, 1024, &f->bytes), 0);
	fixture_fault(f, JSCOPE_FAULT_truncate_period, 1, 0, 0);
	go(f, JSCOPE__KSSTATE_ACQUIRE);
	go(f, JSCOPE__KSSTATE_PAUSE);
	go(f, JSCOPE__KSSTATE_RUN);
	for (jscope_ns at_ns = 1002 * MS; at_ns <= 1020 * MS; at_ns += 2 * MS)
		pass_to(f, at_ns);
	assert_int_equal(last_point()->k, 10);
	assert_int_equal(last_point()->ideal_ns, 1020 * MS);
	assert_int_equal(packet_count(f), 10);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.linear, 20 * 192);
}

/* One in the middle of the period; or one every 50 us for 1 ms. Nobody claims them. */
static void interrupts_come_for_nothing(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_spurious_interrupt, 1, 0, 0);
	pass_to(f, 1010 * MS);
	assert_int_equal(f->stream.unrest.due_ns, 1015 * MS);
	fixture_run(state);
	fixture_fault(f, JSCOPE_FAULT_interrupt_storm, 1, MS, 0);
	pass_to(f, 1010 * MS);
	for (f->fake.timer = &f->stream.unrest; f->stream.unrest.armed;)
		fake_clock_leap(&f->fake, f->stream.unrest.due_ns);
	assert_int_equal(f->fake.now_ns, 1011 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 1 + 20);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_exit)->as.irq_exit.claimed, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_insert), 1);
}

static void unclaimed_interrupt_queues(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_queue_unclaimed, 1, 0, 0);
	jscope__line_assert(&f->context, &f->line, 1001 * MS, 0);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_exit)->as.irq_exit.claimed, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_exit), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 0);
}

static void position_is_asked_in_the_isr(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_position_in_isr, 1, 0, 0);
	fake_clock_leap(&f->fake, 1010 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.irql, 5);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.source, 0);
}

static void dpc_signals_wrongly(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_forget_event, 1, 0, 0);
	pass_to(f, 1010 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 0);
	fixture_fault(f, JSCOPE_FAULT_signal_twice, 1, 0, 0);
	pass_to(f, 1020 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.prev, 1);
}

/* Points 1 to 3 merge, and 1 is told; the next signal is right again. */
static void merged_points_count_once(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_count_merged_once, 1, 0, 0);
	pass_to(f, 1035 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 1);
	pass_to(f, 1040 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 4);
}

static void positions_are_noisy(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_position_noise, 1, JSCOPE_NS_PER_SEC, 20);
	pass_to(f, 1010 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.linear, 460 * 4);
	pass_to(f, 1020 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_pos)->as.wrt_pos.linear, 980 * 4);
}

static void capture_driver_errs(void **state)
{
	struct fixture *f = *state;
	struct jscope__read_packet packet;

	pass_to(f, 1010 * MS);
	fixture_fault(f, JSCOPE_FAULT_deny_read, 1, 0, 0);
	assert_int_equal(jscope__stream_get_read_packet(&f->context, &f->stream, &packet),
			 JSCOPE_STATUS_DEVICE_NOT_READY);
	assert_int_equal(jscope__stream_get_read_packet(&f->context, &f->stream, &packet), 0);
	fixture_fault(f, JSCOPE_FAULT_read_again, 1, 0, 0);
	pass_to(f, 1020 * MS);
	assert_int_equal(jscope__stream_get_read_packet(&f->context, &f->stream, &packet), 0);
	assert_int_equal(packet.packet, 0);
	fixture_fault(f, JSCOPE_FAULT_stamp_packet_end, 1, 0, 0);
	assert_int_equal(jscope__stream_get_read_packet(&f->context, &f->stream, &packet), 0);
	assert_int_equal(packet.packet, 1);
	assert_int_equal(packet.first_sample_ns, 1020 * MS);
}

/* A call without the driver's checks is one call: the next one is checked again. */
static void checks_are_off_for_one_call(void **state)
{
	struct fixture *f = *state;

	f->stream.unchecked = true;
	assert_int_equal(jscope__stream_free(&f->context, &f->stream, 3840), 0);
	assert_true(f->stream.freed);
	assert_int_equal(jscope__stream_free(&f->context, &f->stream, 3840),
			 JSCOPE_STATUS_INVALID_DEVICE_STATE);
	pass_to(f, 1010 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 1);
	jscope__stream_close(&f->context, &f->stream);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_free), 1);
}

static void unchecked_unregister_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct jscope__kevent unknown = { .id = 5 };

	f->stream.unchecked = true;
	assert_int_equal(jscope__stream_unregister(&f->context, &f->stream, &unknown), 0);
	f->stream.unchecked = true;
	assert_int_equal(jscope__stream_unregister(&f->context, &f->stream, &f->event), 0);
	assert_int_equal(f->stream.event_count, 1);
	f->stream.unchecked = true;
	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &f->event), 0);
	assert_int_equal(f->stream.event_count, 1);
}

#define TEST(name)	      cmocka_unit_test_setup_teardown(name, fixture_run, fixture_close)
#define TEST_IN(name, set_up) cmocka_unit_test_setup_teardown(name, set_up, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(position_jumps_ahead),
		TEST(jumped_points_come_at_once),
		TEST(jumps_are_bounded),
		TEST(engine_stands_still),
		TEST(rate_goes_wrong),
		TEST(point_comes_too_early),
		TEST(point_is_missed),
		TEST(point_follows_the_halt),
		TEST_IN(period_is_truncated, fixture_open),
		TEST(interrupts_come_for_nothing),
		TEST(unclaimed_interrupt_queues),
		TEST(position_is_asked_in_the_isr),
		TEST(dpc_signals_wrongly),
		TEST(merged_points_count_once),
		TEST(positions_are_noisy),
		TEST_IN(capture_driver_errs, fixture_record),
		TEST(checks_are_off_for_one_call),
		TEST(unchecked_unregister_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
