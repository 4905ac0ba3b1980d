/*
 * Following notifications: what becomes of each thing that a device told, from its interrupt to the
 * answer of one client, as ground truth (truth_chain).
 *
 * A follower belongs to one event that one client waits for. The instants are noted where things
 * happen and carried along with the notification itself; nothing is paired afterwards, so that the
 * truth is independent of what a replay makes of the recorded events. All under the machine's lock.
 */
#ifndef DEVICE_FOLLOW_H
#define DEVICE_FOLLOW_H

#include "kevent.h"

#define JSCOPE__FOLLOW_OPEN 256

/* What led to a notification. Instants that there never were are 0. */
struct jscope__origin {
	uint64_t seq;	  /* of the notification: of its interrupt, or a running number */
	uint64_t irq_seq; /* 0: not from an interrupt */
	jscope_ns due_ns, irq_ns, queued_ns, deferred_ns;
	uint64_t run; /* of the DPC that served it */
};

struct jscope__followed {
	struct jscope__origin origin;
	uint64_t object;
	uint64_t wake; /* the wake of the event that it waits for; 0: not signalled yet */
	jscope_ns signal_ns, run_ns;
};

struct jscope__follower {
	struct jscope__kevent *event; /* borrowed */
	struct jscope__followed open[JSCOPE__FOLLOW_OPEN];
	unsigned open_count;
	uint64_t refused_count; /* not followed because too many were open */
	uint64_t signal_count;
};

/* What the next signal is for. What has no interrupt is numbered by the signals. */
void jscope__follow_add(struct jscope__follower *follower, uint64_t object,
			const struct jscope__origin *origin);

/* Set the event for all that was added. Returns as jscope__kevent_set(). */
bool jscope__follow_signal(struct jscope__context *context, struct jscope__follower *follower,
			   uint64_t packet);

/* The client runs for the latest wake of the event; it has answered. */
void jscope__follow_run(struct jscope__follower *follower);
void jscope__follow_served(struct jscope__context *context, struct jscope__follower *follower);
/* The same for clients that do not answer: to run is all. */
void jscope__follow_end(struct jscope__context *context, struct jscope__follower *follower);

/* Nothing will become of what is still open. */
void jscope__follow_finish(struct jscope__context *context, struct jscope__follower *follower);

/* Tell a chain that has no client, or that went no further than this. signal_ns: 0 for never. */
void jscope__follow_tell(struct jscope__context *context, uint32_t dev, uint64_t object,
			 uint64_t event, const struct jscope__origin *origin, jscope_ns signal_ns);

#endif
