/* Commands that a person is to type: what a shell would take apart is quoted. Any thread. */
#ifndef COMMON_SHELL_H
#define COMMON_SHELL_H

#include <stddef.h>

/*
 * A path as a shell takes it back, and as no option. text: at least 8 bytes; where that is too small
 * for all of it, the rest is left out.
 */
void jscope_shell_quote(char *text, size_t size, const char *path);

#endif
