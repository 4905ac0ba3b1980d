/*
 * MTIE, ADEV and TDEV of a series of time errors at one tau, step by step (DOMAIN 6.1; ITU-T G.810
 * II, NIST SP 1065). Called by wander.c and coarse.c; one thread. Inside analysis/.
 *
 * A run is a stretch without a hole. A window of tau counts `span` steps from its first point to
 * its last; ADEV needs two of them side by side, and TDEV averages over each of three.
 *
 * Each costs a few operations per step, whatever the tau, and no memory but the series itself at
 * one, two and three spans ago (the taps):
 *
 *   ADEV  the second difference x[n] - 2 x[n-m] + x[n-2m], squared and summed.
 *   TDEV  the sum of the last m second differences, from which one leaves as one enters.
 *   MTIE  is the largest |x[q] - x[p]| of two points that are at most m steps apart. The run is
 *         cut into blocks of m steps. Two points of one block are near enough: its extremes tell.
 *         Of two blocks side by side step p of the first sees the steps of the second up to its
 *         own place, so that the extremes of the second as they grow are held against x[n-m]:
 *
 *             block b-1 |. . . p . . . .|          p and each of the q: m steps apart at most
 *             block b   |q q q q . . . .|
 *
 *         Where the run ends inside a block, the rest of the one before is held against it.
 *
 * Values are whole nanoseconds in a double: sums are exact below 2^53 ns, and rounded above.
 */
#ifndef ANALYSIS_TAU_H
#define ANALYSIS_TAU_H

#include <stdint.h>

enum jscope__tau_kind { JSCOPE__MTIE, JSCOPE__ADEV, JSCOPE__TDEV, JSCOPE__TAU_KINDS };

struct jscope__tau {
	uint64_t span;		/* steps in a tau, at least 1 */
	uint64_t steps;		/* of the run so far */
	uint64_t place;		/* of the next one in its block */
	double low_ns, high_ns; /* of the block that runs */
	double moving;		/* sum of the last `span` second differences */
	/* Over all runs. */
	double mtie_ns;
	double adev_squares, tdev_squares;
	uint64_t windows[JSCOPE__TAU_KINDS]; /* whose run is over */
};

/*
 * Steps of the series: [i] of them 0, 1, 2, 3 spans ago. A step is a point, and then all four are
 * the same; or a group of points, of which there is the first, the sum, the lowest and the highest.
 * What lies before the run is never read.
 */
struct jscope__taps {
	const double *first_ns[3], *sum_ns[4], *low_ns[2], *high_ns[2];
	/* Nothing of low_ns and high_ns, now and a span ago, lies beyond; where unknown, infinite. */
	double floor_ns[2], ceiling_ns[2];
};

/* Steps that are added in one go as fast as may be. */
#define JSCOPE__TAU_BATCH 256

/* The next `count` steps. */
void jscope__tau_add(struct jscope__tau *tau, const struct jscope__taps *taps, unsigned count);

/* The next `count` steps, all of the first block of a run: of these the extremes will do. */
void jscope__tau_extend(struct jscope__tau *tau, double low_ns, double high_ns, unsigned count);

/*
 * Before the end of a run: how many steps there are that are one span before its last or less, and
 * before its last block. Of these the tail wants the extremes.
 */
uint64_t jscope__tau_tail_steps(const struct jscope__tau *tau);
void jscope__tau_tail(struct jscope__tau *tau, double low_ns, double high_ns);

/* The run is over; the next step begins another one. */
void jscope__tau_run_end(struct jscope__tau *tau);

/* Windows of a kind in a run of so many steps. */
uint64_t jscope__tau_windows(uint64_t span, enum jscope__tau_kind kind, uint64_t steps);

#endif
