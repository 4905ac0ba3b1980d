/*
 * Names that programs and drivers gave themselves, for a line on a terminal. Pure; any thread.
 */
#ifndef COMMON_NAME_H
#define COMMON_NAME_H

#include <stddef.h>

/*
 * Copy a name, cut to size - 1 bytes; whatever is not printable ASCII becomes '?': a name may hold
 * escape sequences. size > 0. Returns `clean`.
 */
char *jscope_name_clean(char *clean, size_t size, const char *name);

#endif
