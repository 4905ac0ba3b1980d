#include "reader_ctf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

/* A next() may read on for so many windows without an event that anybody wants. */
#define PATIENCE 64

static struct jscope__ctf *reader_of(struct jscope_reader *base)
{
	return (struct jscope__ctf *)base;
}

static bool wants_text(const struct jscope__ctf *reader)
{
	return reader->flags & JSCOPE_READER_TEXT;
}

static void begin_note(struct jscope__ctf *reader, const struct jscope__ctf_stream *stream)
{
	if (stream->first_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (reader->info.begin_ns == JSCOPE_NS_UNKNOWN || stream->first_ns < reader->info.begin_ns)
		reader->info.begin_ns = stream->first_ns;
	if (reader->info.end_ns == JSCOPE_NS_UNKNOWN || stream->last_ns > reader->info.end_ns)
		reader->info.end_ns = stream->last_ns;
}

/* Counters of a stream join those of the reader as it reads, so that progress is seen. */
static int stream_refill(struct jscope__ctf *reader, struct jscope__ctf_stream *stream)
{
	const uint64_t events = stream->events, packets = stream->packets;
	const uint64_t backward = stream->backward;
	int status = jscope__ctf_stream_refill(stream);

	reader->info.events += stream->events - events;
	reader->info.packets += stream->packets - packets;
	reader->info.disordered += stream->backward - backward;
	begin_note(reader, stream);
	return status;
}

/*
 * Find the first events of all streams. Returns 0, -EAGAIN where that takes long and is to be gone
 * on with, or another negative errno.
 */
static int begin(struct jscope__ctf *reader)
{
	int status = 0;

	if (!reader->has_announced)
		status = jscope__ctf_announce(reader);
	reader->has_announced = true;
	for (unsigned i = 0; status >= 0 && reader->begun_count < reader->stream_count; i++) {
		status = stream_refill(reader, reader->streams[reader->begun_count]);
		if (status == -EAGAIN && i < PATIENCE)
			status = 0;
		else if (status >= 0)
			reader->begun_count++;
	}
	if (status < 0)
		return status;
	status = jscope__ctf_merge_init(&reader->merge, reader->streams,
					(uint32_t)reader->stream_count);
	reader->has_begun = status == 0;
	return status;
}

static uint64_t sum_sat(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void gap_deliver(struct jscope__ctf *reader, struct jscope__ctf_stream *stream,
			struct jscope_batch *batch)
{
	batch->gap = stream->gaps[stream->gap_at++];
	batch->has_gap = true;
	reader->info.lost_events = sum_sat(reader->info.lost_events, batch->gap.events);
	reader->info.lost_packets = sum_sat(reader->info.lost_packets, batch->gap.packets);
}

static inline __attribute__((always_inline)) void event_deliver(struct jscope__ctf_stream *stream,
								const struct jscope__ctf_head *head,
								struct jscope_batch *batch)
{
	const struct jscope__ctf_layout *layout = head->layout;
	int64_t *slots = &batch->slots[batch->slot_count];

	jscope__ctf_stream_take(stream, head, slots);
	batch->events[batch->count++] = (struct jscope_event){
		.ts_ns = head->ts_ns,
		.slot = slots,
		.cpu = layout->cpu_slot < 0 ? stream->cpu : (uint32_t)slots[layout->cpu_slot],
		.class_index = layout->class_index,
		.slot_count = layout->slot_count,
	};
	batch->slot_count += layout->slot_count;
}

/* The text of an event, and the event. */
static __attribute__((noinline)) void text_deliver(struct jscope__ctf *reader,
						   struct jscope__ctf_stream *stream,
						   const struct jscope__ctf_head *head,
						   struct jscope_batch *batch)
{
	struct jscope__text *text = &reader->texts[batch->count];

	jscope__ctf_text_event(text, stream, head);
	batch->texts[batch->count] = text->data;
	event_deliver(stream, head, batch);
}

/* The stream in hand is used up: read on in it. Returns -EAGAIN when the batch has to wait for it. */
static int stream_go_on(struct jscope__ctf *reader)
{
	struct jscope__ctf_merge *merge = &reader->merge;
	struct jscope__ctf_stream *stream =
		merge->lanes[jscope__ctf_entrant_rank(merge->winner)].stream;
	int status = -EAGAIN;

	for (unsigned i = 0; status == -EAGAIN && i < PATIENCE; i++)
		status = stream_refill(reader, stream);
	if (status >= 0)
		jscope__ctf_merge_refill(merge);
	return status;
}

/*
 * Deliver in time order until a stream is used up: then true, and it is the winner's. The winner is
 * kept out of memory meanwhile.
 */
static bool heads_deliver(struct jscope__ctf *reader, struct jscope_batch *batch)
{
	const bool has_text = wants_text(reader);
	const size_t count_max = has_text ? JSCOPE__CTF_BATCH_TEXT : JSCOPE_BATCH_EVENTS;
	struct jscope__ctf_merge *const merge = &reader->merge;
	jscope__ctf_entrant winner = merge->winner;
	struct jscope__ctf_lane *lane = NULL;

	while (jscope__ctf_entrant_rank(winner) < JSCOPE__CTF_RANK_ENDED && !batch->has_gap &&
	       batch->count < count_max && jscope_batch_has_room(batch)) {
		const struct jscope__ctf_head *head;

		lane = &merge->lanes[jscope__ctf_entrant_rank(winner)];
		head = lane->next;
		if (head == lane->end)
			break;
		lane->next = head + 1;
		if (!head->layout)
			gap_deliver(reader, lane->stream, batch);
		else if (has_text)
			text_deliver(reader, lane->stream, head, batch);
		else
			event_deliver(lane->stream, head, batch);
		if (head + 1 == lane->end)
			break;
		winner = jscope__ctf_merge_replay(
			merge,
			jscope__ctf_entrant_make(head[1].ts_ns, jscope__ctf_entrant_rank(winner)));
		lane = NULL;
	}
	merge->winner = winner;
	return lane != NULL;
}

static int batch_fill(struct jscope__ctf *reader, struct jscope_batch *batch)
{
	int status = 0;

	while (status >= 0 && !batch->has_gap && heads_deliver(reader, batch))
		status = stream_go_on(reader);
	return status;
}

static int reader_next(struct jscope_reader *base, struct jscope_batch *batch)
{
	struct jscope__ctf *reader = reader_of(base);
	int status = 0;

	jscope_batch_reset(batch);
	if (!reader->has_begun)
		status = begin(reader);
	if (status >= 0)
		status = batch_fill(reader, batch);
	if (!status && !batch->count && !batch->has_gap && !reader->has_ended) {
		reader->has_ended = true;
		jscope__ctf_ends_check(reader);
	}
	reader->info.refused = jscope__strings_refused(reader->strings);
	reader->info.damages = reader->damage.count;
	reader->info.partial = reader->damage.count > 0 || (status < 0 && status != -EAGAIN);
	batch->info = reader->info;
	if (!reader->has_begun) /* an earlier event may come yet */
		batch->info.begin_ns = JSCOPE_NS_UNKNOWN;
	if (status < 0 && status != -EAGAIN)
		return status;
	return status == -EAGAIN || batch->count || batch->has_gap;
}

static bool reader_class_has(struct jscope_reader *base, const char *field)
{
	const struct jscope__ctf *reader = reader_of(base);

	return reader->announced_class &&
	       jscope__ctf_plan_has_field(reader->announced_stream, reader->announced_class, field);
}

static const char *reader_string(struct jscope_reader *base, int64_t id)
{
	return jscope__strings_get(reader_of(base)->strings, id);
}

static const struct jscope_reader_info *reader_info(struct jscope_reader *base)
{
	struct jscope__ctf *reader = reader_of(base);

	reader->info.damages = reader->damage.count;
	reader->info.damage_sentences = (const char *const *)reader->damage.sentences;
	reader->info.damage_sentence_count = reader->damage.sentence_count;
	reader->info.remarks = (const char *const *)reader->damage.remarks;
	reader->info.remark_count = reader->damage.remark_count;
	return &reader->info;
}

static void reader_destroy(struct jscope_reader *base)
{
	struct jscope__ctf *reader = reader_of(base);

	if (!reader)
		return;
	jscope__ctf_merge_finish(&reader->merge);
	jscope__ctf_traces_close(reader);
	jscope__strings_destroy(reader->strings);
	jscope__ctf_damage_finish(&reader->damage);
	for (size_t i = 0; i < JSCOPE__CTF_BATCH_TEXT; i++)
		jscope__text_finish(&reader->texts[i]);
	free(reader);
}

static int reader_create_limited(const char *path, unsigned flags,
				 const struct jscope_limits *limits, jscope_announce_fn *announce,
				 void *announce_state, struct jscope_reader **ret_reader)
{
	struct jscope__ctf *reader = calloc(1, sizeof *reader);
	int error;

	if (!reader)
		return -ENOMEM;
	reader->base.ops = &jscope_reader_native;
	reader->flags = flags;
	reader->limits = (struct jscope__ctf_limits){
		.metadata_bytes = limits->metadata_bytes,
		.type_count = limits->type_count,
		.nesting = (unsigned)limits->nesting,
		.sequence_length = limits->sequence_length,
		.packet_bytes = limits->packet_bytes,
		.event_bytes = limits->event_bytes,
	};
	jscope__ctf_limits_complete(&reader->limits);
	reader->announce = announce;
	reader->announce_state = announce_state;
	reader->info.begin_ns = reader->info.end_ns = JSCOPE_NS_UNKNOWN;
	error = jscope__strings_create(&reader->strings);
	if (!error)
		error = jscope__ctf_traces_open(reader, path);
	if (error < 0) {
		reader_destroy(&reader->base);
		return error;
	}
	*ret_reader = &reader->base;
	return 0;
}

static int reader_create(const char *path, unsigned flags, jscope_announce_fn *announce,
			 void *announce_state, struct jscope_reader **ret_reader)
{
	static const struct jscope_limits usual;

	return reader_create_limited(path, flags, &usual, announce, announce_state, ret_reader);
}

const struct jscope_reader_ops jscope_reader_native = {
	.name = "native",
	.is_movable = true,
	.create = reader_create,
	.create_limited = reader_create_limited,
	.next = reader_next,
	.class_has = reader_class_has,
	.string = reader_string,
	.info = reader_info,
	.destroy = reader_destroy,
};
