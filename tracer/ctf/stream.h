/*
 * One stream file of a CTF trace: packets of events, written one behind the other. For the writers
 * of simulated machines and of the running kernel. One thread.
 *
 *   ┌ packet header ┬ packet context ┬ event ┬ event ┬ ... ┐┌ packet header ┬ ...
 *   │ magic, uuid,  │ begin, end,    │                     ││
 *   │ stream class  │ sizes, number, │                     ││
 *   │               │ lost, CPU      │                     ││
 *   └───────────────┴────────────────┴─────────────────────┘└
 *
 * A packet is as long as its content. It is written when the next event does not fit, and cut early
 * where events begin or cease to be lost: readers put a loss between the ends of two packets.
 */
#ifndef CTF_STREAM_H
#define CTF_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"

#define JSCOPE__CTF_MAGIC	 UINT32_C(0xC1FC1FC1)
#define JSCOPE__CTF_PACKET_BYTES ((size_t)128 << 10)

/* What every packet says of its stream. */
struct jscope__ctf_identity {
	uint8_t uuid[16];
	uint32_t class; /* its id in the metadata */
	uint32_t cpu;
	bool is_part; /* also which stream it is, so that files of other directories go on with it */
};

struct jscope__ctf_stream {
	int fd;
	uint8_t *bytes; /* owned, of JSCOPE__CTF_PACKET_BYTES; the packet that is being filled */
	size_t used;
	size_t head_size; /* of a packet */
	struct jscope__ctf_identity identity;
	uint64_t packet_count; /* written; may begin where another file of the stream ended */
	uint64_t file_bytes;
	jscope_ns begin_ns, end_ns; /* of the packet; begin_ns is that of its first event */
	uint64_t event_count;
	uint64_t written_count;	  /* events in packets that are in the file */
	uint64_t discarded_count; /* may begin likewise */
	bool losing;		  /* events are counted and not kept */
	bool has_lost;		  /* from the beginning of a loss until its end is written */
	int error;		  /* the first write that failed */
};

/* Make the file. Returns 0, -ENOMEM, or the negative errno of open(2), without a sentence. */
int jscope__ctf_stream_open(struct jscope__ctf_stream *stream, int directory, const char *name,
			    const struct jscope__ctf_identity *identity);

/*
 * Room for an event of `size` bytes at `at_ns`, or NULL where it is lost. The caller fills all of
 * it. Never fails: when a packet cannot be written, `error` is set and what follows is thrown away.
 */
uint8_t *jscope__ctf_stream_room(struct jscope__ctf_stream *stream, size_t size, jscope_ns at_ns);

/* An event that is written now must not be earlier. */
jscope_ns jscope__ctf_stream_earliest(const struct jscope__ctf_stream *stream);

/* Events from here on are lost, and kept again. */
void jscope__ctf_stream_lose(struct jscope__ctf_stream *stream, jscope_ns at_ns);
void jscope__ctf_stream_keep(struct jscope__ctf_stream *stream);

/* So many events were lost since the one before, or since the stream began. */
void jscope__ctf_stream_discard(struct jscope__ctf_stream *stream, uint64_t count);

/* Write the packet that is begun, where there is one. */
void jscope__ctf_stream_cut(struct jscope__ctf_stream *stream);
/* Nothing else happened until at_ns: the packet that is begun, or one without events, says so. */
void jscope__ctf_stream_extend(struct jscope__ctf_stream *stream, jscope_ns at_ns);

/* Write what is there and close. Returns 0 or the first error. A stream never opened is allowed. */
int jscope__ctf_stream_close(struct jscope__ctf_stream *stream, jscope_ns at_ns);

#endif
