#include "replay/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "occupancy.h"
#include "trace_private.h"
#include "trace_state.h"

void jscope_trace_options_init(struct jscope_trace_options *options)
{
	memset(options, 0, sizeof *options);
	options->from.ns = JSCOPE_NS_UNKNOWN;
	options->to.ns = JSCOPE_NS_UNKNOWN;
	options->cpu = -1;
}

void jscope__trace_info_update(struct jscope_trace *trace)
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
	info->refused = read->refused + trace->output.refused +
			jscope__occupancy_refused(trace->output.occupancy);
	for (size_t i = 0; i < JSCOPE__ADAPTER_COUNT; i++)
		if (trace->adapters[i])
			info->refused += jscope__adapters[i]->refused(trace->adapters[i]);
}

static int adapters_create(struct jscope_trace *trace)
{
	int error = 0;

	for (size_t i = 0; !error && i < JSCOPE__ADAPTER_COUNT; i++)
		error = jscope__adapters[i]->create(&trace->output, trace->reader,
						    &trace->adapters[i]);
	return error;
}

static unsigned thread_count(const struct jscope_trace *trace)
{
	if (trace->options->threads)
		return trace->options->threads;
	return sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
}

int jscope_trace_replay(struct jscope_trace *trace, const struct jscope_timeline_sink *sink)
{
	int error = jscope__trace_window_init(trace, sink);

	if (!error && sink->occupancy)
		error = jscope__occupancy_create(&trace->output, &trace->output.occupancy);
	if (!error)
		error = adapters_create(trace);
	if (!error)
		error = jscope__trace_read(trace, thread_count(trace), jscope__trace_replay_batch);
	for (size_t i = 0; !error && i < JSCOPE__ADAPTER_COUNT; i++)
		jscope__adapters[i]->finish(trace->adapters[i]);
	if (!error)
		jscope__output_close(&trace->output);
	jscope__trace_info_update(trace);
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

/* The lines of events are the reader's until it reads on: they cannot be read ahead. */
int jscope_trace_print(struct jscope_trace *trace, jscope_event_text_fn *print, void *state)
{
	struct printer printer = { print, state };
	const struct jscope_timeline_sink sink = { .state = &printer };
	int error = trace->options->as_text ? jscope__trace_window_init(trace, &sink) : -EINVAL;

	if (!error)
		error = jscope__trace_read(trace, 1, batch_print);
	jscope__trace_info_update(trace);
	return error;
}

static int reader_open(struct jscope_trace *trace)
{
	const bool as_text = trace->options->as_text;

	return jscope_reader_create(trace->reader_ops, trace->path,
				    as_text ? JSCOPE_READER_TEXT : 0, &trace->options->limits,
				    as_text ? jscope__trace_announce_nothing
					    : jscope__trace_announce,
				    trace, &trace->reader);
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
	jscope__trace_info_update(trace);
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
	for (size_t i = 0; i < JSCOPE__ADAPTER_COUNT; i++)
		jscope__adapters[i]->destroy(trace->adapters[i]);
	if (trace->reader)
		trace->reader_ops->destroy(trace->reader);
	jscope__occupancy_destroy(trace->output.occupancy);
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
