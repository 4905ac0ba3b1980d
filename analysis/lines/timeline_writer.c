#include "analysis/timeline_writer.h"

#include <errno.h>
#include <stdlib.h>

#include "line.h"

struct jscope_timeline_writer {
	FILE *stream;
	const struct jscope__line_writer *format;
	struct jscope_timeline_sink sink;
	const jscope_ns *begin_ns; /* borrowed; NULL: the trace clock */
	uint64_t serial, written, disordered;
	jscope_ns last_ns; /* of the line written last */
	size_t count;
	/* A heap: no line is before the one at half its index. Room for one more than are held. */
	struct jscope__line *lines[JSCOPE_LINES_HELD + 2];
	struct jscope__line pool[JSCOPE_LINES_HELD + 1];
};

static bool goes_before(const struct jscope__line *a, const struct jscope__line *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->serial < b->serial;
}

/* Children of 1 are 2 and 3; lines[0] is not used. */
static void heap_rise(struct jscope_timeline_writer *writer, size_t i)
{
	struct jscope__line *line = writer->lines[i];

	for (; i > 1 && goes_before(line, writer->lines[i / 2]); i /= 2)
		writer->lines[i] = writer->lines[i / 2];
	writer->lines[i] = line;
}

static void heap_sink(struct jscope_timeline_writer *writer)
{
	struct jscope__line *line = writer->lines[1];
	size_t i = 1;

	for (size_t child; (child = 2 * i) <= writer->count; i = child) {
		if (child < writer->count &&
		    goes_before(writer->lines[child + 1], writer->lines[child]))
			child++;
		if (!goes_before(writer->lines[child], line))
			break;
		writer->lines[i] = writer->lines[child];
	}
	writer->lines[i] = line;
}

/* Write the first line. Its place in the pool changes to the end of the heap, free again. */
static void line_flush(struct jscope_timeline_writer *writer)
{
	struct jscope__line *line = writer->lines[1];

	writer->lines[1] = writer->lines[writer->count];
	writer->lines[writer->count--] = line;
	if (writer->count > 0)
		heap_sink(writer);
	if (line->at_ns < writer->last_ns)
		writer->disordered++;
	else
		writer->last_ns = line->at_ns;
	line->begin_ns = writer->begin_ns ? *writer->begin_ns : 0;
	writer->format->line(writer->stream, line);
	writer->written++;
}

/* A free line, to be filled and then put. */
static struct jscope__line *line_take(struct jscope_timeline_writer *writer)
{
	struct jscope__line *line = writer->lines[writer->count + 1];

	line->serial = writer->serial++;
	return line;
}

static void line_put(struct jscope_timeline_writer *writer)
{
	writer->count++;
	heap_rise(writer, writer->count);
	if (writer->count > JSCOPE_LINES_HELD)
		line_flush(writer);
}

static jscope_ns first_known(const jscope_ns *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (at[i] != JSCOPE_NS_UNKNOWN)
			return at[i];
	return JSCOPE_NS_UNKNOWN;
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct jscope__line *line = line_take(state);

	line->what = JSCOPE__LINE_NOTIFICATION;
	line->at_ns = first_known(notification->at, JSCOPE_INSTANT_COUNT);
	line->notification = *notification;
	line->stream = *notification->stream;
	line->notification.stream = &line->stream;
	line_put(state);
}

/* Bytes, not characters: what is cut in two is replaced when it is written. */
static const char *text_keep(char *kept, size_t size, const char *text)
{
	snprintf(kept, size, "%s", text ? text : "");
	return kept;
}

static void on_request(void *state, const struct jscope_request *request)
{
	struct jscope__line *line = line_take(state);
	jscope_ns at[JSCOPE__REQUEST_INSTANTS];

	jscope__request_instants(request, at);
	line->what = JSCOPE__LINE_REQUEST;
	line->at_ns = first_known(at, JSCOPE__REQUEST_INSTANTS);
	line->request = *request;
	line->request.name = NULL;
	line->request.device = text_keep(line->device, sizeof line->device, request->device);
	line->request.op = text_keep(line->op, sizeof line->op, request->op);
	line_put(state);
}

static void on_position(void *state, const struct jscope_position *position)
{
	struct jscope__line *line = line_take(state);

	line->what = JSCOPE__LINE_POSITION;
	line->at_ns = position->at_ns;
	line->position = *position;
	line->stream = *position->stream;
	line->position.stream = &line->stream;
	line_put(state);
}

static void on_defect(void *state, const struct jscope_position_defect *defect)
{
	struct jscope__line *line = line_take(state);

	line->what = JSCOPE__LINE_DEFECT;
	line->at_ns = defect->at_ns;
	line->defect = *defect;
	line->stream = *defect->stream;
	line->defect.stream = &line->stream;
	line_put(state);
}

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	struct jscope__line *line = line_take(state);

	line->what = JSCOPE__LINE_GLITCH;
	line->at_ns = glitch->at_ns;
	line->glitch = *glitch;
	line->stream = *glitch->stream;
	line->glitch.stream = &line->stream;
	line_put(state);
}

static const struct jscope__line_writer *format_find(enum jscope_line_format format)
{
	switch (format) {
	case JSCOPE_LINE_TEXT:
		return &jscope__line_text;
	case JSCOPE_LINE_CSV:
		return &jscope__line_csv;
	case JSCOPE_LINE_NDJSON:
		return &jscope__line_ndjson;
	}
	return NULL;
}

static void sink_init(struct jscope_timeline_writer *writer, unsigned what)
{
	writer->sink.state = writer;
	if (what & JSCOPE_WHAT_NOTIFICATIONS)
		writer->sink.notification = on_notification;
	if (what & JSCOPE_WHAT_REQUESTS)
		writer->sink.request = on_request;
	if (what & JSCOPE_WHAT_POSITIONS) {
		writer->sink.position = on_position;
		writer->sink.defect = on_defect;
		writer->sink.glitch = on_glitch;
	}
}

static bool is_single(unsigned what)
{
	return (what & (what - 1)) == 0;
}

int jscope_timeline_writer_create(FILE *stream, enum jscope_line_format format, unsigned what,
				  struct jscope_timeline_writer **ret_writer)
{
	const struct jscope__line_writer *lines = format_find(format);
	struct jscope_timeline_writer *writer;

	if (!lines || what == 0 || what & ~JSCOPE_WHAT_ALL || (lines->head && !is_single(what)))
		return -EINVAL;
	writer = calloc(1, sizeof *writer);
	if (!writer)
		return -ENOMEM;
	writer->stream = stream;
	writer->format = lines;
	writer->last_ns = JSCOPE_NS_UNKNOWN;
	for (size_t i = 0; i <= JSCOPE_LINES_HELD; i++)
		writer->lines[i + 1] = &writer->pool[i];
	sink_init(writer, what);
	if (lines->head)
		lines->head(stream, (enum jscope__line_what)__builtin_ctz(what));
	*ret_writer = writer;
	return 0;
}

void jscope_timeline_writer_destroy(struct jscope_timeline_writer *writer)
{
	free(writer);
}

const struct jscope_timeline_sink *
jscope_timeline_writer_sink(struct jscope_timeline_writer *writer)
{
	return &writer->sink;
}

void jscope_timeline_writer_count_from(struct jscope_timeline_writer *writer,
				       const jscope_ns *begin_ns)
{
	writer->begin_ns = begin_ns;
}

static int hand_over(struct jscope_timeline_writer *writer)
{
	return fflush(writer->stream) == EOF || ferror(writer->stream) ? -EIO : 0;
}

int jscope_timeline_writer_release(struct jscope_timeline_writer *writer, jscope_ns before_ns)
{
	while (writer->count > 0 && writer->lines[1]->at_ns < before_ns)
		line_flush(writer);
	return hand_over(writer);
}

int jscope_timeline_writer_finish(struct jscope_timeline_writer *writer)
{
	while (writer->count > 0)
		line_flush(writer);
	return hand_over(writer);
}

uint64_t jscope_timeline_writer_written(const struct jscope_timeline_writer *writer)
{
	return writer->written;
}

uint64_t jscope_timeline_writer_disordered(const struct jscope_timeline_writer *writer)
{
	return writer->disordered;
}
