/* How the writer of a stream answers it: packets written or read, positions moved. */
#include "fault.h"
#include "wavert_client.h"

/* So often a client asks what is heard by now, as players do for their display. */
#define PRESENTATION_EVERY 100

static bool strikes(struct jscope__context *context, const struct jscope__client *writer,
		    enum jscope_fault_kind kind)
{
	return jscope__fault_strike(context, writer->group->stream->dev, kind);
}

/* Render packets */

/* The last packet is half full, so that the end falls between two points. */
static jscope_status packet_write(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	const uint32_t end_packet = writer->group->settings->end_packet;
	const bool last = end_packet > 0 && writer->packet_next == end_packet;
	const uint32_t end_bytes =
		(uint32_t)jscope__stream_bytes(stream, stream->packet_frames / 2);
	jscope_status status;

	status = jscope__stream_set_write_packet(context, stream, writer->packet_next,
						 last ? JSCOPE__WRITE_END_OF_STREAM : 0,
						 last ? end_bytes : 0);
	if (status == JSCOPE_STATUS_SUCCESS)
		writer->packet_next++;
	return status;
}

/*
 * Write the packet that is due. Late means that the device plays it already: the count of packets
 * played says where it is, and the one after the packet in transfer is due instead.
 */
static void writer_catch_up(struct jscope__context *context, struct jscope__client *writer)
{
	const uint32_t end_packet = writer->group->settings->end_packet;
	uint32_t played;

	if (jscope__stream_get_packet_count(context, writer->group->stream, &played) !=
	    JSCOPE_STATUS_SUCCESS)
		return;
	writer->packet_next = played + 1;
	/* Even if it is late, the end of the stream must be said. */
	if (end_packet > 0 && writer->packet_next > end_packet)
		writer->packet_next = end_packet;
	writer->caught_up = packet_write(context, writer) == JSCOPE_STATUS_SUCCESS;
}

/* Whether this wake is still for the point that catching up has answered already. */
static bool is_answered(struct jscope__context *context, struct jscope__client *writer)
{
	uint32_t played;

	if (!writer->caught_up)
		return false;
	writer->caught_up = false;
	return jscope__stream_get_packet_count(context, writer->group->stream, &played) ==
		       JSCOPE_STATUS_SUCCESS &&
	       writer->packet_next == played + 2;
}

/* What a client does wrong, and a driver lets pass, beside the packet that is due. */
static void write_wrongly(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;

	if (strikes(context, writer, JSCOPE_FAULT_write_ahead))
		jscope__stream_set_write_packet(context, stream, writer->packet_next + 2, 0, 0);
	if (writer->packet_next > 1 &&
	    jscope__client_errs(context, writer, JSCOPE_FAULT_accept_late))
		jscope__stream_set_write_packet(context, stream, writer->packet_next - 2, 0, 0);
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_accept_flags))
		jscope__stream_set_write_packet(context, stream, writer->packet_next, 1, 0);
	stream->unchecked = false;
}

static void packet_serve(struct jscope__context *context, struct jscope__client *writer)
{
	if (is_answered(context, writer))
		return;
	write_wrongly(context, writer);
	if (packet_write(context, writer) == JSCOPE_STATUS_DATA_LATE_ERROR)
		writer_catch_up(context, writer);
}

/* Nothing is written after the end, but by a client and a driver that both forget it. */
static void ended_serve(struct jscope__context *context, struct jscope__client *writer)
{
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_write_after_end))
		jscope__stream_set_write_packet(context, writer->group->stream, writer->packet_next,
						0, 0);
}

static void presentation_ask(struct jscope__context *context, struct jscope__client *writer)
{
	uint64_t frames;

	if (writer->service_count % PRESENTATION_EVERY == PRESENTATION_EVERY - 1 ||
	    writer->group->stream->ended)
		jscope__stream_get_presentation(context, writer->group->stream, &frames);
}

static void render_serve(struct jscope__context *context, struct jscope__client *writer)
{
	if (writer->group->stream->ended)
		ended_serve(context, writer);
	else
		packet_serve(context, writer);
	presentation_ask(context, writer);
}

bool jscope__client_is_drained(struct jscope__context *context, struct jscope__client *writer)
{
	const struct jscope__stream *stream = writer->group->stream;
	bool drained;

	jscope__machine_lock(context->machine);
	drained = stream->ended && (int64_t)stream->points_served > stream->end_packet;
	jscope__machine_unlock(context->machine);
	return drained;
}

/* Capture packets: all that are there. */
static void capture_serve(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__read_packet packet = { .more = true };

	while (packet.more && jscope__stream_get_read_packet(context, writer->group->stream,
							     &packet) == JSCOPE_STATUS_SUCCESS)
		;
}

/* To where the engine is, or to the begin of the packet that it is in. */
static uint32_t answer_offset(const struct jscope__client *writer, uint32_t play_offset)
{
	const struct jscope__stream *stream = writer->group->stream;

	if (!writer->group->settings->whole_packets)
		return play_offset;
	return play_offset -
	       play_offset % (uint32_t)jscope__stream_bytes(stream, stream->packet_frames);
}

/*
 * A device that ran out stands where its buffer was empty: a whole buffer from there on, which looks as if
 * nothing had been written.
 */
void jscope__client_refill(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	const int64_t frames = stream->frozen_frames;
	const uint64_t bytes =
		jscope__stream_bytes(stream, frames - frames % stream->packet_frames);

	stream->unchecked = true;
	jscope__stream_set_write_position(context, stream,
					  (uint32_t)(bytes % stream->buffer_bytes));
	stream->unchecked = false;
}

/* Without packets: everything up to where the engine is. */
static void position_serve(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	struct jscope__stream_position position;

	if (writer->group->settings->mode == JSCOPE_MODE_POLL)
		position.play_offset = jscope__stream_read_position(context, stream);
	else if (jscope__stream_get_position(context, stream, &position) != JSCOPE_STATUS_SUCCESS)
		return;
	position.play_offset = answer_offset(writer, position.play_offset);
	if (writer->group->settings->whole_packets && position.play_offset == stream->write_offset)
		return;
	jscope__stream_set_write_position(context, stream, position.play_offset);
	if (strikes(context, writer, JSCOPE_FAULT_write_same))
		jscope__stream_set_write_position(context, stream, position.play_offset);
	if (jscope__client_errs(context, writer, JSCOPE_FAULT_write_same_unnoticed))
		jscope__stream_set_write_position(context, stream, position.play_offset);
	stream->unchecked = false;
}

/* Half a buffer, so that neither position nor offset begins as one that is taken to be full. */
static jscope_status position_preload(struct jscope__context *context,
				      struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;
	const uint32_t frames = stream->buffer_bytes / stream->format.frame_bytes;

	return jscope__stream_set_write_position(
		context, stream, (uint32_t)jscope__stream_bytes(stream, frames / 2));
}

jscope_status jscope__client_preload(struct jscope__context *context, struct jscope__client *writer)
{
	jscope_status status;

	if (writer->group->settings->capture)
		return JSCOPE_STATUS_SUCCESS;
	if (writer->group->settings->mode != JSCOPE_MODE_PACKET)
		return position_preload(context, writer);
	status = packet_write(context, writer);
	if (status == JSCOPE_STATUS_SUCCESS && strikes(context, writer, JSCOPE_FAULT_preload_two))
		status = packet_write(context, writer);
	return status;
}

/* Against the rules, but the driver lets it: the engine plays on in freed pages. */
static void free_running(struct jscope__context *context, struct jscope__client *writer)
{
	struct jscope__stream *stream = writer->group->stream;

	if (!stream->freed && jscope__client_errs(context, writer, JSCOPE_FAULT_free_running))
		jscope__stream_free(context, stream, stream->buffer_bytes);
}

static bool is_silent(struct jscope__context *context, const struct jscope__client *writer)
{
	const uint32_t dev = writer->group->stream->dev;

	return jscope__fault_holds(context, dev, JSCOPE_FAULT_silent_client) ||
	       jscope__fault_holds(context, dev, JSCOPE_FAULT_halt_without_data);
}

void jscope__client_serve(struct jscope__context *context, struct jscope__client *writer)
{
	const struct jscope_stream_settings *settings = writer->group->settings;

	free_running(context, writer);
	if (is_silent(context, writer))
		return;
	if (settings->mode != JSCOPE_MODE_PACKET)
		position_serve(context, writer);
	else if (settings->capture)
		capture_serve(context, writer);
	else
		render_serve(context, writer);
}
