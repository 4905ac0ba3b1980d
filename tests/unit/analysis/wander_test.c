/*
 * MTIE, ADEV, MDEV and TDEV against published figures (NIST SP 1065), against what is known of
 * simple series, and against a slow reference that looks at every window.
 */
#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "wander.h"

#define HOLE INT64_MIN

/* Time errors in ns by point number; HOLE: the point is missing. */
struct series {
	size_t count;
	int64_t *error_ns;
};

static struct series series_new(size_t count)
{
	struct series series = { count, calloc(count, sizeof *series.error_ns) };

	assert_non_null(series.error_ns);
	return series;
}

/* What lies between 0 and below `limit`; the same ones in each run. */
static uint64_t random_below(uint64_t limit)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % limit;
}

static struct jscope__wander_budget budget;

static struct jscope__wander *wander_new(void)
{
	struct jscope__wander *wander;

	budget.bytes_left = JSCOPE__WANDER_BYTES;
	wander = jscope__wander_create(&budget);
	assert_non_null(wander);
	return wander;
}

static void segment_feed(struct jscope__wander *wander, const struct series *series)
{
	for (size_t i = 0; i < series->count; i++)
		if (series->error_ns[i] != HOLE)
			jscope__wander_point(wander, i, series->error_ns[i]);
	jscope__wander_segment_end(wander);
}

static struct jscope__wander_figures figures_of(const struct jscope__wander *wander,
						unsigned octave, double period_ns)
{
	struct jscope__wander_figures figures;

	assert_true(jscope__wander_figures(wander, octave, period_ns, &figures));
	return figures;
}

static void assert_close(double value, double expected, double relative)
{
	if (!(fabs(value - expected) <= relative * fabs(expected)))
		fail_msg("%.12g is not %.12g", value, expected);
}

/* The reference */

struct reference {
	double mtie_ns, adev_squares, tdev_squares;
	uint64_t windows[JSCOPE__TAU_KINDS], skipped[JSCOPE__TAU_KINDS];
};

static bool is_whole(const struct series *series, size_t begin, size_t points)
{
	for (size_t i = begin; i < begin + points; i++)
		if (series->error_ns[i] == HOLE)
			return false;
	return true;
}

static double window_mtie(const int64_t *x, size_t m)
{
	int64_t low = x[0], high = x[0];

	for (size_t i = 1; i <= m; i++) {
		low = x[i] < low ? x[i] : low;
		high = x[i] > high ? x[i] : high;
	}
	return (double)(high - low);
}

static double window_adev(const int64_t *x, size_t m)
{
	const double change = (double)(x[2 * m] - 2 * x[m] + x[0]);

	return change * change;
}

static double window_tdev(const int64_t *x, size_t m)
{
	double sum = 0;

	for (size_t i = 0; i < m; i++)
		sum += (double)(x[i + 2 * m] - 2 * x[i + m] + x[i]);
	return sum / (double)m * (sum / (double)m);
}

static void window_note(struct reference *reference, const int64_t *x, size_t m,
			enum jscope__tau_kind kind)
{
	reference->windows[kind]++;
	if (kind == JSCOPE__MTIE)
		reference->mtie_ns = fmax(reference->mtie_ns, window_mtie(x, m));
	else if (kind == JSCOPE__ADEV)
		reference->adev_squares += window_adev(x, m);
	else
		reference->tdev_squares += window_tdev(x, m);
}

/* All windows of m points' distance, as the definitions have it. */
static void reference_add(struct reference *reference, const struct series *series, size_t m)
{
	const size_t points[] = { m + 1, 2 * m + 1, 3 * m };

	for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++)
		for (size_t i = 0; i + points[kind] <= series->count; i++)
			if (is_whole(series, i, points[kind]))
				window_note(reference, series->error_ns + i, m, kind);
			else
				reference->skipped[kind]++;
}

static double mean_of(double sum, uint64_t count)
{
	return count > 0 ? sum / (double)count : 0;
}

static void reference_check(const struct jscope__wander *wander, unsigned octave,
			    const struct reference *reference)
{
	const double period_ns = 12345, tau_ns = ldexp(period_ns, (int)octave);
	const double adev = mean_of(reference->adev_squares, reference->windows[JSCOPE__ADEV]);
	const double tdev = mean_of(reference->tdev_squares, reference->windows[JSCOPE__TDEV]);
	struct jscope__wander_figures figures;

	if (!jscope__wander_figures(wander, octave, period_ns, &figures)) {
		assert_int_equal(reference->windows[JSCOPE__MTIE], 0);
		return;
	}
	assert_close(figures.mtie_ns, reference->mtie_ns, 0);
	assert_close(figures.adev, sqrt(adev / 2) / tau_ns, 1e-12);
	assert_close(figures.mdev, sqrt(tdev / 2) / tau_ns, 1e-12);
	assert_close(figures.tdev_ns, tau_ns / sqrt(3) * figures.mdev, 1e-12);
	for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++) {
		assert_int_equal(figures.windows[kind], reference->windows[kind]);
		assert_int_equal(figures.skipped[kind], reference->skipped[kind]);
	}
}

/* Noise on a drift, now and then a step; one of `hole_every` points is missing. */
static struct series series_random(size_t count, uint64_t hole_every, int64_t step_ns)
{
	const int64_t drift_ns = (int64_t)random_below(2001) - 1000;
	struct series series = series_new(count);
	int64_t walk_ns = 0;

	for (size_t i = 0; i < count; i++) {
		walk_ns += drift_ns + (int64_t)random_below(101) - 50;
		if (random_below(500) == 0)
			walk_ns += (int64_t)random_below(3) * step_ns - step_ns;
		series.error_ns[i] = walk_ns + (int64_t)random_below(20001);
		if (i > 0 && i + 1 < count && random_below(hole_every) == 0)
			series.error_ns[i] = HOLE;
	}
	return series;
}

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
	assert_int_equal(budget.bytes_left, JSCOPE__WANDER_BYTES);
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

static void tells_the_known_figures(void **state)
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
}

static void tells_the_width_of_a_triangle(void **state)
{
	static const int64_t errors_ns[] = { 0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0 };
	struct jscope__wander *wander = wander_of(errors_ns, 11);
	struct jscope__wander_figures figures;

	(void)state;
	for (unsigned k = 0; k <= 3; k++)
		assert_true(figures_of(wander, k, 1).mtie_ns == fmin(1 << k, 5));
	assert_false(jscope__wander_figures(wander, 4, 1, &figures));
	jscope__wander_destroy(wander);
}

/* NBS14, nine values of frequency. */
static void tells_nbs14(void **state)
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
	jscope__tau_run_end(&tau);
	return tau;
}

static void tells_sp1065(void **state)
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
	assert_int_equal(budget.bytes_left, JSCOPE__WANDER_BYTES);
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

/* White phase noise of deviation s: ADEV = sqrt(3) s / tau, TDEV = s / sqrt(m). */
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
		assert_close(figures.tdev_ns, deviation / sqrt(m), 0.15);
		assert_true(figures.mtie_ns <= 999);
	}
	assert_true(figures_of(wander, 16, 1).mtie_ns == 999);
	jscope__wander_destroy(wander);
}

/* Long taus */

/* The same as the slow reference, with sums and extremes that grow by doubling. */
static double long_mtie(const struct series *series, size_t m)
{
	const size_t count = series->count;
	int64_t *low = malloc(count * sizeof *low), *high = malloc(count * sizeof *high);
	double mtie_ns = 0;
	size_t width = 1;

	assert_true(low && high);
	for (size_t i = 0; i < count; i++)
		low[i] = high[i] = series->error_ns[i];
	for (; 2 * width <= m + 1; width *= 2)
		for (size_t i = 0; i + 2 * width <= count; i++) {
			low[i] = low[i] < low[i + width] ? low[i] : low[i + width];
			high[i] = high[i] > high[i + width] ? high[i] : high[i + width];
		}
	for (size_t i = 0, j = m + 1 - width; i + m < count; i++, j++)
		mtie_ns = fmax(mtie_ns, (double)((high[i] > high[j] ? high[i] : high[j]) -
						 (low[i] < low[j] ? low[i] : low[j])));
	free(low);
	free(high);
	return mtie_ns;
}

/* Of windows at each `stride`th point. */
static double long_adev(const struct series *series, size_t m, size_t stride)
{
	double squares = 0, windows = 0;

	for (size_t i = 0; i + 2 * m < series->count; i += stride, windows++)
		squares += window_adev(series->error_ns + i, m);
	return windows > 0 ? sqrt(squares / windows / 2) : 0;
}

static double long_tdev(const struct series *series, size_t m, size_t stride)
{
	int64_t *sums = calloc(series->count + 1, sizeof *sums);
	double squares = 0, windows = 0, mean;

	assert_non_null(sums);
	for (size_t i = 0; i < series->count; i++)
		sums[i + 1] = sums[i] + series->error_ns[i];
	for (size_t i = 0; i + 3 * m <= series->count; i += stride, windows++) {
		mean = (double)(sums[i + 3 * m] - 3 * sums[i + 2 * m] + 3 * sums[i + m] - sums[i]) /
		       (double)m;
		squares += mean * mean;
	}
	free(sums);
	return windows > 0 ? sqrt(squares / windows / 6) : 0;
}

static void exact_check(const struct jscope__wander_figures *figures, const struct series *series,
			size_t m)
{
	assert_true(figures->mtie_ns == long_mtie(series, m));
	assert_close(figures->adev * (double)m, long_adev(series, m, 1), 1e-9);
	assert_close(figures->tdev_ns, long_tdev(series, m, 1), 1e-9);
}

/* What the header promises of them. */
static void coarse_check(const struct jscope__wander_figures *figures, const struct series *series,
			 size_t m)
{
	const size_t stride = m / 256;
	const double between_ns = 4 * long_mtie(series, stride);

	assert_true(figures->mtie_ns >= long_mtie(series, m));
	assert_true(figures->mtie_ns <= long_mtie(series, m + stride));
	assert_close(figures->adev * (double)m, long_adev(series, m, stride), 1e-9);
	assert_true(fabs(figures->adev * (double)m - long_adev(series, m, 1)) <=
		    between_ns / sqrt(2));
	assert_close(figures->tdev_ns, long_tdev(series, m, stride), 1e-9);
	assert_true(fabs(figures->tdev_ns - long_tdev(series, m, 1)) <= between_ns / sqrt(6));
}

/* Take from the means the windows in which nothing happened: left are those of `count` points. */
static void still_windows_forget(struct jscope__wander_figures *figures, unsigned octave,
				 size_t count)
{
	const unsigned shift = octave <= 16 ? 0 : octave - 8;
	const uint64_t span = UINT64_C(1) << (octave - shift);
	double share[JSCOPE__TAU_KINDS];

	for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++)
		share[kind] = mean_of((double)figures->windows[kind],
				      jscope__tau_windows(span, kind, count >> shift));
	figures->adev *= sqrt(share[JSCOPE__ADEV]);
	figures->tdev_ns *= sqrt(share[JSCOPE__TDEV]);
}

static void long_taus_keep_their_bounds(void **state)
{
	struct series series = series_random((size_t)13 << 17, UINT64_MAX, 30000);
	struct jscope__wander *wander = wander_new();
	struct jscope__wander_figures figures;
	unsigned k = 0;

	(void)state;
	/* A run before it, with levels of its own, must leave nothing behind but its windows. */
	for (uint64_t i = 0; i < 700000; i++)
		jscope__wander_point(wander, i, 5);
	jscope__wander_segment_end(wander);
	segment_feed(wander, &series);
	for (; jscope__wander_figures(wander, k, 1, &figures); k++) {
		still_windows_forget(&figures, k, series.count);
		if (k <= 16)
			exact_check(&figures, &series, (size_t)1 << k);
		else
			coarse_check(&figures, &series, (size_t)1 << k);
	}
	assert_int_equal(k, 21);
	assert_false(jscope__wander_is_short(wander));
	jscope__wander_destroy(wander);
	free(series.error_ns);
}

/* Of 1.5 taus: what lies low late in the first counts with what lies high early in the second. */
static void the_end_of_a_run_counts(void **state)
{
	(void)state;
	for (unsigned k = 2; k <= 18; k++) {
		const uint64_t span = UINT64_C(1) << k;
		struct jscope__wander *wander = wander_new();

		for (uint64_t i = 0; i < span + span / 2; i++)
			jscope__wander_point(wander, i,
					     i == span * 3 / 4	    ? -1000
					     : i == span + span / 4 ? 1000
								    : 0);
		jscope__wander_segment_end(wander);
		assert_true(figures_of(wander, k, 1).mtie_ns == 2000);
		jscope__wander_destroy(wander);
	}
}

/* Octaves for which there is no room end early, the others are whole; all windows are counted. */
static void short_memory_ends_long_taus(void **state)
{
	struct series series = series_random(60000, UINT64_MAX, 5 * JSCOPE_NS_PER_SEC);
	struct jscope__wander_figures figures;
	struct reference reference;
	unsigned whole = 0;

	(void)state;
	for (size_t bytes = 6000; bytes < 200000; bytes += 17177) {
		struct jscope__wander *wander = wander_new();

		budget.bytes_left = bytes;
		segment_feed(wander, &series);
		assert_true(jscope__wander_is_short(wander));
		for (unsigned k = 0; jscope__wander_figures(wander, k, 12345, &figures); k++) {
			assert_int_equal(figures.windows[JSCOPE__MTIE] +
						 figures.skipped[JSCOPE__MTIE],
					 series.count - ((size_t)1 << k));
			if (figures.skipped[JSCOPE__TDEV] > 0 || k > 2)
				continue;
			reference = (struct reference){ 0 };
			reference_add(&reference, &series, (size_t)1 << k);
			reference_check(wander, k, &reference);
			whole++;
		}
		jscope__wander_destroy(wander);
	}
	assert_true(whole >= 3);
	free(series.error_ns);
	budget.bytes_left = 1000;
	assert_null(jscope__wander_create(&budget));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_reference),
		cmocka_unit_test(keeps_wide_steps),
		cmocka_unit_test(tells_the_known_figures),
		cmocka_unit_test(tells_the_width_of_a_triangle),
		cmocka_unit_test(tells_nbs14),
		cmocka_unit_test(tells_sp1065),
		cmocka_unit_test(a_constant_offset_wanders_by_itself_only),
		cmocka_unit_test(a_steady_drift_has_its_adev),
		cmocka_unit_test(white_phase_noise_averages_out),
		cmocka_unit_test(long_taus_keep_their_bounds),
		cmocka_unit_test(the_end_of_a_run_counts),
		cmocka_unit_test(short_memory_ends_long_taus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
