/*
 * Rows of text on the screen, cut to its width by columns, not bytes. Used by the files that draw;
 * one thread.
 */
#ifndef CLI_PLAYBACK_CANVAS_H
#define CLI_PLAYBACK_CANVAS_H

#include "common/ns.h"

enum jscope_paint {
	JSCOPE_PAINT_PLAIN,
	JSCOPE_PAINT_STRONG,
	JSCOPE_PAINT_ALARM,
	JSCOPE_PAINT_HEAD
};

/* Room for a text of jscope_canvas_time(). */
#define JSCOPE_TIME_TEXT_SIZE 40

/* Write a text from a column on, over what the row held; controls in it become '?'. */
void jscope_canvas_text(int row, int column, enum jscope_paint paint, const char *text);
__attribute__((format(printf, 4, 5))) void
jscope_canvas_print(int row, int column, enum jscope_paint paint, const char *format, ...);

/* The same at the right end of the row. */
void jscope_canvas_right(int row, enum jscope_paint paint, const char *text);

/* A whole row in this paint, empty. */
void jscope_canvas_fill(int row, enum jscope_paint paint);

/*
 * Words from column 10 on, behind a head word, over at most `rows` rows. Begin with row and head; each
 * item is put where it fits.
 */
struct jscope_canvas_list {
	int row, column, rows_left;
};
struct jscope_canvas_list jscope_canvas_list_begin(int row, int rows, const char *head);
void jscope_canvas_list_item(struct jscope_canvas_list *list, const char *item);

/* An instant in seconds since begin_ns with nine decimals; "?" where it is not known. */
char *jscope_canvas_time(char *text, jscope_ns at_ns, jscope_ns begin_ns);

#endif
