#include "common/name.h"

#include <stdio.h>

char *jscope_name_clean(char *clean, size_t size, const char *name)
{
	snprintf(clean, size, "%s", name);
	for (char *at = clean; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return clean;
}
