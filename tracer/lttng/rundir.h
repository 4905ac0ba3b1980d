/*
 * The run directory of a private session daemon.
 *
 * LTTng 2.13 knows two places for its sockets: the system's (/var/run/lttng) for root, and one
 * below LTTNG_HOME for everyone else. Root therefore gets a mount namespace of its own with a tmpfs
 * over the system's place; everything else in it stays as it is outside. The mount goes away with
 * the last process; the mount point, where we had to make it, is removed by the last recording that
 * uses it.
 */
#ifndef TRACER_LTTNG_RUNDIR_H
#define TRACER_LTTNG_RUNDIR_H

#include <stdbool.h>

struct jscope__rundir {
	char path[512]; /* where the daemon has its sockets */
	bool mounted;	/* a tmpfs over the system's place, else a directory of our own */
	int point_fd;	/* with `mounted`: the mount point below, locked while it is in use */
};

/*
 * For root: move the calling process into a mount namespace of its own.
 *
 * Returns 0, or a negative errno (-EPERM: not allowed here) without a sentence; the process may
 * then have its own namespace, in which nothing was changed.
 */
int jscope__rundir_mount(struct jscope__rundir *ret_rundir);

/*
 * For the others: a directory called `name` among the temporary files, as LTTNG_HOME of the calling
 * process and its children.
 *
 * Returns 0 or a negative errno with a sentence.
 */
int jscope__rundir_make(const char *name, struct jscope__rundir *ret_rundir);

/* Undo either. The daemon must be gone. */
void jscope__rundir_leave(struct jscope__rundir *rundir);

/* Remove what a killed keeper of the recording `name` left. From outside of the namespace. */
void jscope__rundir_sweep(const char *name);

#endif
