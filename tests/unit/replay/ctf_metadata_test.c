/* TSDL: what each construct of the language becomes. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_metadata_print.h"

#define TRACE "trace { major = 1; minor = 8; byte_order = le; };"

struct example {
	const char *text, *told;
};

/* Compare what became of a text, but for the line that the trace block gives. */
static void example_try(const char *text, const char *told)
{
	static const char first[] = "trace le\n";
	char *got = ctf_metadata_told(text, strlen(text), NULL);

	if (strncmp(got, first, strlen(first)) == 0)
		assert_string_equal(got + strlen(first), told);
	else
		assert_string_equal(got, told);
	free(got);
}

/* What stands in the braces of an event's fields, with some types declared before it. */
static void fields_try(const struct example *example)
{
	char *text, *told;

	if (asprintf(&text,
		     TRACE "typealias integer { size = 8; } := uint8_t;"
			   "typealias integer { size = 32; signed = true; } := int;"
			   "event { fields := struct { %s }; };",
		     example->text) < 0 ||
	    asprintf(&told, "stream 0\nevent 0 \"\"\nfields %s\n", example->told) < 0)
		abort();
	example_try(text, told);
	free(text);
	free(told);
}

static void examples_try(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fields_try(&examples[i]);
}
#define TRY(examples) examples_try(examples, sizeof(examples) / sizeof *(examples))

static void scalars(void **state)
{
	static const struct example examples[] = {
		{ "", "struct{}@1" },
		{ "uint8_t a;", "struct{a:u8}" },
		{ "integer { size = 9; } a;", "struct{a:u9@1}@1" },
		{ "integer { size = 24; } a;", "struct{a:u24}" },
		{ "integer { align = 32; signed = true; size = 7; } a;", "struct{a:i7@32}@32" },
		{ "integer { size = 64; signed = 1; } a; integer { size = 1; signed = FALSE; } b;",
		  "struct{a:i64,b:u1@1}" },
		{ "integer { size = 0x10; byte_order = be; } a;", "struct{a:u16be}" },
		{ "integer { size = 010; byte_order = network; } a;", "struct{a:u8be}" },
		{ "integer { size = 16UL; byte_order = native; } a;", "struct{a:u16}" },
		{ "integer { size = 8; byte_order = le; encoding = UTF8; } a;", "struct{a:u8t}" },
		{ "integer { size = 8; encoding = \"utf-8\"; } a;", "struct{a:u8t}" },
		{ "integer { size = 8; encoding = ASCII; base = x; } a;", "struct{a:u8t/16}" },
		{ "integer { size = 8; encoding = none; base = 2; } a;", "struct{a:u8/2}" },
		{ "integer { size = 8; base = octal; } a, b;", "struct{a:u8/8,b:u8/8}" },
		{ "integer { size = 8; base = hexadecimal; } a;", "struct{a:u8/16}" },
		{ "integer { size = 8; base = decimal; colour = \"red\"; } a;", "struct{a:u8}" },
		{ "floating_point { exp_dig = 8; mant_dig = 24; } a;", "struct{a:f32}" },
		{ "floating_point { mant_dig = 53; byte_order = be; exp_dig = 11; align = 64; } a;",
		  "struct{a:f64be@64}@64" },
		{ "string a; string { encoding = UTF8; } b;", "struct{a:string,b:string}" },
	};

	(void)state;
	TRY(examples);
}

static void enumerations(void **state)
{
	static const struct example examples[] = {
		{ "enum : uint8_t { A, B = 3, C, D = 5 ... 7, E } a;",
		  "struct{a:enum u8{\"A\"=0..0,\"B\"=3..3,\"C\"=4..4,\"D\"=5..7,\"E\"=8..8}}" },
		{ "enum { A = -3 ... -1, B, } a;", "struct{a:enum i32{\"A\"=-3..-1,\"B\"=0..0}}" },
		{ "enum e : uint8_t { A } a; enum e b;",
		  "struct{a:enum u8{\"A\"=0..0},b:enum u8{\"A\"=0..0}}" },
		{ "enum e : uint8_t { A }; enum e b;", "struct{b:enum u8{\"A\"=0..0}}" },
		{ "enum : uint8_t { \"two words\", \"a\\\"b\", A = 0, A = 9 } a;",
		  "struct{a:enum u8{\"two words\"=0..0,\"a\"b\"=1..1,\"A\"=0..0,\"A\"=9..9}}" },
		{ "enum : integer { size = 64; } { A = 18446744073709551615 } a;",
		  "struct{a:enum u64{\"A\"=18446744073709551615..18446744073709551615}}" },
		{ "enum : integer { size = 64; signed = true; } "
		  "{ A = -9223372036854775808 ... 0x7fffffffffffffff } a;",
		  "struct{a:enum i64{\"A\"=-9223372036854775808..9223372036854775807}}" },
		{ "enum : uint8_t { struct, align, event } a;",
		  "struct{a:enum u8{\"struct\"=0..0,\"align\"=1..1,\"event\"=2..2}}" },
		{ "enum : uint8_t { } a;", "struct{a:enum u8{}}" },
	};

	(void)state;
	TRY(examples);
}

static void names(void **state)
{
	static const struct example examples[] = {
		{ "typealias integer { size = 16; } := unsigned short int; unsigned short int a;",
		  "struct{a:u16}" },
		{ "typealias uint8_t := const char *; const char *a, b;", "struct{a:u8,b:u8}" },
		{ "typealias uint8_t := void *; void *a; const void * const b;",
		  "struct{a:u8,b:u8}" },
		{ "typedef uint8_t a_t, b_t[2]; a_t a; b_t b;", "struct{a:u8,b:u8[2]}" },
		{ "typealias uint8_t [16] := uuid_t; uuid_t a;", "struct{a:u8[16]}" },
		{ "const uint8_t a; const struct { const integer { size = 8; } c; } b;",
		  "struct{a:u8,b:struct{c:u8}}" },
		{ "typealias integer { size = 4; } := uint8_t; uint8_t a;", "struct{a:u4@1}@1" },
		{ "struct { typealias integer { size = 4; } := uint8_t; uint8_t a; } b; uint8_t c;",
		  "struct{b:struct{a:u4@1}@1,c:u8}" },
		{ "uint8_t _a, a, __b, _, event, stream;",
		  "struct{_a:u8,a:u8,_b:u8,_:u8,event:u8,stream:u8}" },
	};

	(void)state;
	TRY(examples);
}

static void compounds(void **state)
{
	static const struct example examples[] = {
		{ "struct { uint8_t a; } align(64) b;", "struct{b:struct{a:u8}@64}@64" },
		{ "struct { integer { size = 8; align = 32; } a; } align(8) b;",
		  "struct{b:struct{a:u8@32}@32}@32" },
		{ "struct s { uint8_t a; }; struct s b; struct s c[2];",
		  "struct{b:struct{a:u8},c:struct{a:u8}[2]}" },
		{ "struct s { uint8_t a; } align(16) b; struct s c;",
		  "struct{b:struct{a:u8}@16,c:struct{a:u8}@16}@16" },
		{ "uint8_t a[2][3], b[0], c;", "struct{a:u8[3][2],b:u8[0],c:u8}" },
		{ "integer { size = 8; encoding = UTF8; } a[16], b[2][4];",
		  "struct{a:u8t[16]\",b:u8t[4]\"[2]}" },
		{ "integer { size = 8; align = 16; encoding = UTF8; } a[16];",
		  "struct{a:u8t@16[16]}@16" },
		{ "uint8_t len; uint8_t a[len]; string b[len][2];",
		  "struct{len:u8#0,a:u8[#0],b:string[2][#0]}" },
		{ "uint8_t _len; uint8_t a[len]; uint8_t n; uint8_t b[_n];",
		  "struct{len:u8#0,a:u8[#0],n:u8#1,b:u8[#1]}" },
		{ "struct { struct { uint8_t n; } b; } a; uint8_t c[a.b.n]; uint8_t d[a->b->n];",
		  "struct{a:struct{b:struct{n:u8#0}},c:u8[#0],d:u8[#0]}" },
		{ "struct { uint8_t n; uint8_t v[n]; } a[4]; uint8_t n; uint8_t b[n];",
		  "struct{a:struct{n:u8#0,v:u8[#0]}[4],n:u8#1,b:u8[#1]}" },
		{ "uint8_t n; struct { struct { uint8_t v[n]; } b; } a;",
		  "struct{n:u8#0,a:struct{b:struct{v:u8[#0]}}}" },
		{ "uint8_t n; struct { uint8_t v[event.fields.n]; uint8_t n; } a;",
		  "struct{n:u8#0,a:struct{v:u8[#0],n:u8}}" },
	};

	(void)state;
	TRY(examples);
}

static void variants(void **state)
{
	static const struct example examples[] = {
		{ "enum : uint8_t { A, B, C } t; variant <t> { uint8_t A; string C; } v;",
		  "struct{t:enum u8#0{\"A\"=0..0,\"B\"=1..1,\"C\"=2..2},"
		  "v:variant[#0]{A:u8,C:string}(A,-,C)}" },
		{ "enum : uint8_t { A } t; variant x { uint8_t A; }; variant x <t> v, w;",
		  "struct{t:enum u8#0{\"A\"=0..0},v:variant[#0]{A:u8}(A),"
		  "w:variant[#0]{A:u8}(A)}" },
		{ "enum : uint8_t { A } _t; variant x <t> { uint8_t _A; } v;",
		  "struct{t:enum u8#0{\"A\"=0..0},v:variant[#0]{A:u8}(A)}" },
		{ "enum : uint8_t { _A } t; typealias variant <t> { uint8_t A; } := x; x v;",
		  "struct{t:enum u8#0{\"_A\"=0..0},v:variant[#0]{A:u8}(A)}" },
		{ "struct { enum : uint8_t { A } t; } h; struct { variant <h.t> { struct { uint8_t n; "
		  "uint8_t s[n]; } A; } v; } b;",
		  "struct{h:struct{t:enum u8#0{\"A\"=0..0}},b:struct{v:variant[#0]"
		  "{A:struct{n:u8#1,s:u8[#1]}}(A)}@1}" },
	};

	(void)state;
	TRY(examples);
}

/* Each whole text begins with the line of the trace. */
static void blocks(void **state)
{
	static const struct example examples[] = {
		{ TRACE, "" },
		{ "/* CTF 1.8 */ // or so\n" TRACE " /* end **/", "" },
		{ TRACE "env { a = \"x\\ty\"; b = -5; c = word; d.e = 0x10; }; env { f = 1; };",
		  "env a \"x\ty\"\nenv b -5\nenv c \"word\"\nenv d.e 16\nenv f 1\n" },
		{ TRACE "clock { name = c; };",
		  "clock c 1000000000 Hz 0 s + 0 00000000000000000000000000000000\n" },
		{ TRACE "clock { name = c; }; clock { name = c; };",
		  "clock c 1000000000 Hz 0 s + 0 00000000000000000000000000000000\n" },
		{ TRACE
		  "clock { description = \"d\"; uuid = \"00000000-1111-2222-3333-44444444abCD\";"
		  "precision = 5; freq = 1000; offset_s = -3; offset = 7; absolute = TRUE;"
		  "name = \"mono\"; };",
		  "clock mono 1000 Hz -3 s + 7 absolute 0000000011112222333344444444abcd\n" },
		{ TRACE "callsite { name = \"a\"; func = f; file = \"x.c\"; line = 3; ip = 0x1; };",
		  "" },
		{ TRACE "stream { };", "stream 0\n" },
		{ TRACE "stream { id = 18446744073709551615; }; stream { id = 2; };",
		  "stream 2\nstream 18446744073709551615\n" },
		{ TRACE
		  "event { id = 3; name = b; }; event { name = \"a:\\x41\\102\"; loglevel = 13;"
		  "model.emf.uri = \"http://x\"; };",
		  "stream 0\nevent 0 \"a:AB\"\nevent 3 \"b\"\n" },
		{ TRACE "stream { id = 7; }; event { id = 1; };", "stream 7\nevent 1 \"\"\n" },
		{ TRACE "event { id = 1; stream_id = 2; }; stream { id = 2; }; stream { id = 1; };"
			"event { id = 1; stream_id = 1; }; event { stream_id = 2; };",
		  "stream 1\nevent 1 \"\"\nstream 2\nevent 0 \"\"\nevent 1 \"\"\n" },
		/* Byte order and clocks may be told after the types that they concern. */
		{ "typealias integer { size = 8; } := u8; typealias integer { size = 8; map = "
		  "clock.c.value; } := t8; trace { byte_order = be; packet.header := struct { u8 a; "
		  "t8 b; }; }; clock { name = c; };",
		  "trace be\npacket.header struct{a:u8be,b:u8be~c}\n"
		  "clock c 1000000000 Hz 0 s + 0 00000000000000000000000000000000\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		example_try(examples[i].text, examples[i].told);
}

#define CLOCK_A "clock a 1000000000 Hz 0 s + 0 00000000000000000000000000000000\n"

/* Timestamps without `map` show the only clock, or one of nanoseconds. */
static void clocks(void **state)
{
	static const struct example examples[] = {
		{ TRACE
		  "clock { name = a; }; stream { packet.context := struct { integer { size = 64; } "
		  "timestamp_begin, _timestamp_end, timestamp; }; event.header := struct { struct "
		  "{ integer { size = 27; } timestamp; } x; integer { size = 8; } timestamp_end; "
		  "}; event.context := struct { integer { size = 8; } timestamp; }; };",
		  CLOCK_A
		  "stream 0\npacket.context struct{timestamp_begin:u64~a,timestamp_end:u64~a,"
		  "timestamp:u64}\nevent.header struct{x:struct{timestamp:u27~a@1}@1,"
		  "timestamp_end:u8}\nevent.context struct{timestamp:u8}\n" },
		{ TRACE "stream { event.header := struct { integer { size = 8; } timestamp; }; };",
		  "clock default 1000000000 Hz 0 s + 0 00000000000000000000000000000000\n"
		  "stream 0\nevent.header struct{timestamp:u8~default}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
		example_try(examples[i].text, examples[i].told);
}

#define E "enum : u8 { A, B } "

/* All roots, and references from each to those before it, relative and by their prefix. */
static void references(void **state)
{
	static const char text[] =
		"typealias integer { size = 8; } := u8; struct h { u8 n; };"
		"trace { byte_order = le; struct h { u8 n; u8 m; }; packet.header := struct h; };"
		"stream { packet.context := struct { u8 _p; u8 a[n]; u8 b[trace.packet.header.m]; };"
		"  event.header := struct { " E " id; variant <id> { u8 A; u8 B[p]; } v; };"
		"  event.context := struct { u8 n; u8 c[stream.packet.context.p];"
		"    variant <stream.event.header.id> { u8 A; } w; }; };"
		"event { context := struct { u8 q; u8 d[n]; u8 e[trace.packet.header.n]; };"
		"  fields := struct { u8 r[q]; u8 s[stream.event.context.n]; u8 t[event.context.q];"
		"    struct h u; u8 v[u.n]; u8 w[event.fields.u.n]; u8 x[m]; }; };"
		"event { id = 1; fields := struct { u8 n; u8 a[n]; }; };";
	static const char told[] =
		"packet.header struct{n:u8#0,m:u8#1}\nstream 0\n"
		"packet.context struct{p:u8#3,a:u8[#0],b:u8[#1]}\n"
		"event.header struct{id:enum u8#2{\"A\"=0..0,\"B\"=1..1},"
		"v:variant[#2]{A:u8,B:u8[#3]}(A,B)}\n"
		"event.context struct{n:u8#4,c:u8[#3],w:variant[#2]{A:u8}(A,-)}\n"
		"event 0 \"\"\ncontext struct{q:u8#5,d:u8[#4],e:u8[#0]}\n"
		"fields struct{r:u8[#5],s:u8[#4],t:u8[#5],u:struct{n:u8#6},v:u8[#6],w:u8[#6],"
		"x:u8[#1]}\n"
		"event 1 \"\"\nfields struct{n:u8#7,a:u8[#7]}\n";

	(void)state;
	example_try(text, told);
}

/* What decodes later keeps as many values as there are references, and finds classes by id. */
static void lookups(void **state)
{
	static const char text[] =
		TRACE "env { domain = \"kernel\"; n = 4; };"
		      "stream { id = 3; }; stream { id = 9; };"
		      "event { stream_id = 9; id = 5; fields := struct { integer { size = 8; } n; "
		      "string s[n]; }; }; event { stream_id = 9; id = 70; };";
	const struct jscope__ctf_limits limits = { .nesting = 0 };
	struct jscope__ctf_metadata *metadata;
	const struct jscope__ctf_stream_class *class;
	const struct jscope__ctf_type *fields;

	(void)state;
	assert_int_equal(jscope__ctf_metadata_parse("m", text, sizeof text - 1, &limits, &metadata),
			 0);
	assert_int_equal(metadata->reference_count, 1);
	assert_false(metadata->has_uuid);
	assert_string_equal(jscope__ctf_metadata_environment(metadata, "domain"), "kernel");
	assert_string_equal(jscope__ctf_metadata_environment(metadata, "n"), "");
	assert_string_equal(jscope__ctf_metadata_environment(metadata, "m"), "");
	assert_null(jscope__ctf_metadata_stream(metadata, 4));
	assert_int_equal(jscope__ctf_metadata_stream(metadata, 3)->event_count, 0);
	class = jscope__ctf_metadata_stream(metadata, 9);
	assert_null(jscope__ctf_stream_class_event(class, 0));
	assert_int_equal(jscope__ctf_stream_class_event(class, 70)->id, 70);
	fields = jscope__ctf_stream_class_event(class, 5)->fields;
	assert_ptr_equal(fields->fields[1].type->length_type, fields->fields[0].type);
	jscope__ctf_metadata_destroy(metadata);
	jscope__ctf_metadata_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars),  cmocka_unit_test(enumerations),
		cmocka_unit_test(names),    cmocka_unit_test(compounds),
		cmocka_unit_test(variants), cmocka_unit_test(blocks),
		cmocka_unit_test(clocks),   cmocka_unit_test(references),
		cmocka_unit_test(lookups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
