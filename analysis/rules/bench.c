/* The life of a bench, made of what its ops say of it. */
#include <errno.h>
#include <stdlib.h>

#include "rules/judge.h"

/* Where a bench keeps the map of a table. */
static struct jscope_map **map_of(const struct jscope__bench_table *table, void *bench)
{
	return (struct jscope_map **)((char *)bench + table->map_offset);
}

static bool is_table(const struct jscope__bench_ops *ops, size_t i)
{
	return i < JSCOPE__BENCH_TABLES && ops->tables[i].value_size > 0;
}

int jscope__bench_create(const struct jscope__bench_ops *ops, struct jscope_judge *judge,
			 void **ret_bench)
{
	void *bench = calloc(1, ops->size);
	int error = 0;

	if (!bench)
		return -ENOMEM;
	*(struct jscope_judge **)bench = judge;
	*ret_bench = bench;
	for (size_t i = 0; !error && is_table(ops, i); i++)
		error = jscope_map_create(ops->tables[i].value_size, ops->tables[i].count_max,
					  map_of(&ops->tables[i], bench));
	return error || !ops->init ? error : ops->init(bench);
}

void jscope__bench_destroy(const struct jscope__bench_ops *ops, void *bench)
{
	if (!bench)
		return;
	if (ops->release)
		ops->release(bench);
	for (size_t i = 0; is_table(ops, i); i++)
		jscope_map_destroy(*map_of(&ops->tables[i], bench));
	free(bench);
}

uint64_t jscope__bench_refused(const struct jscope__bench_ops *ops, const void *bench)
{
	uint64_t refused = 0;

	for (size_t i = 0; is_table(ops, i); i++)
		refused += jscope_map_refused(*map_of(&ops->tables[i], (void *)bench));
	return refused;
}

void jscope__bench_forget(const struct jscope__bench_ops *ops, void *bench)
{
	struct jscope_key key;
	void *value;

	for (size_t i = 0; is_table(ops, i); i++) {
		if (!ops->tables[i].forget)
			continue;
		for (size_t cursor = 0;
		     jscope_map_next(*map_of(&ops->tables[i], bench), &cursor, &key, &value);)
			ops->tables[i].forget(*(struct jscope_judge **)bench, value);
	}
	if (ops->loss)
		ops->loss(bench);
}
