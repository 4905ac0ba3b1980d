/* What the what-if has found, for those who write it. Inside analysis/. */
#ifndef ANALYSIS_WHATIF_ROWS_H
#define ANALYSIS_WHATIF_ROWS_H

#include "analysis/hist.h"
#include "analysis/whatif.h"
#include "clean.h"
#include "whatif_estimate.h"
#include "whatif_pass.h"
#include "whatif_delays.h"

/* Smallest buffers, in periods; 0: none up to JSCOPE_WHATIF_BUFFER_MAX. */
struct jscope__safe {
	unsigned periods;
	unsigned low, high; /* by the most and the least favourable rate; high 0: nobody knows */
};

/* One period, all buffers. */
struct jscope__whatif_period {
	uint32_t frames;
	/* Shorter than recorded: the delays of the points between were never seen. */
	bool is_extrapolated;
	/* So much shorter, or not a period of this stream at all: nothing below is set. */
	bool is_refused;
	uint64_t points; /* in the recorded time */
	uint64_t left_out, refused;
	jscope_ns time_ns;
	struct jscope__estimate
		glitches[JSCOPE_WHATIF_BUFFER_MAX + 1]; /* by periods of the buffer */
	struct jscope_hist *used_frames, *late_ns;
	struct jscope__safe safe;
};

struct jscope__whatif_stream {
	char device[JSCOPE__NAME_SIZE], stream[JSCOPE__NAME_SIZE], kind[JSCOPE__NAME_SIZE];
	bool is_known;
	bool is_capture;
	bool has_answers;
	bool is_told; /* its geometry is what was given, not what was recorded */
	uint32_t rate_hz, period_frames, buffer_frames;
	uint64_t glitches; /* as recorded, while chains were kept */
	uint64_t glitches_later;
	struct jscope__delays series;
	struct jscope__habits habits;
	const char *why_not; /* why there is nothing to replay; NULL where there is */
	jscope_ns time_ns;   /* recorded time that was replayed */
	double replayed;     /* glitches of the replay at the recorded geometry, nothing changed */
	struct jscope__whatif_period periods[JSCOPE_WHATIF_LIST_MAX];
	size_t period_count;
};

struct jscope_whatif {
	struct jscope_whatif_settings settings;
	struct jscope_timeline_sink sink;
	struct jscope__whatif_stream streams[JSCOPE_WHATIF_STREAMS];
	size_t stream_count;
	uint64_t streams_refused;
	size_t budget; /* chains that may still be kept */
	int error;     /* the first one while the trace was replayed */
	struct jscope_trace_info info;
};

/* Periods of the buffers that are asked for: those of the settings, or the recorded one. */
size_t jscope__whatif_buffers(const struct jscope_whatif *whatif,
			      const struct jscope__whatif_stream *stream,
			      uint32_t buffers[JSCOPE_WHATIF_LIST_MAX]);

/* It is a stream of a buffer, whether its size is known or not. */
bool jscope__whatif_has_buffer(const struct jscope__whatif_stream *stream);

/* What of the series was used: chains of those there were, cut ones not counted. */
uint64_t jscope__whatif_usable(const struct jscope__whatif_stream *stream);

/* Headroom in frames of a buffer of so many periods, of which a part q of all answers had less. */
int64_t jscope__whatif_headroom(const struct jscope__whatif_period *period, unsigned buffer,
				double q);

/* Of a buffer: a frame of it is heard so long after it was written, at most. */
jscope_ns jscope__whatif_latency_ns(const struct jscope__whatif_stream *stream,
				    const struct jscope__whatif_period *period, unsigned buffer);

/* Glitches in an hour. */
double jscope__whatif_per_hour(const struct jscope__whatif_period *period, double glitches);

/*
 * How long a recording without a glitch must be before it says that there are no more than the bearable
 * ones; 0 without a rate.
 */
jscope_ns jscope__whatif_needed_ns(const struct jscope_whatif *whatif);

#endif
