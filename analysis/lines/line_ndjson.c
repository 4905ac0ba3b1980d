/* Lines of newline-delimited JSON. Unknown instants are left out. */
#include <inttypes.h>

#include "line.h"

/* An object under construction: commas stand between its members. */
struct object {
	FILE *stream;
	bool has_member;
};

static void character_write(FILE *stream, const char *text, size_t size, uint32_t character)
{
	if (character == '"' || character == '\\')
		fprintf(stream, "\\%c", (char)character);
	else if (character == 0xfffd)
		fputs("\\ufffd", stream);
	else if (!jscope__character_is_unfit(character))
		fwrite(text, 1, size, stream);
	else if (character <= 0xffff)
		fprintf(stream, "\\u%04x", (unsigned)character);
	else
		fprintf(stream, "\\u%04x\\u%04x", 0xd800 + (unsigned)((character - 0x10000) >> 10),
			0xdc00 + (unsigned)((character - 0x10000) & 0x3ff));
}

/* Invalid UTF-8 becomes U+FFFD; what a terminal might obey is written as an escape. */
static void string_write(FILE *stream, const char *text)
{
	uint32_t character;

	fputc('"', stream);
	for (size_t size; text && *text; text += size) {
		size = jscope__character_decode(text, &character);
		character_write(stream, text, size, character);
	}
	fputc('"', stream);
}

static struct object object_begin(FILE *stream)
{
	fputc('{', stream);
	return (struct object){ stream, false };
}

static void key_write(struct object *object, const char *key, const char *suffix)
{
	fprintf(object->stream, "%s\"%s%s\":", object->has_member ? "," : "", key, suffix);
	object->has_member = true;
}

static void put_string(struct object *object, const char *key, const char *text)
{
	key_write(object, key, "");
	string_write(object->stream, text);
}

static void put_integer(struct object *object, const char *key, int64_t value)
{
	key_write(object, key, "");
	fprintf(object->stream, "%" PRId64, value);
}

static void put_unsigned(struct object *object, const char *key, uint64_t value)
{
	key_write(object, key, "");
	fprintf(object->stream, "%" PRIu64, value);
}

static void put_true(struct object *object, const char *key)
{
	key_write(object, key, "");
	fputs("true", object->stream);
}

static void put_ns(struct object *object, const char *key, const char *suffix, jscope_ns ns)
{
	if (ns == JSCOPE_NS_UNKNOWN)
		return;
	key_write(object, key, suffix);
	fprintf(object->stream, "%" PRId64, ns);
}

static void put_instants(struct object *object, const jscope_ns *at)
{
	struct object instants;

	key_write(object, "at", "");
	instants = object_begin(object->stream);
	for (enum jscope_instant i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		put_ns(&instants, jscope_instant_name(i), "_ns", at[i]);
	fputc('}', object->stream);
}

static void put_stages(struct object *object, const struct jscope_stages *stages)
{
	struct object member;

	key_write(object, "stages", "");
	member = object_begin(object->stream);
	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		put_ns(&member, jscope_stage_name(i), "", stages->stage_ns[i]);
	fputc('}', object->stream);
	put_ns(object, "end_to_end", "_ns", stages->end_to_end_ns);
	put_ns(object, "service", "_ns", stages->service_ns);
}

static void put_stream(struct object *object, const struct jscope_stream_info *stream)
{
	put_string(object, "device", stream->device);
	put_string(object, "stream", stream->stream);
}

static void notification_write(struct object *object, const struct jscope_notification *n)
{
	struct jscope_stages stages;

	jscope_stages_compute(n, &stages);
	put_string(object, "what", "notification");
	put_stream(object, n->stream);
	put_string(object, "kind", n->stream->kind);
	put_unsigned(object, "seq", n->seq);
	put_string(object, "class", jscope_class_name(n->class));
	put_unsigned(object, "cpu", n->cpu);
	put_instants(object, n->at);
	if (n->due_estimated && n->at[JSCOPE_DUE] != JSCOPE_NS_UNKNOWN) {
		put_true(object, "due_estimated");
		put_ns(object, "due_error", "_ns", n->due_error_ns);
	}
	put_stages(object, &stages);
	if (n->bytes)
		put_unsigned(object, "bytes", n->bytes);
	if (n->has_position)
		put_integer(object, "position_frames", n->position_frames);
	if (n->has_headroom)
		put_integer(object, "headroom_frames", n->headroom_frames);
}

static void request_write(struct object *object, const struct jscope_request *request)
{
	jscope_ns at[JSCOPE_REQUEST_INSTANTS];
	struct object instants;

	jscope_request_instants(request, at);
	put_string(object, "what", "request");
	put_string(object, "device", request->device);
	put_unsigned(object, "id", request->id);
	put_string(object, "op", request->op);
	if (request->has_tag)
		put_integer(object, "tag", request->tag);
	put_unsigned(object, "bytes", request->bytes);
	put_integer(object, "status", request->status);
	key_write(object, "at", "");
	instants = object_begin(object->stream);
	for (size_t i = 0; i < JSCOPE_REQUEST_INSTANTS; i++)
		put_ns(&instants, jscope_request_instant_names[i], "_ns", at[i]);
	fputc('}', object->stream);
	put_ns(object, "latency", "_ns", jscope_request_latency(request));
	put_unsigned(object, "outstanding", request->outstanding);
	if (request->requeue_count)
		put_unsigned(object, "requeued", request->requeue_count);
	if (request->route != JSCOPE_ROUTE_UNKNOWN)
		put_string(object, "completed_in", jscope_route_name(request->route));
}

static void position_write(struct object *object, const struct jscope_position *position)
{
	put_string(object, "what", "position");
	put_stream(object, position->stream);
	put_ns(object, "at", "_ns", position->at_ns);
	put_integer(object, "linear_frames", position->linear_frames);
	put_integer(object, "offset_frames", position->offset_frames);
	if (position->written_frames >= 0)
		put_integer(object, "written_frames", position->written_frames);
	if (position->has_headroom)
		put_integer(object, "headroom_frames", position->headroom_frames);
}

static void defect_write(struct object *object, const struct jscope_position_defect *defect)
{
	put_string(object, "what", "defect");
	put_stream(object, defect->stream);
	put_ns(object, "at", "_ns", defect->at_ns);
	put_string(object, "defect", jscope_defect_name(defect->defect));
	put_integer(object, "error_frames", defect->error_frames);
}

static void glitch_write(struct object *object, const struct jscope_glitch *glitch)
{
	put_string(object, "what", "glitch");
	put_stream(object, glitch->stream);
	put_ns(object, "at", "_ns", glitch->at_ns);
	put_string(object, "cause", jscope_cause_name(glitch->cause));
	if (glitch->awaited)
		put_unsigned(object, "awaited", glitch->awaited);
	if (glitch->inferred)
		put_true(object, "inferred");
}

static void line_write(FILE *stream, const struct jscope_record *record)
{
	struct object object = object_begin(stream);

	switch (record->what) {
	case JSCOPE_RECORD_NOTIFICATION:
		notification_write(&object, &record->notification);
		break;
	case JSCOPE_RECORD_REQUEST:
		request_write(&object, &record->request);
		break;
	case JSCOPE_RECORD_POSITION:
		position_write(&object, &record->position);
		break;
	case JSCOPE_RECORD_DEFECT:
		defect_write(&object, &record->defect);
		break;
	case JSCOPE_RECORD_GLITCH:
		glitch_write(&object, &record->glitch);
		break;
	case JSCOPE_RECORD_WHAT_COUNT:
		break;
	}
	fputs("}\n", stream);
}

const struct jscope__line_writer jscope__line_ndjson = { .line = line_write };
