#include "pace.h"

#include "omission.h"
#include "saturate.h"

/* Requests that may overlap before it is held that nobody waits: a few, and one of so many. */
#define OVERLAPPED_FEW	 16
#define OVERLAPPED_SHARE 64

static void intervals_drop(struct jscope__pace *pace)
{
	jscope_hist_destroy(pace->intervals);
	pace->intervals = NULL;
}

static void interval_record(struct jscope__pace *pace, jscope_ns interval_ns,
			    const struct jscope_hist_limits *limits)
{
	if (pace->intervals || jscope_hist_create(limits, &pace->intervals) == 0)
		jscope_hist_record(pace->intervals, interval_ns);
}

void jscope__pace_add(struct jscope__pace *pace, const struct jscope_request *request,
		      const struct jscope_hist_limits *limits)
{
	if (pace->is_off || request->issue_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (request->outstanding > 1) {
		pace->overlapped++;
		pace->is_off = pace->overlapped > OVERLAPPED_FEW + pace->alone / OVERLAPPED_SHARE;
		if (pace->is_off)
			intervals_drop(pace);
		return;
	}
	pace->alone++;
	if (pace->has_last && request->issue_ns >= pace->last_ns)
		interval_record(pace, jscope_sub_sat(request->issue_ns, pace->last_ns), limits);
	pace->has_last = true;
	pace->last_ns = request->issue_ns;
}

/* 0: there is none. */
static jscope_ns interval_of(const struct jscope__pace *pace, const struct jscope_hist *latency)
{
	const struct jscope_hist *intervals = pace->intervals;
	const jscope_ns median_ns = jscope_hist_quantile(intervals, 0.5);

	if (jscope_hist_count(intervals) < JSCOPE__PACE_INTERVALS_MIN ||
	    jscope_hist_quantile(intervals, 0.25) < median_ns - median_ns / 10 ||
	    jscope_hist_quantile(intervals, 0.75) > median_ns + median_ns / 10 ||
	    jscope_hist_quantile(latency, 0.75) > median_ns / 2)
		return 0;
	return median_ns;
}

/* From buckets, by their midpoints: as exact as the latencies themselves. */
static void hidden_fill(struct jscope__pace *pace, struct jscope_hist *hist,
			const struct jscope_hist *latency)
{
	struct jscope_hist_bucket bucket;
	uint64_t steps = 0;

	for (size_t cursor = 0; jscope_hist_next(latency, &cursor, &bucket);) {
		const jscope_ns latency_ns = jscope_add_sat(bucket.low, (bucket.width - 1) / 2);
		const uint64_t hidden =
			jscope__omission_hidden(latency_ns, pace->interval_ns, bucket.count);
		uint64_t filled = 0;

		if (hidden > 0 && steps < JSCOPE__PACE_STEPS_MAX)
			filled = jscope__omission_fill(hist, latency_ns, pace->interval_ns,
						       bucket.count);
		steps += filled / bucket.count;
		pace->filled = jscope__add_sat(pace->filled, filled);
		pace->left_out = jscope__add_sat(pace->left_out, hidden - filled);
	}
}

void jscope__pace_close(struct jscope__pace *pace, const struct jscope_hist *latency,
			const struct jscope_hist_limits *limits)
{
	pace->interval_ns = latency && pace->intervals ? interval_of(pace, latency) : 0;
	intervals_drop(pace);
	if (pace->interval_ns == 0 || jscope_hist_max(latency) <= pace->interval_ns ||
	    jscope_hist_create(limits, &pace->corrected) < 0)
		return;
	jscope_hist_add(pace->corrected, latency);
	hidden_fill(pace, pace->corrected, latency);
	if (pace->filled == 0)
		jscope__pace_finish(pace);
}

void jscope__pace_finish(struct jscope__pace *pace)
{
	intervals_drop(pace);
	jscope_hist_destroy(pace->corrected);
	pace->corrected = NULL;
}
