#include "replay/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter.h"
#include "common/error.h"
#include "pipeline.h"
#include "trace_private.h"

#define ADAPTER_COUNT	2
#define PROGRESS_EVENTS 65536

/* A live session is read this much beyond its window, so that chains begun inside can end. */
#define LIVE_SETTLE_NS JSCOPE_NS_PER_SEC

static const struct jscope__adapter_ops *const adapter_ops[ADAPTER_COUNT] = {
	&jscope__adapter_jscope,
	&jscope__adapter_lttng,
};

/* Who handles the events of a class; handler NULL for nobody. */
struct route {
	jscope__handler_fn *handler;
	void *adapter;
	bool told; /* as an event of our vocabulary */
	unsigned event_id;
	int tid_slot;
};

struct jscope_trace {
	const struct jscope_trace_options *options;
	const struct jscope_reader_ops *reader_ops;
	struct jscope_reader *reader; /* owned */
	char *path;		      /* owned */
	struct jscope_trace_info info;
	char *errors[JSCOPE_TRACE_ERRORS_MAX]; /* owned; what info.errors points to */
	struct jscope__output output;
	void *adapters[ADAPTER_COUNT]; /* owned */
	struct route *routes;	       /* owned, by class index */
	size_t route_count;
	struct jscope_reader_info read; /* as of the batch in hand */
	bool window_set;
	uint64_t progress_next;
};

void jscope_trace_options_init(struct jscope_trace_options *options)
{
	memset(options, 0, sizeof *options);
	options->from.ns = JSCOPE_NS_UNKNOWN;
	options->to.ns = JSCOPE_NS_UNKNOWN;
	options->cpu = -1;
}

static int route_set(struct jscope_trace *trace, uint32_t index, struct route route)
{
	size_t count = trace->route_count ? trace->route_count : 64;
	struct route *routes;

	while (count <= index)
		count *= 2;
	if (count > trace->route_count) {
		routes = realloc(trace->routes, count * sizeof *routes);
		if (!routes)
			return -ENOMEM;
		memset(routes + trace->route_count, 0,
		       (count - trace->route_count) * sizeof *routes);
		trace->routes = routes;
		trace->route_count = count;
	}
	trace->routes[index] = route;
	return 0;
}

static int announce(void *state, const struct jscope_event_class *event_class,
		    const struct jscope_want **ret_wants)
{
	struct jscope_trace *trace = state;

	for (size_t i = 0; i < ADAPTER_COUNT && trace->adapters[i]; i++) {
		struct jscope__interest interest = { 0 };
		int error = adapter_ops[i]->announce(trace->adapters[i], event_class, &interest);

		if (!error && interest.count)
			error = route_set(trace, event_class->index,
					  (struct route){ .handler = interest.handler,
							  .adapter = trace->adapters[i],
							  .told = interest.told,
							  .event_id = interest.event_id,
							  .tid_slot = interest.count - 1 });
		if (error < 0)
			return error;
		if (interest.count) {
			*ret_wants = interest.wants;
			return interest.count;
		}
	}
	return 0;
}

static int announce_nothing(void *state, const struct jscope_event_class *event_class,
			    const struct jscope_want **ret_wants)
{
	(void)state;
	(void)event_class;
	(void)ret_wants;
	return 0;
}

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
	int status = trace->reader_ops->create(trace->path, 0, announce_nothing, NULL, &reader);

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
static int output_init(struct jscope_trace *trace, const struct jscope_timeline_sink *sink)
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

static void info_update(struct jscope_trace *trace)
{
	const struct jscope_reader_info *read = &trace->read;
	struct jscope_trace_info *info = &trace->info;

	info->clock = read->clock ? read->clock : "";
	info->begin_ns = read->begin_ns;
	info->end_ns = read->end_ns;
	info->events = read->events;
	info->streams = read->streams;
	info->packets = read->packets;
	info->lost_events = read->lost_events;
	info->lost_packets = read->lost_packets;
	info->remarks = read->remarks;
	info->remark_count = read->remark_count;
	info->is_live = read->is_live;
	info->partial = info->partial || read->partial;
	info->wakeup_event = trace->output.wakeup_event;
	info->late_bound_ns = trace->options->late_bound_ns;
	info->refused = read->refused + trace->output.refused;
	for (size_t i = 0; i < ADAPTER_COUNT; i++)
		if (trace->adapters[i])
			info->refused += adapter_ops[i]->refused(trace->adapters[i]);
}

/* Returns whether whoever looks on wants to stop. */
static bool progress_tell(struct jscope_trace *trace)
{
	uint64_t events = trace->read.events;

	if (!trace->options->progress || (events < trace->progress_next && !trace->read.is_live))
		return false;
	info_update(trace);
	trace->progress_next = events + PROGRESS_EVENTS;
	return trace->options->progress(trace->options->progress_state, events);
}

static void gap_deliver(struct jscope_trace *trace, const struct jscope_gap *gap)
{
	const struct jscope_loss loss = { .events = gap->events,
					  .packets = gap->packets,
					  .cpu = gap->cpu,
					  .begin_ns = gap->begin_ns,
					  .end_ns = gap->end_ns };

	jscope__output_loss(&trace->output, &loss);
}

static const char *slot_text(void *reader, int64_t slot)
{
	struct jscope_reader *texts = reader;

	return texts->ops->string(texts, slot);
}

static void event_tell(struct jscope_trace *trace, const struct route *route,
		       const struct jscope_event *event)
{
	const struct jscope_vocabulary_event told = { .ts_ns = event->ts_ns,
						      .cpu = event->cpu,
						      .tid = event->slot[route->tid_slot],
						      .id = route->event_id,
						      .slot = event->slot,
						      .text = slot_text,
						      .texts = trace->reader };

	trace->output.sink->vocabulary(trace->output.sink->state, &told);
}

static void event_deliver(struct jscope_trace *trace, const struct jscope_event *event)
{
	const struct route *route;

	if (event->class_index >= trace->route_count)
		return;
	route = &trace->routes[event->class_index];
	trace->output.now_ns = event->ts_ns;
	if (route->told)
		event_tell(trace, route, event);
	if (route->handler)
		route->handler(route->adapter, event);
}

static void batch_replay(struct jscope_trace *trace, const struct jscope_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		event_deliver(trace, &batch->events[i]);
	if (batch->has_gap)
		gap_deliver(trace, &batch->gap);
}

typedef void deliver_fn(struct jscope_trace *trace, const struct jscope_batch *batch);

static deliver_fn batch_print;

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
			deliver_fn *deliver)
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

/* The lines of events are the reader's until it reads on: they cannot be read ahead. */
static unsigned thread_count(const struct jscope_trace *trace, deliver_fn *deliver)
{
	if (deliver == batch_print)
		return 1;
	if (trace->options->threads)
		return trace->options->threads;
	return sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
}

/*
 * Read to the end, batch by batch. A reader that breaks off has told why; that is no failure of
 * the replay unless memory is short.
 */
static int read_all(struct jscope_trace *trace, deliver_fn *deliver)
{
	struct jscope__pipeline *pipeline;
	int status =
		jscope__pipeline_create(trace->reader, thread_count(trace, deliver), &pipeline);

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

static int adapters_create(struct jscope_trace *trace)
{
	int error = 0;

	for (size_t i = 0; !error && i < ADAPTER_COUNT; i++)
		error = adapter_ops[i]->create(&trace->output, trace->reader, &trace->adapters[i]);
	return error;
}

int jscope_trace_replay(struct jscope_trace *trace, const struct jscope_timeline_sink *sink)
{
	int error = output_init(trace, sink);

	if (!error)
		error = adapters_create(trace);
	if (!error)
		error = read_all(trace, batch_replay);
	for (size_t i = 0; !error && i < ADAPTER_COUNT; i++)
		adapter_ops[i]->finish(trace->adapters[i]);
	info_update(trace);
	return error;
}

/* Who the lines of jscope_trace_print() go to; only during that call. */
struct printer {
	jscope_event_text_fn *print;
	void *state;
};

static void events_print(const struct jscope_trace *trace, const struct printer *printer,
			 const struct jscope_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct jscope_event *event = &batch->events[i];

		if (jscope__output_time_passes(&trace->output, event->ts_ns) &&
		    jscope__output_cpu_passes(&trace->output, event->cpu))
			printer->print(printer->state, event->ts_ns, event->cpu, batch->texts[i]);
	}
}

static void batch_print(struct jscope_trace *trace, const struct jscope_batch *batch)
{
	events_print(trace, trace->output.sink->state, batch);
}

int jscope_trace_print(struct jscope_trace *trace, jscope_event_text_fn *print, void *state)
{
	struct printer printer = { print, state };
	const struct jscope_timeline_sink sink = { .state = &printer };
	int error = trace->options->as_text ? output_init(trace, &sink) : -EINVAL;

	if (!error)
		error = read_all(trace, batch_print);
	info_update(trace);
	return error;
}

static int reader_open(struct jscope_trace *trace)
{
	const bool as_text = trace->options->as_text;

	return trace->reader_ops->create(trace->path, as_text ? JSCOPE_READER_TEXT : 0,
					 as_text ? announce_nothing : announce, trace,
					 &trace->reader);
}

int jscope__trace_open_with(const struct jscope_reader_ops *reader_ops, const char *path,
			    const struct jscope_trace_options *options,
			    struct jscope_trace **ret_trace)
{
	struct jscope_trace *trace = calloc(1, sizeof *trace);
	int error;

	if (!trace)
		return -ENOMEM;
	trace->options = options;
	trace->reader_ops = reader_ops;
	trace->path = strdup(path);
	error = trace->path ? reader_open(trace) : -ENOMEM;
	if (error < 0) {
		jscope_trace_destroy(trace);
		return error;
	}
	trace->info.path = trace->path;
	trace->info.reader = reader_ops->name;
	trace->read = *reader_ops->info(trace->reader);
	info_update(trace);
	*ret_trace = trace;
	return 0;
}

static const struct jscope_reader_ops *ops_find(const char *path, const char *name)
{
	if (!name && jscope_path_is_live(path))
		return &jscope_reader_babeltrace2;
	return jscope_reader_find(name);
}

bool jscope_trace_is_fragile(const char *path, const char *reader)
{
	return ops_find(path, reader) == &jscope_reader_babeltrace2;
}

bool jscope_trace_tick(struct jscope_trace *trace, bool stop)
{
	return trace->reader_ops->tick && trace->reader_ops->tick(trace->reader, stop);
}

int jscope_trace_open(const char *path, const struct jscope_trace_options *options,
		      struct jscope_trace **ret_trace)
{
	const struct jscope_reader_ops *ops = ops_find(path, options->reader);

	if (!ops)
		return jscope_error(-EINVAL, "There is no reader '%s'.", options->reader);
	if (jscope_path_is_live(path) && ops != &jscope_reader_babeltrace2)
		return jscope_error(-EINVAL,
				    "'%s' is a live session, which the %s reader does not read: "
				    "leave --reader out.",
				    path, ops->name);
	return jscope__trace_open_with(ops, path, options, ret_trace);
}

void jscope_trace_destroy(struct jscope_trace *trace)
{
	if (!trace)
		return;
	for (size_t i = 0; i < ADAPTER_COUNT; i++)
		adapter_ops[i]->destroy(trace->adapters[i]);
	if (trace->reader)
		trace->reader_ops->destroy(trace->reader);
	jscope__output_finish(&trace->output);
	for (unsigned i = 0; i < trace->info.error_count; i++)
		free(trace->errors[i]);
	free(trace->routes);
	free(trace->path);
	free(trace);
}

const struct jscope_trace_info *jscope_trace_info(const struct jscope_trace *trace)
{
	return &trace->info;
}
