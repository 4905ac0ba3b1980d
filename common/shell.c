#include "common/shell.h"

#include <stdio.h>
#include <string.h>

void jscope_shell_quote(char *text, size_t size, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_./-+:@%,=";
	static const char escaped[] = "'\\''";
	const char *mark = path[strspn(path, plain)] ? "'" : "";
	size_t used = (size_t)snprintf(text, size, "%s%s", mark, path[0] == '-' ? "./" : "");

	for (; *path && used + sizeof escaped < size; path++) {
		const char letter[] = { *path, '\0' };

		used += (size_t)snprintf(text + used, size - used, "%s",
					 *path == '\'' ? escaped : letter);
	}
	snprintf(text + used, size - used, "%s", mark);
}
