#include "analysis/record.h"

#include "line.h"

const char *const jscope_request_instant_names[JSCOPE_REQUEST_INSTANTS] = { "queued",	"issue",
									    "irq",	"softirq",
									    "complete", "run" };

void jscope_request_instants(const struct jscope_request *request, jscope_ns *ret_at)
{
	ret_at[0] = request->queued_ns;
	ret_at[1] = request->issue_ns;
	ret_at[2] = request->irq_ns;
	ret_at[3] = request->softirq_ns;
	ret_at[4] = request->complete_ns;
	ret_at[5] = request->run_ns;
}

jscope_ns jscope_request_latency(const struct jscope_request *request)
{
	if (request->issue_ns == JSCOPE_NS_UNKNOWN || request->complete_ns == JSCOPE_NS_UNKNOWN)
		return JSCOPE_NS_UNKNOWN;
	return jscope_sub_sat(request->complete_ns, request->issue_ns);
}

static jscope_ns first_known(const jscope_ns *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (at[i] != JSCOPE_NS_UNKNOWN)
			return at[i];
	return JSCOPE_NS_UNKNOWN;
}

static void begin(struct jscope_record *record, enum jscope_record_what what, jscope_ns at_ns)
{
	record->what = what;
	record->at_ns = at_ns;
	record->begin_ns = 0;
}

/* Where the record keeps what its stream was then. */
static const struct jscope_stream_info *stream_keep(struct jscope_record *record,
						    const struct jscope_stream_info *stream)
{
	record->stream = *stream;
	return &record->stream;
}

/* Bytes, not characters: what is cut in two is replaced when it is written. */
static const char *text_keep(char *kept, size_t size, const char *text)
{
	snprintf(kept, size, "%s", text ? text : "");
	return kept;
}

void jscope_record_set_notification(struct jscope_record *record,
				    const struct jscope_notification *notification)
{
	begin(record, JSCOPE_RECORD_NOTIFICATION,
	      first_known(notification->at, JSCOPE_INSTANT_COUNT));
	record->notification = *notification;
	record->notification.stream = stream_keep(record, notification->stream);
}

void jscope_record_set_request(struct jscope_record *record, const struct jscope_request *request)
{
	jscope_ns at[JSCOPE_REQUEST_INSTANTS];

	jscope_request_instants(request, at);
	begin(record, JSCOPE_RECORD_REQUEST, first_known(at, JSCOPE_REQUEST_INSTANTS));
	record->request = *request;
	record->request.name = NULL;
	record->request.device = text_keep(record->device, sizeof record->device, request->device);
	record->request.op = text_keep(record->op, sizeof record->op, request->op);
}

void jscope_record_set_position(struct jscope_record *record,
				const struct jscope_position *position)
{
	begin(record, JSCOPE_RECORD_POSITION, position->at_ns);
	record->position = *position;
	record->position.stream = stream_keep(record, position->stream);
}

void jscope_record_set_defect(struct jscope_record *record,
			      const struct jscope_position_defect *defect)
{
	begin(record, JSCOPE_RECORD_DEFECT, defect->at_ns);
	record->defect = *defect;
	record->defect.stream = stream_keep(record, defect->stream);
}

void jscope_record_set_glitch(struct jscope_record *record, const struct jscope_glitch *glitch)
{
	begin(record, JSCOPE_RECORD_GLITCH, glitch->at_ns);
	record->glitch = *glitch;
	record->glitch.stream = stream_keep(record, glitch->stream);
}

/* Let the pointers of a copy lead into itself. */
static void pointers_turn(struct jscope_record *record)
{
	switch (record->what) {
	case JSCOPE_RECORD_NOTIFICATION:
		record->notification.stream = &record->stream;
		break;
	case JSCOPE_RECORD_REQUEST:
		record->request.device = record->device;
		record->request.op = record->op;
		break;
	case JSCOPE_RECORD_POSITION:
		record->position.stream = &record->stream;
		break;
	case JSCOPE_RECORD_DEFECT:
		record->defect.stream = &record->stream;
		break;
	case JSCOPE_RECORD_GLITCH:
		record->glitch.stream = &record->stream;
		break;
	case JSCOPE_RECORD_WHAT_COUNT:
		break;
	}
}

void jscope_record_copy(struct jscope_record *copy, const struct jscope_record *record)
{
	*copy = *record;
	pointers_turn(copy);
}

unsigned jscope_record_bit(const struct jscope_record *record)
{
	return record->what > JSCOPE_RECORD_POSITION ? JSCOPE_WHAT_POSITIONS : 1u << record->what;
}

void jscope_record_print(const struct jscope_record *record, FILE *stream)
{
	jscope__line_text.line(stream, record);
}
