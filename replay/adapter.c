#include <stdlib.h>

#include "adapter.h"

void jscope__pointers_destroy(struct jscope_map *map)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (map && jscope_map_next(map, &cursor, &key, &value))
		free(*(void **)value);
	jscope_map_destroy(map);
}
