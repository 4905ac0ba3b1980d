/* Fields of comma-separated lines (RFC 4180, lines end in LF). Inside analysis/. */
#ifndef ANALYSIS_CSV_H
#define ANALYSIS_CSV_H

#include <stdio.h>

/*
 * Write text as one field. Spreadsheets take = + - @ at the start of a text for a formula: a "'"
 * is put before, so that a name from a trace cannot become one.
 */
void jscope__csv_text(FILE *stream, const char *text);

#endif
