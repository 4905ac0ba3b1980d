/*
 * Jitter of one series of instants, point by point (DOMAIN 6.1): period, cycle-to-cycle, time
 * interval error, drift, RFC 3550. Everything is indexed by point number: where a point is missing
 * no period is formed over the hole. Constant memory, one pass, one thread. Inside analysis/.
 *
 * A segment is a stretch with one ideal clock (a RUN epoch with one nominal period); no figure
 * reaches over its ends. TIE counts from the first point of its segment; peak-to-peak is the
 * largest of any segment; drift is the common slope of all segments.
 */
#ifndef ANALYSIS_JITTER_H
#define ANALYSIS_JITTER_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/hist.h"
#include "common/ns.h"
#include "wander.h"
#include "window.h"

/* The ideal spacing of points. frames / rate_hz is exact where both are known. */
struct jscope__ideal {
	jscope_ns period_ns; /* 0: unknown; then there is no TIE, drift or RFC 3550 */
	uint32_t period_frames, rate_hz;
};

struct jscope__jitter {
	struct jscope_hist *period; /* owned */
	uint64_t points, skipped, disordered;
	jscope_ns cycle_to_cycle_max_ns;
	jscope_ns tie_peak_to_peak_ns;
	double rfc3550_ns;
	bool has_cycle, has_tie, has_rfc3550;
	bool periods_only; /* for a plain report: no TIE, drift, RFC 3550 or wander */
	bool no_series;	   /* the points have no period, and their numbers no order */
	/* The segment that runs. */
	struct jscope__ideal ideal;
	struct jscope__window window;
	uint64_t segment_points;
	struct jscope__sample first, last;
	jscope_ns last_period_ns; /* UNKNOWN after a hole */
	jscope_ns tie_min_ns, tie_max_ns;
	double mean_index, mean_error, sum_index_index, sum_index_error, sum_error_error;
	/* The finished ones. */
	double pooled_index_index, pooled_index_error, pooled_error_error;
	uint64_t pooled_points;
	/* How it wanders, of segments whose period is that of the first one. */
	struct jscope__wander_budget *wander_budget; /* borrowed; NULL: nobody asks */
	struct jscope__wander *wander;		     /* owned; NULL before the first point */
	struct jscope__ideal wander_ideal;
	uint64_t wander_left_out; /* points of another period, or for which memory was short */
};

/* The struct is all zero. limits: of the histogram. Returns 0, -ENOMEM. */
int jscope__jitter_init(struct jscope__jitter *jitter, const struct jscope_hist_limits *limits);
void jscope__jitter_finish(struct jscope__jitter *jitter);

/* Before the first point: collect MTIE, ADEV and TDEV, too. budget: borrowed until finish. */
void jscope__jitter_wander_begin(struct jscope__jitter *jitter,
				 struct jscope__wander_budget *budget);

/* End the segment, if any, and begin one. */
void jscope__jitter_segment(struct jscope__jitter *jitter, const struct jscope__ideal *ideal);

/* Point `index` was seen at at_ns. May come JSCOPE__WINDOW_SIZE places too late. */
void jscope__jitter_point(struct jscope__jitter *jitter, uint64_t index, jscope_ns at_ns);

/* After the last point, before the figures are read. */
void jscope__jitter_close(struct jscope__jitter *jitter);

/*
 * Slope of the points against the ideal; false below three points. Positive: periods are longer than
 * nominal, as those of a slow device (DOMAIN 6.1, 6.5 V1).
 */
bool jscope__jitter_drift_ppm(const struct jscope__jitter *jitter, double *ret_ppm);

/* Standard deviation of the points from the line of that drift; false where there is none. */
bool jscope__jitter_residual_ns(const struct jscope__jitter *jitter, double *ret_stddev_ns);

/* MTIE, ADEV and TDEV at 2^octave periods; false from the first octave on that has no window. */
bool jscope__jitter_wander(const struct jscope__jitter *jitter, unsigned octave,
			   struct jscope__wander_figures *ret_figures);
/* Was memory too short for some of them? */
bool jscope__jitter_wander_is_short(const struct jscope__jitter *jitter);

#endif
