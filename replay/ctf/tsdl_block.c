#include "tsdl.h"

#include <errno.h>
#include <string.h>

static int version_set(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_value *value,
		       uint64_t expected)
{
	if (value->kind == JSCOPE__TSDL_VALUE_NUMBER && !value->is_negative &&
	    value->magnitude == expected)
		return 0;
	return jscope__tsdl_refuse(
		parser, value->line,
		"this is not CTF 1.8, the only version of TSDL that can be read; "
		"have the tracer write that");
}

static int major_set(struct jscope__tsdl_parser *parser, void *target,
		     const struct jscope__tsdl_value *value)
{
	(void)target;
	return version_set(parser, value, 1);
}

static int minor_set(struct jscope__tsdl_parser *parser, void *target,
		     const struct jscope__tsdl_value *value)
{
	(void)target;
	return version_set(parser, value, 8);
}

static int trace_uuid_set(struct jscope__tsdl_parser *parser, void *target,
			  const struct jscope__tsdl_value *value)
{
	(void)target;
	parser->metadata->has_uuid = true;
	return jscope__tsdl_value_uuid(parser, value, parser->metadata->uuid);
}

static int trace_order_set(struct jscope__tsdl_parser *parser, void *target,
			   const struct jscope__tsdl_value *value)
{
	int error = jscope__tsdl_value_order(parser, value, &parser->order);

	(void)target;
	if (error == 0 && parser->order == JSCOPE__TSDL_NATIVE)
		return jscope__tsdl_refuse(
			parser, value->line,
			"the byte order of a trace cannot be native; " JSCOPE__TSDL_REMEDY);
	return error;
}

static int trace_parse(struct jscope__tsdl_parser *parser)
{
	static const struct jscope__tsdl_row rows[] = {
		{ .name = "major", .set = major_set },
		{ .name = "minor", .set = minor_set },
		{ .name = "uuid", .set = trace_uuid_set },
		{ .name = "byte_order", .set = trace_order_set },
		{ .name = "packet.header", .root = JSCOPE__TSDL_PACKET_HEADER },
	};
	static const struct jscope__tsdl_form form = { "a trace", rows, sizeof rows / sizeof *rows,
						       NULL };
	int error;

	if (parser->has_trace)
		return jscope__tsdl_refuse(parser, parser->token.line,
					   "a second 'trace' block begins; " JSCOPE__TSDL_REMEDY);
	parser->has_trace = true;
	parser->trace.line = parser->token.line;
	error = jscope__tsdl_form_parse(parser, &form, &parser->trace);
	if (error == 0 && parser->order == JSCOPE__TSDL_NATIVE)
		return jscope__tsdl_refuse(parser, parser->trace.line,
					   "the trace has no 'byte_order'; " JSCOPE__TSDL_REMEDY);
	return error;
}

static int environment_add(struct jscope__tsdl_parser *parser, void *target,
			   const struct jscope__tsdl_value *value)
{
	struct jscope__ctf_metadata *metadata = parser->metadata;
	struct jscope__ctf_environment entry = { .name = value->attribute, .text = value->text };
	int error = jscope__tsdl_count(parser);

	(void)target;
	/* One above 2^63 keeps its bits: nobody computes with it. */
	if (value->kind == JSCOPE__TSDL_VALUE_NUMBER)
		entry.number = (int64_t)(value->is_negative ? -value->magnitude : value->magnitude);
	if (error < 0)
		return error;
	metadata->environment = jscope__ctf_arena_extend(parser->arena, metadata->environment,
							 metadata->environment_count, sizeof entry);
	if (!metadata->environment)
		return jscope__tsdl_no_memory(parser);
	metadata->environment[metadata->environment_count++] = entry;
	return 0;
}

static int environment_parse(struct jscope__tsdl_parser *parser)
{
	static const struct jscope__tsdl_form form = { "the environment", NULL, 0,
						       environment_add };

	return jscope__tsdl_form_parse(parser, &form, NULL);
}

static int name_set(struct jscope__tsdl_parser *parser, void *target,
		    const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_block *block = target;

	return jscope__tsdl_value_text(parser, value, &block->name);
}

static int id_set(struct jscope__tsdl_parser *parser, void *target,
		  const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_block *block = target;

	return jscope__tsdl_value_unsigned(parser, value, 0, UINT64_MAX, &block->id);
}

static int stream_id_set(struct jscope__tsdl_parser *parser, void *target,
			 const struct jscope__tsdl_value *value)
{
	struct jscope__tsdl_block *block = target;

	block->has_stream_id = true;
	return jscope__tsdl_value_unsigned(parser, value, 0, UINT64_MAX, &block->stream_id);
}

/* Parse one more block of a list. */
static int block_add(struct jscope__tsdl_parser *parser, const struct jscope__tsdl_form *form,
		     struct jscope__tsdl_block **blocks, size_t *block_count)
{
	struct jscope__tsdl_block block = { .name = "", .line = parser->token.line };
	int error = jscope__tsdl_count(parser);

	if (error == 0)
		error = jscope__tsdl_form_parse(parser, form, &block);
	if (error < 0)
		return error;
	*blocks = jscope__ctf_arena_extend(parser->arena, *blocks, *block_count, sizeof block);
	if (!*blocks)
		return jscope__tsdl_no_memory(parser);
	(*blocks)[(*block_count)++] = block;
	return 0;
}

static int stream_parse(struct jscope__tsdl_parser *parser)
{
	static const struct jscope__tsdl_row rows[] = {
		{ .name = "id", .set = id_set },
		{ .name = "packet.context", .root = JSCOPE__TSDL_PACKET_CONTEXT },
		{ .name = "event.header", .root = JSCOPE__TSDL_EVENT_HEADER },
		{ .name = "event.context", .root = JSCOPE__TSDL_STREAM_EVENT_CONTEXT },
	};
	static const struct jscope__tsdl_form form = { "a stream", rows, sizeof rows / sizeof *rows,
						       NULL };

	return block_add(parser, &form, &parser->streams, &parser->stream_count);
}

static int event_parse(struct jscope__tsdl_parser *parser)
{
	static const struct jscope__tsdl_row rows[] = {
		{ .name = "name", .set = name_set },
		{ .name = "id", .set = id_set },
		{ .name = "stream_id", .set = stream_id_set },
		{ .name = "context", .root = JSCOPE__TSDL_EVENT_CONTEXT },
		{ .name = "fields", .root = JSCOPE__TSDL_EVENT_FIELDS },
	};
	static const struct jscope__tsdl_form form = { "an event", rows, sizeof rows / sizeof *rows,
						       NULL };

	return block_add(parser, &form, &parser->events, &parser->event_count);
}

/* Where in the sources a probe is: nothing that a reader needs. */
static int callsite_parse(struct jscope__tsdl_parser *parser)
{
	static const struct jscope__tsdl_form form = { "a callsite", NULL, 0, NULL };

	return jscope__tsdl_form_parse(parser, &form, NULL);
}

static const struct {
	const char *word;
	int (*parse)(struct jscope__tsdl_parser *parser);
} blocks[] = {
	{ "event", event_parse },
	{ "stream", stream_parse },
	{ "trace", trace_parse },
	{ "env", environment_parse },
	{ "clock", jscope__tsdl_clock_parse },
	{ "callsite", callsite_parse },
};

static int block_parse(struct jscope__tsdl_parser *parser)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		if (jscope__tsdl_take_word(parser, blocks[i].word)) {
			int error = blocks[i].parse(parser);

			return error < 0 ? error
					 : jscope__tsdl_expect(parser, ';', "';' behind a block");
		}
	}
	return jscope__tsdl_unexpected(parser, "a block such as 'event', or a declaration");
}

static int all_parse(struct jscope__tsdl_parser *parser)
{
	int error = 0;

	jscope__tsdl_advance(parser);
	while (error == 0 && parser->token.kind != JSCOPE__TSDL_END) {
		if (jscope__tsdl_at_declaration(parser))
			error = jscope__tsdl_declaration_parse(parser);
		else
			error = block_parse(parser);
	}
	return error < 0 ? error : parser->error;
}

int jscope__tsdl_blocks_parse(struct jscope__tsdl_parser *parser)
{
	struct jscope__tsdl_scope root;
	int error;

	jscope__tsdl_scope_enter(parser, &root);
	error = all_parse(parser);
	jscope__tsdl_scope_leave(parser);
	if (error == 0 && !parser->has_trace)
		return jscope__tsdl_refuse(
			parser, parser->line,
			"the text ends without a 'trace' block; " JSCOPE__TSDL_REMEDY);
	return error;
}
