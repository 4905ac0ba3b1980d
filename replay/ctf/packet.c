#include "packet.h"

#include <errno.h>
#include <string.h>

#define MAGIC 0xC1FC1FC1u

static bool is_integer(const struct jscope__ctf_type *type)
{
	return type->kind == JSCOPE__CTF_INTEGER || type->kind == JSCOPE__CTF_ENUMERATION;
}

/* What the members of both scopes say, by their names. */
struct reading {
	const struct jscope__ctf_type *scope;
	unsigned depth;
	struct jscope__ctf_number magic, stream_id, content_size, packet_size;
	struct jscope__ctf_packet *packet;
	const uint8_t *uuid; /* of 16 bytes; NULL where there is none */
	int64_t *values;
};

static void number_read(struct reading *reading, const struct jscope__ctf_field *field,
			struct jscope__ctf_number number)
{
	const struct {
		const char *name;
		struct jscope__ctf_number *place;
	} known[] = {
		{ "magic", &reading->magic },
		{ "stream_id", &reading->stream_id },
		{ "content_size", &reading->content_size },
		{ "packet_size", &reading->packet_size },
		{ "timestamp_begin", &reading->packet->begin },
		{ "timestamp_end", &reading->packet->end },
		{ "packet_seq_num", &reading->packet->sequence },
		{ "events_discarded", &reading->packet->discarded },
		{ "cpu_id", &reading->packet->cpu },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (!strcmp(field->name, known[i].name))
			*known[i].place = number;
}

static void on_begin(void *state, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_field *field, uint64_t index,
		     const struct jscope__ctf_value *value)
{
	struct reading *reading = state;

	(void)type;
	(void)field;
	(void)index;
	(void)value;
	reading->depth++;
}

static void on_end(void *state, const struct jscope__ctf_type *type)
{
	struct reading *reading = state;

	(void)type;
	reading->depth--;
}

/* Members of the scope itself, not of structures in it. */
static void on_value(void *state, const struct jscope__ctf_type *type,
		     const struct jscope__ctf_field *field, uint64_t index,
		     const struct jscope__ctf_value *value)
{
	struct reading *reading = state;

	if (reading->depth != 1 || !field)
		return;
	if (is_integer(type)) {
		const struct jscope__ctf_number number = { (uint64_t)value->integer,
							   type->integer.size_bits };

		number_read(reading, field, number);
		if (reading->values && index < JSCOPE__CTF_PACKET_VALUES)
			reading->values[index] = value->integer;
	} else if (type->kind == JSCOPE__CTF_ARRAY && !strcmp(field->name, "uuid") &&
		   value->size_bytes == 16) {
		reading->uuid = value->bytes;
	}
}

static int scope_read(struct reading *reading, struct jscope__ctf_cursor *cursor,
		      const struct jscope__ctf_type *scope)
{
	static const struct jscope__ctf_visitor visitor = { .begin = on_begin,
							    .end = on_end,
							    .value = on_value };

	reading->depth = 0;
	return scope ? jscope__ctf_walk(cursor, scope, &visitor, reading) : 0;
}

static int refuse(struct jscope__ctf_cursor *cursor, const char *reason)
{
	cursor->reason = reason;
	return -EBADMSG;
}

static const struct jscope__ctf_stream_class *
class_find(const struct jscope__ctf_metadata *metadata, const struct reading *reading)
{
	if (!reading->stream_id.size_bits && metadata->stream_count == 1)
		return &metadata->streams[0];
	return jscope__ctf_metadata_stream(metadata, reading->stream_id.value);
}

static int header_check(const struct jscope__ctf_metadata *metadata, const struct reading *reading,
			struct jscope__ctf_cursor *cursor)
{
	if (reading->magic.size_bits && (uint32_t)reading->magic.value != MAGIC)
		return refuse(cursor, "it does not begin with the magic number of a packet");
	if (reading->uuid && metadata->has_uuid &&
	    memcmp(reading->uuid, metadata->uuid, sizeof metadata->uuid) != 0)
		return refuse(cursor, "its UUID is that of another trace");
	if (!reading->packet->stream_class)
		return refuse(cursor, "the metadata know no stream of its id");
	return 0;
}

/* A packet without sizes is the whole file. */
static int sizes_check(const struct reading *reading, struct jscope__ctf_cursor *cursor,
		       uint64_t file_bits)
{
	struct jscope__ctf_packet *packet = reading->packet;
	uint64_t size_bits = file_bits, content_bits;

	if (reading->packet_size.size_bits)
		size_bits = reading->packet_size.value;
	else if (reading->content_size.size_bits)
		size_bits = (reading->content_size.value + 7) & ~(uint64_t)7;
	content_bits = reading->content_size.size_bits ? reading->content_size.value : size_bits;
	if (size_bits % 8 || size_bits < cursor->at_bits)
		return refuse(cursor, "its size cannot be");
	packet->size_bits = size_bits;
	if (content_bits > size_bits)
		return refuse(cursor, "its content is larger than itself");
	if (content_bits < cursor->at_bits)
		return refuse(cursor, "its content is smaller than its header");
	packet->content_bits = content_bits;
	return 0;
}

int jscope__ctf_packet_parse(const struct jscope__ctf_metadata *metadata,
			     struct jscope__ctf_cursor *cursor, uint64_t file_bits, int64_t *values,
			     struct jscope__ctf_packet *ret_packet)
{
	struct reading reading = { .packet = ret_packet };
	const char *reason;
	int error, header_error;

	*ret_packet = (struct jscope__ctf_packet){ .at_bytes = ret_packet->at_bytes };
	error = scope_read(&reading, cursor, metadata->packet_header);
	if (error)
		return error;
	ret_packet->stream_class = class_find(metadata, &reading);
	header_error = header_check(metadata, &reading, cursor);
	reason = cursor->reason;
	if (!ret_packet->stream_class)
		return header_error;
	reading.values = values;
	error = scope_read(&reading, cursor, ret_packet->stream_class->packet_context);
	if (!error)
		error = sizes_check(&reading, cursor, file_bits);
	ret_packet->events_bits = cursor->at_bits;
	ret_packet->is_whole = !error;
	if (header_error)
		cursor->reason = reason;
	return header_error ? header_error : error;
}
