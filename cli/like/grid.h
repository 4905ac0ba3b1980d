/*
 * The points of a recorded stream: which chain is of which point, how far the clock of its device is off,
 * and its course where it did not keep to any rate, or where the trace does not say when it reached its
 * points. Then it is taken to have done so when it told of them. Inside cli/like/.
 */
#ifndef CLI_LIKE_GRID_H
#define CLI_LIKE_GRID_H

#include "session.h"

struct jscope__like_grid {
	uint32_t rate_hz, period_frames; /* 0 points: nothing is known of it */
	bool is_assumed;		 /* nothing tells the rate: only the period is known */
	int32_t drift_ppm;
	double period_ns; /* with its drift */
	uint64_t points;
	jscope_ns strays_ns; /* by so much the device left the grid at worst */
	bool has_course;     /* from point to point, since it is on no grid */
};

/* When something was told of a chain first, behind its point; JSCOPE_NS_UNKNOWN: nothing was. */
jscope_ns jscope__like_told_ns(const struct jscope__like_chain *chain);

/*
 * Number the points of a series, from 1 without holes in time, and set what is due.
 * facts: of its stream, NULL where there are none.
 */
struct jscope__like_grid jscope__like_grid_make(struct jscope__like_series *series,
						const struct jscope__like_facts *facts);

/*
 * How long the device took from each point, from 0, to the next one; NULL where it is on its grid.
 * ret_steps: grid->points of them, to be freed. Returns 0 or -ENOMEM.
 */
int jscope__like_grid_course(const struct jscope__like_grid *grid,
			     const struct jscope__like_series *series,
			     const struct jscope__like_facts *facts, jscope_ns **ret_steps);

/* The same points for another client of the stream. */
void jscope__like_grid_share(struct jscope__like_series *series,
			     const struct jscope__like_series *first);

#endif
