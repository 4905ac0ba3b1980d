/* Types over bytes: what every kind becomes, and that no bound is ever passed. */
#include "../cmocka_all.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf/bits.h"
#include "ctf_types.h"

/* Everything must be read, and the journal be this one. */
static void expect(const struct jscope__ctf_type *type, const void *bytes, uint64_t size_bits,
		   const char *text)
{
	struct journal journal = { .length = 0 };
	struct place place;

	place_make(&place, bytes, size_bits);
	assert_int_equal(jscope__ctf_walk(&place.cursor, type, &journal_visitor, &journal), 0);
	assert_string_equal(journal.text, text);
	assert_int_equal(place.cursor.at_bits, size_bits);
	place.cursor.at_bits = 0;
	assert_int_equal(jscope__ctf_walk(&place.cursor, type, NULL, NULL), 0);
	assert_int_equal(place.cursor.at_bits, size_bits);
	place_free(&place);
}

/* With or without a visitor. */
static void expect_failure(const struct jscope__ctf_type *type, const void *bytes,
			   uint64_t size_bits, int error, const char *reason)
{
	for (int visited = 0; visited < 2; visited++) {
		struct journal journal = { .length = 0 };
		struct place place;

		place_make(&place, bytes, size_bits);
		assert_int_equal(jscope__ctf_walk(&place.cursor, type,
						  visited ? &journal_visitor : NULL, &journal),
				 error);
		assert_non_null(place.cursor.reason);
		assert_non_null(strstr(place.cursor.reason, reason));
		place_free(&place);
	}
}

static void test_integers(void **state)
{
	static const uint8_t bytes[] = { 0xff, 0x34, 0x12, 0x12, 0x34, 0xb5 };
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_integer(8, 8, true, false));
	type_field_add(type, "b", type_integer(16, 8, false, false));
	type_field_add(type, "c", type_integer(16, 8, false, true));
	type_field_add(type, "d", type_integer(3, 1, false, false));
	type_field_add(type, "e", type_integer(5, 1, true, false));
	expect(type, bytes, 48, " 0={ a=-1 b=4660 c=4660 d=5 e=-10 }");
	types_forget();
}

static void test_wide_integers(void **state)
{
	static const uint8_t bytes[] = { 255, 255, 255, 255, 255, 255, 255, 255,
					 255, 255, 255, 255, 255, 255, 255, 255 };
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_integer(64, 8, true, true));
	type_field_add(type, "b", type_integer(64, 8, false, true));
	expect(type, bytes, 128, " 0={ a=-1 b=18446744073709551615 }");
	types_forget();
}

static void test_floats(void **state)
{
	static const uint8_t bytes[] = {
		0,    0, 0xc0, 0x3f, 0x3f, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0,    0xf8, 0xbf, 0xbf,
		0xf8, 0, 0,    0,    0,	   0,	 0, 7, 0, 0, 0, 0, 0, 0x20, 0,	  2,
	};
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_float(32, 32, false));
	type_field_add(type, "b", type_float(32, 8, true));
	type_field_add(type, "c", type_float(64, 64, false));
	type_field_add(type, "d", type_float(64, 8, true));
	type_field_add(type, "e", type_integer(3, 1, false, false));
	type_field_add(type, "f", type_float(64, 1, false));
	expect(type, bytes, 192 + 3 + 64, " 0={ a=1.5 b=1.5 c=-1.5 d=-1.5 e=7 f=2.5 }");
	types_forget();
}

/* Alignment counts from the beginning of the packet, wherever the window begins. */
static void test_alignment(void **state)
{
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct jscope__ctf_type *type = type_struct();
	struct journal journal = { .length = 0 };
	struct place place;

	(void)state;
	type_field_add(type, "a", type_u(8));
	type_field_add(type, "b", type_integer(8, 32, false, false));
	type->align_bits = 8;
	place_make(&place, bytes, 64);
	place.cursor.window_bits = 16;
	place.cursor.at_bits = 24;
	place.cursor.end_bits = 16 + 64;
	assert_int_equal(jscope__ctf_walk(&place.cursor, type, &journal_visitor, &journal), 0);
	assert_string_equal(journal.text, " 0={ a=2 b=3 }");
	assert_int_equal(place.cursor.at_bits, 40);
	place_free(&place);
	types_forget();
}

static void test_strings(void **state)
{
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_integer(3, 1, false, false));
	type_field_add(type, "b", type_string());
	type_field_add(type, "c", type_string());
	expect(type, "\2abc\0", 48, " 0={ a=2 b=\"abc\" c=\"\" }");
	expect_failure(type, "\2abc", 32, -ENODATA, "a string has no end");
	expect_failure(type, "\2abc", 40, -ENODATA, "a string has no end");
	/* A zero of which only a part counts ends nothing. */
	expect_failure(type, "\2abc\0", 47, -ENODATA, "a string has no end");
	expect_failure(type, "\2", 3, -ENODATA, "beyond the end");
	types_forget();
}

static void test_arrays(void **state)
{
	static const uint8_t bytes[] = { 'h', 'i', 0, 'x', 0xff, 2, 0xfe, 1, 2, 0, 3, 0, 0, 0, 4 };
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "text", type_text(type_array(type_integer(8, 8, true, false), 4)));
	type_field_add(type, "bytes", type_array(type_u(8), 2));
	type_field_add(type, "signed", type_array(type_integer(8, 8, true, false), 2));
	type_field_add(type, "spaced", type_array(type_integer(8, 16, false, false), 2));
	type_field_add(type, "wide", type_array(type_integer(16, 8, false, true), 2));
	type_field_add(type, "empty", type_array(type_u(32), 0));
	type->align_bits = 8;
	expect(type, bytes, 15 * 8,
	       " 0={ text=68690078 bytes=ff02 signed=2[ 0=-2 1=1 ] spaced=2[ 0=2 1=3 ]"
	       " wide=2[ 0=0 1=4 ] empty=0[ ] }");
	types_forget();
}

/* Bytes between bits are no bytes: each comes by itself. */
static void test_bytes_off_their_place(void **state)
{
	static const uint8_t bytes[] = { 0x1f, 0x32, 0x04 };
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_integer(4, 1, false, false));
	type_field_add(type, "b", type_array(type_integer(8, 1, false, false), 2));
	expect(type, bytes, 20, " 0={ a=15 b=2[ 0=33 1=67 ] }");
	types_forget();
}

static struct jscope__ctf_type *sequence_struct(bool length_is_signed,
						struct jscope__ctf_type *element)
{
	struct jscope__ctf_type *type = type_struct();
	struct jscope__ctf_type *length =
		type_kept(type_integer(32, 8, length_is_signed, false), 3);

	type_field_add(type, "n", length);
	type_field_add(type, "s", type_sequence(element, length));
	return type;
}

static void test_sequences(void **state)
{
	(void)state;
	expect(sequence_struct(false, type_u(16)), "\2\0\0\0\1\0\2", 64,
	       " 0={ n=2 s=2[ 0=1 1=2 ] }");
	expect(sequence_struct(true, type_u(8)), "\2\0\0\0\1\2", 48, " 0={ n=2 s=0102 }");
	expect(sequence_struct(true, type_string()), "\2\0\0\0a\0b", 64,
	       " 0={ n=2 s=2[ 0=\"a\" 1=\"b\" ] }");
	expect(sequence_struct(true, type_u(16)), "\0\0\0\0", 32, " 0={ n=0 s=0[ ] }");
	types_forget();
}

/* Sequences of structures with sequences: each has its own length. */
static void test_nested_sequences(void **state)
{
	struct jscope__ctf_type *type = type_struct();
	struct jscope__ctf_type *inner = type_struct();
	struct jscope__ctf_type *count = type_kept(type_u(8), 0);
	struct jscope__ctf_type *length = type_kept(type_u(8), 1);

	(void)state;
	type_field_add(inner, "n", length);
	type_field_add(inner, "s", type_sequence(type_integer(8, 8, true, false), length));
	type_field_add(type, "n", count);
	type_field_add(type, "s", type_sequence(inner, count));
	expect(type, "\2\1\7\3\1\2\3", 56,
	       " 0={ n=2 s=2[ 0={ n=1 s=1[ 0=7 ] } 1={ n=3 s=3[ 0=1 1=2 2=3 ] } ] }");
	types_forget();
}

static void test_hostile_lengths(void **state)
{
	struct jscope__ctf_type *wide = type_struct();
	struct jscope__ctf_type *length = type_kept(type_u(64), 0);

	(void)state;
	expect_failure(sequence_struct(true, type_u(16)), "\xff\xff\xff\xff", 32, -EBADMSG,
		       "is negative");
	expect_failure(sequence_struct(false, type_u(16)), "\xff\xff\xff\xff", 32, -EBADMSG,
		       "longer than the limit");
	expect_failure(sequence_struct(false, type_u(16)), "\0\0\0\1\0\0\0\0", 64, -ENODATA,
		       "beyond the end");
	type_field_add(wide, "n", length);
	type_field_add(wide, "s", type_sequence(type_u(8), length));
	expect_failure(wide, "\xff\xff\xff\xff\xff\xff\xff\xff", 64, -EBADMSG,
		       "longer than the limit");
	types_forget();
}

/* A constant length is as hostile as one from the bytes. */
static void test_endless_arrays(void **state)
{
	/* Several bring the number of bits round to a few. */
	static const uint64_t lengths[] = { UINT64_MAX, UINT64_MAX / 4096 + 2, UINT64_MAX / 64 + 2,
					    UINT64_MAX / 8 + 2 };
	static const uint8_t bytes[64];
	struct jscope__ctf_type *elements[] = {
		type_u(8),
		type_u(64),
		type_integer(1, 1, false, false),
		type_integer(64, 4096, true, true),
		type_float(64, 64, false),
		type_string(),
	};

	(void)state;
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++)
			expect_failure(type_array(elements[i], lengths[j]), bytes, 512, -ENODATA,
				       "");
	types_forget();
}

/* What takes no space must not take time either. */
static void test_elements_of_nothing(void **state)
{
	struct jscope__ctf_type *nothing = type_struct();

	(void)state;
	expect(sequence_struct(false, nothing), "\2\0\0\0", 32, " 0={ n=2 s=2[ 0={ } 1={ } ] }");
	expect_failure(sequence_struct(false, nothing), "\0\0\0\1", 32, -EBADMSG, "too many");
	expect_failure(type_array(type_array(type_array(nothing, 1 << 24), 1 << 24), UINT64_MAX),
		       "", 0, -EBADMSG, "too many");
	types_forget();
}

static struct jscope__ctf_type *variant_struct(bool is_signed, int64_t low, int64_t high)
{
	struct jscope__ctf_type *type = type_struct();
	struct jscope__ctf_type *tag = type_kept(type_enumeration(64, is_signed), 1);
	struct jscope__ctf_type *variant;

	type_label_add(tag, "word", 1, 2);
	type_label_add(tag, "text", low, high);
	type_label_add(tag, "homeless", 100, 100);
	variant = type_variant(tag, 1);
	type_option_add(variant, "text", type_string());
	type_option_add(variant, "word", type_integer(16, 16, false, false));
	type_field_add(type, "tag", tag);
	type_field_add(type, "v", variant);
	return type;
}

static void test_variants(void **state)
{
	struct jscope__ctf_type *type = variant_struct(true, -3, -2);

	(void)state;
	expect(type, "\2\0\0\0\0\0\0\0\5", 80, " 0={ tag=2 v=<word word=5 > }");
	expect(type, "\xfd\xff\xff\xff\xff\xff\xff\xffhi", 88,
	       " 0={ tag=-3 v=<text text=\"hi\" > }");
	expect_failure(type, "\xff\xff\xff\xff\xff\xff\xff\xffhi", 88, -EBADMSG, "no option");
	expect_failure(type, "\3\0\0\0\0\0\0\0\5", 80, -EBADMSG, "no option");
	/* A label without an option. */
	expect_failure(type, "\144\0\0\0\0\0\0\0\5", 80, -EBADMSG, "no option");
	expect_failure(type, "\2\0\0\0\0\0\0\0\5", 72, -ENODATA, "beyond the end");
	types_forget();
}

/* Unsigned labels go on where signed numbers turn negative. */
static void test_variant_of_unsigned_tag(void **state)
{
	struct jscope__ctf_type *type = variant_struct(false, INT64_MAX, -2);

	(void)state;
	expect(type, "\xfd\xff\xff\xff\xff\xff\xff\xffhi", 88,
	       " 0={ tag=18446744073709551613 v=<text text=\"hi\" > }");
	expect_failure(type, "\xff\xff\xff\xff\xff\xff\xff\xffhi", 88, -EBADMSG, "no option");
	expect_failure(type, "\xfe\xff\xff\xff\xff\xff\xff\x7fhi", 88, -EBADMSG, "no option");
	types_forget();
}

/* A length may come from another scope. */
static void test_references_stay(void **state)
{
	struct jscope__ctf_type *length = type_kept(type_u(8), 2);
	struct jscope__ctf_type *header = type_struct(), *payload = type_struct();
	struct journal journal = { .length = 0 };
	struct place place;

	(void)state;
	type_field_add(header, "n", length);
	type_field_add(payload, "s", type_sequence(type_u(8), length));
	place_make(&place, "\3abc", 32);
	assert_int_equal(jscope__ctf_walk(&place.cursor, header, NULL, NULL), 0);
	assert_int_equal(place.refs[2], 3);
	assert_int_equal(jscope__ctf_walk(&place.cursor, payload, &journal_visitor, &journal), 0);
	assert_string_equal(journal.text, " 0={ s=616263 }");
	place_free(&place);
	types_forget();
}

/* One of everything. */
static struct jscope__ctf_type *everything(void)
{
	struct jscope__ctf_type *type = type_struct(), *inner = type_struct();
	struct jscope__ctf_type *length = type_kept(type_u(8), 0);
	struct jscope__ctf_type *tag = type_kept(type_enumeration(8, true), 1), *variant;

	type_label_add(tag, "x", -1, 5);
	variant = type_variant(tag, 1);
	type_option_add(variant, "x", type_string());
	type_field_add(inner, "a", type_integer(4, 1, true, false));
	type_field_add(inner, "b", type_integer(16, 16, true, false));
	type_field_add(type, "n", length);
	type_field_add(type, "tag", tag);
	type_field_add(type, "text", type_text(type_sequence(type_u(8), length)));
	type_field_add(type, "numbers", type_sequence(type_u(16), length));
	type_field_add(type, "inner", type_array(inner, 2));
	type_field_add(type, "f", type_float(32, 8, false));
	type_field_add(type, "v", variant);
	type_field_add(type, "reals", type_array(type_float(32, 8, true), 1));
	type_field_add(type, "last", type_integer(3, 1, false, false));
	type->align_bits = 8;
	return type;
}

/* Windows that end at every bit: never a read beyond, always the same verdict. */
static void test_every_end(void **state)
{
	static const uint8_t bytes[] = { 2, 3, 'a', 'b', 1, 0, 2,   0, 7,    0,	   9, 0, 7, 0,
					 9, 0, 0,   0,	 0, 0, 'x', 0, 0x3f, 0x80, 0, 0, 5, 0 };
	const uint64_t size_bits = 26 * 8 + 3;
	struct jscope__ctf_type *type = everything();

	(void)state;
	expect(type, bytes, size_bits,
	       " 0={ n=2 tag=3 text=6162 numbers=2[ 0=1 1=2 ] inner=2[ 0={ a=7 b=9 }"
	       " 1={ a=7 b=9 } ] f=0 v=<x x=\"x\" > reals=1[ 0=1 ] last=5 }");
	for (uint64_t end_bits = 0; end_bits < size_bits; end_bits++)
		expect_failure(type, bytes, end_bits, -ENODATA, "");
	types_forget();
}

/* A cursor behind its end is one that has nothing left. */
static void test_cursor_behind_the_end(void **state)
{
	struct place place;

	(void)state;
	place_make(&place, "abc", 24);
	place.cursor.at_bits = 25;
	assert_int_equal(jscope__ctf_walk(&place.cursor, type_u(8), NULL, NULL), -ENODATA);
	place_free(&place);
	types_forget();
}

/* A random number type, and where and what it must be. */
static struct jscope__ctf_type *random_integer(bool is_big_endian)
{
	static const unsigned aligns[] = { 1, 1, 1, 2, 4, 8, 8, 16, 32, 64 };

	return type_integer(1 + (unsigned)random() % 64, aligns[random() % 10], random() & 1,
			    is_big_endian);
}

static uint64_t aligned(uint64_t at_bits, unsigned align_bits)
{
	return (at_bits + align_bits - 1) / align_bits * align_bits;
}

static int expected_add(char *text, const struct jscope__ctf_integer *integer, uint64_t number,
			const uint8_t *bytes, uint64_t at_bits)
{
	const int64_t value = jscope__ctf_bits_get(bytes, at_bits, integer->size_bits,
						   integer->is_signed, integer->is_big_endian);

	if (integer->is_signed)
		return sprintf(text, " %" PRIu64 "=%" PRId64, number, value);
	return sprintf(text, " %" PRIu64 "=%" PRIu64, number, (uint64_t)value);
}

static void random_struct_check(const uint8_t *bytes, unsigned round)
{
	static const char *const names[] = { "0", "1", "2", "3", "4", "5", "6", "7" };
	struct jscope__ctf_type *type = type_struct();
	const bool is_big_endian = round & 1;
	char text[1024] = " 0={";
	size_t length = strlen(text);
	uint64_t at_bits = 0;

	for (unsigned i = 0; i < 8; i++) {
		struct jscope__ctf_type *member = random_integer(is_big_endian);

		at_bits = aligned(at_bits, member->align_bits);
		length += (size_t)expected_add(text + length, &member->integer, i, bytes, at_bits);
		at_bits += member->integer.size_bits;
		type_field_add(type, names[i], member);
	}
	strcpy(text + length, " }");
	expect(type, bytes, at_bits, text);
	types_forget();
}

/* Arrays of numbers, which are skipped by arithmetic where nobody looks. */
static void random_array_check(const uint8_t *bytes, unsigned round)
{
	struct jscope__ctf_type *element = random_integer(round & 1);
	struct jscope__ctf_type *type = type_array(element, 1 + (unsigned)random() % 8);
	char text[1024];
	size_t length = (size_t)sprintf(text, " 0=%" PRIu64 "[", type->length);
	uint64_t at_bits = 0;

	if (element->integer.size_bits == 8)
		element->integer.is_signed = true;
	for (uint64_t i = 0; i < type->length; i++) {
		at_bits = aligned(at_bits, element->align_bits);
		length += (size_t)expected_add(text + length, &element->integer, i, bytes, at_bits);
		at_bits += element->integer.size_bits;
	}
	strcpy(text + length, " ]");
	expect(type, bytes, at_bits, text);
	types_forget();
}

static void test_random_types(void **state)
{
	uint8_t bytes[256];

	(void)state;
	srandom(7);
	for (unsigned round = 0; round < 2000; round++) {
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)random();
		random_struct_check(bytes, round);
		random_array_check(bytes, round);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_wide_integers),
		cmocka_unit_test(test_floats),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_bytes_off_their_place),
		cmocka_unit_test(test_sequences),
		cmocka_unit_test(test_nested_sequences),
		cmocka_unit_test(test_hostile_lengths),
		cmocka_unit_test(test_endless_arrays),
		cmocka_unit_test(test_elements_of_nothing),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_variant_of_unsigned_tag),
		cmocka_unit_test(test_references_stay),
		cmocka_unit_test(test_every_end),
		cmocka_unit_test(test_cursor_behind_the_end),
		cmocka_unit_test(test_random_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
