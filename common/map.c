#include "common/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_BITS_MIN 6

static int table_alloc(struct jscope_map *map, unsigned capacity_bits)
{
	map->capacity = (size_t)1 << capacity_bits;
	map->shift = 64 - capacity_bits;
	map->cells = calloc(map->capacity, map->cell_size);
	return map->cells ? 0 : -ENOMEM;
}

int jscope_map_create(size_t value_size, size_t count_max, struct jscope_map **ret_map)
{
	struct jscope_map *map = calloc(1, sizeof *map);

	if (!map)
		return -ENOMEM;
	map->value_size = value_size;
	map->cell_size = sizeof(struct jscope__map_cell) + (value_size + 7) / 8 * 8;
	map->count_max = count_max;
	if (table_alloc(map, CAPACITY_BITS_MIN) < 0) {
		jscope_map_destroy(map);
		return -ENOMEM;
	}
	*ret_map = map;
	return 0;
}

void jscope_map_destroy(struct jscope_map *map)
{
	if (!map)
		return;
	free(map->cells);
	free(map);
}

/* All entries of `from`; -ENOSPC where a key finds no place near its own. */
static int cells_copy(struct jscope_map *to, const struct jscope_map *from)
{
	for (size_t i = 0; i < from->capacity; i++) {
		const struct jscope__map_cell *cell = jscope__map_at(from, i);
		struct jscope__map_cell *copy;

		if (!cell->used)
			continue;
		copy = jscope__map_find(to, cell->key);
		if (!copy)
			return -ENOSPC;
		memcpy(copy, cell, from->cell_size);
	}
	return 0;
}

static int grow(struct jscope_map *map)
{
	struct jscope_map bigger = *map;

	if (table_alloc(&bigger, 64 - map->shift + 1) < 0 || cells_copy(&bigger, map) < 0) {
		free(bigger.cells);
		return -ENOMEM;
	}
	free(map->cells);
	*map = bigger;
	return 0;
}

int jscope_map_reserve(struct jscope_map *map)
{
	int error = 0;

	while (!error && map->capacity < 2 * map->count_max)
		error = grow(map);
	return error;
}

/* Half of the places stay free: then a search for what is not there is short. */
static bool has_room(struct jscope_map *map)
{
	if (map->count == map->count_max)
		return false;
	return (map->count + 1) * 2 <= map->capacity || grow(map) == 0;
}

void *jscope_map_put(struct jscope_map *map, struct jscope_key key)
{
	void *value = jscope_map_get(map, key);
	struct jscope__map_cell *cell;

	if (value)
		return value;
	cell = has_room(map) ? jscope__map_find(map, key) : NULL;
	if (!cell) {
		map->refused++;
		return NULL;
	}
	cell->key = key;
	cell->used = 1;
	map->count++;
	return memset(cell + 1, 0, map->value_size);
}

/*
 * Close a hole by the entries behind it, each of which may move back as far as its own place: then
 * no search ends too early. None lies further from its own than JSCOPE_MAP_PROBES.
 */
static void hole_fill(struct jscope_map *map, size_t hole)
{
	size_t mask = map->capacity - 1;

	for (size_t i = hole + 1; i - hole < JSCOPE_MAP_PROBES; i++) {
		struct jscope__map_cell *cell = jscope__map_at(map, i & mask);
		size_t from_home;

		if (!cell->used)
			break;
		from_home = (i - jscope__map_home(map, cell->key)) & mask;
		if (from_home < i - hole)
			continue;
		memcpy(jscope__map_at(map, hole & mask), cell, map->cell_size);
		hole = i;
	}
	jscope__map_at(map, hole & mask)->used = 0;
}

bool jscope_map_remove(struct jscope_map *map, struct jscope_key key)
{
	const struct jscope__map_cell *cell = jscope__map_find(map, key);

	if (!cell || !cell->used)
		return false;
	hole_fill(map, (size_t)((const char *)cell - map->cells) / map->cell_size);
	map->count--;
	return true;
}

size_t jscope_map_count(const struct jscope_map *map)
{
	return map->count;
}

uint64_t jscope_map_refused(const struct jscope_map *map)
{
	return map->refused;
}

bool jscope_map_next(struct jscope_map *map, size_t *cursor, struct jscope_key *ret_key,
		     void **ret_value)
{
	struct jscope__map_cell *cell;

	while (*cursor < map->capacity && !jscope__map_at(map, *cursor)->used)
		(*cursor)++;
	if (*cursor == map->capacity)
		return false;
	cell = jscope__map_at(map, (*cursor)++);
	*ret_key = cell->key;
	*ret_value = cell + 1;
	return true;
}
