/*
 * The chains of one stream as they were recorded, in the order of their points: what what-if replays.
 *
 * A delay belongs to the instant it leads up to: that of JSCOPE_RUN is the wake. It was *drawn* where
 * nothing of the stream's own stood in its way: a signal that finds the client at work has no wake of
 * its own, a request that merges has not waited in the queue, an interrupt that stands behind the one
 * before it on the line may have been in time. Those are re-derived, never replayed.
 *
 * Bounded: chains beyond what all streams together may keep are counted and left out. Inside
 * analysis/.
 */
#ifndef ANALYSIS_WHATIF_DELAYS_H
#define ANALYSIS_WHATIF_DELAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay/timeline.h"

struct jscope__chain {
	jscope_ns at[JSCOPE_INSTANT_COUNT]; /* due is estimated where the trace has none */
	jscope_ns held_ns; /* of its client's work: the time that later executions took from it */
	int64_t point;	   /* since the stream stopped last */
	uint32_t epoch;
	uint8_t drawn; /* bit 1 << JSCOPE_<INSTANT>: the delay up to it */
	bool is_lost;  /* its interrupt never came, or nothing came of it */
	bool begins;   /* no chain before it belongs to the same time */
};

/* What long delays are. */
enum jscope__nature {
	JSCOPE__NATURE_UNKNOWN, /* the recording does not tell */
	JSCOPE__NATURE_DRAWS, /* each belongs to its point: another point there would not have it */
	JSCOPE__NATURE_STALLS, /* each has its place in time: whoever comes waits until it is over */
};

struct jscope__delays {
	struct jscope__chain *chains;
	size_t count, capacity;
	uint64_t offered;  /* all there were */
	uint64_t censored; /* of these, cut: not kept */
	uint32_t stops;	   /* of the device, that no epoch tells of */
	unsigned path;	   /* instants that delays lead up to */
	jscope_ns period_ns;
	enum jscope__nature nature;
	bool shares_cpu; /* the client never runs while an execution does, and has waited for it */
	int64_t median_ns[JSCOPE_INSTANT_COUNT]; /* of what was drawn, for where nothing was near */
	/* Where nothing was drawn for a while: for which part of it what was drawn before held on, 0 .. 0.5.
	 */
	double hold[JSCOPE_INSTANT_COUNT];
};

/*
 * budget: chains that may still be kept; counted down. What finds no room is only counted.
 * Returns 0 or -ENOMEM.
 */
int jscope__delays_add(struct jscope__delays *series,
		       const struct jscope_notification *notification, size_t *budget);

/* The device stopped at at_ns, though its epoch does not say so: what is behind is another time. */
void jscope__delays_stop(struct jscope__delays *series, jscope_ns at_ns);

/* The median time from one chain to the next, 0 where there are fewer than two. -ENOMEM. */
int jscope__delays_pace(const struct jscope__delays *series, jscope_ns *ret_ns);

/* After the last: sort, cut into times without holes, find what was drawn. Returns 0 or -ENOMEM. */
int jscope__delays_settle(struct jscope__delays *series);

void jscope__delays_finish(struct jscope__delays *series);

/* The instant of the path before another one. */
static inline jscope_ns jscope__chain_from(const struct jscope__delays *series,
					   const struct jscope__chain *chain,
					   enum jscope_instant to)
{
	unsigned from = to;

	do
		from--;
	while (from > JSCOPE_DUE && !(series->path & 1u << from));
	return chain->at[from];
}

/* A delay that was drawn. */
static inline jscope_ns jscope__chain_delay(const struct jscope__delays *series,
					    const struct jscope__chain *chain,
					    enum jscope_instant to)
{
	return jscope_sub_sat(jscope_sub_sat(chain->at[to], jscope__chain_from(series, chain, to)),
			      to == JSCOPE_SERVED ? chain->held_ns : 0);
}

#endif
