/* Reading a trace batch by batch: its window, its progress, and what was wrong with it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "pipeline.h"
#include "trace_state.h"

#define PROGRESS_EVENTS 65536

/* A live session is read this much beyond its window, so that chains begun inside can end. */
#define LIVE_SETTLE_NS JSCOPE_NS_PER_SEC

/* A sentence of the info; those that there is no room for are left out, the first ones say why. */
static void error_keep(struct jscope_trace *trace, const char *sentence)
{
	const unsigned count = trace->info.error_count;

	if (count == JSCOPE_TRACE_ERRORS_MAX)
		return;
	trace->errors[count] = strdup(sentence);
	if (!trace->errors[count])
		return;
	trace->info.errors[count] = trace->errors[count];
	trace->info.error_count++;
}

/* Move the sentences of this thread's error list into the info, so that they outlive it. */
static void errors_take(struct jscope_trace *trace)
{
	const char *sentence;

	for (unsigned i = 0; (sentence = jscope_error_sentence(i)); i++)
		error_keep(trace, sentence);
	jscope_error_clear();
}

/* What the reader had to skip, and what is odd about the times of the trace. */
static void damage_take(struct jscope_trace *trace)
{
	const struct jscope_reader_info *read = &trace->read;
	char sentence[160];

	for (unsigned i = 0; i < read->damage_sentence_count; i++)
		error_keep(trace, read->damage_sentences[i]);
	if (read->damages > read->damage_sentence_count) {
		snprintf(sentence, sizeof sentence,
			 "%" PRIu64 " more places of the trace are damaged and were skipped.",
			 read->damages - read->damage_sentence_count);
		error_keep(trace, sentence);
	}
	if (read->disordered) {
		snprintf(sentence, sizeof sentence,
			 "The clock is not monotonic: %" PRIu64
			 " events have a time before that of "
			 "the event ahead of them in their stream.",
			 read->disordered);
		error_keep(trace, sentence);
	}
}

/*
 * The instant of the last event, found by reading the trace once without looking at it. A trace
 * that breaks off ends where it breaks off; its cause is told by the second reading.
 */
static int end_find(struct jscope_trace *trace, jscope_ns *ret_end_ns)
{
	struct jscope_reader *reader;
	struct jscope__pipeline *pipeline = NULL;
	const struct jscope_batch *batch;
	int status =
		jscope_reader_create(trace->reader_ops, trace->path, 0, &trace->options->limits,
				     jscope__trace_announce_nothing, NULL, &reader);

	if (status < 0)
		return status;
	status = jscope__pipeline_create(reader, 1, &pipeline);
	while (status >= 0 && (status = jscope__pipeline_next(pipeline, &batch)) > 0)
		;
	if (status < 0)
		jscope_error_clear();
	*ret_end_ns = trace->reader_ops->info(reader)->end_ns;
	jscope__pipeline_destroy(pipeline);
	trace->reader_ops->destroy(reader);
	return status == -ENOMEM ? status : 0;
}

static jscope_ns when_resolve(struct jscope_trace_when when, jscope_ns begin_ns)
{
	if (when.ns == JSCOPE_NS_UNKNOWN || !when.relative)
		return when.ns;
	return jscope_add_sat(begin_ns, when.ns);
}

/* Of a session that still runs the `last` time is what comes, since nobody knows its end. */
static void live_window_set(struct jscope_trace *trace)
{
	jscope_ns to_ns = jscope_add_sat(trace->read.begin_ns, trace->options->last_ns);
	struct jscope__output *output = &trace->output;

	if (output->to_ns == JSCOPE_NS_UNKNOWN || output->to_ns > to_ns)
		output->to_ns = to_ns;
}

/* Relative windows wait for the first event; so does whoever prints times since then. */
static void window_set(struct jscope_trace *trace)
{
	jscope_ns begin_ns = trace->read.begin_ns;
	struct jscope__output *output = &trace->output;
	jscope_ns last_ns = output->from_ns;

	if (trace->window_set || begin_ns == JSCOPE_NS_UNKNOWN)
		return;
	trace->info.begin_ns = begin_ns;
	output->from_ns = when_resolve(trace->options->from, begin_ns);
	output->to_ns = when_resolve(trace->options->to, begin_ns);
	if (last_ns > output->from_ns)
		output->from_ns = last_ns;
	if (trace->read.is_live && trace->options->last_ns > 0)
		live_window_set(trace);
	trace->window_set = true;
}

/* output->from_ns holds the begin of a `last` window until window_set() joins it with `from`. */
int jscope__trace_window_init(struct jscope_trace *trace, const struct jscope_timeline_sink *sink)
{
	jscope_ns end_ns;
	int error;

	trace->output.sink = sink;
	trace->output.options = trace->options;
	trace->output.from_ns = JSCOPE_NS_UNKNOWN;
	trace->output.to_ns = JSCOPE_NS_UNKNOWN;
	trace->output.now_ns = JSCOPE_NS_UNKNOWN;
	if (trace->options->last_ns <= 0 || trace->read.is_live)
		return 0;
	error = end_find(trace, &end_ns);
	if (!error && end_ns != JSCOPE_NS_UNKNOWN)
		trace->output.from_ns = jscope_sub_sat(end_ns, trace->options->last_ns);
	return error;
}

/* Returns whether whoever looks on wants to stop. */
static bool progress_tell(struct jscope_trace *trace)
{
	uint64_t events = trace->read.events;

	if (!trace->options->progress || (events < trace->progress_next && !trace->read.is_live))
		return false;
	jscope__trace_info_update(trace);
	trace->progress_next = events + PROGRESS_EVENTS;
	return trace->options->progress(trace->options->progress_state, events);
}

static bool window_is_over(const struct jscope_trace *trace)
{
	return trace->read.is_live && trace->output.to_ns != JSCOPE_NS_UNKNOWN &&
	       trace->read.end_ns > jscope_add_sat(trace->output.to_ns, LIVE_SETTLE_NS);
}

static int stop_early(const struct jscope_trace *trace)
{
	if (trace->read.is_live)
		return 0;
	return jscope_error(-EINTR, "Stopped before the end of '%s'.", trace->path);
}

/* Returns as the reader's next(), or -EINTR where whoever looks on has seen enough. */
static int batches_read(struct jscope_trace *trace, struct jscope__pipeline *pipeline,
			jscope__deliver_fn *deliver)
{
	const struct jscope_batch *batch;
	int status;

	while ((status = jscope__pipeline_next(pipeline, &batch)) > 0) {
		trace->read = batch->info;
		window_set(trace);
		deliver(trace, batch);
		if (window_is_over(trace))
			return 0;
		if (progress_tell(trace))
			return stop_early(trace);
	}
	return status;
}

int jscope__trace_read(struct jscope_trace *trace, unsigned threads, jscope__deliver_fn *deliver)
{
	struct jscope__pipeline *pipeline;
	int status = jscope__pipeline_create(trace->reader, threads, &pipeline);

	if (status < 0)
		return status;
	status = batches_read(trace, pipeline, deliver);
	jscope__pipeline_destroy(pipeline);
	if (status != -EINTR)
		trace->read = *trace->reader_ops->info(trace->reader);
	if (status < 0)
		trace->info.partial = true;
	damage_take(trace);
	errors_take(trace);
	return status == -ENOMEM ? status : 0;
}
