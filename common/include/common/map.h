/*
 * A map from a 128-bit key (two 64-bit halves, such as device and request) to a fixed-size value.
 *
 * Open addressing with linear probing: it starts with 64 places and doubles up to the stated
 * bound, so that its memory follows what is in flight and no hostile trace can exhaust it. What
 * does not fit is refused and counted; so is a key that finds the JSCOPE_MAP_PROBES places behind
 * its own taken, which only keys chosen for that do. No operation but growth looks at more places.
 * One thread.
 *
 * An event of a trace costs several look-ups: key and value lie side by side, the hash is one
 * product, and the look-up is inlined. Therefore the insides are in sight; leave them alone.
 */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Places that a key may lie behind its own. */
#define JSCOPE_MAP_PROBES 512

struct jscope_key {
	uint64_t high, low;
};

/* A place of the table; the value follows it, aligned to 8 bytes. */
struct jscope__map_cell {
	struct jscope_key key;
	uint64_t used;
};

struct jscope_map {
	char *cells; /* capacity times cell_size bytes */
	size_t cell_size;
	size_t capacity; /* a power of two, at least twice the count */
	unsigned shift;	 /* 64 - log2(capacity) */
	size_t value_size;
	size_t count, count_max;
	uint64_t refused;
};

/*
 * value_size: bytes of one value. count_max: entries it may hold at most (1 .. 2^24).
 * Returns 0 or -ENOMEM.
 */
int jscope_map_create(size_t value_size, size_t count_max, struct jscope_map **ret_map);
void jscope_map_destroy(struct jscope_map *map);

/* Take the memory for count_max entries now: no put allocates any more. Returns 0 or -ENOMEM. */
int jscope_map_reserve(struct jscope_map *map);

/* Where a key belongs: the leading bits of a product spread ids that count, or are aligned. */
static inline size_t jscope__map_home(const struct jscope_map *map, struct jscope_key key)
{
	return (size_t)((key.low + key.high * 0xbf58476d1ce4e5b9u) * 0x9e3779b97f4a7c15u >>
			map->shift);
}

static inline struct jscope__map_cell *jscope__map_at(const struct jscope_map *map, size_t place)
{
	return (struct jscope__map_cell *)(void *)(map->cells + place * map->cell_size);
}

/* The cell of a key, or the free one where it may go; NULL where there is neither. */
static inline struct jscope__map_cell *jscope__map_find(const struct jscope_map *map,
							struct jscope_key key)
{
	size_t home = jscope__map_home(map, key);

	for (size_t i = 0; i < JSCOPE_MAP_PROBES; i++) {
		struct jscope__map_cell *cell =
			jscope__map_at(map, (home + i) & (map->capacity - 1));

		if (!cell->used || (cell->key.low == key.low && cell->key.high == key.high))
			return cell;
	}
	return NULL;
}

/* The value of a key, or NULL. Valid until the next put or remove. */
static inline void *jscope_map_get(const struct jscope_map *map, struct jscope_key key)
{
	struct jscope__map_cell *cell = jscope__map_find(map, key);

	return cell && cell->used ? cell + 1 : NULL;
}

/*
 * The value of a key, made (all bytes zero) where it was not there. NULL when the map is full or
 * memory is short; jscope_map_refused() then counts one more. Valid until the next put or remove.
 */
void *jscope_map_put(struct jscope_map *map, struct jscope_key key);

/* Forget a key. Returns whether it was there. */
bool jscope_map_remove(struct jscope_map *map, struct jscope_key key);

size_t jscope_map_count(const struct jscope_map *map);
uint64_t jscope_map_refused(const struct jscope_map *map);

/*
 * The entries in an unspecified order: start with *cursor == 0; false after the last. The map must
 * not be changed meanwhile, values may.
 */
bool jscope_map_next(struct jscope_map *map, size_t *cursor, struct jscope_key *ret_key,
		     void **ret_value);

#endif
