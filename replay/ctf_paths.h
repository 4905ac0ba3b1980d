/*
 * Where the CTF traces under a path are: one directory with a file `metadata`, or a tree that holds
 * several (kernel and user space, rotated chunks). Sorted by name, so that one tree gives one
 * order.
 */
#ifndef REPLAY_CTF_PATHS_H
#define REPLAY_CTF_PATHS_H

#include <stddef.h>

#define JSCOPE__CTF_PATHS_MAX 4096
#define JSCOPE__CTF_DEPTH_MAX 12

struct jscope__ctf_paths {
	char **path; /* owned */
	size_t count;
};

/*
 * Returns 0, -ENOENT (no such path), -EBADMSG (no trace in it), -E2BIG (more than
 * JSCOPE__CTF_PATHS_MAX), -ENOMEM; a sentence says which.
 */
int jscope__ctf_paths_find(const char *path, struct jscope__ctf_paths *ret_paths);
void jscope__ctf_paths_finish(struct jscope__ctf_paths *paths);

#endif
