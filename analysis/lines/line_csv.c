/* Lines of CSV: a field that is not known is empty. */
#include <inttypes.h>

#include "csv.h"
#include "line.h"

static void text_field(FILE *stream, const char *text)
{
	char clean[JSCOPE__NAME_SIZE];

	jscope__csv_text(stream, jscope__clean(clean, sizeof clean, text));
}

static void ns_field(FILE *stream, jscope_ns ns)
{
	fputc(',', stream);
	if (ns != JSCOPE_NS_UNKNOWN)
		fprintf(stream, "%" PRId64, ns);
}

static void frames_field(FILE *stream, bool known, int64_t frames)
{
	fputc(',', stream);
	if (known)
		fprintf(stream, "%" PRId64, frames);
}

static void stream_fields(FILE *stream, const struct jscope_stream_info *info)
{
	text_field(stream, info->device);
	fputc(',', stream);
	text_field(stream, info->stream);
}

static void notification_head(FILE *stream)
{
	fputs("device,stream,kind,seq,class,cpu", stream);
	for (enum jscope_instant i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		fprintf(stream, ",%s_ns", jscope_instant_name(i));
	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		fprintf(stream, ",%s", jscope_stage_name(i));
	fputs(",end_to_end_ns,service_ns,position_frames,headroom_frames,due_estimated\n", stream);
}

static void notification_write(FILE *stream, const struct jscope_notification *n)
{
	struct jscope_stages stages;

	jscope_stages_compute(n, &stages);
	stream_fields(stream, n->stream);
	fputc(',', stream);
	text_field(stream, n->stream->kind);
	fprintf(stream, ",%" PRIu64 ",%s,%u", n->seq, jscope_class_name(n->class), n->cpu);
	for (size_t i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		ns_field(stream, n->at[i]);
	for (size_t i = 0; i < JSCOPE_STAGE_COUNT; i++)
		ns_field(stream, stages.stage_ns[i]);
	ns_field(stream, stages.end_to_end_ns);
	ns_field(stream, stages.service_ns);
	frames_field(stream, n->has_position, n->position_frames);
	frames_field(stream, n->has_headroom, n->headroom_frames);
	fprintf(stream, ",%d\n", n->due_estimated);
}

static void request_head(FILE *stream)
{
	fputs("device,id,op,bytes,status", stream);
	for (size_t i = 0; i < JSCOPE_REQUEST_INSTANTS; i++)
		fprintf(stream, ",%s_ns", jscope_request_instant_names[i]);
	fputs(",latency_ns,outstanding\n", stream);
}

static void request_write(FILE *stream, const struct jscope_request *request)
{
	jscope_ns at[JSCOPE_REQUEST_INSTANTS];

	jscope_request_instants(request, at);
	text_field(stream, request->device);
	fprintf(stream, ",%" PRIu64 ",", request->id);
	text_field(stream, request->op);
	fprintf(stream, ",%" PRIu64 ",%d", request->bytes, request->status);
	for (size_t i = 0; i < JSCOPE_REQUEST_INSTANTS; i++)
		ns_field(stream, at[i]);
	ns_field(stream, jscope_request_latency(request));
	fprintf(stream, ",%u\n", request->outstanding);
}

/* Of defects and glitches, too: each has some columns of its own. */
static void position_head(FILE *stream)
{
	fputs("device,stream,at_ns,linear_frames,offset_frames,written_frames,headroom_frames,"
	      "what,defect,error_frames,cause,awaited,inferred\n",
	      stream);
}

static void position_write(FILE *stream, const struct jscope_position *position)
{
	stream_fields(stream, position->stream);
	ns_field(stream, position->at_ns);
	frames_field(stream, true, position->linear_frames);
	frames_field(stream, true, position->offset_frames);
	frames_field(stream, position->written_frames >= 0, position->written_frames);
	frames_field(stream, position->has_headroom, position->headroom_frames);
	fputs(",position,,,,,\n", stream);
}

static void defect_write(FILE *stream, const struct jscope_position_defect *defect)
{
	stream_fields(stream, defect->stream);
	ns_field(stream, defect->at_ns);
	fprintf(stream, ",,,,,defect,%s,%" PRId64 ",,,\n", jscope_defect_name(defect->defect),
		defect->error_frames);
}

static void glitch_write(FILE *stream, const struct jscope_glitch *glitch)
{
	stream_fields(stream, glitch->stream);
	ns_field(stream, glitch->at_ns);
	fprintf(stream, ",,,,,glitch,,,%s,", jscope_cause_name(glitch->cause));
	if (glitch->awaited)
		fprintf(stream, "%" PRIu64, glitch->awaited);
	fprintf(stream, ",%d\n", glitch->inferred);
}

static void head_write(FILE *stream, enum jscope_record_what what)
{
	static void (*const heads[])(FILE * stream) = { notification_head, request_head,
							position_head };

	heads[what](stream);
}

static void line_write(FILE *stream, const struct jscope_record *record)
{
	switch (record->what) {
	case JSCOPE_RECORD_NOTIFICATION:
		notification_write(stream, &record->notification);
		break;
	case JSCOPE_RECORD_REQUEST:
		request_write(stream, &record->request);
		break;
	case JSCOPE_RECORD_POSITION:
		position_write(stream, &record->position);
		break;
	case JSCOPE_RECORD_DEFECT:
		defect_write(stream, &record->defect);
		break;
	case JSCOPE_RECORD_GLITCH:
		glitch_write(stream, &record->glitch);
		break;
	case JSCOPE_RECORD_WHAT_COUNT:
		break;
	}
}

const struct jscope__line_writer jscope__line_csv = { .head = head_write, .line = line_write };
