/*
 * Rows of tables of a report on their way into a table of the text: which distribution of each, and
 * under which label. Used by the parts of the text report; one thread. Inside analysis/.
 */
#ifndef ANALYSIS_TEXT_ROWS_H
#define ANALYSIS_TEXT_ROWS_H

#include "report_rows.h"
#include "text_table.h"

#define JSCOPE__TEXT_LABEL_SIZE (2 * JSCOPE__NAME_SIZE)

struct jscope__text_entry {
	char label[JSCOPE__TEXT_LABEL_SIZE];
	const struct jscope_hist *hist; /* has values */
};

/* All zero to begin. Rows for which memory is short are left out. */
struct jscope__text_rows {
	size_t count, room;
	struct jscope__text_entry *entries; /* owned */
};

/* The distribution of a row, NULL where it has none, and what to call it. */
typedef const struct jscope_hist *jscope__text_label_fn(const void *row, char *label, size_t size);

/* Rows of a table that have values, `other` at last; one row where it has values. */
void jscope__text_rows_add(struct jscope__text_rows *rows, const struct jscope__table *table,
			   jscope__text_label_fn *label);
void jscope__text_rows_add_one(struct jscope__text_rows *rows, const char *label,
			       const struct jscope_hist *hist);

/* Those with the longest maximum first; of equals the order stays. */
void jscope__text_rows_sort(struct jscope__text_rows *rows);

/* The first `most` of them as a table. */
void jscope__text_rows_write(struct jscope__page *page, const char *title,
			     const struct jscope__text_rows *rows, size_t most);
void jscope__text_rows_finish(struct jscope__text_rows *rows);

#endif
