/* The port: Notify, the sinks of the pins, and the life of its service groups. */
#include "midi.h"

#include "fault.h"
#include "jscope/probe.h"

/* A byte that nobody has fetched for so long has lost its interrupt. */
#define STALE_NS (2 * JSCOPE_NS_PER_MS)

void jscope__midi_notify(struct jscope__context *context, struct jscope__midi_port *port,
			 struct jscope__service_group *group,
			 const struct jscope__service_request *request)
{
	bool registered;

	jscope__machine_lock(context->machine);
	JSCOPE_PROBE(midi_notify, .dev = port->dev, .irql = context->irql, .port = port->id,
		     .group = group ? group->sink.id : 0, .seq = request->origin.irq_seq);
	registered = port->registered;
	jscope__machine_unlock(context->machine);
	if (group) {
		jscope__service_group_request(context, group, request);
		return;
	}
	if (registered)
		jscope__service_group_request(context, &port->group, request);
	for (unsigned i = 0; i < port->stream_count; i++)
		if (port->streams[i].group != &port->group)
			jscope__service_group_request(context, port->streams[i].group, request);
}

/* The sinks of the pins */

/* What the interrupts that this run stands for have announced, and what was left lying. */
static uint32_t bytes_announced(struct jscope__context *context, struct jscope__midi_stream *stream,
				const struct jscope__service_run *run)
{
	const jscope_ns stale_ns = jscope_add_sat(stream->wire.received_ns, STALE_NS);
	uint64_t total_bytes = stream->fetched_bytes;

	for (unsigned i = 0; i < run->request_count; i++) {
		const struct jscope__service_request *request = &run->requests[i];

		if (request->source == stream && request->token > total_bytes)
			total_bytes = request->token;
	}
	if (stale_ns <= jscope__machine_now(context->machine))
		total_bytes = stream->wire.total_bytes;
	return (uint32_t)(total_bytes - stream->fetched_bytes);
}

/* Signal the client of a pin for all that the run stands for. Under the lock. */
static void client_signal(struct jscope__context *context, struct jscope__midi_stream *stream,
			  const struct jscope__service_run *run)
{
	uint64_t seq = 0;

	for (unsigned i = 0; i < run->request_count; i++) {
		jscope__follow_add(&stream->follower, stream->sink.id, &run->requests[i].origin);
		if (run->requests[i].origin.irq_seq)
			seq = run->requests[i].origin.irq_seq;
	}
	jscope__follow_signal(context, &stream->follower, seq);
}

static void capture_serve(struct jscope__context *context, struct jscope__midi_stream *stream,
			  const struct jscope__service_run *run)
{
	uint32_t bytes, room, done_bytes = 0;

	jscope__machine_lock(context->machine);
	bytes = bytes_announced(context, stream, run);
	jscope__machine_unlock(context->machine);
	if (bytes == 0 ||
	    jscope__midi_read(context, stream, bytes, &done_bytes) != JSCOPE_STATUS_SUCCESS)
		return;
	jscope__machine_lock(context->machine);
	stream->fetched_bytes += done_bytes;
	room = JSCOPE__MIDI_CLIENT_BYTES - stream->waiting_bytes;
	stream->waiting_bytes += done_bytes < room ? done_bytes : room;
	stream->dropped_bytes += done_bytes < room ? 0 : done_bytes - room;
	client_signal(context, stream, run);
	jscope__machine_unlock(context->machine);
}

/* The first message, when it is due. */
static bool head_is_due(struct jscope__context *context, struct jscope__midi_stream *stream,
			struct jscope__midi_message *ret_message)
{
	bool due = false;

	jscope__machine_lock(context->machine);
	if (stream->queue_count > 0) {
		*ret_message = stream->queue[stream->queue_first];
		due = ret_message->sched_ns <= jscope__machine_now(context->machine);
	}
	jscope__machine_unlock(context->machine);
	return due;
}

/* Part of the first message is with the FIFO. Returns whether that was the last of it. */
static bool head_advance(struct jscope__context *context, struct jscope__midi_stream *stream,
			 uint32_t done_bytes)
{
	struct jscope__midi_message *message;
	bool complete;

	jscope__machine_lock(context->machine);
	message = &stream->queue[stream->queue_first];
	message->bytes_left -= done_bytes;
	message->begun = true;
	complete = message->bytes_left == 0;
	if (complete) {
		stream->queue_first = (stream->queue_first + 1) % JSCOPE__MIDI_QUEUE;
		stream->queue_count--;
	}
	jscope__machine_unlock(context->machine);
	return complete;
}

/* Write what is due until the FIFO is full. Returns whether the queue has room again. */
static bool due_write(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	struct jscope__midi_message message;
	uint32_t done_bytes = 0;
	bool room = false;

	while (head_is_due(context, stream, &message)) {
		if (jscope__midi_write(context, stream, message.bytes_left,
				       message.begun ? 0 : message.sched_ns,
				       &done_bytes) != JSCOPE_STATUS_SUCCESS ||
		    done_bytes == 0)
			return room;
		room |= head_advance(context, stream, done_bytes);
	}
	return room;
}

/* Whether the service that the client had asked for is among what the run stands for. */
static bool is_wanted(struct jscope__context *context, const struct jscope__midi_stream *stream,
		      const struct jscope__service_run *run)
{
	if (stream->wanted_ns <= jscope__machine_now(context->machine))
		return true;
	for (unsigned i = 0; i < run->request_count; i++)
		if (run->requests[i].kind == JSCOPE__SERVICE_TIMER &&
		    run->requests[i].origin.due_ns >= stream->wanted_ns)
			return true;
	return false;
}

static void render_serve(struct jscope__context *context, struct jscope__midi_stream *stream,
			 const struct jscope__service_run *run)
{
	const bool room = due_write(context, stream);

	jscope__machine_lock(context->machine);
	if (room || is_wanted(context, stream, run)) {
		stream->wanted_ns = JSCOPE__SERVICE_NEVER;
		client_signal(context, stream, run);
	}
	jscope__machine_unlock(context->machine);
}

void jscope__midi_serve(struct jscope__context *context, void *state,
			const struct jscope__service_run *run)
{
	struct jscope__midi_stream *stream = state;
	struct jscope__midi_port *port = stream->port;
	const struct jscope__service_request extra = { .kind = JSCOPE__SERVICE_NOTIFY };

	if (port->settings->capture)
		capture_serve(context, stream, run);
	else
		render_serve(context, stream, run);
	if (jscope__fault_strike(context, port->dev, JSCOPE_FAULT_notify_outside))
		jscope__midi_notify(context, port, stream->group, &extra);
}

/* Life */

void jscope__midi_register(struct jscope__context *context, struct jscope__midi_port *port)
{
	jscope__machine_lock(context->machine);
	port->registered = true;
	JSCOPE_PROBE(midi_register, .dev = port->dev, .irql = context->irql, .port = port->id,
		     .group = port->group.sink.id);
	jscope__machine_unlock(context->machine);
}

/* NewStream: its group, with the port's sink for the pin in it. */
static void stream_open(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	struct jscope__service_group *group = stream->group;

	if (group != &stream->port->group)
		jscope__service_group_create(context, group);
	jscope__service_group_add(context, group, &stream->sink);
	if (!stream->port->settings->capture && !group->supports_delay)
		jscope__service_group_support_delay(context, group);
	jscope__midi_wire_start(context, &stream->wire);
	if (!stream->port->settings->capture)
		jscope__midi_client_fill(context, stream);
}

void jscope__midi_open(struct jscope__context *context, void *state)
{
	struct jscope__midi_port *port = state;

	jscope__service_group_create(context, &port->group);
	if (!jscope__fault_strike(context, port->dev, JSCOPE_FAULT_late_registration))
		jscope__midi_register(context, port);
	for (unsigned i = 0; i < port->stream_count; i++)
		stream_open(context, &port->streams[i]);
	if (port->settings->delayed_service_ns > 0)
		jscope__midi_watch_open(context, port);
}

static void stream_close(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	struct jscope__service_group *group = stream->group;

	if (!jscope__fault_strike(context, stream->port->dev, JSCOPE_FAULT_destroy_with_member))
		jscope__service_group_remove(context, group, &stream->sink);
	if (group != &stream->port->group)
		jscope__service_group_destroy(context, group);
}

/* No interrupt and no service from here on. */
static void device_halt(struct jscope__context *context, struct jscope__midi_port *port)
{
	struct jscope__clock *clock = context->machine->clock;

	for (unsigned i = 0; i < port->stream_count; i++)
		jscope__midi_wire_stop(context, &port->streams[i].wire);
	clock->ops->timer_settle(clock, &port->line.timer);
	for (unsigned i = 0; i < port->stream_count; i++) {
		struct jscope__service_group *group = port->streams[i].group;

		if (group->supports_delay)
			jscope__service_group_cancel(context, group);
		clock->ops->drain(clock, &group->timer_dpc);
		clock->ops->drain(clock, &group->dpc);
	}
}

static void port_close(struct jscope__context *context, struct jscope__midi_port *port)
{
	if (port->settings->delayed_service_ns > 0)
		jscope__midi_watch_close(context, port);
	device_halt(context, port);
	for (unsigned i = 0; i < port->stream_count; i++)
		stream_close(context, &port->streams[i]);
	jscope__service_group_destroy(context, &port->group);
	jscope__worker_finish(context, &port->worker);
	jscope__machine_lock(context->machine);
	jscope__midi_give_up(context, port, port->line.seq_last);
	for (unsigned i = 0; i < port->stream_count; i++)
		jscope__follow_finish(context, &port->streams[i].follower);
	jscope__machine_unlock(context->machine);
}

void jscope__midi_leave(struct jscope__context *context, void *state)
{
	struct jscope__midi_port *port = state;
	bool last;

	jscope__machine_lock(context->machine);
	port->closing = true;
	last = --port->thread_count == 0;
	jscope__machine_unlock(context->machine);
	if (last)
		port_close(context, port);
}
