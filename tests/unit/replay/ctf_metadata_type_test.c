/* Questions about types as the parser makes them: fixed sizes, members, labels. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf/metadata.h"

/* The fields of an event whose braces hold this text. */
static struct jscope__ctf_metadata *fields_parse(const char *members)
{
	const struct jscope__ctf_limits limits = { .nesting = 0 };
	struct jscope__ctf_metadata *metadata;
	char *text;

	if (asprintf(&text,
		     "trace { byte_order = le; }; typealias integer { size = 8; } := u8;"
		     "typealias integer { size = 5; } := u5;"
		     "event { fields := struct { %s }; };",
		     members) < 0)
		abort();
	assert_int_equal(jscope__ctf_metadata_parse("m", text, strlen(text), &limits, &metadata),
			 0);
	free(text);
	return metadata;
}

static const struct jscope__ctf_type *fields_of(const struct jscope__ctf_metadata *metadata)
{
	return metadata->streams[0].events[0].fields;
}

#define VARYING UINT64_MAX

static void fixed_sizes(void **state)
{
	static const struct {
		const char *members;
		uint64_t at_bits, end_bits;
	} cases[] = {
		{ "", 3, 3 },
		{ "u8 a;", 0, 8 },
		{ "u8 a;", 1, 16 },
		{ "u5 a;", 1, 6 },
		{ "u5 a; u8 b;", 0, 16 },
		{ "u5 a; u8 b;", 1, 24 },
		{ "integer { size = 64; align = 64; } a;", 1, 128 },
		{ "integer { size = 8; align = 128; } a;", 0, VARYING },
		{ "enum : u5 { A } a; floating_point { exp_dig = 11; mant_dig = 53; } b;", 0, 72 },
		{ "u5 a[3];", 2, 17 },
		{ "u8 a[0]; u5 b;", 0, 5 },
		{ "struct { u5 b; u8 c; u5 d; } a[3];", 0, 24 * 2 + 21 },
		{ "struct { u5 b; u8 c; u5 d; } a[3][2];", 8, 8 + 24 * 5 + 21 },
		{ "u8 a[0xffffffffffffffff];", 0, VARYING },
		{ "u8 a[0x2000000000000000];", 0, VARYING },
		{ "u8 a[0x1fffffffffffffff];", 0, 0xfffffffffffffff8 },
		{ "u8 a[0x1fffffffffffffff], b;", 8, VARYING },
		{ "u8 a[0x1fffffffffffffff], b;", 0, VARYING },
		{ "integer { size = 64; } a[0x1fffffffffffffff], b[0x1fffffffffffffff];", 0,
		  VARYING },
		{ "string a;", 0, VARYING },
		{ "u8 n; u8 a[n];", 0, VARYING },
		{ "enum : u8 { A } t; variant <t> { u8 A; } v;", 0, VARYING },
		{ "struct { string a; } b[2];", 0, VARYING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct jscope__ctf_metadata *metadata = fields_parse(cases[i].members);
		uint64_t end_bits = VARYING;

		print_message("%s\n", cases[i].members);
		assert_int_equal(jscope__ctf_type_fixed_size(fields_of(metadata), cases[i].at_bits,
							     &end_bits),
				 cases[i].end_bits != VARYING);
		assert_true(end_bits == cases[i].end_bits);
		jscope__ctf_metadata_destroy(metadata);
	}
}

static void members(void **state)
{
	struct jscope__ctf_metadata *metadata = fields_parse("u8 _a; string b;");
	const struct jscope__ctf_type *fields = fields_of(metadata);

	(void)state;
	assert_ptr_equal(jscope__ctf_type_member(fields, "a"), &fields->fields[0]);
	assert_string_equal(fields->fields[0].written_name, "_a");
	assert_ptr_equal(jscope__ctf_type_member(fields, "b"), &fields->fields[1]);
	assert_null(jscope__ctf_type_member(fields, "_a"));
	assert_null(jscope__ctf_type_member(fields, ""));
	assert_null(jscope__ctf_type_member(fields->fields[0].type, "a"));
	assert_null(jscope__ctf_type_member(NULL, "a"));
	jscope__ctf_metadata_destroy(metadata);
}

static void labels(void **state)
{
	static const struct {
		const char *enumeration;
		int64_t value;
		const char *label; /* "" for none */
	} cases[] = {
		{ "u8 { A, B = 3 ... 5, C = 9 }", 0, "A" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", 1, "" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", 3, "B" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", 5, "B" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", 6, "" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", 9, "C" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", 10, "" },
		{ "u8 { A, B = 3 ... 5, C = 9 }", -1, "" },
		{ "u8 { A = 4, B = 3 ... 5, C = 0 }", 4, "A" },
		{ "u8 { A = 4, B = 3 ... 5, C = 0 }", 5, "B" },
		{ "u8 { A = 4, B = 3 ... 5, C = 0 }", 0, "C" },
		{ "u8 { A = 4, B = 3 ... 5, C = 0 }", 6, "" },
		{ "u8 { A = 4, B = 4 }", 4, "A" },
		{ "u8 { }", 0, "" },
		{ "integer { size = 64; } { A = 1 ... 0xffffffffffffffff }", -5, "A" },
		{ "integer { size = 64; } { A = 1 ... 0xffffffffffffffff }", 0, "" },
		{ "integer { size = 64; signed = true; } { A = -5 ... -3, B }", -5, "A" },
		{ "integer { size = 64; signed = true; } { A = -5 ... -3, B }", -2, "B" },
		{ "integer { size = 64; signed = true; } { A = -5 ... -3, B }", -6, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct jscope__ctf_metadata *metadata;
		const struct jscope__ctf_label *label;
		char *member;

		if (asprintf(&member, "enum : %s a;", cases[i].enumeration) < 0)
			abort();
		metadata = fields_parse(member);
		label = jscope__ctf_type_label(fields_of(metadata)->fields[0].type, cases[i].value);
		assert_string_equal(label ? label->name : "", cases[i].label);
		assert_null(jscope__ctf_type_label(fields_of(metadata), 0));
		jscope__ctf_metadata_destroy(metadata);
		free(member);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed_sizes),
		cmocka_unit_test(members),
		cmocka_unit_test(labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
