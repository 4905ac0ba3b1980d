/*
 * Integers of 1..64 bits at any bit of memory, in both byte orders. Pure, any thread.
 *
 * Little endian: bit 0 of a field is the lowest bit of its first byte, and the bits of a byte are
 * numbered from the lowest. Big endian: the first bit is the highest of its first byte.
 */
#ifndef REPLAY_CTF_BITS_H
#define REPLAY_CTF_BITS_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes from memory that need not be aligned, as a number of that byte order. */
static inline uint64_t jscope__ctf_load64(const uint8_t *bytes, bool is_big_endian)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return is_big_endian ? be64toh(word) : le64toh(word);
}

static inline int64_t jscope__ctf_extend(uint64_t value, unsigned size_bits, bool is_signed)
{
	const uint64_t sign = is_signed ? (uint64_t)1 << (size_bits - 1) : 0;

	return (int64_t)((value ^ sign) - sign);
}

/*
 * The `size_bits` (1..64) from bit `at_bits` of memory on. Nine bytes from the first one on must be
 * readable, whatever the size.
 */
static inline int64_t jscope__ctf_bits_get(const uint8_t *memory, uint64_t at_bits,
					   unsigned size_bits, bool is_signed, bool is_big_endian)
{
	const uint8_t *bytes = memory + at_bits / 8;
	const unsigned skip = at_bits % 8;
	const uint64_t mask = UINT64_MAX >> (64 - size_bits);
	uint64_t value = jscope__ctf_load64(bytes, is_big_endian);

	if (is_big_endian) {
		value <<= skip;
		if (skip)
			value |= bytes[8] >> (8 - skip);
		value >>= 64 - size_bits;
	} else {
		value >>= skip;
		if (skip)
			value |= (uint64_t)bytes[8] << (64 - skip);
		value &= mask;
	}
	return jscope__ctf_extend(value, size_bits, is_signed);
}

#endif
