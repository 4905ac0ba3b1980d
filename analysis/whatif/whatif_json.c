/* The what-if as JSON, schema jitterscope.whatif/1. */
#include <errno.h>

#include "json.h"
#include "whatif_advice.h"
#include "whatif_rows.h"

static struct jscope__json trace_build(const struct jscope_trace_info *info)
{
	struct jscope__json trace = jscope__json_object();
	char path[4096];

	jscope__json_put(&trace, "path", json_string(jscope__clean(path, sizeof path, info->path)));
	jscope__json_put(&trace, "begin_ns", jscope__json_instant(info->begin_ns));
	jscope__json_put(&trace, "end_ns", jscope__json_instant(info->end_ns));
	jscope__json_put(&trace, "lost_events", jscope__json_count(info->lost_events));
	jscope__json_put(&trace, "lost_packets", jscope__json_count(info->lost_packets));
	jscope__json_put(&trace, "partial", json_boolean(info->partial));
	return trace;
}

static struct jscope__json settings_build(const struct jscope_whatif_settings *settings)
{
	struct jscope__json object = jscope__json_object(), caps = jscope__json_object();

	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		if (settings->cap_ns[i] != JSCOPE_NS_UNKNOWN)
			jscope__json_put(&caps, jscope_stage_name(i),
					 json_integer(settings->cap_ns[i]));
	jscope__json_put_child(&object, "cap_ns", caps);
	if (settings->work_ns != JSCOPE_NS_UNKNOWN)
		jscope__json_put(&object, "work_ns", json_integer(settings->work_ns));
	jscope__json_put(&object, "work_per_frame", json_boolean(settings->work_per_frame));
	jscope__json_put(&object, "rate", json_string(settings->rate));
	jscope__json_put(&object, "rate_per_hour", json_real(settings->rate_per_s * 3600));
	return object;
}

static struct jscope__json glitches_build(const struct jscope__whatif_period *period,
					  const struct jscope__estimate *estimate)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "count", jscope__json_rounded(estimate->count));
	jscope__json_put(&object, "low", jscope__json_rounded(estimate->low));
	jscope__json_put(&object, "high", jscope__json_rounded(estimate->high));
	jscope__json_put(&object, "per_hour",
			 jscope__json_rounded(jscope__whatif_per_hour(period, estimate->count)));
	jscope__json_put(&object, "per_hour_low",
			 jscope__json_rounded(jscope__whatif_per_hour(period, estimate->low)));
	jscope__json_put(&object, "per_hour_high",
			 jscope__json_rounded(jscope__whatif_per_hour(period, estimate->high)));
	return object;
}

/* Of the headroom the low side matters. */
static struct jscope__json headroom_build(const struct jscope__whatif_period *period,
					  unsigned buffer)
{
	static const struct {
		const char *key;
		double q;
	} quantiles[] = { { "min", 0 }, { "p0_1", 0.001 }, { "p1", 0.01 }, { "p50", 0.5 } };
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "unit", json_string("frames"));
	jscope__json_put(&object, "count",
			 jscope__json_count(jscope_hist_count(period->used_frames)));
	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
		const double q = quantiles[i].q;
		const bool known = jscope_hist_has_quantile(period->used_frames, 1 - q) || q == 0;

		jscope__json_put(&object, quantiles[i].key,
				 known ? json_integer(jscope__whatif_headroom(period, buffer, q))
				       : json_null());
	}
	return object;
}

static struct jscope__json cell_build(const struct jscope__whatif_stream *stream,
				      const struct jscope__whatif_period *period, unsigned buffer)
{
	struct jscope__json cell = jscope__json_object();

	jscope__json_put(&cell, "period_frames", json_integer(period->frames));
	jscope__json_put(&cell, "buffer_periods", json_integer(buffer));
	jscope__json_put(&cell, "buffer_frames", json_integer((json_int_t)buffer * period->frames));
	jscope__json_put(&cell, "latency_ns",
			 json_integer(jscope__whatif_latency_ns(stream, period, buffer)));
	jscope__json_put(&cell, "extrapolated", json_boolean(period->is_extrapolated));
	jscope__json_put(&cell, "points", jscope__json_count(period->points));
	jscope__json_put_child(&cell, "glitches",
			       glitches_build(period, &period->glitches[buffer]));
	jscope__json_put_child(&cell, "headroom", headroom_build(period, buffer));
	jscope__json_put_dist(&cell, "end_to_end", period->late_ns, "ns");
	return cell;
}

static json_t *frames_value(const struct jscope__whatif_period *period, unsigned periods)
{
	return periods ? json_integer((json_int_t)periods * period->frames) : json_null();
}

static struct jscope__json safe_build(const struct jscope__whatif_stream *stream,
				      const struct jscope__whatif_period *period)
{
	const struct jscope__safe *safe = &period->safe;
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "period_frames", json_integer(period->frames));
	jscope__json_put(&object, "extrapolated", json_boolean(period->is_extrapolated));
	jscope__json_put(&object, "buffer_frames", frames_value(period, safe->periods));
	jscope__json_put(&object, "low_frames", frames_value(period, safe->low));
	jscope__json_put(&object, "high_frames", frames_value(period, safe->high));
	if (safe->periods)
		jscope__json_put(
			&object, "latency_ns",
			json_integer(jscope__whatif_latency_ns(stream, period, safe->periods)));
	return object;
}

static struct jscope__json advice_build(const struct jscope__whatif_stream *stream)
{
	const struct jscope__advice advice = jscope__advice_find(stream);
	struct jscope__json object = jscope__json_object();

	if (!advice.period)
		return object;
	jscope__json_put(&object, "period_frames", json_integer(advice.period->frames));
	jscope__json_put(&object, "buffer_frames", frames_value(advice.period, advice.periods));
	jscope__json_put(
		&object, "latency_ns",
		json_integer(jscope__whatif_latency_ns(stream, advice.period, advice.periods)));
	jscope__json_put(&object, "sure", json_boolean(advice.is_sure));
	jscope__json_put(&object, "extrapolated", json_boolean(advice.period->is_extrapolated));
	jscope__json_put_child(
		&object, "glitches",
		glitches_build(advice.period, &advice.period->glitches[advice.periods]));
	return object;
}

static struct jscope__json recorded_build(const struct jscope__whatif_stream *stream)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "period_frames", json_integer(stream->period_frames));
	jscope__json_put(&object, "buffer_frames", json_integer(stream->buffer_frames));
	jscope__json_put(&object, "rate_hz", json_integer(stream->rate_hz));
	jscope__json_put(&object, "notifications", jscope__json_count(stream->series.offered));
	jscope__json_put(&object, "censored", jscope__json_count(stream->series.censored));
	jscope__json_put(&object, "used", jscope__json_count(stream->series.count));
	jscope__json_put(&object, "glitches", jscope__json_count(stream->glitches));
	jscope__json_put(&object, "glitches_not_used", jscope__json_count(stream->glitches_later));
	jscope__json_put(&object, "glitches_replayed", jscope__json_rounded(stream->replayed));
	jscope__json_put(&object, "time_ns", json_integer(stream->time_ns));
	return object;
}

static void cells_put(const struct jscope_whatif *whatif,
		      const struct jscope__whatif_stream *stream, struct jscope__json *object)
{
	struct jscope__json cells = jscope__json_array(), safe = jscope__json_array();
	struct jscope__json refused = jscope__json_array();
	uint32_t buffers[JSCOPE_WHATIF_LIST_MAX];
	const size_t count = jscope__whatif_buffers(whatif, stream, buffers);

	for (size_t i = 0; i < stream->period_count; i++) {
		const struct jscope__whatif_period *period = &stream->periods[i];

		if (period->is_refused) {
			if (json_array_append_new(refused.value, json_integer(period->frames)) < 0)
				refused.status = -ENOMEM;
			continue;
		}
		for (size_t k = 0; k < count; k++)
			jscope__json_append(&cells, cell_build(stream, period, buffers[k]));
		jscope__json_append(&safe, safe_build(stream, period));
	}
	jscope__json_put_child(object, "cells", cells);
	jscope__json_put_child(object, "safe", safe);
	jscope__json_put_child(object, "periods_refused", refused);
}

static struct jscope__json stream_build(const struct jscope_whatif *whatif,
					const struct jscope__whatif_stream *stream)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "device", json_string(stream->device));
	jscope__json_put(&object, "stream", json_string(stream->stream));
	jscope__json_put(&object, "kind", json_string(stream->kind));
	if (stream->why_not) {
		jscope__json_put(&object, "why_not", json_string(stream->why_not));
		return object;
	}
	jscope__json_put_child(&object, "recorded", recorded_build(stream));
	jscope__json_put_child(&object, "advice", advice_build(stream));
	cells_put(whatif, stream, &object);
	return object;
}

int jscope_whatif_write_json(const struct jscope_whatif *whatif, FILE *stream)
{
	struct jscope__json root = jscope__json_object(), streams = jscope__json_array();

	jscope__json_put(&root, "schema", json_string("jitterscope.whatif/1"));
	jscope__json_put_child(&root, "trace", trace_build(&whatif->info));
	jscope__json_put_child(&root, "settings", settings_build(&whatif->settings));
	for (size_t i = 0; i < whatif->stream_count; i++)
		if (whatif->streams[i].is_known)
			jscope__json_append(&streams, stream_build(whatif, &whatif->streams[i]));
	jscope__json_put_child(&root, "streams", streams);
	jscope__json_put(&root, "streams_refused", jscope__json_count(whatif->streams_refused));
	jscope__json_put(&root, "needed_ns", json_integer(jscope__whatif_needed_ns(whatif)));
	return jscope__json_write(root, stream);
}
