#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report.h"

#define ROWS_LIVE_MAX (2 * JSCOPE_REPORT_ROWS_MAX)
#define RECENT_COUNT  16 /* a power of two */

struct jscope__table {
	const struct jscope__row_ops *ops;
	struct jscope_map *places; /* key -> struct jscope__row * */
	size_t count;
	uint64_t serial, folded;
	struct jscope__row *other; /* owned, as are the rows */
	/* Rows found last, by the low bits of their keys: most records come from few objects. */
	struct jscope__row *recent[RECENT_COUNT];
	struct jscope__row *rows[ROWS_LIVE_MAX];
};

int jscope__table_create(const struct jscope__row_ops *ops, struct jscope__table **ret_table)
{
	struct jscope__table *table = calloc(1, sizeof *table);

	if (!table)
		return -ENOMEM;
	table->ops = ops;
	if (jscope_map_create(sizeof(struct jscope__row *), ROWS_LIVE_MAX, &table->places) < 0) {
		free(table);
		return -ENOMEM;
	}
	*ret_table = table;
	return 0;
}

static void row_destroy(struct jscope__table *table, struct jscope__row *row)
{
	if (!row)
		return;
	table->ops->finish(row);
	free(row);
}

void jscope__table_destroy(struct jscope__table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		row_destroy(table, table->rows[i]);
	row_destroy(table, table->other);
	jscope_map_destroy(table->places);
	free(table);
}

static int key_compare(struct jscope_key a, struct jscope_key b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static bool goes_before(const struct jscope__table *table, enum jscope__row_order order,
			const struct jscope__row *a, const struct jscope__row *b)
{
	uint64_t weight_a, weight_b;

	if (order == JSCOPE__BY_APPEARANCE)
		return a->serial < b->serial;
	if (order == JSCOPE__BY_KEY)
		return key_compare(a->key, b->key) < 0;
	weight_a = table->ops->weight(a);
	weight_b = table->ops->weight(b);
	return weight_a != weight_b ? weight_a > weight_b : key_compare(a->key, b->key) < 0;
}

/* By insertion: at most 512 rows, and no room for a context in qsort(). */
static void sort(struct jscope__table *table, enum jscope__row_order order)
{
	for (size_t i = 1; i < table->count; i++) {
		struct jscope__row *row = table->rows[i];
		size_t k = i;

		for (; k > 0 && goes_before(table, order, row, table->rows[k - 1]); k--)
			table->rows[k] = table->rows[k - 1];
		table->rows[k] = row;
	}
}

static struct jscope__row *row_new(struct jscope__table *table, struct jscope_key key)
{
	struct jscope__row *row = calloc(1, table->ops->size);

	if (row) {
		row->key = key;
		row->serial = table->serial++;
	}
	return row;
}

/* Leave at most `keep` rows; without memory for `other` all stay. */
static void fold(struct jscope__table *table, size_t keep)
{
	if (table->count <= keep)
		return;
	if (!table->other)
		table->other = row_new(table, (struct jscope_key){ 0, 0 });
	if (!table->other)
		return;
	memset(table->recent, 0, sizeof table->recent);
	sort(table, JSCOPE__BY_WEIGHT);
	while (table->count > keep) {
		struct jscope__row *row = table->rows[--table->count];

		table->ops->merge(table->other, row);
		table->folded++;
		jscope_map_remove(table->places, row->key);
		row_destroy(table, row);
	}
}

static struct jscope__row *row_known(struct jscope__table *table, struct jscope_key key)
{
	struct jscope__row **recent = &table->recent[key.low % RECENT_COUNT];
	struct jscope__row **place;

	if (*recent && (*recent)->key.low == key.low && (*recent)->key.high == key.high)
		return *recent;
	place = jscope_map_get(table->places, key);
	if (place)
		*recent = *place;
	return place ? *place : NULL;
}

void *jscope__table_find(struct jscope__table *table, struct jscope_key key)
{
	return row_known(table, key);
}

void *jscope__table_row(struct jscope__table *table, struct jscope_key key)
{
	struct jscope__row **place;
	struct jscope__row *row = row_known(table, key);

	if (row)
		return row;
	if (table->count == ROWS_LIVE_MAX)
		fold(table, ROWS_LIVE_MAX / 2);
	if (table->count == ROWS_LIVE_MAX)
		return NULL;
	place = jscope_map_put(table->places, key);
	row = place ? row_new(table, key) : NULL;
	if (!row) {
		jscope_map_remove(table->places, key);
		return NULL;
	}
	*place = row;
	table->rows[table->count++] = row;
	return row;
}

void jscope__table_close(struct jscope__table *table)
{
	fold(table, JSCOPE_REPORT_ROWS_MAX);
	sort(table, table->ops->order);
}

size_t jscope__table_count(const struct jscope__table *table)
{
	return table->count;
}

void *jscope__table_at(const struct jscope__table *table, size_t i)
{
	return table->rows[i];
}

uint64_t jscope__table_folded(const struct jscope__table *table)
{
	return table->folded;
}

void *jscope__table_other(const struct jscope__table *table)
{
	return table->other;
}
