/* Chains that a test makes up for the what-if. */
#ifndef TESTS_UNIT_ANALYSIS_WHATIF_FEED_H
#define TESTS_UNIT_ANALYSIS_WHATIF_FEED_H

#include "whatif_delays.h"

#define US JSCOPE_NS_PER_US
#define MS JSCOPE_NS_PER_MS

/* A stream of 480 frames at 48 kHz: points every 10 ms. */
extern struct jscope_stream_info feed_info;

/* Point `seq` with these delays after another: interrupt, dispatch, queue, handler, wake, service. */
struct feed_delays {
	jscope_ns interrupt, dispatch, queue, handler, wake, service;
};

struct jscope_notification feed_notification(uint64_t seq, struct feed_delays delays);

/* Many of them from point 1 on, settled. */
void feed_series(struct jscope__delays *series, const struct feed_delays *delays, size_t count);

#endif
