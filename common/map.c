#include "common/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CAPACITY_MIN 64

struct jscope_map {
	size_t value_size;
	size_t count, count_max;
	size_t capacity; /* a power of two, over count * 4 / 3 */
	uint64_t refused;
	uint8_t *used; /* capacity bytes, 1 where an entry is */
	struct jscope_key *keys;
	char *values;
};

static bool key_equal(struct jscope_key a, struct jscope_key b)
{
	return a.high == b.high && a.low == b.low;
}

/* The finalizer of splitmix64 over both halves: sequential ids spread over the whole table. */
static uint64_t key_hash(struct jscope_key key)
{
	uint64_t hash = key.low ^ (key.high * 0x9e3779b97f4a7c15u);

	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
	return hash ^ (hash >> 31);
}

static int table_alloc(struct jscope_map *map, size_t capacity)
{
	map->used = calloc(capacity, 1);
	map->keys = calloc(capacity, sizeof *map->keys);
	map->values = calloc(capacity, map->value_size);
	map->capacity = capacity;
	return map->used && map->keys && map->values ? 0 : -ENOMEM;
}

static void table_free(struct jscope_map *map)
{
	free(map->used);
	free(map->keys);
	free(map->values);
}

int jscope_map_create(size_t value_size, size_t count_max, struct jscope_map **ret_map)
{
	struct jscope_map *map = calloc(1, sizeof *map);

	if (!map)
		return -ENOMEM;
	map->value_size = value_size;
	map->count_max = count_max;
	if (table_alloc(map, CAPACITY_MIN) < 0) {
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
	table_free(map);
	free(map);
}

/* The place of a key, or the free place where it belongs. */
static size_t place_find(const struct jscope_map *map, struct jscope_key key)
{
	size_t mask = map->capacity - 1;
	size_t i = key_hash(key) & mask;

	while (map->used[i] && !key_equal(map->keys[i], key))
		i = (i + 1) & mask;
	return i;
}

static void *value_at(struct jscope_map *map, size_t i)
{
	return map->values + i * map->value_size;
}

static void place_copy(struct jscope_map *to, size_t i, struct jscope_map *from, size_t j)
{
	to->used[i] = 1;
	to->keys[i] = from->keys[j];
	memcpy(value_at(to, i), value_at(from, j), to->value_size);
}

static int grow(struct jscope_map *map)
{
	struct jscope_map bigger = *map;

	if (table_alloc(&bigger, map->capacity * 2) < 0) {
		table_free(&bigger);
		return -ENOMEM;
	}
	for (size_t i = 0; i < map->capacity; i++)
		if (map->used[i])
			place_copy(&bigger, place_find(&bigger, map->keys[i]), map, i);
	table_free(map);
	*map = bigger;
	return 0;
}

static bool has_room(struct jscope_map *map)
{
	if (map->count == map->count_max)
		return false;
	return (map->count + 1) * 4 <= map->capacity * 3 || grow(map) == 0;
}

void *jscope_map_get(struct jscope_map *map, struct jscope_key key)
{
	size_t i = place_find(map, key);

	return map->used[i] ? value_at(map, i) : NULL;
}

void *jscope_map_put(struct jscope_map *map, struct jscope_key key)
{
	void *value = jscope_map_get(map, key);
	size_t i;

	if (value)
		return value;
	if (!has_room(map)) {
		map->refused++;
		return NULL;
	}
	i = place_find(map, key);
	map->used[i] = 1;
	map->keys[i] = key;
	map->count++;
	return memset(value_at(map, i), 0, map->value_size);
}

/* Is place `home` cyclically outside (hole, i]? Then the entry at i may move back to the hole. */
static bool may_fill(size_t hole, size_t home, size_t i)
{
	return hole <= i ? home <= hole || home > i : home <= hole && home > i;
}

bool jscope_map_remove(struct jscope_map *map, struct jscope_key key)
{
	size_t mask = map->capacity - 1;
	size_t hole = place_find(map, key);

	if (!map->used[hole])
		return false;
	for (size_t i = (hole + 1) & mask; map->used[i]; i = (i + 1) & mask) {
		if (may_fill(hole, key_hash(map->keys[i]) & mask, i)) {
			place_copy(map, hole, map, i);
			hole = i;
		}
	}
	map->used[hole] = 0;
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
	while (*cursor < map->capacity && !map->used[*cursor])
		(*cursor)++;
	if (*cursor == map->capacity)
		return false;
	*ret_key = map->keys[*cursor];
	*ret_value = value_at(map, (*cursor)++);
	return true;
}
