/*
 * The timelines themselves, one line per record, for `jitterscope replay` (DESIGN 5).
 *
 * Lines go out in the order of their first known instant, as analysis/record_order.h has it. One
 * thread.
 */
#ifndef ANALYSIS_TIMELINE_WRITER_H
#define ANALYSIS_TIMELINE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/record.h"

enum jscope_line_format { JSCOPE_LINE_TEXT, JSCOPE_LINE_CSV, JSCOPE_LINE_NDJSON };

struct jscope_timeline_writer;

/*
 * what: bits of JSCOPE_WHAT_...; CSV takes exactly one of them, as its columns differ.
 * stream: borrowed. Returns 0, -EINVAL, -ENOMEM.
 */
int jscope_timeline_writer_create(FILE *stream, enum jscope_line_format format, unsigned what,
				  struct jscope_timeline_writer **ret_writer);
void jscope_timeline_writer_destroy(struct jscope_timeline_writer *writer);

/* Device and stream names of its records must live until finish, as those of a trace do. */
const struct jscope_timeline_sink *
jscope_timeline_writer_sink(struct jscope_timeline_writer *writer);

/*
 * Text lines then show the time since *begin_ns instead of the trace clock. Borrowed, read when a
 * line is written: the first event of a trace is known only once reading has begun.
 */
void jscope_timeline_writer_count_from(struct jscope_timeline_writer *writer,
				       const jscope_ns *begin_ns);

/*
 * Who decides when a line goes out. await: called before each line with its instant; returns when it
 * is time, or false where no more lines are wanted: then this one and all others are dropped.
 */
struct jscope_line_pace {
	bool (*await)(void *state, jscope_ns at_ns);
	void *state;
};

/* Each line is then handed to the stream at once; where that fails no more are written. */
void jscope_timeline_writer_pace(struct jscope_timeline_writer *writer,
				 const struct jscope_line_pace *pace);

/*
 * Write the lines held back whose first known instant lies before, and hand all to the stream: for
 * whoever reads along while a session runs. Returns 0, -EIO.
 */
int jscope_timeline_writer_release(struct jscope_timeline_writer *writer, jscope_ns before_ns);

/* Write what is still held back. Returns 0, -EIO. */
int jscope_timeline_writer_finish(struct jscope_timeline_writer *writer);

/* Records, each a line, that were handed over. */
uint64_t jscope_timeline_writer_written(const struct jscope_timeline_writer *writer);

/* Lines that came too late to stand in order. */
uint64_t jscope_timeline_writer_disordered(const struct jscope_timeline_writer *writer);

#endif
