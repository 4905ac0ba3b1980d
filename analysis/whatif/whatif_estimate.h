/*
 * How many glitches to expect, and how sure that is, from those of one recording. Inside analysis/.
 */
#ifndef ANALYSIS_WHATIF_ESTIMATE_H
#define ANALYSIS_WHATIF_ESTIMATE_H

#include <stddef.h>
#include <stdint.h>

struct jscope__estimate {
	double count;	  /* in a time as long as that of the recording */
	double low, high; /* 95 % of what is expected, not of a single run */
};

/*
 * parts: glitches in each of part_count equal parts of the time, of shift_count replays of the same.
 *
 * Glitches come in clusters, and shifted replays of one cause count it several times: what is counted
 * on is how many causes there were. Each run of filled parts is taken as one (its weight squared is
 * its share of the variance); where many parts are filled, the spread of blocks of them is taken
 * instead, and where it is significantly larger, too. The count then lies as that of n events of
 * equal weight does (Garwood, Biometrika 28, 1936), n being count^2 / variance. None at all is at most 3.7 causes of
 * one glitch, and so is less than that.
 */
struct jscope__estimate jscope__estimate_count(const uint32_t *parts, size_t part_count,
					       unsigned shift_count);

/* The q quantile of a gamma distribution of this shape and scale 1, to 1e-9. shape > 0. */
double jscope__gamma_quantile(double shape, double q);

#endif
