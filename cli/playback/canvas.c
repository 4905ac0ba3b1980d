#include "playback/canvas.h"

#define NCURSES_WIDECHAR 1
#include <inttypes.h>
#include <ncurses.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define TEXT_SIZE   512
#define LIST_INDENT 10

static attr_t attribute_of(enum jscope_paint paint)
{
	switch (paint) {
	case JSCOPE_PAINT_STRONG:
		return A_BOLD;
	case JSCOPE_PAINT_ALARM:
		return has_colors() ? A_BOLD | (attr_t)COLOR_PAIR(1) : A_BOLD;
	case JSCOPE_PAINT_HEAD:
		return A_REVERSE;
	case JSCOPE_PAINT_PLAIN:
		break;
	}
	return A_NORMAL;
}

/* One character of a text for the screen, and how many bytes it takes of it. */
static size_t character_read(const char *text, wchar_t *ret_character, int *ret_columns)
{
	mbstate_t state = { 0 };
	size_t size = mbrtowc(ret_character, text, strlen(text), &state);

	if (size == 0 || size > strlen(text))
		size = 1, *ret_character = L'?';
	*ret_columns = wcwidth(*ret_character);
	if (*ret_columns < 0)
		*ret_character = L'?', *ret_columns = 1;
	return size;
}

void jscope_canvas_text(int row, int column, enum jscope_paint paint, const char *text)
{
	int columns, room = COLS - column;
	wchar_t character;

	if (row < 0 || row >= LINES || column < 0)
		return;
	attrset((int)attribute_of(paint));
	move(row, column);
	while (*text) {
		text += character_read(text, &character, &columns);
		room -= columns;
		if (room < 0)
			break;
		addnwstr(&character, 1);
	}
	attrset((int)A_NORMAL);
}

void jscope_canvas_print(int row, int column, enum jscope_paint paint, const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	jscope_canvas_text(row, column, paint, text);
}

void jscope_canvas_right(int row, enum jscope_paint paint, const char *text)
{
	int column = COLS - (int)strlen(text);

	jscope_canvas_text(row, column > 0 ? column : 0, paint, text);
}

void jscope_canvas_fill(int row, enum jscope_paint paint)
{
	mvhline(row, 0, ' ' | attribute_of(paint), COLS);
}

struct jscope_canvas_list jscope_canvas_list_begin(int row, int rows, const char *head)
{
	jscope_canvas_text(row, 1, JSCOPE_PAINT_STRONG, head);
	return (struct jscope_canvas_list){ row, LIST_INDENT, rows };
}

void jscope_canvas_list_item(struct jscope_canvas_list *list, const char *item)
{
	const int width = (int)strlen(item);

	if (list->column > LIST_INDENT && list->column + width > COLS) {
		list->column = LIST_INDENT;
		list->row++;
		list->rows_left--;
	}
	if (list->rows_left > 0)
		jscope_canvas_text(list->row, list->column, JSCOPE_PAINT_PLAIN, item);
	list->column += width + 2;
}

char *jscope_canvas_time(char *text, jscope_ns at_ns, jscope_ns begin_ns)
{
	jscope_ns ns = jscope_sub_sat(at_ns, begin_ns);
	const char *sign = ns < 0 ? "-" : "";

	if (at_ns == JSCOPE_NS_UNKNOWN || begin_ns == JSCOPE_NS_UNKNOWN) {
		strcpy(text, "?");
		return text;
	}
	ns = ns < 0 ? -ns : ns;
	snprintf(text, JSCOPE_TIME_TEXT_SIZE, "%s%" PRId64 ".%09" PRId64 " s", sign,
		 ns / JSCOPE_NS_PER_SEC, ns % JSCOPE_NS_PER_SEC);
	return text;
}
