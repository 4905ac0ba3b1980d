/* The miniport: the interrupt of the FIFOs, and the bytes in and out of them. */
#include "midi.h"

#include "fault.h"
#include "jscope/probe.h"

static struct jscope__midi_asserted *slot_of(struct jscope__midi_port *port, uint64_t seq)
{
	return &port->asserted[seq % JSCOPE__MIDI_ASSERTED];
}

/* The line numbers its interrupts itself: this one gets the next number. */
void jscope__midi_interrupt(struct jscope__context *context, void *state, jscope_ns at_ns,
			    uint64_t total_bytes)
{
	struct jscope__midi_stream *stream = state;
	struct jscope__midi_port *port = stream->port;
	const uint64_t seq = port->line.seq_last + 1;
	bool registered;

	jscope__machine_lock(context->machine);
	*slot_of(port, seq) = (struct jscope__midi_asserted){ seq, stream, at_ns, total_bytes };
	registered = port->registered;
	jscope__machine_unlock(context->machine);
	jscope__line_assert(context, &port->line, at_ns, 0);
	if (!registered)
		jscope__work_queue(context, &port->worker, &port->register_work, NULL, 0);
}

static void tell_lost(struct jscope__context *context, const struct jscope__midi_port *port,
		      const struct jscope__midi_asserted *asserted)
{
	const struct jscope__midi_stream *stream = asserted->stream;
	const struct jscope__origin origin = { .seq = asserted->seq,
					       .irq_seq = asserted->seq,
					       .due_ns = asserted->at_ns };

	jscope__follow_tell(context, port->dev, stream->sink.id, 0, &origin, 0);
	if (port->settings->capture)
		jscope__follow_tell(context, port->dev, stream->sink.id, stream->event.id, &origin,
				    0);
}

void jscope__midi_give_up(struct jscope__context *context, struct jscope__midi_port *port,
			  uint64_t seq)
{
	while (port->seq_seen < seq) {
		const struct jscope__midi_asserted *asserted = slot_of(port, ++port->seq_seen);

		if (asserted->seq == port->seq_seen)
			tell_lost(context, port, asserted);
	}
}

/* Interrupts arrive in the order of their numbers: what was before this one is lost. */
static bool asserted_take(struct jscope__context *context, struct jscope__midi_port *port,
			  uint64_t seq, struct jscope__midi_asserted *ret_asserted)
{
	bool found;

	jscope__machine_lock(context->machine);
	*ret_asserted = *slot_of(port, seq);
	found = ret_asserted->seq == seq && seq > port->seq_seen;
	if (found) {
		jscope__midi_give_up(context, port, seq - 1);
		port->seq_seen = seq;
	}
	jscope__machine_unlock(context->machine);
	return found;
}

bool jscope__midi_isr(struct jscope__context *context, void *state,
		      const struct jscope__interrupt *interrupt)
{
	struct jscope__midi_port *port = state;
	struct jscope__midi_asserted asserted;
	struct jscope__service_request request = { .kind = JSCOPE__SERVICE_NOTIFY };
	struct jscope__service_group *group;
	bool late_ack;

	if (interrupt->line != &port->line ||
	    !asserted_take(context, port, interrupt->seq, &asserted))
		return false;
	request.origin = (struct jscope__origin){ .seq = interrupt->seq,
						  .irq_seq = interrupt->seq,
						  .due_ns = interrupt->asserted_ns,
						  .irq_ns = context->entered_ns };
	request.source = asserted.stream;
	request.token = asserted.total_bytes;
	group = port->settings->notify_null ? NULL : asserted.stream->group;
	late_ack = jscope__fault_strike(context, port->dev, JSCOPE_FAULT_notify_before_ack);
	if (!late_ack)
		jscope__line_ack(context, &port->line, interrupt->seq);
	jscope__midi_notify(context, port, group, &request);
	if (late_ack)
		jscope__line_ack(context, &port->line, interrupt->seq);
	return true;
}

static void tell_transfer(struct jscope__context *context, const struct jscope__midi_stream *stream,
			  uint32_t bytes, uint32_t done_bytes, jscope_ns sched_ns)
{
	JSCOPE_PROBE(midi_xfer, .dev = stream->port->dev, .irql = context->irql,
		     .stream = stream->id, .dir = stream->wire.capture, .req = bytes,
		     .done = done_bytes, .status = JSCOPE_STATUS_SUCCESS,
		     .sched_ns = (uint64_t)sched_ns);
}

/* A call in the wrong direction; it moves nothing and is told with its status. */
static jscope_status refuse(struct jscope__context *context,
			    const struct jscope__midi_stream *stream, uint8_t dir, uint32_t bytes)
{
	JSCOPE_PROBE(midi_xfer, .dev = stream->port->dev, .irql = context->irql,
		     .stream = stream->id, .dir = dir, .req = bytes,
		     .status = JSCOPE_STATUS_INVALID_DEVICE_REQUEST);
	return JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
}

jscope_status jscope__midi_read(struct jscope__context *context, struct jscope__midi_stream *stream,
				uint32_t bytes, uint32_t *ret_done_bytes)
{
	if (!stream->wire.capture)
		return refuse(context, stream, 1, bytes);
	jscope__machine_lock(context->machine);
	*ret_done_bytes = jscope__midi_wire_read(&stream->wire, bytes);
	tell_transfer(context, stream, bytes, *ret_done_bytes, 0);
	jscope__machine_unlock(context->machine);
	return JSCOPE_STATUS_SUCCESS;
}

/* How much of a write the FIFO takes; a part of it is a multiple of 4. */
static uint32_t bytes_taken(struct jscope__context *context, struct jscope__midi_stream *stream,
			    uint32_t bytes)
{
	const uint32_t dev = stream->port->dev;
	const uint32_t room = jscope__midi_wire_room(context, &stream->wire);

	if (jscope__fault_holds(context, dev, JSCOPE_FAULT_endless_zero))
		return 0;
	if (bytes > 1 && room > 0 && jscope__fault_strike(context, dev, JSCOPE_FAULT_odd_write))
		return 1;
	return bytes <= room ? bytes : room - room % 4;
}

jscope_status jscope__midi_write(struct jscope__context *context,
				 struct jscope__midi_stream *stream, uint32_t bytes,
				 jscope_ns sched_ns, uint32_t *ret_done_bytes)
{
	if (stream->wire.capture)
		return refuse(context, stream, 0, bytes);
	jscope__machine_lock(context->machine);
	*ret_done_bytes = bytes_taken(context, stream, bytes);
	tell_transfer(context, stream, bytes, *ret_done_bytes, sched_ns);
	if (*ret_done_bytes > 0)
		jscope__midi_wire_write(context, &stream->wire, *ret_done_bytes);
	jscope__machine_unlock(context->machine);
	return JSCOPE_STATUS_SUCCESS;
}
