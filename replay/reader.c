#include "replay/reader.h"

#include <string.h>

const struct jscope_reader_ops *jscope_reader_find(const char *name)
{
	static const struct jscope_reader_ops *const readers[] = { &jscope_reader_native,
								   &jscope_reader_babeltrace2 };

	if (!name)
		return readers[0];
	for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
		if (!strcmp(name, readers[i]->name))
			return readers[i];
	return NULL;
}

int jscope_reader_create(const struct jscope_reader_ops *ops, const char *path, unsigned flags,
			 const struct jscope_limits *limits, jscope_announce_fn *announce,
			 void *announce_state, struct jscope_reader **ret_reader)
{
	if (ops->create_limited)
		return ops->create_limited(path, flags, limits, announce, announce_state,
					   ret_reader);
	return ops->create(path, flags, announce, announce_state, ret_reader);
}
