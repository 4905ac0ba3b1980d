/*
 * Sums of parts by how long their chain took, so that after one pass the slowest chains can be set
 * against all others without having kept them. Inside analysis/.
 *
 * Chains are counted in classes of length, 16 to the octave (as wide as 6 % of themselves), and so is
 * the time of each culprit in each stage. The tail is the classes that hold the slowest chains, or
 * those beyond a bound that was asked for.
 */
#ifndef ANALYSIS_TAIL_H
#define ANALYSIS_TAIL_H

#include "chain_parts.h"

#define JSCOPE__TAIL_CLASSES  960 /* 16 for each of 60 octaves, the first ones ns by ns */
#define JSCOPE__TAIL_SUMS     ((size_t)1 << 18) /* of all rows: beyond, OTHERS take them */
#define JSCOPE__TAIL_PERMILLE 10		/* of the chains are in the tail, at least */

struct jscope__tail_class {
	uint64_t count;
	jscope_ns total_ns, others_ns; /* of all parts; of those without a sum of their own */
};

/* What is counted for one stream or device. */
struct jscope__tail {
	uint32_t row;	   /* its number, from 0 */
	jscope_ns over_ns; /* chains beyond this are the tail; 0: the slowest are */
	uint64_t chains;
	struct jscope__tail_class classes[JSCOPE__TAIL_CLASSES];
};

struct jscope__tails {
	struct jscope_map *sums; /* (row, class and stage, culprit) -> ns */
};

/* Returns 0 or -ENOMEM. */
int jscope__tails_init(struct jscope__tails *tails);
void jscope__tails_finish(struct jscope__tails *tails);

void jscope__tail_add(struct jscope__tails *tails, struct jscope__tail *tail,
		      const struct jscope__parts *parts);

/* Chains and their time: in the tail, and of the body that is left. */
struct jscope__tail_split {
	unsigned first;	   /* class of the tail */
	jscope_ns from_ns; /* chains of the tail take this, and more */
	uint64_t tail_count, body_count;
	jscope_ns tail_ns, body_ns;
};
struct jscope__tail_split jscope__tail_split(const struct jscope__tail *tail);

/* What one culprit had in one stage. */
struct jscope__share {
	uint32_t row;
	unsigned stage;
	struct jscope__culprit culprit;
	jscope_ns tail_ns, body_ns;
};

/*
 * Of all rows, each with its splits by row number. By row, then culprits by their time in the tail,
 * the greatest first; the stages of one lie side by side.
 * ret_shares: owned by the caller. Returns 0 or -ENOMEM.
 */
int jscope__tail_shares(const struct jscope__tails *tails, const struct jscope__tail *const *rows,
			const struct jscope__tail_split *splits, uint32_t row_count,
			struct jscope__share **ret_shares, size_t *ret_count);

#endif
