#include "arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES_MIN ((size_t)16 << 10)
#define BLOCK_BYTES_MAX ((size_t)1 << 20)

struct block {
	struct block *next;
	alignas(max_align_t) unsigned char bytes[];
};

struct jscope__ctf_arena {
	struct block *blocks; /* owned; the first is the one in use */
	unsigned char *free;
	size_t free_bytes;
	size_t block_bytes; /* of the next block: they grow, so that small traces cost little */
};

int jscope__ctf_arena_create(struct jscope__ctf_arena **ret_arena)
{
	struct jscope__ctf_arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		return -ENOMEM;
	arena->block_bytes = BLOCK_BYTES_MIN;
	*ret_arena = arena;
	return 0;
}

void jscope__ctf_arena_destroy(struct jscope__ctf_arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static int block_add(struct jscope__ctf_arena *arena, size_t size_bytes)
{
	struct block *block = calloc(1, sizeof *block + size_bytes);

	if (!block)
		return -ENOMEM;
	block->next = arena->blocks;
	arena->blocks = block;
	arena->free = block->bytes;
	arena->free_bytes = size_bytes;
	return 0;
}

/* What is left of the block in use is given up: at most half of what is asked for next. */
static int room_make(struct jscope__ctf_arena *arena, size_t size_bytes)
{
	const size_t usual_bytes = arena->block_bytes;

	if (size_bytes > usual_bytes)
		return block_add(arena, size_bytes);
	if (usual_bytes < BLOCK_BYTES_MAX)
		arena->block_bytes *= 2;
	return block_add(arena, usual_bytes);
}

void *jscope__ctf_arena_get(struct jscope__ctf_arena *arena, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t size_bytes;
	void *bytes;

	if (__builtin_mul_overflow(count, size, &size_bytes) || size_bytes > SIZE_MAX / 2)
		return NULL;
	size_bytes = size_bytes ? (size_bytes + align - 1) / align * align : align;
	if (size_bytes > arena->free_bytes && room_make(arena, size_bytes) < 0)
		return NULL;
	bytes = arena->free;
	arena->free += size_bytes;
	arena->free_bytes -= size_bytes;
	return bytes;
}

/* It doubles at each power of two, so that what is left behind is less than what is in use. */
void *jscope__ctf_arena_extend(struct jscope__ctf_arena *arena, void *array, size_t count,
			       size_t size)
{
	void *grown;

	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	grown = jscope__ctf_arena_get(arena, count ? 2 * count : 1, size);
	if (grown && count)
		memcpy(grown, array, count * size);
	return grown;
}

char *jscope__ctf_arena_text(struct jscope__ctf_arena *arena, const char *text, size_t length)
{
	char *copy = jscope__ctf_arena_get(arena, length + 1, 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}
