/*
 * One session of LTTng: ours. Every call runs in a process of its own, so that a session daemon
 * that hangs costs its time limit and not the recording.
 */
#ifndef TRACER_LTTNG_SESSION_H
#define TRACER_LTTNG_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "buffers.h"

struct jscope__session {
	const char *name;   /* unique on this machine */
	const char *output; /* absolute path */
	struct jscope__buffers buffers;
};

struct jscope__session_counts {
	uint64_t lost_events;
	uint64_t lost_packets;
	bool unwritten; /* not everything was on disk when the time was over */
};

/* All return 0 or a negative errno with a sentence; -ETIMEDOUT when the daemon does not answer. */

/* Whether a session daemon answers. Returns 1, 0 or a negative errno without a sentence. */
int jscope__session_daemon_answers(void);

/* How many sessions the daemon has that are not called `name`. Returns that, or a negative errno.
 */
int jscope__session_others(const char *name);

/* Create the session with its channel and start it. */
int jscope__session_start(const struct jscope__session *session);

/* Stop it, wait at most this long until everything is on disk, and ask what was lost. */
int jscope__session_stop(const struct jscope__session *session, int limit_ms,
			 struct jscope__session_counts *ret_counts);

/* Take it from the daemon, with or without waiting. It need not exist any more. */
int jscope__session_destroy(const char *name, bool wait);

#endif
