/* The packet methods of a WaveRT stream, and the write position of one without packets. */
#include "fault.h"
#include "jscope/probe.h"
#include "wavert.h"

enum { SET_WRITE, GET_READ, GET_COUNT }; /* kinds of wrt_packet */
enum { GLITCH_UNDERRUN = 1, GLITCH_SAME_POSITION = 3, GLITCH_OVERRUN = 16 };

/*
 * After the end of the stream the count stops at the last packet. A driver whose points come by a
 * timer of its own counts those, wherever the engine is.
 */
int64_t jscope__stream_packets(const struct jscope__stream *stream, jscope_ns at_ns)
{
	const int64_t frames = jscope__stream_frames(stream, at_ns);
	const int64_t packets =
		stream->tick_ns ? (int64_t)stream->points_crossed : frames / stream->packet_frames;

	if (stream->ended && frames >= stream->end_frames && packets >= stream->end_packet)
		return stream->end_packet + 1;
	return packets;
}

uint32_t jscope__stream_packet_offset(const struct jscope__stream *stream, int64_t packet)
{
	return (uint32_t)jscope__stream_bytes(stream, packet % stream->notification_count *
							      stream->packet_frames);
}

/* Glitches */

void jscope__stream_tell_glitch(struct jscope__context *context, struct jscope__stream *stream,
				uint8_t major, uint64_t minor, int64_t frames)
{
	stream->glitch_count++;
	if (stream->format.stops && stream->state == JSCOPE__KSSTATE_RUN)
		stream->epoch_end_ns = jscope__machine_now(stream->machine);
	JSCOPE_PROBE(wrt_glitch, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .major = major, .minor = minor,
		     .linear = jscope__stream_bytes(stream, frames));
}

/* A recorded device does not run out where its client has written all, or where it did not then. */
static bool is_forgiven(const struct jscope__stream *stream, int64_t packet)
{
	const struct jscope__stream_format *format = &stream->format;

	if (format->drain_packet > 0 && packet >= format->drain_packet)
		return true;
	for (size_t i = 0; format->forgives && i < format->break_count; i++)
		if (format->breaks[i].point == (uint64_t)packet)
			return false;
	return format->forgives;
}

/* Render: the engine begins a packet of which nothing, in packet mode not all, is there. */
static bool underruns(const struct jscope__stream *stream, int64_t packet)
{
	return !stream->ended && stream->packets_moved <= packet &&
	       stream->moved_frames <= packet * stream->packet_frames &&
	       !is_forgiven(stream, packet);
}

/*
 * The slot of the packet in transfer held the one N before it, which is gone: N - 1 are intact. With
 * one packet per buffer that would be none, and the client races the engine through the buffer.
 */
static int64_t packets_kept(const struct jscope__stream *stream)
{
	return stream->notification_count > 1 ? (int64_t)stream->notification_count - 1 : 1;
}

/* Capture: the engine begins to overwrite a packet that nobody has read to its end. */
static bool overruns(const struct jscope__stream *stream, int64_t lost)
{
	return lost >= 0 && stream->packets_moved <= lost &&
	       stream->moved_frames < (lost + 1) * stream->packet_frames &&
	       !is_forgiven(stream, stream->packet_consumed);
}

void jscope__stream_consume(struct jscope__context *context, struct jscope__stream *stream,
			    int64_t packet)
{
	for (; stream->packet_consumed <= packet; stream->packet_consumed++) {
		const int64_t begun = stream->packet_consumed;
		const int64_t lost = begun - 1 - packets_kept(stream);
		const int64_t frames = begun * stream->packet_frames;

		if (!stream->format.capture && underruns(stream, begun))
			jscope__stream_tell_glitch(context, stream, GLITCH_UNDERRUN,
						   (uint64_t)begun, frames);
		if (stream->format.capture && overruns(stream, lost))
			jscope__stream_tell_glitch(context, stream, GLITCH_OVERRUN, (uint64_t)lost,
						   frames);
	}
}

/* What was missing until now stays missing, even if the engine's thread is late. */
static int64_t packets_now(struct jscope__context *context, struct jscope__stream *stream)
{
	const int64_t packets =
		jscope__stream_packets(stream, jscope__machine_now(stream->machine));

	if (stream->state == JSCOPE__KSSTATE_RUN)
		jscope__stream_consume(context, stream, packets);
	return packets;
}

/* Render */

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
	const bool running = stream->state == JSCOPE__KSSTATE_RUN;
	const int64_t packet_bytes = stream->packet_frames * stream->format.frame_bytes;

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
			 int64_t packet, uint32_t flags, uint32_t end_bytes)
{
	const uint32_t target = jscope__stream_packet_offset(stream, packet);

	JSCOPE_PROBE(wrt_write, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .prev = stream->write_offset, .target = target);
	stream->write_offset = target;
	if (stream->packets_moved <= packet)
		stream->packets_moved = packet + 1;
	if (stream->ended || !(flags & JSCOPE__WRITE_END_OF_STREAM))
		return;
	stream->ended = true;
	stream->end_packet = packet;
	stream->end_frames =
		packet * stream->packet_frames + end_bytes / stream->format.frame_bytes;
}

static void tell_write(struct jscope__context *context, const struct jscope__stream *stream,
		       uint32_t packet, uint32_t flags, uint32_t end_bytes, jscope_status status)
{
	JSCOPE_PROBE(wrt_packet, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .packet = packet, .status = status, .kind = SET_WRITE, .flags = flags,
		     .eos_len = end_bytes);
}

/* The first call with success is the answer of a client. */
static void answer_note(struct jscope__stream *stream, jscope_status status)
{
	if (status == JSCOPE_STATUS_SUCCESS && !stream->ledger.answered_ns)
		stream->ledger.answered_ns = jscope__machine_stamp(stream->machine);
}

static bool take_unchecked(struct jscope__stream *stream)
{
	const bool unchecked = stream->unchecked;

	stream->unchecked = false;
	return unchecked;
}

jscope_status jscope__stream_set_write_packet(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t packet,
					      uint32_t flags, uint32_t end_bytes)
{
	jscope_status status = JSCOPE_STATUS_NOT_SUPPORTED;
	int64_t played, number = packet;

	jscope__machine_lock(stream->machine);
	if (stream->packet_frames > 0 && !stream->format.capture) {
		played = packets_now(context, stream);
		number = packet_unwrap(packet, played);
		status = write_check(stream, number, played, flags, end_bytes);
		if (take_unchecked(stream) && number >= 0)
			status = JSCOPE_STATUS_SUCCESS;
	}
	tell_write(context, stream, packet, flags, end_bytes, status);
	answer_note(stream, status);
	if (status == JSCOPE_STATUS_SUCCESS)
		write_accept(context, stream, number, flags, end_bytes);
	jscope__machine_unlock(stream->machine);
	return status;
}

/* Without notification there are no packets; a driver without that check counts buffers. */
jscope_status jscope__stream_get_packet_count(struct jscope__context *context,
					      struct jscope__stream *stream, uint32_t *ret_count)
{
	jscope_status status = JSCOPE_STATUS_NOT_SUPPORTED;
	uint32_t count = 0;

	jscope__machine_lock(stream->machine);
	if (stream->packet_frames > 0)
		count = (uint32_t)jscope__stream_packets(stream,
							 jscope__machine_now(stream->machine));
	if (take_unchecked(stream) || stream->packet_frames > 0)
		status = JSCOPE_STATUS_SUCCESS;
	JSCOPE_PROBE(wrt_packet, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .packet = count, .status = status, .kind = GET_COUNT);
	jscope__machine_unlock(stream->machine);
	if (status == JSCOPE_STATUS_SUCCESS)
		*ret_count = count;
	return status;
}

/* Capture */

static int64_t oldest_intact(const struct jscope__stream *stream, int64_t recorded)
{
	const int64_t kept = packets_kept(stream);

	return recorded > kept ? recorded - kept : 0;
}

/* A packet begins where its point was crossed, perhaps before a pause. */
static jscope_ns begin_ns(const struct jscope__stream *stream, int64_t packet)
{
	if (packet <= (int64_t)stream->points_crossed)
		return stream->begin_ns[packet % JSCOPE__STREAM_BEGINS];
	return jscope__epoch_instant(&stream->epoch, packet * stream->packet_frames);
}

/* Of its first sample; some drivers tell the end of the packet instead (DOMAIN trap T5). */
static jscope_ns packet_stamp_ns(struct jscope__context *context,
				 const struct jscope__stream *stream, int64_t packet)
{
	if (jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_stamp_packet_end))
		packet++;
	return begin_ns(stream, packet);
}

static jscope_status read_next(struct jscope__context *context, struct jscope__stream *stream,
			       struct jscope__read_packet *ret_packet)
{
	const int64_t recorded = packets_now(context, stream);
	int64_t packet = oldest_intact(stream, recorded);

	if (packet < stream->packets_moved)
		packet = stream->packets_moved;
	if (packet > 0 && jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_read_again))
		packet--;
	if (packet >= recorded ||
	    jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_deny_read))
		return JSCOPE_STATUS_DEVICE_NOT_READY;
	stream->packets_moved = packet + 1;
	stream->write_offset =
		jscope__stream_packet_offset(stream, (packet + 1) % stream->notification_count);
	*ret_packet = (struct jscope__read_packet){
		.packet = (uint32_t)packet,
		.first_sample_ns = packet_stamp_ns(context, stream, packet),
		.more = packet + 1 < recorded,
	};
	return JSCOPE_STATUS_SUCCESS;
}

jscope_status jscope__stream_get_read_packet(struct jscope__context *context,
					     struct jscope__stream *stream,
					     struct jscope__read_packet *ret_packet)
{
	jscope_status status = JSCOPE_STATUS_NOT_SUPPORTED;
	struct jscope__read_packet packet = { 0 };

	jscope__machine_lock(stream->machine);
	if (stream->packet_frames > 0 && stream->format.capture)
		status = read_next(context, stream, &packet);
	JSCOPE_PROBE(wrt_packet, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .packet = packet.packet, .status = status,
		     .ts_packet_ns = (uint64_t)packet.first_sample_ns, .more = packet.more,
		     .kind = GET_READ);
	answer_note(stream, status);
	jscope__machine_unlock(stream->machine);
	if (status == JSCOPE_STATUS_SUCCESS)
		*ret_packet = packet;
	return status;
}

/* Without packets */

/* The only linear position with this offset that is up to one buffer away from the engine. */
static int64_t linear_moved(const struct jscope__stream *stream, int64_t frames, uint32_t offset)
{
	const int64_t buffer_frames = stream->buffer_bytes / stream->format.frame_bytes;
	int64_t distance = offset / stream->format.frame_bytes - frames % buffer_frames;

	if (stream->format.capture)
		return frames + (distance > 0 ? distance - buffer_frames : distance);
	return frames + (distance <= 0 ? distance + buffer_frames : distance);
}

static void position_move(struct jscope__context *context, struct jscope__stream *stream,
			  uint32_t offset)
{
	const int64_t frames = jscope__stream_frames(stream, jscope__machine_now(stream->machine));
	const bool again = offset == stream->write_offset && stream->moved_frames > 0;

	if (stream->packet_frames > 0)
		packets_now(context, stream);
	else if (stream->state == JSCOPE__KSSTATE_RUN && !stream->format.capture &&
		 frames > stream->moved_frames)
		jscope__stream_tell_glitch(context, stream, GLITCH_UNDERRUN, 0, frames);
	JSCOPE_PROBE(wrt_write, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .prev = stream->write_offset, .target = offset);
	answer_note(stream, JSCOPE_STATUS_SUCCESS);
	stream->write_offset = offset;
	stream->moved_frames = linear_moved(stream, frames, offset);
	if (again && !take_unchecked(stream))
		jscope__stream_tell_glitch(context, stream, GLITCH_SAME_POSITION, offset, frames);
}

jscope_status jscope__stream_set_write_position(struct jscope__context *context,
						struct jscope__stream *stream, uint32_t offset)
{
	jscope_status status = JSCOPE_STATUS_SUCCESS;

	jscope__machine_lock(stream->machine);
	if (stream->buffer_bytes == 0)
		status = JSCOPE_STATUS_INVALID_DEVICE_REQUEST;
	else if (offset >= stream->buffer_bytes || offset % stream->format.frame_bytes != 0)
		status = JSCOPE_STATUS_INVALID_PARAMETER;
	else
		position_move(context, stream, offset);
	jscope__machine_unlock(stream->machine);
	return status;
}
