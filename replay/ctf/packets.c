#include "packets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Places of a damaged file that are looked at in search of the next packet. */
#define CANDIDATES_MAX 256

/* Header and context of a packet; without an end to them each candidate would be read in full. */
#define PACKET_HEAD_BYTES ((size_t)128 << 10)

#define NOTE_SIZE 200 /* of what is said about a packet */

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
	if (want_bytes > PACKET_HEAD_BYTES && want_bytes > stream->window.width_bytes)
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
	else if (error == -ENODATA && bytes_held(stream, at_bytes) >= PACKET_HEAD_BYTES)
		*ret_reason = "its header is larger than 128 KiB, the limit for packet headers";
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

/* The next place before the end where the signature is. Returns 1, 0 for none, -ENOMEM. */
static int signature_find(struct jscope__ctf_stream *stream, uint64_t *at_bytes, uint64_t end_bytes)
{
	uint8_t signature[4];
	const size_t size_bytes = signature_get(stream->trace->metadata, signature);

	while (size_bytes && *at_bytes < end_bytes) {
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

/*
 * Where the next packet begins behind a place, or the end of the file: none can be farther away
 * than the largest packet. Returns 1 where there is one, 0, -ENOMEM.
 */
static int packet_seek(struct jscope__ctf_stream *stream, uint64_t *at_bytes)
{
	const uint64_t limit_bytes = stream->trace->limits.packet_bytes;
	const uint64_t end_bytes = file_left(stream, *at_bytes) > limit_bytes
					   ? *at_bytes + limit_bytes
					   : stream->window.file_bytes;
	struct jscope__ctf_packet packet = { 0 };
	const char *reason;
	int status = 0;

	for (unsigned i = 0; i < CANDIDATES_MAX; i++) {
		(*at_bytes)++;
		status = signature_find(stream, at_bytes, end_bytes);
		if (status <= 0)
			break;
		status = packet_parse_at(stream, *at_bytes, &packet, &reason);
		if (!status || status == -ENOMEM)
			return status ? status : 1;
	}
	*at_bytes = stream->window.file_bytes;
	return status == -ENOMEM ? status : 0;
}

static int packet_skip(struct jscope__ctf_stream *stream, const struct jscope__ctf_packet *packet,
		       const char *reason)
{
	const uint64_t at_bytes = packet->at_bytes;
	int status = 0;

	if (size_is_plausible(stream, packet))
		stream->next_bytes = at_bytes + packet->size_bits / 8;
	else
		status = packet_seek(stream, &stream->next_bytes);
	stream->has_hole = true;
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64 ": %s; %" PRIu64
			       " bytes are skipped.",
			       stream->path, stream->packet_index, at_bytes, reason,
			       stream->next_bytes - at_bytes);
	stream->packet_index++;
	return status < 0 ? status : 0;
}

/* Damage that costs nothing of the packet in hand itself. */
__attribute__((format(printf, 2, 3))) static void
packet_note(const struct jscope__ctf_stream *stream, const char *format, ...)
{
	char what[NOTE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64 ": %s.", stream->path,
			       stream->packet_index, stream->packet.at_bytes, what);
}

static jscope_ns instant(const struct jscope__ctf_stream *stream,
			 const struct jscope__ctf_number *number)
{
	if (!number->size_bits)
		return JSCOPE_NS_UNKNOWN;
	return jscope__ctf_timebase_ns(&stream->decoder->timebase, number->value);
}

/*
 * later - earlier, where both count in so many bits and may have begun anew. Half of the range and
 * more is a step back: false.
 */
static bool difference(const struct jscope__ctf_number *later,
		       const struct jscope__ctf_number *earlier, uint64_t *ret_difference)
{
	const uint64_t mask = UINT64_MAX >> (64 - later->size_bits);

	*ret_difference = (later->value - earlier->value) & mask;
	return *ret_difference <= mask / 2;
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
	gap.begin_ns = instant(stream, is_first ? &packet->begin : &last->end);
	if (is_first && packet->discarded.value) {
		gap_add(stream, gap);
	} else if (!is_first && packet->discarded.value != last->discarded.value) {
		if (!difference(&packet->discarded, &last->discarded, &gap.events)) {
			packet_note(stream,
				    "it counts %" PRIu64 " lost events after %" PRIu64
				    ": how many were lost is unknown",
				    packet->discarded.value, last->discarded.value);
			gap.events = 0;
		}
		gap_add(stream, gap);
	}
}

/* What was skipped may have been events: their number is unknown. */
static void hole_check(struct jscope__ctf_stream *stream, jscope_ns end_ns)
{
	if (stream->has_hole)
		gap_add(stream,
			(struct jscope_gap){ .begin_ns = stream->last_ns, .end_ns = end_ns });
	stream->has_hole = false;
}

static void sequence_check(struct jscope__ctf_stream *stream)
{
	const struct jscope__ctf_packet *packet = &stream->packet, *last = &stream->last;
	const bool is_counted = packet->sequence.size_bits && last->sequence.size_bits;
	uint64_t step;

	if (!stream->had_packet || !is_counted)
		return;
	if (!difference(&packet->sequence, &last->sequence, &step) || !step)
		packet_note(stream,
			    "its sequence number is %" PRIu64 " after %" PRIu64
			    ": packets are missing or in disorder",
			    packet->sequence.value, last->sequence.value);
	else if (step > 1)
		gap_add(stream, (struct jscope_gap){ .packets = step - 1,
						     .begin_ns = instant(stream, &last->end),
						     .end_ns = instant(stream, &packet->begin) });
}

/* A number of cycles in full, as of the clock that it may be the low bits of. */
static void number_extend(struct jscope__ctf_number *number, uint64_t clock)
{
	if (number->size_bits)
		number->value = jscope__ctf_clock_advance(clock, number->value, number->size_bits);
}

static void clock_check(struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_packet *packet = &stream->packet;
	const struct jscope__ctf_number *last = &stream->last.begin;

	number_extend(&packet->begin, stream->clock);
	if (packet->begin.size_bits)
		stream->clock = packet->begin.value;
	number_extend(&packet->end, stream->clock);
	if (packet->begin.size_bits && packet->end.size_bits &&
	    packet->end.value < packet->begin.value)
		packet_note(stream, "it ends before it begins: its clock is not monotonic");
	if (stream->had_packet && packet->begin.size_bits && last->size_bits &&
	    packet->begin.value < last->value)
		packet_note(stream, "it begins before the packet ahead of it: the clock is not "
				    "monotonic, or packets are in disorder");
}

static void packet_begin(struct jscope__ctf_stream *stream, const struct jscope__ctf_packet *packet)
{
	const struct jscope__ctf_metadata *metadata = stream->trace->metadata;

	stream->packet = *packet;
	stream->decoder = &stream->trace->decoders[packet->stream_class - metadata->streams];
	stream->knows_cpu = packet->cpu.size_bits > 0;
	stream->cpu = (uint32_t)packet->cpu.value;
	clock_check(stream);
	discarded_check(stream);
	sequence_check(stream);
	hole_check(stream, instant(stream, &stream->packet.begin));
	stream->has_hole = packet->is_cut;
	stream->last = stream->packet;
	stream->had_packet = true;
	stream->packets++;
	stream->at_bits = packet->events_bits;
	stream->next_bytes = packet->at_bytes + packet->size_bits / 8;
	stream->in_packet = true;
}

/*
 * Return to a packet after a look at what follows it, which moved the window, references and
 * values. Returns 0, -ENOMEM, -EBADMSG where the file is no longer what it was.
 */
static int packet_return(struct jscope__ctf_stream *stream, const struct jscope__ctf_packet *packet,
			 const char **ret_reason)
{
	struct jscope__ctf_packet again;
	int error = packet_parse_at(stream, packet->at_bytes, &again, ret_reason);

	if (error == -ENOMEM || (again.is_whole && again.stream_class == packet->stream_class))
		return error == -ENOMEM ? error : 0;
	*ret_reason = "the file was changed while it was read";
	return -EBADMSG;
}

/*
 * A packet that goes beyond the end of its file: it was cut, or its size is wrong, which shows where
 * another packet begins before the end. Returns as packet_return().
 */
static int packet_cut(struct jscope__ctf_stream *stream, struct jscope__ctf_packet *packet,
		      const char **ret_reason)
{
	const uint64_t at_bytes = packet->at_bytes;
	uint64_t next_bytes = at_bytes;
	int status = packet_seek(stream, &next_bytes);

	if (status < 0)
		return status;
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64 ": it should have %" PRIu64
			       " bytes, but %s %" PRIu64 " more; what is there is read.",
			       stream->path, stream->packet_index, at_bytes, packet->size_bits / 8,
			       status ? "the next packet begins after" : "the file has only",
			       next_bytes - at_bytes);
	packet->size_bits = 8 * (next_bytes - at_bytes);
	if (packet->content_bits > packet->size_bits) {
		packet->content_bits = packet->size_bits;
		packet->is_cut = true;
	}
	return packet_return(stream, packet, ret_reason);
}

/* A packet whose beginning is not as it should be, though all else is. */
static int packet_salvage(struct jscope__ctf_stream *stream,
			  const struct jscope__ctf_packet *packet, const char **reason)
{
	if (!packet->is_whole || !size_is_plausible(stream, packet))
		return -EBADMSG;
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64
			       ": %s; the rest of it is sound and is read.",
			       stream->path, stream->packet_index, packet->at_bytes, *reason);
	return packet_return(stream, packet, reason);
}

/* What can be made of a packet as parsed. Returns 0, -ENOMEM, -EBADMSG where it was skipped. */
static int packet_check(struct jscope__ctf_stream *stream, struct jscope__ctf_packet *packet,
			int error, const char *reason)
{
	if (error == -EBADMSG)
		error = packet_salvage(stream, packet, &reason);
	else if (!error && packet->size_bits / 8 > file_left(stream, packet->at_bytes))
		error = packet_cut(stream, packet, &reason);
	if (!error && packet->size_bits / 8 > stream->trace->limits.packet_bytes) {
		reason = "it is larger than the limit for packets (--limits packet=SIZE)";
		error = -E2BIG;
	}
	if (!error || error == -ENOMEM)
		return error;
	return packet_skip(stream, packet, reason) == -ENOMEM ? -ENOMEM : -EBADMSG;
}

/* A file of a recording that still runs: what it got since is for the next reading. */
static void growth_check(const struct jscope__ctf_stream *stream)
{
	const int64_t growth_bytes = jscope__ctf_window_growth(&stream->window);

	if (growth_bytes)
		jscope__ctf_damage_add(stream->trace->damage,
				       "'%s' %s by %" PRId64 " bytes while it was read: read it "
				       "again when nobody writes to it any more.",
				       stream->path, growth_bytes > 0 ? "grew" : "shrank",
				       growth_bytes > 0 ? growth_bytes : -growth_bytes);
}

/* Go on in the next file, or end the stream. Returns 0 or -ENOMEM. */
static int file_end(struct jscope__ctf_stream *stream)
{
	int status;

	growth_check(stream);
	status = jscope__ctf_stream_file_next(stream);
	if (status)
		return status < 0 ? status : 0;
	stream->has_ended = true;
	if (stream->had_packet)
		hole_check(stream, instant(stream, &stream->last.end));
	return 0;
}

int jscope__ctf_packet_open(struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_packet packet = { 0 };
	const char *reason;
	int error;

	stream->gap_count = 0;
	jscope__ctf_window_narrow(&stream->window);
	if (stream->next_bytes >= stream->window.file_bytes)
		return file_end(stream);
	error = packet_parse_at(stream, stream->next_bytes, &packet, &reason);
	error = packet_check(stream, &packet, error, reason);
	if (!error)
		packet_begin(stream, &packet);
	return error == -ENOMEM ? error : 0;
}

bool jscope__ctf_stream_peek(struct jscope__ctf_stream *stream,
			     struct jscope__ctf_packet *ret_packet)
{
	const char *reason;

	return stream->window.file_bytes && !packet_parse_at(stream, 0, ret_packet, &reason);
}
