/*
 * Laying types over bytes, field by field: the slow and general way, for whatever has no fixed
 * layout and for people. It looks at every bound before it takes a byte. The caller's thread.
 */
#ifndef REPLAY_CTF_WALK_H
#define REPLAY_CTF_WALK_H

#include "metadata.h"

/* Readable bytes that must lie behind a window's end, so that a load may take 8 (or 9) bytes. */
#define JSCOPE__CTF_PADDING_BYTES 16

/*
 * A place in a packet. Positions count bits from the beginning of the packet, which alignment
 * refers to; only a window of the packet is in memory.
 */
struct jscope__ctf_cursor {
	const uint8_t *window; /* with JSCOPE__CTF_PADDING_BYTES behind end_bits */
	uint64_t window_bits;  /* position of window[0], a multiple of 8 */
	uint64_t at_bits;
	uint64_t end_bits; /* first position that must not be read */
	int64_t *refs;	   /* values of lengths and tags, by reference */
	uint64_t sequence_length_max;
	const char *reason; /* of a failure: half a sentence, "a string has no end" */
};

/* A value as decoded. */
struct jscope__ctf_value {
	union {
		int64_t integer; /* of INTEGER and ENUMERATION; the bit pattern where unsigned */
		double real;	 /* of FLOAT */
		struct { /* of STRING (without its zero), and of arrays of characters or bytes */
			const uint8_t *bytes;
			uint64_t size_bytes;
		};
		uint64_t length;			/* of other arrays and sequences */
		const struct jscope__ctf_field *option; /* of VARIANT: what was selected */
	};
};

/*
 * Who is told. Any function may be NULL. `field` is NULL for elements of arrays and for the scope
 * itself; `index` counts members or elements.
 *
 * begin() and end() embrace structures, variants, and arrays whose elements are visited one by one.
 * Arrays and sequences of characters, and of plain unsigned bytes that begin at a whole byte, come
 * as one value().
 */
struct jscope__ctf_visitor {
	void (*begin)(void *state, const struct jscope__ctf_type *type,
		      const struct jscope__ctf_field *field, uint64_t index,
		      const struct jscope__ctf_value *value);
	void (*end)(void *state, const struct jscope__ctf_type *type);
	void (*value)(void *state, const struct jscope__ctf_type *type,
		      const struct jscope__ctf_field *field, uint64_t index,
		      const struct jscope__ctf_value *value);
};

/*
 * Walk over one scope and leave the cursor behind it. visitor: NULL where only the end is wanted.
 * Returns 0, -ENODATA (it does not fit before end_bits; the cursor stands anywhere),
 * -EBADMSG (it cannot be: reason says why).
 */
int jscope__ctf_walk(struct jscope__ctf_cursor *cursor, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_visitor *visitor, void *state);

#endif
