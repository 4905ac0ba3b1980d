/* The WaveRT stream on a clock that is turned by hand: life, events, points. */
#include "device_wavert_fixture.h"

static void states_change_to_neighbours_only(void **state)
{
	enum { OK = JSCOPE_STATUS_SUCCESS, NO = JSCOPE_STATUS_INVALID_DEVICE_STATE };
	static const jscope_status expected[4][4] = {
		{ NO, OK, NO, NO }, { OK, NO, OK, NO }, { NO, OK, NO, OK }, { NO, NO, OK, NO }
	};

	for (unsigned from = 0; from < 4; from++)
		for (unsigned to = 0; to < 4; to++) {
			struct fixture *f;

			fixture_open(state);
			f = *state;
			jscope__stream_allocate(&f->context, &f->stream, 2, 3840, &f->bytes);
			for (unsigned i = 1; i <= from; i++)
				assert_int_equal(go(f, i), 0);
			assert_int_equal(go(f, to), expected[from][to]);
			assert_int_equal(f->stream.state, expected[from][to] == OK ? to : from);
			assert_int_equal(go(f, 4), JSCOPE_STATUS_INVALID_PARAMETER);
		}
}

static void run_needs_a_buffer(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(go(f, JSCOPE__KSSTATE_ACQUIRE), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_state)->as.wrt_state.status,
			 JSCOPE_STATUS_INVALID_DEVICE_STATE);
}

static void buffers_hold_whole_packets(void **state)
{
	static const struct {
		uint32_t count, requested, actual;
		jscope_status status;
	} cases[] = {
		{ 2, 3840, 3840, JSCOPE_STATUS_SUCCESS },
		{ 1, 3840, 3840, JSCOPE_STATUS_SUCCESS },
		{ 2, 3844, 3840, JSCOPE_STATUS_SUCCESS }, /* half a frame per packet */
		{ 2, 3847, 3840, JSCOPE_STATUS_SUCCESS },
		{ 1, 3847, 3844, JSCOPE_STATUS_SUCCESS },
		{ 2, 8, 8, JSCOPE_STATUS_SUCCESS },
		{ 2, 7, 0, JSCOPE_STATUS_UNSUCCESSFUL },
		{ 1, 3, 0, JSCOPE_STATUS_UNSUCCESSFUL },
		{ 1, 0, 0, JSCOPE_STATUS_UNSUCCESSFUL },
		{ 0, 3840, 0, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 3, 3840, 0, JSCOPE_STATUS_INVALID_PARAMETER },
		{ UINT32_MAX, 3840, 0, JSCOPE_STATUS_INVALID_PARAMETER },
		{ 2, UINT32_MAX, 0, JSCOPE_STATUS_INSUFFICIENT_RESOURCES },
	};
	struct fixture *f;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t actual = 0;

		fixture_open(state);
		f = *state;
		assert_int_equal(jscope__stream_allocate(&f->context, &f->stream, cases[i].count,
							 cases[i].requested, &actual),
				 cases[i].status);
		assert_int_equal(actual, cases[i].actual);
		assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc.status,
				 cases[i].status);
	}
}

static void one_buffer_at_a_time(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(jscope__stream_free(&f->context, &f->stream, 0),
			 JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(jscope__stream_allocate(&f->context, &f->stream, 1, 400, &f->bytes), 0);
	assert_int_equal(jscope__stream_allocate(&f->context, &f->stream, 1, 400, &f->bytes),
			 JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
	assert_int_equal(jscope__stream_free(&f->context, &f->stream, 399),
			 JSCOPE_STATUS_INVALID_PARAMETER);
	assert_int_equal(jscope__stream_free(&f->context, &f->stream, 400), 0);
	assert_int_equal(jscope__stream_allocate(&f->context, &f->stream, 2, 800, &f->bytes), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_free), 1);
}

static void events_register_once_and_after_the_buffer(void **state)
{
	struct fixture *f = *state;
	struct jscope__kevent more[JSCOPE__STREAM_EVENTS_MAX] = { { .id = 0 } };

	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &f->event),
			 JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
	jscope__stream_allocate(&f->context, &f->stream, 2, 3840, &f->bytes);
	assert_int_equal(jscope__stream_unregister(&f->context, &f->stream, &f->event),
			 JSCOPE_STATUS_NOT_FOUND);
	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &f->event), 0);
	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &f->event),
			 JSCOPE_STATUS_UNSUCCESSFUL);
	for (unsigned i = 1; i < JSCOPE__STREAM_EVENTS_MAX; i++)
		assert_int_equal(jscope__stream_register(&f->context, &f->stream, &more[i]), 0);
	assert_int_equal(jscope__stream_register(&f->context, &f->stream, &more[0]),
			 JSCOPE_STATUS_INSUFFICIENT_RESOURCES);
	assert_int_equal(jscope__stream_unregister(&f->context, &f->stream, &f->event), 0);
	assert_int_equal(jscope__stream_unregister(&f->context, &f->stream, &f->event),
			 JSCOPE_STATUS_NOT_FOUND);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_unregister)->as.wrt_unregister.status,
			 JSCOPE_STATUS_NOT_FOUND);
	assert_int_equal(f->stream.event_count, JSCOPE__STREAM_EVENTS_MAX - 1);
	assert_ptr_equal(f->stream.events[0], &more[1]);
}

static void one_point_makes_one_chain(void **state)
{
	static const enum jscope_event_id expected[] = {
		JSCOPE_EVENT_dev_point,	 JSCOPE_EVENT_irq_entry, JSCOPE_EVENT_irq_ack,
		JSCOPE_EVENT_dpc_insert, JSCOPE_EVENT_irq_exit,	 JSCOPE_EVENT_dpc_entry,
		JSCOPE_EVENT_wrt_pos,	 JSCOPE_EVENT_ev_set,	 JSCOPE_EVENT_dpc_exit,
	};
	struct fixture *f = *state;
	size_t first = capture_count();

	fake_clock_leap(&f->fake, 1010 * MS - 1);
	assert_int_equal(capture_count(), first);
	fake_clock_leap(&f->fake, 1010 * MS + 3000);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(capture_count(), first + 9);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(capture_at(first + i)->id, expected[i]);
	assert_int_equal(capture_at(first)->as.dev_point.k, 1);
	assert_int_equal(capture_at(first)->as.dev_point.ideal_ns, 1010 * MS);
	assert_int_equal(capture_at(first)->as.dev_point.linear, 1920);
	assert_int_equal(capture_at(first + 1)->as.irq_entry.true_ts_ns, 1010 * MS);
	assert_int_equal(capture_at(first + 6)->as.wrt_pos.linear, 1920);
	assert_int_equal(capture_at(first + 6)->as.wrt_pos.pos_ts_ns, 1010 * MS + 3000);
	assert_int_equal(capture_at(first + 7)->as.ev_set.packet, 1);
	assert_int_equal(f->fake.timer->due_ns, 1020 * MS);
}

/* A device thread that wakes three points too late asserts three times; one DPC serves them. */
static void late_points_merge_in_the_dpc(void **state)
{
	struct fixture *f = *state;

	fake_clock_leap(&f->fake, 1035 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_entry)->as.irq_entry.true_ts_ns,
			 1030 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_insert)->as.dpc_insert.inserted, 0);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 3);
	assert_int_equal(f->stream.points_served, 3);
	assert_int_equal(f->fake.timer->due_ns, 1040 * MS);
}

static void foreign_interrupt_is_not_claimed(void **state)
{
	struct fixture *f = *state;

	jscope__line_assert(&f->context, &f->line, 1001 * MS, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_exit)->as.irq_exit.claimed, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_ack), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_insert), 0);
}

static void all_registered_events_are_set(void **state)
{
	struct fixture *f = *state;
	struct jscope__kevent second = { .id = 100 };

	jscope__stream_register(&f->context, &f->stream, &second);
	fake_clock_leap(&f->fake, 1010 * MS);
	fake_clock_run_dpcs(&f->fake);
	assert_true(f->event.signalled && second.signalled);
	jscope__stream_unregister(&f->context, &f->stream, &second);
	second.signalled = false;
	fake_clock_leap(&f->fake, 1020 * MS);
	fake_clock_run_dpcs(&f->fake);
	assert_false(second.signalled);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.prev, 1);
}

/* 7 ms, a pause of an hour, 3 ms more: the next point is 3 ms after the second start. */
static void pause_keeps_the_part_of_a_period(void **state)
{
	struct fixture *f = *state;
	struct jscope__stream_position position;
	jscope_ns again_ns = 3600 * JSCOPE_NS_PER_SEC;

	fake_clock_leap(&f->fake, 1007 * MS);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_state)->as.wrt_state.linear, 7 * 192);
	fake_clock_leap(&f->fake, again_ns);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 0);
	assert_int_equal(jscope__stream_get_position(&f->context, &f->stream, &position), 0);
	assert_int_equal(position.play_offset, 7 * 192);
	assert_int_equal(position.write_offset, 1920);
	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), 0);
	assert_int_equal(f->fake.timer->due_ns, again_ns + 3 * MS);
	fake_clock_leap(&f->fake, again_ns + 3 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point.k, 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point.linear, 1920);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_glitch), 0);
}

/* The points that lie before the halt are served although the timer had not come to them. */
static void leaving_run_serves_what_was_crossed(void **state)
{
	struct fixture *f = *state;

	f->fake.now_ns = 1025 * MS;
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 2);
	assert_int_equal(f->stream.points_served, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_state)->as.wrt_state.linear, 25 * 192);
	assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_wrt_state);
	assert_false(f->fake.timer->armed);
}

static void stop_resets_the_position(void **state)
{
	struct fixture *f = *state;

	fake_clock_leap(&f->fake, 1015 * MS);
	assert_int_equal(jscope__stream_set_write_packet(&f->context, &f->stream, 2,
							 JSCOPE__WRITE_END_OF_STREAM, 4),
			 0);
	for (int next = JSCOPE__KSSTATE_PAUSE; next >= JSCOPE__KSSTATE_STOP; next--)
		assert_int_equal(go(f, (unsigned)next), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_state)->as.wrt_state.linear, 0);
	assert_int_equal(packet_count(f), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_ACQUIRE), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(write_packet(f, 0), 0);
	assert_int_equal(go(f, JSCOPE__KSSTATE_RUN), 0);
	fake_clock_leap(&f->fake, 1025 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dev_point), 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dev_point)->as.dev_point.k, 1);
}

static void no_buffer_leaves_while_running(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(jscope__stream_free(&f->context, &f->stream, f->bytes),
			 JSCOPE_STATUS_INVALID_DEVICE_STATE);
	assert_int_equal(f->stream.buffer_bytes, 3840);
}

static void close_takes_everything_down(void **state)
{
	struct fixture *f = *state;

	fake_clock_leap(&f->fake, 1015 * MS);
	jscope__stream_unregister(&f->context, &f->stream, &f->event);
	jscope__stream_close(&f->context, &f->stream);
	assert_int_equal(capture_at(capture_count() - 1)->id, JSCOPE_EVENT_wrt_close);
	assert_int_equal(capture_at(capture_count() - 2)->id, JSCOPE_EVENT_wrt_free);
	assert_int_equal(capture_at(capture_count() - 3)->as.wrt_state.new, JSCOPE__KSSTATE_STOP);
	assert_false(f->fake.timer->armed);
}

static void statuses_have_names(void **state)
{
	(void)state;
	assert_string_equal(jscope__status_name(JSCOPE_STATUS_NOT_FOUND), "STATUS_NOT_FOUND");
	assert_int_equal((uint32_t)JSCOPE_STATUS_NOT_FOUND, 0xC0000225u);
	assert_string_equal(jscope__status_name(-1), "an unknown status");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(states_change_to_neighbours_only, fixture_open,
						fixture_close),
		cmocka_unit_test_setup_teardown(run_needs_a_buffer, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(buffers_hold_whole_packets, fixture_open,
						fixture_close),
		cmocka_unit_test_setup_teardown(one_buffer_at_a_time, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(events_register_once_and_after_the_buffer,
						fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(one_point_makes_one_chain, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(late_points_merge_in_the_dpc, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(foreign_interrupt_is_not_claimed, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(all_registered_events_are_set, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(pause_keeps_the_part_of_a_period, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(leaving_run_serves_what_was_crossed, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(stop_resets_the_position, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(no_buffer_leaves_while_running, fixture_run,
						fixture_close),
		cmocka_unit_test_setup_teardown(close_takes_everything_down, fixture_run,
						fixture_close),
		cmocka_unit_test(statuses_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
