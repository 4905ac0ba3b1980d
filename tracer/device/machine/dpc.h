/*
 * Deferred procedure calls: queues per CPU, each object queued once at most.
 *
 * Asking for a DPC that is queued already changes nothing but its argument: the requests merge, and
 * the one execution that follows stands for all of them. From its entry on, the object can be
 * queued anew. That argument is latched at the entry together with the emptying of the slot, so
 * that a run knows exactly the requests that a reader of the trace attributes to it: those before
 * its entry.
 *
 * A threaded DPC waits in a queue of its own and runs at passive level when there is no ordinary
 * one (DOMAIN 5.2).
 */
#ifndef DEVICE_DPC_H
#define DEVICE_DPC_H

#include "delay.h"
#include "machine.h"

enum jscope__importance {
	JSCOPE__IMPORTANCE_LOW,
	JSCOPE__IMPORTANCE_MEDIUM,
	JSCOPE__IMPORTANCE_HIGH,
	JSCOPE__IMPORTANCE_MEDIUM_HIGH,
};

enum jscope__dpc_kind { JSCOPE__DPC_ORDINARY, JSCOPE__DPC_THREADED, JSCOPE__DPC_TIMER };

struct jscope__dpc {
	uint64_t id;
	uint32_t dev;
	uint32_t cpu; /* index of the CPU in whose queue it goes */
	enum jscope__dpc_kind kind;
	enum jscope__importance importance;
	void (*routine)(struct jscope__context *context, void *state, uint64_t argument);
	void *state;
	struct jscope__delay queue_delay;   /* insert to entry, at least */
	struct jscope__delay handler_delay; /* entry to the routine's effect */
	/* Under the lock: */
	bool queued;
	unsigned running_count;
	uint64_t run_count;
	uint64_t argument;
	jscope_ns queued_ns; /* stamp of the insert that queued it */
	jscope_ns ready_ns;  /* it enters no sooner */
	struct jscope__dpc *next;
};

/*
 * Ask for a DPC on behalf of interrupt `caller_seq`. High importance goes to the head of the queue,
 * all others to its tail. Returns whether it was queued; false: it was queued already. Takes the
 * lock.
 */
bool jscope__dpc_insert(struct jscope__context *context, struct jscope__dpc *dpc,
			uint64_t caller_seq, uint64_t argument);
/* The same under the lock, for who notes down at the same instant what the run will stand for. */
bool jscope__dpc_insert_locked(struct jscope__context *context, struct jscope__dpc *dpc,
			       uint64_t caller_seq, uint64_t argument);

/* KeRemoveQueueDpc. Returns whether it was queued. Takes the lock. */
bool jscope__dpc_remove(struct jscope__context *context, struct jscope__dpc *dpc);

/*
 * When the next DPC of a CPU may enter: the head of its queue holds the others up. INT64_MAX: there
 * is none. threaded: of the queue of threaded ones. Under the lock.
 */
jscope_ns jscope__dpc_ready_ns(const struct jscope__machine *machine, uint32_t cpu, bool threaded);

/* A DPC at work. */
struct jscope__execution {
	struct jscope__context context;
	struct jscope__dpc *dpc;
	uint64_t argument;
	jscope_ns delay_ns; /* CPU time to pass before it goes on with jscope__dpc_run() */
};

/*
 * For clocks. Enter the DPC at the head of a CPU's queue, whether or not it is ready, on behalf of
 * thread `tid`. Returns false when the queue was empty. Takes the lock.
 */
bool jscope__dpc_enter(struct jscope__machine *machine, uint32_t cpu, bool threaded, uint32_t tid,
		       struct jscope__execution *ret_execution);
/*
 * The routine and the exit. Takes the lock around the exit, not around the routine. Returns 0, or the CPU
 * time to pass before it goes on with another call of this: the routine has more to do, as it says in its
 * context, and has not left yet.
 */
jscope_ns jscope__dpc_run(struct jscope__execution *execution);
/* All of it at once, without delay: ordinary ones first. Returns false when there was none. */
bool jscope__dpc_run_next(struct jscope__machine *machine, uint32_t cpu, uint32_t tid);

#endif
