#include "whatif_due.h"

#include <math.h>

/*
 * The grid is pushed down by whoever is earlier, and rises by this share of a period with each point:
 * first to find the period of the device, then to follow what is left of its drift.
 */
#define RISE_ROUGH 1e-3
#define RISE_FINE  2e-5

/* A period is skipped where more than this is lacking of the next one: it was told with another. */
#define SKIP_PART 0.7

/* Periods that a device may skip; beyond, the grid begins anew. */
#define SKIP_MAX 64

static jscope_ns told_ns(const struct jscope__chain *chain)
{
	for (unsigned i = JSCOPE_IRQ; i < JSCOPE_SERVED; i++)
		if (chain->at[i] != JSCOPE_NS_UNKNOWN)
			return chain->at[i];
	return 0;
}

/* How many points further, 0 where the grid must begin anew. */
static int64_t steps(double passed_ns, double period_ns)
{
	const double count = floor(passed_ns / period_ns + 1 - SKIP_PART);

	if (count > SKIP_MAX)
		return 0;
	return count < 1 ? 1 : (int64_t)count;
}

/* One chain after the other; returns the mean period, or that which was given. */
static double grid_follow(struct jscope__delays *series, double period_ns, double rise)
{
	const struct jscope__chain *before = NULL;
	const jscope_ns base_ns = told_ns(&series->chains[0]);
	double grid_ns = 0, passed_ns = 0, points = 0;

	for (size_t i = 0; i < series->count; i++) {
		struct jscope__chain *chain = &series->chains[i];
		const double now_ns = (double)jscope_sub_sat(told_ns(chain), base_ns);
		const int64_t count = before && before->epoch == chain->epoch
					      ? steps(now_ns - grid_ns, period_ns)
					      : 0;

		if (count > 0) {
			passed_ns += now_ns - (double)jscope_sub_sat(told_ns(before), base_ns);
			points += (double)count;
			grid_ns = fmin(now_ns, grid_ns + period_ns * (double)count * (1 + rise));
		} else {
			grid_ns = now_ns;
		}
		/* Another number far away is another time. */
		chain->point = (before ? before->point : 0) + (count > 0 ? count : 2 * SKIP_MAX);
		chain->at[JSCOPE_DUE] = jscope_add_sat(base_ns, (jscope_ns)grid_ns);
		before = chain;
	}
	return points > 0 ? passed_ns / points : period_ns;
}

void jscope__due_estimate(struct jscope__delays *series)
{
	const double period_ns = (double)series->period_ns;

	if (series->period_ns > 0 && series->count > 0)
		grid_follow(series, grid_follow(series, period_ns, RISE_ROUGH), RISE_FINE);
}
