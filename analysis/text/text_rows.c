#include "text_rows.h"

#include <stdlib.h>

static struct jscope__text_entry *entry_new(struct jscope__text_rows *rows)
{
	if (rows->count == rows->room) {
		const size_t room = rows->room ? 2 * rows->room : 16;
		void *entries = realloc(rows->entries, room * sizeof rows->entries[0]);

		if (!entries)
			return NULL;
		rows->entries = entries;
		rows->room = room;
	}
	return &rows->entries[rows->count];
}

static void row_add(struct jscope__text_rows *rows, const void *row, jscope__text_label_fn *label)
{
	struct jscope__text_entry *entry = entry_new(rows);

	if (!entry)
		return;
	entry->hist = label(row, entry->label, sizeof entry->label);
	rows->count += jscope_hist_count(entry->hist) > 0;
}

void jscope__text_rows_add(struct jscope__text_rows *rows, const struct jscope__table *table,
			   jscope__text_label_fn *label)
{
	for (size_t i = 0; i < jscope__table_count(table); i++)
		row_add(rows, jscope__table_at(table, i), label);
	if (jscope__table_other(table))
		row_add(rows, jscope__table_other(table), label);
}

void jscope__text_rows_add_one(struct jscope__text_rows *rows, const char *label,
			       const struct jscope_hist *hist)
{
	struct jscope__text_entry *entry = entry_new(rows);

	if (!entry || jscope_hist_count(hist) == 0)
		return;
	snprintf(entry->label, sizeof entry->label, "%s", label);
	entry->hist = hist;
	rows->count++;
}

/* Rows are few hundred at most, and mostly a handful. */
void jscope__text_rows_sort(struct jscope__text_rows *rows)
{
	for (size_t i = 1; i < rows->count; i++) {
		const struct jscope__text_entry entry = rows->entries[i];
		const int64_t max = jscope_hist_max(entry.hist);
		size_t k = i;

		for (; k > 0 && jscope_hist_max(rows->entries[k - 1].hist) < max; k--)
			rows->entries[k] = rows->entries[k - 1];
		rows->entries[k] = entry;
	}
}

void jscope__text_rows_write(struct jscope__page *page, const char *title,
			     const struct jscope__text_rows *rows, size_t most)
{
	const size_t count = rows->count < most ? rows->count : most;
	struct jscope__text_row *shown = calloc(count ? count : 1, sizeof shown[0]);

	for (size_t i = 0; shown && i < count; i++)
		shown[i] = (struct jscope__text_row){ .label = rows->entries[i].label,
						      .hist = rows->entries[i].hist,
						      .share = -1 };
	if (shown)
		jscope__text_table(page, title, shown, count);
	free(shown);
}

void jscope__text_rows_finish(struct jscope__text_rows *rows)
{
	free(rows->entries);
	*rows = (struct jscope__text_rows){ 0 };
}
