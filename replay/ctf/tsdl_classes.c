#include "tsdl.h"

#include <inttypes.h>
#include <stdlib.h>

static int id_compare(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

static int stream_compare(const void *left, const void *right)
{
	return id_compare(((const struct jscope__tsdl_block *)left)->id,
			  ((const struct jscope__tsdl_block *)right)->id);
}

/* By stream, then by id, then as they stand in the text. */
static int event_compare(const void *left, const void *right)
{
	const struct jscope__tsdl_block *a = left, *b = right;
	const int by_stream = id_compare(a->stream_id, b->stream_id);
	const int by_id = id_compare(a->id, b->id);

	if (by_stream || by_id)
		return by_stream ? by_stream : by_id;
	return id_compare(a->line, b->line);
}

static int stream_twice(struct jscope__tsdl_parser *parser)
{
	for (size_t i = 1; i < parser->stream_count; i++)
		if (parser->streams[i].id == parser->streams[i - 1].id)
			return jscope__tsdl_refuse(parser, parser->streams[i].line,
						   "two streams have the id %" PRIu64
						   "; " JSCOPE__TSDL_REMEDY,
						   parser->streams[i].id);
	return 0;
}

static int event_twice(struct jscope__tsdl_parser *parser)
{
	for (size_t i = 1; i < parser->event_count; i++) {
		const struct jscope__tsdl_block *event = &parser->events[i];

		if (event->id == event[-1].id && event->stream_id == event[-1].stream_id)
			return jscope__tsdl_refuse(parser, event->line,
						   "two events of stream %" PRIu64
						   " have the id %" PRIu64 "; " JSCOPE__TSDL_REMEDY,
						   event->stream_id, event->id);
	}
	return 0;
}

/* Where events are declared and no stream is, there is one that needs no words. */
static int stream_imply(struct jscope__tsdl_parser *parser)
{
	if (parser->stream_count > 0 || parser->event_count == 0)
		return 0;
	parser->streams = jscope__ctf_arena_get(parser->arena, 1, sizeof *parser->streams);
	if (!parser->streams)
		return jscope__tsdl_no_memory(parser);
	parser->stream_count = 1;
	return 0;
}

/* Give each event that names no stream the only one. */
static int events_assign(struct jscope__tsdl_parser *parser)
{
	for (size_t i = 0; i < parser->event_count; i++) {
		struct jscope__tsdl_block *event = &parser->events[i];

		if (event->has_stream_id)
			continue;
		if (parser->stream_count != 1)
			return jscope__tsdl_refuse(
				parser, event->line,
				"the event '%.64s' does not say by 'stream_id' to "
				"which of %zu streams it belongs; " JSCOPE__TSDL_REMEDY,
				event->name, parser->stream_count);
		event->stream_id = parser->streams[0].id;
	}
	return 0;
}

static int event_build(struct jscope__tsdl_builder *builder, const struct jscope__tsdl_block *block,
		       struct jscope__ctf_event_class *event)
{
	int error = jscope__tsdl_build(builder, JSCOPE__TSDL_EVENT_CONTEXT,
				       block->roots[JSCOPE__TSDL_EVENT_CONTEXT], &event->context);

	event->id = block->id;
	event->name = block->name;
	return error < 0 ? error
			 : jscope__tsdl_build(builder, JSCOPE__TSDL_EVENT_FIELDS,
					      block->roots[JSCOPE__TSDL_EVENT_FIELDS],
					      &event->fields);
}

/* The `count` events from the first one on, which all belong to the stream. */
static int events_build(struct jscope__tsdl_builder *builder, size_t first, size_t count,
			struct jscope__ctf_stream_class *stream)
{
	int error = 0;

	stream->events =
		jscope__ctf_arena_get(builder->parser->arena, count, sizeof *stream->events);
	if (!stream->events)
		return jscope__tsdl_no_memory(builder->parser);
	stream->event_count = count;
	for (size_t i = 0; i < count && error == 0; i++)
		error = event_build(builder, &builder->parser->events[first + i],
				    &stream->events[i]);
	return error;
}

static int stream_build(struct jscope__tsdl_builder *builder,
			const struct jscope__tsdl_block *block,
			struct jscope__ctf_stream_class *stream)
{
	const struct {
		enum jscope__tsdl_root root;
		struct jscope__ctf_type **type;
	} parts[] = {
		{ JSCOPE__TSDL_PACKET_CONTEXT, &stream->packet_context },
		{ JSCOPE__TSDL_EVENT_HEADER, &stream->event_header },
		{ JSCOPE__TSDL_STREAM_EVENT_CONTEXT, &stream->event_context },
	};
	int error = 0;

	stream->id = block->id;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && error == 0; i++)
		error = jscope__tsdl_build(builder, parts[i].root, block->roots[parts[i].root],
					   parts[i].type);
	return error;
}

/* Streams and events are sorted alike: each stream takes the events that begin with its id. */
static int streams_build(struct jscope__tsdl_builder *builder)
{
	struct jscope__tsdl_parser *parser = builder->parser;
	struct jscope__ctf_metadata *metadata = parser->metadata;
	size_t first = 0, end = 0;
	int error = 0;

	for (size_t i = 0; i < parser->stream_count && error == 0; i++, first = end) {
		const struct jscope__tsdl_block *block = &parser->streams[i];

		while (end < parser->event_count && parser->events[end].stream_id == block->id)
			end++;
		error = stream_build(builder, block, &metadata->streams[i]);
		if (error == 0)
			error = events_build(builder, first, end - first, &metadata->streams[i]);
	}
	if (error < 0 || end == parser->event_count)
		return error;
	return jscope__tsdl_refuse(parser, parser->events[end].line,
				   "the event '%.64s' belongs to stream %" PRIu64
				   ", which is not declared; " JSCOPE__TSDL_REMEDY,
				   parser->events[end].name, parser->events[end].stream_id);
}

static int classes_sort(struct jscope__tsdl_parser *parser)
{
	int error = stream_imply(parser);

	if (error == 0)
		error = events_assign(parser);
	if (error < 0)
		return error;
	if (parser->stream_count)
		qsort(parser->streams, parser->stream_count, sizeof *parser->streams,
		      stream_compare);
	if (parser->event_count)
		qsort(parser->events, parser->event_count, sizeof *parser->events, event_compare);
	error = stream_twice(parser);
	return error < 0 ? error : event_twice(parser);
}

int jscope__tsdl_classes_build(struct jscope__tsdl_parser *parser)
{
	struct jscope__tsdl_builder builder = { .parser = parser };
	struct jscope__ctf_metadata *metadata = parser->metadata;
	int error = classes_sort(parser);

	if (error < 0)
		return error;
	metadata->is_big_endian = parser->order == JSCOPE__TSDL_BIG;
	metadata->streams = jscope__ctf_arena_get(parser->arena, parser->stream_count,
						  sizeof *metadata->streams);
	if (!metadata->streams)
		return jscope__tsdl_no_memory(parser);
	metadata->stream_count = parser->stream_count;
	error = jscope__tsdl_build(&builder, JSCOPE__TSDL_PACKET_HEADER,
				   parser->trace.roots[JSCOPE__TSDL_PACKET_HEADER],
				   &metadata->packet_header);
	return error < 0 ? error : streams_build(&builder);
}
