/*
 * A growing, bounded text. What goes beyond the bound is cut and marked by "...". One thread.
 */
#ifndef REPLAY_TEXT_H
#define REPLAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct jscope__text {
	char *data; /* owned; NUL-terminated once something was added */
	size_t length, size;
	size_t length_max;
	bool cut;
};

/* Forget the text, keep the memory. length_max: bytes that it may reach from now on. */
void jscope__text_reset(struct jscope__text *text, size_t length_max);
void jscope__text_add(struct jscope__text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Bytes as they are; of what does not fit, the beginning. */
void jscope__text_append(struct jscope__text *text, const char *bytes, size_t size_bytes);
void jscope__text_finish(struct jscope__text *text);

#endif
