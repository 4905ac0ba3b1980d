/*
 * Who held the CPU: for each chain of a trace who kept it waiting, and for how long; for the tail of
 * the slowest chains against all others; and for the worst ones by themselves. Filled through the sink
 * while a trace is replayed, then written. One thread.
 *
 * Memory is bounded, whatever the trace: who held the CPUs is kept for a window, chains are put down
 * as soon as they are complete, and only the worst are kept. What the window or the trace do not tell
 * is put down to nobody, with the reason.
 */
#ifndef ANALYSIS_BLAME_H
#define ANALYSIS_BLAME_H

#include <stdio.h>

#include "analysis/report.h"

#define JSCOPE_BLAME_WORST_MAX 10000

struct jscope_blame;

struct jscope_blame_options {
	unsigned
		worst; /* so many chains, and requests, are kept whole; JSCOPE_BLAME_WORST_MAX at most */
	jscope_ns
		over_ns; /* chains that take longer are the tail; 0: the slowest 1 % of each stream */
};

/* Returns 0 or -ENOMEM. */
int jscope_blame_create(const struct jscope_blame_options *options,
			struct jscope_blame **ret_blame);
void jscope_blame_destroy(struct jscope_blame *blame);

/* Where jscope_trace_replay() delivers. Owned by the blame. */
const struct jscope_timeline_sink *jscope_blame_sink(struct jscope_blame *blame);

/* After the replay: put down what is left, and sum up. Copies info. Returns 0 or -ENOMEM. */
int jscope_blame_finish(struct jscope_blame *blame, const struct jscope_trace_info *info);

/* Streams, occupants and sums that there was no room for. */
uint64_t jscope_blame_refused(const struct jscope_blame *blame);

/* All after finish. Return 0, -ENOMEM or -EIO. */
int jscope_blame_write_text(const struct jscope_blame *blame,
			    const struct jscope_report_style *style, FILE *stream);
int jscope_blame_write_json(const struct jscope_blame *blame, FILE *stream);

#endif
