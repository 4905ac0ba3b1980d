#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "packets.h"

/* Packets without events that one refill passes at most. */
#define PACKETS_AT_ONCE 1024

/* What came of looking for an event. */
enum scan {
	SCAN_FOUND, /* one event further */
	SCAN_MORE,  /* it goes beyond the window */
	SCAN_PACKET_END,
	SCAN_DAMAGED, /* the rest of the packet is lost, and that is noted */
};

int jscope__ctf_stream_append(struct jscope__ctf_stream *stream,
			      const struct jscope__ctf_trace *trace, const char *path)
{
	struct jscope__ctf_file *files =
		realloc(stream->files, (stream->file_count + 1) * sizeof *files);

	if (!files)
		return -ENOMEM;
	stream->files = files;
	files[stream->file_count] = (struct jscope__ctf_file){ trace, strdup(path) };
	if (!files[stream->file_count].path)
		return -ENOMEM;
	stream->file_count++;
	return 0;
}

/* Begin with a file. Returns 0, -ENOMEM, or a negative errno of opening. */
static int file_open(struct jscope__ctf_stream *stream, size_t file, size_t width_bytes)
{
	const struct jscope__ctf_trace *trace = stream->files[file].trace;
	int64_t *refs =
		realloc(stream->refs, (trace->metadata->reference_count + 1) * sizeof *refs);

	if (!refs)
		return -ENOMEM;
	memset(refs, 0, (trace->metadata->reference_count + 1) * sizeof *refs);
	stream->refs = refs;
	stream->trace = trace;
	stream->path = stream->files[file].path;
	stream->file_at = file;
	stream->packet_index = stream->next_bytes = 0;
	return jscope__ctf_window_open(&stream->window, stream->path, width_bytes);
}

int jscope__ctf_stream_file_next(struct jscope__ctf_stream *stream)
{
	const size_t width_bytes = stream->window.usual_bytes;
	int error = -ENOENT;

	jscope__ctf_window_finish(&stream->window);
	while (error && stream->file_at + 1 < stream->file_count) {
		error = file_open(stream, stream->file_at + 1, width_bytes);
		if (error == -ENOMEM)
			return error;
		if (error) {
			stream->has_hole = true;
			jscope__ctf_damage_add(stream->trace->damage,
					       "Cannot read the stream '%s': %s.", stream->path,
					       strerror(-error));
		}
	}
	return !error;
}

int jscope__ctf_stream_create(const struct jscope__ctf_trace *trace, const char *path,
			      size_t width_bytes, struct jscope__ctf_stream **ret_stream)
{
	struct jscope__ctf_stream *stream = calloc(1, sizeof *stream);
	int error;

	if (!stream)
		return -ENOMEM;
	stream->window.fd = -1;
	stream->first_ns = stream->last_ns = JSCOPE_NS_UNKNOWN;
	error = jscope__ctf_stream_append(stream, trace, path);
	if (!error)
		error = file_open(stream, 0, width_bytes);
	if (error) {
		jscope__ctf_stream_destroy(stream);
		return error;
	}
	*ret_stream = stream;
	return 0;
}

void jscope__ctf_stream_destroy(struct jscope__ctf_stream *stream)
{
	if (!stream)
		return;
	jscope__ctf_window_finish(&stream->window);
	for (size_t i = 0; i < stream->file_count; i++)
		free(stream->files[i].path);
	free(stream->files);
	free(stream->refs);
	free(stream);
}

/* The end of what may be read now, in bits of the packet: its content, or what is in memory. */
static uint64_t limit_bits(const struct jscope__ctf_stream *stream)
{
	const uint64_t window_bits =
		8 * (jscope__ctf_window_end(&stream->window) - stream->packet.at_bytes);

	return window_bits < stream->packet.content_bits ? window_bits
							 : stream->packet.content_bits;
}

void jscope__ctf_stream_cursor(struct jscope__ctf_stream *stream, uint64_t at_bits,
			       struct jscope__ctf_cursor *ret_cursor)
{
	const uint64_t at_bytes = stream->packet.at_bytes + at_bits / 8;

	*ret_cursor = (struct jscope__ctf_cursor){
		.window = jscope__ctf_window_bytes(&stream->window, at_bytes),
		.window_bits = at_bits & ~(uint64_t)7,
		.at_bits = at_bits,
		.end_bits = limit_bits(stream),
		.refs = stream->refs,
		.sequence_length_max = stream->trace->limits.sequence_length,
	};
}

static const struct jscope__ctf_plan *plan_find(const struct jscope__ctf_decoder *decoder,
						uint64_t id)
{
	const struct jscope__ctf_event_class *class;

	if (id < decoder->known_count)
		return decoder->known[id].plan != JSCOPE__CTF_PLAN_NONE
			       ? &decoder->plans[decoder->known[id].plan]
			       : NULL;
	class = jscope__ctf_stream_class_event(decoder->class, id);
	return class ? &decoder->plans[class - decoder->class->events] : NULL;
}

/* Lost is what lies between here and the end of the packet. */
static enum scan damaged(struct jscope__ctf_stream *stream, const char *reason)
{
	stream->has_hole = true;
	jscope__ctf_damage_add(stream->trace->damage,
			       "'%s', packet %" PRIu64 ", byte %" PRIu64
			       ": %s; the rest of the packet is skipped.",
			       stream->path, stream->packet_index,
			       stream->packet.at_bytes + stream->at_bits / 8, reason);
	return SCAN_DAMAGED;
}

/* Something does not fit: into what is in memory, or into the packet. */
static enum scan cut_off(struct jscope__ctf_stream *stream, const char *reason)
{
	if (limit_bits(stream) < stream->packet.content_bits)
		return SCAN_MORE;
	return damaged(stream, reason);
}

static inline void event_count(struct jscope__ctf_stream *stream,
			       const struct jscope__ctf_stamp *stamp)
{
	const jscope_ns last_ns = stream->last_ns;

	if (stamp->cycles_bits)
		stream->clock =
			jscope__ctf_clock_advance(stream->clock, stamp->cycles, stamp->cycles_bits);
	stream->last_ns = jscope__ctf_timebase_ns(&stream->decoder->timebase, stream->clock);
	if (!stream->events++)
		stream->first_ns = stream->last_ns;
	else if (stream->last_ns < last_ns)
		stream->backward++;
}

static void head_add(struct jscope__ctf_stream *stream, const struct jscope__ctf_plan *plan,
		     uint64_t body_bits)
{
	if (plan->is_wanted)
		stream->heads[stream->head_count++] =
			(struct jscope__ctf_head){ stream->last_ns, body_bits, &plan->walked };
}

/* An event whose layout varies, behind its header. */
static enum scan body_walk(struct jscope__ctf_stream *stream, const struct jscope__ctf_plan *plan,
			   uint64_t body_bits, uint64_t *ret_end_bits)
{
	struct jscope__ctf_cursor cursor;
	int error;

	jscope__ctf_stream_cursor(stream, body_bits, &cursor);
	error = jscope__ctf_plan_walk(plan, &cursor, NULL, NULL, NULL);
	if (error == -ENODATA)
		return cut_off(stream, "an event goes beyond the end of its packet");
	if (error)
		return damaged(stream, cursor.reason);
	*ret_end_bits = cursor.at_bits;
	return SCAN_FOUND;
}

/* Any event at all, field by field. */
static enum scan event_walk(struct jscope__ctf_stream *stream)
{
	struct jscope__ctf_cursor cursor;
	struct jscope__ctf_stamp stamp;
	const struct jscope__ctf_plan *plan;
	uint64_t end_bits = 0;
	enum scan scan;
	int error;

	jscope__ctf_stream_cursor(stream, stream->at_bits, &cursor);
	error = jscope__ctf_header_walk(&stream->decoder->header, &cursor, &stamp);
	if (error == -ENODATA)
		return cut_off(stream, "an event header goes beyond the end of its packet");
	if (error)
		return damaged(stream, cursor.reason);
	plan = plan_find(stream->decoder, stamp.id);
	if (!plan)
		return damaged(stream, "the metadata know no event of the id found here");
	scan = body_walk(stream, plan, cursor.at_bits, &end_bits);
	if (scan != SCAN_FOUND)
		return scan;
	if (end_bits == stream->at_bits)
		return damaged(stream, "events without any content have no end");
	event_count(stream, &stamp);
	head_add(stream, plan, cursor.at_bits);
	stream->at_bits = end_bits;
	return SCAN_FOUND;
}

/* What the fast way carries from event to event, kept out of memory meanwhile. */
struct pace {
	uint64_t at_bytes, clock, events, backward;
	jscope_ns last_ns;
	size_t head_count;
};

static struct pace pace_begin(const struct jscope__ctf_stream *stream)
{
	return (struct pace){ stream->at_bits / 8, stream->clock,   stream->events,
			      stream->backward,	   stream->last_ns, stream->head_count };
}

static void pace_end(struct jscope__ctf_stream *stream, const struct pace *pace)
{
	stream->at_bits = 8 * pace->at_bytes;
	stream->clock = pace->clock;
	stream->events = pace->events;
	stream->backward = pace->backward;
	stream->last_ns = pace->last_ns;
	stream->head_count = pace->head_count;
}

/* The layout of an event whose padding depends on where it begins; NULL where it has none. */
static const struct jscope__ctf_layout *layout_at(const struct jscope__ctf_decoder *decoder,
						  uint32_t plan, uint64_t body_bytes)
{
	const struct jscope__ctf_layout *layout;

	if (plan == JSCOPE__CTF_PLAN_NONE)
		return NULL;
	layout = &decoder->plans[plan].layouts[body_bytes & decoder->plans[plan].phase_mask];
	return layout->size_bytes != JSCOPE__CTF_SIZE_VARIES ? layout : NULL;
}

/*
 * The fast way: events of fixed layouts behind compiled headers, as long as they come. Whatever is
 * different (another layout, an unknown id, the end of what is in memory) it leaves to
 * event_walk(). A header may be loaded beyond the limit, where the window has padding.
 *
 * Speed lies in the way from one event to the next: id, size, next id. All else hangs beside it.
 */
static inline __attribute__((always_inline)) void events_run(struct jscope__ctf_stream *stream,
							     uint64_t limit_bytes, bool is_uniform)
{
	const struct jscope__ctf_decoder *const decoder = stream->decoder;
	const struct jscope__ctf_header *const header = &decoder->header;
	const uint64_t align_mask = header->align_bytes - 1;
	/* A number until an offset leads into the buffer: the packet may begin outside of it. */
	const uintptr_t packet = (uintptr_t)stream->window.buffer + stream->packet.at_bytes -
				 stream->window.at_bytes;
	struct pace pace = pace_begin(stream);

	while (pace.head_count < JSCOPE__CTF_HEADS) {
		const uint64_t at_bytes = (pace.at_bytes + align_mask) & ~align_mask;
		const uint8_t *const bytes = (const uint8_t *)(packet + at_bytes);
		const unsigned phase = is_uniform ? 0 : at_bytes % 8;
		const struct jscope__ctf_form *form = &header->usual[phase];
		const struct jscope__ctf_layout *layout;
		const struct jscope__ctf_known *known;
		uint64_t id, body_bytes, end_bytes;
		jscope_ns ts_ns;

		if (at_bytes >= limit_bytes)
			break;
		id = jscope__ctf_place_get(&form->id, bytes);
		if (header->has_escape && id == header->escape) {
			form = &header->extended[phase];
			id = jscope__ctf_place_get(&form->id, bytes);
		}
		if (id >= decoder->known_count)
			break;
		known = &decoder->known[id];
		body_bytes = at_bytes + form->size_bytes;
		end_bytes = body_bytes + known->size_bytes;
		layout = known->layout;
		if (!layout) {
			layout = layout_at(decoder, known->plan, body_bytes);
			if (!layout)
				break;
			end_bytes = body_bytes + layout->size_bytes;
		}
		if (end_bytes > limit_bytes || end_bytes == at_bytes)
			break;
		if (form->timestamp.mask)
			pace.clock = jscope__ctf_clock_advance(
				pace.clock, jscope__ctf_place_get(&form->timestamp, bytes),
				form->timestamp.size_bits);
		ts_ns = jscope__ctf_timebase_ns(&decoder->timebase, pace.clock);
		pace.backward += ts_ns < pace.last_ns; /* unknown is the least of all */
		if (!pace.events++)
			stream->first_ns = ts_ns;
		pace.last_ns = ts_ns;
		pace.at_bytes = end_bytes;
		stream->heads[pace.head_count] =
			(struct jscope__ctf_head){ ts_ns, 8 * body_bytes, layout };
		pace.head_count += known->is_wanted;
	}
	pace_end(stream, &pace);
}

static void events_run_compiled(struct jscope__ctf_stream *stream, uint64_t limit_bytes)
{
	if (stream->decoder->header.is_uniform)
		events_run(stream, limit_bytes, true);
	else
		events_run(stream, limit_bytes, false);
}

static bool align_event(struct jscope__ctf_stream *stream)
{
	const struct jscope__ctf_type *type = stream->decoder->header.type;
	const uint64_t align_bits = type ? type->align_bits : 1;

	stream->at_bits += -stream->at_bits & (align_bits - 1);
	return stream->at_bits < stream->packet.content_bits;
}

/* What events refer to in a header is known only until the next header. */
static size_t heads_max(const struct jscope__ctf_stream *stream)
{
	return stream->decoder->header.is_referred_to ? 1 : JSCOPE__CTF_HEADS;
}

static enum scan events_scan(struct jscope__ctf_stream *stream)
{
	const uint64_t end_bits = limit_bits(stream);
	enum scan scan = SCAN_FOUND;

	while (scan == SCAN_FOUND && stream->head_count < heads_max(stream)) {
		if (!align_event(stream))
			return SCAN_PACKET_END;
		if (stream->decoder->header.is_compiled)
			events_run_compiled(stream, end_bits / 8);
		if (!align_event(stream))
			return SCAN_PACKET_END;
		if (stream->at_bits >= end_bits)
			return cut_off(stream, "an event goes beyond the end of its packet");
		if (stream->head_count < JSCOPE__CTF_HEADS)
			scan = event_walk(stream);
	}
	return scan;
}

/* Bring the next event into the window, which is wide enough for all but absurd ones. */
static int window_advance(struct jscope__ctf_stream *stream)
{
	const uint64_t at_bytes = stream->packet.at_bytes + stream->at_bits / 8;
	const uint64_t end_bytes = jscope__ctf_window_end(&stream->window);
	/* Padding before an event may reach beyond what is in memory. */
	const uint64_t had_bytes = end_bytes > at_bytes ? end_bytes - at_bytes : 0;
	size_t want_bytes = stream->window.width_bytes;
	int64_t got_bytes;

	if (at_bytes == stream->window.at_bytes)
		want_bytes *= 2;
	if (want_bytes > stream->trace->limits.event_bytes) {
		damaged(stream, "an event is larger than the limit (--limits event=SIZE)");
		return 0;
	}
	got_bytes = jscope__ctf_window_slide(&stream->window, at_bytes, want_bytes);
	if (got_bytes < 0)
		return (int)got_bytes;
	if ((uint64_t)got_bytes > had_bytes)
		return 1;
	damaged(stream, stream->window.error ? strerror(stream->window.error)
					     : "the file ends in the middle of the packet");
	return 0;
}

static void packet_close(struct jscope__ctf_stream *stream)
{
	stream->in_packet = false;
	stream->packet_index++;
}

/* Scan on in the packet in hand. Returns 0 or -ENOMEM. */
static int packet_scan(struct jscope__ctf_stream *stream)
{
	int status = 1;

	switch (events_scan(stream)) {
	case SCAN_FOUND:
		break;
	case SCAN_MORE:
		/* Heads still point into the window: it moves when they are used up. */
		if (!stream->head_count)
			status = window_advance(stream);
		break;
	case SCAN_PACKET_END:
	case SCAN_DAMAGED:
		status = 0;
		break;
	}
	if (!status)
		packet_close(stream);
	return status < 0 ? status : 0;
}

/* Heads for what was lost before the packet in hand. */
static void gaps_tell(struct jscope__ctf_stream *stream)
{
	for (unsigned i = 0; i < stream->gap_count; i++) {
		jscope_ns at_ns = stream->gaps[i].begin_ns;

		if (at_ns == JSCOPE_NS_UNKNOWN)
			at_ns = stream->gaps[i].end_ns;
		if (at_ns == JSCOPE_NS_UNKNOWN || at_ns < stream->last_ns)
			at_ns = stream->last_ns;
		stream->heads[stream->head_count++] = (struct jscope__ctf_head){ .ts_ns = at_ns };
	}
	stream->gap_at = 0;
}

int jscope__ctf_stream_refill(struct jscope__ctf_stream *stream)
{
	const uint64_t begin_bytes = stream->next_bytes;
	const uint64_t events_max = stream->events + 16 * JSCOPE__CTF_HEADS;
	const uint64_t packets_max = stream->packet_index + PACKETS_AT_ONCE;
	int status = 0;

	stream->head_count = 0;
	while (!status && !stream->head_count && !stream->has_ended) {
		if (stream->events > events_max || stream->packet_index > packets_max ||
		    stream->next_bytes - begin_bytes > JSCOPE__CTF_EVENT_BYTES)
			return -EAGAIN;
		if (stream->in_packet) {
			status = packet_scan(stream);
		} else {
			status = jscope__ctf_packet_open(stream);
			gaps_tell(stream);
		}
	}
	return status ? status : stream->head_count > 0;
}

void jscope__ctf_stream_take_walk(struct jscope__ctf_stream *stream,
				  const struct jscope__ctf_head *head, int64_t *slots)
{
	struct jscope__ctf_cursor cursor;

	jscope__ctf_stream_cursor(stream, head->body_bits, &cursor);
	jscope__ctf_plan_walk(head->layout->plan, &cursor, stream->packet_values,
			      stream->trace->strings, slots);
}
