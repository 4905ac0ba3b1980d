#include "history.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct jscope__chunk {
	bool is_wide;
	struct jscope__extent extent;
	/* Above the lowest, or where the chunk is wide, doubles as they came. */
	uint32_t packed[];
};

void *jscope__wander_take(struct jscope__wander_budget *budget, size_t size)
{
	void *memory = size <= budget->bytes_left ? calloc(1, size) : NULL;

	if (memory)
		budget->bytes_left -= size;
	return memory;
}

void jscope__wander_give(struct jscope__wander_budget *budget, void *memory, size_t size)
{
	if (memory)
		budget->bytes_left += size;
	free(memory);
}

static size_t chunk_size(bool is_wide)
{
	return sizeof(struct jscope__chunk) +
	       JSCOPE__CHUNK_POINTS * (is_wide ? sizeof(double) : sizeof(uint32_t));
}

static void chunk_give(struct jscope__history *history, struct jscope__chunk *chunk)
{
	if (chunk)
		jscope__wander_give(history->budget, chunk, chunk_size(chunk->is_wide));
}

void jscope__history_finish(struct jscope__history *history)
{
	for (unsigned i = 0; i < history->chunk_count; i++)
		chunk_give(history, history->chunks[i]);
	jscope__wander_give(history->budget, history->chunks,
			    history->chunk_max * sizeof history->chunks[0]);
	history->chunks = NULL;
	history->chunk_count = 0;
}

static struct jscope__chunk *chunk_take(struct jscope__history *history, bool is_wide)
{
	struct jscope__chunk *chunk = jscope__wander_take(history->budget, chunk_size(is_wide));

	if (chunk)
		chunk->is_wide = is_wide;
	return chunk;
}

/* Room for one more chunk in the ring, unless there are as many as there may be. */
static bool ring_grow(struct jscope__history *history, bool is_wide)
{
	if (history->is_short || history->chunk_count == history->chunk_max)
		return false;
	if (!history->chunks)
		history->chunks = jscope__wander_take(
			history->budget, history->chunk_max * sizeof history->chunks[0]);
	if (history->chunks)
		history->chunks[history->chunk_count] = chunk_take(history, is_wide);
	if (!history->chunks || !history->chunks[history->chunk_count]) {
		history->is_short = true;
		return false;
	}
	history->chunk_count++;
	return true;
}

/* The place of a chunk, which is as wide as it must be. NULL where memory is short. */
static struct jscope__chunk *place_get(struct jscope__history *history, unsigned number,
				       bool is_wide)
{
	struct jscope__chunk **place;

	if (number >= history->chunk_count && !ring_grow(history, is_wide) &&
	    history->chunk_count < JSCOPE__CHUNKS_MIN)
		return NULL;
	place = &history->chunks[number % history->chunk_count];
	if (*place && (*place)->is_wide != is_wide) {
		chunk_give(history, *place);
		*place = NULL;
	}
	if (!*place)
		*place = chunk_take(history, is_wide);
	return *place;
}

struct jscope__extent jscope__extent_of(const double *points_ns, unsigned count)
{
	struct jscope__extent extent = { points_ns[0], points_ns[0] };

	for (unsigned i = 1; i < count; i++) {
		extent.low_ns = points_ns[i] < extent.low_ns ? points_ns[i] : extent.low_ns;
		extent.high_ns = points_ns[i] > extent.high_ns ? points_ns[i] : extent.high_ns;
	}
	return extent;
}

bool jscope__history_add(struct jscope__history *history, unsigned number, const double *points_ns)
{
	const struct jscope__extent extent = jscope__extent_of(points_ns, JSCOPE__CHUNK_POINTS);
	struct jscope__chunk *chunk =
		place_get(history, number, extent.high_ns - extent.low_ns > UINT32_MAX);

	if (!chunk) {
		history->is_short = true;
		return false;
	}
	chunk->extent = extent;
	if (chunk->is_wide)
		memcpy(chunk->packed, points_ns, JSCOPE__CHUNK_POINTS * sizeof points_ns[0]);
	for (unsigned i = 0; !chunk->is_wide && i < JSCOPE__CHUNK_POINTS; i++)
		chunk->packed[i] = (uint32_t)(points_ns[i] - extent.low_ns);
	return true;
}

struct jscope__extent jscope__history_read(const struct jscope__history *history, unsigned number,
					   double *ret_points_ns)
{
	const struct jscope__chunk *chunk = history->chunks[number % history->chunk_count];
	const double low_ns = chunk->extent.low_ns;

	if (chunk->is_wide)
		memcpy(ret_points_ns, chunk->packed,
		       JSCOPE__CHUNK_POINTS * sizeof ret_points_ns[0]);
	for (unsigned i = 0; !chunk->is_wide && i < JSCOPE__CHUNK_POINTS; i++)
		ret_points_ns[i] = low_ns + chunk->packed[i];
	return chunk->extent;
}
