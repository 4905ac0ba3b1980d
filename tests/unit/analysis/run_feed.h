/*
 * Runs to compare: reports of a made-up stream whose stages are drawn from a seed, in memory.
 */
#ifndef TESTS_UNIT_ANALYSIS_RUN_FEED_H
#define TESTS_UNIT_ANALYSIS_RUN_FEED_H

#include "analysis/report.h"

struct run_feed {
	uint64_t seed;
	unsigned count;			  /* of notifications */
	const char *stream;		  /* NULL: "stream 0x1" */
	double scale[JSCOPE_STAGE_COUNT]; /* of each stage; 0: 1 */
	double work_scale;		  /* of service; 0: 1 */
	double persistence; /* of the wake stage, 0 .. 1: how much each resembles the one before */
	unsigned glitches;
	uint64_t lost_events;
	bool is_empty; /* no event at all: an invalid trace */
	bool forgets_order;
};

/* A report of it, finished; for jscope_compare_add(), or to be destroyed by the caller. */
struct jscope_report *run_report(const struct run_feed *feed);

/* Uniform in [0, 1), and standard normal, from a seed that moves on. */
double run_uniform(uint64_t *seed);
double run_normal(uint64_t *seed);

#endif
