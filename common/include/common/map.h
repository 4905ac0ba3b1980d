/*
 * A map from a 128-bit key (two 64-bit halves, such as device and request) to a fixed-size value.
 *
 * Open addressing with linear probing: it starts with 64 entries and doubles up to the stated
 * bound, so that its memory follows what is in flight and no hostile trace can exhaust it. What
 * does not fit is refused and counted. One thread.
 */
#ifndef COMMON_MAP_H
#define COMMON_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jscope_key {
	uint64_t high, low;
};

struct jscope_map;

/*
 * value_size: bytes of one value. count_max: entries it may hold at most (1 .. 2^24).
 * Returns 0 or -ENOMEM.
 */
int jscope_map_create(size_t value_size, size_t count_max, struct jscope_map **ret_map);
void jscope_map_destroy(struct jscope_map *map);

/* The value of a key, or NULL. Valid until the next put or remove. */
void *jscope_map_get(struct jscope_map *map, struct jscope_key key);

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
