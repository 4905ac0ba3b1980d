#include "blocks.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MAX 256

struct cell {
	uint16_t bucket;
	uint32_t count;
};

struct block {
	uint64_t count;
	size_t cell_count;
	struct cell *cells; /* owned, by ascending bucket */
};

struct jscope__blocks {
	struct jscope__blocks_budget *budget; /* borrowed */
	bool given_up;
	uint64_t length; /* values of a full block */
	size_t count;	 /* the last one may be filling */
	struct block blocks[JSCOPE__BLOCKS_MAX];
	unsigned waiting_count; /* all of them fit the last block */
	uint16_t waiting[WAITING_MAX];
};

static void cells_free(struct jscope__blocks *blocks, struct block *block)
{
	free(block->cells);
	blocks->budget->bytes_left += block->cell_count * sizeof(struct cell);
	*block = (struct block){ 0 };
}

static void give_up(struct jscope__blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		cells_free(blocks, &blocks->blocks[i]);
	blocks->count = 0;
	blocks->waiting_count = 0;
	blocks->given_up = true;
	blocks->budget->refused++;
}

static uint32_t count_sum(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

/* Both ascending; into `sum`, which has room for both. Returns how many cells it has. */
static size_t cells_merge(struct cell *sum, const struct block *a, const struct block *b)
{
	size_t i = 0, k = 0, count = 0;

	while (i < a->cell_count || k < b->cell_count) {
		const bool from_a = k == b->cell_count ||
				    (i < a->cell_count && a->cells[i].bucket <= b->cells[k].bucket);
		const struct cell *cell = from_a ? &a->cells[i++] : &b->cells[k++];

		if (count > 0 && sum[count - 1].bucket == cell->bucket)
			sum[count - 1].count = count_sum(sum[count - 1].count, cell->count);
		else
			sum[count++] = *cell;
	}
	return count;
}

/* Add one block to another; `from` keeps what it has. Returns whether there was memory. */
static bool block_add(struct jscope__blocks *blocks, struct block *into, const struct block *from)
{
	const size_t room = into->cell_count + from->cell_count;
	struct cell *sum, *fitting;
	size_t count;

	if ((from->cell_count * sizeof *sum) > blocks->budget->bytes_left)
		return false;
	sum = malloc(room * sizeof *sum);
	if (!sum)
		return false;
	count = cells_merge(sum, into, from);
	fitting = realloc(sum, count * sizeof *sum);
	free(into->cells);
	blocks->budget->bytes_left -= (count - into->cell_count) * sizeof *sum;
	into->cells = fitting ? fitting : sum;
	into->cell_count = count;
	into->count += from->count;
	return true;
}

/* Each two neighbours become one. */
static bool blocks_halve(struct jscope__blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i += 2) {
		struct block *first = &blocks->blocks[i];

		if (!block_add(blocks, first, first + 1))
			return false;
		cells_free(blocks, first + 1);
		if (i > 0) {
			blocks->blocks[i / 2] = *first;
			*first = (struct block){ 0 };
		}
	}
	blocks->count /= 2;
	blocks->length *= 2;
	return true;
}

static int bucket_compare(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* What waits, as a block whose cells are the caller's. */
static struct block waiting_block(struct jscope__blocks *blocks, struct cell cells[WAITING_MAX])
{
	struct block block = { .count = blocks->waiting_count, .cells = cells };

	qsort(blocks->waiting, blocks->waiting_count, sizeof blocks->waiting[0], bucket_compare);
	for (unsigned i = 0; i < blocks->waiting_count; i++) {
		const uint16_t bucket = blocks->waiting[i];

		if (block.cell_count == 0 || cells[block.cell_count - 1].bucket != bucket)
			cells[block.cell_count++] = (struct cell){ .bucket = bucket };
		cells[block.cell_count - 1].count++;
	}
	return block;
}

static void settle(struct jscope__blocks *blocks)
{
	struct cell cells[WAITING_MAX];
	struct block block;

	if (blocks->waiting_count == 0)
		return;
	block = waiting_block(blocks, cells);
	if (block_add(blocks, &blocks->blocks[blocks->count - 1], &block))
		blocks->waiting_count = 0;
	else
		give_up(blocks);
}

static bool last_is_full(const struct jscope__blocks *blocks)
{
	return blocks->count == 0 ||
	       blocks->blocks[blocks->count - 1].count + blocks->waiting_count == blocks->length;
}

static void value_add(struct jscope__blocks *blocks, uint16_t place)
{
	if (blocks->waiting_count == WAITING_MAX || last_is_full(blocks))
		settle(blocks);
	if (blocks->count == JSCOPE__BLOCKS_MAX && last_is_full(blocks) && !blocks_halve(blocks))
		give_up(blocks);
	if (blocks->given_up)
		return;
	if (last_is_full(blocks))
		blocks->count++;
	blocks->waiting[blocks->waiting_count++] = place >> JSCOPE__BUCKET_SHIFT;
}

static struct jscope__blocks *blocks_create(struct jscope__blocks_budget *budget)
{
	struct jscope__blocks *blocks;

	if (budget->bytes_left < sizeof *blocks)
		return NULL;
	blocks = calloc(1, sizeof *blocks);
	if (!blocks)
		return NULL;
	budget->bytes_left -= sizeof *blocks;
	blocks->budget = budget;
	blocks->length = JSCOPE__BLOCK_VALUES_MIN;
	return blocks;
}

void jscope__blocks_add(struct jscope__blocks **blocks, struct jscope__blocks_budget *budget,
			const uint16_t *places, unsigned count)
{
	if (!*blocks)
		*blocks = blocks_create(budget);
	for (unsigned i = 0; *blocks && !(*blocks)->given_up && i < count; i++)
		value_add(*blocks, places[i]);
}

void jscope__blocks_destroy(struct jscope__blocks *blocks)
{
	if (!blocks)
		return;
	for (size_t i = 0; i < blocks->count; i++)
		cells_free(blocks, &blocks->blocks[i]);
	blocks->budget->bytes_left += sizeof *blocks;
	free(blocks);
}

size_t jscope__blocks_count(const struct jscope__blocks *blocks)
{
	/* To whoever asks, nothing changes by counting what waits. */
	if (blocks)
		settle((struct jscope__blocks *)blocks);
	return blocks ? blocks->count : 0;
}

uint64_t jscope__blocks_values(const struct jscope__blocks *blocks)
{
	const size_t count = jscope__blocks_count(blocks);
	uint64_t values = 0;

	for (size_t i = 0; i < count; i++)
		values += blocks->blocks[i].count;
	return values;
}

uint64_t jscope__blocks_length(const struct jscope__blocks *blocks, size_t block)
{
	return block < jscope__blocks_count(blocks) ? blocks->blocks[block].count : 0;
}

uint64_t jscope__blocks_before(const struct jscope__blocks *blocks, size_t block, unsigned bucket)
{
	uint64_t count = 0;

	if (block >= jscope__blocks_count(blocks))
		return 0;
	for (size_t i = 0; i < blocks->blocks[block].cell_count; i++) {
		if (blocks->blocks[block].cells[i].bucket >= bucket)
			break;
		count += blocks->blocks[block].cells[i].count;
	}
	return count;
}
