/* The formats of the lines that records become. Inside analysis/. */
#ifndef ANALYSIS_LINE_H
#define ANALYSIS_LINE_H

#include "analysis/record.h"
#include "clean.h"

/* Write a line; CSV has a head too, of one kind of record. */
struct jscope__line_writer {
	void (*head)(FILE *stream, enum jscope_record_what what);
	void (*line)(FILE *stream, const struct jscope_record *record);
};

extern const struct jscope__line_writer jscope__line_text, jscope__line_csv, jscope__line_ndjson;

#endif
