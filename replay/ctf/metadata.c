#include "metadata.h"

#include <errno.h>
#include <string.h>

#include "common/error.h"
#include "tsdl.h"

static void limit_complete(uint64_t *limit, uint64_t usual)
{
	if (*limit == 0)
		*limit = usual;
}

void jscope__ctf_limits_complete(struct jscope__ctf_limits *limits)
{
	limit_complete(&limits->metadata_bytes, JSCOPE__CTF_METADATA_BYTES);
	limit_complete(&limits->type_count, JSCOPE__CTF_TYPE_COUNT);
	limit_complete(&limits->sequence_length, JSCOPE__CTF_SEQUENCE_LENGTH);
	limit_complete(&limits->packet_bytes, JSCOPE__CTF_PACKET_BYTES);
	limit_complete(&limits->event_bytes, JSCOPE__CTF_EVENT_BYTES);
	if (limits->nesting == 0)
		limits->nesting = JSCOPE__CTF_NESTING;
}

static int text_parse(struct jscope__tsdl_parser *parser)
{
	int error = jscope__tsdl_blocks_parse(parser);

	if (error == 0)
		error = jscope__tsdl_classes_build(parser);
	jscope__tsdl_names_finish(&parser->clocks);
	return error;
}

static int metadata_create(struct jscope__ctf_metadata **ret_metadata)
{
	struct jscope__ctf_arena *arena;
	int error = jscope__ctf_arena_create(&arena);

	if (error < 0)
		return error;
	*ret_metadata = jscope__ctf_arena_get(arena, 1, sizeof **ret_metadata);
	if (!*ret_metadata) {
		jscope__ctf_arena_destroy(arena);
		return -ENOMEM;
	}
	(*ret_metadata)->arena = arena;
	return 0;
}

int jscope__ctf_metadata_parse(const char *name, const char *text, size_t size_bytes,
			       const struct jscope__ctf_limits *limits,
			       struct jscope__ctf_metadata **ret_metadata)
{
	struct jscope__ctf_limits complete = *limits;
	struct jscope__tsdl_parser parser = {
		.file = name, .limits = &complete, .next = text, .end = text + size_bytes, .line = 1
	};
	int error = metadata_create(&parser.metadata);

	if (error < 0)
		return jscope_error(error, "Memory is short for reading '%s'.", name);
	jscope__ctf_limits_complete(&complete);
	parser.arena = parser.metadata->arena;
	error = text_parse(&parser);
	if (error < 0) {
		jscope__ctf_metadata_destroy(parser.metadata);
		return error;
	}
	*ret_metadata = parser.metadata;
	return 0;
}

void jscope__ctf_metadata_destroy(struct jscope__ctf_metadata *metadata)
{
	if (metadata)
		jscope__ctf_arena_destroy(metadata->arena);
}

const struct jscope__ctf_stream_class *
jscope__ctf_metadata_stream(const struct jscope__ctf_metadata *metadata, uint64_t id)
{
	size_t first = 0, end = metadata->stream_count;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (metadata->streams[middle].id == id)
			return &metadata->streams[middle];
		if (metadata->streams[middle].id < id)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

const struct jscope__ctf_event_class *
jscope__ctf_stream_class_event(const struct jscope__ctf_stream_class *stream_class, uint64_t id)
{
	size_t first = 0, end = stream_class->event_count;

	while (first < end) {
		const size_t middle = first + (end - first) / 2;

		if (stream_class->events[middle].id == id)
			return &stream_class->events[middle];
		if (stream_class->events[middle].id < id)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

const char *jscope__ctf_metadata_environment(const struct jscope__ctf_metadata *metadata,
					     const char *name)
{
	for (size_t i = 0; i < metadata->environment_count; i++)
		if (strcmp(metadata->environment[i].name, name) == 0)
			return metadata->environment[i].text ? metadata->environment[i].text : "";
	return "";
}
