/*
 * The timelines themselves, one line per record, for `jitterscope replay` (DESIGN 5).
 *
 * Records come when they are complete, lines go out in the order of their first known instant: up
 * to JSCOPE_LINES_HELD records are held back for that. One that comes even later is written where
 * it comes, and counted. One thread.
 */
#ifndef ANALYSIS_TIMELINE_WRITER_H
#define ANALYSIS_TIMELINE_WRITER_H

#include <stdint.h>
#include <stdio.h>

#include "replay/timeline.h"

enum jscope_line_format { JSCOPE_LINE_TEXT, JSCOPE_LINE_CSV, JSCOPE_LINE_NDJSON };

#define JSCOPE_WHAT_NOTIFICATIONS 1u
#define JSCOPE_WHAT_REQUESTS	  2u
/* What goes on in a buffer: positions, their defects, and glitches. */
#define JSCOPE_WHAT_POSITIONS 4u
#define JSCOPE_WHAT_ALL	      7u

#define JSCOPE_LINES_HELD 4096

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
