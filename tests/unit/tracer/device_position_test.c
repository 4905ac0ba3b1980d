#include "../cmocka_all.h"

#include "position.h"

#define HOUR_NS ((jscope_ns)3600 * JSCOPE_NS_PER_SEC)

static const struct jscope__epoch epochs[] = {
	{ .rate_hz = 48000, .drift_ppm = 0, .begin_ns = 1000, .begin_frames = 0 },
	{ .rate_hz = 44100, .drift_ppm = 0, .begin_ns = 123456789, .begin_frames = 77 },
	{ .rate_hz = 48000, .drift_ppm = 50, .begin_ns = 5, .begin_frames = 480 },
	{ .rate_hz = 192000, .drift_ppm = -300, .begin_ns = 987654321987, .begin_frames = 1 },
	{ .rate_hz = 1536000, .drift_ppm = 100000, .begin_ns = 1, .begin_frames = 1000000007 },
	{ .rate_hz = 1, .drift_ppm = 0, .begin_ns = 0, .begin_frames = 0 },
};

#define EPOCH_COUNT (sizeof epochs / sizeof epochs[0])

static void known_positions(void **state)
{
	(void)state;
	assert_int_equal(jscope__epoch_frames(&epochs[0], 1000), 0);
	assert_int_equal(jscope__epoch_frames(&epochs[0], 1000 + 10 * JSCOPE_NS_PER_MS), 480);
	assert_int_equal(jscope__epoch_frames(&epochs[0], 999 + 10 * JSCOPE_NS_PER_MS), 479);
	/* 100 h and more, where 64-bit products have long wrapped */
	assert_int_equal(jscope__epoch_frames(&epochs[0], 1000 + 100 * HOUR_NS), 17280000000);
	/* 50 ppm of it: 864000 frames more */
	assert_int_equal(jscope__epoch_frames(&epochs[2], 5 + 100 * HOUR_NS), 17280864480);
}

static void known_instants(void **state)
{
	(void)state;
	assert_int_equal(jscope__epoch_instant(&epochs[0], 480), 10001000);
	/* 128 frames are 2666666.67 ns: reached at the next nanosecond */
	assert_int_equal(jscope__epoch_instant(&epochs[0], 128), 1000 + 2666667);
	/* three of them are exactly 8 ms, which summed and rounded periods miss */
	assert_int_equal(jscope__epoch_instant(&epochs[0], 3 * 128), 1000 + 8000000);
	assert_int_equal(jscope__epoch_instant(&epochs[0], 17280000000), 1000 + 100 * HOUR_NS);
}

/* instant(f) is the first nanosecond at which frames() is f, in every epoch and far out. */
static void instants_and_positions_agree(void **state)
{
	static const int64_t distances[] = {
		0, 1, 127, 128, 480, 1000003, 17280000000, 553000000000
	};

	(void)state;
	for (size_t i = 0; i < EPOCH_COUNT; i++)
		for (size_t j = 0; j < sizeof distances / sizeof distances[0]; j++) {
			int64_t frames = epochs[i].begin_frames + distances[j];
			jscope_ns at_ns = jscope__epoch_instant(&epochs[i], frames);

			if (at_ns == INT64_MAX)
				continue;
			assert_int_equal(jscope__epoch_frames(&epochs[i], at_ns), frames);
			assert_true(jscope__epoch_frames(&epochs[i], at_ns - 1) < frames);
		}
}

/* Point k lies within 1 ns of k times the exact period, also the last one of 100 h. */
static void points_do_not_drift(void **state)
{
	const int64_t last = 100 * 3600 * 375; /* 128 frames at 48 kHz: 375 points a second */

	(void)state;
	for (int64_t k = 1; k <= last; k += 997) {
		jscope_ns at_ns = jscope__epoch_instant(&epochs[0], k * 128) - epochs[0].begin_ns;

		assert_in_range(at_ns * 375 - k * JSCOPE_NS_PER_SEC, 0, 374);
	}
}

/* A recorded course: 480 frames in 9 ms from here, whatever the rate is, and then it stands. */
static void a_stretch_takes_its_time(void **state)
{
	const struct jscope__epoch stretch = { .rate_hz = 48000,
					       .begin_ns = 1000,
					       .begin_frames = 960,
					       .stretch_frames = 480,
					       .stretch_ns = 9 * JSCOPE_NS_PER_MS };
	struct jscope__epoch leap = stretch;

	(void)state;
	assert_int_equal(jscope__epoch_frames(&stretch, 1000), 960);
	assert_int_equal(jscope__epoch_frames(&stretch, 1000 + 3 * JSCOPE_NS_PER_MS), 1120);
	assert_int_equal(jscope__epoch_frames(&stretch, 999 + 9 * JSCOPE_NS_PER_MS), 1439);
	assert_int_equal(jscope__epoch_frames(&stretch, 1000 + 20 * JSCOPE_NS_PER_MS), 1440);
	assert_int_equal(jscope__epoch_instant(&stretch, 1440), 1000 + 9 * JSCOPE_NS_PER_MS);
	assert_int_equal(jscope__epoch_instant(&stretch, 1120), 1000 + 3 * JSCOPE_NS_PER_MS);
	leap.stretch_ns = 0;
	assert_int_equal(jscope__epoch_frames(&leap, 1000), 1440);
	assert_int_equal(jscope__epoch_instant(&leap, 1440), 1000);
}

static void far_away_saturates(void **state)
{
	(void)state;
	assert_int_equal(jscope__epoch_instant(&epochs[5], INT64_MAX), INT64_MAX);
	assert_true(jscope__epoch_frames(&epochs[4], INT64_MAX) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_positions),
		cmocka_unit_test(known_instants),
		cmocka_unit_test(instants_and_positions_agree),
		cmocka_unit_test(points_do_not_drift),
		cmocka_unit_test(a_stretch_takes_its_time),
		cmocka_unit_test(far_away_saturates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
