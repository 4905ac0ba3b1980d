#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/name.h"
#include "replay/trace.h"
#include "source.h"

void *jscope__like_grow(void *array, size_t count, size_t *size, size_t element_size)
{
	const size_t larger = *size ? 2 * *size : 64;

	if (count < *size)
		return array;
	array = realloc(array, larger * element_size);
	if (array)
		*size = larger;
	return array;
}

static struct jscope__like_series *series_get(struct jscope__like_session *session,
					      const struct jscope_stream_info *info)
{
	struct jscope__like_series *series;

	if (info->index >= JSCOPE__LIKE_SERIES_MAX)
		return NULL;
	series = &session->series[info->index];
	if (session->series_count <= info->index)
		session->series_count = info->index + 1;
	if (!*series->device) {
		jscope_name_clean(series->device, sizeof series->device, info->device);
		jscope_name_clean(series->stream, sizeof series->stream, info->stream);
		snprintf(series->kind, sizeof series->kind, "%s", info->kind);
	}
	series->info = *info;
	series->info.device = series->device;
	series->info.stream = series->stream;
	series->info.kind = series->kind;
	series->info.name = "";
	return series;
}

static void on_stream(void *state, const struct jscope_stream_info *info)
{
	struct jscope__like_session *session = state;

	session->streams_left_out += !series_get(session, info);
}

/* A driver that calls tells even who does not sleep: the call is its signal, and begins its chain. */
static void call_note(struct jscope__like_chain *chain, const struct jscope_notification *n)
{
	if (!n->stream->has_call || n->call_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (chain->at[JSCOPE_SIGNAL] == JSCOPE_NS_UNKNOWN)
		chain->at[JSCOPE_SIGNAL] = n->call_ns;
	if (chain->at[JSCOPE_IRQ] == JSCOPE_NS_UNKNOWN)
		chain->at[JSCOPE_IRQ] = n->call_ns;
}

/* One that begins anew after a silence that nothing but itself tells of, is of another time. */
static unsigned epoch_of(struct jscope__like_series *series, const struct jscope_notification *n)
{
	const struct jscope__like_chain *last =
		series->count ? &series->chains[series->count - 1] : NULL;

	if (series->info.rate_hz || !last)
		return n->epoch;
	return last->epoch;
}

static void chain_add(struct jscope__like_session *session, struct jscope__like_series *series,
		      const struct jscope_notification *n)
{
	struct jscope__like_chain *chains =
		jscope__like_grow(series->chains, series->count, &series->size, sizeof *chains);
	struct jscope__like_chain *chain;

	if (!chains) {
		session->error = -ENOMEM;
		return;
	}
	series->chains = chains;
	chain = &chains[series->count];
	*chain = (struct jscope__like_chain){
		.seq = n->seq,
		.epoch = epoch_of(series, n),
		.is_lost = n->class == JSCOPE_CLASS_MISSED && !n->was_interrupted,
	};
	memcpy(chain->at, n->at, sizeof chain->at);
	if (n->due_estimated)
		chain->at[JSCOPE_DUE] = JSCOPE_NS_UNKNOWN;
	call_note(chain, n);
	series->has_due |= chain->at[JSCOPE_DUE] != JSCOPE_NS_UNKNOWN;
	series->has_answers |= chain->at[JSCOPE_SERVED] != JSCOPE_NS_UNKNOWN;
	series->count++;
	session->chain_count++;
}

static void on_notification(void *state, const struct jscope_notification *n)
{
	struct jscope__like_session *session = state;
	struct jscope__like_series *series = series_get(session, n->stream);

	if (!series)
		return;
	if (n->class == JSCOPE_CLASS_CENSORED)
		series->cut++;
	else if (n->class == JSCOPE_CLASS_SPURIOUS)
		series->spurious++;
	else if (session->chain_count == JSCOPE__LIKE_CHAINS_MAX)
		session->chains_left_out++;
	else
		chain_add(session, series, n);
}

/* When the chain begins that is the first of another time. */
static void silence_note(struct jscope__like_series *series, jscope_ns at_ns)
{
	for (size_t i = series->count; i-- > 0;) {
		struct jscope__like_chain *chain = &series->chains[i];

		if (chain->at[JSCOPE_IRQ] <= at_ns)
			return;
		chain->epoch++;
	}
}

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	struct jscope__like_session *session = state;
	struct jscope__like_series *series = series_get(session, glitch->stream);

	if (!series)
		return;
	if (glitch->cause == JSCOPE_CAUSE_DEVICE || glitch->cause == JSCOPE_CAUSE_REPEATED_WRITE)
		series->leaps++;
	if (glitch->inferred)
		silence_note(series, glitch->at_ns);
}

static void on_request(void *state, const struct jscope_request *request)
{
	struct jscope__like_session *session = state;

	if (jscope__like_requests_note(&session->requests, request) < 0)
		session->error = -ENOMEM;
}

static void on_hold(void *state, const struct jscope_hold *hold)
{
	struct jscope__like_session *session = state;

	(void)hold;
	session->requests.holds++;
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	struct jscope__like_session *session = state;

	(void)loss;
	session->requests.is_lossy = true;
}

static void on_vocabulary(void *state, const struct jscope_vocabulary_event *event)
{
	jscope__like_facts_note(state, event);
}

/* By time, and what is of one time by its points. */
static int chain_compare(const void *left, const void *right)
{
	const struct jscope__like_chain *a = left, *b = right;

	if (a->epoch != b->epoch)
		return a->epoch < b->epoch ? -1 : 1;
	return (a->seq > b->seq) - (a->seq < b->seq);
}

static int answer_compare(const void *left, const void *right)
{
	const struct jscope__like_answer *a = left, *b = right;

	return (a->run_ns > b->run_ns) - (a->run_ns < b->run_ns);
}

static void settle(struct jscope__like_session *session)
{
	jscope__like_requests_settle(&session->requests);
	if (session->answer_count > 0)
		qsort(session->answers, session->answer_count, sizeof session->answers[0],
		      answer_compare);
	for (unsigned i = 0; i < session->series_count; i++) {
		struct jscope__like_series *series = &session->series[i];

		if (series->count > 0)
			qsort(series->chains, series->count, sizeof series->chains[0],
			      chain_compare);
	}
}

static int read_all(struct jscope__like_session *session, struct jscope_trace *trace)
{
	const struct jscope_timeline_sink sink = { .state = session,
						   .stream = on_stream,
						   .notification = on_notification,
						   .request = on_request,
						   .hold = on_hold,
						   .loss = on_loss,
						   .glitch = on_glitch,
						   .vocabulary = on_vocabulary };
	const struct jscope_trace_info *info;
	const int error = jscope_trace_replay(trace, &sink);

	info = jscope_trace_info(trace);
	session->begin_ns = info->begin_ns;
	session->end_ns = info->end_ns;
	session->is_degraded =
		error >= 0 && jscope_source_verdict(trace, &(struct jscope_source_settings){ 0 }) ==
				      JSCOPE_EXIT_DEGRADED;
	return error < 0 ? error : session->error;
}

int jscope__like_session_learn(const char *path, struct jscope__like_session **ret_session)
{
	struct jscope__like_session *session = calloc(1, sizeof *session);
	struct jscope_trace_options options;
	struct jscope_trace *trace = NULL;
	int error = -ENOMEM;

	jscope_trace_options_init(&options);
	options.threads = 1;
	if (session)
		error = jscope_trace_open(path, &options, &trace);
	if (!error)
		error = read_all(session, trace);
	jscope_trace_destroy(trace);
	if (error < 0) {
		jscope__like_session_destroy(session);
		return error;
	}
	settle(session);
	*ret_session = session;
	return 0;
}

void jscope__like_session_destroy(struct jscope__like_session *session)
{
	for (unsigned i = 0; session && i < session->series_count; i++)
		free(session->series[i].chains);
	for (unsigned i = 0; session && i < session->facts_count; i++)
		free(session->facts[i].runs);
	if (session)
		free(session->answers);
	if (session)
		free(session->requests.list);
	free(session);
}
