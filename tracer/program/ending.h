/*
 * Signals that end a recording: SIGINT, SIGTERM, SIGHUP. While they are taken they come out of a
 * descriptor, so that whoever records can wait for them beside everything else. One at a time per
 * process; one thread.
 */
#ifndef TRACER_ENDING_H
#define TRACER_ENDING_H

#include <signal.h>
#include <stdbool.h>

#define JSCOPE__ENDING_SIGNALS 3

struct jscope__ending {
	int fd; /* readable when a signal came */
	struct sigaction previous[JSCOPE__ENDING_SIGNALS];
};

/*
 * Take the signals; one that is ignored (nohup) stays so. A program that is started meanwhile has them
 * as they were. Returns 0 or a negative errno with a sentence.
 */
int jscope__ending_take(struct jscope__ending *ending);
void jscope__ending_give_back(struct jscope__ending *ending);

/*
 * Whether another signal came. ret_from_terminal: Ctrl-C, which the terminal sends to the program as
 * well.
 */
bool jscope__ending_next(struct jscope__ending *ending, bool *ret_from_terminal);

#endif
