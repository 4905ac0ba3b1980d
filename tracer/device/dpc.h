/*
 * Deferred procedure calls: one queue per CPU, each object queued once at most.
 *
 * Asking for a DPC that is queued already changes nothing but its argument: the requests merge, and
 * the one execution that follows stands for all of them. From its entry on, the object can be
 * queued anew. That argument is latched at the entry together with the emptying of the slot, so
 * that a run knows exactly the requests that a reader of the trace attributes to it: those before
 * its entry.
 */
#ifndef DEVICE_DPC_H
#define DEVICE_DPC_H

#include "machine.h"

enum jscope__importance {
	JSCOPE__IMPORTANCE_LOW,
	JSCOPE__IMPORTANCE_MEDIUM,
	JSCOPE__IMPORTANCE_HIGH,
	JSCOPE__IMPORTANCE_MEDIUM_HIGH,
};

struct jscope__dpc {
	uint64_t id;
	uint32_t dev;
	uint32_t cpu; /* index of the CPU in whose queue it goes */
	enum jscope__importance importance;
	void (*routine)(struct jscope__context *context, void *state, uint64_t argument);
	void *state;
	/* Under the lock: */
	bool queued;
	unsigned running_count;
	uint64_t run_count;
	uint64_t argument;
	struct jscope__dpc *next;
};

/*
 * Ask for a DPC on behalf of interrupt `caller_seq`. High importance goes to the head of the queue,
 * all others to its tail. Returns whether it was queued; false: it was queued already. Takes the
 * lock.
 */
bool jscope__dpc_insert(struct jscope__context *context, struct jscope__dpc *dpc,
			uint64_t caller_seq, uint64_t argument);

/* Whether a CPU has a DPC to run. Under the lock. */
bool jscope__dpc_is_pending(const struct jscope__machine *machine, uint32_t cpu);

/*
 * Run the DPC at the head of a CPU's queue, on behalf of thread `tid`. Takes the lock around the
 * queue, not around the routine. Returns false when the queue was empty. For clocks.
 */
bool jscope__dpc_run_next(struct jscope__machine *machine, uint32_t cpu, uint32_t tid);

#endif
