/*
 * Rows of a report, found by key, of which only the heaviest stay. Inside analysis/.
 *
 * At most 2 x JSCOPE_REPORT_ROWS_MAX rows live at a time. When one more is wanted, the lighter half
 * is folded into the row `other` and forgotten; a key that comes back begins anew, so that a row
 * may lack what was folded of it before. After jscope__table_close() at most JSCOPE_REPORT_ROWS_MAX
 * are left. How many rows were folded is counted.
 */
#ifndef ANALYSIS_TABLE_H
#define ANALYSIS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "common/map.h"

/* First member of every row. */
struct jscope__row {
	struct jscope_key key;
	uint64_t serial; /* order of appearance */
};

enum jscope__row_order { JSCOPE__BY_APPEARANCE, JSCOPE__BY_KEY, JSCOPE__BY_WEIGHT };

struct jscope__row_ops {
	size_t size; /* of a row; new ones are all zero but for struct jscope__row */
	enum jscope__row_order order; /* after close */
	void (*finish)(void *row);
	void (*merge)(void *into, const void *from);
	/* How much a reader would miss it. */
	uint64_t (*weight)(const void *row);
};

struct jscope__table;

/* ops: borrowed. Returns 0 or -ENOMEM. */
int jscope__table_create(const struct jscope__row_ops *ops, struct jscope__table **ret_table);
void jscope__table_destroy(struct jscope__table *table);

/* The row of a key, made where there is none; valid until the next call. NULL: memory is short. */
void *jscope__table_row(struct jscope__table *table, struct jscope_key key);

/* The same, NULL where there is none. */
void *jscope__table_find(struct jscope__table *table, struct jscope_key key);

/* Keep the heaviest and put them in order. */
void jscope__table_close(struct jscope__table *table);

size_t jscope__table_count(const struct jscope__table *table);
void *jscope__table_at(const struct jscope__table *table, size_t i);

/* Rows folded into other, which is NULL while there are none. */
uint64_t jscope__table_folded(const struct jscope__table *table);
void *jscope__table_other(const struct jscope__table *table);

#endif
