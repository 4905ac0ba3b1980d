/* Metadata that is too much, on purpose or by damage: limits, and time that does not explode. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctf_metadata_print.h"

#define HEAD "trace { byte_order = le; }; typealias integer { size = 8; } := u8;"

/* Generous where a sanitizer watches, and far below what quadratic work would take. */
#define SECONDS_MAX 20

/* A text that grows. */
struct draft {
	char *text;
	size_t size_bytes;
	FILE *stream;
};

static void draft_begin(struct draft *draft)
{
	draft->stream = open_memstream(&draft->text, &draft->size_bytes);
	if (!draft->stream)
		abort();
	fputs(HEAD, draft->stream);
}

static void repeat(struct draft *draft, unsigned count, const char *part)
{
	for (unsigned i = 0; i < count; i++)
		fputs(part, draft->stream);
}

/* Parse it, and compare how that begins. */
static void draft_try(struct draft *draft, const struct jscope__ctf_limits *limits,
		      const char *begin)
{
	const clock_t start = clock();
	char *told;

	if (fclose(draft->stream) != 0)
		abort();
	told = ctf_metadata_told(draft->text, draft->size_bytes, limits);
	told[strnlen(told, strlen(begin))] = '\0';
	assert_string_equal(told, begin);
	assert_true(clock() - start < (clock_t)SECONDS_MAX * CLOCKS_PER_SEC);
	free(told);
	free(draft->text);
}

static void nest_try(unsigned levels, const char *open, const char *inner, const char *close,
		     const char *begin)
{
	struct draft draft;

	draft_begin(&draft);
	repeat(&draft, levels, open);
	fputs(inner, draft.stream);
	repeat(&draft, levels, close);
	draft_try(&draft, NULL, begin);
}

#define TOO_DEEP                                                                                   \
	"-7 Line 1 of 'm': types and scopes lie too deep in each other, more than the limit of 64"

static void nesting(void **state)
{
	(void)state;
	nest_try(63, "struct {", "", "};", "trace le\n");
	nest_try(64, "struct {", "", "};", "trace le\n");
	nest_try(65, "struct {", "", "};", TOO_DEEP);
	nest_try(1000000, "struct {", "", "};", TOO_DEEP);
	nest_try(1000000, "enum :", "", "", TOO_DEEP);
	nest_try(1000000, "variant <t> {", "", "", TOO_DEEP);
	nest_try(1, "typedef u8 a", "", "[1];", "trace le\n");
	nest_try(1, "event { fields := struct { u8 a", "[1][1][1]", "; }; };", "trace le\n");
}

static void brackets(void **state)
{
	struct draft draft;

	(void)state;
	draft_begin(&draft);
	fputs("typedef u8 a", draft.stream);
	repeat(&draft, 1000000, "[1]");
	draft_try(&draft, NULL, TOO_DEEP);
}

/* Depth that no line shows: each type holds the one before it. */
static void depth_try(unsigned levels, const char *member, const char *begin)
{
	struct draft draft;

	draft_begin(&draft);
	fputs("struct s0 { u8 a; };", draft.stream);
	for (unsigned i = 1; i < levels; i++)
		fprintf(draft.stream, "struct s%u { struct s%u %s; };", i, i - 1, member);
	draft_try(&draft, NULL, begin);
}

static void depth(void **state)
{
	static const char too_deep[] =
		"-7 Line 1 of 'm': types lie too deep in each other, more than the limit of 64";

	(void)state;
	depth_try(63, "a", "trace le\n");
	depth_try(64, "a", too_deep);
	depth_try(64, "a[4]", too_deep);
	depth_try(40, "a[4][4]", too_deep);
}

/* A kilobyte that would be 2^60 fields. */
static void doubling(void **state)
{
	struct draft draft;

	(void)state;
	draft_begin(&draft);
	fputs("struct s0 { u8 a, b; };", draft.stream);
	for (unsigned i = 1; i < 60; i++)
		fprintf(draft.stream, "struct s%u { struct s%u a, b; };", i, i - 1);
	fputs("event { fields := struct s59; };", draft.stream);
	draft_try(&draft, NULL,
		  "-7 Line 1 of 'm': the fields of all events and streams are more, more than the "
		  "limit of 1048576");
}

/* Each variant has a place for each label of its tag. */
static void options(void **state)
{
	struct draft draft;

	(void)state;
	draft_begin(&draft);
	fputs("event { fields := struct { enum : u8 { ", draft.stream);
	repeat(&draft, 10000, "A,");
	fputs("} t;", draft.stream);
	for (unsigned i = 0; i < 10000; i++)
		fprintf(draft.stream, "variant <t> { u8 A; } v%u;", i);
	fputs("}; };", draft.stream);
	draft_try(&draft, NULL, "-7 Line 1 of 'm': the fields of all events and streams are more");
}

static void counted(void **state)
{
	static const struct {
		uint64_t type_count;
		const char *text, *begin;
	} cases[] = {
		{ 5, "struct { u8 a, b; };", "trace le\n" },
		{ 4, "struct { u8 a, b; };", "-7 Line 1 of 'm': there are more types" },
		{ 4, "enum : u8 { A, B, C };", "-7 Line 1 of 'm': there are more types" },
		{ 4, "typealias u8 := b; typealias u8 := c;", "trace le\n" },
		{ 4, "typealias u8 := b; typealias u8 := c; typealias u8 := d;", "-7 " },
		{ 3, "env { a = 1; };", "trace le\nenv" },
		{ 3, "env { a = 1; b = 1; };", "-7 " },
		{ 3, "stream { id = 1; };", "trace le\nstream" },
		{ 3, "stream { id = 1; }; stream { };", "-7 " },
		{ 3, "event { }; event { };", "-7 " },
		{ 3, "clock { name = a; }; clock { name = b; };", "-7 " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct jscope__ctf_limits limits = { .type_count = cases[i].type_count };
		struct draft draft;

		draft_begin(&draft);
		fputs(cases[i].text, draft.stream);
		draft_try(&draft, &limits, cases[i].begin);
	}
}

static void long_names(void **state)
{
	struct draft draft;

	(void)state;
	draft_begin(&draft);
	repeat(&draft, 1000, "const ");
	draft_try(&draft, NULL, "-74 ");
	draft_begin(&draft);
	fputs("typealias u8 := ", draft.stream);
	repeat(&draft, 1000, "long ");
	draft_try(&draft, NULL, "-7 Line 1 of 'm': the name of a type has more bytes");
	draft_begin(&draft);
	fputs("env { a", draft.stream);
	repeat(&draft, 1000, ".b");
	draft_try(&draft, NULL, "-7 Line 1 of 'm': a path has more bytes");
	draft_begin(&draft);
	fputs("struct { u8 ", draft.stream);
	repeat(&draft, 100000, "a");
	fputs("; };", draft.stream);
	draft_try(&draft, NULL, "trace le\n");
}

/* Many of everything: what is looked up by a list would take hours. */
static void crowds(void **state)
{
	const unsigned count = 50000;
	struct draft draft;

	(void)state;
	draft_begin(&draft);
	for (unsigned i = 0; i < count; i++)
		fprintf(draft.stream,
			"typealias integer { size = 8; map = clock.c%u.value; } := t%u;"
			"clock { name = c%u; }; stream { id = %u; };"
			"event { stream_id = %u; fields := struct { t%u a; }; };",
			i, i, i, count - i, count - i, i);
	draft_try(&draft, NULL, "trace le\nclock c0 ");
}

/* A structure whose many members refer to each other, and a variant of many options. */
static void crowd_of_references(void **state)
{
	const unsigned count = 50000;
	struct draft draft;

	(void)state;
	draft_begin(&draft);
	fputs("event { fields := struct {", draft.stream);
	for (unsigned i = 0; i < count; i++)
		fprintf(draft.stream, "u8 n%u; u8 s%u[n%u];", i, i, i);
	fputs("enum : u8 {", draft.stream);
	for (unsigned i = 0; i < count; i++)
		fprintf(draft.stream, "o%u,", i);
	fputs("} t; variant <t> {", draft.stream);
	for (unsigned i = 0; i < count; i++)
		fprintf(draft.stream, "u8 o%u;", i);
	fputs("} v; }; };", draft.stream);
	draft_try(&draft, NULL,
		  "trace le\nstream 0\nevent 0 \"\"\nfields struct{n0:u8#0,s0:u8[#0]");
}

static void defaults(void **state)
{
	struct jscope__ctf_limits limits = { .type_count = 7 };

	(void)state;
	jscope__ctf_limits_complete(&limits);
	assert_int_equal(limits.type_count, 7);
	assert_int_equal(limits.metadata_bytes, JSCOPE__CTF_METADATA_BYTES);
	assert_int_equal(limits.nesting, JSCOPE__CTF_NESTING);
	assert_int_equal(limits.sequence_length, JSCOPE__CTF_SEQUENCE_LENGTH);
	assert_int_equal(limits.packet_bytes, JSCOPE__CTF_PACKET_BYTES);
	assert_int_equal(limits.event_bytes, JSCOPE__CTF_EVENT_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nesting),
		cmocka_unit_test(brackets),
		cmocka_unit_test(depth),
		cmocka_unit_test(doubling),
		cmocka_unit_test(options),
		cmocka_unit_test(counted),
		cmocka_unit_test(long_names),
		cmocka_unit_test(crowds),
		cmocka_unit_test(crowd_of_references),
		cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
