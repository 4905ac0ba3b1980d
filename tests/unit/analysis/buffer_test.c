/* Margins by the tenth and by the second, and the clock of a device, against closed forms. */
#include "../cmocka_all.h"

#include <math.h>

#include "buffer_row.h"

#define SECOND JSCOPE_NS_PER_SEC

static const struct jscope_stream_info info = { .rate_hz = 48000, .buffer_frames = 1000 };

static void test_steps(void **state)
{
	static const struct {
		int64_t frames;
		unsigned step;
	} table[] = {
		{ INT64_MIN, 0 }, { -1, 0 },   { 0, 1 },     { 99, 1 },		{ 100, 2 },
		{ 555, 6 },	  { 999, 10 }, { 1000, 11 }, { INT64_MAX, 11 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct jscope__margin margin = { 0 };

		jscope__margin_add(&margin, 0, table[i].frames, 1000);
		assert_int_equal(margin.steps[table[i].step], 1);
	}
}

/* One value of every second is less than the rest; the worst eight stay, least first. */
static void test_seconds(void **state)
{
	struct jscope__margin margin = { 0 };

	(void)state;
	for (int64_t second = -5; second < 95; second++)
		for (int64_t i = 0; i < 10; i++)
			jscope__margin_add(&margin, second * SECOND + i * SECOND / 10,
					   i == 7 ? (second * 37 + 500) % 101 : 900, 1000);
	jscope__margin_close(&margin);
	assert_int_equal(margin.seconds, 100);
	assert_int_equal(margin.left_out, 0);
	assert_int_equal(margin.worst_count, JSCOPE__MARGIN_WORST);
	for (unsigned i = 0; i < JSCOPE__MARGIN_WORST; i++) {
		const struct jscope__margin_second *worst = &margin.worst[i];

		assert_int_equal(worst->frames, (worst->number * 37 + 500) % 101);
		assert_true(worst->frames <= 8);
		assert_true(!i || worst->frames > margin.worst[i - 1].frames);
	}
}

/* What comes late joins its second while that is open, and is counted when it is not. */
static void test_late_values(void **state)
{
	struct jscope__margin margin = { 0 };

	(void)state;
	for (int64_t second = 0; second < 6; second++)
		jscope__margin_add(&margin, second * SECOND, 100 + second, 1000);
	jscope__margin_add(&margin, 3 * SECOND + 1, 50, 1000);
	jscope__margin_add(&margin, SECOND, 1, 1000);
	jscope__margin_close(&margin);
	assert_int_equal(margin.seconds, 6);
	assert_int_equal(margin.left_out, 1);
	assert_int_equal(margin.worst[0].number, 3);
	assert_int_equal(margin.worst[0].frames, 50);
	assert_int_equal(margin.worst[1].frames, 100);
}

static void clock_feed(struct jscope__buffer_clock *clock, unsigned epoch, double ppm,
		       jscope_ns noise_ns)
{
	for (int64_t i = 0; i < 1000; i++) {
		const struct jscope_position position = {
			.stream = &info,
			.epoch = epoch,
			.at_ns = epoch * 100 * SECOND + i * 20 * JSCOPE_NS_PER_MS +
				 (i % 4 == 1 || i % 4 == 2 ? noise_ns : -noise_ns),
			.linear_frames = llround((double)(i * 960) * (1 + ppm / 1e6)),
		};

		jscope__clock_add(clock, &position);
	}
}

/*
 * One frame in 20 s is 1 ppm; the noise is 10 us either way, and rounding adds 6 us to it. A device that
 * is fast by 250 ppm has periods that are shorter by 1 - 1 / 1.00025.
 */
#define FAST_250_PPM (-249.9375)

static void test_drift(void **state)
{
	struct jscope__buffer_clock clock = { 0 };
	struct jscope__clock_figures figures;

	(void)state;
	clock_feed(&clock, 1, 250, 10000);
	assert_true(jscope__clock_figures(&clock, &figures));
	assert_true(fabs(figures.drift_ppm - FAST_250_PPM) < 0.02);
	assert_true(fabs(figures.residual_ns - sqrt(1e8 + 20833. * 20833 / 12)) < 500);
	/* Another epoch begins elsewhere: it is the same clock all the same. */
	clock_feed(&clock, 2, 250, 10000);
	assert_true(jscope__clock_figures(&clock, &figures));
	assert_true(fabs(figures.drift_ppm - FAST_250_PPM) < 0.02);
	assert_int_equal(clock.epochs, 2);
}

static void test_too_few_positions(void **state)
{
	struct jscope__buffer_clock clock = { 0 };
	struct jscope__clock_figures figures;
	struct jscope_position position = { .stream = &info };

	(void)state;
	for (unsigned i = 1; i < JSCOPE__CLOCK_POSITIONS_MIN; i++) {
		position.at_ns += SECOND;
		position.linear_frames += 48000;
		jscope__clock_add(&clock, &position);
	}
	assert_false(jscope__clock_figures(&clock, &figures));
	position.at_ns += SECOND;
	position.linear_frames += 48000;
	jscope__clock_add(&clock, &position);
	assert_true(jscope__clock_figures(&clock, &figures));
	assert_true(figures.drift_ppm == 0 && figures.residual_ns == 0);
}

/* A leap is a defect, not drift. */
static void test_leap_is_no_drift(void **state)
{
	struct jscope__buffer_row row = { 0 };
	const struct jscope_position_defect leap = { .stream = &info,
						     .defect = JSCOPE_DEFECT_JUMP,
						     .at_ns = 50 * SECOND,
						     .error_frames = 700 };
	struct jscope_position position = { .stream = &info };
	struct jscope__clock_figures figures;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		if (i == 50) {
			jscope__buffer_row_defect(&row, &leap);
			position.linear_frames += leap.error_frames;
		}
		jscope__buffer_row_position(&row, &position);
		position.at_ns += SECOND;
		position.linear_frames += 48000;
	}
	assert_true(jscope__clock_figures(&row.clock, &figures));
	assert_true(fabs(figures.drift_ppm) < 1e-6);
	assert_int_equal(row.clock.stretches, 2);
	assert_int_equal(row.clock.epochs, 1);
	assert_int_equal(row.defects[JSCOPE_DEFECT_JUMP].count, 1);
	assert_int_equal(row.defects[JSCOPE_DEFECT_JUMP].worst_frames, 700);
}

/* Of two rows that become one. */
static void test_merge(void **state)
{
	struct jscope__buffer_row row = { 0 }, from = { 0 };
	const struct jscope_glitch glitch = { .stream = &info, .cause = JSCOPE_CAUSE_DEVICE };

	(void)state;
	jscope__margin_add(&row.served, SECOND, 500, 1000);
	jscope__margin_add(&from.served, 7 * SECOND, -3, 1000);
	jscope__buffer_row_glitch(&from, &glitch);
	jscope__buffer_row_merge(&row, &from);
	jscope__buffer_row_close(&row);
	assert_int_equal(row.served.seconds, 2);
	assert_int_equal(row.served.worst[0].frames, -3);
	assert_int_equal(row.served.steps[0] + row.served.steps[6], 2);
	assert_int_equal(row.causes[JSCOPE_CAUSE_DEVICE], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_late_values),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_too_few_positions),
		cmocka_unit_test(test_leap_is_no_drift),
		cmocka_unit_test(test_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
