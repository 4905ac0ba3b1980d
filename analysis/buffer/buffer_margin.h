/*
 * How near a stream came to running out: its headroom in tenths of the buffer, and the least of every
 * second. Inside analysis/. Memory is fixed: of the seconds their distribution and the worst few stay.
 */
#ifndef ANALYSIS_BUFFER_MARGIN_H
#define ANALYSIS_BUFFER_MARGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/hist.h"
#include "common/ns.h"

/* Below 0, ten tenths of the buffer, and the whole buffer or more. */
#define JSCOPE__MARGIN_STEPS 12

/* Seconds that are open at a time, as records come out of order; and those kept as the worst. */
#define JSCOPE__MARGIN_OPEN  4
#define JSCOPE__MARGIN_WORST 8

struct jscope__margin_second {
	int64_t number; /* seconds of the trace clock */
	int64_t frames;
};

/* All zero to begin. */
struct jscope__margin {
	uint64_t steps[JSCOPE__MARGIN_STEPS];
	uint64_t unsized; /* of an unknown buffer */
	unsigned open_count;
	struct jscope__margin_second open[JSCOPE__MARGIN_OPEN]; /* numbers ascend */
	uint64_t seconds;					/* that are over */
	uint64_t left_out; /* values for a second that was over already */
	unsigned worst_count;
	struct jscope__margin_second worst[JSCOPE__MARGIN_WORST]; /* least first; then earliest */
};

void jscope__margin_add(struct jscope__margin *margin, jscope_ns at_ns, int64_t frames,
			uint32_t buffer_frames);
/* No more values come: the open seconds are over. */
void jscope__margin_close(struct jscope__margin *margin);
/* Of rows that become one: steps and counts add up, of the worst the worst stay. */
void jscope__margin_merge(struct jscope__margin *margin, const struct jscope__margin *from);

#endif
