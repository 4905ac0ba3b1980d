/* Lines for people: time, who, what, then the stages by name. Unknown ones are left out. */
#include <inttypes.h>

#include "line.h"

static void name_write(FILE *stream, const char *text)
{
	char clean[JSCOPE__NAME_SIZE];

	fputs(jscope__clean(clean, sizeof clean, text), stream);
}

/* Seconds with nine decimals, negative ones too. */
static void time_write(FILE *stream, jscope_ns ns)
{
	int64_t seconds = ns / JSCOPE_NS_PER_SEC, rest = ns % JSCOPE_NS_PER_SEC;

	if (ns == JSCOPE_NS_UNKNOWN)
		fputs("?", stream);
	else
		fprintf(stream, "%s%" PRId64 ".%09" PRId64, ns < 0 ? "-" : "",
			seconds < 0 ? -seconds : seconds, rest < 0 ? -rest : rest);
}

static void span_write(FILE *stream, const char *name, jscope_ns ns)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	if (ns != JSCOPE_NS_UNKNOWN)
		fprintf(stream, "  %s %s", name, jscope_ns_format(text, ns));
}

static void stream_write(FILE *stream, const struct jscope_stream_info *info)
{
	fputs("  ", stream);
	name_write(stream, info->device);
	if (info->stream && info->stream[0])
		fputc(' ', stream);
	name_write(stream, info->stream);
}

static void notification_write(FILE *stream, const struct jscope_notification *n)
{
	struct jscope_stages stages;

	jscope_stages_compute(n, &stages);
	stream_write(stream, n->stream);
	fprintf(stream, "  #%" PRIu64 " %-8s cpu %u", n->seq, jscope_class_name(n->class), n->cpu);
	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		span_write(stream, jscope_stage_name(i), stages.stage_ns[i]);
	span_write(stream, "end to end", stages.end_to_end_ns);
	span_write(stream, "service", stages.service_ns);
	if (n->bytes)
		fprintf(stream, "  %" PRIu32 " bytes", n->bytes);
	if (n->has_headroom)
		fprintf(stream, "  headroom %" PRId64, n->headroom_frames);
}

static void request_write(FILE *stream, const struct jscope_request *request)
{
	jscope_ns at[JSCOPE_REQUEST_INSTANTS], last_ns = JSCOPE_NS_UNKNOWN;

	jscope_request_instants(request, at);
	fputs("  ", stream);
	name_write(stream, request->device);
	fprintf(stream, "  %" PRIu64 " ", request->id);
	name_write(stream, request->op);
	fprintf(stream, " %" PRIu64 " bytes", request->bytes);
	if (request->status != 0)
		fprintf(stream, " status %d", request->status);
	for (size_t i = 0; i < JSCOPE_REQUEST_INSTANTS; i++) {
		if (at[i] == JSCOPE_NS_UNKNOWN)
			continue;
		if (last_ns != JSCOPE_NS_UNKNOWN)
			span_write(stream, jscope_request_instant_names[i],
				   jscope_sub_sat(at[i], last_ns));
		last_ns = at[i];
	}
	span_write(stream, "latency", jscope_request_latency(request));
	fprintf(stream, "  outstanding %u", request->outstanding);
}

static void position_write(FILE *stream, const struct jscope_position *position)
{
	stream_write(stream, position->stream);
	fprintf(stream, "  linear %" PRId64 "  offset %" PRId64, position->linear_frames,
		position->offset_frames);
	if (position->written_frames >= 0)
		fprintf(stream, "  written %" PRId64, position->written_frames);
	if (position->has_headroom)
		fprintf(stream, "  headroom %" PRId64, position->headroom_frames);
}

static void defect_write(FILE *stream, const struct jscope_position_defect *defect)
{
	stream_write(stream, defect->stream);
	fprintf(stream, "  position %s by %+" PRId64, jscope_defect_name(defect->defect),
		defect->error_frames);
}

static void glitch_write(FILE *stream, const struct jscope_glitch *glitch)
{
	stream_write(stream, glitch->stream);
	fprintf(stream, "  glitch %s", jscope_cause_name(glitch->cause));
	if (glitch->awaited)
		fprintf(stream, "  awaited #%" PRIu64, glitch->awaited);
	if (glitch->inferred)
		fputs("  inferred", stream);
}

static void line_write(FILE *stream, const struct jscope_record *record)
{
	time_write(stream, record->at_ns == JSCOPE_NS_UNKNOWN
				   ? JSCOPE_NS_UNKNOWN
				   : jscope_sub_sat(record->at_ns, record->begin_ns));
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
	fputc('\n', stream);
}

const struct jscope__line_writer jscope__line_text = { .line = line_write };
