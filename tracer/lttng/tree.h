/*
 * The processes below one process, as /proc shows them. The keeper is the reaper of everything that
 * it started, so that nothing leaves the tree by losing its parent.
 */
#ifndef TRACER_LTTNG_TREE_H
#define TRACER_LTTNG_TREE_H

#include <sys/types.h>

/* What of a tree is meant. */
enum jscope__tree_part {
	JSCOPE__TREE_OUTSIDE, /* all that is not of the login session `sid`; all, where that is 0 */
	JSCOPE__TREE_INSIDE,  /* only that */
};

/*
 * Send `number` (0: none, just count) to the living descendants of `root` that are of the meant
 * part.
 *
 * Returns how many there were, or a negative errno when /proc cannot be read.
 */
int jscope__tree_signal(pid_t root, pid_t sid, enum jscope__tree_part part, int number);

/*
 * Find the child of `parent` called `name` whose command line contains `word`.
 *
 * Returns its process id, or -ESRCH.
 */
pid_t jscope__tree_child(pid_t parent, const char *name, const char *word);

#endif
