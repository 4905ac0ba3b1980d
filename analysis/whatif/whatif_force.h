/*
 * The delays in force: what a new point takes of what was recorded.
 *
 * Recorded delays are a process in time. One that was drawn is in force from its point on for one
 * recorded period, since the point after it would have drawn its own. Where that one drew nothing (it
 * merged, or its client was not waiting) nobody knows what it would have been; what was drawn next is
 * in force there. So each draw counts as much as any other, however long it was: a delay that covers ten
 * points would otherwise be met ten times as often by new ones, in full.
 *
 * Where long delays are stalls (whatif_nature.h), a place in time is what they have: who comes while one
 * lasts goes on when it ends, and the others do not meet it at all. Inside analysis/.
 */
#ifndef ANALYSIS_WHATIF_FORCE_H
#define ANALYSIS_WHATIF_FORCE_H

#include "analysis/whatif.h"
#include "whatif_delays.h"

/* For how long a long delay goes on that hides whether it does. */
enum jscope__held {
	JSCOPE__HELD_MEAN, /* as it does on average: jscope__delays.hold */
	JSCOPE__HELD_NOT,  /* it is over at once */
	JSCOPE__HELD_ALL,  /* until the next one that was seen */
};

/* Delay of a point whose interrupt never comes. */
#define JSCOPE__LOST_NS INT64_MAX

struct jscope__force {
	const struct jscope__delays *series;	       /* borrowed */
	const struct jscope_whatif_settings *settings; /* borrowed */
	double work_factor;			       /* what recorded work is multiplied by */
	/* New points take a draw up to so many recorded ones away, at random: > 0 where the new points
	 * lie closer than the recorded ones, so that not all of them take the same. */
	unsigned spread;
	uint64_t random; /* state */
	enum jscope__held held;
	bool stalls; /* long delays are stalls, else each is drawn for its point */
};

/*
 * The delay up to an instant for a point at which chain `index` was the last; it begins at at_ns. 0 where
 * nothing was ever drawn; LOST for an interrupt that does not come.
 */
jscope_ns jscope__force_delay(struct jscope__force *force, size_t index, enum jscope_instant to,
			      jscope_ns at_ns);

#endif
