/* The methods of the WaveRT stream that set it up and take it down: buffer, events, state. */
#include "wavert.h"

#include <string.h>

#include "jscope/probe.h"

jscope_status jscope__stream_open(struct jscope__context *context, struct jscope__stream *stream,
				  struct jscope__line *line,
				  const struct jscope__stream_format *format)
{
	const struct jscope__dpc dpc = stream->dpc;

	memset(stream, 0, sizeof *stream);
	stream->dpc = dpc;
	stream->machine = context->machine;
	stream->line = line;
	stream->dev = line->dev;
	stream->format = *format;
	stream->epoch_end_ns = JSCOPE__NEVER;
	jscope__machine_lock(stream->machine);
	stream->id = jscope__machine_id(stream->machine);
	jscope__stream_engine_init(stream);
	jscope__machine_unlock(stream->machine);
	JSCOPE_PROBE(wrt_newstream, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .fs = format->rate_hz, .ba = format->frame_bytes);
	return JSCOPE_STATUS_SUCCESS;
}

void jscope__stream_close(struct jscope__context *context, struct jscope__stream *stream)
{
	while (stream->state != JSCOPE__KSSTATE_STOP)
		jscope__stream_set_state(context, stream, stream->state - 1u);
	if (stream->buffer_bytes > 0)
		jscope__stream_free(context, stream, stream->buffer_bytes);
	stream->line->isr = NULL;
	JSCOPE_PROBE(wrt_close, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .fs = stream->format.rate_hz, .ba = stream->format.frame_bytes);
}

/* The buffer */

static jscope_status allocate(struct jscope__stream *stream, uint32_t notification_count,
			      uint32_t requested_bytes)
{
	uint64_t packet_bytes;

	if (stream->buffer_bytes > 0)
		return JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	if (notification_count != 1 && notification_count != 2)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	if (requested_bytes > JSCOPE__BUFFER_BYTES_MAX)
		return JSCOPE_STATUS_INSUFFICIENT_RESOURCES;
	packet_bytes = requested_bytes / notification_count;
	packet_bytes -= packet_bytes % stream->format.frame_bytes;
	if (packet_bytes == 0)
		return JSCOPE_STATUS_UNSUCCESSFUL;
	stream->buffer_bytes = (uint32_t)packet_bytes * notification_count;
	stream->notification_count = notification_count;
	stream->packet_frames = (int64_t)(packet_bytes / stream->format.frame_bytes);
	return JSCOPE_STATUS_SUCCESS;
}

jscope_status jscope__stream_allocate(struct jscope__context *context,
				      struct jscope__stream *stream, uint32_t notification_count,
				      uint32_t requested_bytes, uint32_t *ret_actual_bytes)
{
	jscope_status status;
	uint32_t actual_bytes = 0;

	jscope__machine_lock(stream->machine);
	status = allocate(stream, notification_count, requested_bytes);
	if (status == JSCOPE_STATUS_SUCCESS)
		actual_bytes = stream->buffer_bytes;
	JSCOPE_PROBE(wrt_alloc, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .notif_count = notification_count, .requested = requested_bytes,
		     .actual = actual_bytes, .cache = 1, .status = status);
	jscope__machine_unlock(stream->machine);
	if (status == JSCOPE_STATUS_SUCCESS)
		*ret_actual_bytes = actual_bytes;
	return status;
}

jscope_status jscope__stream_free(struct jscope__context *context, struct jscope__stream *stream,
				  uint32_t bytes)
{
	jscope_status status = JSCOPE_STATUS_SUCCESS;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes == 0 || bytes != stream->buffer_bytes)
		status = JSCOPE_STATUS_INVALID_PARAMETER;
	else if (stream->state == JSCOPE__KSSTATE_RUN)
		status = JSCOPE_STATUS_INVALID_DEVICE_STATE;
	if (status == JSCOPE_STATUS_SUCCESS) {
		JSCOPE_PROBE(wrt_free, .dev = stream->dev, .irql = context->irql,
			     .stream = stream->id, .size = bytes);
		stream->buffer_bytes = 0;
		stream->notification_count = 0;
		stream->packet_frames = 0;
	}
	jscope__machine_unlock(stream->machine);
	return status;
}

/* The events */

static unsigned event_find(const struct jscope__stream *stream, const struct jscope__kevent *event)
{
	unsigned i = 0;

	while (i < stream->event_count && stream->events[i] != event)
		i++;
	return i;
}

static jscope_status event_add(struct jscope__stream *stream, struct jscope__kevent *event)
{
	if (stream->buffer_bytes == 0)
		return JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	if (event_find(stream, event) < stream->event_count)
		return JSCOPE_STATUS_UNSUCCESSFUL;
	if (stream->event_count == JSCOPE__STREAM_EVENTS_MAX)
		return JSCOPE_STATUS_INSUFFICIENT_RESOURCES;
	stream->events[stream->event_count++] = event;
	return JSCOPE_STATUS_SUCCESS;
}

static jscope_status event_remove(struct jscope__stream *stream, struct jscope__kevent *event)
{
	unsigned i = event_find(stream, event);

	if (i == stream->event_count)
		return JSCOPE_STATUS_NOT_FOUND;
	stream->event_count--;
	memmove(&stream->events[i], &stream->events[i + 1],
		(stream->event_count - i) * sizeof stream->events[0]);
	return JSCOPE_STATUS_SUCCESS;
}

jscope_status jscope__stream_register(struct jscope__context *context,
				      struct jscope__stream *stream, struct jscope__kevent *event)
{
	jscope_status status;

	jscope__machine_lock(stream->machine);
	status = event_add(stream, event);
	JSCOPE_PROBE(wrt_register, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .event = event->id, .status = status);
	jscope__machine_unlock(stream->machine);
	return status;
}

jscope_status jscope__stream_unregister(struct jscope__context *context,
					struct jscope__stream *stream, struct jscope__kevent *event)
{
	jscope_status status;

	jscope__machine_lock(stream->machine);
	status = event_remove(stream, event);
	JSCOPE_PROBE(wrt_unregister, .dev = stream->dev, .irql = context->irql,
		     .stream = stream->id, .event = event->id, .status = status);
	jscope__machine_unlock(stream->machine);
	return status;
}

/* The state */

static jscope_status transition_check(const struct jscope__stream *stream, unsigned state)
{
	unsigned old = stream->state;

	if (state > JSCOPE__KSSTATE_RUN)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	if (state != old + 1 && state + 1 != old)
		return JSCOPE_STATUS_INVALID_DEVICE_STATE;
	if (state == JSCOPE__KSSTATE_RUN && stream->buffer_bytes == 0)
		return JSCOPE_STATUS_INVALID_DEVICE_STATE;
	return JSCOPE_STATUS_SUCCESS;
}

/*
 * Halt the engine at this instant. The points it had crossed by then still interrupt, and their DPC
 * still runs; after that nothing of this stream happens by itself any more.
 */
static void engine_halt(struct jscope__stream *stream)
{
	struct jscope__clock *clock = stream->machine->clock;

	jscope__machine_lock(stream->machine);
	stream->epoch_end_ns = jscope__machine_now(stream->machine);
	jscope__machine_unlock(stream->machine);
	clock->ops->timer_settle(clock, &stream->timer);
	clock->ops->drain(clock, &stream->dpc);
}

static void position_reset(struct jscope__stream *stream)
{
	stream->frozen_frames = 0;
	stream->points_crossed = 0;
	stream->points_acknowledged = 0;
	stream->points_served = 0;
	stream->packet_consumed = 0;
	stream->packet_written = 0;
	stream->write_offset = 0;
	stream->ended = false;
}

static void state_leave(struct jscope__stream *stream)
{
	if (stream->state != JSCOPE__KSSTATE_RUN)
		return;
	stream->frozen_frames = jscope__stream_frames(stream, stream->epoch_end_ns);
	stream->epoch_end_ns = JSCOPE__NEVER;
}

static void state_enter(struct jscope__stream *stream, enum jscope__ksstate state)
{
	if (state == JSCOPE__KSSTATE_STOP)
		position_reset(stream);
	if (state == JSCOPE__KSSTATE_RUN)
		stream->epoch = (struct jscope__epoch){
			.rate_hz = stream->format.rate_hz,
			.drift_ppm = stream->format.drift_ppm,
			.begin_ns = jscope__machine_now(stream->machine),
			.begin_frames = stream->frozen_frames,
		};
	stream->state = state;
}

static void tell_state(struct jscope__context *context, struct jscope__stream *stream,
		       enum jscope__ksstate old, unsigned asked, jscope_status status)
{
	int64_t frames = jscope__stream_frames(
		stream, status == JSCOPE_STATUS_SUCCESS && asked == JSCOPE__KSSTATE_RUN
				? stream->epoch.begin_ns
				: jscope__machine_now(stream->machine));

	JSCOPE_PROBE(wrt_state, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .old = (uint8_t)old, .new = (uint8_t)asked,
		     .linear = jscope__stream_bytes(stream, frames), .status = status);
}

jscope_status jscope__stream_set_state(struct jscope__context *context,
				       struct jscope__stream *stream, unsigned state)
{
	enum jscope__ksstate old = stream->state;
	jscope_status status = transition_check(stream, state);

	if (status == JSCOPE_STATUS_SUCCESS && old == JSCOPE__KSSTATE_RUN)
		engine_halt(stream);
	jscope__machine_lock(stream->machine);
	if (status == JSCOPE_STATUS_SUCCESS) {
		state_leave(stream);
		state_enter(stream, (enum jscope__ksstate)state);
	}
	tell_state(context, stream, old, state, status);
	if (status == JSCOPE_STATUS_SUCCESS && state == JSCOPE__KSSTATE_RUN) {
		jscope__stream_consume(context, stream,
				       stream->frozen_frames / stream->packet_frames);
		jscope__stream_engine_arm(stream);
	}
	jscope__machine_unlock(stream->machine);
	return status;
}
