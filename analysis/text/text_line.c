#include "text_line.h"

#include <stdarg.h>
#include <string.h>

struct jscope__text_line jscope__text_line_begin(const struct jscope__page *page, const char *head)
{
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fprintf(page->stream, " %-*s", JSCOPE__TEXT_INDENT - 1, head);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	return (struct jscope__text_line){ page, JSCOPE__TEXT_INDENT, true };
}

/* A comma may follow. */
bool jscope__text_line_has_room(const struct jscope__text_line *line, const char *item)
{
	return line->is_first || line->column + 2 + strlen(item) < line->page->columns;
}

void jscope__text_line_item(struct jscope__text_line *line, const char *format, ...)
{
	char text[128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (!jscope__text_line_has_room(line, text)) {
		fprintf(line->page->stream, ",\n%*s", JSCOPE__TEXT_INDENT, "");
		line->column = JSCOPE__TEXT_INDENT;
	} else if (!line->is_first) {
		fputs(", ", line->page->stream);
		line->column += 2;
	}
	fputs(text, line->page->stream);
	line->column += (unsigned)strlen(text);
	line->is_first = false;
}

void jscope__text_line_ns(struct jscope__text_line *line, const char *name, jscope_ns ns)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	jscope__text_line_item(line, "%s %s", name, jscope_ns_format(text, ns));
}

void jscope__text_line_end(struct jscope__text_line *line)
{
	fputc('\n', line->page->stream);
}

/* A space to break at, not far from the end of the line and not between a figure and its unit. */
static size_t space_near(const char *text, size_t room)
{
	for (size_t space = room; space > room / 2; space--)
		if (text[space] == ' ' && !(text[space - 1] >= '0' && text[space - 1] <= '9'))
			return space;
	return 0;
}

/* Bytes of a text that fill a line: up to a space where one is near, never within a character. */
static size_t line_length(const char *text, size_t room)
{
	size_t length = strlen(text), space;

	if (length <= room)
		return length;
	space = space_near(text, room);
	if (space > 0)
		return space;
	for (length = room; length > 1 && ((unsigned char)text[length] & 0xc0) == 0x80;)
		length--;
	return length;
}

void jscope__text_wrap_from(const struct jscope__page *page, unsigned indent, const char *text)
{
	const unsigned room = page->columns - indent;
	char part[256];

	do {
		size_t length = line_length(text, room < sizeof part ? room : sizeof part - 1);

		snprintf(part, sizeof part, "%.*s", (int)length, text);
		jscope__page_name(page, part, room, false);
		fputc('\n', page->stream);
		text += length;
		text += strspn(text, " ");
		if (*text)
			fprintf(page->stream, "%*s", (int)indent, "");
	} while (*text);
}

void jscope__text_wrap(const struct jscope__page *page, unsigned indent, const char *text)
{
	fprintf(page->stream, "%*s", (int)indent, "");
	jscope__text_wrap_from(page, indent, text);
}
