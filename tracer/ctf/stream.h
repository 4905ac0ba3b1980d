/*
 * One stream file of a CTF trace: packets of events, written one behind the other. One thread.
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

enum jscope__ctf_class { JSCOPE__CTF_EVENTS, JSCOPE__CTF_TRUTH };

struct jscope__ctf_stream {
	int fd;
	uint8_t *bytes; /* owned, of JSCOPE__CTF_PACKET_BYTES; the packet that is being filled */
	size_t used;
	uint8_t uuid[16];
	enum jscope__ctf_class class;
	uint32_t cpu;
	uint64_t packet_count; /* written */
	uint64_t file_bytes;
	jscope_ns begin_ns, end_ns; /* of the packet; begin_ns is that of its first event */
	uint64_t event_count;
	uint64_t discarded_count;
	bool losing;   /* events are counted and not kept */
	bool has_lost; /* from the beginning of a loss until its end is written */
	int error;     /* the first write that failed */
};

/* Make the file. Returns 0, -ENOMEM, or the negative errno of open(2), without a sentence. */
int jscope__ctf_stream_open(struct jscope__ctf_stream *stream, int directory, const char *name,
			    const uint8_t uuid[16], enum jscope__ctf_class class, uint32_t cpu);

/*
 * Room for an event of `size` bytes at `at_ns`, or NULL where it is lost. The caller fills all of
 * it. Never fails: when a packet cannot be written, `error` is set and what follows is thrown away.
 */
uint8_t *jscope__ctf_stream_room(struct jscope__ctf_stream *stream, size_t size, jscope_ns at_ns);

/* Events from here on are lost, and kept again. */
void jscope__ctf_stream_lose(struct jscope__ctf_stream *stream, jscope_ns at_ns);
void jscope__ctf_stream_keep(struct jscope__ctf_stream *stream);

/* Write what is there and close. Returns 0 or the first error. A stream never opened is allowed. */
int jscope__ctf_stream_close(struct jscope__ctf_stream *stream, jscope_ns at_ns);

#endif
