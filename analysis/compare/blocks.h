/*
 * The values of a distribution in the order in which they came, as a bounded number of blocks: what
 * tells how much a percentile wanders when neighbouring values resemble each other. Inside analysis/.
 *
 * Each block counts as many values as its neighbours, in buckets of about 1.5 % width. When all
 * blocks are full each two neighbours become one, so that there are always JSCOPE__BLOCKS_MAX / 2 to
 * JSCOPE__BLOCKS_MAX of them, however long the trace, after one pass. A histogram keeps them where
 * its limits say so (analysis/hist.h). One thread.
 */
#ifndef ANALYSIS_BLOCKS_H
#define ANALYSIS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/hist.h"

#define JSCOPE__BLOCKS_MAX	 128
#define JSCOPE__BLOCK_VALUES_MIN 8 /* of a block, in the beginning */

struct jscope__blocks;

/* Memory that several distributions may take together; given back on destroy. */
struct jscope__blocks_budget {
	size_t bytes_left;
	uint64_t refused; /* distributions whose blocks found no memory, and were given up */
};

/*
 * Add values by their places in a histogram; *blocks is made where it is NULL. Where memory is short
 * all blocks of the distribution are given up.
 */
void jscope__blocks_add(struct jscope__blocks **blocks, struct jscope__blocks_budget *budget,
			const uint16_t *places, unsigned count);
/* NULL is allowed. */
void jscope__blocks_destroy(struct jscope__blocks *blocks);

/* All below may be asked of NULL, which is no blocks at all. */
size_t jscope__blocks_count(const struct jscope__blocks *blocks);
/* In all blocks: less than were added where memory was short. */
uint64_t jscope__blocks_values(const struct jscope__blocks *blocks);
uint64_t jscope__blocks_length(const struct jscope__blocks *blocks, size_t block);
/* Values of one block in buckets before this one. */
uint64_t jscope__blocks_before(const struct jscope__blocks *blocks, size_t block, unsigned bucket);

/* Of a histogram (hist.c): its blocks, NULL where it keeps none, and the bucket of a value in them. */
const struct jscope__blocks *jscope__hist_blocks(const struct jscope_hist *hist);
unsigned jscope__hist_bucket(int64_t value);

/* A bucket is so many neighbouring places of a histogram, as a power of two. */
#define JSCOPE__BUCKET_SHIFT 3

#endif
