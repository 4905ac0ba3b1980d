/* The MIDI ports of a scenario, each with its line, its groups, its wires and its clients. */
#include <errno.h>
#include <stdio.h>

#include "midi.h"

static void group_build(struct jscope__rig *rig, const struct jscope__midi_port *port,
			struct jscope__service_group *group,
			const struct jscope_delay_settings *delays)
{
	jscope__rig_dpc(rig, &group->dpc, port->dev, port->settings->cpu, delays);
	jscope__rig_dpc(rig, &group->timer_dpc, port->dev, port->settings->cpu, delays);
	jscope__service_group_init(group, rig->machine, port->dev);
}

static void wire_build(struct jscope__rig *rig, struct jscope__midi_stream *stream)
{
	const struct jscope_midi_settings *settings = stream->port->settings;
	struct jscope__midi_wire *wire = &stream->wire;

	wire->stream = stream->id;
	wire->dev = stream->port->dev;
	wire->capture = settings->capture;
	wire->fifo_bytes = settings->fifo_bytes;
	wire->want = jscope__midi_interrupt;
	wire->state = stream;
	wire->message_bytes = settings->message_bytes;
	jscope__delay_init(&wire->arrival, rig->machine, &settings->arrival, JSCOPE_DELAY_ARRIVAL,
			   wire->dev, wire->stream);
	jscope__midi_wire_init(wire);
}

static int stream_build(struct jscope__rig *rig, struct jscope__midi_port *port, unsigned index,
			const struct jscope_delay_settings *delays)
{
	struct jscope__midi_stream *stream = &port->streams[index];
	struct jscope__task *task;
	char name[16];

	snprintf(name, sizeof name, "midi-%u", index % 100);
	task = jscope__rig_task(rig, name, port->settings->priority);
	if (!task)
		return -E2BIG;
	stream->port = port;
	stream->id = jscope__machine_id(rig->machine);
	stream->group = &port->group;
	jscope__service_sink_init(&stream->sink, rig->machine, port->dev);
	stream->sink.serve = jscope__midi_serve;
	stream->sink.state = stream;
	if (port->settings->grouping == JSCOPE_MIDI_OWN) {
		stream->group = &port->own_groups[index];
		group_build(rig, port, stream->group, delays);
	}
	wire_build(rig, stream);
	jscope__midi_client_init(stream, rig->machine, &delays->wake, task);
	return 0;
}

static void register_late(struct jscope__context *context, void *state)
{
	struct jscope__midi_port *port = state;

	if (!port->registered)
		jscope__midi_register(context, port);
}

static int worker_build(struct jscope__rig *rig, struct jscope__midi_port *port,
			const struct jscope_delay_settings *delays)
{
	struct jscope__task *task = jscope__rig_task(rig, "midi-port", port->settings->priority);

	if (!task)
		return -E2BIG;
	jscope__worker_init(&port->worker, rig->machine, port->dev, &delays->wake, task);
	port->worker.open = jscope__midi_open;
	port->worker.close = jscope__midi_leave;
	port->worker.state = port;
	port->register_work = (struct jscope__work){ .routine = register_late, .state = port };
	jscope__midi_watch_init(port);
	return 0;
}

static struct jscope__midi_port *port_own(struct jscope__rig *rig,
					  const struct jscope_midi_settings *settings)
{
	struct jscope__midi_port *port = jscope__rig_own(rig, sizeof *port);
	const unsigned count = settings->stream_count;

	if (!port)
		return NULL;
	port->settings = settings;
	port->stream_count = count;
	port->thread_count = count + 1;
	port->streams = jscope__rig_own(rig, count * sizeof *port->streams);
	if (settings->grouping == JSCOPE_MIDI_OWN)
		port->own_groups = jscope__rig_own(rig, count * sizeof *port->own_groups);
	if (!port->streams || (settings->grouping == JSCOPE_MIDI_OWN && !port->own_groups))
		return NULL;
	return port;
}

static int port_build(struct jscope__rig *rig, const struct jscope_midi_settings *settings)
{
	const struct jscope_delay_settings *delays = jscope__rig_delays(rig, settings->head.name);
	struct jscope__midi_port *port = port_own(rig, settings);
	int error;

	if (!port)
		return -ENOMEM;
	port->dev = jscope__rig_device(rig, &settings->head);
	if (!port->dev)
		return -E2BIG;
	port->id = jscope__machine_id(rig->machine);
	jscope__rig_line(rig, &port->line, settings->irq, port->dev, settings->cpu, delays);
	port->line.isr = jscope__midi_isr;
	port->line.state = port;
	group_build(rig, port, &port->group, delays);
	group_build(rig, port, &port->watch, delays);
	jscope__service_sink_init(&port->watch_sink, rig->machine, port->dev);
	error = worker_build(rig, port, delays);
	for (unsigned i = 0; !error && i < port->stream_count; i++)
		error = stream_build(rig, port, i, delays);
	return error;
}

int jscope__midi_build(struct jscope__rig *rig)
{
	int error = 0;

	for (unsigned i = 0; !error && i < rig->scenario->midi_count; i++)
		error = port_build(rig, &rig->scenario->midis[i]);
	return error;
}
