/*
 * Parts of a stream in the text report that its panel and the whole of it have in common. One
 * thread. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_CHAIN_H
#define ANALYSIS_TEXT_CHAIN_H

#include "page.h"
#include "report_rows.h"

void jscope__text_stream_title(const struct jscope__page *page,
			       const struct jscope__stream_row *row);

/* The stages with their share of the time, from end to end, and what the client takes then. */
void jscope__text_chain(struct jscope__page *page, const struct jscope__stream_row *row);

/* Lines of the spectrum of its lateness; that there are none only on a verbose page. */
void jscope__text_rhythm(const struct jscope__page *page, const struct jscope__stream_row *row);

/* The longest chains, at most so many. */
void jscope__text_worst_chains(const struct jscope__page *page,
			       const struct jscope__stream_row *row, unsigned most);

#endif
