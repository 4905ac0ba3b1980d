/* The parts of blame as text; blame_text.c puts them together. Inside analysis/; one thread. */
#ifndef ANALYSIS_BLAME_TEXT_H
#define ANALYSIS_BLAME_TEXT_H

#include "blame.h"
#include "page.h"

/* "dev1 stream 0x5", "all others". Returns text. */
#define JSCOPE__BLAME_NAME_SIZE (2 * JSCOPE__NAME_SIZE + 64)
char *jscope__blame_name(const struct jscope__blame_row *row, char text[JSCOPE__BLAME_NAME_SIZE]);

/* Numbers of rows, the most troubled first: glitches, buffers, requests, all others. */
void jscope__blame_order(const struct jscope_blame *blame, uint32_t order[JSCOPE__BLAME_ROWS + 1]);

/* Why it glitched, or who had the tail of the first row. */
void jscope__blame_verdict(const struct jscope_blame *blame, const struct jscope__page *page,
			   const uint32_t *order);

/* The worst of a kind, part by part. */
void jscope__blame_worst(const struct jscope_blame *blame, const struct jscope__page *page,
			 enum jscope__blame_what what);

#endif
