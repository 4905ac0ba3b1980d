/*
 * One tau that is too long for every point of it to be kept: a tau is 256 groups of points, and
 * windows begin at groups. Called by wander.c; one thread. Inside analysis/.
 */
#ifndef ANALYSIS_COARSE_H
#define ANALYSIS_COARSE_H

#include "history.h"
#include "tau.h"

/* Points, or groups, that follow each other. */
struct jscope__group {
	double first_ns, sum_ns, low_ns, high_ns;
};

/* Of a tau, and of a block of the ring. */
#define JSCOPE__COARSE_GROUPS 256
#define JSCOPE__COARSE_BLOCKS 4

struct jscope__coarse {
	struct jscope__tau tau; /* its steps are groups */
	bool is_running;	/* since the beginning of this run */
	unsigned groups;	/* of the block that runs */
	unsigned blocks;	/* before it in this run, the ring's last ones are kept */
	/* Of the groups the four values apart, as the tau wants them. */
	struct jscope__coarse_block {
		double first_ns[JSCOPE__COARSE_GROUPS], sum_ns[JSCOPE__COARSE_GROUPS],
			low_ns[JSCOPE__COARSE_GROUPS], high_ns[JSCOPE__COARSE_GROUPS];
	} ring[JSCOPE__COARSE_BLOCKS];
};

struct jscope__group jscope__group_of(const double *points_ns, unsigned count);
struct jscope__group jscope__group_join(const struct jscope__group *one,
					const struct jscope__group *next);

void jscope__coarse_add(struct jscope__coarse *coarse, const struct jscope__group *group);

/* Group `number` of the run, one of the last 768. */
struct jscope__group jscope__coarse_group(const struct jscope__coarse *coarse, unsigned number);

/* Groups of the run so far. */
unsigned jscope__coarse_count(const struct jscope__coarse *coarse);

void jscope__coarse_run_end(struct jscope__coarse *coarse);

#endif
