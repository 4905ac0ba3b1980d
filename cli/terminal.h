/*
 * What the terminal behind a stream can show, for commands that write text for people.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/report.h"

/* Of the terminal, else as COLUMNS says, else 100. */
unsigned jscope_terminal_columns(FILE *stream);

/* Of the terminal, else 24. */
unsigned jscope_terminal_rows(FILE *stream);

/* A terminal on which lines can be written anew. */
bool jscope_terminal_redraws(FILE *stream);

/* A terminal that knows colours, and nobody who set NO_COLOR. */
bool jscope_terminal_wants_colour(FILE *stream);

/* For text that goes to a stream, of as much as that can show. */
struct jscope_report_style jscope_terminal_style(FILE *stream, bool verbose);

#endif
