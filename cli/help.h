/*
 * Everything that explains the commands, made from the command table.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "command.h"

/* `jitterscope --help` and `jitterscope VERB --help`. */
void jscope_help_print(FILE *stream);
void jscope_help_print_command(FILE *stream, const struct jscope_command *command);

/* The manual page in man(7) macros, for `man jitterscope`. */
void jscope_manual_print(FILE *stream);

/* A completion script for bash (zsh reads it through bashcompinit). */
void jscope_completion_print(FILE *stream);

/* The reference page of all events (docs/events.md), in Markdown. */
void jscope_reference_print(FILE *stream);
/* The same of the running kernel (docs/kernel-events.md). */
void jscope_reference_kernel(FILE *stream);
/* The sections, keys and faults of scenarios, for docs/scenarios.md. */
void jscope_reference_scenarios(FILE *stream);

#endif
