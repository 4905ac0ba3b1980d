#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jscope__text_reset(struct jscope__text *text, size_t length_max)
{
	text->length = 0;
	text->length_max = length_max;
	text->cut = false;
	if (text->data)
		text->data[0] = '\0';
}

static bool text_reserve(struct jscope__text *text, size_t length)
{
	size_t size = text->size ? text->size : 256;
	char *data;

	while (size <= length)
		size *= 2;
	if (size == text->size)
		return true;
	data = realloc(text->data, size);
	if (!data)
		return false;
	text->data = data;
	text->size = size;
	return true;
}

static void text_cut(struct jscope__text *text)
{
	text->cut = true;
	if (text_reserve(text, text->length + 3)) {
		memcpy(text->data + text->length, "...", 4);
		text->length += 3;
	}
}

void jscope__text_add(struct jscope__text *text, const char *format, ...)
{
	va_list args;
	int length;

	if (text->cut)
		return;
	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0 || text->length + (size_t)length > text->length_max ||
	    !text_reserve(text, text->length + (size_t)length)) {
		text_cut(text);
		return;
	}
	va_start(args, format);
	vsnprintf(text->data + text->length, (size_t)length + 1, format, args);
	va_end(args);
	text->length += (size_t)length;
}

void jscope__text_append(struct jscope__text *text, const char *bytes, size_t size_bytes)
{
	const size_t room = text->length_max - text->length;
	const size_t fitting = size_bytes < room ? size_bytes : room;

	if (text->cut)
		return;
	if (!text_reserve(text, text->length + fitting)) {
		text_cut(text);
		return;
	}
	memcpy(text->data + text->length, bytes, fitting);
	text->length += fitting;
	text->data[text->length] = '\0';
	if (fitting < size_bytes)
		text_cut(text);
}

void jscope__text_finish(struct jscope__text *text)
{
	free(text->data);
	memset(text, 0, sizeof *text);
}
