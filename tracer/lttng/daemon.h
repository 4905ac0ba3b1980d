/*
 * The session daemon of a recording: the one that runs, or a private one.
 */
#ifndef TRACER_LTTNG_DAEMON_H
#define TRACER_LTTNG_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

#include "rundir.h"

enum jscope__daemon_kind {
	JSCOPE__DAEMON_FOREIGN, /* ran already: we only add our session */
	JSCOPE__DAEMON_PRIVATE, /* started by us, unseen by others, ends with us */
	JSCOPE__DAEMON_SHARED,	/* started by us in the usual place; ends with us unless others use
				   it */
};

struct jscope__daemon {
	enum jscope__daemon_kind kind;
	pid_t pid;	 /* 0: not known */
	int pid_fd;	 /* readable when it ended; -1: not known */
	int consumer_fd; /* the same of its consumer daemon */
	int log_fd;	 /* what a private one prints; -1 otherwise */
	char log[8192];	 /* the end of it */
	bool disk_full;	 /* it printed that it cannot write */
	struct jscope__rundir rundir;
};

/*
 * Find or start one. `name` is that of the recording. Moves the calling process into a mount
 * namespace of its own where root needs a private daemon, and sets LTTNG_HOME otherwise.
 *
 * Returns 0, -ENOENT (none runs and lttng-sessiond is not installed), or another negative errno,
 * with a sentence.
 */
int jscope__daemon_open(const char *name, struct jscope__daemon *ret_daemon);

/* One sentence about which daemon it is. */
const char *jscope__daemon_describe(const struct jscope__daemon *daemon);

/* Begin to watch the consumer daemon, which exists once there is a session with a channel. */
void jscope__daemon_watch_consumer(struct jscope__daemon *daemon);

/* Read what a private one printed. */
void jscope__daemon_drain(struct jscope__daemon *daemon);

/* End a private one, and what it started. `name`: our session, which does not count as another's.
 */
void jscope__daemon_close(struct jscope__daemon *daemon, const char *name);

#endif
