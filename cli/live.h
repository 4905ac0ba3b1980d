/*
 * Reading a session that still runs (lttng-live://...): its pace, its end, and a relay daemon that
 * falls silent. One session per process; the signal is SIGALRM, once a second.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <signal.h>

#include "replay/trace.h"

/* What a verb does now and then while the session runs. */
struct jscope_live_watch {
	bool (*refresh)(void *state); /* returns whether the verb has seen enough */
	void *state;
	jscope_ns period_ns;
};

/*
 * Before the session is opened: a host that takes the connection and says nothing ends the process
 * by SIGALRM after JSCOPE_LIVE_ANSWER_S.
 */
void jscope_live_await(void);
#define JSCOPE_LIVE_ANSWER_S 20

/*
 * From now on the session is read. stop: becomes true when a person wants the end. last_ns: after so
 * long without any event reading ends, 0 for never. Both are borrowed, for the rest of the process.
 */
void jscope_live_begin(struct jscope_trace *trace, const volatile sig_atomic_t *stop,
		       jscope_ns last_ns);

/* There is no more to be read. */
void jscope_live_end(void);

/* watch: borrowed; NULL for nothing to do. */
void jscope_live_watch(const struct jscope_live_watch *watch);

/* From the progress of the trace. Returns whether to stop reading. */
bool jscope_live_progress(uint64_t events);

#endif
