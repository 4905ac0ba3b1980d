/*
 * The watch of a port: a delayed service of all its groups, again and again, that finds what an
 * interrupt was lost for. Its group has the groups of the pins as members, and a sink of the port
 * that asks for the next time. RequestDelayedService is for passive level (DOMAIN 8, T9), so that a
 * work item calls it.
 */
#include "midi.h"

#include "fault.h"

#define STORM_NS (10 * JSCOPE_NS_PER_US)

static void watch_serve(struct jscope__context *context, void *state,
			const struct jscope__service_run *run)
{
	struct jscope__midi_port *port = state;
	struct jscope__origin origins[JSCOPE__GROUP_REQUESTS];

	for (unsigned i = 0; i < run->request_count; i++)
		origins[i] = run->requests[i].origin;
	jscope__work_queue(context, &port->worker, &port->watch_work, origins, run->request_count);
}

/* Relative and absolute times take turns: either is the same instant, while nobody sets the clock. */
static uint64_t next_delay(struct jscope__context *context, struct jscope__midi_port *port)
{
	const struct jscope_fault_settings *storm =
		jscope__fault_holds(context, port->dev, JSCOPE_FAULT_timer_storm);
	jscope_ns delay_ns = port->settings->delayed_service_ns;

	if (storm)
		delay_ns = storm->amount > 0 ? storm->amount : STORM_NS;
	if (port->watch_count++ % 2)
		return (uint64_t)(jscope_add_sat(jscope__machine_now(context->machine), delay_ns) /
				  100);
	return (uint64_t) - (delay_ns / 100);
}

static void watch_again(struct jscope__context *context, void *state)
{
	struct jscope__midi_port *port = state;
	bool closing;

	jscope__machine_lock(context->machine);
	closing = port->closing;
	jscope__machine_unlock(context->machine);
	if (!closing)
		jscope__service_group_delay(context, &port->watch, next_delay(context, port));
}

void jscope__midi_watch_init(struct jscope__midi_port *port)
{
	port->watch_sink.serve = watch_serve;
	port->watch_sink.state = port;
	port->watch_work = (struct jscope__work){ .routine = watch_again, .state = port };
	port->worker.object = port->watch_sink.id;
}

/* The groups of the pins, each once. */
static struct jscope__service_group *group_at(struct jscope__midi_port *port, unsigned index)
{
	if (port->settings->grouping == JSCOPE_MIDI_SHARED)
		return index == 0 ? &port->group : NULL;
	return index < port->stream_count ? port->streams[index].group : NULL;
}

void jscope__midi_watch_open(struct jscope__context *context, struct jscope__midi_port *port)
{
	struct jscope__service_group *group;

	jscope__service_group_create(context, &port->watch);
	for (unsigned i = 0; (group = group_at(port, i)); i++)
		jscope__service_group_add(context, &port->watch, &group->sink);
	jscope__service_group_add(context, &port->watch, &port->watch_sink);
	if (jscope__fault_strike(context, port->dev, JSCOPE_FAULT_delay_before_support))
		jscope__service_group_delay(context, &port->watch, next_delay(context, port));
	jscope__service_group_support_delay(context, &port->watch);
	if (jscope__fault_strike(context, port->dev, JSCOPE_FAULT_support_delay_twice))
		jscope__service_group_support_delay(context, &port->watch);
	watch_again(context, port);
}

void jscope__midi_watch_close(struct jscope__context *context, struct jscope__midi_port *port)
{
	struct jscope__clock *clock = context->machine->clock;
	struct jscope__service_group *group;

	jscope__service_group_cancel(context, &port->watch);
	clock->ops->timer_settle(clock, &port->watch.timer.timer);
	clock->ops->drain(clock, &port->watch.timer_dpc);
	clock->ops->drain(clock, &port->watch.dpc);
	for (unsigned i = 0; (group = group_at(port, i)); i++)
		jscope__service_group_remove(context, &port->watch, &group->sink);
	jscope__service_group_remove(context, &port->watch, &port->watch_sink);
	jscope__service_group_destroy(context, &port->watch);
}
