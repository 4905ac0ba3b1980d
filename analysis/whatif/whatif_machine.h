/*
 * The machine of what-if: points of a new geometry go through interrupt, deferral, signal and client.
 *
 *   point --> interrupt --> queue --> execution --> signal --> client runs, works, answers
 *             one line      one, unless one waits   one flag   one client
 *
 * It serialises and merges as the real one does: an interrupt is never before the one ahead of it, a
 * request finds the execution that is still queued and merges, a signal finds a client that has not yet
 * run and merges, one that finds it at work is taken when it is done. Inside analysis/.
 */
#ifndef ANALYSIS_WHATIF_MACHINE_H
#define ANALYSIS_WHATIF_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "whatif_force.h"

/* Signals that the client has not yet come to; dues of points of which it has not been told. */
#define JSCOPE__MACHINE_SIGNALS 4096
#define JSCOPE__MACHINE_DUES	16384

struct jscope__machine_signal {
	jscope_ns at_ns;
	size_t index;	      /* of the chain in force at its first point */
	uint64_t first, last; /* points that it tells of, by number */
};

/* Executions that may be in the way of the client, when it has its CPU in common with them. */
#define JSCOPE__MACHINE_EXECUTIONS 256

struct jscope__machine_execution {
	jscope_ns begin_ns, end_ns;
};

enum jscope__client_state { JSCOPE__CLIENT_WAITS, JSCOPE__CLIENT_WAKES, JSCOPE__CLIENT_WORKS };

/* Whoever wants to know. at_ns never goes back. */
struct jscope__machine_watch {
	void *state;
	void (*answer)(void *state, jscope_ns at_ns);
	/* The client runs for a point, so long after it. */
	void (*run)(void *state, jscope_ns late_ns);
};

struct jscope__whatif_machine {
	struct jscope__force *force;		   /* borrowed */
	const struct jscope__machine_watch *watch; /* borrowed */

	jscope_ns line_free_ns; /* the service routine is done */
	jscope_ns deferred_ns;	/* the latest execution begins, and signals */
	jscope_ns signalled_ns;

	struct jscope__machine_signal signals[JSCOPE__MACHINE_SIGNALS];
	unsigned signal_first, signal_count;
	struct jscope__machine_execution executions[JSCOPE__MACHINE_EXECUTIONS];
	uint64_t execution_count;	      /* ever; the latest are kept */
	jscope_ns dues[JSCOPE__MACHINE_DUES]; /* of the latest points, by number */
	uint64_t point_count;

	enum jscope__client_state state;
	jscope_ns next_ns;    /* WAKES: it runs; WORKS: it answers */
	size_t index;	      /* chain in force for what it does */
	jscope_ns counted_ns; /* WORKS: up to here executions in its way are in next_ns */
	uint64_t refused;     /* signals without room */
};

/* Nothing is under way, and the client waits. force and watch stay. */
void jscope__machine_restart(struct jscope__whatif_machine *machine);

/* What the client does up to an instant, which never goes back. */
void jscope__machine_advance(struct jscope__whatif_machine *machine, jscope_ns until_ns);

/* The device reaches its next point. The client has been advanced to it. */
void jscope__machine_point(struct jscope__whatif_machine *machine, jscope_ns due_ns, size_t index);

#endif
