#include "analysis/whatif.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "whatif_cells.h"
#include "whatif_rows.h"

/* So far apart, in parts of the period that was given, may be what was recorded. */
#define PACE_DOUBT 0.25

void jscope_whatif_settings_init(struct jscope_whatif_settings *settings)
{
	*settings = (struct jscope_whatif_settings){
		.work_ns = JSCOPE_NS_UNKNOWN,
		.rate_per_s = 1.0 / 3600,
		.rate = "1/h",
		.chain_max = JSCOPE_WHATIF_CHAINS,
	};
	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		settings->cap_ns[i] = JSCOPE_NS_UNKNOWN;
}

/* Collecting */

static struct jscope__whatif_stream *stream_of(struct jscope_whatif *whatif,
					       const struct jscope_stream_info *info)
{
	if (info->index >= JSCOPE_WHATIF_STREAMS)
		return NULL;
	if (info->index >= whatif->stream_count)
		whatif->stream_count = info->index + 1;
	return &whatif->streams[info->index];
}

static bool has_changed(const struct jscope__whatif_stream *stream,
			const struct jscope_stream_info *info)
{
	return stream->period_frames > 0 &&
	       (stream->period_frames != info->period_frames ||
		stream->buffer_frames != info->buffer_frames || stream->rate_hz != info->rate_hz);
}

static void on_stream(void *state, const struct jscope_stream_info *info)
{
	struct jscope_whatif *whatif = state;
	struct jscope__whatif_stream *stream = stream_of(whatif, info);

	if (!stream) {
		whatif->streams_refused++;
		return;
	}
	if (has_changed(stream, info) && stream->series.count > 0) {
		stream->why_not = "its geometry changed while it was recorded; cut the time at it "
				  "with --from and --to";
		return;
	}
	stream->is_known = true;
	jscope__clean(stream->device, sizeof stream->device, info->device);
	jscope__clean(stream->stream, sizeof stream->stream, info->stream);
	jscope__clean(stream->kind, sizeof stream->kind, info->kind);
	stream->rate_hz = info->rate_hz;
	stream->period_frames = info->period_frames;
	stream->buffer_frames = info->buffer_frames;
	stream->is_capture = info->is_capture;
	stream->habits = (struct jscope__habits){
		.period_frames = info->period_frames,
		.by_packet = info->by_packet || info->is_capture,
		.stops = info->stops,
	};
	stream->series.period_ns = info->nominal_period_ns;
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct jscope_whatif *whatif = state;
	struct jscope__whatif_stream *stream = stream_of(whatif, notification->stream);
	int error;

	if (!stream)
		return;
	stream->has_answers =
		stream->has_answers || notification->at[JSCOPE_SERVED] != JSCOPE_NS_UNKNOWN;
	error = jscope__delays_add(&stream->series, notification, &whatif->budget);
	if (error && !whatif->error)
		whatif->error = error;
}

/* The device ran out or over; that it was told the same twice is no matter of geometry. */
enum { MAJOR_NONE = 0, MAJOR_UNDERRUN = 1, MAJOR_OVERRUN = 16 };

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	struct jscope_whatif *whatif = state;
	struct jscope__whatif_stream *stream = stream_of(whatif, glitch->stream);

	if (!stream || (glitch->major != MAJOR_NONE && glitch->major != MAJOR_UNDERRUN &&
			glitch->major != MAJOR_OVERRUN))
		return;
	if (glitch->inferred)
		jscope__delays_stop(&stream->series, glitch->at_ns);
	if (whatif->budget > 0)
		stream->glitches++;
	else
		stream->glitches_later++;
}

int jscope_whatif_create(const struct jscope_whatif_settings *settings,
			 struct jscope_whatif **ret_whatif)
{
	struct jscope_whatif *whatif = calloc(1, sizeof *whatif);

	if (!whatif)
		return -ENOMEM;
	whatif->settings = *settings;
	whatif->budget = settings->chain_max;
	whatif->sink = (struct jscope_timeline_sink){
		.state = whatif,
		.stream = on_stream,
		.notification = on_notification,
		.glitch = on_glitch,
	};
	*ret_whatif = whatif;
	return 0;
}

void jscope_whatif_destroy(struct jscope_whatif *whatif)
{
	if (!whatif)
		return;
	for (size_t i = 0; i < whatif->stream_count; i++)
		jscope__whatif_stream_finish(&whatif->streams[i]);
	free(whatif);
}

const struct jscope_timeline_sink *jscope_whatif_sink(struct jscope_whatif *whatif)
{
	return &whatif->sink;
}

/* Computing */

/* A person may be mistaken: about the rate, or which of several cards it was. */
static int geometry_doubt(struct jscope__whatif_stream *stream)
{
	jscope_ns pace_ns;
	const int error = jscope__delays_pace(&stream->series, &pace_ns);

	if (!error && pace_ns > 0 &&
	    fabs((double)(pace_ns - stream->series.period_ns)) >
		    PACE_DOUBT * (double)stream->series.period_ns)
		stream->why_not = "its notifications come at another pace than --geometry says";
	return error;
}

/* What the trace does not tell, a person may. */
static int geometry_take(const struct jscope_whatif *whatif, struct jscope__whatif_stream *stream)
{
	const struct jscope_whatif_settings *settings = &whatif->settings;

	if (!settings->geometry_period || stream->period_frames || strcmp(stream->kind, "pcm") != 0)
		return 0;
	stream->rate_hz = settings->geometry_rate_hz;
	stream->period_frames = settings->geometry_period;
	stream->buffer_frames = settings->geometry_period * settings->geometry_buffer;
	stream->habits = (struct jscope__habits){ .period_frames = settings->geometry_period,
						  .by_packet = true,
						  .stops = true };
	stream->series.period_ns =
		jscope_muldiv(stream->period_frames, JSCOPE_NS_PER_SEC, stream->rate_hz);
	stream->is_told = true;
	return geometry_doubt(stream);
}

static const char *reason_not(const struct jscope__whatif_stream *stream)
{
	if (stream->why_not)
		return stream->why_not;
	if (!stream->rate_hz || !stream->period_frames || !stream->buffer_frames)
		return strcmp(stream->kind, "pcm")
			       ? "the trace tells of no buffer that could run out"
			       : "the trace does not tell its periods and buffer; add --geometry "
				 "with yours, such as 480x4@48000";
	if (stream->series.offered == 0)
		return "nothing notified its client";
	if (stream->series.count < 2)
		return "fewer than two of its notifications are whole";
	if (!stream->has_answers && !stream->is_told)
		return "its client never answered";
	return NULL;
}

int jscope_whatif_finish(struct jscope_whatif *whatif, const struct jscope_trace_info *info)
{
	int error = whatif->error;

	whatif->info = *info;
	for (size_t i = 0; !error && i < whatif->stream_count; i++) {
		struct jscope__whatif_stream *stream = &whatif->streams[i];

		error = geometry_take(whatif, stream);
		stream->why_not = reason_not(stream);
		if (!error && stream->is_known && !stream->why_not)
			error = jscope__whatif_stream_compute(whatif, stream);
	}
	return error;
}

static bool stream_is_degraded(const struct jscope__whatif_stream *stream)
{
	bool degraded = jscope__whatif_usable(stream) > stream->series.count;

	for (size_t i = 0; i < stream->period_count; i++)
		degraded = degraded || stream->periods[i].left_out || stream->periods[i].refused;
	return degraded;
}

bool jscope_whatif_is_degraded(const struct jscope_whatif *whatif)
{
	bool any = false, degraded = whatif->streams_refused > 0;

	for (size_t i = 0; i < whatif->stream_count; i++) {
		const struct jscope__whatif_stream *stream = &whatif->streams[i];

		any = any || (stream->is_known && !stream->why_not);
		degraded = degraded || (!stream->why_not && stream_is_degraded(stream));
	}
	return degraded || !any;
}
