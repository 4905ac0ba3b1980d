/*
 * How long a recording lasts: until its program ends, its time is over, or a signal comes; and the
 * end of that program. One thread.
 *
 *   begin    from here on signals come to us
 *   start    the recording has begun: the program, the time
 *   wait     between passes over the rings
 *   end      what is recorded is written; the program that still runs is ended
 */
#ifndef KERNEL_SPAN_H
#define KERNEL_SPAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/ns.h"
#include "ending.h"

struct jscope__kernel_span {
	struct jscope__ending ending;
	jscope_ns begin_ns, end_ns; /* end_ns: INT64_MAX where no time was given */
	pid_t program;		    /* 0: none, or it ended */
	int program_fd;		    /* pidfd; -1 as above */
	int program_status;	    /* as wait() tells it; -1 while it runs, and without one */
	jscope_ns term_ns, kill_ns; /* when it gets SIGTERM, and SIGKILL */
	bool termed, killed;	    /* it got them */
	bool interrupted;	    /* a signal came */
	bool over;		    /* the recording is to end */
};

/* Returns 0 or a negative errno with a sentence; then there is nothing to end. */
int jscope__kernel_span_begin(struct jscope__kernel_span *span);
/*
 * argv: NULL for no program. duration_ns: 0 for no end. Returns 0, or a negative errno with a
 * sentence (no such program); end() is still needed.
 */
int jscope__kernel_span_start(struct jscope__kernel_span *span, char *const *argv,
			      jscope_ns duration_ns);
/* Wait so long, or until something ends the recording: then `over` is set. */
void jscope__kernel_span_wait(struct jscope__kernel_span *span, jscope_ns pause_ns);
/* The recording is over for another reason; the program is asked to end. */
void jscope__kernel_span_stop(struct jscope__kernel_span *span);
/*
 * Wait for the program, which has 3 s to follow SIGTERM (after Ctrl-C 2 s before it gets one); a
 * second signal kills it. Then signals are as they were before.
 */
void jscope__kernel_span_end(struct jscope__kernel_span *span);

#endif
