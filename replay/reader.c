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
