/* Integers at any bit, against a reader that goes bit by bit. */
#include "../cmocka_all.h"

#include <stdlib.h>

#include "ctf/bits.h"

#define BYTES 32

/* The value that one bit after the other makes. */
static int64_t slow_get(const uint8_t *memory, uint64_t at_bits, unsigned size_bits, bool is_signed,
			bool is_big_endian)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < size_bits; i++) {
		const uint64_t at = at_bits + i;
		const unsigned shift = is_big_endian ? 7 - at % 8 : at % 8;
		const uint64_t bit = memory[at / 8] >> shift & 1;

		value |= bit << (is_big_endian ? size_bits - 1 - i : i);
	}
	if (is_signed && value >> (size_bits - 1) && size_bits < 64)
		value |= UINT64_MAX << size_bits;
	return (int64_t)value;
}

static void compare(const uint8_t *memory, uint64_t at_bits, unsigned size_bits)
{
	for (unsigned kind = 0; kind < 4; kind++) {
		const bool is_signed = kind & 1, is_big_endian = kind & 2;

		assert_int_equal(
			jscope__ctf_bits_get(memory, at_bits, size_bits, is_signed, is_big_endian),
			slow_get(memory, at_bits, size_bits, is_signed, is_big_endian));
	}
}

static void compare_all(const uint8_t *memory)
{
	for (unsigned at_bits = 0; at_bits < 64; at_bits++)
		for (unsigned size_bits = 1; size_bits <= 64; size_bits++)
			compare(memory, at_bits, size_bits);
}

static void test_random_bytes(void **state)
{
	uint8_t memory[BYTES];

	(void)state;
	srandom(1);
	for (unsigned round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof memory; i++)
			memory[i] = (uint8_t)random();
		compare_all(memory);
	}
}

static void test_extremes(void **state)
{
	static const uint8_t patterns[] = { 0x00, 0xff, 0x80, 0x01, 0x7f, 0xaa };
	uint8_t memory[BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof patterns; i++) {
		memset(memory, patterns[i], sizeof memory);
		compare_all(memory);
	}
}

/* Not a bit beyond the nine bytes that must be readable: the sanitizer watches the heap. */
static void test_nine_bytes_are_enough(void **state)
{
	(void)state;
	for (unsigned at_bits = 0; at_bits < 64; at_bits++) {
		const size_t size_bytes = at_bits / 8 + 9;
		uint8_t *memory = malloc(size_bytes);

		assert_non_null(memory);
		memset(memory, 0x5a, size_bytes);
		for (unsigned size_bits = 1; size_bits <= 64; size_bits++)
			compare(memory, at_bits, size_bits);
		free(memory);
	}
}

static void test_known_values(void **state)
{
	static const uint8_t memory[BYTES] = { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0 };

	(void)state;
	assert_int_equal(jscope__ctf_bits_get(memory, 0, 16, false, false), 0x3412);
	assert_int_equal(jscope__ctf_bits_get(memory, 0, 16, false, true), 0x1234);
	/* A compact header of 5 bits of id and 27 bits of time, in both orders. */
	assert_int_equal(jscope__ctf_bits_get(memory, 0, 5, false, false), 0x12);
	assert_int_equal(jscope__ctf_bits_get(memory, 5, 27, false, false), 0x78563412 >> 5);
	assert_int_equal(jscope__ctf_bits_get(memory, 0, 5, false, true), 0x12 >> 3);
	assert_int_equal(jscope__ctf_bits_get(memory, 5, 27, false, true), 0x12345678 & 0x7ffffff);
	assert_int_equal(jscope__ctf_bits_get(memory, 32, 8, true, false), 0x9a - 0x100);
	assert_int_equal(jscope__ctf_bits_get(memory, 0, 64, false, true), 0x123456789abcdef0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_nine_bytes_are_enough),
		cmocka_unit_test(test_known_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
