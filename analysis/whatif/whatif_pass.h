/*
 * One period of what-if: all recorded time once, or several times with the new points shifted against
 * the recorded ones, so that it does not matter where they happen to fall. Since a device that runs
 * out goes on, and so does its client, one pass tells the glitches of every size of the buffer. Inside
 * analysis/.
 */
#ifndef ANALYSIS_WHATIF_PASS_H
#define ANALYSIS_WHATIF_PASS_H

#include "analysis/hist.h"
#include "analysis/whatif.h"
#include "whatif_force.h"
#include "whatif_machine.h"

/* The recorded time is cut into so many equal parts, in each of which glitches are counted. */
#define JSCOPE__PASS_PARTS 4096

/* Shorter periods, in parts of the recorded one, say nothing any more. */
#define JSCOPE__PASS_FINEST 64

/* How the client and its device deal with the buffer. */
struct jscope__habits {
	uint32_t period_frames; /* as recorded */
	/* It fills whole periods: then what it writes behind the point that was last is not more than
	 * what it would have written at it. Else it fills all there is. */
	bool by_packet;
	bool stops; /* the device stops when it runs out: one glitch, however long it lasts */
};

struct jscope__pass {
	const struct jscope__delays *series; /* borrowed */
	struct jscope__habits habits;
	uint32_t period_frames;
	unsigned shift_count;
	uint64_t points;		 /* new ones, of all shifts */
	uint64_t left_out;		 /* recorded chains for which there was no time */
	uint64_t refused;		 /* signals that found no room */
	jscope_ns time_ns;		 /* recorded time that was replayed, once */
	struct jscope_hist *used_frames; /* of the buffer, when the client comes to fill it */
	struct jscope_hist *late_ns;	 /* from the point to the client's run */
	/* [b][i]: glitches of a buffer of b periods in part i, of all shifts. */
	uint32_t (*parts)[JSCOPE__PASS_PARTS];

	/* While it runs: */
	struct jscope__whatif_machine machine;
	jscope_ns before_ns,
		next_ns; /* the points around now, of which `before` has this number: */
	int64_t before;
	double answered;		 /* where the device was then, in periods */
	jscope_ns segment_ns, passed_ns; /* begin of this time; length of those before it */
};

/* Returns 0 or -ENOMEM. */
int jscope__pass_create(const struct jscope__delays *series, const struct jscope__habits *habits,
			struct jscope__pass **ret_pass);
void jscope__pass_destroy(struct jscope__pass *pass);

/*
 * Replay with this period, > 0. Forgets what was before. force: whose series is that of the pass.
 */
void jscope__pass_run(struct jscope__pass *pass, struct jscope__force *force,
		      uint32_t period_frames);

#endif
