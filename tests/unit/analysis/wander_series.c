#include "wander_series.h"

#include <math.h>
#include <stdlib.h>

#include "../cmocka_all.h"

static struct series series_new(size_t count)
{
	struct series series = { count, calloc(count, sizeof *series.error_ns) };

	assert_non_null(series.error_ns);
	return series;
}

uint64_t random_below(uint64_t limit)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 33) % limit;
}

struct series series_random(size_t count, uint64_t hole_every, int64_t step_ns)
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

struct jscope__wander_budget wander_budget;

struct jscope__wander *wander_new(void)
{
	struct jscope__wander *wander;

	wander_budget.bytes_left = JSCOPE__WANDER_BYTES;
	wander = jscope__wander_create(&wander_budget);
	assert_non_null(wander);
	return wander;
}

void segment_feed(struct jscope__wander *wander, const struct series *series)
{
	for (size_t i = 0; i < series->count; i++)
		if (series->error_ns[i] != HOLE)
			jscope__wander_point(wander, i, series->error_ns[i]);
	jscope__wander_segment_end(wander);
}

struct jscope__wander_figures figures_of(const struct jscope__wander *wander, unsigned octave,
					 double period_ns)
{
	struct jscope__wander_figures figures;

	assert_true(jscope__wander_figures(wander, octave, period_ns, &figures));
	return figures;
}

void assert_close(double value, double expected, double relative)
{
	if (!(fabs(value - expected) <= relative * fabs(expected)))
		fail_msg("%.12g is not %.12g", value, expected);
}

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

double window_adev(const int64_t *x, size_t m)
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

void reference_add(struct reference *reference, const struct series *series, size_t m)
{
	const size_t points[] = { m + 1, 2 * m + 1, 3 * m };

	for (enum jscope__tau_kind kind = 0; kind < JSCOPE__TAU_KINDS; kind++)
		for (size_t i = 0; i + points[kind] <= series->count; i++)
			if (is_whole(series, i, points[kind]))
				window_note(reference, series->error_ns + i, m, kind);
			else
				reference->skipped[kind]++;
}

double mean_of(double sum, uint64_t count)
{
	return count > 0 ? sum / (double)count : 0;
}

void reference_check(const struct jscope__wander *wander, unsigned octave,
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
