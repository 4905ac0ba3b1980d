/*
 * How a series of points wanders: MTIE, ADEV, MDEV and TDEV by octave taus (DOMAIN 6.1, DESIGN 6;
 * ITU-T G.810 appendix II, NIST SP 1065), in one pass. Called by jitter.c with the time errors of a
 * stream; one thread. Inside analysis/.
 *
 * Octave k is tau = 2^k periods. Up to k = 16 all windows are looked at, and the figures are exact
 * (tau.h). Longer taus, up to k = 31, are cut into 256 groups of points, and only windows that
 * begin at a group are looked at:
 *
 *   MTIE(tau) <= told <= MTIE((1 + 1/256) tau), since whole groups are compared;
 *   ADEV and TDEV are those of every (tau/256)th window, each of them exact. A window is never more
 *   than tau/256 from one that counts, so that the root of the mean over all of them differs by at
 *   most 4 MTIE(tau/256) / (sqrt(2) tau), for TDEV 4 MTIE(tau/256) / sqrt(6), beside what the last
 *   points tell that fill no group.
 *
 * A window with a missing point is skipped and counted: after a hole a new run begins. So is one of
 * which memory was too short to keep the points.
 *
 * Memory is taken as the run grows: 4 KiB, from the 256th point on 6 KiB and 4 bytes per point up
 * to 0.8 MB, then 33 KiB per longer octave; all of it from one budget, whose 8 MiB are enough for
 * eight streams of 8 million points each (a day, where the period is 10 ms).
 */
#ifndef ANALYSIS_WANDER_H
#define ANALYSIS_WANDER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"
#include "history.h"
#include "tau.h"

#define JSCOPE__WANDER_BYTES   8388608
#define JSCOPE__WANDER_EXACT   17 /* octaves */
#define JSCOPE__WANDER_OCTAVES 32

struct jscope__wander;

/* budget: borrowed for as long. Returns NULL where it, or memory, is spent. */
struct jscope__wander *jscope__wander_create(struct jscope__wander_budget *budget);
void jscope__wander_destroy(struct jscope__wander *wander);

/*
 * Point `index` of the segment, counted from 0; they ascend. error_ns: against the ideal, of which
 * only the changes matter.
 */
void jscope__wander_point(struct jscope__wander *wander, uint64_t index, jscope_ns error_ns);

/* After the last point of a segment: windows do not reach over its end. */
void jscope__wander_segment_end(struct jscope__wander *wander);

/* At one tau. What has no window is 0. */
struct jscope__wander_figures {
	jscope_ns tau_ns;
	double mtie_ns, tdev_ns;
	double adev, mdev;						 /* s/s */
	uint64_t windows[JSCOPE__TAU_KINDS], skipped[JSCOPE__TAU_KINDS]; /* mdev: as tdev */
};

/*
 * After the end of the segment. octave: from 0 up to the first that is false, which has no window.
 * period_ns: what a period is.
 */
bool jscope__wander_figures(const struct jscope__wander *wander, unsigned octave, double period_ns,
			    struct jscope__wander_figures *ret_figures);

/* What a writer tells of one series. */
struct jscope__wander_table {
	double drift_ppm, residual_ns; /* deviation from the line of that drift */
	uint64_t left_out; /* points in no tau: of another period, or memory was short */
	unsigned tau_count;
	struct jscope__wander_figures taus[JSCOPE__WANDER_OCTAVES];
};

/* Was memory too short for all that there was to keep? */
bool jscope__wander_is_short(const struct jscope__wander *wander);

#endif
