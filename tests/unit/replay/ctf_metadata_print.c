#include "ctf_metadata_print.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/error.h"

static void integer_print(FILE *stream, const struct jscope__ctf_integer *integer)
{
	fprintf(stream, "%c%u%s%s", integer->is_signed ? 'i' : 'u', integer->size_bits,
		integer->is_big_endian ? "be" : "", integer->is_text ? "t" : "");
	if (integer->base != 10)
		fprintf(stream, "/%u", integer->base);
	if (integer->clock)
		fprintf(stream, "~%s", integer->clock->name);
	if (integer->reference != JSCOPE__CTF_REFERENCE_NONE)
		fprintf(stream, "#%" PRIu32, integer->reference);
}

static void labels_print(FILE *stream, const struct jscope__ctf_type *type)
{
	for (size_t i = 0; i < type->label_count; i++) {
		const struct jscope__ctf_label *label = &type->labels[i];

		fprintf(stream, "%s\"%s\"=", i ? "," : "", label->name);
		if (type->integer.is_signed)
			fprintf(stream, "%" PRId64 "..%" PRId64, label->low, label->high);
		else
			fprintf(stream, "%" PRIu64 "..%" PRIu64, (uint64_t)label->low,
				(uint64_t)label->high);
	}
}

static void fields_print(FILE *stream, const struct jscope__ctf_type *type)
{
	fputc('{', stream);
	for (size_t i = 0; i < type->field_count; i++) {
		fprintf(stream, "%s%s:", i ? "," : "", type->fields[i].name);
		ctf_type_print(stream, type->fields[i].type);
	}
	fputc('}', stream);
}

static void options_print(FILE *stream, const struct jscope__ctf_type *type)
{
	fputc('(', stream);
	for (size_t i = 0; i < type->tag->label_count; i++)
		fprintf(stream, "%s%s", i ? "," : "",
			type->options[i] ? type->options[i]->name : "-");
	fputc(')', stream);
}

void ctf_type_print(FILE *stream, const struct jscope__ctf_type *type)
{
	switch (type->kind) {
	case JSCOPE__CTF_INTEGER:
		integer_print(stream, &type->integer);
		break;
	case JSCOPE__CTF_ENUMERATION:
		fputs("enum ", stream);
		integer_print(stream, &type->integer);
		fputc('{', stream);
		labels_print(stream, type);
		fputc('}', stream);
		break;
	case JSCOPE__CTF_FLOAT:
		fprintf(stream, "f%u%s", type->float_size_bits,
			type->float_is_big_endian ? "be" : "");
		break;
	case JSCOPE__CTF_STRING:
		fputs("string", stream);
		break;
	case JSCOPE__CTF_STRUCT:
		fputs("struct", stream);
		fields_print(stream, type);
		break;
	case JSCOPE__CTF_VARIANT:
		fprintf(stream, "variant[#%" PRIu32 "]", type->tag_reference);
		fields_print(stream, type);
		options_print(stream, type);
		return;
	case JSCOPE__CTF_ARRAY:
		ctf_type_print(stream, type->element);
		fprintf(stream, "[%" PRIu64 "]%s", type->length,
			type->elements_are_text ? "\"" : "");
		return;
	case JSCOPE__CTF_SEQUENCE:
		ctf_type_print(stream, type->element);
		fprintf(stream, "[#%" PRIu32 "]%s", type->length_reference,
			type->elements_are_text ? "\"" : "");
		return;
	}
	if (type->align_bits != 8)
		fprintf(stream, "@%u", type->align_bits);
}

static void uuid_print(FILE *stream, const uint8_t uuid[16])
{
	fputc(' ', stream);
	for (int i = 0; i < 16; i++)
		fprintf(stream, "%02x", uuid[i]);
}

static void root_print(FILE *stream, const char *name, const struct jscope__ctf_type *type)
{
	if (!type)
		return;
	fprintf(stream, "%s ", name);
	ctf_type_print(stream, type);
	fputc('\n', stream);
}

static void clock_print(FILE *stream, const struct jscope__ctf_clock *clock)
{
	fprintf(stream, "clock %s %" PRIu64 " Hz %" PRId64 " s + %" PRId64 "%s", clock->name,
		clock->frequency_hz, clock->offset_s, clock->offset_cycles,
		clock->is_absolute ? " absolute" : "");
	uuid_print(stream, clock->uuid);
	fputc('\n', stream);
}

static void environment_print(FILE *stream, const struct jscope__ctf_environment *entry)
{
	fprintf(stream, "env %s ", entry->name);
	if (entry->text)
		fprintf(stream, "\"%s\"\n", entry->text);
	else
		fprintf(stream, "%" PRId64 "\n", entry->number);
}

static void stream_print(FILE *stream, const struct jscope__ctf_stream_class *class)
{
	fprintf(stream, "stream %" PRIu64 "\n", class->id);
	root_print(stream, "packet.context", class->packet_context);
	root_print(stream, "event.header", class->event_header);
	root_print(stream, "event.context", class->event_context);
	for (size_t i = 0; i < class->event_count; i++) {
		fprintf(stream, "event %" PRIu64 " \"%s\"\n", class->events[i].id,
			class->events[i].name);
		root_print(stream, "context", class->events[i].context);
		root_print(stream, "fields", class->events[i].fields);
	}
}

void ctf_metadata_print(FILE *stream, const struct jscope__ctf_metadata *metadata)
{
	fprintf(stream, "trace %s", metadata->is_big_endian ? "be" : "le");
	if (metadata->has_uuid)
		uuid_print(stream, metadata->uuid);
	fputc('\n', stream);
	root_print(stream, "packet.header", metadata->packet_header);
	for (size_t i = 0; i < metadata->clock_count; i++)
		clock_print(stream, &metadata->clocks[i]);
	for (size_t i = 0; i < metadata->environment_count; i++)
		environment_print(stream, &metadata->environment[i]);
	for (size_t i = 0; i < metadata->stream_count; i++)
		stream_print(stream, &metadata->streams[i]);
}

static void error_print(FILE *stream, int error)
{
	const char *sentence = jscope_error_sentence(0);

	fprintf(stream, "%d %s", error, sentence ? sentence : "without a sentence");
	if (jscope_error_sentence(1))
		fputs(" and another sentence", stream);
	jscope_error_clear();
}

char *ctf_metadata_told(const char *text, size_t size_bytes,
			const struct jscope__ctf_limits *limits)
{
	const struct jscope__ctf_limits usual = { .nesting = 0 };
	struct jscope__ctf_metadata *metadata;
	char *told = NULL;
	size_t told_bytes;
	FILE *stream = open_memstream(&told, &told_bytes);
	int error;

	if (!stream)
		abort();
	error = jscope__ctf_metadata_parse("m", text, size_bytes, limits ? limits : &usual,
					   &metadata);
	if (error == 0) {
		ctf_metadata_print(stream, metadata);
		jscope__ctf_metadata_destroy(metadata);
	} else {
		error_print(stream, error);
	}
	if (fclose(stream) != 0)
		abort();
	return told;
}
