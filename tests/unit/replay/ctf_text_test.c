/* Scopes as one line of text for people. */
#include "../cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "ctf/text.h"
#include "ctf_types.h"
#include "text_format.h"

static void expect_within(const struct jscope__ctf_type *type, const void *bytes,
			  uint64_t size_bits, size_t length_max, const char *line)
{
	struct jscope__text text = { .data = NULL };
	struct place place;

	jscope__text_reset(&text, length_max);
	place_make(&place, bytes, size_bits);
	assert_int_equal(jscope__ctf_text_scope(&text, &place.cursor, type), 0);
	assert_string_equal(text.data, line);
	assert_int_equal(place.cursor.at_bits, size_bits);
	place_free(&place);
	jscope__text_finish(&text);
}

static void expect(const struct jscope__ctf_type *type, const void *bytes, uint64_t size_bits,
		   const char *line)
{
	expect_within(type, bytes, size_bits, 4096, line);
	types_forget();
}

static struct jscope__ctf_type *hexadecimal(struct jscope__ctf_type *integer)
{
	integer->integer.base = 16;
	return integer;
}

static void test_numbers(void **state)
{
	static const uint8_t bytes[] = { 255, 255, 255, 255, 0, 0, 0xc0, 0x3f };
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_u(8));
	type_field_add(type, "b", type_integer(8, 8, true, false));
	type_field_add(type, "c", hexadecimal(type_u(8)));
	type_field_add(type, "d", hexadecimal(type_integer(8, 8, true, false)));
	type_field_add(type, "e", type_float(32, 8, false));
	expect(type, bytes, 64, "{ a = 255, b = -1, c = 0xFF, d = 0xFFFFFFFFFFFFFFFF, e = 1.5 }");
}

static void test_enumerations(void **state)
{
	struct jscope__ctf_type *type = type_struct();
	struct jscope__ctf_type *a = type_enumeration(8, true), *b = type_enumeration(8, false);

	(void)state;
	type_label_add(a, "below", -5, -1);
	type_label_add(a, "also", -1, 0);
	type_label_add(b, "many", 200, 255);
	type_field_add(type, "a", a);
	type_field_add(type, "b", b);
	type_field_add(type, "c", b);
	expect(type, "\xff\xff\1", 24,
	       "{ a = ( \"below\" : container = -1 ), b = ( \"many\" : container = 255 ),"
	       " c = ( <unknown> : container = 1 ) }");
}

static void test_strings(void **state)
{
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_string());
	type_field_add(type, "b", type_string());
	type_field_add(type, "c", type_text(type_array(type_u(8), 4)));
	type_field_add(type, "d", type_text(type_array(type_u(8), 2)));
	expect(type, "\"\\\n\x7f\xc3\xa4\0\0hi\0xhi", 112,
	       "{ a = \"\\\"\\\\\\x0a\\x7f\xc3\xa4\", b = \"\", c = \"hi\", d = \"hi\" }");
}

static void test_lists(void **state)
{
	struct jscope__ctf_type *type = type_struct(), *inner = type_struct();

	(void)state;
	type_field_add(inner, "x", type_u(8));
	type_field_add(inner, "y", type_u(8));
	type_field_add(type, "a", type_array(hexadecimal(type_u(8)), 2));
	type_field_add(type, "b", type_array(type_u(16), 2));
	type_field_add(type, "c", type_array(inner, 2));
	type_field_add(type, "d", type_array(type_u(8), 0));
	type_field_add(type, "e", type_struct());
	expect(type, "\17\2\1\0\2\0\5\6\7\10", 80,
	       "{ a = [ [0] = 0xF, [1] = 0x2 ], b = [ [0] = 1, [1] = 2 ],"
	       " c = [ [0] = { x = 5, y = 6 }, [1] = { x = 7, y = 8 } ], d = [ ], e = { } }");
}

static void test_variants(void **state)
{
	struct jscope__ctf_type *type = type_struct();
	struct jscope__ctf_type *tag = type_kept(type_enumeration(8, false), 0), *variant;

	(void)state;
	type_label_add(tag, "text", 1, 1);
	variant = type_variant(tag, 0);
	type_option_add(variant, "text", type_string());
	type_field_add(type, "tag", tag);
	type_field_add(type, "v", variant);
	expect(type, "\1hi", 32, "{ tag = ( \"text\" : container = 1 ), v = { text = \"hi\" } }");
}

/* A structure in structures, each with a member before and behind. */
static struct jscope__ctf_type *nested(unsigned depth)
{
	struct jscope__ctf_type *type = type_struct();

	type_field_add(type, "a", type_u(8));
	if (depth)
		type_field_add(type, "s", nested(depth - 1));
	type_field_add(type, "b", type_array(type_u(8), 1));
	return type;
}

static void test_depth(void **state)
{
	const unsigned depth = JSCOPE__TEXT_DEPTH_MAX;
	uint8_t bytes[256] = { 0 };
	char line[2048] = "";

	(void)state;
	for (unsigned i = 0; i < depth; i++)
		strcat(line, "{ a = 0, s = ");
	/* The last that is printed: what it holds is one level too deep. */
	strcat(line, "{ a = ..., s = ..., b = ... }");
	strcat(line, ", b = [ [0] = ... ] }");
	for (unsigned i = 1; i < depth; i++)
		strcat(line, ", b = [ [0] = 0 ] }");
	expect(nested(depth + 2), bytes, (depth + 3) * 16, line);
}

static void test_cut(void **state)
{
	struct jscope__ctf_type *type = type_struct();

	(void)state;
	type_field_add(type, "a", type_string());
	type_field_add(type, "b", type_u(8));
	/* Whatever the text can hold, the cursor goes to the end. */
	expect_within(type, "abcdef\0\1", 64, 10, "{ a = \"abc...");
	expect_within(type, "ab\ncdef\0\1", 72, 10, "{ a = \"ab...");
	expect_within(type, "abcdef\0\1", 64, 13, "{ a = \"abcdef...");
	expect_within(type, "abcdef\0\1", 64, 22, "{ a = \"abcdef\", b = 1...");
	expect_within(type, "abcdef\0\1", 64, 23, "{ a = \"abcdef\", b = 1 }");
	types_forget();
}

static void test_failure(void **state)
{
	struct jscope__text text = { .data = NULL };
	struct place place;

	(void)state;
	jscope__text_reset(&text, 100);
	place_make(&place, "abc", 24);
	assert_int_equal(jscope__ctf_text_scope(&text, &place.cursor, type_string()), -ENODATA);
	place_free(&place);
	jscope__text_finish(&text);
	types_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),	 cmocka_unit_test(test_enumerations),
		cmocka_unit_test(test_strings),	 cmocka_unit_test(test_lists),
		cmocka_unit_test(test_variants), cmocka_unit_test(test_depth),
		cmocka_unit_test(test_cut),	 cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
