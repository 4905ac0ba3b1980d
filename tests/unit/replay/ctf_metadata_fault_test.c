/* TSDL that is none: each fault, and the sentence that it gives. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_metadata_print.h"

#define REMEDY "; copy the trace again, or have its tracer write it anew."

struct fault {
	const char *text;
	unsigned line;
	const char *sentence; /* up to its remedy, if it is the usual one */
};

static void fault_try(const char *text, const struct fault *fault)
{
	const char *remedy = strstr(fault->sentence, "have the tracer") ? "." : REMEDY;
	char *got = ctf_metadata_told(text, strlen(text), NULL), *told;

	if (asprintf(&told, "-74 Line %u of 'm': %s%s", fault->line, fault->sentence, remedy) < 0)
		abort();
	assert_string_equal(got, told);
	free(got);
	free(told);
}

/* Each text stands between the same others. */
static void faults_try(const struct fault *faults, size_t count, const char *before,
		       const char *behind)
{
	for (size_t i = 0; i < count; i++) {
		char *text;

		if (asprintf(&text, "%s%s%s", before, faults[i].text, behind) < 0)
			abort();
		fault_try(text, &faults[i]);
		free(text);
	}
}
#define TRY(faults, before, behind)                                                                \
	faults_try(faults, sizeof(faults) / sizeof *(faults), before, behind)

/* The block that every metadata has. */
static void traces(void **state)
{
	static const struct fault faults[] = {
		{ "", 1, "the text ends without a 'trace' block" },
		{ "trace { byte_order = le; }", 1,
		  "';' behind a block was expected, but there is the end of the text" },
		{ "trace { byte_order = le; ;", 1,
		  "an attribute or '}' was expected, but there is ';'" },
		{ "trace { byte_order = le; }; }", 1,
		  "a block such as 'event', or a declaration was expected, but there is '}'" },
		{ "trace { major = 1; };", 1, "the trace has no 'byte_order'" },
		{ "trace { byte_order = native; };", 1,
		  "the byte order of a trace cannot be native" },
		{ "trace { byte_order = me; };", 1,
		  "'byte_order' takes le, be, network or native" },
		{ "trace { byte_order = 1; };", 1, "'byte_order' takes le, be, network or native" },
		{ "trace { byte_order = le byte_order = be; };", 1,
		  "';' behind an attribute was expected, but there is 'byte_order'" },
		{ "trace { byte_order = le; byte_order = be; };", 1,
		  "'byte_order' is given twice to a trace" },
		{ "trace { byte_order = le; major = 2; };", 1,
		  "this is not CTF 1.8, the only version of TSDL that can be read; have the tracer write that" },
		{ "trace { byte_order = le; minor = \"8\"; };", 1,
		  "this is not CTF 1.8, the only version of TSDL that can be read; have the tracer write that" },
		{ "trace { byte_order = le; uuid = \"2a6422d0-6cee-11e0-8c08-cb07d7b3a56\"; };", 1,
		  "'uuid' takes a UUID such as \"2a6422d0-6cee-11e0-8c08-cb07d7b3a564\"" },
		{ "trace { byte_order = le; uuid = 5; };", 1,
		  "'uuid' takes a UUID such as \"2a6422d0-6cee-11e0-8c08-cb07d7b3a564\"" },
	};

	(void)state;
	TRY(faults, "", "");
}

/* The texts stand behind the block that every metadata has. */
#define TRY_BLOCKS(faults) TRY(faults, "trace { byte_order = le; };", "")

/* Words, strings and numbers. */
static void tokens(void **state)
{
	static const struct fault faults[] = {
		{ "/* open", 1, "a comment begins that never ends" },
		{ "env { a = \"open ; };", 1, "a string has no closing quote" },
		{ "env { a = \"x\\0y\"; };", 1,
		  "a string holds a byte of value 0, which would end it" },
		{ "env { a = 18446744073709551616; };", 1,
		  "a number from 0 to 2^64 - 1 was expected, but there is '18446744073709551616'" },
		{ "env { a = 0x; };", 1,
		  "a number from 0 to 2^64 - 1 was expected, but there is '0x'" },
		{ "env { a = 08; };", 1,
		  "a number from 0 to 2^64 - 1 was expected, but there is '08'" },
		{ "env { a = 12ab; };", 1,
		  "a number from 0 to 2^64 - 1 was expected, but there is '12ab'" },
		{ "env { a = 4294967296aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; };",
		  1,
		  "a number from 0 to 2^64 - 1 was expected, but there is "
		  "'4294967296aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* What stands where a block is expected. */
static void blocks(void **state)
{
	static const struct fault faults[] = {
		{ "trace { byte_order = le; };", 1, "a second 'trace' block begins" },
		{ "§ { };", 1,
		  "a block such as 'event', or a declaration was expected, but there is '?'" },
		{ "wrong { };", 1,
		  "a block such as 'event', or a declaration was expected, but there is 'wrong'" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* What a block says of itself. */
static void attributes(void **state)
{
	static const struct fault faults[] = {
		{ "env { a = ; };", 1,
		  "a number, a string or a word was expected, but there is ';'" },
		{ "env { a = -b; };", 1,
		  "a number, a string or a word was expected, but there is 'b'" },
		{ "env { a . = 1; };", 1, "a name was expected, but there is '='" },
		{ "env { a ? 1; };", 1,
		  "'=' or ':=' behind an attribute was expected, but there is '?'" },
		{ "env { 5 = 1; };", 1, "an attribute or '}' was expected, but there is '5'" },
		{ "event { name = 4; };", 1, "'name' takes a string or a word" },
		{ "event { id = -1; };", 1, "'id' takes a number from 0 to 18446744073709551615" },
		{ "event { id = one; };", 1, "'id' takes a number from 0 to 18446744073709551615" },
		{ "event { fields = 4; };", 1, "'fields' takes a type behind ':='" },
		{ "event { name := struct { }; };", 1, "'name' takes a value behind '='" },
		{ "event { fields := integer { size = 8; }; };", 1, "'fields' takes a structure" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* Types that are named where they are used. */
static void names(void **state)
{
	static const struct fault faults[] = {
		{ "event { fields := struct; };", 1,
		  "'{' or the name of a type was expected, but there is ';'" },
		{ "event { fields := struct nix; };", 1,
		  "no type 'struct nix' is declared before this" },
		{ "event { fields := variant nix; };", 1,
		  "no type 'variant nix' is declared before this" },
		{ "event { fields := enum nix; };", 1,
		  "no enumeration 'nix' is declared before this" },
		{ "event { fields := nix; };", 1, "no type 'nix' is declared before this" },
		{ "event { fields := ; };", 1, "a type was expected, but there is ';'" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* Which event belongs to which stream. */
static void identities(void **state)
{
	static const struct fault faults[] = {
		{ "event { id = 1; }; event { id = 1; };", 1,
		  "two events of stream 0 have the id 1" },
		{ "stream { id = 1; }; stream { id = 1; };", 1, "two streams have the id 1" },
		{ "stream { }; stream { id = 1; }; event { name = x; };", 1,
		  "the event 'x' does not say by 'stream_id' to which of 2 streams it belongs" },
		{ "event { stream_id = 4; };", 1,
		  "the event '' belongs to stream 4, which is not declared" },
		{ "stream { id = 1; }; event { stream_id = 4; name = x; };", 1,
		  "the event 'x' belongs to stream 4, which is not declared" },
		{ "event { stream_id = 0; stream_id = 0; };", 1,
		  "'stream_id' is given twice to an event" },
		{ "event { stream_id = 4; name = \"a\\x1b[2J\\nb\"; };", 1,
		  "the event 'a?[2J?b' belongs to stream 4, which is not declared" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* Clocks, and what is mapped to them. */
static void clocks(void **state)
{
	static const struct fault faults[] = {
		{ "clock { };", 1, "a clock has no 'name'" },
		{ "clock { name = a; }; clock { name = a; freq = 5; };", 1,
		  "two clocks are named 'a'" },
		{ "clock { name = a; freq = 0; };", 1,
		  "'freq' takes a number from 1 to 9223372036854775807" },
		{ "clock { name = a; freq = 9223372036854775808; };", 1,
		  "'freq' takes a number from 1 to 9223372036854775807" },
		{ "clock { name = a; offset = 9223372036854775808; };", 1,
		  "'offset' takes a number from -2^63 to 2^63 - 1" },
		{ "clock { name = a; offset_s = \"1\"; };", 1,
		  "'offset_s' takes a number from -2^63 to 2^63 - 1" },
		{ "clock { name = a; absolute = maybe; };", 1, "'absolute' takes true or false" },
		{ "clock { name = a; absolute = 2; };", 1, "'absolute' takes true or false" },
		{ "clock { name = a; uuid = a; };", 1,
		  "'uuid' takes a UUID such as \"2a6422d0-6cee-11e0-8c08-cb07d7b3a564\"" },
		{ "clock { name = a; }; clock { name = b; }; stream { "
		  "event.header := struct { integer { size = 8; } timestamp; }; };",
		  1, "a timestamp does not say by 'map' which of 2 clocks it shows" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* What an integer says of itself. */
static void integers(void **state)
{
	static const struct fault faults[] = {
		{ "typealias integer { } := a;", 1, "an integer has no 'size'" },
		{ "typealias integer { size = 65; } := a;", 1,
		  "'size' takes a number from 1 to 64" },
		{ "typealias integer { size = 0; } := a;", 1,
		  "'size' takes a number from 1 to 64" },
		{ "typealias integer { size = 8; align = 3; } := a;", 1,
		  "'align' takes a power of two from 1 to 4096, in bits" },
		{ "typealias integer { size = 8; align = 8192; } := a;", 1,
		  "'align' takes a power of two from 1 to 4096, in bits" },
		{ "typealias integer { size = 8; align = 0; } := a;", 1,
		  "'align' takes a power of two from 1 to 4096, in bits" },
		{ "typealias integer { size = 8; signed = yes; } := a;", 1,
		  "'signed' takes true or false" },
		{ "typealias integer { size = 8; base = 7; } := a;", 1,
		  "'base' takes 2, 8, 10, 16 or a word for one of them" },
		{ "typealias integer { size = 8; base = seven; } := a;", 1,
		  "'base' takes 2, 8, 10, 16 or a word for one of them" },
		{ "typealias integer { size = 8; encoding = EBCDIC; } := a;", 1,
		  "'encoding' takes none, UTF8 or ASCII" },
		{ "typealias integer { size = 8; map = clock; } := a;", 1,
		  "'map' takes a clock such as clock.monotonic.value" },
		{ "typealias integer { size = 8; map = clock.c.time; } := a;", 1,
		  "'map' takes a clock such as clock.monotonic.value" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* How a type gets a name. */
static void declarations(void **state)
{
	static const struct fault faults[] = {
		{ "typealias integer { size = 8; }; := a;", 1,
		  "':=' of a typealias was expected, but there is ';'" },
		{ "typealias integer { size = 8; } = a;", 1,
		  "':=' of a typealias was expected, but there is '='" },
		{ "typealias integer { size = 8; } := ;", 1,
		  "a type was expected, but there is ';'" },
		{ "typealias integer { size = 8; } := a; typealias string := a;", 1,
		  "the type 'a' is declared twice in one scope" },
		{ "typealias integer := a;", 1, "'{' was expected, but there is ':='" },
		{ "typedef string;", 1, "the name of a typedef was expected, but there is ';'" },
		{ "typedef string a[;", 1,
		  "a number, a string or a word was expected, but there is ';'" },
		{ "typedef string a[-1];", 1,
		  "'[]' takes a number from 0 to 18446744073709551615" },
		{ "typedef string a[\"x\"];", 1,
		  "'[]' takes a number from 0 to 18446744073709551615" },
		{ "typedef string a[1;", 1, "']' behind a length was expected, but there is ';'" },
		{ "struct a { }; struct a { };", 1,
		  "the type 'struct a' is declared twice in one scope" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* Types that say too little or too much. */
static void floats_and_strings(void **state)
{
	static const struct fault faults[] = {
		{ "typealias floating_point { exp_dig = 8; } := f;", 1,
		  "a floating point number has 8 bits of exponent and 0 of mantissa, and "
		  "only 8 and 24 or 11 and 53 can be read; have the tracer write one of them" },
		{ "typealias floating_point { exp_dig = 15; mant_dig = 113; } := f;", 1,
		  "a floating point number has 15 bits of exponent and 113 of mantissa, and "
		  "only 8 and 24 or 11 and 53 can be read; have the tracer write one of them" },
		{ "typealias string { size = 8; := f;", 1,
		  "an attribute or '}' was expected, but there is ':='" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* Enumerations and their labels. */
static void enumerations(void **state)
{
	static const struct fault faults[] = {
		{ "enum e { A };", 1,
		  "an enumeration names no integer, and no type 'int' is declared" },
		{ "enum e : string { A };", 1,
		  "'=' or ':=' behind an attribute was expected, but there is '}'" },
		{ "enum e : integer { size = 8; } { A B };", 1,
		  "',' or '}' behind a label was expected, but there is 'B'" },
		{ "enum e : integer { size = 8; } { A = 3 ... 2 };", 1,
		  "the range of the label 'A' ends before it begins" },
		{ "enum e : integer { size = 8; } { A = x };", 1,
		  "'A' takes a number from 0 to 18446744073709551615" },
		{ "enum e : integer { size = 8; } { A = 3 ... };", 1,
		  "a number, a string or a word was expected, but there is '}'" },
		{ "enum e : integer { size = 8; signed = true; } { A = 9223372036854775808 };", 1,
		  "'A' takes a number from -2^63 to 2^63 - 1" },
		{ "enum e : integer { size = 64; } { A = 18446744073709551615, B };", 1,
		  "a label without a value follows the greatest number" },
		{ "enum e : integer { size = 8; } { 5 };", 1,
		  "a word or a string was expected, but there is '5'" },
		{ "enum e : integer { size = 8; };", 1,
		  "'{' of an enumeration was expected, but there is ';'" },
	};

	(void)state;
	TRY_BLOCKS(faults);
}

/* The texts stand in the third line, as fields of an event. */
#define TRY_FIELDS(faults)                                                                         \
	TRY(faults,                                                                                \
	    "trace { byte_order = le; }; typealias integer { size = 8; } := u8;\n"                 \
	    "event { fields := struct {\n",                                                        \
	    "\n}; };")

/* What a field is made of. */
static void fields(void **state)
{
	static const struct fault faults[] = {
		{ "u8;", 3, "a type and a name was expected, but there is ';'" },
		{ "u8 a, ;", 3, "the name of a field was expected, but there is ';'" },
		{ "u8 a, 5;", 3, "the name of a field was expected, but there is '5'" },
		{ "u8 *a;", 3, "no type 'u8 *' is declared before this" },
		{ "string * a;", 3, "the name of a field was expected, but there is '*'" },
		{ "u8 a; u8 a;", 2, "two fields of one structure or variant are named 'a'" },
		{ "u8 a", 4, "';' behind a field was expected, but there is '}'" },
		{ "u8 a :3;", 3, "';' behind a field was expected, but there is ':'" },
		{ "integer { size = 8; };", 3,
		  "the name of a field was expected, but there is ';'" },
		{ "struct { } align 8 a;", 3, "'(' behind 'align' was expected, but there is '8'" },
		{ "struct { } align(8 a;", 3,
		  "')' behind an alignment was expected, but there is 'a'" },
		{ "struct { } align(7) a;", 3,
		  "'align' takes a power of two from 1 to 4096, in bits" },
		{ "struct { } align(x) a;", 3,
		  "'align' takes a power of two from 1 to 4096, in bits" },
		{ "integer { size = 8; map = clock.nix.value; } a;", 3,
		  "an integer is mapped to the clock 'nix', which is not declared" },
	};

	(void)state;
	TRY_FIELDS(faults);
}

#define NO_LENGTH(name)                                                                            \
	"the length '" name "' of a sequence is no unsigned integer that comes before it"

/* Sequences, whose length is a field that comes before. */
static void sequences(void **state)
{
	static const struct fault faults[] = {
		{ "u8 a[n];", 3, NO_LENGTH("n") },
		{ "u8 a[n]; u8 n;", 3, NO_LENGTH("n") },
		{ "u8 a[n.m]; struct { u8 m; } n;", 3, NO_LENGTH("n.m") },
		{ "struct { u8 m; u8 a[n.m]; } n;", 3, NO_LENGTH("n.m") },
		{ "integer { size = 8; signed = true; } n; u8 a[n];", 3, NO_LENGTH("n") },
		{ "string n; u8 a[n];", 3, NO_LENGTH("n") },
		{ "struct { u8 m; } n; u8 a[n];", 3, NO_LENGTH("n") },
		{ "struct { u8 m; } n; u8 a[n.k];", 3, NO_LENGTH("n.k") },
		{ "struct { u8 m; } n[2]; u8 a[n.m];", 3, NO_LENGTH("n.m") },
		{ "u8 a[event.context.n];", 3, NO_LENGTH("event.context.n") },
		{ "u8 a[stream.event.header.];", 3, "a name was expected, but there is ']'" },
		{ "enum : u8 { A } t; variant <t> { struct { u8 n; } A; } v; u8 a[v.A.n];", 3,
		  NO_LENGTH("v.A.n") },
	};

	(void)state;
	TRY_FIELDS(faults);
}

/* Variants, whose tag is an enumeration that comes before. */
static void variants(void **state)
{
	static const struct fault faults[] = {
		{ "variant { u8 A; } v;", 3, "a variant is used that has no tag" },
		{ "variant <t> { u8 A; } v;", 3,
		  "the tag 't' of a variant is no enumeration that comes before it" },
		{ "u8 t; variant <t> { u8 A; } v;", 3,
		  "the tag 't' of a variant is no enumeration that comes before it" },
		{ "enum : u8 { A } t; variant <t { u8 A; } v;", 3,
		  "'>' behind a tag was expected, but there is '{'" },
		{ "enum : u8 { A } t; variant <> { u8 A; } v;", 3,
		  "a name was expected, but there is '>'" },
		{ "enum : u8 { A } t; variant <t> { u8 A; u8 A; } v;", 3,
		  "two fields of one structure or variant are named 'A'" },
	};

	(void)state;
	TRY_FIELDS(faults);
}

/* A line is counted over comments, strings and every other kind of token. */
static void lines(void **state)
{
	static const struct fault faults[] = {
		{ "/* 1\n 2 */ // 2\n\ntrace { byte_order\n= le; };\nenv { a = \"x\n\\\n\"; };\n!",
		  9, "a block such as 'event', or a declaration was expected, but there is '!'" },
	};

	(void)state;
	TRY(faults, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traces),	cmocka_unit_test(tokens),
		cmocka_unit_test(blocks),	cmocka_unit_test(attributes),
		cmocka_unit_test(names),	cmocka_unit_test(identities),
		cmocka_unit_test(clocks),	cmocka_unit_test(integers),
		cmocka_unit_test(declarations), cmocka_unit_test(floats_and_strings),
		cmocka_unit_test(enumerations), cmocka_unit_test(fields),
		cmocka_unit_test(sequences),	cmocka_unit_test(variants),
		cmocka_unit_test(lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
