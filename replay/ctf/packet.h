/*
 * Packets: what the header and the context of one say. One thread at a time.
 */
#ifndef REPLAY_CTF_PACKET_H
#define REPLAY_CTF_PACKET_H

#include "walk.h"

/* A number that packets may have; size_bits 0 where they have none. */
struct jscope__ctf_number {
	uint64_t value;
	unsigned size_bits;
};

struct jscope__ctf_packet {
	uint64_t at_bytes;		  /* where it begins in its file */
	uint64_t size_bits, content_bits; /* both from its beginning; content_bits <= size_bits */
	uint64_t events_bits;		  /* where its first event begins */
	const struct jscope__ctf_stream_class *stream_class;
	bool is_cut;   /* some of its content is missing behind content_bits */
	bool is_whole; /* context and sizes are sound, whatever the header is */
	struct jscope__ctf_number begin, end; /* clock */
	struct jscope__ctf_number sequence, discarded, cpu;
};

/*
 * Parse header and context of the packet at the cursor, which covers from its beginning all that is
 * in memory.
 *
 * file_bits: what the file has from the beginning of the packet on.
 * values: of the members of the packet context, room for JSCOPE__CTF_PACKET_VALUES.
 * Returns 0, -ENODATA (the cursor covers too little), -EBADMSG (cursor->reason says what it is
 * not; where ret_packet->size_bits is not 0 the next packet can be found all the same).
 */
#define JSCOPE__CTF_PACKET_VALUES 64
int jscope__ctf_packet_parse(const struct jscope__ctf_metadata *metadata,
			     struct jscope__ctf_cursor *cursor, uint64_t file_bits, int64_t *values,
			     struct jscope__ctf_packet *ret_packet);

#endif
