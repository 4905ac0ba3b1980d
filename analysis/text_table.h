/*
 * Tables of distributions in the text report: one row each, one unit for all of them. Inside
 * analysis/.
 */
#ifndef ANALYSIS_TEXT_TABLE_H
#define ANALYSIS_TEXT_TABLE_H

#include "analysis/hist.h"
#include "page.h"

#define JSCOPE__TEXT_ROWS_MAX (JSCOPE_REPORT_ROWS_MAX + 1)

struct jscope__text_row {
	const char *label; /* cleaned */
	const struct jscope_hist *hist;
	double share; /* of the time, 0 .. 1; < 0: none */
	bool strong;
};

/*
 * title: heads the column of labels, and says what the durations are.
 * rows without a value are left out; a table without rows is not drawn.
 */
void jscope__text_table(struct jscope__page *page, const char *title,
			const struct jscope__text_row *rows, size_t count);

#endif
