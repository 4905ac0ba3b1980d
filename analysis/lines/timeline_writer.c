#include "analysis/timeline_writer.h"

#include <errno.h>
#include <stdlib.h>

#include "analysis/record_order.h"
#include "line.h"

struct jscope_timeline_writer {
	FILE *stream;
	const struct jscope__line_writer *format;
	struct jscope_record_order *order; /* owned */
	const jscope_ns *begin_ns;	   /* borrowed; NULL: the trace clock */
	struct jscope_line_pace pace;	   /* await NULL: lines go out as they come */
	bool is_stopped;
	uint64_t written;
};

static int hand_over(struct jscope_timeline_writer *writer)
{
	return fflush(writer->stream) == EOF || ferror(writer->stream) ? -EIO : 0;
}

static bool is_wanted(struct jscope_timeline_writer *writer, jscope_ns at_ns)
{
	if (!writer->is_stopped && writer->pace.await)
		writer->is_stopped = !writer->pace.await(writer->pace.state, at_ns);
	return !writer->is_stopped;
}

static void line_write(void *state, struct jscope_record *record)
{
	struct jscope_timeline_writer *writer = state;

	if (!is_wanted(writer, record->at_ns))
		return;
	record->begin_ns = writer->begin_ns ? *writer->begin_ns : 0;
	writer->format->line(writer->stream, record);
	writer->written++;
	if (writer->pace.await)
		writer->is_stopped = hand_over(writer) < 0;
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

static bool is_single(unsigned what)
{
	return (what & (what - 1)) == 0;
}

int jscope_timeline_writer_create(FILE *stream, enum jscope_line_format format, unsigned what,
				  struct jscope_timeline_writer **ret_writer)
{
	const struct jscope__line_writer *lines = format_find(format);
	struct jscope_timeline_writer *writer;
	int error;

	if (!lines || what == 0 || what & ~JSCOPE_WHAT_ALL || (lines->head && !is_single(what)))
		return -EINVAL;
	writer = calloc(1, sizeof *writer);
	if (!writer)
		return -ENOMEM;
	error = jscope_record_order_create(what, line_write, writer, &writer->order);
	if (error < 0) {
		free(writer);
		return error;
	}
	writer->stream = stream;
	writer->format = lines;
	if (lines->head)
		lines->head(stream, (enum jscope_record_what)__builtin_ctz(what));
	*ret_writer = writer;
	return 0;
}

void jscope_timeline_writer_destroy(struct jscope_timeline_writer *writer)
{
	if (!writer)
		return;
	jscope_record_order_destroy(writer->order);
	free(writer);
}

const struct jscope_timeline_sink *
jscope_timeline_writer_sink(struct jscope_timeline_writer *writer)
{
	return jscope_record_order_sink(writer->order);
}

void jscope_timeline_writer_count_from(struct jscope_timeline_writer *writer,
				       const jscope_ns *begin_ns)
{
	writer->begin_ns = begin_ns;
}

void jscope_timeline_writer_pace(struct jscope_timeline_writer *writer,
				 const struct jscope_line_pace *pace)
{
	writer->pace = *pace;
}

int jscope_timeline_writer_release(struct jscope_timeline_writer *writer, jscope_ns before_ns)
{
	jscope_record_order_release(writer->order, before_ns);
	return hand_over(writer);
}

int jscope_timeline_writer_finish(struct jscope_timeline_writer *writer)
{
	jscope_record_order_finish(writer->order);
	return hand_over(writer);
}

uint64_t jscope_timeline_writer_written(const struct jscope_timeline_writer *writer)
{
	return writer->written;
}

uint64_t jscope_timeline_writer_disordered(const struct jscope_timeline_writer *writer)
{
	return jscope_record_order_disordered(writer->order);
}
