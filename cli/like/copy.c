/* A recorded stream as a stream of a scenario: geometry, start, standstills. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "streams.h"

#define NOTIFICATIONS_DEFAULT 2

/* What the client's alarm records itself, before the stream runs again. */
#define ALARM_TOLD_NS 3

/* Sooner than this after the session, a stream begins with it; nearer to its end, it ends with it. */
#define START_MIN_NS (10 * JSCOPE_NS_PER_US)
#define END_MIN_NS   (20 * JSCOPE_NS_PER_MS)

static uint32_t notification_count(const struct jscope__like_stream *stream)
{
	const struct jscope_stream_info *info = &stream->clients[0]->info;

	if (stream->facts && stream->facts->notification_count > 0)
		return stream->facts->notification_count;
	if (info->period_frames > 0 && info->buffer_frames >= info->period_frames)
		return info->buffer_frames / info->period_frames;
	return NOTIFICATIONS_DEFAULT;
}

static enum jscope_stream_mode mode_of(const struct jscope__like_stream *stream)
{
	if (stream->is_polled)
		return JSCOPE_MODE_POLL;
	if (notification_count(stream) > 2 || !stream->clients[0]->info.by_packet)
		return JSCOPE_MODE_EVENT;
	return stream->is_alsa && notification_count(stream) > 1 ? JSCOPE_MODE_EVENT
								 : JSCOPE_MODE_PACKET;
}

static void facts_copy(const struct jscope__like_facts *facts,
		       struct jscope_stream_settings *settings)
{
	settings->capture = facts->capture;
	if (facts->frame_bytes > 0)
		settings->frame_bytes = facts->frame_bytes;
	settings->requested_bytes = facts->requested_bytes;
	settings->fifo_bytes = facts->fifo_bytes;
	settings->chipset_ns = facts->chipset_ns;
	settings->codec_ns = facts->codec_ns;
	settings->end_packet = facts->end_packet;
	if (facts->accuracy_bytes > settings->frame_bytes)
		settings->accuracy_frames = facts->accuracy_bytes / settings->frame_bytes;
}

/* Standstills */

struct pauses {
	struct jscope_recorded_delay *list; /* owned */
	size_t count, size;
};

static int pause_add(struct pauses *pauses, struct jscope_recorded_delay pause)
{
	struct jscope_recorded_delay *list =
		jscope__like_grow(pauses->list, pauses->count, &pauses->size, sizeof *list);

	if (!list)
		return -ENOMEM;
	pauses->list = list;
	list[pauses->count++] = pause;
	return 0;
}

/* The latest chain whose point was due by then, from `index` on; NULL: none. */
static const struct jscope__like_chain *chain_before(const struct jscope__like_series *series,
						     size_t *index, jscope_ns at_ns)
{
	while (*index + 1 < series->count && series->chains[*index + 1].at[JSCOPE_DUE] <= at_ns)
		++*index;
	return series->count > 0 && series->chains[*index].at[JSCOPE_DUE] <= at_ns
		       ? &series->chains[*index]
		       : NULL;
}

/* A client pauses behind an answer: the last one before it. */
static jscope_ns answered_ns(const struct jscope__like_series *series, size_t index,
			     jscope_ns before_ns)
{
	for (size_t i = index + 1; i-- > 0 && index - i < JSCOPE_INSTANT_COUNT;) {
		const struct jscope__like_chain *chain = &series->chains[i];
		jscope_ns at_ns = chain->at[JSCOPE_SERVED];

		if (at_ns == JSCOPE_NS_UNKNOWN)
			at_ns = chain->at[JSCOPE_RUN];
		if (at_ns != JSCOPE_NS_UNKNOWN && at_ns <= before_ns)
			return at_ns;
	}
	return before_ns;
}

/* How long after an instant the alarm is to ring for the stream to run again at another one. */
static jscope_ns alarm_after(jscope_ns base_ns, jscope_ns run_ns)
{
	return jscope_sub_sat(jscope_sub_sat(run_ns, base_ns), ALARM_TOLD_NS);
}

/* end_ns UNKNOWN: for good. */
static int pause_between(struct pauses *pauses, const struct jscope__like_stream *stream,
			 size_t *index, jscope_ns begin_ns, jscope_ns end_ns)
{
	const struct jscope__like_series *series = stream->clients[0];
	const struct jscope__like_chain *chain =
		stream->is_polled ? NULL : chain_before(series, index, begin_ns);
	const jscope_ns base_ns = chain ? chain->at[JSCOPE_DUE] : stream->run_ns;

	if (chain)
		begin_ns = answered_ns(series, *index, begin_ns);
	return pause_add(pauses, (struct jscope_recorded_delay){
					 .point = chain ? chain->point : 0,
					 .begin_ns = jscope_sub_sat(begin_ns, base_ns),
					 .end_ns = end_ns == JSCOPE_NS_UNKNOWN
							   ? JSCOPE_NS_UNKNOWN
							   : alarm_after(base_ns, end_ns),
				 });
}

static int told_pauses(struct pauses *pauses, const struct jscope__like_stream *stream)
{
	const struct jscope__like_facts *facts = stream->facts;
	size_t index = 0;
	int error = 0;

	for (size_t i = 1; !error && i < facts->run_count; i++)
		if (facts->runs[i - 1].end_ns != JSCOPE_NS_UNKNOWN)
			error = pause_between(pauses, stream, &index, facts->runs[i - 1].end_ns,
					      facts->runs[i].begin_ns);
	return error;
}

/* Of which only the points tell: the device stands from one on, and ran a period before the next. */
static int shown_pauses(struct pauses *pauses, const struct jscope__like_stream *stream)
{
	const struct jscope__like_series *series = stream->clients[0];
	int error = 0;

	for (size_t i = 1; !error && i < series->count; i++) {
		const struct jscope__like_chain *chain = &series->chains[i], *last = chain - 1;
		jscope_ns run_ns;

		if (!chain->begins)
			continue;
		run_ns = jscope_sub_sat(chain->at[JSCOPE_DUE],
					jscope_ns_of_real(stream->grid.period_ns));
		error = pause_add(pauses,
				  (struct jscope_recorded_delay){
					  .point = last->point,
					  .end_ns = alarm_after(last->at[JSCOPE_DUE], run_ns) });
	}
	return error;
}

static int pauses_copy(struct jscope_scenario *scenario, const struct jscope__like_stream *stream,
		       jscope_ns session_end_ns, struct jscope_stream_settings *settings)
{
	struct pauses pauses = { .list = NULL };
	size_t index = 0;
	int error = stream->facts && stream->facts->run_count > 0 ? told_pauses(&pauses, stream)
								  : shown_pauses(&pauses, stream);

	if (!error && jscope_sub_sat(session_end_ns, stream->end_ns) > END_MIN_NS &&
	    settings->end_packet == 0) {
		settings->last_point = stream->grid.points;
		error = pause_between(&pauses, stream, &index, stream->end_ns, JSCOPE_NS_UNKNOWN);
	}
	if (!error && pauses.count > 0) {
		settings->pauses = jscope_scenario_recorded(scenario, pauses.list, pauses.count);
		settings->pause_count = pauses.count;
		error = settings->pauses ? 0 : -ENOMEM;
	}
	free(pauses.list);
	return error;
}

static int course_copy(struct jscope_scenario *scenario, const struct jscope__like_stream *stream,
		       struct jscope_stream_settings *settings)
{
	jscope_ns *steps;
	int error = stream->is_polled ? 0
				      : jscope__like_grid_course(&stream->grid, stream->clients[0],
								 stream->facts, &steps);

	if (error || stream->is_polled || !steps)
		return error;
	settings->steps = jscope_scenario_times(scenario, steps, (size_t)stream->grid.points);
	settings->step_count = (size_t)stream->grid.points;
	free(steps);
	return settings->steps ? 0 : -ENOMEM;
}

/* Who has no more to write lets the device play out; 0: writes to the end. */
static uint32_t drain_packet(const struct jscope__like_series *series)
{
	size_t i = series->count;

	if (!series->has_answers || !series->info.stops)
		return 0;
	while (i > 0 && series->chains[i - 1].at[JSCOPE_SERVED] == JSCOPE_NS_UNKNOWN)
		i--;
	return i < series->count ? (uint32_t)series->chains[i].point : 0;
}

int jscope__like_stream_copy(struct jscope_scenario *scenario,
			     const struct jscope__like_stream *stream, jscope_ns begin_ns,
			     jscope_ns session_end_ns, struct jscope_stream_settings *settings)
{
	const struct jscope_stream_info *info = &stream->clients[0]->info;
	int error;

	settings->rate_hz = stream->grid.rate_hz;
	settings->period_frames = stream->grid.period_frames;
	settings->drift_ppm = stream->grid.drift_ppm;
	settings->notification_count = notification_count(stream);
	settings->capture = info->is_capture;
	settings->mode = mode_of(stream);
	settings->stops = info->stops || stream->is_alsa;
	settings->forgives = stream->grid.is_assumed && stream->is_alsa;
	settings->drain_packet = drain_packet(stream->clients[0]);
	settings->whole_packets = info->by_packet || stream->is_alsa;
	if (stream->facts)
		facts_copy(stream->facts, settings);
	settings->start_ns = jscope_sub_sat(stream->run_ns, begin_ns);
	if (settings->start_ns < START_MIN_NS)
		settings->start_ns = 0;
	error = course_copy(scenario, stream, settings);
	if (!error)
		error = pauses_copy(scenario, stream, session_end_ns, settings);
	return error;
}
