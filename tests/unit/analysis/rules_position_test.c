/* R17..R23: the positions that a stream tells. */
#include "rules_story.h"

/* A device that runs at this many bytes per ms, read at its points. */
static void run_at(double bytes_per_ms, double wobble_ms, unsigned count)
{
	story_open();
	feed_at(1, 2);
	for (unsigned k = 1; k <= count; k++) {
		const double wobble = k % 2 ? wobble_ms : -wobble_ms;
		const int64_t linear = (int64_t)((k * 10 + wobble) * bytes_per_ms);

		story_position(point_ns(k), linear, 0);
	}
}

/* R17 */

static void a_position_goes_back(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_position(point_ns(0) + ms(2), 2 * BYTES_PER_MS, 0);
	story_position(point_ns(0) + ms(2) + us(10), 2 * BYTES_PER_MS - FRAME, 0);
	feed_end();
	assert_only(17);

	/* Another source may err by its accuracy. */
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_position(point_ns(0) + ms(2), 2 * BYTES_PER_MS, 0);
	story_position(point_ns(0) + ms(2) + us(10), 2 * BYTES_PER_MS - FRAME, 2);
	feed_end();
	assert_only(0);
}

/* Trap T3: an adjustment in 100 ns units, taken from a position in bytes. */
static void a_position_is_adjusted_in_another_unit(void **state)
{
	const jscope_ns adjust_ns = us(500);

	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_position(point_ns(5), 5 * PACKET, 0);
	story_position(point_ns(5) + us(10), 5 * PACKET - adjust_ns / 100, 0);
	feed_end();
	assert_verdict(17, JSCOPE_VERDICT_VIOLATED);
}

static void a_position_moves_in_pause(void **state)
{
	const int64_t rest = 5 * BYTES_PER_MS;

	(void)state;
	for (int64_t moved = 0; moved <= FRAME; moved += FRAME) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_state(point_ns(0) + ms(5), RUN, PAUSE, rest);
		story_position(point_ns(0) + ms(7), rest + moved, 0);
		feed_end();
		assert_only(moved ? 17 : 0);
	}
}

static void a_position_survives_stop(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_stop(0);
	story_state(point_ns(0) + ms(7), STOP, ACQUIRE, 5 * BYTES_PER_MS);
	feed_end();
	assert_only(17);
}

/* R18, with trap T10: at the wrap the offset is 0, not the size of the buffer. */

static void an_offset_is_not_the_remainder(void **state)
{
	static const struct {
		int64_t linear, offset;
		bool fits;
	} cases[] = { { BUFFER, 0, true },
		      { BUFFER, BUFFER, false },
		      { BUFFER + FRAME, FRAME, true },
		      { PACKET, PACKET, true },
		      { PACKET, 0, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const jscope_ns at_ns = STORY_ORIGIN + ms(cases[i].linear / BYTES_PER_MS);

		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		FEED(at_ns, wrt_pos, .dev = DEV, .stream = STREAM, .linear = cases[i].linear,
		     .offset = cases[i].offset, .pos_ts_ns = at_ns);
		feed_end();
		assert_verdict(18, cases[i].fits ? JSCOPE_VERDICT_PASSED : JSCOPE_VERDICT_VIOLATED);
	}
}

static void after_a_loss_the_buffer_may_be_another(void **state)
{
	const jscope_ns at_ns = STORY_ORIGIN + ms(10);

	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	feed_loss(at_ns - ms(5), at_ns - ms(4));
	FEED(at_ns, wrt_pos, .dev = DEV, .stream = STREAM, .linear = PACKET, .offset = 0,
	     .pos_ts_ns = at_ns);
	feed_end();
	assert_verdict(18, JSCOPE_VERDICT_INCONCLUSIVE);
	assert_only(0);
}

/* R19 */

static void a_position_jumps_or_stands(void **state)
{
	static const struct {
		enum jscope_profile profile;
		int64_t moved;	   /* in 2 ms */
		const char *fault; /* NULL: none */
	} cases[] = { { JSCOPE_PROFILE_NONE, 2 * BYTES_PER_MS, NULL },
		      { JSCOPE_PROFILE_NONE, 3 * BYTES_PER_MS - FRAME, NULL },
		      { JSCOPE_PROFILE_NONE, 3 * BYTES_PER_MS + 3 * FRAME, "it jumped" },
		      { JSCOPE_PROFILE_NONE, 0, "it stood still" },
		      { JSCOPE_PROFILE_NONE, -FRAME, "it went back" },
		      { JSCOPE_PROFILE_SYSVAD, 0, NULL },
		      { JSCOPE_PROFILE_STRICT, 3 * BYTES_PER_MS - FRAME, "it jumped" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(cases[i].profile);
		story_open();
		story_position(point_ns(0) + ms(2), 2 * BYTES_PER_MS, 0);
		story_position(point_ns(0) + ms(4), 2 * BYTES_PER_MS + cases[i].moved, 0);
		feed_end();
		if (cases[i].moved >= 0) /* R17 speaks of the others, too */
			assert_only(cases[i].fault ? 19 : 0);
		if (cases[i].fault)
			assert_non_null(
				strstr(feed_result(19)->violations[0].sentence, cases[i].fault));
	}
}

/* What took a millisecond to read is not judged. */
static void a_slow_reading_is_discarded(void **state)
{
	const jscope_ns at_ns = point_ns(0) + ms(4);

	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_position(point_ns(0) + ms(2), 2 * BYTES_PER_MS, 0);
	FEED(at_ns + ms(1), wrt_pos, .dev = DEV, .stream = STREAM, .linear = 2 * BYTES_PER_MS,
	     .offset = 2 * BYTES_PER_MS, .pos_ts_ns = at_ns);
	feed_end();
	assert_only(0);
}

/* R20, R21 */

static void the_rate_is_off(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	run_at(BYTES_PER_MS * 1.005, 0, 80);
	feed_end();
	assert_verdict(20, JSCOPE_VERDICT_PASSED);
	assert_non_null(strstr(feed_result(20)->figure, "+50"));

	feed_begin(JSCOPE_PROFILE_HLK);
	run_at(BYTES_PER_MS * 1.02, 0, 80);
	feed_end();
	assert_verdict(20, JSCOPE_VERDICT_VIOLATED);

	/* Figures fail in the limits of a profile only. */
	feed_begin(JSCOPE_PROFILE_NONE);
	run_at(BYTES_PER_MS * 1.02, 0, 80);
	feed_end();
	assert_verdict(20, JSCOPE_VERDICT_PASSED);
}

static void few_readings_make_no_line(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	run_at(BYTES_PER_MS * 1.02, 0, 35); /* the first 100 ms do not count */
	feed_end();
	assert_verdict(20, JSCOPE_VERDICT_NOT_APPLICABLE);
	assert_verdict(21, JSCOPE_VERDICT_NOT_APPLICABLE);
}

static void positions_stray_from_their_line(void **state)
{
	static const struct {
		enum jscope_profile profile;
		double wobble_ms; /* up and down: that is also the standard deviation */
		enum jscope_verdict verdict;
	} cases[] = { { JSCOPE_PROFILE_HLK, 0.9, JSCOPE_VERDICT_PASSED },
		      { JSCOPE_PROFILE_HLK, 1.1, JSCOPE_VERDICT_VIOLATED },
		      { JSCOPE_PROFILE_STRICT, 0.28, JSCOPE_VERDICT_PASSED },
		      { JSCOPE_PROFILE_STRICT, 0.32, JSCOPE_VERDICT_VIOLATED } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(cases[i].profile);
		run_at(BYTES_PER_MS, cases[i].wobble_ms, 120);
		feed_end();
		assert_verdict(21, cases[i].verdict);
	}
}

/* The test of 100 readings begins anew with each window: drift does not add up for hours. */
static void a_slight_drift_keeps_to_its_line_for_long(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_HLK);
	run_at(BYTES_PER_MS * 1.0002, 0, 10000);
	feed_end();
	assert_verdict(21, JSCOPE_VERDICT_PASSED);
}

/*
 * R19, with trap T2: milliseconds times bytes per second wrap in 32 bits after 22.4 s without an
 * update. What a device makes of it is found, and our own arithmetic does not do it.
 */
static void a_position_wraps_in_32_bits(void **state)
{
	const int64_t quiet_ms = 23000, exact = quiet_ms * BYTES_PER_MS;
	const int64_t wrapped = (uint32_t)(quiet_ms * BYTES_PER_MS * 1000) / 1000 / FRAME * FRAME;

	(void)state;
	for (unsigned wraps = 0; wraps <= 1; wraps++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		story_position(point_ns(0) + ms(1), BYTES_PER_MS, 0);
		story_position(point_ns(0) + ms(1 + quiet_ms),
			       BYTES_PER_MS + (wraps ? wrapped : exact), 0);
		feed_end();
		assert_verdict(19, wraps ? JSCOPE_VERDICT_VIOLATED : JSCOPE_VERDICT_PASSED);
	}
}

/* R22, with trap T15: what is suspicious and what cannot be are two severities. */

static void notifications_lie_apart(void **state)
{
	static const struct {
		int64_t moved;
		bool fits;
		enum jscope_rule_class class;
	} cases[] = { { PACKET + PACKET / 2, true, JSCOPE_RULE_ERROR },
		      { PACKET + PACKET / 2 + FRAME, false, JSCOPE_RULE_WARNING },
		      { BUFFER + PACKET - FRAME, false, JSCOPE_RULE_WARNING },
		      { BUFFER + PACKET, false, JSCOPE_RULE_ERROR } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		story_open();
		feed_at(1, 2);
		story_position(point_ns(1), PACKET, 1);
		story_position(point_ns(1) + ms(cases[i].moved / BYTES_PER_MS),
			       PACKET + cases[i].moved, 1);
		feed_end();
		assert_verdict(22, cases[i].fits ? JSCOPE_VERDICT_PASSED : JSCOPE_VERDICT_VIOLATED);
		if (!cases[i].fits)
			assert_int_equal(feed_result(22)->class, cases[i].class);
	}
}

/* R23 */

static void the_instant_of_a_position_goes_back(void **state)
{
	const jscope_ns at_ns = point_ns(0) + ms(4);

	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_position(at_ns, 4 * BYTES_PER_MS, 0);
	FEED(at_ns + us(10), wrt_pos, .dev = DEV, .stream = STREAM, .linear = 4 * BYTES_PER_MS,
	     .offset = 4 * BYTES_PER_MS, .pos_ts_ns = at_ns - us(50));
	feed_end();
	assert_only(23);
}

/* Trap T12: a clock of whole us gives two readings one instant; neither is dropped or held wrong. */
static void instants_repeat(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	for (unsigned i = 0; i < 3; i++)
		story_position(point_ns(0) + ms(4), 4 * BYTES_PER_MS, 0);
	feed_end();
	assert_only(0);
	assert_int_equal(feed_result(23)->checked, 2);
	assert_int_equal(feed_result(19)->checked, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_position_goes_back),
		cmocka_unit_test(a_position_is_adjusted_in_another_unit),
		cmocka_unit_test(a_position_moves_in_pause),
		cmocka_unit_test(a_position_survives_stop),
		cmocka_unit_test(an_offset_is_not_the_remainder),
		cmocka_unit_test(after_a_loss_the_buffer_may_be_another),
		cmocka_unit_test(a_position_jumps_or_stands),
		cmocka_unit_test(a_slow_reading_is_discarded),
		cmocka_unit_test(the_rate_is_off),
		cmocka_unit_test(few_readings_make_no_line),
		cmocka_unit_test(positions_stray_from_their_line),
		cmocka_unit_test(a_slight_drift_keeps_to_its_line_for_long),
		cmocka_unit_test(a_position_wraps_in_32_bits),
		cmocka_unit_test(notifications_lie_apart),
		cmocka_unit_test(the_instant_of_a_position_goes_back),
		cmocka_unit_test(instants_repeat),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
