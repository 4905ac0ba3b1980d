/* From events to those who make something of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_state.h"

const struct jscope__adapter_ops *const jscope__adapters[JSCOPE__ADAPTER_COUNT] = {
	&jscope__adapter_jscope,
	&jscope__adapter_lttng,
};

static int route_set(struct jscope_trace *trace, uint32_t index, struct jscope__route route)
{
	size_t count = trace->route_count ? trace->route_count : 64;
	struct jscope__route *routes;

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

/* Of several traces, the dearest: the cost is rather told too high than too low. */
static void probe_cost_note(struct jscope_trace *trace, const char *text)
{
	char *end = NULL;
	unsigned long long cost_ns = text && *text ? strtoull(text, &end, 10) : 0;

	if (end && !*end && cost_ns > trace->info.probe_cost_ns)
		trace->info.probe_cost_ns = cost_ns;
}

int jscope__trace_announce(void *state, const struct jscope_event_class *event_class,
			   const struct jscope_want **ret_wants)
{
	struct jscope_trace *trace = state;

	probe_cost_note(trace, event_class->probe_cost);
	for (size_t i = 0; i < JSCOPE__ADAPTER_COUNT && trace->adapters[i]; i++) {
		struct jscope__interest interest = { 0 };
		int error =
			jscope__adapters[i]->announce(trace->adapters[i], event_class, &interest);

		if (!error && interest.count)
			error = route_set(trace, event_class->index,
					  (struct jscope__route){ .handler = interest.handler,
								  .adapter = trace->adapters[i],
								  .watch = interest.watch,
								  .is_observed = interest.told ||
										 interest.watch,
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

int jscope__trace_announce_nothing(void *state, const struct jscope_event_class *event_class,
				   const struct jscope_want **ret_wants)
{
	(void)state;
	(void)event_class;
	(void)ret_wants;
	return 0;
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

static void event_tell(struct jscope_trace *trace, const struct jscope__route *route,
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

/* Somebody else looks on, before the handler or behind it. */
static void event_show(struct jscope_trace *trace, const struct jscope__route *route,
		       const struct jscope_event *event)
{
	if (route->told)
		event_tell(trace, route, event);
	if (route->handler)
		route->handler(route->adapter, event);
	if (route->watch)
		route->watch(route->adapter, event);
}

static void event_deliver(struct jscope_trace *trace, const struct jscope_event *event)
{
	const struct jscope__route *route;

	if (event->class_index >= trace->route_count)
		return;
	route = &trace->routes[event->class_index];
	trace->output.now_ns = event->ts_ns;
	if (route->is_observed)
		event_show(trace, route, event);
	else if (route->handler)
		route->handler(route->adapter, event);
}

void jscope__trace_replay_batch(struct jscope_trace *trace, const struct jscope_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		event_deliver(trace, &batch->events[i]);
	if (batch->has_gap)
		gap_deliver(trace, &batch->gap);
}
