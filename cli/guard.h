/*
 * Running a verb that reads somebody's trace through libbabeltrace2 in a child process.
 *
 * libbabeltrace2 2.0 ends its process by SIGFPE or SIGABRT on some damaged traces, takes all memory
 * on others and hangs on a few. A child under limits turns each of these into a sentence. Readers
 * of our own need none.
 */
#ifndef CLI_GUARD_H
#define CLI_GUARD_H

#include "command.h"

/* Whether the command reads its SOURCE through libbabeltrace2. */
bool jscope_guard_applies(const struct jscope_command *command, const void *settings,
			  char **operands);

/*
 * Run the command in a child: at most JSCOPE_GUARD_MEMORY_BYTES of address space, and ended when
 * it spends JSCOPE_GUARD_PATIENCE_S of CPU time without progress. Returns its exit code, or that of
 * failure with a sentence on standard error. Ctrl-C reaches the child, which ends by itself.
 */
int jscope_guard_run(const struct jscope_command *command, const void *settings, char **operands);

/* There was progress. Outside of a guarded child this does nothing. */
void jscope_guard_progress(void);

#define JSCOPE_GUARD_MEMORY_BYTES (4ll << 30)
#define JSCOPE_GUARD_PATIENCE_S	  20

#endif
