#include "packets.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/* Places of a damaged file that are looked at in search of the next packet. */
#define CANDIDATES_MAX 256

static uint64_t file_left(const struct jscope__ctf_stream *stream, uint64_t at_bytes)
{
	return stream->window.file_bytes - at_bytes;
}

/* Bytes in memory from there on; none where the window is elsewhere. */
static uint64_t bytes_held(const struct jscope__ctf_stream *stream, uint64_t at_bytes)
{
	const uint64_t end_bytes = jscope__ctf_window_end(&stream->window);

	return at_bytes >= stream->window.at_bytes && at_bytes < end_bytes ? end_bytes - at_bytes
									   : 0;
}

/* Hold more from there on than before. Returns 1, 0 where there is no more, -ENOMEM. */
static int bytes_hold(struct jscope__ctf_stream *stream, uint64_t at_bytes)
{
	const uint64_t held_bytes = bytes_held(stream, at_bytes);
	size_t want_bytes = stream->window.width_bytes;
	int64_t got_bytes;

	if (stream->window.at_bytes == at_bytes && held_bytes == want_bytes)
		want_bytes *= 2;
	if (want_bytes > stream->trace->limits.event_bytes)
		return 0;
	got_bytes = jscope__ctf_window_slide(&stream->window, at_bytes, want_bytes);
	if (got_bytes < 0)
		return (int)got_bytes;
	return (uint64_t)got_bytes > held_bytes;
}

/* Parse what should be a packet. As jscope__ctf_packet_parse(), or -ENOMEM. */
static int packet_parse_at(struct jscope__ctf_stream *stream, uint64_t at_bytes,
			   struct jscope__ctf_packet *packet, const char **ret_reason)
{
	int error = -ENODATA, held = 1;

	packet->at_bytes = at_bytes;
	*ret_reason = "the file ends in the middle of a packet header";
	if (!bytes_held(stream, at_bytes))
		held = bytes_hold(stream, at_bytes);
	while (error == -ENODATA && held > 0) {
		struct jscope__ctf_cursor cursor = {
			.window = jscope__ctf_window_bytes(&stream->window, at_bytes),
			.end_bits = 8 * bytes_held(stream, at_bytes),
			.refs = stream->refs,
			.sequence_length_max = stream->trace->limits.sequence_length,
		};

		error = jscope__ctf_packet_parse(stream->trace->metadata, &cursor,
						 8 * file_left(stream, at_bytes),
						 stream->packet_values, packet);
		if (error == -EBADMSG)
			*ret_reason = cursor.reason;
		if (error == -ENODATA)
			held = bytes_hold(stream, at_bytes);
	}
	if (stream->window.error)
		*ret_reason = strerror(stream->window.error);
	return held < 0 ? held : error;
}

/* Whether another packet, or the end of the file, is where this one says that it ends. */
static bool size_is_plausible(struct jscope__ctf_stream *stream,
			      const struct jscope__ctf_packet *packet)
{
	const uint64_t next_bytes = packet->at_bytes + packet->size_bits / 8;
	struct jscope__ctf_packet next = { 0 };
	const char *reason;

	if (packet->size_bits < 8 || packet->size_bits / 8 > file_left(stream, packet->at_bytes))
		return false;
	return !file_left(stream, next_bytes) ||
	       packet_parse_at(stream, next_bytes, &next, &reason) == 0;
}

/* The bytes that packets begin with, where they have any. */
static size_t signature_get(const struct jscope__ctf_metadata *metadata, uint8_t *bytes)
{
	static const uint8_t little[4] = { 0xc1, 0x1f, 0xfc, 0xc1 };
	static const uint8_t big[4] = { 0xc1, 0xfc, 0x1f, 0xc1 };
	const struct jscope__ctf_type *header = metadata->packet_header;

	if (!header || !header->field_count || strcmp(header->fields[0].name, "magic") != 0 ||
	    header->fields[0].type->kind != JSCOPE__CTF_INTEGER)
		return 0;
	memcpy(bytes, header->fields[0].type->integer.is_big_endian ? big : little, sizeof big);
	return sizeof big;
}

/* The next place from there on where the signature is. Returns 1, 0 for none, -ENOMEM. */
static int signature_find(struct jscope__ctf_stream *stream, uint64_t *at_bytes)
{
	uint8_t signature[4];
	const size_t size_bytes = signature_get(stream->trace->metadata, signature);

	while (size_bytes && *at_bytes < stream->window.file_bytes) {
		const uint64_t held_bytes = bytes_held(stream, *at_bytes);
		int held;

		if (held_bytes >= size_bytes) {
			const uint8_t *bytes = jscope__ctf_window_bytes(&stream->window, *at_bytes);
			const uint8_t *found = memmem(bytes, held_bytes, signature, size_bytes);

			*at_bytes +=
				found ? (uint64_t)(found - bytes) : held_bytes - size_bytes + 1;
			if (found)
				return 1;
		}
		held = bytes_hold(stream, *at_bytes);
		if (held <= 0)
			return held;
	}
	return 0;
}

/* Where reading can go on behind a packet that does not say. Returns 0 or -ENOMEM. */
static int packet_seek(struct jscope__ctf_stream *stream, uint64_t *at_bytes)
{
	struct jscope__ctf_packet packet = { 0 };
	const char *reason;
	int status;

	for (unsigned i = 0; i < CANDIDATES_MAX; i++) {
		(*at_bytes)++;
		status = signature_find(stream, at_bytes);
		if (status <= 0)
			break;
		status = packet_parse_at(stream, *at_bytes, &packet, &reason);
		if (!status || status == -ENOMEM)
			return status;
	}
	*at_bytes = stream->window.file_bytes;
	return status < 0 ? status : 0;
}

static int packet_skip(struct jscope__ctf_stream *stream, const struct jscope__ctf_packet *packet,
		       const char *reason)
{
	const uint64_t at_bytes = packet->at_bytes;
	int error = 0;

	if (size_is_plausible(stream, packet))
		stream->next_bytes = at_bytes + packet->size_bits / 8;
	else
		error = packet_seek(stream, &stream->next_bytes);
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64 ": %s; %" PRIu64
			       " bytes are skipped.",
			       stream->path, stream->packet_index, at_bytes, reason,
			       stream->next_bytes - at_bytes);
	stream->packet_index++;
	return error;
}

static jscope_ns instant(const struct jscope__ctf_stream *stream,
			 const struct jscope__ctf_number *number)
{
	if (!number->size_bits)
		return JSCOPE_NS_UNKNOWN;
	return jscope__ctf_timebase_ns(&stream->decoder->timebase, number->value);
}

/* later - earlier, where both count in so many bits and may have begun anew. */
static uint64_t difference(const struct jscope__ctf_number *later,
			   const struct jscope__ctf_number *earlier)
{
	return (later->value - earlier->value) & (UINT64_MAX >> (64 - later->size_bits));
}

static void gap_add(struct jscope__ctf_stream *stream, struct jscope_gap gap)
{
	gap.cpu = stream->knows_cpu ? stream->cpu : JSCOPE_CPU_UNKNOWN;
	stream->gaps[stream->gap_count++] = gap;
}

/*
 * Counters of lost events run on from packet to packet. What the first packet of a stream says
 * was lost before its end, or before its file began: nobody knows how much of it is ours.
 */
static void discarded_check(struct jscope__ctf_stream *stream)
{
	const struct jscope__ctf_packet *packet = &stream->packet, *last = &stream->last;
	const bool is_first = !stream->had_packet || !last->discarded.size_bits;
	struct jscope_gap gap = { .end_ns = instant(stream, &packet->end) };

	if (!packet->discarded.size_bits)
		return;
	if (is_first && packet->discarded.value) {
		gap.begin_ns = instant(stream, &packet->begin);
		gap_add(stream, gap);
	} else if (!is_first && packet->discarded.value != last->discarded.value) {
		gap.begin_ns = instant(stream, &last->end);
		gap.events = difference(&packet->discarded, &last->discarded);
		gap_add(stream, gap);
	}
}

static void sequence_check(struct jscope__ctf_stream *stream)
{
	const struct jscope__ctf_packet *packet = &stream->packet, *last = &stream->last;
	uint64_t step;

	if (!stream->had_packet || !packet->sequence.size_bits || !last->sequence.size_bits)
		return;
	step = difference(&packet->sequence, &last->sequence);
	if (step > 1 && packet->sequence.value > last->sequence.value)
		gap_add(stream, (struct jscope_gap){ .packets = step - 1,
						     .begin_ns = instant(stream, &last->end),
						     .end_ns = instant(stream, &packet->begin) });
	else if (step != 1)
		jscope__ctf_damage_add(stream->trace->damage,
				       "'%s', packet %" PRIu64 ": its sequence number is %" PRIu64
				       " after %" PRIu64 ": packets are missing or in disorder.",
				       stream->path, stream->packet_index, packet->sequence.value,
				       last->sequence.value);
}

static void clock_check(struct jscope__ctf_stream *stream)
{
	const struct jscope__ctf_packet *packet = &stream->packet;

	if (packet->begin.size_bits)
		stream->clock = jscope__ctf_clock_advance(stream->clock, packet->begin.value,
							  packet->begin.size_bits);
	if (packet->begin.size_bits && packet->end.size_bits == 64 &&
	    packet->end.value < packet->begin.value)
		jscope__ctf_damage_add(stream->trace->damage,
				       "'%s', packet %" PRIu64
				       ": it ends before it begins: its clock is not monotonic.",
				       stream->path, stream->packet_index);
}

/* The end of the file is the end of what was to be a longer packet. */
static void truncation_check(struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_packet *packet = &stream->packet;
	const uint64_t left_bits = 8 * file_left(stream, packet->at_bytes);

	if (packet->size_bits <= left_bits)
		return;
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64 ": it should have %" PRIu64
			       " bytes, but the file has only %" PRIu64
			       " more; what is there is read.",
			       stream->path, stream->packet_index, packet->at_bytes,
			       packet->size_bits / 8, left_bits / 8);
	packet->size_bits = left_bits;
	if (packet->content_bits > left_bits)
		packet->content_bits = left_bits;
}

static void packet_begin(struct jscope__ctf_stream *stream, const struct jscope__ctf_packet *packet)
{
	const struct jscope__ctf_metadata *metadata = stream->trace->metadata;

	stream->packet = *packet;
	stream->decoder = &stream->trace->decoders[packet->stream_class - metadata->streams];
	stream->knows_cpu = packet->cpu.size_bits > 0;
	stream->cpu = (uint32_t)packet->cpu.value;
	truncation_check(stream);
	clock_check(stream);
	discarded_check(stream);
	sequence_check(stream);
	stream->last = *packet;
	stream->had_packet = true;
	stream->packets++;
	stream->at_bits = packet->events_bits;
	stream->next_bytes = packet->at_bytes + stream->packet.size_bits / 8;
	stream->in_packet = true;
}

/* A packet whose beginning is not as it should be, though all else is. */
static bool is_salvageable(struct jscope__ctf_stream *stream,
			   const struct jscope__ctf_packet *packet)
{
	return packet->is_whole && size_is_plausible(stream, packet);
}

static int packet_check(struct jscope__ctf_stream *stream, struct jscope__ctf_packet *packet,
			int error, const char *reason)
{
	if (!error && packet->size_bits / 8 > stream->trace->limits.packet_bytes) {
		reason = "it is larger than the limit for packets";
		error = -E2BIG;
	}
	if (!error || error == -ENOMEM)
		return error;
	if (!is_salvageable(stream, packet))
		return packet_skip(stream, packet, reason) ? -ENOMEM : -EBADMSG;
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64
			       ": %s; the rest of it is sound and is read.",
			       stream->path, stream->packet_index, packet->at_bytes, reason);
	return packet_parse_at(stream, packet->at_bytes, packet, &reason) == -ENOMEM ? -ENOMEM : 0;
}

int jscope__ctf_packet_open(struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_packet packet = { 0 };
	const char *reason;
	int error;

	stream->gap_count = 0;
	if (stream->next_bytes >= stream->window.file_bytes) {
		stream->has_ended = true;
		return 0;
	}
	error = packet_parse_at(stream, stream->next_bytes, &packet, &reason);
	error = packet_check(stream, &packet, error, reason);
	if (!error)
		packet_begin(stream, &packet);
	return error == -ENOMEM ? error : 0;
}

const struct jscope__ctf_decoder *jscope__ctf_stream_peek(struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_packet packet = { 0 };
	const char *reason;

	if (!stream->window.file_bytes || packet_parse_at(stream, 0, &packet, &reason) != 0)
		return NULL;
	return &stream->trace->decoders[packet.stream_class - stream->trace->metadata->streams];
}
