#include "text_format.h"

#include <inttypes.h>
#include <string.h>

void jscope__text_member(struct jscope__text *text, uint64_t index, const char *name)
{
	jscope__text_add(text, "%s %s = ", index ? "," : "", name);
}

void jscope__text_element(struct jscope__text *text, uint64_t index)
{
	jscope__text_add(text, "%s [%" PRIu64 "] = ", index ? "," : "", index);
}

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c != 127 && c != '"' && c != '\\';
}

static void escape_add(struct jscope__text *text, unsigned char c)
{
	if (c == '"' || c == '\\')
		jscope__text_add(text, "\\%c", c);
	else
		jscope__text_add(text, "\\x%02x", c);
}

void jscope__text_string(struct jscope__text *text, const char *bytes, size_t size_bytes)
{
	jscope__text_append(text, "\"", 1);
	for (size_t at = 0; at < size_bytes && !text->cut;) {
		size_t run = 0;

		while (at + run < size_bytes && is_plain((unsigned char)bytes[at + run]))
			run++;
		jscope__text_append(text, bytes + at, run);
		at += run;
		if (at < size_bytes)
			escape_add(text, (unsigned char)bytes[at++]);
	}
	jscope__text_append(text, "\"", 1);
}

void jscope__text_integer(struct jscope__text *text, int64_t value, bool is_signed, unsigned base)
{
	if (base == 16)
		jscope__text_add(text, "0x%" PRIX64, (uint64_t)value);
	else if (is_signed)
		jscope__text_add(text, "%" PRId64, value);
	else
		jscope__text_add(text, "%" PRIu64, (uint64_t)value);
}

void jscope__text_enumeration(struct jscope__text *text, const char *label, int64_t value,
			      bool is_signed)
{
	jscope__text_add(text, "( ");
	if (label)
		jscope__text_string(text, label, strlen(label));
	else
		jscope__text_add(text, "<unknown>");
	jscope__text_add(text, " : container = ");
	jscope__text_integer(text, value, is_signed, 10);
	jscope__text_add(text, " )");
}

void jscope__text_real(struct jscope__text *text, double value)
{
	jscope__text_add(text, "%g", value);
}
