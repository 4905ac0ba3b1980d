/* R24..R30, R39, R40: points, the counter that follows them, and what is signalled for them. */
#include "rules_story.h"

static void cross(jscope_ns at_ns, unsigned k, int64_t linear)
{
	feed_at(1, 1);
	FEED(at_ns, dev_point, .dev = DEV, .stream = STREAM, .k = k, .ideal_ns = at_ns,
	     .linear = linear);
}

static void count(jscope_ns at_ns, unsigned packets)
{
	feed_at(0, CLIENT);
	FEED(at_ns, wrt_packet, .dev = DEV, .stream = STREAM, .packet = packets, .kind = 2);
}

/* R24 */

static void a_point_is_crossed_twice_or_never(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	cross(point_ns(2) + ms(1), 2, 2 * PACKET);
	feed_end();
	assert_only(24);

	for (unsigned lost = 0; lost <= 1; lost++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_points(1, 2);
		if (lost)
			feed_loss(point_ns(2) + ms(1), point_ns(3) + ms(1));
		cross(point_ns(4), 4, 4 * PACKET);
		feed_end();
		assert_verdict(24, lost ? JSCOPE_VERDICT_INCONCLUSIVE : JSCOPE_VERDICT_VIOLATED);
	}
}

static void a_point_lies_elsewhere(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	cross(point_ns(1), 1, PACKET / 2);
	feed_end();
	assert_only(24);
}

static void a_run_ends_beyond_an_uncrossed_point(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_stop(3);
	feed_end();
	assert_only(24);

	/* On the point itself nobody can tell whether it was crossed. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_state(point_ns(3), RUN, PAUSE, 3 * PACKET);
	feed_end();
	assert_only(0);
}

static void points_go_on_after_a_pause(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_state(point_ns(2) + ms(5), RUN, PAUSE, 25 * BYTES_PER_MS);
	story_state(point_ns(4) + ms(5), PAUSE, RUN, 25 * BYTES_PER_MS);
	cross(point_ns(5), 3, 3 * PACKET);
	feed_end();
	assert_only(0);
	assert_verdict(24, JSCOPE_VERDICT_PASSED);
}

/* R25 */

static void a_point_is_crossed_in_pause(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_state(point_ns(2) + ms(5), RUN, PAUSE, 25 * BYTES_PER_MS);
	cross(point_ns(3), 3, 3 * PACKET);
	feed_end();
	assert_only(25);

	/* Told late, but crossed before: a device thread may be behind. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	story_state(point_ns(3) + us(5), RUN, PAUSE, 3 * PACKET);
	FEED(point_ns(3) + us(9), dev_point, .dev = DEV, .stream = STREAM, .k = 3,
	     .ideal_ns = point_ns(3), .linear = 3 * PACKET);
	feed_end();
	assert_only(0);
}

/* R26 */

static void a_packet_is_signalled_too_early(void **state)
{
	(void)state;
	for (unsigned early_us = 10; early_us <= 500; early_us += 490) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_points(1, 2);
		feed_at(1, 2);
		FEED(point_ns(3) - us(early_us), ev_set, .dev = DEV, .irql = 2, .event = EVENT,
		     .packet = 3);
		feed_end();
		/* The rate may be 1 % off, and a frame is 21 us. */
		assert_only(early_us > 130 ? 26 : 0);
	}
}

/* R28, with trap T1: 128 frames are 2.667 ms, a timer of 2 ms counts a third too fast. */

static void the_counter_runs_away(void **state)
{
	(void)state;
	for (unsigned tick_us = 2000; tick_us <= 2667; tick_us += 667) {
		feed_begin(JSCOPE_PROFILE_SYSVAD);
		feed_at(0, CLIENT);
		FEED(ms(990), wrt_newstream, .dev = DEV, .stream = STREAM, .fs = 48000, .ba = 4);
		FEED(ms(991), wrt_alloc, .dev = DEV, .stream = STREAM, .notif_count = 2,
		     .actual = 1024);
		story_register();
		story_state(ms(998), STOP, ACQUIRE, 0);
		story_state(ms(999), ACQUIRE, PAUSE, 0);
		story_state(ms(1000), PAUSE, RUN, 0);
		feed_at(1, 2);
		for (unsigned k = 1; k <= 30; k++) {
			const jscope_ns at_ns = STORY_ORIGIN + us((int64_t)k * tick_us);
			const int64_t linear = (int64_t)k * tick_us * BYTES_PER_MS / 1000 / 4 * 4;

			FEED(at_ns, wrt_pos, .dev = DEV, .irql = 2, .stream = STREAM,
			     .linear = linear, .offset = linear % 1024, .pos_ts_ns = at_ns,
			     .source = 1, .accuracy = BYTES_PER_MS);
			FEED(at_ns + us(5), ev_set, .dev = DEV, .irql = 2, .event = EVENT,
			     .packet = k);
		}
		feed_end();
		assert_verdict(28,
			       tick_us == 2000 ? JSCOPE_VERDICT_VIOLATED : JSCOPE_VERDICT_PASSED);
	}
}

static void the_counter_is_read(void **state)
{
	static const struct {
		unsigned count; /* at the point 10 */
		bool fits;
	} cases[] = { { 8, false }, { 9, true }, { 10, true }, { 11, true }, { 12, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_points(1, 10);
		count(point_ns(10) + us(200), cases[i].count);
		feed_end();
		assert_only(cases[i].fits ? 0 : 28);
	}
}

static void the_counter_survives_stop(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 10);
	story_stop(10);
	count(point_ns(10) + ms(7), 10);
	feed_end();
	assert_only(28);
}

/* R29 */

static void the_client_stops(unsigned first_point, unsigned points)
{
	for (unsigned k = first_point; k < first_point + points; k++) {
		story_cross(k);
		story_interrupt(k);
		story_dpc(k);
		story_wake(point_ns(k) + us(60));
		story_wait(point_ns(k) + us(70));
	}
}

static void the_device_stops_with_its_client(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	the_client_stops(3, 10);
	story_stop(12);
	feed_end();
	assert_verdict(29, JSCOPE_VERDICT_PASSED);

	for (unsigned lost = 0; lost <= 1; lost++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_points(1, 2);
		the_client_stops(3, 3);
		if (lost)
			feed_loss(point_ns(6), point_ns(7));
		story_write(point_ns(11), 12);
		feed_end();
		assert_int_equal(feed_result(29)->violated, !lost);
	}
}

/* A device that falls silent while the client answers has another fault than this. */
static void a_device_that_stops_first_is_not_led_by_its_client(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 3);
	story_write(point_ns(13), 14);
	feed_end();
	assert_verdict(29, JSCOPE_VERDICT_NOT_APPLICABLE);
}

/* R30, R40 */

/* Points k and k + 1 merge into run k of the DPC, which tells `packet`. */
static void merge(unsigned k, unsigned packet, unsigned told)
{
	const jscope_ns at_ns = point_ns(k + 1);

	story_cross(k);
	story_interrupt(k);
	story_cross(k + 1);
	feed_at(1, 1);
	FEED(at_ns + us(5), irq_entry, .dev = DEV, .irql = 5, .irq = 16, .seq = k + 1);
	if (told > 1)
		FEED(at_ns + us(7), dpc_insert, .dev = DEV, .irql = 5, .dpc = DPC,
		     .caller_seq = k + 1, .target_cpu = 1);
	FEED(at_ns + us(8), irq_exit, .dev = DEV, .irql = 5, .irq = 16, .seq = k + 1,
	     .claimed = told > 1);
	feed_at(1, 2);
	FEED(at_ns + us(20), dpc_entry, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
	FEED(at_ns + us(25), ev_set, .dev = DEV, .irql = 2, .event = EVENT, .dpc = DPC, .run = k,
	     .packet = packet);
	FEED(at_ns + us(30), dpc_exit, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
}

static void merged_points_are_counted(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	merge(3, 4, 2);
	feed_end();
	assert_verdict(30, JSCOPE_VERDICT_PASSED);
	assert_verdict(40, JSCOPE_VERDICT_PASSED);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	merge(3, 3, 2);
	feed_end();
	assert_verdict(30, JSCOPE_VERDICT_PASSED);
	assert_verdict(40, JSCOPE_VERDICT_VIOLATED);
}

static void a_packet_is_skipped_or_repeated(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	merge(3, 4, 1);
	feed_end();
	assert_verdict(30, JSCOPE_VERDICT_VIOLATED);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	merge(3, 2, 1);
	feed_end();
	assert_verdict(30, JSCOPE_VERDICT_VIOLATED);

	/* Who does not record inserts may have merged; what was lost may have, too. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 2);
	feed_loss(point_ns(2) + ms(1), point_ns(3) + ms(1));
	feed_at(1, 2);
	FEED(point_ns(5), ev_set, .dev = DEV, .event = EVENT, .dpc = DPC, .run = 5, .packet = 5);
	feed_end();
	assert_verdict(30, JSCOPE_VERDICT_INCONCLUSIVE);
}

/* R39 */

#define SECOND 0x21

static void run_that_signals(unsigned first_times, unsigned second_times, bool lost)
{
	const jscope_ns at_ns = point_ns(3);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_create();
	story_register();
	FEED(STORY_ORIGIN - ms(6), wrt_register, .dev = DEV, .stream = STREAM, .event = SECOND);
	story_run();
	for (unsigned k = 1; k < 3; k++) {
		story_cross(k);
		story_interrupt(k);
		feed_at(1, 2);
		FEED(point_ns(k) + us(20), dpc_entry, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
		story_set(point_ns(k) + us(25), k, k > 1);
		FEED(point_ns(k) + us(26), ev_set, .dev = DEV, .event = SECOND, .dpc = DPC,
		     .run = k, .packet = k, .prev = k > 1);
		FEED(point_ns(k) + us(30), dpc_exit, .dev = DEV, .irql = 2, .dpc = DPC, .run = k);
	}
	story_cross(3);
	story_interrupt(3);
	feed_at(1, 2);
	FEED(at_ns + us(20), dpc_entry, .dev = DEV, .irql = 2, .dpc = DPC, .run = 3);
	for (unsigned i = 0; i < first_times; i++)
		story_set(at_ns + us(25), 3, 1);
	if (lost)
		feed_loss(at_ns + us(25), at_ns + us(26));
	for (unsigned i = 0; i < second_times; i++)
		FEED(at_ns + us(26), ev_set, .dev = DEV, .event = SECOND, .dpc = DPC, .run = 3,
		     .packet = 3, .prev = 1);
	FEED(at_ns + us(30), dpc_exit, .dev = DEV, .irql = 2, .dpc = DPC, .run = 3);
	feed_end();
}

static void each_event_is_signalled_once(void **state)
{
	(void)state;
	run_that_signals(1, 1, false);
	assert_verdict(39, JSCOPE_VERDICT_PASSED);
	run_that_signals(1, 0, false);
	assert_verdict(39, JSCOPE_VERDICT_VIOLATED);
	run_that_signals(1, 2, false);
	assert_verdict(39, JSCOPE_VERDICT_VIOLATED);
	run_that_signals(0, 0, false);
	assert_int_equal(feed_result(39)->violated, 2);
	run_that_signals(1, 0, true);
	assert_int_equal(feed_result(39)->violated, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_point_is_crossed_twice_or_never),
		cmocka_unit_test(a_point_lies_elsewhere),
		cmocka_unit_test(a_run_ends_beyond_an_uncrossed_point),
		cmocka_unit_test(points_go_on_after_a_pause),
		cmocka_unit_test(a_point_is_crossed_in_pause),
		cmocka_unit_test(a_packet_is_signalled_too_early),
		cmocka_unit_test(the_counter_runs_away),
		cmocka_unit_test(the_counter_is_read),
		cmocka_unit_test(the_counter_survives_stop),
		cmocka_unit_test(the_device_stops_with_its_client),
		cmocka_unit_test(a_device_that_stops_first_is_not_led_by_its_client),
		cmocka_unit_test(merged_points_are_counted),
		cmocka_unit_test(a_packet_is_skipped_or_repeated),
		cmocka_unit_test(each_event_is_signalled_once),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
