#include "whatif_nature.h"

/* Works that stalls should have met, to believe that there were none. */
#define MET_ENOUGH 8

/* Works that were met, to believe that there were. */
#define MET_MIN 4

/* Of how many should have been: fewer are none; more have a reason of their own. */
#define MET_LEAST 0.35
#define MET_MOST  5

/* By how much of the mean delay the met works are longer, at least: else it is their own law. */
#define EXCESS_LEAST 0.6

struct longs {
	uint64_t delays, works;	  /* above the bound */
	double delay_ns, work_ns; /* by how much, in sum */
	double worked_ns;	  /* by all works */
};

static void chain_count(const struct jscope__delays *series, const struct jscope__chain *chain,
			struct longs *longs)
{
	const jscope_ns bound_ns = jscope__stall_ns(series);

	for (unsigned to = JSCOPE_IRQ; to <= JSCOPE_RUN; to++) {
		jscope_ns excess_ns;

		if (!(chain->drawn & 1u << to) || chain->is_lost || !jscope__nature_stalls(to))
			continue;
		excess_ns = jscope_sub_sat(jscope__chain_delay(series, chain, to), bound_ns);
		longs->delays += excess_ns > 0;
		longs->delay_ns += excess_ns > 0 ? (double)excess_ns : 0;
	}
	if (chain->drawn & 1u << JSCOPE_SERVED) {
		const jscope_ns work_ns = jscope__chain_delay(series, chain, JSCOPE_SERVED);
		const jscope_ns excess_ns =
			jscope_sub_sat(work_ns, series->median_ns[JSCOPE_SERVED] + bound_ns);

		longs->works += excess_ns > 0;
		longs->work_ns += excess_ns > 0 ? (double)excess_ns : 0;
		longs->worked_ns += (double)series->median_ns[JSCOPE_SERVED];
	}
}

static double time_ns(const struct jscope__delays *series)
{
	return (double)series->count * (double)series->period_ns;
}

enum jscope__nature jscope__nature_find(const struct jscope__delays *series)
{
	struct longs longs = { 0 };
	double expected;

	for (size_t i = 0; i < series->count; i++)
		chain_count(series, &series->chains[i], &longs);
	if (longs.delays == 0 || series->count == 0)
		return JSCOPE__NATURE_DRAWS;
	expected = (double)longs.delays * longs.worked_ns / time_ns(series);
	if (longs.works >= MET_MIN && (double)longs.works >= MET_LEAST * expected &&
	    (double)longs.works <= MET_MOST * expected &&
	    longs.work_ns / (double)longs.works >=
		    EXCESS_LEAST * longs.delay_ns / (double)longs.delays)
		return JSCOPE__NATURE_STALLS;
	if (longs.works >= MET_MIN)
		return JSCOPE__NATURE_DRAWS;
	return expected >= MET_ENOUGH ? JSCOPE__NATURE_DRAWS : JSCOPE__NATURE_UNKNOWN;
}
