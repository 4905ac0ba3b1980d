/*
 * A stream of a trace: a file, or several that follow each other, read packet by packet through a
 * window, scanned into heads.
 *
 * A head is an event that was found but not yet decoded: its time, its plan, where it lies. Heads
 * point into the window, so that a refill makes those before it void. One thread at a time.
 */
#ifndef REPLAY_CTF_STREAM_H
#define REPLAY_CTF_STREAM_H

#include "damage.h"
#include "header.h"
#include "packet.h"
#include "plan.h"
#include "replay/reader.h"
#include "window.h"

/* Heads of a refill at most. */
#define JSCOPE__CTF_HEADS 256

/* What the fast way must know of an event's id to find the next event. */
struct jscope__ctf_known {
	/* Of events that are the same wherever they begin; NULL for others. */
	const struct jscope__ctf_layout *layout;
	uint32_t size_bytes; /* behind the header: the layout's, or JSCOPE__CTF_SIZE_VARIES */
	uint32_t plan;	     /* its index; JSCOPE__CTF_PLAN_NONE where the id is unknown */
	bool is_wanted;
};
#define JSCOPE__CTF_PLAN_NONE UINT32_MAX

/* The events of a stream class, ready to be decoded. Read-only while decoding. */
struct jscope__ctf_decoder {
	const struct jscope__ctf_stream_class *class;
	struct jscope__ctf_timebase timebase;
	struct jscope__ctf_header header;
	struct jscope__ctf_plan *plans; /* owned, as many as the class has events, in their order */
	struct jscope__ctf_known *known; /* owned: of all ids below the count */
	size_t known_count;
	jscope_ns end_ns; /* of the last packet of all its streams, once they were read */
};

/* What all streams of one trace have in common; borrowed by them. */
struct jscope__ctf_trace {
	struct jscope__ctf_metadata *metadata; /* owned */
	struct jscope__ctf_decoder *decoders;  /* owned, in the order of metadata->streams */
	struct jscope__ctf_limits limits;
	char *path;    /* owned: the directory whose metadata these are */
	size_t family; /* the same for parts of one recording */
	bool is_lttng;
	struct jscope__ctf_damage *damage; /* borrowed */
	struct jscope__strings *strings;   /* borrowed */
};

/* A file of a stream. */
struct jscope__ctf_file {
	const struct jscope__ctf_trace *trace; /* borrowed */
	char *path;			       /* owned */
};

struct jscope__ctf_head {
	jscope_ns ts_ns;
	uint64_t body_bits; /* of the packet: where the event begins behind its header */
	const struct jscope__ctf_layout *layout; /* NULL: what was lost before the next packet */
};

struct jscope__ctf_stream {
	const struct jscope__ctf_trace *trace;
	const struct jscope__ctf_decoder *decoder; /* of the packet in hand */
	const char *path;			   /* of the file in hand */
	struct jscope__ctf_file *files;		   /* owned, one behind the other: its parts */
	size_t file_count, file_at;		   /* file_at: the one in hand */
	struct jscope__ctf_window window;
	struct jscope__ctf_packet packet;
	bool in_packet, has_ended;
	bool has_hole;	       /* behind the last event, where something was skipped */
	uint64_t packet_index; /* of the one in hand, from 0 */
	uint64_t next_bytes;   /* where the next packet begins in the file */
	uint64_t at_bits;      /* where the next event begins in the packet */
	uint64_t clock;	       /* cycles, as of the last event */
	uint32_t cpu;	       /* of the packet in hand; 0 where it tells none */
	bool knows_cpu;
	int64_t *refs; /* owned */
	int64_t packet_values[JSCOPE__CTF_PACKET_VALUES];

	/* As of the last packet whose context could be read. */
	bool had_packet;
	struct jscope__ctf_packet last;

	struct jscope_gap gaps[3]; /* what heads without a plan stand for, in their order */
	unsigned gap_count, gap_at;

	uint64_t events, packets; /* read */
	uint64_t backward;	  /* events whose time is before that of the event before */
	jscope_ns first_ns, last_ns;

	size_t head_count;
	struct jscope__ctf_head heads[JSCOPE__CTF_HEADS + 1]; /* one to write what nobody wants */
};

/*
 * trace: borrowed. width_bytes: of the window. A file that is no stream, or empty, is legal: its
 * first refill ends it.
 * Returns 0, -ENOMEM, or a negative errno of opening.
 */
int jscope__ctf_stream_create(const struct jscope__ctf_trace *trace, const char *path,
			      size_t width_bytes, struct jscope__ctf_stream **ret_stream);
void jscope__ctf_stream_destroy(struct jscope__ctf_stream *stream);

/*
 * Find the next events, once all heads are used up. Damage is noted where it is met; it ends its
 * packet, not the stream.
 * Returns 1 when there are heads, 0 at the end of the stream, -EAGAIN when a window's worth of
 * events was read of which nobody wants any, -ENOMEM.
 */
int jscope__ctf_stream_refill(struct jscope__ctf_stream *stream);

/* Let it go on in another file, of a trace of the same family, when those before are read. */
int jscope__ctf_stream_append(struct jscope__ctf_stream *stream,
			      const struct jscope__ctf_trace *trace, const char *path);

/*
 * Open the file behind the one in hand. Returns 1, 0 where there is none, -ENOMEM; a file that
 * cannot be read is noted and left out.
 */
int jscope__ctf_stream_file_next(struct jscope__ctf_stream *stream);

/* The first packet of its first file; false where there is none. Before refills. */
bool jscope__ctf_stream_peek(struct jscope__ctf_stream *stream,
			     struct jscope__ctf_packet *ret_packet);

/* A cursor over what is in memory of the packet in hand. */
void jscope__ctf_stream_cursor(struct jscope__ctf_stream *stream, uint64_t at_bits,
			       struct jscope__ctf_cursor *ret_cursor);

/* A byte of the packet in hand, which must lie in the window. */
static inline const uint8_t *jscope__ctf_stream_byte(const struct jscope__ctf_stream *stream,
						     uint64_t at_bytes)
{
	return jscope__ctf_window_bytes(&stream->window, stream->packet.at_bytes + at_bytes);
}

/* Fill the slots of an event that has to be walked over. */
void jscope__ctf_stream_take_walk(struct jscope__ctf_stream *stream,
				  const struct jscope__ctf_head *head, int64_t *slots);

/* Fill the slots of the event of a head. slots: room for JSCOPE_SLOTS_MAX + 1. */
static inline void jscope__ctf_stream_take(struct jscope__ctf_stream *stream,
					   const struct jscope__ctf_head *head, int64_t *slots)
{
	if (head->layout->size_bytes != JSCOPE__CTF_SIZE_VARIES)
		jscope__ctf_plan_take(head->layout,
				      jscope__ctf_stream_byte(stream, head->body_bits / 8),
				      stream->packet_values, stream->trace->strings, slots);
	else
		jscope__ctf_stream_take_walk(stream, head, slots);
}

#endif
