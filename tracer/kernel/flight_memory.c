#include "flight_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A record as it is kept; 8-byte aligned. The rest of the memory behind the last may hold none. */
struct kept {
	uint32_t size; /* to the next */
	uint32_t cpu;  /* NOBODY: no record, but the end of the memory */
	struct jscope_kernel_head head;
};
#define NOBODY UINT32_MAX

/*
 * Positions count bytes since the beginning; modulo the size they are places.
 *
 *   ┌─────────┬──────┬──────┬────────┬──────┐
 *   │ r7      │ free │ r4   │ r5     │ r6   │
 *   └─────────┴──────┴──────┴────────┴──────┘
 *             end    begin
 */
struct jscope__flight_memory {
	uint8_t *bytes; /* owned */
	size_t size;
	uint64_t begin, end;
	jscope_ns forgot_ns;
	uint32_t forgot_lost[];
};

void jscope__flight_memory_destroy(struct jscope__flight_memory *memory)
{
	if (!memory)
		return;
	if (memory->bytes)
		munmap(memory->bytes, memory->size);
	free(memory);
}

/* A child that draws would have every page copied that is written meanwhile. */
static uint8_t *pages_take(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	madvise(pages, size, MADV_DONTFORK);
	return pages;
}

int jscope__flight_memory_create(size_t bytes, uint32_t cpu_count,
				 struct jscope__flight_memory **ret_memory)
{
	struct jscope__flight_memory *memory =
		calloc(1, sizeof *memory + cpu_count * sizeof memory->forgot_lost[0]);

	if (!memory)
		return -ENOMEM;
	memory->size = (bytes + 4095) / 4096 * 4096;
	memory->forgot_ns = JSCOPE_NS_UNKNOWN;
	memory->bytes = pages_take(memory->size);
	if (!memory->bytes) {
		jscope__flight_memory_destroy(memory);
		return -ENOMEM;
	}
	*ret_memory = memory;
	return 0;
}

static struct kept *kept_at(const struct jscope__flight_memory *memory, uint64_t position)
{
	return (struct kept *)(void *)(memory->bytes + position % memory->size);
}

static void oldest_forget(struct jscope__flight_memory *memory)
{
	const struct kept *kept = kept_at(memory, memory->begin);

	if (kept->cpu != NOBODY) {
		memory->forgot_ns = (jscope_ns)kept->head.at_ns;
		memory->forgot_lost[kept->cpu] = kept->head.lost;
	}
	memory->begin += kept->size;
}

static struct kept *room_make(struct jscope__flight_memory *memory, uint32_t size, uint32_t cpu)
{
	struct kept *kept;

	while (memory->end + size - memory->begin > memory->size)
		oldest_forget(memory);
	kept = kept_at(memory, memory->end);
	kept->size = size;
	kept->cpu = cpu;
	memory->end += size;
	return kept;
}

void jscope__flight_memory_add(struct jscope__flight_memory *memory, uint32_t cpu,
			       const struct jscope_kernel_head *head)
{
	const size_t record_size = sizeof *head + head->size;
	const size_t size = (offsetof(struct kept, head) + record_size + 7) / 8 * 8;
	const size_t until_end = memory->size - memory->end % memory->size;

	if (size > memory->size)
		return;
	if (size > until_end)
		room_make(memory, (uint32_t)until_end, NOBODY);
	memcpy(&room_make(memory, (uint32_t)size, cpu)->head, head, record_size);
}

jscope_ns jscope__flight_memory_forgot(const struct jscope__flight_memory *memory)
{
	return memory->forgot_ns;
}

uint32_t jscope__flight_memory_forgot_lost(const struct jscope__flight_memory *memory, uint32_t cpu)
{
	return memory->forgot_lost[cpu];
}

const struct jscope_kernel_head *
jscope__flight_memory_next(const struct jscope__flight_memory *memory, uint64_t *cursor,
			   uint32_t *ret_cpu)
{
	uint64_t position = memory->begin + *cursor;
	const struct kept *kept = NULL;

	while (position < memory->end) {
		kept = kept_at(memory, position);
		position += kept->size;
		if (kept->cpu != NOBODY)
			break;
		kept = NULL;
	}
	*cursor = position - memory->begin;
	if (!kept)
		return NULL;
	*ret_cpu = kept->cpu;
	return &kept->head;
}
