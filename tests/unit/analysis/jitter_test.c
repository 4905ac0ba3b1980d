#include "../cmocka_all.h"

#include <math.h>

#include "jitter.h"

#define US JSCOPE_NS_PER_US
#define T  (10 * JSCOPE_NS_PER_MS)

static const struct jscope__ideal ideal_10ms = { T, 0, 0 };

static void jitter_new(struct jscope__jitter *jitter, const struct jscope__ideal *ideal)
{
	*jitter = (struct jscope__jitter){ 0 };
	assert_int_equal(jscope__jitter_init(jitter, NULL), 0);
	jscope__jitter_segment(jitter, ideal);
}

static void assert_close(double value, double expected, double error)
{
	if (!(fabs(value - expected) <= error))
		fail_msg("%.9f is not %.9f", value, expected);
}

/* V1: time errors in us on a grid of 10 ms from 1 s on, with hand-computed results. */
static const int errors_us[] = { 0, 12, -5, 30, 30, -20, 250, 8, 0, -3, 11 };
#define ERROR_COUNT (sizeof errors_us / sizeof errors_us[0])

static jscope_ns instant(size_t i)
{
	return JSCOPE_NS_PER_SEC + (jscope_ns)i * T + errors_us[i] * US;
}

static void figures_check(struct jscope__jitter *jitter)
{
	double ppm, residual_ns;

	jscope__jitter_close(jitter);
	assert_int_equal(jscope_hist_count(jitter->period), 10);
	assert_close(jscope_hist_mean(jitter->period), 10001.1e3, 1e-6);
	assert_close(jscope_hist_stddev(jitter->period), 116567.105, 5e-4);
	assert_int_equal(jscope_hist_max(jitter->period) - jscope_hist_min(jitter->period),
			 512 * US);
	assert_int_equal(jitter->cycle_to_cycle_max_ns, 512 * US);
	assert_int_equal(jitter->tie_peak_to_peak_ns, 270 * US);
	assert_close(jitter->rfc3550_ns, 31697.428, 5e-4);
	assert_true(jscope__jitter_drift_ppm(jitter, &ppm));
	assert_close(ppm, 169.0909, 5e-5);
	assert_true(jscope__jitter_residual_ns(jitter, &residual_ns));
	assert_close(residual_ns, 71250.020, 5e-4);
	assert_int_equal(jitter->skipped, 0);
	assert_int_equal(jitter->disordered, 0);
}

static void v1_tells_the_known_figures(void **state)
{
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	for (size_t i = 0; i < ERROR_COUNT; i++)
		jscope__jitter_point(&jitter, i, instant(i));
	figures_check(&jitter);
	jscope__jitter_finish(&jitter);
}

static void does_not_mind_the_order(void **state)
{
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	for (size_t i = ERROR_COUNT; i-- > 0;)
		jscope__jitter_point(&jitter, 7 + i, instant(i));
	figures_check(&jitter);
	jscope__jitter_finish(&jitter);
}

static void never_bridges_a_hole(void **state)
{
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	for (uint64_t i = 0; i < 100; i++)
		if (i != 50 && i != 70 && i != 71)
			jscope__jitter_point(&jitter, i, (jscope_ns)i * T);
	jscope__jitter_close(&jitter);
	assert_int_equal(jitter.points, 97);
	assert_int_equal(jitter.skipped, 3);
	assert_int_equal(jscope_hist_count(jitter.period), 94);
	assert_int_equal(jscope_hist_max(jitter.period), T);
	assert_int_equal(jitter.cycle_to_cycle_max_ns, 0);
	assert_int_equal(jitter.tie_peak_to_peak_ns, 0);
	assert_true(jitter.rfc3550_ns == 0);
	jscope__jitter_finish(&jitter);
}

/* Two epochs with a pause between, both 50 ppm slow: the pause is neither period nor drift. */
static void segments_stand_alone(void **state)
{
	struct jscope__jitter jitter;
	double ppm;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	for (uint64_t i = 0; i < 1000; i++)
		jscope__jitter_point(&jitter, i, (jscope_ns)i * (T + 500));
	jscope__jitter_segment(&jitter, &ideal_10ms);
	for (uint64_t i = 1; i < 1000; i++)
		jscope__jitter_point(&jitter, i,
				     3600 * JSCOPE_NS_PER_SEC + (jscope_ns)i * (T + 500));
	jscope__jitter_close(&jitter);
	assert_true(jscope__jitter_drift_ppm(&jitter, &ppm));
	assert_close(ppm, 50, 1e-6);
	assert_int_equal(jscope_hist_count(jitter.period), 999 + 998);
	assert_int_equal(jscope_hist_max(jitter.period), T + 500);
	assert_int_equal(jitter.tie_peak_to_peak_ns, 999 * 500);
	jscope__jitter_finish(&jitter);
}

/* Points of a missing number and of another period are in no window, and told of. */
static void wander_is_of_one_period(void **state)
{
	static const struct jscope__ideal twice = { 2 * T, 0, 0 }, again = { T + 1, 0, 0 };
	struct jscope__wander_budget budget = { JSCOPE__WANDER_BYTES };
	struct jscope__wander_figures figures;
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	jscope__jitter_wander_begin(&jitter, &budget);
	for (size_t i = 0; i < ERROR_COUNT; i++)
		jscope__jitter_point(&jitter, 7 + i, instant(i));
	jscope__jitter_segment(&jitter, &twice);
	for (uint64_t i = 0; i < 5; i++)
		jscope__jitter_point(&jitter, i, (jscope_ns)i * (2 * T + 400 * US));
	jscope__jitter_segment(&jitter, &again);
	for (uint64_t i = 0; i < 10; i++)
		if (i != 6)
			jscope__jitter_point(&jitter, i, (jscope_ns)i * (T + 1));
	jscope__jitter_close(&jitter);
	assert_true(jscope__jitter_wander(&jitter, 1, &figures));
	assert_int_equal(figures.tau_ns, 2 * T);
	assert_true(figures.mtie_ns == 270 * US);
	assert_int_equal(figures.windows[JSCOPE__MTIE], 9 + 4 + 1);
	assert_int_equal(figures.skipped[JSCOPE__MTIE], 3);
	assert_int_equal(jitter.wander_left_out, 5);
	assert_false(jscope__jitter_wander_is_short(&jitter));
	jscope__jitter_finish(&jitter);
	assert_int_equal(budget.bytes_left, JSCOPE__WANDER_BYTES);
}

static void wander_without_memory_is_left_out(void **state)
{
	struct jscope__wander_budget budget = { 0 };
	struct jscope__wander_figures figures;
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	jscope__jitter_wander_begin(&jitter, &budget);
	for (size_t i = 0; i < ERROR_COUNT; i++)
		jscope__jitter_point(&jitter, i, instant(i));
	jscope__jitter_close(&jitter);
	assert_false(jscope__jitter_wander(&jitter, 0, &figures));
	assert_int_equal(jitter.wander_left_out, ERROR_COUNT);
	assert_true(jscope__jitter_wander_is_short(&jitter));
	jscope__jitter_finish(&jitter);
}

/* A day of 1024 frames at 48 kHz: the third of a nanosecond that a period lacks must not add up. */
static void counts_frames_not_rounded_periods(void **state)
{
	static const struct jscope__ideal ideal = { 21333333, 1024, 48000 };
	struct jscope__jitter jitter;
	double ppm;

	(void)state;
	jitter_new(&jitter, &ideal);
	for (uint64_t i = 0; i < 4050000; i++)
		jscope__jitter_point(&jitter, i, (jscope_ns)(i * 64000000 / 3));
	jscope__jitter_close(&jitter);
	assert_true(jitter.tie_peak_to_peak_ns <= 1);
	assert_true(jscope__jitter_drift_ppm(&jitter, &ppm));
	assert_close(ppm, 0, 1e-6);
	jscope__jitter_finish(&jitter);
}

static void without_a_nominal_period_only_periods(void **state)
{
	static const struct jscope__ideal unknown = { 0, 0, 0 };
	struct jscope__jitter jitter;
	double ppm, residual_ns;

	(void)state;
	jitter_new(&jitter, &unknown);
	for (size_t i = 0; i < ERROR_COUNT; i++)
		jscope__jitter_point(&jitter, i, instant(i));
	jscope__jitter_close(&jitter);
	assert_int_equal(jscope_hist_count(jitter.period), 10);
	assert_true(jitter.has_cycle);
	assert_false(jitter.has_tie || jitter.has_rfc3550);
	assert_false(jscope__jitter_drift_ppm(&jitter, &ppm));
	assert_false(jscope__jitter_residual_ns(&jitter, &residual_ns));
	jscope__jitter_finish(&jitter);
}

/* Interrupts of two lines, each numbered on its own: with the window's help they stay a muddle. */
static void numbers_that_go_back_are_no_series(void **state)
{
	static const struct jscope__ideal unknown = { 0, 0, 0 };
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &unknown);
	for (uint64_t i = 0; i < 2000; i++)
		jscope__jitter_point(&jitter, i % 1000, (jscope_ns)(i * 1000));
	jscope__jitter_close(&jitter);
	assert_int_equal(jscope_hist_count(jitter.period), 0);
	assert_int_equal(jitter.points, 0);
	assert_int_equal(jitter.disordered, 0);
	assert_false(jitter.has_cycle);
	jscope__jitter_finish(&jitter);
}

static void hostile_points_are_counted(void **state)
{
	struct jscope__jitter jitter;

	(void)state;
	jitter_new(&jitter, &ideal_10ms);
	jscope__jitter_point(&jitter, 0, INT64_MIN + 1);
	jscope__jitter_point(&jitter, UINT64_MAX, INT64_MAX);
	jscope__jitter_point(&jitter, UINT64_MAX, 0);
	jscope__jitter_point(&jitter, UINT64_MAX / 2, INT64_MIN + 1);
	jscope__jitter_close(&jitter);
	assert_int_equal(jitter.points, 3);
	assert_int_equal(jitter.disordered, 1);
	assert_int_equal(jitter.skipped, UINT64_MAX - 2);
	assert_true(isfinite(jitter.rfc3550_ns));
	jscope__jitter_finish(&jitter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v1_tells_the_known_figures),
		cmocka_unit_test(does_not_mind_the_order),
		cmocka_unit_test(never_bridges_a_hole),
		cmocka_unit_test(segments_stand_alone),
		cmocka_unit_test(wander_is_of_one_period),
		cmocka_unit_test(wander_without_memory_is_left_out),
		cmocka_unit_test(counts_frames_not_rounded_periods),
		cmocka_unit_test(without_a_nominal_period_only_periods),
		cmocka_unit_test(numbers_that_go_back_are_no_series),
		cmocka_unit_test(hostile_points_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
