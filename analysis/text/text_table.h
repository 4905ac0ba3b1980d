/*
 * Tables of distributions in the text report: one row each, one unit for all of them. Inside
 * analysis/.
 */
#ifndef ANALYSIS_TEXT_TABLE_H
#define ANALYSIS_TEXT_TABLE_H

#include "analysis/hist.h"
#include "page.h"

#define JSCOPE__TEXT_ROWS_MAX (JSCOPE_REPORT_ROWS_MAX + 1)

/* Columns of a note behind the figures. */
#define JSCOPE__TEXT_NOTE 22

struct jscope__text_row {
	const char *label; /* cleaned */
	const struct jscope_hist *hist;
	double share; /* of the time, 0 .. 1; < 0: none */
	double begin; /* of its time in the whole, 0 .. 1 */
	bool strong;
	const char *note; /* ASCII; NULL: none */
	enum jscope__paint note_paint;
};

/*
 * title: heads the column of labels, and says what the durations are.
 * rows without a value are left out; a table without rows is not drawn. Where a page is not verbose
 * there are p50, p99, p99.9 and the maximum only. Below the rows it is told what they may lack.
 */
void jscope__text_table(struct jscope__page *page, const char *title,
			const struct jscope__text_row *rows, size_t count);
/* The same without what they may lack, and with rows that have no value but a note. */
void jscope__text_overview(struct jscope__page *page, const char *title,
			   const struct jscope__text_row *rows, size_t count);

#endif
