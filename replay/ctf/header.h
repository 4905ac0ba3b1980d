/*
 * Event headers: the id of the class and the timestamp that stand before every event.
 *
 * The usual ones have a fixed form, or two of them chosen by a value of the id that is none:
 *
 *   compact    | id:5 | timestamp:27 |            | 31 | id:32 | timestamp:64 |
 *   large      | id:16 | timestamp:32 |           | 65535 | id:32 | timestamp:64 |
 *   ours       | id:16 | timestamp:64 |
 *
 * These are compiled into positions; any other header is walked over by type. Read-only after
 * compiling.
 */
#ifndef REPLAY_CTF_HEADER_H
#define REPLAY_CTF_HEADER_H

#include "bits.h"
#include "walk.h"

/* Bytes that a compiled header has at most: what may be loaded before any bound is known. */
#define JSCOPE__CTF_HEADER_BYTES 48

/*
 * Where an unsigned integer lies in a header: within the eight bytes from a whole one on. mask 0:
 * nowhere.
 */
struct jscope__ctf_place {
	uint64_t mask;
	uint8_t at_bytes, shift_bits, size_bits;
	bool is_big_endian;
};

struct jscope__ctf_form {
	struct jscope__ctf_place id, timestamp;
	uint32_t size_bytes;
};

struct jscope__ctf_header {
	const struct jscope__ctf_type *type; /* NULL: events have no header */
	bool is_referred_to;		     /* by lengths or tags in events */
	bool is_compiled;		     /* forms are valid, and headers begin at whole bytes */
	bool is_uniform;		     /* forms are the same wherever a header begins */
	unsigned align_bytes;
	bool has_escape;
	uint64_t escape; /* the id that announces the other form */
	/* By position in the packet modulo 8 bytes: the usual form, and that behind the escape. */
	struct jscope__ctf_form usual[8], extended[8];
};

/* What an event header says. */
struct jscope__ctf_stamp {
	uint64_t id;
	uint64_t cycles;      /* as many low bits of the clock as there are */
	unsigned cycles_bits; /* 0: none */
};

void jscope__ctf_header_compile(const struct jscope__ctf_stream_class *stream_class,
				struct jscope__ctf_header *ret_header);

/* Any header, by type. The cursor is left behind it. Returns as jscope__ctf_walk(). */
int jscope__ctf_header_walk(const struct jscope__ctf_header *header,
			    struct jscope__ctf_cursor *cursor, struct jscope__ctf_stamp *ret_stamp);

/* The integer of a place in the header that begins there, of which eight bytes can be loaded. */
static inline uint64_t jscope__ctf_place_get(const struct jscope__ctf_place *place,
					     const uint8_t *header)
{
	const uint64_t word = jscope__ctf_load64(header + place->at_bytes, place->is_big_endian);

	return (word >> place->shift_bits) & place->mask;
}

/* The clock after a timestamp of so many bits: the next instant that ends in them. */
static inline uint64_t jscope__ctf_clock_advance(uint64_t clock, uint64_t cycles, unsigned bits)
{
	uint64_t mask, next;

	if (bits >= 64)
		return cycles;
	mask = ((uint64_t)1 << bits) - 1;
	next = (clock & ~mask) | (cycles & mask);
	return next < clock ? next + mask + 1 : next;
}

#endif
