#include "grid.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* What a device whose rate nobody tells is taken for. */
#define RATE_ASSUMED_HZ 48000

/* Off by more, a device does not hold to its grid; less are the roundings of its instants. */
#define STRAY_MIN_NS (10 * JSCOPE_NS_PER_US)

#define DRIFT_MAX_PPM 100000

typedef struct jscope__like_chain chain_t;

static double nominal_ns(const struct jscope__like_grid *grid)
{
	return (double)grid->period_frames * 1e9 / grid->rate_hz;
}

static void drift_set(struct jscope__like_grid *grid, double period_ns)
{
	double ppm = round((nominal_ns(grid) / period_ns - 1) * 1e6);

	if (!(fabs(ppm) <= DRIFT_MAX_PPM))
		ppm = 0;
	grid->drift_ppm = (int32_t)ppm;
	grid->period_ns = nominal_ns(grid) / (1 + ppm * 1e-6);
}

/* The next chain that is of another time; one past the last. */
static size_t time_end(const struct jscope__like_series *series, size_t begin)
{
	size_t end = begin + 1;

	while (end < series->count && !series->chains[end].begins)
		end++;
	return end;
}

jscope_ns jscope__like_told_ns(const struct jscope__like_chain *chain)
{
	for (unsigned i = JSCOPE_IRQ; i < JSCOPE_SERVED; i++)
		if (chain->at[i] != JSCOPE_NS_UNKNOWN)
			return chain->at[i];
	return JSCOPE_NS_UNKNOWN;
}

static int ns_compare(const void *left, const void *right)
{
	const jscope_ns a = *(const jscope_ns *)left, b = *(const jscope_ns *)right;

	return (a > b) - (a < b);
}

static jscope_ns at_ns(const chain_t *chain, bool by_due)
{
	return by_due ? chain->at[JSCOPE_DUE] : jscope__like_told_ns(chain);
}

/*
 * The median of what lies between neighbours, of their due instants or of what was told first; 0 without
 * memory, or where there are none.
 */
static double interval_median(const struct jscope__like_series *series, bool by_due)
{
	jscope_ns *intervals = malloc((series->count + 1) * sizeof *intervals);
	double median = 0;
	size_t count = 0;

	for (size_t i = 1; intervals && i < series->count; i++) {
		const chain_t *chain = &series->chains[i], *last = chain - 1;

		if (chain->epoch == last->epoch && chain->seq == last->seq + 1 &&
		    at_ns(chain, by_due) != JSCOPE_NS_UNKNOWN &&
		    at_ns(last, by_due) != JSCOPE_NS_UNKNOWN)
			intervals[count++] =
				jscope_sub_sat(at_ns(chain, by_due), at_ns(last, by_due));
	}
	if (count > 0) {
		qsort(intervals, count, sizeof *intervals, ns_compare);
		median = (double)intervals[count / 2];
	}
	free(intervals);
	return median;
}

/* Recorded points */

/* A stream that was stopped counts anew: its points go on here. first: its first point is in the trace. */
static void number_recorded(struct jscope__like_series *series, bool first)
{
	uint64_t shift = first ? 0 : 1 - series->chains[0].seq;

	for (size_t i = 0; i < series->count; i++) {
		chain_t *chain = &series->chains[i], *before = i ? chain - 1 : NULL;

		chain->begins = !before || before->epoch != chain->epoch;
		if (before && chain->begins && chain->seq + shift <= before->point)
			shift = before->point + 1 - chain->seq;
		chain->point = chain->seq + shift;
	}
}

static bool slope_find(const struct jscope__like_series *series, size_t begin, size_t end,
		       double *ret_period_ns, uint64_t *ret_points)
{
	const chain_t *first = NULL, *last = NULL;

	for (size_t i = begin; i < end; i++) {
		const chain_t *chain = &series->chains[i];

		if (chain->at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
			continue;
		first = first ? first : chain;
		last = chain;
	}
	if (!first || last->point <= first->point)
		return false;
	*ret_points = last->point - first->point;
	*ret_period_ns = (double)jscope_sub_sat(last->at[JSCOPE_DUE], first->at[JSCOPE_DUE]) /
			 (double)*ret_points;
	return true;
}

/* Of the longest time without a standstill; 0: unknown. */
static double mean_period(const struct jscope__like_series *series)
{
	uint64_t longest = 0, points = 0;
	double period_ns = 0, found_ns = 0;

	for (size_t begin = 0, end; begin < series->count; begin = end) {
		end = time_end(series, begin);
		if (slope_find(series, begin, end, &period_ns, &points) && points > longest) {
			longest = points;
			found_ns = period_ns;
		}
	}
	return found_ns;
}

/* How many points lie off the grid, and which of them most. */
static uint64_t strays_count(struct jscope__like_grid *grid,
			     const struct jscope__like_series *series)
{
	const chain_t *first = NULL;
	uint64_t count = 0;

	grid->strays_ns = 0;
	for (size_t i = 0; i < series->count; i++) {
		const chain_t *chain = &series->chains[i];
		double off_ns;

		if (chain->begins)
			first = NULL;
		if (chain->at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
			continue;
		first = first ? first : chain;
		off_ns = (double)jscope_sub_sat(chain->at[JSCOPE_DUE], first->at[JSCOPE_DUE]) -
			 (double)(chain->point - first->point) * grid->period_ns;
		if (fabs(off_ns) <= STRAY_MIN_NS)
			continue;
		count++;
		if (fabs(off_ns) > fabs((double)grid->strays_ns))
			grid->strays_ns = jscope_ns_of_real(off_ns);
	}
	return count;
}

/* The mean says it best, unless the device once left its rate; then what it did mostly does. */
static void drift_find(struct jscope__like_grid *grid, const struct jscope__like_series *series)
{
	struct jscope__like_grid mostly = *grid;
	double period_ns = mean_period(series);

	drift_set(grid, period_ns > 0 ? period_ns : nominal_ns(grid));
	period_ns = interval_median(series, true);
	if (strays_count(grid, series) == 0 || period_ns <= 0)
		return;
	drift_set(&mostly, period_ns);
	if (strays_count(&mostly, series) < strays_count(grid, series))
		*grid = mostly;
}

/* Points that were not recorded */

/*
 * Nobody knows when the device was where. What it told is taken for its points, each due when it was
 * told: what happened before that takes no time.
 */
static void number_told(struct jscope__like_series *series)
{
	size_t kept = 0;

	for (size_t i = 0; i < series->count; i++) {
		chain_t *chain = &series->chains[i];

		if (chain->at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
			chain->at[JSCOPE_DUE] = jscope__like_told_ns(chain);
		if (chain->at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
			continue;
		chain->begins = kept == 0 || series->chains[kept - 1].epoch != chain->epoch;
		series->chains[kept] = *chain;
		series->chains[kept].point = kept + 1;
		kept++;
	}
	series->cut += series->count - kept;
	series->count = kept;
}

static void told_measure(struct jscope__like_grid *grid, struct jscope__like_series *series)
{
	double period_ns;

	number_told(series);
	grid->has_course = true;
	if (grid->rate_hz > 0 && grid->period_frames > 0) {
		grid->period_ns = nominal_ns(grid);
		return;
	}
	period_ns = mean_period(series);
	grid->is_assumed = true;
	grid->rate_hz = RATE_ASSUMED_HZ;
	grid->period_frames =
		(uint32_t)fmin(fmax(1, round(period_ns * RATE_ASSUMED_HZ / 1e9)), 1e9);
	grid->period_ns = nominal_ns(grid);
}

/* The last point of a stream that is played to its end lies where its data ends. */
static void recorded_measure(struct jscope__like_grid *grid, struct jscope__like_series *series,
			     const struct jscope__like_facts *facts)
{
	const size_t count = series->count;

	if (facts && facts->end_packet > 0 &&
	    series->chains[count - 1].seq == facts->end_packet + UINT64_C(1))
		series->count--;
	drift_find(grid, series);
	grid->has_course = grid->strays_ns != 0;
	series->count = count;
}

struct jscope__like_grid jscope__like_grid_make(struct jscope__like_series *series,
						const struct jscope__like_facts *facts)
{
	struct jscope__like_grid grid = { .rate_hz = series->info.rate_hz,
					  .period_frames = series->info.period_frames };

	if (series->count == 0)
		return grid;
	if (series->has_due && grid.rate_hz > 0 && grid.period_frames > 0) {
		number_recorded(series, facts && facts->opened_ns != JSCOPE_NS_UNKNOWN);
		recorded_measure(&grid, series, facts);
	} else {
		told_measure(&grid, series);
	}
	if (series->count > 0)
		grid.points = series->chains[series->count - 1].point;
	return grid;
}

/* Both are in the order of their points. */
void jscope__like_grid_share(struct jscope__like_series *series,
			     const struct jscope__like_series *first)
{
	size_t k = 0;

	for (size_t i = 0; i < series->count; i++) {
		chain_t *chain = &series->chains[i];

		while (k + 1 < first->count && (first->chains[k].epoch < chain->epoch ||
						(first->chains[k].epoch == chain->epoch &&
						 first->chains[k].seq < chain->seq)))
			k++;
		if (first->count == 0 || first->chains[k].seq != chain->seq)
			continue;
		chain->point = first->chains[k].point;
		chain->at[JSCOPE_DUE] = first->chains[k].at[JSCOPE_DUE];
	}
}

/* The course */

/* Of points that nothing tells of: evenly between those beside them. due: by point, 0 at its begin. */
static void holes_fill(const struct jscope__like_grid *grid, jscope_ns *due, size_t count)
{
	size_t last = 0;

	for (size_t point = 1; point <= count; point++) {
		double step_ns;

		if (due[point] == JSCOPE_NS_UNKNOWN)
			continue;
		step_ns = ((double)due[point] - (double)due[last]) / (double)(point - last);
		for (size_t hole = last + 1; hole < point; hole++)
			due[hole] =
				last == 0
					? jscope_sub_sat(due[point],
							 jscope_ns_of_real((double)(point - hole) *
									   grid->period_ns))
					: jscope_add_sat(due[last],
							 jscope_ns_of_real(step_ns *
									   (double)(hole - last)));
		last = point;
	}
}

/* When the stay in RUN began that this instant lies in. */
static jscope_ns run_begin(const struct jscope__like_grid *grid,
			   const struct jscope__like_facts *facts, jscope_ns due_ns)
{
	for (size_t i = facts ? facts->run_count : 0; i-- > 0;)
		if (facts->runs[i].begin_ns <= due_ns)
			return facts->runs[i].begin_ns - 1;
	return jscope_sub_sat(due_ns, jscope_ns_of_real(grid->period_ns));
}

static void steps_make(const struct jscope__like_grid *grid,
		       const struct jscope__like_series *series,
		       const struct jscope__like_facts *facts, jscope_ns *due, jscope_ns *steps)
{
	const size_t count = (size_t)grid->points;

	for (size_t point = 0; point <= count; point++)
		due[point] = JSCOPE_NS_UNKNOWN;
	for (size_t i = 0; i < series->count; i++)
		due[series->chains[i].point] = series->chains[i].at[JSCOPE_DUE];
	holes_fill(grid, due, count);
	for (size_t point = 1; point <= count; point++)
		steps[point - 1] = jscope_sub_sat(
			due[point], point == 1 ? run_begin(grid, facts, due[1]) : due[point - 1]);
	for (size_t i = 0; i < series->count; i++) {
		const chain_t *chain = &series->chains[i];

		if (chain->begins)
			steps[chain->point - 1] = jscope_sub_sat(
				due[chain->point], run_begin(grid, facts, due[chain->point]));
	}
	for (size_t point = 0; point < count; point++)
		steps[point] = steps[point] < 0 ? 0 : steps[point];
}

int jscope__like_grid_course(const struct jscope__like_grid *grid,
			     const struct jscope__like_series *series,
			     const struct jscope__like_facts *facts, jscope_ns **ret_steps)
{
	jscope_ns *due, *steps;

	*ret_steps = NULL;
	if (!grid->has_course)
		return 0;
	due = malloc((grid->points + 1) * sizeof *due);
	steps = malloc((grid->points + 1) * sizeof *steps);
	if (due && steps)
		steps_make(grid, series, facts, due, steps);
	free(due);
	if (due && steps) {
		*ret_steps = steps;
		return 0;
	}
	free(steps);
	return -ENOMEM;
}
