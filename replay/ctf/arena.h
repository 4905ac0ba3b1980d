/*
 * Memory that is given piece by piece and released all at once: what the metadata of one trace
 * consists of. One thread at a time.
 */
#ifndef REPLAY_CTF_ARENA_H
#define REPLAY_CTF_ARENA_H

#include <stddef.h>

struct jscope__ctf_arena;

/* Returns 0 or -ENOMEM. */
int jscope__ctf_arena_create(struct jscope__ctf_arena **ret_arena);
void jscope__ctf_arena_destroy(struct jscope__ctf_arena *arena);

/* `count` items of `size` bytes, all zero and aligned for anything. NULL when memory is short. */
void *jscope__ctf_arena_get(struct jscope__ctf_arena *arena, size_t count, size_t size);

/*
 * Room for one more item of an array that holds `count`, all of which were added this way: the
 * array, moved where it had to grow. NULL when memory is short.
 */
void *jscope__ctf_arena_extend(struct jscope__ctf_arena *arena, void *array, size_t count,
			       size_t size);

/* A copy of text, with a zero at its end. NULL when memory is short. */
char *jscope__ctf_arena_text(struct jscope__ctf_arena *arena, const char *text, size_t length);

#endif
