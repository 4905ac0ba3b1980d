#include "metadata.h"

#include <inttypes.h>
#include <string.h>

#include "jscope/probe.h"
#include "describe.h"
#include "present.h"
#include "probes/vocabulary.h"
#include "writer.h"

static void print_environment(FILE *stream, const struct jscope__ctf_origin *origin)
{
	fputs("env {\n"
	      "\tdomain = \"ust\";\n"
	      "\ttracer_name = \"jitterscope\";\n"
	      "\thostname = \"virtual\";\n"
	      "\tscenario = \"",
	      stream);
	jscope__ctf_describe_word(stream, origin->scenario);
	fprintf(stream, "\";\n\tseed = \"%" PRIu64 "\";\n};\n\n", origin->seed);
}

/* The origin is said to be absolute, so that readers merge several virtual recordings. */
static void print_clock(FILE *stream)
{
	fputs("clock {\n"
	      "\tname = \"virtual\";\n"
	      "\tdescription = \"Time of the simulated machine\";\n"
	      "\tfreq = 1000000000;\n"
	      "\toffset = 0;\n"
	      "\tabsolute = true;\n"
	      "};\n\n"
	      "typealias integer {\n"
	      "\tsize = 64; align = 8; signed = false;\n"
	      "\tmap = clock.virtual.value;\n"
	      "} := instant_t;\n\n",
	      stream);
}

static void print_stream_class(FILE *stream, enum jscope__ctf_class class)
{
	fprintf(stream,
		"stream {\n"
		"\tid = %d;\n"
		"\tevent.header := struct {\n"
		"\t\tuint16_t id;\n"
		"\t\tinstant_t timestamp;\n"
		"\t};\n",
		(int)class);
	jscope__ctf_describe_packets(stream);
	fprintf(stream,
		"\tevent.context := struct {\n"
		"\t\tinteger { size = 32; align = 8; signed = true; } _vtid;\n"
		"\t\tinteger { size = 8; align = 8; signed = true; encoding = UTF8; } "
		"_procname[%d];\n"
		"\t};\n"
		"};\n\n",
		JSCOPE__PROCNAME_SIZE);
}

static void print_field(FILE *stream, const struct jscope_field_desc *field)
{
	static const struct {
		int bits, base, length;
		bool is_signed;
	} types[] = {
		[JSCOPE_FIELD_u8] = { 8, 10, 0, false },
		[JSCOPE_FIELD_u16] = { 16, 10, 0, false },
		[JSCOPE_FIELD_u32] = { 32, 10, 0, false },
		[JSCOPE_FIELD_u64] = { 64, 10, 0, false },
		[JSCOPE_FIELD_i32] = { 32, 10, 0, true },
		[JSCOPE_FIELD_i64] = { 64, 10, 0, true },
		[JSCOPE_FIELD_id] = { 64, 16, 0, false },
		[JSCOPE_FIELD_ts] = { 64, 10, 0, false },
		[JSCOPE_FIELD_guid] = { 8, 16, 16, false },
	};

	fprintf(stream, "\t\tinteger { size = %d; align = 8; signed = %s; base = %d; } _%s",
		types[field->type].bits, types[field->type].is_signed ? "true" : "false",
		types[field->type].base, field->name);
	if (types[field->type].length)
		fprintf(stream, "[%d]", types[field->type].length);
	fputs(";\n", stream);
}

static void print_event(FILE *stream, size_t id)
{
	const struct jscope_event_desc *event = jscope_event_describe(id);

	fprintf(stream,
		"event {\n"
		"\tname = \"" JSCOPE_PROVIDER_NAME ":%s\";\n"
		"\tid = %zu;\n"
		"\tstream_id = %d;\n"
		"\tfields := struct {\n",
		event->name, id,
		jscope__ctf_is_truth(event->name) ? JSCOPE__CTF_TRUTH : JSCOPE__CTF_EVENTS);
	for (size_t i = 0; i < event->field_count; i++)
		print_field(stream, &event->fields[i]);
	fputs("\t};\n};\n\n", stream);
}

void jscope__ctf_metadata_print(FILE *stream, const struct jscope__ctf_origin *origin)
{
	jscope__ctf_describe_trace(stream, origin->uuid, false);
	print_environment(stream, origin);
	print_clock(stream);
	print_stream_class(stream, JSCOPE__CTF_EVENTS);
	print_stream_class(stream, JSCOPE__CTF_TRUTH);
	for (size_t id = 0; id < JSCOPE_EVENT_COUNT; id++)
		print_event(stream, id);
}
