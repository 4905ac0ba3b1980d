/* The figures of the position test, of positions of which one knows them. */
#include "../cmocka_all.h"

#include <math.h>

#include "hlk_row.h"

#define MS   JSCOPE_NS_PER_MS
#define T    (10 * MS)
#define RATE 48000

static const struct jscope_stream_info info = { .device = "dev1",
						.stream = "stream 0x1",
						.kind = "wavert",
						.nominal_period_ns = T,
						.rate_hz = RATE };

static struct jscope__hlk_row row;

static int row_begin(void **state)
{
	(void)state;
	row = (struct jscope__hlk_row){ 0 };
	return 0;
}

static int row_end(void **state)
{
	(void)state;
	jscope__hlk_row_finish(&row);
	return 0;
}

static void tell(unsigned epoch, jscope_ns at_ns, int64_t frames)
{
	const struct jscope_position position = { .stream = &info,
						  .epoch = epoch,
						  .at_ns = at_ns,
						  .read_ns = jscope_add_sat(at_ns, 1000),
						  .is_running = true,
						  .linear_frames = frames };

	jscope__hlk_row_position(&row, &position);
}

/* So many periods, each position `stray` frames off every other time. */
static void run(unsigned epoch, unsigned count, int64_t stray)
{
	for (unsigned i = 0; i < count; i++)
		tell(epoch, (jscope_ns)i * T, (int64_t)i * 480 + (i % 2 ? stray : -stray));
}

static const struct jscope__hlk_score *score_of(enum jscope__hlk_figure figure)
{
	jscope__hlk_row_close(&row);
	return &row.scores[figure];
}

static void assert_worst(enum jscope__hlk_figure figure, double expected, double error)
{
	if (!(fabs(score_of(figure)->worst - expected) <= error))
		fail_msg("%s is %f, not %f", jscope__hlk_name(figure), score_of(figure)->worst,
			 expected);
}

/* The first 100 ms are left out: 210 positions are two windows, 209 one and a rest of 99. */
static void a_straight_line_passes(void **state)
{
	(void)state;
	run(1, 209, 0);
	assert_worst(JSCOPE__HLK_RATE, 0, 1e-6);
	assert_worst(JSCOPE__HLK_DEVIATION, 0, 1e-6);
	assert_int_equal(score_of(JSCOPE__HLK_RATE)->checked, 1);
	assert_int_equal(score_of(JSCOPE__HLK_DEVIATION)->checked, 2);
	assert_true(jscope__hlk_row_is_told(&row));
	assert_false(jscope__hlk_row_fails(&row));
}

static void few_positions_tell_nothing(void **state)
{
	(void)state;
	run(1, 10 + JSCOPE__HLK_READINGS_MIN - 1, 0);
	jscope__hlk_row_close(&row);
	assert_false(jscope__hlk_row_is_told(&row));
}

/* 24 frames are 0.5 ms, to and fro: that is the deviation, and the largest error. */
static void noise_is_its_deviation(void **state)
{
	(void)state;
	run(1, 110, 24);
	assert_worst(JSCOPE__HLK_DEVIATION, 0.5, 1e-3);
	assert_worst(JSCOPE__HLK_LARGEST, 0.5, 0.02);
	assert_false(jscope__hlk_row_fails(&row));
}

static void deviation_must_be_below_its_limit(void **state)
{
	(void)state;
	run(1, 110, 49);
	assert_worst(JSCOPE__HLK_DEVIATION, 49. / 48, 1e-2);
	assert_int_equal(score_of(JSCOPE__HLK_DEVIATION)->exceeded, 1);
	assert_int_equal(score_of(JSCOPE__HLK_LARGEST)->exceeded, 0);
	assert_true(jscope__hlk_row_fails(&row));
}

/* 1000 ppm fast: over 99 periods of 10 ms the errors grow to 0.99 ms, 0.495 ms on average. */
static void drift_is_an_error_of_the_window(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 111; i++)
		tell(1, (jscope_ns)i * T * 1000 / 1001, (int64_t)i * 480);
	assert_worst(JSCOPE__HLK_RATE, 1000, 0.1);
	assert_worst(JSCOPE__HLK_LARGEST, 0.99, 1e-2);
	assert_worst(JSCOPE__HLK_MEAN, -0.495, 1e-2);
	assert_false(jscope__hlk_row_fails(&row));
}

static void a_rate_may_reach_its_limit(void **state)
{
	const struct jscope__hlk_limit *rate = &jscope__hlk_published[JSCOPE__HLK_RATE];
	const struct jscope__hlk_limit *mean = &jscope__hlk_published[JSCOPE__HLK_MEAN];

	(void)state;
	assert_false(jscope__hlk_exceeds(rate, -10000));
	assert_true(jscope__hlk_exceeds(rate, -10000.1));
	assert_false(jscope__hlk_exceeds(mean, -1.99));
	assert_true(jscope__hlk_exceeds(mean, -2));
	assert_false(jscope__hlk_exceeds(&jscope__hlk_strict[JSCOPE__HLK_DEVIATION], 0.3));
	assert_true(jscope__hlk_exceeds(&jscope__hlk_strict[JSCOPE__HLK_DEVIATION], 0.301));
}

/* 480 frames after 31 ms: the device slept for 21 ms, of which one is too many for a warning. */
static void a_late_start_is_a_warning(void **state)
{
	struct jscope_position position = { .stream = &info,
					    .epoch = 1,
					    .is_running = true,
					    .is_first = true,
					    .since_run_ns = 31 * MS,
					    .moved_frames = 480 };

	(void)state;
	jscope__hlk_row_position(&row, &position);
	assert_worst(JSCOPE__HLK_FIRST, 31, 1e-9);
	assert_worst(JSCOPE__HLK_START, 21, 1e-9);
	assert_worst(JSCOPE__HLK_AHEAD, 0, 0);
	assert_true(jscope__hlk_row_warns(&row));
	assert_false(jscope__hlk_row_fails(&row));
	position.since_run_ns = 8 * MS;
	jscope__hlk_row_position(&row, &position);
	assert_worst(JSCOPE__HLK_AHEAD, 2, 1e-9);
	assert_int_equal(score_of(JSCOPE__HLK_AHEAD)->exceeded, 1);
}

/* What took a millisecond to read, and what was read while the device stood still. */
static void bad_readings_are_left_out(void **state)
{
	struct jscope_position position = { .stream = &info, .epoch = 1, .is_running = true };

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		position.at_ns = (jscope_ns)i * T;
		position.read_ns = position.at_ns + (i < 150 ? MS : 0);
		position.is_running = i < 150;
		jscope__hlk_row_position(&row, &position);
	}
	jscope__hlk_row_close(&row);
	assert_false(jscope__hlk_row_is_told(&row));
}

/* Position 0 again: of the next run that is the begin, and so it may be behind a loss. */
static void runs_and_losses_begin_anew(void **state)
{
	(void)state;
	run(1, 110, 0);
	run(2, 110, 0);
	assert_int_equal(score_of(JSCOPE__HLK_RATE)->checked, 2);
	run(3, 60, 0);
	jscope__hlk_row_break(&row);
	run(3, 60, 0);
	assert_int_equal(score_of(JSCOPE__HLK_RATE)->checked, 3);
	assert_false(jscope__hlk_row_fails(&row));
}

static void hostile_positions_are_taken(void **state)
{
	static const int64_t ends[] = { INT64_MIN + 1, -1, 0, 1, INT64_MAX };

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		tell(1 + i / 400, ends[i % 5], ends[i / 5 % 5]);
	for (unsigned i = 0; i < 400; i++)
		tell(9, (jscope_ns)i * T, ends[i % 5]);
	assert_true(score_of(JSCOPE__HLK_LARGEST)->exceeded > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, row_begin, row_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_straight_line_passes),	       TEST(few_positions_tell_nothing),
		TEST(noise_is_its_deviation),	       TEST(deviation_must_be_below_its_limit),
		TEST(drift_is_an_error_of_the_window), TEST(a_rate_may_reach_its_limit),
		TEST(a_late_start_is_a_warning),       TEST(bad_readings_are_left_out),
		TEST(runs_and_losses_begin_anew),      TEST(hostile_positions_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
