/*
 * Taus so long that memory keeps groups of points only: against a faster reference, whose sums and
 * extremes grow by doubling, and where memory is short.
 */
#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "wander_series.h"

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

		wander_budget.bytes_left = bytes;
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
	wander_budget.bytes_left = 1000;
	assert_null(jscope__wander_create(&wander_budget));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_taus_keep_their_bounds),
		cmocka_unit_test(the_end_of_a_run_counts),
		cmocka_unit_test(short_memory_ends_long_taus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
