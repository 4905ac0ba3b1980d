#include "rules/ended.h"

#include <errno.h>
#include <stdlib.h>

struct jscope__ended_set {
	struct jscope_map *map;	 /* of struct jscope__ended */
	struct jscope_key *keys; /* in the order in which they ended, a ring */
	size_t size, next;
	bool wrapped;
};

int jscope__ended_create(size_t count, struct jscope__ended_set **ret_set)
{
	struct jscope__ended_set *set = calloc(1, sizeof *set);

	if (!set)
		return -ENOMEM;
	set->size = count;
	set->keys = calloc(count, sizeof *set->keys);
	if (!set->keys || jscope_map_create(sizeof(struct jscope__ended), count, &set->map) < 0) {
		jscope__ended_destroy(set);
		return -ENOMEM;
	}
	*ret_set = set;
	return 0;
}

void jscope__ended_destroy(struct jscope__ended_set *set)
{
	if (!set)
		return;
	jscope_map_destroy(set->map);
	free(set->keys);
	free(set);
}

struct jscope__ended *jscope__ended_get(struct jscope__ended_set *set, struct jscope_key key)
{
	return jscope_map_get(set->map, key);
}

/* The place of the oldest is needed. A key that ended again since then has another place. */
static void oldest_forget(struct jscope__ended_set *set)
{
	const struct jscope__ended *oldest = jscope_map_get(set->map, set->keys[set->next]);

	if (set->wrapped && oldest && oldest->slot == set->next)
		jscope_map_remove(set->map, set->keys[set->next]);
}

struct jscope__ended *jscope__ended_add(struct jscope__ended_set *set, struct jscope_key key,
					jscope_ns at_ns)
{
	struct jscope__ended *ended;

	oldest_forget(set);
	ended = jscope_map_put(set->map, key);
	if (!ended)
		return NULL;
	*ended = (struct jscope__ended){ .at_ns = at_ns, .slot = set->next };
	set->keys[set->next] = key;
	set->next = (set->next + 1) % set->size;
	set->wrapped = set->wrapped || set->next == 0;
	return ended;
}

void jscope__ended_remove(struct jscope__ended_set *set, struct jscope_key key)
{
	jscope_map_remove(set->map, key);
}
