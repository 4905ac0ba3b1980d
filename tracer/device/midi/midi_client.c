/*
 * The clients of a port's streams, as tasks: who listens takes the bytes that have come, who plays
 * keeps the queue of the port filled and asks for the service of the message that is next.
 */
#include "midi.h"

#include "fault.h"
#include "jscope/probe.h"

/* The FIFO and the first message are out by their time; if nothing was heard so much later, ask. */
#define GUARD_NS (5 * JSCOPE_NS_PER_MS)

/* Messages without a distance are a stream at the speed of the wire, without a schedule. */
static bool is_scheduled(const struct jscope__midi_stream *stream)
{
	const struct jscope_distribution *arrival = &stream->port->settings->arrival;

	return arrival->kind != JSCOPE_DISTRIBUTION_NONE &&
	       (arrival->kind != JSCOPE_DISTRIBUTION_CONSTANT || arrival->a > 0);
}

/* A message is never scheduled before the wire is through with the one before it. */
static struct jscope__midi_message message_make(struct jscope__context *context,
						struct jscope__midi_stream *stream)
{
	const uint32_t bytes = stream->port->settings->message_bytes;
	const jscope_ns wire_ns = bytes * JSCOPE__MIDI_BYTE_NS;
	struct jscope__midi_message message = { .bytes_left = bytes };
	jscope_ns spacing_ns;

	if (!is_scheduled(stream))
		return message;
	if (stream->next_sched_ns == 0)
		stream->next_sched_ns = jscope__machine_now(context->machine);
	spacing_ns = jscope__delay_draw(&stream->spacing, context, 0);
	stream->next_sched_ns =
		jscope_add_sat(stream->next_sched_ns, spacing_ns > wire_ns ? spacing_ns : wire_ns);
	message.sched_ns = stream->next_sched_ns;
	return message;
}

/* When the stream wants to be served next. Under the lock. */
static jscope_ns wanted_instant(struct jscope__context *context,
				const struct jscope__midi_stream *stream)
{
	const jscope_ns now_ns = jscope__machine_now(context->machine);
	const struct jscope__midi_message *head = &stream->queue[stream->queue_first];

	if (stream->queue_count == 0)
		return JSCOPE__SERVICE_NEVER;
	if (head->sched_ns > now_ns)
		return head->sched_ns;
	return now_ns + GUARD_NS +
	       (stream->wire.level_bytes + head->bytes_left) * JSCOPE__MIDI_BYTE_NS;
}

/* The earliest wish of all streams of a group, since it has one timer. Under the lock. */
static jscope_ns group_wanted(const struct jscope__midi_port *port,
			      const struct jscope__service_group *group)
{
	jscope_ns wanted_ns = JSCOPE__SERVICE_NEVER;

	for (unsigned i = 0; i < port->stream_count; i++)
		if (port->streams[i].group == group && port->streams[i].wanted_ns < wanted_ns)
			wanted_ns = port->streams[i].wanted_ns;
	return wanted_ns;
}

/* Ask for the next service, as a time from now: never before it is wanted. */
static void service_ask(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	struct jscope__service_group *group = stream->group;
	const struct jscope_fault_settings *late;
	jscope_ns wanted_ns, delay_ns;
	bool asked;

	jscope__machine_lock(context->machine);
	stream->wanted_ns = wanted_instant(context, stream);
	wanted_ns = group_wanted(stream->port, group);
	delay_ns = jscope_sub_sat(wanted_ns, jscope__machine_now(context->machine));
	asked = wanted_ns == JSCOPE__SERVICE_NEVER ||
		(group->delay_asked_ns >= wanted_ns && group->delay_asked_ns < wanted_ns + 100);
	jscope__machine_unlock(context->machine);
	if (asked)
		return;
	if (delay_ns < 100)
		delay_ns = 100;
	late = jscope__fault_strike(context, stream->port->dev, JSCOPE_FAULT_late_schedule);
	if (late)
		delay_ns = jscope_add_sat(delay_ns, late->length_ns);
	jscope__service_group_delay(context, group, (uint64_t) - ((delay_ns + 99) / 100));
}

/* Hand messages to the port while its queue has room. Returns how many bytes. */
static uint32_t queue_fill(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	uint32_t bytes = 0;

	jscope__machine_lock(context->machine);
	while (stream->queue_count < JSCOPE__MIDI_QUEUE) {
		const unsigned place =
			(stream->queue_first + stream->queue_count) % JSCOPE__MIDI_QUEUE;

		stream->queue[place] = message_make(context, stream);
		stream->queue_count++;
		bytes += stream->queue[place].bytes_left;
	}
	jscope__machine_unlock(context->machine);
	return bytes;
}

static uint32_t bytes_take(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	uint32_t bytes;

	jscope__machine_lock(context->machine);
	bytes = stream->waiting_bytes;
	stream->waiting_bytes = 0;
	jscope__machine_unlock(context->machine);
	return bytes;
}

void jscope__midi_client_fill(struct jscope__context *context, struct jscope__midi_stream *stream)
{
	queue_fill(context, stream);
	service_ask(context, stream);
}

static struct jscope__action answer(struct jscope__context *context,
				    struct jscope__midi_stream *stream)
{
	const bool capture = stream->port->settings->capture;
	const uint32_t bytes = capture ? bytes_take(context, stream) : queue_fill(context, stream);

	jscope__machine_lock(context->machine);
	JSCOPE_PROBE(midi_client, .dev = stream->port->dev, .irql = context->irql,
		     .stream = stream->id, .event = stream->event.id, .dir = capture,
		     .bytes = bytes);
	jscope__follow_served(context, &stream->follower);
	jscope__machine_unlock(context->machine);
	if (!capture)
		service_ask(context, stream);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT, .event = &stream->event };
}

static struct jscope__action client_work(struct jscope__context *context,
					 struct jscope__midi_stream *stream)
{
	const jscope_ns work_ns =
		jscope__delay_draw(&stream->work, context, stream->event.wake_count);

	if (work_ns == 0)
		return answer(context, stream);
	if (!stream->port->settings->capture)
		service_ask(context, stream);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WORK, .work_ns = work_ns };
}

static struct jscope__action client_step(struct jscope__context *context, void *state,
					 enum jscope__cause cause)
{
	struct jscope__midi_stream *stream = state;

	jscope__machine_lock(context->machine);
	jscope__follow_run(&stream->follower);
	jscope__machine_unlock(context->machine);
	switch (cause) {
	case JSCOPE__CAUSE_START:
		break;
	case JSCOPE__CAUSE_WOKEN:
		return client_work(context, stream);
	case JSCOPE__CAUSE_WORKED:
		return answer(context, stream);
	case JSCOPE__CAUSE_STOPPING:
		jscope__midi_leave(context, stream->port);
		return (struct jscope__action){ .kind = JSCOPE__ACTION_END };
	}
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT, .event = &stream->event };
}

void jscope__midi_client_init(struct jscope__midi_stream *stream, struct jscope__machine *machine,
			      const struct jscope_distribution *wake, struct jscope__task *task)
{
	const struct jscope_midi_settings *settings = stream->port->settings;
	const uint32_t dev = stream->port->dev;

	stream->event = (struct jscope__kevent){ .id = jscope__machine_id(machine), .dev = dev };
	stream->follower.event = &stream->event;
	stream->wanted_ns = JSCOPE__SERVICE_NEVER;
	jscope__delay_init(&stream->work, machine, &settings->work, JSCOPE_DELAY_SERVICE, dev,
			   stream->event.id);
	jscope__delay_init(&stream->spacing, machine, &settings->arrival, JSCOPE_DELAY_ARRIVAL, dev,
			   stream->event.id);
	jscope__delay_init(&task->wake_delay, machine, wake, JSCOPE_DELAY_WAKE, dev,
			   stream->event.id);
	task->step = client_step;
	task->state = stream;
}
