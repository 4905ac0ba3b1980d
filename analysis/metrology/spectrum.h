/*
 * Is there a rhythm in how late notifications are? The strongest lines of the spectrum of a series,
 * against the noise beside them, in one pass. Called by collect_streams.c and the writers of a
 * report; one thread. Inside analysis/.
 *
 * Points are taken by number. A few missing ones are bridged by a straight line and counted as
 * filled: up to 16 on end, a fifth in the long run. Where more are missing the series is cut, and
 * so it is at the end of an epoch. Each piece is cut into segments that overlap by half, of 4096
 * points or, where no piece is as long, of the largest power of two that fits, from 128 on; the
 * longest segments count, points in no such segment are counted as left out.
 *
 * Every segment is straightened and tapered (fourier.h), and its powers are divided by their
 * geometric mean, which is that of the noise and hardly feels a line: a segment in which all is
 * restless weighs no more than a quiet one. The mean over the segments is what is looked at.
 *
 * A line is a peak that rises above four times the noise to both its sides: the greater of the
 * medians of up to 64 values to the left and to the right. Against chance the ratio is held as one
 * of variances (variance_ratio.h): chi-square of two degrees of freedom per independent segment,
 * above, and a quarter as many per value of the median below (which is half as sure as a mean, of
 * values of which the window makes half as many independent). false_alarm is the chance that any of
 * the values that were looked at would be so high in noise alone; a line is told where that is at
 * most 1 in 10 000. Lines below 1 ns are the rounding of the clock and not told.
 *
 * What cannot be known: rhythms slower than six turns per segment, and of a few segments slower
 * than some fifteen, as too few values lie beside them; those faster than half the rate of the
 * points, which appear folded below it; and the weaker one of two that are less than three values
 * apart.
 *
 * Memory: up to 40 KiB per series.
 */
#ifndef ANALYSIS_SPECTRUM_H
#define ANALYSIS_SPECTRUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"
#include "fourier.h"
#include "history.h"

#define JSCOPE__SPECTRUM_BYTES	    12582912
#define JSCOPE__SPECTRUM_POINTS_MIN 128
#define JSCOPE__SPECTRUM_POINTS_MAX 4096
#define JSCOPE__SPECTRUM_LINES	    8

struct jscope__spectrum {
	struct jscope__wander_budget *budget; /* borrowed */
	struct jscope__fourier *fourier;      /* borrowed */
	/* The piece that runs: from the beginning of its last segment on. */
	double *series;		    /* owned; room for `room` values */
	size_t room, length, fresh; /* fresh: of them in no segment yet */
	unsigned debt;		    /* for points that were filled in of late */
	uint64_t last_index;
	/* The segments. */
	size_t segment_points;
	float *power_sum; /* owned; segment_points / 2 + 1, each segment by its own noise */
	uint64_t segments, points, filled, left_out;
	bool is_short; /* memory was: segments are shorter than they could be, or points left out */
	double variance_sum;	 /* ns * ns */
	double inverse_sum;	 /* of the noise of the segments */
	uint64_t noisy_segments; /* that are not constant */
};

/* The struct is all zero. Both are borrowed until finish. */
void jscope__spectrum_init(struct jscope__spectrum *spectrum, struct jscope__wander_budget *budget,
			   struct jscope__fourier *fourier);
void jscope__spectrum_finish(struct jscope__spectrum *spectrum);

/*
 * Point `index` has the value value_ns, of which a straight line within a segment does not matter:
 * a lateness, or an instant. Indices ascend; one that does not is left out.
 */
void jscope__spectrum_point(struct jscope__spectrum *spectrum, uint64_t index, jscope_ns value_ns);

/* After the last point of an epoch, and before lines are asked for. */
void jscope__spectrum_piece_end(struct jscope__spectrum *spectrum);

struct jscope__spectrum_line {
	double frequency_hz, amplitude_ns;
	double share;	    /* of the variance, 0 .. 1 */
	double false_alarm; /* chance that noise alone has such a line anywhere */
};

struct jscope__spectrum_lines {
	double from_hz, to_hz; /* what was looked at; 0 without a segment */
	double noise_ns;       /* standard deviation without the lines */
	unsigned count;
	struct jscope__spectrum_line lines[JSCOPE__SPECTRUM_LINES]; /* the strongest first */
	uint64_t more;						    /* weaker ones than these */
};

/* rate_hz: of the points. */
void jscope__spectrum_lines(const struct jscope__spectrum *spectrum, double rate_hz,
			    struct jscope__spectrum_lines *ret_lines);

#endif
