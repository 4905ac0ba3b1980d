#include "like.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "delays.h"
#include "disks.h"
#include "drawn.h"
#include "streams.h"
#include "tell.h"

#define PERIOD_MIN_NS (100 * JSCOPE_NS_PER_US)
#define PERIOD_MAX_NS (60 * JSCOPE_NS_PER_SEC)
#define RATE_MAX_HZ   1536000
#define BUFFER_MAX    (64u << 20)

/* Streams that stop at the end of the session do it within so long. */
#define STOP_NS JSCOPE_NS_PER_MS

/* What a stage of virtual time shows besides its delay: a nanosecond for each record until its end. */
static const struct stage {
	enum jscope_instant to;
	size_t place; /* in struct jscope_delay_settings */
	jscope_ns told_ns;
} stages[] = {
	{ JSCOPE_IRQ, offsetof(struct jscope_delay_settings, interrupt), 1 },
	{ JSCOPE_QUEUED, offsetof(struct jscope_delay_settings, dispatch), 2 },
	{ JSCOPE_DEFERRED, offsetof(struct jscope_delay_settings, queue), 1 },
	{ JSCOPE_SIGNAL, offsetof(struct jscope_delay_settings, handler), 2 },
	{ JSCOPE_RUN, offsetof(struct jscope_delay_settings, wake), 1 },
};

static int delays_copy(struct jscope_scenario *scenario, const struct jscope__like_stream *stream,
		       const struct jscope__like_anchor *anchor,
		       struct jscope_delay_settings *delays)
{
	int error = 0;

	for (size_t i = 0; !error && i < sizeof stages / sizeof stages[0]; i++) {
		struct jscope_distribution *law = (void *)((char *)delays + stages[i].place);

		if (stream->is_polled && stages[i].to != JSCOPE_RUN)
			continue;
		error = jscope__like_delays_make(scenario, stream->clients[0], stream->path,
						 stages[i].to, anchor, law);
		law->told_ns = stages[i].told_ns;
	}
	return error;
}

/* A position is asked for before it is moved. */
static jscope_ns work_told_ns(const struct jscope_stream_settings *settings)
{
	return settings->mode == JSCOPE_MODE_PACKET ? 1 : 2;
}

static int client_copy(struct jscope_scenario *scenario, const struct jscope__like_stream *stream,
		       unsigned index, const struct jscope__like_anchor *anchor,
		       const struct jscope_stream_settings *settings,
		       struct jscope_client_settings *client)
{
	const struct jscope__like_series *series = stream->clients[index];
	const unsigned path = stream->path | series->info.path;
	int error = jscope__like_delays_make(scenario, series, path, JSCOPE_SERVED, anchor,
					     &client->work);

	if (!error && index > 0)
		error = jscope__like_delays_make(scenario, series, path, JSCOPE_RUN, anchor,
						 &client->wake);
	client->work.told_ns = work_told_ns(settings);
	client->wake.told_ns = 1;
	client->count = 1;
	memcpy(client->stream, settings->head.name, sizeof client->stream);
	return error;
}

static struct jscope__like_anchor anchor_of(const struct jscope__like_stream *stream,
					    jscope_ns begin_ns, bool by_time)
{
	return (struct jscope__like_anchor){
		.by_time = by_time || stream->is_polled,
		.origin_ns = jscope_sub_sat(stream->is_polled ? begin_ns : stream->run_ns, 1),
	};
}

static int stream_check(const char *path, const struct jscope__like_stream *stream,
			const struct jscope_stream_settings *settings)
{
	const jscope_ns period_ns = settings->rate_hz > 0
					    ? jscope_muldiv(settings->period_frames,
							    JSCOPE_NS_PER_SEC, settings->rate_hz)
					    : 0;
	const uint64_t bytes = (uint64_t)settings->period_frames * settings->frame_bytes *
			       settings->notification_count;

	if (period_ns >= PERIOD_MIN_NS && period_ns <= PERIOD_MAX_NS &&
	    settings->rate_hz <= RATE_MAX_HZ && bytes <= BUFFER_MAX)
		return 0;
	return jscope_error(
		-ERANGE,
		"%s: The stream '%s %s' has a period or a buffer that the virtual device "
		"cannot have (100 us to 60 s, up to 64 MiB); name a --scenario to take "
		"its delays.",
		path, stream->clients[0]->device, stream->clients[0]->stream);
}

/* The streams and clients of an empty scenario are what a new one is made of. */
static int stream_make(struct jscope_scenario *scenario, const struct jscope__like_stream *stream,
		       const struct jscope__like_session *session, const char *path)
{
	struct jscope_stream_settings *settings = &scenario->streams[scenario->stream_count];
	const struct jscope__like_anchor anchor = anchor_of(stream, session->begin_ns, false);
	struct jscope_delay_settings *delays;
	int error;

	snprintf(settings->head.name, sizeof settings->head.name, "like-%u",
		 scenario->stream_count);
	error = jscope__like_stream_copy(scenario, stream, session->begin_ns, session->end_ns,
					 settings);
	if (!error)
		error = stream_check(path, stream, settings);
	delays = error ? NULL : jscope_scenario_own_delays(scenario, settings->head.name);
	if (!error)
		error = delays ? delays_copy(scenario, stream, &anchor, delays) : -E2BIG;
	scenario->stream_count++;
	return error;
}

/* The client of each stream that has this index. */
static int clients_make(struct jscope_scenario *scenario,
			const struct jscope__like_streams *streams,
			const struct jscope__like_session *session, unsigned index)
{
	int error = 0;

	for (unsigned i = 0; !error && i < streams->count; i++) {
		const struct jscope__like_stream *stream = &streams->streams[i];
		const struct jscope__like_anchor anchor =
			anchor_of(stream, session->begin_ns, false);

		if (index < stream->client_count && scenario->client_count < JSCOPE_CLIENTS_MAX)
			error = client_copy(scenario, stream, index, &anchor, &scenario->streams[i],
					    &scenario->clients[scenario->client_count++]);
	}
	return error;
}

/* When the streams stop that go on to the end; they do so one after the other. */
static jscope_ns end_find(const struct jscope__like_streams *streams,
			  const struct jscope__like_session *session)
{
	jscope_ns last_ns = jscope_add_sat(session->begin_ns, 1), end_ns;

	for (unsigned i = 0; i < streams->count; i++)
		if (streams->streams[i].end_ns > last_ns)
			last_ns = streams->streams[i].end_ns;
	end_ns = last_ns;
	for (unsigned i = 0; i < streams->count; i++)
		if (streams->streams[i].end_ns > jscope_sub_sat(last_ns, STOP_NS) &&
		    streams->streams[i].end_ns < end_ns)
			end_ns = streams->streams[i].end_ns;
	return end_ns;
}

/*
 * What held a stream up is in its delays already: each has a CPU of its own for its interrupts, and each
 * client another one. The tasks are dealt to the CPUs from the first one on.
 */
static void machine_make(struct jscope_scenario *scenario,
			 const struct jscope__like_streams *streams,
			 const struct jscope__like_session *session)
{
	for (unsigned i = 0; i < scenario->stream_count; i++)
		scenario->streams[i].cpu = scenario->client_count + i;
	scenario->machine.cpu_count = scenario->client_count + scenario->stream_count;
	if (streams->count > 0)
		scenario->machine.duration_ns =
			jscope_sub_sat(end_find(streams, session), session->begin_ns);
}

static int streams_copy(struct jscope_scenario *scenario,
			const struct jscope__like_streams *streams,
			const struct jscope__like_session *session, const char *path)
{
	const struct jscope_stream_settings stream = scenario->streams[0];
	const struct jscope_client_settings client = scenario->clients[0];
	int error = 0;

	for (unsigned i = 0; i < JSCOPE_STREAMS_MAX; i++)
		scenario->streams[i] = stream;
	for (unsigned i = 0; i < JSCOPE_CLIENTS_MAX; i++)
		scenario->clients[i] = client;
	scenario->stream_count = scenario->client_count = 0;
	for (unsigned i = 0; !error && i < streams->count; i++)
		error = stream_make(scenario, &streams->streams[i], session, path);
	/* Who writes or reads first; those who only listen where there is room. */
	for (unsigned index = 0; !error && index < JSCOPE__LIKE_CLIENTS_MAX; index++)
		error = clients_make(scenario, streams, session, index);
	if (!error)
		machine_make(scenario, streams, session);
	return error;
}

static int session_copy(struct jscope_scenario *scenario,
			const struct jscope__like_streams *streams,
			const struct jscope__like_session *session,
			struct jscope__like_disks *disks, const char *path)
{
	int error;

	scenario->machine.duration_ns = 0;
	error = streams_copy(scenario, streams, session, path);
	if (!error)
		error = jscope__like_disks_make(scenario, session, disks);
	if (disks->end_ns > scenario->machine.duration_ns)
		scenario->machine.duration_ns = disks->end_ns;
	return error;
}

/* Delays alone */

static bool has_own_delays(const struct jscope_scenario *scenario, const char *name)
{
	for (unsigned i = 0; i < scenario->delay_count; i++)
		if (*name && strcmp(scenario->delays[i].device, name) == 0)
			return true;
	return false;
}

static int delays_give(struct jscope_scenario *scenario, const struct jscope__like_streams *streams,
		       jscope_ns begin_ns)
{
	int error = 0;

	for (unsigned i = 0; !error && i < scenario->stream_count && i < streams->count; i++) {
		struct jscope_stream_settings *settings = &scenario->streams[i];
		const struct jscope__like_anchor anchor =
			anchor_of(&streams->streams[i], begin_ns, true);
		struct jscope_delay_settings *delays;

		if (has_own_delays(scenario, settings->head.name))
			continue;
		if (!*settings->head.name)
			snprintf(settings->head.name, sizeof settings->head.name, "like-%u", i);
		delays = jscope_scenario_own_delays(scenario, settings->head.name);
		error = delays ? delays_copy(scenario, &streams->streams[i], &anchor, delays)
			       : -E2BIG;
	}
	return error;
}

static int apply(struct jscope_scenario *scenario, struct jscope__like_session *session,
		 const char *path, bool geometry)
{
	struct jscope__like_streams streams;
	struct jscope__like_disks disks = { .count = 0 };
	int error = 0;

	if (session->chain_count == 0 && !(geometry && session->requests.count > 0))
		return jscope_error(-ENODATA,
				    "%s: No notification has a stage to learn from; record with "
				    "probes, or name a scenario.",
				    path);
	if (!geometry)
		error = jscope__like_drawn_apply(scenario, session);
	jscope__like_streams_find(session, &streams);
	if (geometry && streams.count == 0 && session->requests.count == 0)
		error = jscope__like_drawn_apply(scenario, session);
	else if (!error && geometry)
		error = session_copy(scenario, &streams, session, &disks, path);
	else if (!error)
		error = delays_give(scenario, &streams, session->begin_ns);
	if (!error)
		jscope__like_tell(path, session, &streams, &disks, geometry);
	return error;
}

int jscope_like_apply(struct jscope_scenario *scenario, const char *path, bool geometry)
{
	struct jscope__like_session *session = NULL;
	int error = jscope__like_session_learn(path, &session);

	if (!error)
		error = apply(scenario, session, path, geometry);
	if (error == -E2BIG)
		error = jscope_error(error,
				     "%s: The scenario has no room for its delays; give it fewer "
				     "[delay] sections.",
				     path);
	if (!error)
		error = session->is_degraded;
	jscope__like_session_destroy(session);
	return error;
}
