#include "view.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"

/* The child tells how many rows it drew by its exit status. */
#define ROWS_MAX 250

static bool is_drawing(struct jscope_view *view, int flags)
{
	int status;
	pid_t ended;

	if (!view->child)
		return false;
	do
		ended = waitpid(view->child, &status, flags);
	while (ended < 0 && errno == EINTR);
	if (ended == 0)
		return true;
	view->child = 0;
	if (ended > 0 && WIFEXITED(status))
		view->rows_drawn = (unsigned)WEXITSTATUS(status);
	return false;
}

bool jscope_view_fork(struct jscope_view *view)
{
	pid_t parent = getpid();

	if (is_drawing(view, WNOHANG))
		return false;
	fflush(NULL);
	view->child = fork();
	if (view->child < 0)
		view->child = 0; /* it is short of processes now: perhaps the next time */
	else if (view->child == 0) {
		/* Half a drawing could not be taken away again. */
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		return true;
	}
	return false;
}

static void erase(unsigned rows)
{
	if (rows)
		printf("\033[%uA", rows);
	fputs("\r\033[J", stdout);
}

static unsigned rows_count(const char *text, size_t size)
{
	unsigned count = 0;

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\n';
	return count;
}

/* Bytes of the first rows. */
static size_t rows_cut(const char *text, size_t size, unsigned rows)
{
	const char *at = text;

	for (; rows; rows--)
		at = (const char *)memchr(at, '\n', size - (size_t)(at - text)) + 1;
	return (size_t)(at - text);
}

void jscope_view_draw(const struct jscope_view *view, const char *text, size_t size)
{
	unsigned room = jscope_terminal_rows(stdout), rows = rows_count(text, size), shown;

	room = room > ROWS_MAX ? ROWS_MAX : room;
	room = room > 3 ? room - 2 : 1; /* without the rows of the remark and of the cursor */
	shown = rows < room ? rows : room;
	erase(view->rows_drawn);
	fwrite(text, 1, rows_cut(text, size, shown), stdout);
	if (shown < rows)
		printf(" (%u lines more; Ctrl-C ends it with the whole)\n", rows - shown);
	else
		puts(" (Ctrl-C ends it)");
	fflush(stdout);
	_exit((int)shown + 1);
}

void jscope_view_clear(struct jscope_view *view)
{
	is_drawing(view, 0);
	erase(view->rows_drawn);
	view->rows_drawn = 0;
}
