/*
 * The pace of a client that waits for each request before it issues the next one: where it keeps an
 * even time, a request that took longer than that kept it from issuing others (coordinated omission,
 * DOMAIN 6.3). Part of the row of a device; one thread. Inside analysis/.
 *
 * Nothing says what a client meant to do. A pace is told where hardly ever two requests were under
 * way, half of the intervals from issue to issue are within a tenth of the median, and three of
 * four requests took at most half of that: of a client without a clock of its own, which issues the next
 * request as soon as the last one is done, the intervals are its latencies, and nothing was hidden.
 */
#ifndef ANALYSIS_PACE_H
#define ANALYSIS_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/hist.h"
#include "replay/timeline.h"

/* Intervals before a pace is told. */
#define JSCOPE__PACE_INTERVALS_MIN 100
/* Waits filled back for all requests of a device, in steps of any count. */
#define JSCOPE__PACE_STEPS_MAX 1000000

/* All zero to begin. Histograms are owned. */
struct jscope__pace {
	bool is_off; /* requests overlap: nobody waits for each */
	uint64_t alone, overlapped;
	bool has_last;
	jscope_ns last_ns; /* issue */
	struct jscope_hist *intervals;
	/* Once it is closed; of no pace 0 and NULL. */
	jscope_ns interval_ns;
	struct jscope_hist *corrected; /* NULL also where nothing was hidden */
	uint64_t filled, left_out;     /* requests that were not issued; beyond the limits */
};

/* A request of the device, as it is handed over. limits: of the histogram. */
void jscope__pace_add(struct jscope__pace *pace, const struct jscope_request *request,
		      const struct jscope_hist_limits *limits);

/* After the last one. latency: of all requests of the device; NULL: of none. */
void jscope__pace_close(struct jscope__pace *pace, const struct jscope_hist *latency,
			const struct jscope_hist_limits *limits);
void jscope__pace_finish(struct jscope__pace *pace);

#endif
