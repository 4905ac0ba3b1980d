#include "streams.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A stream that tells nothing for so long before it stops had stopped. */
#define SILENCE_MAX_NS (10 * JSCOPE_NS_PER_SEC)

/* Points of a stream beyond those of which something is known. */
#define POINTS_MAX (4 * (uint64_t)JSCOPE__LIKE_CHAINS_MAX)

static bool is_kind(const struct jscope__like_series *series, const char *kind)
{
	return strcmp(series->kind, kind) == 0;
}

/* "dev1", and "stream 0x7" or "stream 0x7 event 0x5". */
static const struct jscope__like_facts *facts_of(const struct jscope__like_session *session,
						 const struct jscope__like_series *series)
{
	unsigned dev;
	uint64_t stream;

	if (!is_kind(series, "wavert") || sscanf(series->device, "dev%u", &dev) != 1 ||
	    sscanf(series->stream, "stream 0x%" SCNx64, &stream) != 1)
		return NULL;
	for (unsigned i = 0; i < session->facts_count; i++)
		if (session->facts[i].dev == dev && session->facts[i].stream == stream)
			return &session->facts[i];
	return NULL;
}

static void client_add(struct jscope__like_stream *stream, struct jscope__like_series *series)
{
	unsigned place = stream->client_count;

	if (place == JSCOPE__LIKE_CLIENTS_MAX) {
		stream->clients_left_out++;
		return;
	}
	/* The writer is the one that answers. */
	if (series->has_answers && place > 0 && !stream->clients[0]->has_answers) {
		stream->clients[place] = stream->clients[0];
		place = 0;
	}
	stream->clients[place] = series;
	stream->client_count++;
}

static struct jscope__like_stream *stream_add(struct jscope__like_streams *streams)
{
	if (streams->count == JSCOPE_STREAMS_MAX) {
		streams->left_out++;
		return NULL;
	}
	return &streams->streams[streams->count++];
}

static struct jscope__like_stream *stream_of(struct jscope__like_streams *streams,
					     const struct jscope__like_facts *facts)
{
	for (unsigned i = 0; facts && i < streams->count; i++)
		if (streams->streams[i].facts == facts)
			return &streams->streams[i];
	return NULL;
}

static void series_place(const struct jscope__like_session *session,
			 struct jscope__like_streams *streams, struct jscope__like_series *series)
{
	const struct jscope__like_facts *facts = facts_of(session, series);
	struct jscope__like_stream *stream;

	if (series->count == 0 || (!is_kind(series, "wavert") && !is_kind(series, "pcm")))
		return;
	stream = stream_of(streams, facts);
	if (!stream)
		stream = stream_add(streams);
	if (!stream)
		return;
	stream->facts = facts;
	stream->is_alsa = is_kind(series, "pcm");
	client_add(stream, series);
}

/* Streams that nobody is notified of: their client is woken by an alarm of its own. */

static bool is_alarm(const struct jscope__like_series *series,
		     const struct jscope__like_facts *facts)
{
	char device[sizeof series->device];

	snprintf(device, sizeof device, "dev%" PRIu32, facts->dev);
	return is_kind(series, "event") && strcmp(series->device, device) == 0 && series->count > 0;
}

/* Both are in the order of their runs. */
static void answers_place(struct jscope__like_series *series,
			  const struct jscope__like_session *session)
{
	size_t k = 0;

	for (size_t i = 0; i < series->count; i++) {
		struct jscope__like_chain *chain = &series->chains[i];

		while (k < session->answer_count &&
		       session->answers[k].run_ns < chain->at[JSCOPE_RUN])
			k++;
		if (k == session->answer_count ||
		    session->answers[k].run_ns != chain->at[JSCOPE_RUN])
			continue;
		chain->at[JSCOPE_SERVED] = session->answers[k].served_ns;
		series->has_answers |= session->answers[k].has_written;
	}
}

static void polled_place(struct jscope__like_session *session, struct jscope__like_streams *streams,
			 const struct jscope__like_facts *facts)
{
	struct jscope__like_stream *stream = NULL;

	if (!facts->is_allocated || facts->notification_count > 0 || facts->run_count == 0 ||
	    stream_of(streams, facts))
		return;
	for (unsigned i = 0; i < session->series_count; i++) {
		struct jscope__like_series *series = &session->series[i];

		if (!is_alarm(series, facts))
			continue;
		if (!stream)
			stream = stream_add(streams);
		if (!stream)
			return;
		stream->facts = facts;
		stream->is_polled = true;
		answers_place(series, session);
		client_add(stream, series);
	}
}

/* What is known of each */

static jscope_ns last_ns(const struct jscope__like_series *series)
{
	jscope_ns last = JSCOPE_NS_UNKNOWN;

	for (size_t i = series->count; i-- > 0 && last == JSCOPE_NS_UNKNOWN;)
		for (unsigned k = JSCOPE_DUE; k < JSCOPE_INSTANT_COUNT; k++)
			if (series->chains[i].at[k] > last)
				last = series->chains[i].at[k];
	return last;
}

/* A look that was due while the client was at work is left out: most are a period apart, none is less. */
static jscope_ns look_period(const struct jscope__like_series *series)
{
	const struct jscope__like_chain *chains = series->chains;
	jscope_ns least_ns = INT64_MAX;
	double looks = 0;

	for (size_t i = 1; i < series->count; i++) {
		const jscope_ns apart_ns = jscope_sub_sat(chains[i].at[JSCOPE_SIGNAL],
							  chains[i - 1].at[JSCOPE_SIGNAL]);

		if (apart_ns > 0 && apart_ns < least_ns)
			least_ns = apart_ns;
	}
	for (size_t i = 1; i < series->count; i++)
		looks += round((double)jscope_sub_sat(chains[i].at[JSCOPE_SIGNAL],
						      chains[i - 1].at[JSCOPE_SIGNAL]) /
			       (double)least_ns);
	if (looks < 1)
		return 0;
	return jscope_ns_of_real((double)jscope_sub_sat(chains[series->count - 1].at[JSCOPE_SIGNAL],
							chains[0].at[JSCOPE_SIGNAL]) /
				 looks);
}

static void polled_grid(struct jscope__like_stream *stream)
{
	const struct jscope__like_facts *facts = stream->facts;
	const jscope_ns period_ns = look_period(stream->clients[0]);

	stream->grid.rate_hz = facts->rate_hz;
	stream->grid.period_frames = (uint32_t)jscope_muldiv(
		jscope_add_sat(period_ns, JSCOPE_NS_PER_US), facts->rate_hz, JSCOPE_NS_PER_SEC);
	stream->grid.period_ns = (double)period_ns;
}

static void times_find(struct jscope__like_stream *stream)
{
	const struct jscope__like_series *series = stream->clients[0];
	const struct jscope__like_facts *facts = stream->facts;

	stream->end_ns = last_ns(series);
	if (facts && facts->run_count > 0) {
		const jscope_ns stop_ns = facts->runs[facts->run_count - 1].end_ns;

		stream->run_ns = facts->runs[0].begin_ns;
		if (stop_ns > stream->end_ns &&
		    stop_ns < jscope_add_sat(stream->end_ns, SILENCE_MAX_NS))
			stream->end_ns = stop_ns;
		return;
	}
	stream->run_ns = series->chains[0].at[JSCOPE_DUE];
	if (stream->run_ns != JSCOPE_NS_UNKNOWN)
		stream->run_ns -=
			jscope_ns_of_real((double)series->chains[0].point * stream->grid.period_ns);
}

static void stream_measure(struct jscope__like_stream *stream)
{
	struct jscope__like_series *first = stream->clients[0];

	if (stream->is_polled) {
		stream->path = first->info.path;
		polled_grid(stream);
	} else {
		stream->path = first->info.path | 1u << JSCOPE_DUE;
		stream->grid = jscope__like_grid_make(first, stream->facts);
	}
	for (unsigned i = 1; i < stream->client_count; i++)
		jscope__like_grid_share(stream->clients[i], first);
	times_find(stream);
}

/* By their devices, and as they were opened; those of which nobody tells that, as they first told something. */
static int stream_compare(const void *left, const void *right)
{
	const struct jscope__like_stream *a = left, *b = right;

	if (a->facts && b->facts && a->facts->dev != b->facts->dev)
		return a->facts->dev < b->facts->dev ? -1 : 1;
	if (a->facts && b->facts)
		return (a->facts > b->facts) - (a->facts < b->facts);
	if (a->facts || b->facts)
		return a->facts ? -1 : 1;
	return (a->clients[0]->info.index > b->clients[0]->info.index) -
	       (a->clients[0]->info.index < b->clients[0]->info.index);
}

static bool is_usable(const struct jscope__like_stream *stream)
{
	const struct jscope__like_grid *grid = &stream->grid;

	if (grid->rate_hz == 0 || grid->period_frames == 0 || stream->run_ns == JSCOPE_NS_UNKNOWN)
		return false;
	return stream->is_polled || (grid->points > 0 && grid->points <= POINTS_MAX &&
				     !(grid->is_assumed && stream->clients[0]->count < 2));
}

static void unusable_remove(struct jscope__like_streams *streams)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < streams->count; i++)
		if (is_usable(&streams->streams[i]))
			streams->streams[kept++] = streams->streams[i];
	streams->count = kept;
}

void jscope__like_streams_find(struct jscope__like_session *session,
			       struct jscope__like_streams *ret_streams)
{
	*ret_streams = (struct jscope__like_streams){ .count = 0 };
	for (unsigned i = 0; i < session->series_count; i++)
		series_place(session, ret_streams, &session->series[i]);
	for (unsigned i = 0; i < session->facts_count; i++)
		polled_place(session, ret_streams, &session->facts[i]);
	qsort(ret_streams->streams, ret_streams->count, sizeof ret_streams->streams[0],
	      stream_compare);
	for (unsigned i = 0; i < ret_streams->count; i++)
		stream_measure(&ret_streams->streams[i]);
	unusable_remove(ret_streams);
}
