/*
 * MTIE, ADEV, MDEV and TDEV against published figures (NIST SP 1065), against what is known of
 * simple series, and against a slow reference that looks at every window.
 */
#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "wander_series.h"

static void random_check(size_t count, uint64_t hole_every, int64_t step_ns, unsigned segments)
{
	struct reference references[12] = { 0 };
	struct jscope__wander *wander = wander_new();

	for (unsigned segment = 0; segment < segments; segment++) {
		struct series series = series_random(count, hole_every, step_ns);

		segment_feed(wander, &series);
		for (unsigned k = 0; k < 12; k++)
			reference_add(&references[k], &series, (size_t)1 << k);
		free(series.error_ns);
	}
	for (unsigned k = 0; k < 12; k++)
		reference_check(wander, k, &references[k]);
	jscope__wander_destroy(wander);
	assert_int_equal(wander_budget.bytes_left, JSCOPE__WANDER_BYTES);
}

static void equals_the_reference(void **state)
{
	(void)state;
	for (size_t count = 1; count < 40; count++)
		random_check(count, 1 + count % 7, 1000, 2);
	random_check(255, UINT64_MAX, 1000, 1);
	random_check(256, UINT64_MAX, 1000, 1);
	random_check(257, UINT64_MAX, 1000, 3);
	random_check(3100, UINT64_MAX, 100000, 1);
	random_check(2500, 1500, 100000, 2);
	random_check(2000, 300, 100000, 3);
	random_check(2000, 20, 100000, 1);
	random_check(2000, 2, 100000, 1);
}

/* Steps of seconds: chunks that do not fit 32 bits, among those that do. */
static void keeps_wide_steps(void **state)
{
	(void)state;
	random_check(3000, UINT64_MAX, 5 * JSCOPE_NS_PER_SEC, 2);
	random_check(3000, 700, 7 * JSCOPE_NS_PER_SEC, 3);
}

/* Published figures */

static struct jscope__wander *wander_of(const int64_t *error_ns, size_t count)
{
	struct jscope__wander *wander = wander_new();

	for (size_t i = 0; i < count; i++)
		jscope__wander_point(wander, i, error_ns[i]);
	jscope__wander_segment_end(wander);
	return wander;
}

/* Any tau, not octaves only; in several pieces. */
static struct jscope__tau tau_of(const double *x, unsigned count, unsigned span)
{
	struct jscope__tau tau = { .span = span };

	for (unsigned i = 0, piece; i < count; i += piece) {
		const double *p = x + i, *now = p, *one = p - span, *two = one - span;
		const struct jscope__taps taps = {
			{ now, one, two }, { now, one, two, two - span }, { now, one },
			{ now, one },	   { -INFINITY, -INFINITY },	  { INFINITY, INFINITY },
		};

		piece = count - i < 77 ? count - i : 77;
		jscope__tau_add(&tau, &taps, piece);
	}
	if (jscope__tau_tail_steps(&tau) > 0) {
		const struct jscope__extent tail =
			jscope__extent_of(x + count - span, (unsigned)jscope__tau_tail_steps(&tau));

		jscope__tau_tail(&tau, tail.low_ns, tail.high_ns);
	}
	jscope__tau_run_end(&tau);
	return tau;
}

/* MTIE of whole nanoseconds at every distance that eleven points have. */
static void mtie_check(const int64_t errors_ns[11], double (*known)(unsigned span))
{
	double before[30 + 11] = { 0 }, *x = before + 30;

	for (unsigned i = 0; i < 11; i++)
		x[i] = (double)errors_ns[i];
	for (unsigned span = 1; span <= 10; span++)
		assert_true(tau_of(x, 11, span).mtie_ns == known(span));
}

static double mtie_of_v1(unsigned span)
{
	(void)span;
	return 270000;
}

/* V1: eleven errors around a period of 10 ms. */
static void v1_tells_the_known_figures(void **state)
{
	static const int64_t errors_ns[] = { 0,	     12000, -5000, 30000, 30000, -20000,
					     250000, 8000,  0,	   -3000, 11000 };
	struct jscope__wander *wander = wander_of(errors_ns, 11);

	(void)state;
	assert_close(figures_of(wander, 0, 1e7).adev, 1.5399928e-2, 5e-8);
	assert_close(figures_of(wander, 1, 1e7).adev, 7.7583480e-3, 5e-8);
	for (unsigned k = 0; k <= 3; k++) {
		assert_true(figures_of(wander, k, 1e7).mtie_ns == 270000);
		assert_int_equal(figures_of(wander, k, 1e7).tau_ns, 10000000 << k);
	}
	jscope__wander_destroy(wander);
	mtie_check(errors_ns, mtie_of_v1);
}

static double mtie_of_v2(unsigned span)
{
	return fmin(span, 5);
}

/* V2: the shape of MTIE. */
static void v2_tells_the_width_of_a_triangle(void **state)
{
	static const int64_t errors_ns[] = { 0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0 };
	struct jscope__wander *wander = wander_of(errors_ns, 11);
	struct jscope__wander_figures figures;

	(void)state;
	for (unsigned k = 0; k <= 3; k++)
		assert_true(figures_of(wander, k, 1).mtie_ns == mtie_of_v2(1u << k));
	assert_false(jscope__wander_figures(wander, 4, 1, &figures));
	jscope__wander_destroy(wander);
	mtie_check(errors_ns, mtie_of_v2);
}

/* V3: NBS14, nine values of frequency. */
static void v3_tells_nbs14(void **state)
{
	static const int64_t y[] = { 892, 809, 823, 798, 671, 644, 883, 903, 677 };
	struct jscope__wander *wander;
	int64_t x[10] = { 0 };

	(void)state;
	for (size_t i = 0; i < 9; i++)
		x[i + 1] = x[i] + y[i];
	wander = wander_of(x, 10);
	assert_close(figures_of(wander, 0, 1).adev, 91.22945, 1e-7);
	assert_close(figures_of(wander, 0, 1).mdev, 91.22945, 1e-7);
	assert_close(figures_of(wander, 0, 1).tdev_ns, 52.67135, 1e-7);
	assert_close(figures_of(wander, 1, 1).adev, 85.95287, 1e-7);
	assert_close(figures_of(wander, 1, 1).mdev, 74.78849, 1e-7);
	assert_close(figures_of(wander, 1, 1).tdev_ns, 86.35831, 1e-7);
	jscope__wander_destroy(wander);
}

#define MODULUS 2147483647

/* The 1000 frequencies of NIST SP 1065 as phase, times the modulus, so that they are whole. */
static void sp1065_fill(double x[1001])
{
	uint64_t n = 1234567890;

	x[0] = 0;
	for (size_t i = 0; i < 1000; i++, n = n * 16807 % MODULUS)
		x[i + 1] = x[i] + (double)n;
}

/* V4: at three taus, of which two are no octaves. */
static void v4_tells_sp1065(void **state)
{
	static const struct {
		unsigned span;
		double adev, mdev, tdev;
	} known[] = { { 1, 2.922319e-1, 2.922319e-1, 1.687202e-1 },
		      { 10, 9.159953e-2, 6.172376e-2, 3.563623e-1 },
		      { 100, 3.241343e-2, 2.170921e-2, 1.253382 } };
	double before[300 + 1001] = { 0 }, *x = before + 300;

	(void)state;
	sp1065_fill(x);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const struct jscope__tau tau = tau_of(x, 1001, known[i].span);
		const double m = known[i].span;
		const double adev = sqrt(tau.adev_squares / 2 / (double)tau.windows[JSCOPE__ADEV]);
		const double tdev = sqrt(tau.tdev_squares / 6 / (double)tau.windows[JSCOPE__TDEV]);

		assert_close(adev / m / MODULUS, known[i].adev, 2e-7);
		assert_close(tdev / m / MODULUS, known[i].tdev, 4e-7);
		assert_close(tdev / m / MODULUS * sqrt(3) / m, known[i].mdev, 2e-7);
	}
}

/* Series of which one knows */

static void a_constant_offset_wanders_by_itself_only(void **state)
{
	struct jscope__wander *wander = wander_new();

	(void)state;
	for (int64_t i = 0; i < 1200000; i++)
		jscope__wander_point(wander, (uint64_t)i, -70 * i);
	jscope__wander_segment_end(wander);
	for (unsigned k = 0; k <= 20; k++) {
		const struct jscope__wander_figures figures = figures_of(wander, k, 1e6);
		const double points = ldexp(1, (int)k);

		assert_true(figures.adev == 0 && figures.mdev == 0 && figures.tdev_ns == 0);
		if (k <= 16)
			assert_true(figures.mtie_ns == 70 * points);
		else
			assert_true(figures.mtie_ns == 70 * (points * 257 / 256 - 1));
		assert_int_equal(figures.skipped[JSCOPE__MTIE], 0);
	}
	assert_false(jscope__wander_is_short(wander));
	jscope__wander_destroy(wander);
	assert_int_equal(wander_budget.bytes_left, JSCOPE__WANDER_BYTES);
}

/* A frequency that changes by d each period: x = d n^2 / 2, whose second differences are d m^2. */
static void a_steady_drift_has_its_adev(void **state)
{
	struct jscope__wander *wander = wander_new();

	(void)state;
	for (int64_t i = 0; i < 600000; i++)
		jscope__wander_point(wander, (uint64_t)i, i * i);
	jscope__wander_segment_end(wander);
	for (unsigned k = 0; k <= 17; k++) {
		const struct jscope__wander_figures figures = figures_of(wander, k, 1);
		const double m = ldexp(1, (int)k);

		assert_close(figures.adev, 2 * m / sqrt(2), 1e-12);
		assert_close(figures.mdev, 2 * m / sqrt(2), 1e-12);
	}
	jscope__wander_destroy(wander);
}

/* White phase noise of deviation s: ADEV = sqrt(3) s / tau, MDEV = ADEV / sqrt(m). */
static void white_phase_noise_averages_out(void **state)
{
	const double deviation = 1000 / sqrt(12);
	struct jscope__wander *wander = wander_new();

	(void)state;
	for (uint64_t i = 0; i < 200000; i++)
		jscope__wander_point(wander, i, (int64_t)random_below(1000));
	jscope__wander_segment_end(wander);
	for (unsigned k = 0; k <= 10; k++) {
		const struct jscope__wander_figures figures = figures_of(wander, k, 1);
		const double m = ldexp(1, (int)k);

		assert_close(figures.adev, sqrt(3) * deviation / m, 0.05);
		assert_close(figures.mdev, sqrt(3) * deviation / pow(m, 1.5), 0.15);
		assert_close(figures.tdev_ns, deviation / sqrt(m), 0.15);
		assert_true(figures.mtie_ns <= 999);
	}
	assert_true(figures_of(wander, 16, 1).mtie_ns == 999);
	jscope__wander_destroy(wander);
}

/*
 * White frequency noise of deviation s: ADEV = s / sqrt(m), and MDEV is smaller by the root of
 * (m^2 + 1) / (2 m^2) (NIST SP 1065, table of MVAR to AVAR).
 */
static void white_frequency_noise_walks_away(void **state)
{
	const double deviation = 1000 / sqrt(12);
	struct jscope__wander *wander = wander_new();
	int64_t error_ns = 0;

	(void)state;
	for (uint64_t i = 0; i < 200000; i++) {
		jscope__wander_point(wander, i, error_ns);
		error_ns += (int64_t)random_below(1000) - 500;
	}
	jscope__wander_segment_end(wander);
	for (unsigned k = 0; k <= 8; k++) {
		const struct jscope__wander_figures figures = figures_of(wander, k, 1);
		const double m = ldexp(1, (int)k);

		assert_close(figures.adev, deviation / sqrt(m), 0.08);
		assert_close(figures.mdev, deviation / sqrt(m) * sqrt((m * m + 1) / 2) / m, 0.08);
	}
	jscope__wander_destroy(wander);
}

/* TDEV is defined by it (ITU-T G.810 II.3), at exact and at coarse taus, whatever the period. */
static void tdev_is_mdev_in_time(void **state)
{
	struct jscope__wander *wander = wander_new();

	(void)state;
	for (uint64_t i = 0; i < 900000; i++)
		jscope__wander_point(wander, i, (int64_t)random_below(1000));
	jscope__wander_segment_end(wander);
	for (unsigned k = 0; k <= 18; k++) {
		const struct jscope__wander_figures figures = figures_of(wander, k, 21333333.25);

		assert_close((double)figures.tau_ns / sqrt(3) * figures.mdev, figures.tdev_ns,
			     1e-7);
		assert_true(figures.mdev <= figures.adev * (k == 0 ? 1 + 1e-12 : 1));
	}
	jscope__wander_destroy(wander);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_reference),
		cmocka_unit_test(keeps_wide_steps),
		cmocka_unit_test(v1_tells_the_known_figures),
		cmocka_unit_test(v2_tells_the_width_of_a_triangle),
		cmocka_unit_test(v3_tells_nbs14),
		cmocka_unit_test(v4_tells_sp1065),
		cmocka_unit_test(a_constant_offset_wanders_by_itself_only),
		cmocka_unit_test(a_steady_drift_has_its_adev),
		cmocka_unit_test(white_phase_noise_averages_out),
		cmocka_unit_test(white_frequency_noise_walks_away),
		cmocka_unit_test(tdev_is_mdev_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
