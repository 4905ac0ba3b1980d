/*
 * A text on the terminal that is drawn anew while what it tells of goes on: what it shows is made
 * in a child process, from a copy of all state, so that the state itself is not disturbed by being
 * closed and printed. One thread.
 */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct jscope_view {
	pid_t child;	     /* 0 where none draws */
	unsigned rows_drawn; /* of the terminal, above the cursor */
};

/*
 * Start drawing, unless the last child still does. Returns true in the child, which makes the text
 * and hands it to jscope_view_draw().
 */
bool jscope_view_fork(struct jscope_view *view);

/* In the child: draw the text in the place of the last one, cut to the terminal, and end. */
_Noreturn void jscope_view_draw(const struct jscope_view *view, const char *text, size_t size);

/* Wait for the child and take the last text away, so that another may stand there. */
void jscope_view_clear(struct jscope_view *view);

#endif
