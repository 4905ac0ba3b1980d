#include "like.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "replay/trace.h"

/* More than enough to draw from; a longer session is represented by its beginning. */
#define SAMPLES_MAX 1000000

struct samples {
	jscope_ns *values; /* owned */
	size_t count, size;
};

struct lesson {
	struct samples stages[JSCOPE_STAGE_COUNT];
	uint32_t rate_hz, period_frames, buffer_frames;
	int error;
};

static void sample_add(struct lesson *lesson, struct samples *samples, jscope_ns value)
{
	if (samples->count == SAMPLES_MAX || value < 0)
		return;
	if (samples->count == samples->size) {
		const size_t size = samples->size ? 2 * samples->size : 1024;
		jscope_ns *values = realloc(samples->values, size * sizeof *values);

		if (!values) {
			lesson->error = -ENOMEM;
			return;
		}
		samples->values = values;
		samples->size = size;
	}
	samples->values[samples->count++] = value;
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct lesson *lesson = state;
	const struct jscope_stream_info *stream = notification->stream;
	struct jscope_stages stages;

	if (notification->class == JSCOPE_CLASS_CENSORED)
		return;
	jscope_stages_compute(notification, &stages);
	for (int i = 0; i < JSCOPE_STAGE_COUNT; i++)
		if (stages.stage_ns[i] != JSCOPE_NS_UNKNOWN)
			sample_add(lesson, &lesson->stages[i], stages.stage_ns[i]);
	if (lesson->rate_hz == 0 && stream->period_frames > 0) {
		lesson->rate_hz = stream->rate_hz;
		lesson->period_frames = stream->period_frames;
		lesson->buffer_frames = stream->buffer_frames;
	}
}

static int learn(struct lesson *lesson, const char *path)
{
	const struct jscope_timeline_sink sink = { .state = lesson,
						   .notification = on_notification };
	struct jscope_trace_options options;
	struct jscope_trace *trace;
	int error;

	jscope_trace_options_init(&options);
	error = jscope_trace_open(path, &options, &trace);
	if (error < 0)
		return error;
	error = jscope_trace_replay(trace, &sink);
	jscope_trace_destroy(trace);
	return error < 0 ? error : lesson->error;
}

static int stage_apply(struct jscope_scenario *scenario, const struct lesson *lesson,
		       enum jscope_stage stage, struct jscope_distribution *distribution)
{
	const struct samples *samples = &lesson->stages[stage];

	if (samples->count == 0)
		return 0;
	return jscope_scenario_samples(scenario, samples->values, samples->count, distribution);
}

static int delays_apply(struct jscope_scenario *scenario, const struct lesson *lesson)
{
	struct jscope_delay_settings *delays = jscope_scenario_general_delays(scenario);
	int error = delays ? 0 : -E2BIG;

	if (!error)
		error = stage_apply(scenario, lesson, JSCOPE_STAGE_INTERRUPT, &delays->interrupt);
	if (!error)
		error = stage_apply(scenario, lesson, JSCOPE_STAGE_DISPATCH, &delays->dispatch);
	if (!error)
		error = stage_apply(scenario, lesson, JSCOPE_STAGE_QUEUE, &delays->queue);
	if (!error)
		error = stage_apply(scenario, lesson, JSCOPE_STAGE_HANDLER, &delays->handler);
	if (!error)
		error = stage_apply(scenario, lesson, JSCOPE_STAGE_WAKE, &delays->wake);
	return error;
}

/* The one stream of a scenario that nobody wrote. */
static void geometry_apply(struct jscope_scenario *scenario, const struct lesson *lesson)
{
	struct jscope_stream_settings *stream = &scenario->streams[0];

	if (scenario->stream_count == 0 || lesson->rate_hz == 0)
		return;
	stream->rate_hz = lesson->rate_hz;
	stream->period_frames = lesson->period_frames;
	stream->notification_count = lesson->buffer_frames >= 2 * lesson->period_frames ? 2 : 1;
}

static bool has_learnt(const struct lesson *lesson)
{
	for (int i = 0; i < JSCOPE_STAGE_COUNT; i++)
		if (lesson->stages[i].count > 0)
			return true;
	return false;
}

int jscope_like_apply(struct jscope_scenario *scenario, const char *path, bool geometry)
{
	struct lesson lesson = { .error = 0 };
	int error = learn(&lesson, path);

	if (!error && !has_learnt(&lesson))
		error = jscope_error(-ENODATA,
				     "%s: No notification has a stage to learn from; record with "
				     "probes, or name a scenario.",
				     path);
	if (!error)
		error = delays_apply(scenario, &lesson);
	if (!error && geometry)
		geometry_apply(scenario, &lesson);
	for (int i = 0; i < JSCOPE_STAGE_COUNT; i++)
		free(lesson.stages[i].values);
	return error;
}
