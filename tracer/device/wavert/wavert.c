/* The methods of the WaveRT stream that set it up and take it down: pin, buffer, events. */
#include "wavert.h"

#include <string.h>

#include "fault.h"
#include "jscope/probe.h"

enum { CACHED = 1 }; /* MEMORY_CACHING_TYPE */

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
	stream->ledger.dev = stream->dev;
	stream->ledger.stream = stream->id;
	jscope__stream_engine_init(stream);
	jscope__stream_service_init(stream);
	JSCOPE_PROBE(wrt_newstream, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .capture = format->capture, .fs = format->rate_hz, .ba = format->frame_bytes);
	jscope__machine_unlock(stream->machine);
	return JSCOPE_STATUS_SUCCESS;
}

static void buffer_drop(struct jscope__stream *stream)
{
	stream->buffer_bytes = 0;
	stream->notification_count = 0;
	stream->packet_frames = 0;
	stream->freed = false;
}

void jscope__stream_close(struct jscope__context *context, struct jscope__stream *stream)
{
	while (stream->state != JSCOPE__KSSTATE_STOP)
		jscope__stream_set_state(context, stream, stream->state - 1u);
	if (stream->freed)
		buffer_drop(stream);
	if (stream->buffer_bytes > 0)
		jscope__stream_free(context, stream, stream->buffer_bytes);
	jscope__machine_lock(stream->machine);
	for (unsigned i = 0; i < stream->event_count; i++)
		jscope__ledger_close_event(&stream->ledger, stream->events[i]);
	stream->event_count = 0;
	stream->line->isr = NULL;
	JSCOPE_PROBE(wrt_close, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .capture = stream->format.capture, .fs = stream->format.rate_hz,
		     .ba = stream->format.frame_bytes);
	jscope__machine_unlock(stream->machine);
}

/* A call that goes without the driver's checks, once. */
static jscope_status checked(struct jscope__stream *stream, jscope_status status)
{
	const bool unchecked = stream->unchecked;

	stream->unchecked = false;
	return unchecked ? JSCOPE_STATUS_SUCCESS : status;
}

/* The buffer */

static jscope_status allocate_check(const struct jscope__stream *stream, uint32_t count)
{
	if (stream->buffer_bytes > 0)
		return JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	if (count != 1 && count != 2)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	return JSCOPE_STATUS_SUCCESS;
}

/* packet_count: what the size is to be divided by, 1 where there are no packets. */
static jscope_status allocate(struct jscope__stream *stream, uint32_t packet_count,
			      uint32_t requested_bytes)
{
	uint64_t packet_bytes;

	if (requested_bytes > JSCOPE__BUFFER_BYTES_MAX)
		return JSCOPE_STATUS_INSUFFICIENT_RESOURCES;
	packet_bytes = packet_count ? requested_bytes / packet_count : 0;
	packet_bytes -= packet_bytes % stream->format.frame_bytes;
	if (packet_bytes == 0)
		return JSCOPE_STATUS_UNSUCCESSFUL;
	stream->buffer_bytes = (uint32_t)packet_bytes * packet_count;
	return JSCOPE_STATUS_SUCCESS;
}

static void tell_allocation(struct jscope__context *context, const struct jscope__stream *stream,
			    uint32_t notification_count, uint32_t requested_bytes,
			    jscope_status status)
{
	const struct jscope__hw_latency latency = jscope__stream_get_latency(stream);

	JSCOPE_PROBE(wrt_alloc, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .notif_count = notification_count, .requested = requested_bytes,
		     .actual = status == JSCOPE_STATUS_SUCCESS ? stream->buffer_bytes : 0,
		     .cache = CACHED, .fifo = latency.fifo_bytes,
		     .chipset_ns = (uint64_t)latency.chipset_ns,
		     .codec_ns = (uint64_t)latency.codec_ns, .status = status);
}

/*
 * Drivers that get it wrong: a size that is no multiple of the frame, since it was checked before
 * it was rounded (DOMAIN trap T4), and a status that is none of those documented.
 */
static jscope_status allocate_wrongly(struct jscope__context *context,
				      struct jscope__stream *stream, jscope_status status)
{
	if (status != JSCOPE_STATUS_SUCCESS)
		return status;
	if (jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_misalign_buffer))
		stream->buffer_bytes++;
	if (!jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_odd_alloc_status))
		return status;
	stream->buffer_bytes = 0;
	return JSCOPE_STATUS_INVALID_DEVICE_STATE;
}

jscope_status jscope__stream_allocate(struct jscope__context *context,
				      struct jscope__stream *stream, uint32_t notification_count,
				      uint32_t requested_bytes, uint32_t *ret_actual_bytes)
{
	jscope_status status;

	jscope__machine_lock(stream->machine);
	status = checked(stream, allocate_check(stream, notification_count));
	if (status == JSCOPE_STATUS_SUCCESS)
		status = allocate_wrongly(context, stream,
					  allocate(stream, notification_count, requested_bytes));
	if (status == JSCOPE_STATUS_SUCCESS) {
		stream->notification_count = notification_count;
		stream->packet_frames =
			stream->buffer_bytes / notification_count / stream->format.frame_bytes;
		*ret_actual_bytes = stream->buffer_bytes;
	}
	tell_allocation(context, stream, notification_count, requested_bytes, status);
	jscope__machine_unlock(stream->machine);
	return status;
}

jscope_status jscope__stream_allocate_plain(struct jscope__context *context,
					    struct jscope__stream *stream, uint32_t requested_bytes,
					    uint32_t *ret_actual_bytes)
{
	jscope_status status;

	jscope__machine_lock(stream->machine);
	status = allocate_check(stream, 1);
	if (status == JSCOPE_STATUS_SUCCESS)
		status = allocate(stream, 1, requested_bytes);
	if (status == JSCOPE_STATUS_SUCCESS)
		*ret_actual_bytes = stream->buffer_bytes;
	tell_allocation(context, stream, 0, requested_bytes, status);
	jscope__machine_unlock(stream->machine);
	return status;
}

static jscope_status free_check(const struct jscope__stream *stream, uint32_t bytes)
{
	if (stream->buffer_bytes == 0 || bytes != stream->buffer_bytes)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	if (stream->state == JSCOPE__KSSTATE_RUN)
		return JSCOPE_STATUS_INVALID_DEVICE_STATE;
	return JSCOPE_STATUS_SUCCESS;
}

/* Freed against the rules, the pages go on being what they were to the engine. */
jscope_status jscope__stream_free(struct jscope__context *context, struct jscope__stream *stream,
				  uint32_t bytes)
{
	jscope_status refusal, status;

	jscope__machine_lock(stream->machine);
	refusal = free_check(stream, bytes);
	status = checked(stream, refusal);
	if (status == JSCOPE_STATUS_SUCCESS)
		JSCOPE_PROBE(wrt_free, .dev = stream->dev, .irql = context->irql,
			     .stream = stream->id, .size = bytes);
	if (refusal == JSCOPE_STATUS_SUCCESS)
		buffer_drop(stream);
	else if (refusal == JSCOPE_STATUS_INVALID_DEVICE_STATE && status == JSCOPE_STATUS_SUCCESS)
		stream->freed = true;
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

static jscope_status register_check(const struct jscope__stream *stream,
				    const struct jscope__kevent *event)
{
	if (stream->buffer_bytes == 0)
		return JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	if (stream->notification_count == 0)
		return JSCOPE_STATUS_NOT_SUPPORTED;
	if (event_find(stream, event) < stream->event_count)
		return JSCOPE_STATUS_UNSUCCESSFUL;
	return JSCOPE_STATUS_SUCCESS;
}

static jscope_status event_add(struct jscope__stream *stream, struct jscope__kevent *event)
{
	jscope_status status = checked(stream, register_check(stream, event));

	if (status != JSCOPE_STATUS_SUCCESS || event_find(stream, event) < stream->event_count)
		return status;
	if (stream->event_count == JSCOPE__STREAM_EVENTS_MAX)
		return JSCOPE_STATUS_INSUFFICIENT_RESOURCES;
	stream->events[stream->event_count++] = event;
	return JSCOPE_STATUS_SUCCESS;
}

/* Without checks it says yes and does nothing, be the event registered or not. */
static jscope_status event_remove(struct jscope__stream *stream, struct jscope__kevent *event)
{
	const unsigned i = event_find(stream, event);

	if (i == stream->event_count || stream->unchecked)
		return checked(stream, JSCOPE_STATUS_NOT_FOUND);
	jscope__ledger_close_event(&stream->ledger, event);
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
