/*
 * The driver's half of the notification of a WaveRT stream: the interrupt service routine learns
 * the point from the hardware, and its DPC signals the registered events.
 */
#include "fault.h"
#include "jscope/probe.h"
#include "wavert.h"

/* Clears the source; an interrupt without a new point behind it is someone else's. */
static bool acknowledge(struct jscope__context *context, struct jscope__stream *stream,
			const struct jscope__interrupt *interrupt)
{
	bool claimed;

	jscope__machine_lock(stream->machine);
	claimed = interrupt->argument > stream->points_acknowledged;
	if (claimed) {
		stream->points_acknowledged = interrupt->argument;
		jscope__line_ack(context, stream->line, interrupt->seq);
		jscope__ledger_interrupt(&stream->ledger, interrupt->argument, interrupt->seq,
					 context->entered_ns);
	}
	jscope__machine_unlock(stream->machine);
	return claimed;
}

/*
 * The instant is noted under the lock of the insert: as soon as that is free, the DPC may enter on
 * another CPU, and must know that this point is among those that asked for it.
 *
 * point: 0 where the interrupt was for none.
 */
static void service_queue(struct jscope__context *context, struct jscope__stream *stream,
			  uint64_t irq_seq, uint64_t point)
{
	jscope__machine_lock(stream->machine);
	jscope__dpc_insert_locked(context, &stream->dpc, irq_seq, stream->points_acknowledged);
	jscope__ledger_queue(&stream->ledger, point, jscope__machine_stamp(stream->machine));
	jscope__machine_unlock(stream->machine);
}

static bool stream_isr(struct jscope__context *context, void *state,
		       const struct jscope__interrupt *interrupt)
{
	struct jscope__stream *stream = state;
	struct jscope__stream_position position;
	bool claimed;

	if (interrupt->line != stream->line)
		return false;
	claimed = acknowledge(context, stream, interrupt);
	if (claimed && jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_position_in_isr))
		jscope__stream_get_position(context, stream, &position);
	if (claimed && !jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_forget_dpc))
		service_queue(context, stream, interrupt->seq, interrupt->argument);
	if (!claimed && jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_queue_unclaimed))
		service_queue(context, stream, interrupt->seq, 0);
	return claimed;
}

/* A driver that keeps the argument of the first request that merged tells the count of that one. */
static uint64_t packets_counted(struct jscope__context *context, struct jscope__stream *stream,
				uint64_t point)
{
	const uint64_t first = stream->points_served + 1;

	if (point > first &&
	    jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_count_merged_once))
		return first;
	return point;
}

static void signal_event(struct jscope__context *context, struct jscope__stream *stream,
			 struct jscope__kevent *event, uint64_t point, uint64_t packet)
{
	jscope__kevent_set(context, event, packet);
	jscope__ledger_signal(&stream->ledger, context, event, point,
			      jscope__machine_stamp(stream->machine));
	if (jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_signal_twice))
		jscope__kevent_set(context, event, packet);
}

/* Each event once for all points since the previous run; the count moves by as many. */
static void points_serve(struct jscope__context *context, struct jscope__stream *stream,
			 uint64_t point)
{
	const uint64_t packet = packets_counted(context, stream, point);

	for (unsigned i = 0; i < stream->event_count; i++)
		if (jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_forget_event))
			jscope__ledger_signal(&stream->ledger, context, stream->events[i], point,
					      0);
		else
			signal_event(context, stream, stream->events[i], point, packet);
	jscope__ledger_forget(&stream->ledger, point);
	stream->points_served = point;
}

/*
 * `point` is the last one asked for before this run was entered: a point that is acknowledged
 * meanwhile has asked for the next run and is left to it.
 */
static void stream_dpc(struct jscope__context *context, void *state, uint64_t point)
{
	struct jscope__stream *stream = state;

	jscope__machine_lock(stream->machine);
	jscope__stream_tell_position(context, stream, jscope__machine_now(stream->machine), 1);
	if (point > stream->points_served)
		points_serve(context, stream, point);
	jscope__machine_unlock(stream->machine);
}

void jscope__stream_service_init(struct jscope__stream *stream)
{
	if (!stream->dpc.id)
		stream->dpc.id = jscope__machine_id(stream->machine);
	stream->dpc.dev = stream->dev;
	stream->dpc.routine = stream_dpc;
	stream->dpc.state = stream;
	stream->line->isr = stream_isr;
	stream->line->state = stream;
}
