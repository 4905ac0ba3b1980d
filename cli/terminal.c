#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 100
#define ROWS_DEFAULT	24

unsigned jscope_terminal_columns(FILE *stream)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (columns && atoi(columns) > 0)
		return (unsigned)atoi(columns);
	return COLUMNS_DEFAULT;
}

unsigned jscope_terminal_rows(FILE *stream)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
		return size.ws_row;
	return ROWS_DEFAULT;
}

bool jscope_terminal_redraws(FILE *stream)
{
	const char *terminal = getenv("TERM");

	return isatty(fileno(stream)) && terminal && strcmp(terminal, "dumb") != 0;
}

bool jscope_terminal_wants_colour(FILE *stream)
{
	return jscope_terminal_redraws(stream) && !getenv("NO_COLOR");
}

struct jscope_report_style jscope_terminal_style(FILE *stream, bool verbose)
{
	return (struct jscope_report_style){ .verbose = verbose,
					     .colour = jscope_terminal_wants_colour(stream),
					     .columns = jscope_terminal_columns(stream) };
}
