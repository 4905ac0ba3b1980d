/*
 * Events (KEVENT): a flag that a DPC sets and a task waits for. Binary: setting it twice before
 * anyone has run is one wake, and the second set learns that the flag was still up.
 *
 * A synchronisation event wakes one task and is cleared by it; a notification event stays up and
 * wakes all. The flag is taken down by the task at the moment it runs again, not handed over when
 * it is set: "was signalled already" then means what a profiler asks for, that the client has not
 * yet consumed the previous signal.
 */
#ifndef DEVICE_KEVENT_H
#define DEVICE_KEVENT_H

#include "machine.h"

struct jscope__task;

enum jscope__kevent_kind { JSCOPE__KEVENT_SYNCHRONISATION, JSCOPE__KEVENT_NOTIFICATION };

struct jscope__kevent {
	uint64_t id;
	uint32_t dev;
	enum jscope__kevent_kind kind;
	/* Under the lock: */
	bool signalled;
	bool is_prompt; /* who waits for it runs at once: its wake is part of what was recorded */
	uint64_t wake_count;
	jscope_ns signalled_ns;	      /* when the flag went up last */
	jscope_ns woken_ns;	      /* stamp of the latest wake; 0 before the first */
	struct jscope__task *waiters; /* the longest waiting first */
};

/*
 * Set an event on behalf of the DPC of the context; `packet` is the last point served. Returns
 * whether it was signalled already. Under the lock, at dispatch level or below.
 */
bool jscope__kevent_set(struct jscope__context *context, struct jscope__kevent *event,
			uint64_t packet);

/* Take the flag down. Returns whether it was up. Under the lock. */
bool jscope__kevent_clear(struct jscope__kevent *event);

/*
 * A task begins to wait, and stops waiting: because the event is signalled, or because the clock
 * gives up. The end returns whether the task woke by the event, and consumes it. Under the lock.
 */
void jscope__kevent_wait_begin(struct jscope__context *context, struct jscope__kevent *event,
			       struct jscope__task *task);
bool jscope__kevent_wait_end(struct jscope__context *context, struct jscope__kevent *event,
			     struct jscope__task *task);

#endif
