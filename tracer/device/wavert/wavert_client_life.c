/* How the writer of a stream sets it up and takes it down, rightly or wrongly. */
#include "fault.h"
#include "wavert_client.h"

/* A driver may fail once for reasons of its own. */
#define ALLOCATE_TRIES 2

bool jscope__client_errs(struct jscope__context *context, struct jscope__client *writer,
			 enum jscope_fault_kind kind)
{
	struct jscope__stream *stream = writer->group->stream;

	if (!jscope__fault_strike(context, stream->dev, kind))
		return false;
	stream->unchecked = true;
	return true;
}

/* Does the client go wrong here, by itself? */
static bool strikes(struct jscope__context *context, const struct jscope__client *writer,
		    enum jscope_fault_kind kind)
{
	return jscope__fault_strike(context, writer->group->stream->dev, kind);
}

/* Each step notes its name, so that a failure can be told. */
static jscope_status note(const struct jscope__client *writer, const char *method,
			  jscope_status status)
{
	if (status != JSCOPE_STATUS_SUCCESS)
		jscope__rig_fail(writer->group->rig, method, status);
	return status;
}

/* The buffer */

static uint32_t wanted_bytes(const struct jscope_stream_settings *settings)
{
	if (settings->requested_bytes)
		return settings->requested_bytes;
	return settings->period_frames * settings->frame_bytes * settings->notification_count;
}

static jscope_status allocate(struct jscope__context *context, struct jscope__client *writer,
			      uint32_t *ret_bytes)
{
	const struct jscope_stream_settings *settings = writer->group->settings;
	struct jscope__stream *stream = writer->group->stream;
	uint32_t count = settings->notification_count;

	if (settings->mode == JSCOPE_MODE_POLL)
		return jscope__stream_allocate_plain(context, stream, wanted_bytes(settings),
						     ret_bytes);
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_three_notifications))
		count = 3;
	/* Hardware that has more than WaveRT knows of has a driver that takes them. */
	if (count > 2)
		stream->unchecked = true;
	return jscope__stream_allocate(context, stream, count, wanted_bytes(settings), ret_bytes);
}

/* A buffer that does not hold whole frames is of no use and given back. */
static jscope_status buffer_take(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	jscope_status status = JSCOPE_STATUS_UNSUCCESSFUL;
	uint32_t bytes = 0;

	for (unsigned i = 0; i < ALLOCATE_TRIES; i++) {
		status = allocate(context, writer, &bytes);
		if (status != JSCOPE_STATUS_SUCCESS)
			continue;
		if (bytes % stream->format.frame_bytes == 0)
			return status;
		jscope__stream_free(context, stream, bytes);
		status = JSCOPE_STATUS_UNSUCCESSFUL;
	}
	return status;
}

static void buffer_misuse(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	uint32_t bytes;

	if (stream->packet_frames > 0 &&
	    jscope__client_errs(context, writer, JSCOPE_FAULT_second_buffer))
		jscope__stream_allocate(context, stream, stream->notification_count,
					stream->buffer_bytes, &bytes);
	if (stream->packet_frames == 0 &&
	    jscope__client_errs(context, writer, JSCOPE_FAULT_count_without_packets))
		jscope__stream_get_packet_count(context, stream, &bytes);
}

/* The events */

/* Against the rules, but the driver lets it: before there is a buffer. */
static void register_early(struct jscope__context *context, struct jscope__client *writer)
{
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_register_before_buffer))
		jscope__stream_register(context, writer->group->stream, &writer->spare);
}

static void register_misuse(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;

	if (jscope__client_errs(context, writer, JSCOPE_FAULT_register_twice))
		jscope__stream_register(context, stream, &writer->event);
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_unregister_unknown))
		jscope__stream_unregister(context, stream, &writer->spare);
	if (strikes(context, writer, JSCOPE_FAULT_keep_unregistered)) {
		jscope__stream_register(context, stream, &writer->spare);
		stream->unchecked = true;
		jscope__stream_unregister(context, stream, &writer->spare);
		writer->spare_is_kept = true;
	}
}

static jscope_status events_register(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__client_group *group = writer->group;
	jscope_status status;

	for (unsigned i = 0; i < group->client_count; i++) {
		status = jscope__stream_register(context, group->stream, &group->clients[i].event);
		if (status != JSCOPE_STATUS_SUCCESS)
			return note(writer, "RegisterNotificationEvent", status);
	}
	register_misuse(context, writer);
	return JSCOPE_STATUS_SUCCESS;
}

static jscope_status stream_prepare(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	struct jscope__hw_register mapped;
	const bool notifies = writer->group->settings->mode != JSCOPE_MODE_POLL;
	jscope_status status;

	register_early(context, writer);
	status = note(writer, notifies ? "AllocateBufferWithNotification" : "AllocateAudioBuffer",
		      buffer_take(context, writer));
	if (status != JSCOPE_STATUS_SUCCESS)
		return status;
	buffer_misuse(context, writer);
	jscope__stream_get_position_register(context, stream, &mapped);
	jscope__stream_get_clock_register(context, stream, &mapped);
	return notifies ? events_register(context, writer) : JSCOPE_STATUS_SUCCESS;
}

/* To RUN */

static jscope_status stream_start(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	jscope_status status = JSCOPE_STATUS_SUCCESS;
	unsigned state = jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_skip_states)
				 ? JSCOPE__KSSTATE_RUN
				 : JSCOPE__KSSTATE_ACQUIRE;

	for (; status == JSCOPE_STATUS_SUCCESS && state <= JSCOPE__KSSTATE_RUN; state++) {
		if (state == JSCOPE__KSSTATE_RUN) {
			status = note(writer, "SetWritePacket",
				      jscope__client_preload(context, writer));
			stream->unchecked = stream->state == JSCOPE__KSSTATE_STOP;
		}
		if (status == JSCOPE_STATUS_SUCCESS)
			status = note(writer, "SetState",
				      jscope__stream_set_state(context, stream, state));
	}
	return status;
}

jscope_status jscope__client_open(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__client_group *group = writer->group;
	const struct jscope_stream_settings *settings = group->settings;
	const struct jscope__stream_format format = {
		.rate_hz = settings->rate_hz,
		.frame_bytes = settings->frame_bytes,
		.drift_ppm = settings->drift_ppm,
		.capture = settings->capture,
		.accuracy_frames = settings->accuracy_frames,
		.stops = settings->stops,
		.drain_packet = settings->drain_packet,
		.last_point = settings->last_point,
		.breaks = settings->pauses,
		.break_count = settings->pause_count,
		.forgives = settings->forgives,
		.steps = settings->steps,
		.step_count = settings->step_count,
		.latency = { .fifo_bytes = settings->fifo_bytes,
			     .chipset_ns = settings->chipset_ns,
			     .codec_ns = settings->codec_ns },
	};
	jscope_status status =
		note(writer, "NewStream",
		     jscope__stream_open(context, group->stream, group->line, &format));

	if (status != JSCOPE_STATUS_SUCCESS)
		return status;
	status = stream_prepare(context, writer);
	if (status == JSCOPE_STATUS_SUCCESS)
		status = stream_start(context, writer);
	if (status != JSCOPE_STATUS_SUCCESS)
		jscope__client_close(context, writer);
	return status;
}

/* And back */

void jscope__client_lower(struct jscope__context *context, struct jscope__client *writer,
			  unsigned state)
{
	struct jscope__stream *stream = writer->group->stream;

	while (stream->state > state)
		jscope__stream_set_state(context, stream, stream->state - 1u);
}

static void events_unregister(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	unsigned left = 0;

	while (stream->event_count > left)
		if (writer->spare_is_kept && stream->events[left] == &writer->spare)
			left++;
		else
			jscope__stream_unregister(context, stream, stream->events[left]);
}

static void buffer_free(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	const uint32_t bytes = stream->buffer_bytes;

	if (bytes == 0 || stream->freed)
		return;
	jscope__stream_free(context, stream, bytes);
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_double_free))
		jscope__stream_free(context, stream, bytes);
}

void jscope__client_close(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;

	jscope__client_lower(context, writer, JSCOPE__KSSTATE_STOP);
	if (!strikes(context, writer, JSCOPE_FAULT_close_registered))
		events_unregister(context, writer);
	buffer_free(context, writer);
	jscope__stream_close(context, stream);
	if (strikes(context, writer, JSCOPE_FAULT_close_twice))
		jscope__stream_close(context, stream);
	writer->stage = JSCOPE__CLIENT_CLOSED;
}
