/*
 * The lateness of one stream as a series whose rhythm is looked for: end to end where points have a
 * due, else the instants themselves, of which only their deviation from an even grid tells. Called
 * by collect_streams.c and the writers of a report; one thread. Inside analysis/.
 */
#ifndef ANALYSIS_RHYTHM_H
#define ANALYSIS_RHYTHM_H

#include "jitter.h"
#include "replay/timeline.h"
#include "spectrum.h"
#include "window.h"

/* What the series of all streams of a report share. */
struct jscope__rhythm_shared {
	struct jscope__wander_budget budget;
	struct jscope__fourier fourier;
};

struct jscope__rhythm {
	struct jscope__spectrum spectrum;
	struct jscope__window window; /* points, as they come when they are complete */
	bool has_begun;
	bool of_lateness; /* else of instants */
	unsigned epoch;
	jscope_ns nominal_period_ns; /* of the first point: others have another rate; 0: unknown */
	uint64_t foreign;	     /* points left out as they are not as the first one */
};

/* The struct is all zero; finish suits one that was never begun, too. */
void jscope__rhythm_init(struct jscope__rhythm *rhythm, struct jscope__rhythm_shared *shared);
void jscope__rhythm_finish(struct jscope__rhythm *rhythm);

/*
 * Point `seq` of an epoch. of_lateness: value_ns is how late it was; else when it was told. A
 * stream is one or the other; points that are not as the first one, or have another period, are
 * left out and counted.
 */
struct jscope__rhythm_point {
	bool of_lateness;
	unsigned epoch;
	uint64_t seq;
	jscope_ns value_ns, nominal_period_ns;
};
void jscope__rhythm_add(struct jscope__rhythm *rhythm, const struct jscope__rhythm_point *point);

/* After the last point, before the lines are read. */
void jscope__rhythm_close(struct jscope__rhythm *rhythm);

/*
 * period: of the same points. False: nothing to tell, as there are no points, or nobody knows a
 * period and theirs is not even, so that turns per point are no frequency.
 */
bool jscope__rhythm_lines(const struct jscope__rhythm *rhythm, const struct jscope__jitter *jitter,
			  struct jscope__spectrum_lines *ret_lines);

#endif
