/*
 * The clock of a device, from the positions that it told: how fast it runs, and how far it strays from
 * that. Inside analysis/. Memory is fixed.
 *
 * Least squares of the time error (when a position was reached, less when it should have been at the
 * nominal rate) over the ideal time, each stretch about its own mean, one slope for all: what happens
 * between stretches (a pause, a leap, lost events) is not the clock's. It is the drift that the points
 * of the stream have (jitter.h), with the same sign, found in positions.
 */
#ifndef ANALYSIS_BUFFER_CLOCK_H
#define ANALYSIS_BUFFER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "replay/timeline.h"

/* Positions before a slope is told (HLK takes as many). */
#define JSCOPE__CLOCK_POSITIONS_MIN 30

/* All zero to begin. */
struct jscope__buffer_clock {
	unsigned epochs; /* in which a position was told */
	bool is_begun;
	unsigned epoch;
	uint32_t rate_hz;
	jscope_ns origin_ns;
	int64_t origin_frames;
	uint64_t stretch_count; /* positions of this stretch */
	double ideal_mean, error_mean;
	/* Of all stretches. */
	uint64_t count, stretches;
	double ideal_square, ideal_error, error_square;
};

struct jscope__clock_figures {
	double drift_ppm;   /* positive: its periods are longer than nominal, it is slow */
	double residual_ns; /* standard deviation about the line */
};

void jscope__clock_add(struct jscope__buffer_clock *clock, const struct jscope_position *position);
/* The next position does not continue the stretch. */
void jscope__clock_break(struct jscope__buffer_clock *clock);
/* False while there are too few positions. */
bool jscope__clock_figures(const struct jscope__buffer_clock *clock,
			   struct jscope__clock_figures *ret_figures);

#endif
