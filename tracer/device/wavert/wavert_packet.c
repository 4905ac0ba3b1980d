/* Position and packets of the WaveRT stream. */
#include "wavert.h"

#include "jscope/probe.h"

int64_t jscope__stream_frames(const struct jscope__stream *stream, jscope_ns at_ns)
{
	if (stream->state != JSCOPE__KSSTATE_RUN)
		return stream->frozen_frames;
	if (at_ns > stream->epoch_end_ns)
		at_ns = stream->epoch_end_ns;
	return jscope__epoch_frames(&stream->epoch, at_ns);
}

uint64_t jscope__stream_bytes(const struct jscope__stream *stream, int64_t frames)
{
	return (uint64_t)frames * stream->format.frame_bytes;
}

static int64_t packets_played(const struct jscope__stream *stream, jscope_ns at_ns)
{
	return jscope__stream_frames(stream, at_ns) / stream->packet_frames;
}

static uint32_t packet_offset(const struct jscope__stream *stream, int64_t packet)
{
	return (uint32_t)jscope__stream_bytes(stream, packet % stream->notification_count *
							      stream->packet_frames);
}

void jscope__stream_consume(struct jscope__context *context, struct jscope__stream *stream,
			    int64_t packet)
{
	for (; stream->packet_consumed <= packet; stream->packet_consumed++) {
		int64_t begun = stream->packet_consumed;

		if (stream->ended || stream->packet_written > begun)
			continue;
		stream->glitch_count++;
		JSCOPE_PROBE(wrt_glitch, .dev = stream->dev, .irql = context->irql,
			     .stream = stream->id, .major = 1, .minor = (uint64_t)begun,
			     .linear = jscope__stream_bytes(stream, begun * stream->packet_frames));
	}
}

void jscope__stream_tell_position(struct jscope__context *context, struct jscope__stream *stream,
				  jscope_ns at_ns, uint8_t source)
{
	uint64_t linear = jscope__stream_bytes(stream, jscope__stream_frames(stream, at_ns));

	/* A halted engine stays where it is; the instant that belongs to the position is the halt.
	 */
	if (stream->state == JSCOPE__KSSTATE_RUN && at_ns > stream->epoch_end_ns)
		at_ns = stream->epoch_end_ns;
	JSCOPE_PROBE(wrt_pos, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .linear = linear, .offset = (uint32_t)(linear % stream->buffer_bytes),
		     .pos_ts_ns = (uint64_t)at_ns, .source = source,
		     .accuracy = stream->format.frame_bytes);
}

jscope_status jscope__stream_get_position(struct jscope__context *context,
					  struct jscope__stream *stream,
					  struct jscope__stream_position *ret_position)
{
	jscope_status status = JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	jscope_ns now_ns;
	int64_t frames;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes > 0) {
		now_ns = jscope__machine_now(stream->machine);
		frames = jscope__stream_frames(stream, now_ns);
		jscope__stream_tell_position(context, stream, now_ns, 0);
		ret_position->play_offset =
			(uint32_t)(jscope__stream_bytes(stream, frames) % stream->buffer_bytes);
		ret_position->write_offset =
			packet_offset(stream, frames / stream->packet_frames + 1);
		status = JSCOPE_STATUS_SUCCESS;
	}
	jscope__machine_unlock(stream->machine);
	return status;
}

/*
 * Packet numbers of the interface have 32 bits and wrap (after 1.4 years of 10 ms packets); the
 * number meant is the one nearest to the packets played.
 */
static int64_t packet_unwrap(uint32_t packet, int64_t played)
{
	return played + (int32_t)(packet - (uint32_t)played);
}

static jscope_status write_check(const struct jscope__stream *stream, int64_t packet,
				 int64_t played, uint32_t flags, uint32_t end_bytes)
{
	bool running = stream->state == JSCOPE__KSSTATE_RUN;
	int64_t packet_bytes = stream->packet_frames * stream->format.frame_bytes;

	if (stream->ended)
		return JSCOPE_STATUS_INVALID_DEVICE_STATE;
	if ((flags & ~JSCOPE__WRITE_END_OF_STREAM) != 0 || end_bytes > packet_bytes)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	if (packet < played + running)
		return JSCOPE_STATUS_DATA_LATE_ERROR;
	if (packet > played + 1)
		return JSCOPE_STATUS_DATA_OVERRUN;
	return JSCOPE_STATUS_SUCCESS;
}

static void write_accept(struct jscope__context *context, struct jscope__stream *stream,
			 int64_t packet, uint32_t flags)
{
	uint32_t target = packet_offset(stream, packet);

	JSCOPE_PROBE(wrt_write, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .prev = stream->write_offset, .target = target);
	stream->write_offset = target;
	if (stream->packet_written <= packet)
		stream->packet_written = packet + 1;
	stream->ended = flags & JSCOPE__WRITE_END_OF_STREAM;
}

jscope_status jscope__stream_set_write_packet(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t packet,
					      uint32_t flags, uint32_t end_bytes)
{
	jscope_status status = JSCOPE_STATUS_NOT_SUPPORTED;
	int64_t played, number = packet;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes > 0) {
		played = packets_played(stream, jscope__machine_now(stream->machine));
		number = packet_unwrap(packet, played);
		/* What was missing until now stays missing, even if the engine's thread is late. */
		if (stream->state == JSCOPE__KSSTATE_RUN)
			jscope__stream_consume(context, stream, played);
		status = write_check(stream, number, played, flags, end_bytes);
	}
	JSCOPE_PROBE(wrt_packet, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .packet = packet, .status = status, .flags = flags, .eos_len = end_bytes);
	if (status == JSCOPE_STATUS_SUCCESS)
		write_accept(context, stream, number, flags);
	jscope__machine_unlock(stream->machine);
	return status;
}

jscope_status jscope__stream_get_packet_count(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t *ret_count)
{
	jscope_status status = JSCOPE_STATUS_NOT_SUPPORTED;
	uint32_t count = 0;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes > 0) {
		count = (uint32_t)packets_played(stream, jscope__machine_now(stream->machine));
		status = JSCOPE_STATUS_SUCCESS;
	}
	JSCOPE_PROBE(wrt_packet, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .packet = count, .status = status, .kind = 2);
	jscope__machine_unlock(stream->machine);
	if (status == JSCOPE_STATUS_SUCCESS)
		*ret_count = count;
	return status;
}
