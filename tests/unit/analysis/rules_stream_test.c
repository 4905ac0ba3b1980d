/* R1..R16: the trace, and how a WaveRT stream is set up and taken down. */
#include "rules_story.h"

#define STATUS_UNSUCCESSFUL	 ((int32_t)0xC0000001u)
#define STATUS_INVALID_PARAMETER ((int32_t)0xC000000Du)
#define STATUS_NOT_FOUND	 ((int32_t)0xC0000225u)

#define BEFORE(milliseconds) (STORY_ORIGIN - ms(milliseconds))

static void alloc(jscope_ns at_ns, unsigned count, unsigned actual, int32_t status)
{
	FEED(at_ns, wrt_alloc, .dev = DEV, .stream = STREAM, .notif_count = count,
	     .requested = actual, .actual = actual, .status = status);
}

static void unregister_event(jscope_ns at_ns, int64_t event, int32_t status)
{
	FEED(at_ns, wrt_unregister, .dev = DEV, .stream = STREAM, .event = event, .status = status);
}

static void a_healthy_stream_breaks_no_rule(void **state)
{
	static const unsigned applied[] = { 1,	3,  4,	5,  6,	8,  9,	10, 11, 12, 13, 15,
					    16, 17, 18, 19, 22, 23, 24, 25, 26, 28, 30, 31,
					    33, 34, 35, 36, 38, 39, 41, 42, 43, 44, 45, 46 };

	(void)state;
	for (enum jscope_profile profile = 0; profile < JSCOPE_PROFILE_COUNT; profile++) {
		feed_begin(profile);
		story_open();
		story_points(1, 50);
		story_close(50);
		feed_end();
		assert_only(0);
		for (size_t i = 0; i < sizeof applied / sizeof applied[0]; i++)
			assert_verdict(applied[i], JSCOPE_VERDICT_PASSED);
	}
}

/* Whoever begins or ends to record in the middle sees no violation, wherever that is. */
static void the_middle_of_a_trace_breaks_no_rule(void **state)
{
	(void)state;
	for (unsigned part = 0; part < 5; part++) {
		feed_begin(JSCOPE_PROFILE_STRICT);
		if (part == 0)
			story_run();
		if (part <= 1)
			story_cross(1);
		if (part <= 2)
			story_interrupt(1);
		if (part <= 3)
			story_dpc(1);
		story_answer(1);
		story_points(2, 20);
		story_close(20);
		feed_end_partial();
		assert_only(0);
	}
}

/* Other people's drivers record what they have; nothing is wrong with what they leave out. */
static void a_terse_driver_breaks_no_rule(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_STRICT);
	for (unsigned k = 1; k < 40; k++) {
		feed_at(k % 2, -1);
		FEED(point_ns(k) + us(5), irq_entry, .dev = DEV, .irq = 3, .seq = k);
		FEED(point_ns(k) + us(7), irq_exit, .dev = DEV, .irq = 3, .seq = k, .claimed = 1);
		FEED(point_ns(k) + us(9), dpc_entry, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
		FEED(point_ns(k) + us(12), ev_set, .dev = DEV, .event = EVENT, .dpc = DPC,
		     .run = k);
		FEED(point_ns(k) + us(30), ev_wake, .dev = DEV, .event = EVENT);
	}
	feed_end();
	assert_only(0);
}

/* R1 */

static void time_runs_backwards(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_at(0, 1);
	FEED(ms(2), svc_create, .dev = DEV, .group = 1);
	feed_at(1, 1);
	FEED(ms(1), svc_create, .dev = DEV, .group = 2); /* another CPU: no order between them */
	feed_end();
	assert_verdict(1, JSCOPE_VERDICT_NOT_APPLICABLE);

	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(2), svc_create, .dev = DEV, .group = 1);
	FEED(ms(1), svc_create, .dev = DEV, .group = 2);
	feed_end();
	assert_only(1);
}

static void instants_are_of_another_clock(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(100000), irq_entry, .dev = DEV, .true_ts_ns = ms(30000));
	feed_end();
	assert_only(1);
}

/* R3 */

static void a_closed_stream_is_used(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_close(2);
	story_position(point_ns(3), 0, 0);
	feed_end();
	assert_only(3);

	/* Its address may be that of a stream whose creation was lost. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_close(2);
	feed_loss(point_ns(2) + ms(7), point_ns(2) + ms(8));
	story_position(point_ns(3), 0, 0);
	feed_end();
	assert_verdict(3, JSCOPE_VERDICT_INCONCLUSIVE);
}

static void a_destroyed_group_is_used(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), svc_create, .dev = DEV, .group = 7);
	FEED(ms(2), svc_request, .dev = DEV, .group = 7);
	FEED(ms(3), svc_destroy, .dev = DEV, .group = 7);
	FEED(ms(4), svc_cancel, .dev = DEV, .group = 7);
	feed_end();
	assert_verdict(3, JSCOPE_VERDICT_VIOLATED);
	assert_int_equal(feed_result(3)->violated, 1);
}

/* R4 */

static void a_state_is_skipped(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_state(ms(999), STOP, RUN, 0);
	feed_end();
	assert_only(4);
	assert_non_null(strstr(feed_result(4)->violations[0].sentence, "STOP to RUN"));
	assert_string_equal(feed_result(4)->violations[0].object, "dev1 stream 0x10");
}

static void a_state_changes_unseen(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_state(ms(998), ACQUIRE, PAUSE, 0);
	feed_end();
	assert_only(4);
}

static void a_refused_state_change_is_none(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	FEED(BEFORE(8) + us(10), wrt_state, .dev = DEV, .stream = STREAM, .old = STOP, .new = RUN,
	     .status = STATUS_UNSUCCESSFUL);
	story_register();
	story_run();
	feed_end();
	assert_only(0);
}

/* R5, R6 */

static void a_buffer_has_three_notifications(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(BEFORE(9), wrt_newstream, .dev = DEV, .stream = STREAM, .fs = 48000, .ba = FRAME);
	alloc(BEFORE(8), 3, 3 * PACKET, 0);
	feed_end();
	assert_only(5);
}

static void a_buffer_is_no_whole_frames_or_packets(void **state)
{
	static const struct {
		unsigned count, actual;
		bool fits;
	} cases[] = {
		{ 2, BUFFER, true }, { 1, FRAME, true }, { 1, 0, false },
		{ 1, 1918, false },  { 2, 1924, false }, /* the half of it cuts a frame (trap T4) */
		{ 2, 4096, true }
	}; /* a page, rounded up to (trap T16) */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		FEED(BEFORE(9), wrt_newstream, .dev = DEV, .stream = STREAM, .fs = 48000,
		     .ba = FRAME);
		alloc(BEFORE(8), cases[i].count, cases[i].actual, 0);
		feed_end();
		assert_only(cases[i].fits ? 0 : 6);
	}
}

/* R7 */

static void an_allocation_fails_in_its_own_words(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	alloc(BEFORE(8), 2, 0, STATUS_UNSUCCESSFUL);
	feed_end();
	assert_verdict(7, JSCOPE_VERDICT_PASSED);

	feed_begin(JSCOPE_PROFILE_NONE);
	alloc(BEFORE(8), 2, 0, STATUS_INVALID_PARAMETER);
	feed_end();
	assert_only(7);
	assert_int_equal(feed_result(7)->class, JSCOPE_RULE_WARNING);

	feed_begin(JSCOPE_PROFILE_SYSVAD);
	alloc(BEFORE(8), 2, 0, STATUS_INVALID_PARAMETER);
	feed_end();
	assert_only(0);
}

/* R8 */

static void a_second_buffer_is_allocated(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	alloc(BEFORE(6), 2, BUFFER, 0);
	feed_end();
	assert_only(8);

	/* A free may have been lost between the two. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	feed_loss(BEFORE(8) + 1, BEFORE(7));
	alloc(BEFORE(6), 2, BUFFER, 0);
	feed_end();
	assert_only(0);
}

static void a_buffer_is_freed_wrongly(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	FEED(BEFORE(6), wrt_free, .dev = DEV, .stream = STREAM, .size = PACKET);
	feed_end();
	assert_only(8);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	FEED(BEFORE(6), wrt_free, .dev = DEV, .stream = STREAM, .size = BUFFER);
	FEED(BEFORE(5), wrt_free, .dev = DEV, .stream = STREAM, .size = BUFFER);
	feed_end();
	assert_only(8);
}

/* R9..R12 */

static void an_event_is_registered_without_buffer(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(BEFORE(9), wrt_newstream, .dev = DEV, .stream = STREAM, .fs = 48000, .ba = FRAME);
	story_register();
	feed_end();
	assert_only(9);
	assert_int_equal(feed_result(9)->class, JSCOPE_RULE_ERROR);

	feed_begin(JSCOPE_PROFILE_REACTOS);
	FEED(BEFORE(9), wrt_newstream, .dev = DEV, .stream = STREAM, .fs = 48000, .ba = FRAME);
	story_register();
	feed_end();
	assert_int_equal(feed_result(9)->class, JSCOPE_RULE_WARNING);
}

static void an_event_is_registered_twice(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_register();
	FEED(BEFORE(6), wrt_register, .dev = DEV, .stream = STREAM, .event = EVENT,
	     .status = STATUS_UNSUCCESSFUL);
	feed_end();
	assert_only(0);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_register();
	FEED(BEFORE(6), wrt_register, .dev = DEV, .stream = STREAM, .event = EVENT);
	feed_end();
	assert_only(10);
}

static void an_unknown_event_is_unregistered(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_register();
	unregister_event(BEFORE(6), 0x999, STATUS_NOT_FOUND);
	unregister_event(BEFORE(5), EVENT, 0);
	feed_end();
	assert_only(0);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_register();
	unregister_event(BEFORE(6), 0x999, 0);
	feed_end();
	assert_only(11);

	/* It may have been registered in what was lost, or before the trace began. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	feed_loss(BEFORE(8) + 1, BEFORE(7));
	unregister_event(BEFORE(6), 0x999, 0);
	feed_end();
	assert_verdict(11, JSCOPE_VERDICT_INCONCLUSIVE);
	feed_begin(JSCOPE_PROFILE_NONE);
	unregister_event(BEFORE(6), 0x999, 0);
	feed_end();
	assert_only(0);
}

static void a_stream_is_closed_with_events(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_register();
	FEED(BEFORE(6), wrt_free, .dev = DEV, .stream = STREAM, .size = BUFFER);
	FEED(BEFORE(5), wrt_close, .dev = DEV, .stream = STREAM);
	feed_end();
	assert_only(12);
	assert_int_equal(feed_result(12)->class, JSCOPE_RULE_ERROR);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	unregister_event(point_ns(0) + ms(1), EVENT, 0);
	feed_end();
	assert_only(12);
	assert_int_equal(feed_result(12)->class, JSCOPE_RULE_WARNING);
}

/* R13, R14 */

static void a_passive_method_runs_at_dispatch_level(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	FEED(BEFORE(7), wrt_register, .dev = DEV, .irql = 2, .stream = STREAM, .event = EVENT);
	feed_end();
	assert_only(13);
}

static void a_position_is_queried_at_device_level(void **state)
{
	static const struct {
		unsigned irql;
		bool fits;
	} levels[] = { { 0, true }, { 1, false }, { 2, true }, { 5, false } };

	(void)state;
	for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_create();
		FEED(BEFORE(6), wrt_pos, .dev = DEV, .irql = levels[i].irql, .stream = STREAM,
		     .pos_ts_ns = BEFORE(6));
		feed_end();
		assert_only(levels[i].fits ? 0 : 14);
	}
}

/* R15, R16 */

static void an_event_is_signalled_after_its_removal(void **state)
{
	(void)state;
	for (unsigned lost = 0; lost <= 1; lost++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_points(1, 3);
		story_stop(3);
		unregister_event(point_ns(3) + ms(6), EVENT, 0);
		if (lost)
			feed_loss(point_ns(3) + ms(6), point_ns(3) + ms(7));
		feed_at(1, 2);
		story_set(point_ns(3) + ms(8), 3, 0);
		feed_end();
		if (lost)
			assert_verdict(15, JSCOPE_VERDICT_INCONCLUSIVE);
		else
			assert_only(15);
	}
}

static void an_event_is_signalled_before_it_is_registered(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_set(BEFORE(8) + us(10), 0, 0);
	story_register();
	feed_end();
	assert_only(15);
}

static void a_dpc_runs_after_the_buffer_is_freed(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 3);
	story_close(3);
	feed_at(1, 2);
	FEED(point_ns(4), dpc_insert, .dev = DEV, .dpc = DPC, .caller_seq = 4, .target_cpu = 1,
	     .inserted = 1);
	FEED(point_ns(4) + us(10), dpc_entry, .dev = DEV, .irql = 2, .dpc = DPC, .run = 4);
	feed_end();
	assert_only(16);

	/* Unless a new stream of the device has taken it over. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 3);
	story_close(3);
	FEED(point_ns(3) + ms(8), wrt_newstream, .dev = DEV, .stream = 0x11, .fs = 48000,
	     .ba = FRAME);
	FEED(point_ns(3) + ms(9), wrt_alloc, .dev = DEV, .stream = 0x11, .notif_count = 2,
	     .actual = BUFFER);
	feed_at(1, 2);
	FEED(point_ns(4), dpc_insert, .dev = DEV, .dpc = DPC, .caller_seq = 4, .target_cpu = 1,
	     .inserted = 1);
	feed_end();
	assert_only(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_stream_breaks_no_rule),
		cmocka_unit_test(the_middle_of_a_trace_breaks_no_rule),
		cmocka_unit_test(a_terse_driver_breaks_no_rule),
		cmocka_unit_test(time_runs_backwards),
		cmocka_unit_test(instants_are_of_another_clock),
		cmocka_unit_test(a_closed_stream_is_used),
		cmocka_unit_test(a_destroyed_group_is_used),
		cmocka_unit_test(a_state_is_skipped),
		cmocka_unit_test(a_state_changes_unseen),
		cmocka_unit_test(a_refused_state_change_is_none),
		cmocka_unit_test(a_buffer_has_three_notifications),
		cmocka_unit_test(a_buffer_is_no_whole_frames_or_packets),
		cmocka_unit_test(an_allocation_fails_in_its_own_words),
		cmocka_unit_test(a_second_buffer_is_allocated),
		cmocka_unit_test(a_buffer_is_freed_wrongly),
		cmocka_unit_test(an_event_is_registered_without_buffer),
		cmocka_unit_test(an_event_is_registered_twice),
		cmocka_unit_test(an_unknown_event_is_unregistered),
		cmocka_unit_test(a_stream_is_closed_with_events),
		cmocka_unit_test(a_passive_method_runs_at_dispatch_level),
		cmocka_unit_test(a_position_is_queried_at_device_level),
		cmocka_unit_test(an_event_is_signalled_after_its_removal),
		cmocka_unit_test(an_event_is_signalled_before_it_is_registered),
		cmocka_unit_test(a_dpc_runs_after_the_buffer_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
