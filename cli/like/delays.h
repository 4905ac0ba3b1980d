/*
 * The delays of a stage as they were recorded, ready for a scenario. Inside cli/like/.
 */
#ifndef CLI_LIKE_DELAYS_H
#define CLI_LIKE_DELAYS_H

#include "session.h"
#include "tracer/scenario.h"

/* What the begin of a delay counts from. */
struct jscope__like_anchor {
	bool by_time;	     /* an instant of the recording, where the points will be others */
	jscope_ns origin_ns; /* that instant */
};

/*
 * Make the distribution of the stage that leads up to an instant. It has kind NONE where the recording
 * never tells that stage. path: the instants that chains of this stream have. Returns 0 or -ENOMEM.
 */
int jscope__like_delays_make(struct jscope_scenario *scenario,
			     const struct jscope__like_series *series, unsigned path,
			     enum jscope_instant to, const struct jscope__like_anchor *anchor,
			     struct jscope_distribution *ret_distribution);

/* Chains that lack an instant of the path: their neighbours stand for them. */
uint64_t jscope__like_partial_count(const struct jscope__like_series *series, unsigned path);

#endif
