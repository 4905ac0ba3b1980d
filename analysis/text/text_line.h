/*
 * Lines of figures behind a head word, and sentences, that break before the right edge of the page.
 * Used by the parts of the text report; one thread. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_LINE_H
#define ANALYSIS_TEXT_LINE_H

#include "page.h"

/* Columns before the first item. */
#define JSCOPE__TEXT_INDENT 10

struct jscope__text_line {
	const struct jscope__page *page;
	unsigned column;
	bool is_first; /* no item is written yet */
};

/* head: ASCII, at most 8 columns. */
struct jscope__text_line jscope__text_line_begin(const struct jscope__page *page, const char *head);

/* An item is ASCII, of at most 127 columns; a comma stands between two. */
__attribute__((format(printf, 2, 3))) void jscope__text_line_item(struct jscope__text_line *line,
								  const char *format, ...);
/* Whether an item would fit on the line as it is. */
bool jscope__text_line_has_room(const struct jscope__text_line *line, const char *item);
void jscope__text_line_ns(struct jscope__text_line *line, const char *name, jscope_ns ns);
void jscope__text_line_end(struct jscope__text_line *line);

/* A cleaned sentence on as many lines as it takes, each from column `indent` on. */
void jscope__text_wrap(const struct jscope__page *page, unsigned indent, const char *text);
/* The same where the first line has its `indent` columns already. */
void jscope__text_wrap_from(const struct jscope__page *page, unsigned indent, const char *text);

#endif
