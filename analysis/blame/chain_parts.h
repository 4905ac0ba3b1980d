/*
 * A chain cut into parts, each put down to whoever held the CPU meanwhile. Inside analysis/.
 *
 * Between two instants of a chain something waits for a CPU, or runs on it:
 *
 *   interrupt   the ISR waits: a CPU that serves another interrupt cannot take it
 *   dispatch    the ISR runs
 *   queue       the DPC or softirq waits: for interrupts, for what runs before it, for its own last run
 *   handler     it runs
 *   wake        the client waits for whatever runs on its CPU
 *   service     it runs, is kept from that, or waits for something; this is no part of the chain
 *
 * On the modelled machine of a device's own events levels are strict: what is less urgent than that
 * which waits holds nothing up, and then it is the CPU that stood still, was free or was not called. A
 * kernel may delay what is urgent for the sake of what is not: there whoever runs is named.
 *
 * The parts of a stage sum to it, and those of a chain to the chain, to the nanosecond.
 */
#ifndef ANALYSIS_CHAIN_PARTS_H
#define ANALYSIS_CHAIN_PARTS_H

#include "held_requests.h"

/* The latest moves of threads. All zero: none. */
#define JSCOPE__MOVES_MAX 4096
struct jscope__moves {
	uint64_t count; /* ever; number i lies at i modulo JSCOPE__MOVES_MAX */
	struct jscope_migration moves[JSCOPE__MOVES_MAX];
};
void jscope__moves_add(struct jscope__moves *moves, const struct jscope_migration *move);

struct jscope__evidence {
	const struct jscope__holders *holders;
	const struct jscope__moves *moves;
	const struct jscope__held_requests *held;
};

/* False where the chain has not both ends, and so no length. */
bool jscope__parts_of_notification(const struct jscope__evidence *evidence,
				   const struct jscope_notification *notification,
				   struct jscope__parts *ret_parts);
/* What its client did from its run on until it had answered; false where one of the two is missing. */
bool jscope__parts_of_service(const struct jscope__evidence *evidence,
			      const struct jscope_notification *notification,
			      struct jscope__parts *ret_parts);
bool jscope__parts_of_request(const struct jscope__evidence *evidence,
			      const struct jscope_request *request,
			      struct jscope__parts *ret_parts);

#endif
