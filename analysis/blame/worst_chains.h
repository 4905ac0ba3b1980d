/*
 * The worst chains of a trace, in bounded memory: those with a glitch, then the longest, and behind them
 * those of rows that stand aside. Inside analysis/; one thread.
 */
#ifndef ANALYSIS_WORST_CHAINS_H
#define ANALYSIS_WORST_CHAINS_H

#include "chain_parts.h"

/* A chain with its parts. */
struct jscope__blame_chain {
	uint32_t row;
	uint64_t seq; /* of a notification; id of a request */
	enum jscope_class class;
	unsigned cpu;
	uint32_t tid;
	jscope_ns begin_ns, total_ns;
	jscope_ns glitch_ns; /* when its device ran out for want of it; JSCOPE_NS_UNKNOWN: never */
	bool is_aside;	     /* its row is */
	unsigned part_count;
	struct jscope__part *parts; /* owned by whoever keeps the chain */
};

/* A heap with the least of them first; after close in order, the worst first. */
struct jscope__worst_chains {
	unsigned count, count_max;
	struct jscope__blame_chain *chains; /* owned, with room for count_max */
};

/* Returns 0 or -ENOMEM. finish() takes one that is all zero, too. */
int jscope__worst_chains_init(struct jscope__worst_chains *worst, unsigned count_max);
void jscope__worst_chains_finish(struct jscope__worst_chains *worst);

/* parts: copied into the chain where that is among the worst. Of equals the earlier one stays. */
int jscope__worst_chains_add(struct jscope__worst_chains *worst,
			     const struct jscope__blame_chain *chain,
			     const struct jscope__parts *parts);
void jscope__worst_chains_close(struct jscope__worst_chains *worst);

#endif
