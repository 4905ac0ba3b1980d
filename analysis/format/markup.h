/*
 * Text inside markup: SVG and JUnit XML. Called by their writers. Inside analysis/.
 */
#ifndef ANALYSIS_MARKUP_H
#define ANALYSIS_MARKUP_H

#include <stdint.h>
#include <stdio.h>

/* As a `characters` that cuts nothing. */
#define JSCOPE__MARKUP_WHOLE UINT32_MAX

/*
 * Write cleaned text (clean.h), escaped for an element as well as for an attribute in double quotes.
 * Cut after `characters`, for which an ellipsis then stands. Errors show in ferror().
 */
void jscope__markup_write(FILE *stream, const char *text, unsigned characters);

#endif
