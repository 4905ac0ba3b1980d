/*
 * Any bytes as metadata: as TSDL text, and as a file where they begin like packets or CTF 2. What
 * is accepted must keep what the headers promise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "ctf_metadata_print.h"
#include "driver.h"
#include "scratch.h"

/* Low, so that an input that passes one takes no time. */
static const struct jscope__ctf_limits limits = { .metadata_bytes = 1 << 20,
						  .type_count = 1 << 14 };

static void require(bool is_so)
{
	if (!is_so)
		abort();
}

static void type_check(const struct jscope__ctf_metadata *metadata,
		       const struct jscope__ctf_type *type, unsigned depth);

static void integer_check(const struct jscope__ctf_metadata *metadata,
			  const struct jscope__ctf_integer *integer)
{
	require(integer->size_bits >= 1 && integer->size_bits <= 64);
	require(integer->reference == JSCOPE__CTF_REFERENCE_NONE ||
		integer->reference < metadata->reference_count);
	require(!integer->clock || (integer->clock >= metadata->clocks &&
				    integer->clock < metadata->clocks + metadata->clock_count));
}

static void fields_check(const struct jscope__ctf_metadata *metadata,
			 const struct jscope__ctf_type *type, unsigned depth)
{
	for (size_t i = 0; i < type->field_count; i++) {
		require(*type->fields[i].name != '\0');
		type_check(metadata, type->fields[i].type, depth + 1);
	}
	if (type->kind == JSCOPE__CTF_VARIANT)
		require(type->tag->kind == JSCOPE__CTF_ENUMERATION &&
			type->tag->integer.reference == type->tag_reference);
}

static void type_check(const struct jscope__ctf_metadata *metadata,
		       const struct jscope__ctf_type *type, unsigned depth)
{
	uint64_t end_bits;

	require(depth <= JSCOPE__CTF_NESTING);
	require(type->align_bits >= 1 && type->align_bits <= 4096);
	require((type->align_bits & (type->align_bits - 1)) == 0);
	if (jscope__ctf_type_fixed_size(type, 1, &end_bits))
		require(end_bits >= 1);
	switch (type->kind) {
	case JSCOPE__CTF_INTEGER:
	case JSCOPE__CTF_ENUMERATION:
		integer_check(metadata, &type->integer);
		jscope__ctf_type_label(type, -1);
		break;
	case JSCOPE__CTF_STRUCT:
	case JSCOPE__CTF_VARIANT:
		fields_check(metadata, type, depth);
		break;
	case JSCOPE__CTF_SEQUENCE:
		require(type->length_type->integer.reference == type->length_reference);
		require(!type->length_type->integer.is_signed);
		type_check(metadata, type->element, depth + 1);
		break;
	case JSCOPE__CTF_ARRAY:
		type_check(metadata, type->element, depth + 1);
		break;
	case JSCOPE__CTF_FLOAT:
	case JSCOPE__CTF_STRING:
		break;
	}
}

static void root_check(const struct jscope__ctf_metadata *metadata,
		       const struct jscope__ctf_type *type)
{
	if (!type)
		return;
	require(type->kind == JSCOPE__CTF_STRUCT);
	type_check(metadata, type, 1);
}

static void stream_check(const struct jscope__ctf_metadata *metadata,
			 const struct jscope__ctf_stream_class *class)
{
	root_check(metadata, class->packet_context);
	root_check(metadata, class->event_header);
	root_check(metadata, class->event_context);
	for (size_t i = 0; i < class->event_count; i++) {
		const struct jscope__ctf_event_class *event = &class->events[i];

		root_check(metadata, event->context);
		root_check(metadata, event->fields);
		require(i == 0 || event[-1].id < event->id);
		require(jscope__ctf_stream_class_event(class, event->id) == event);
	}
}

static void metadata_check(const struct jscope__ctf_metadata *metadata)
{
	static FILE *nowhere;

	root_check(metadata, metadata->packet_header);
	for (size_t i = 0; i < metadata->stream_count; i++) {
		stream_check(metadata, &metadata->streams[i]);
		require(i == 0 || metadata->streams[i - 1].id < metadata->streams[i].id);
		require(jscope__ctf_metadata_stream(metadata, metadata->streams[i].id) ==
			&metadata->streams[i]);
	}
	/* Touches everything else. */
	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	ctf_metadata_print(nowhere, metadata);
}

static void result_check(int error, struct jscope__ctf_metadata *metadata)
{
	require((error != 0) == (jscope_error_sentence(0) != NULL));
	require(!jscope_error_sentence(1));
	if (error == 0)
		metadata_check(metadata);
	else
		require(strpbrk(jscope_error_sentence(0), "\n\x1b") == NULL);
	jscope__ctf_metadata_destroy(metadata);
	jscope_error_clear();
}

static int file_try(const uint8_t *bytes, size_t size_bytes,
		    struct jscope__ctf_metadata **ret_metadata)
{
	char path[SCRATCH_PATH_SIZE];
	FILE *file;

	scratch_path(path, "metadata");
	file = fopen(path, "w");
	require(file && fwrite(bytes, 1, size_bytes, file) == size_bytes && fclose(file) == 0);
	return jscope__ctf_metadata_read(scratch_directory(), &limits, ret_metadata);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	struct jscope__ctf_metadata *metadata = NULL;
	int error;

	if (size_bytes > 0 && memchr("\x57\x75\x1e{[", *bytes, 5))
		error = file_try(bytes, size_bytes, &metadata);
	else
		error = jscope__ctf_metadata_parse("m", (const char *)bytes, size_bytes, &limits,
						   &metadata);
	result_check(error, metadata);
	return 0;
}
