/*
 * Tasks: the client threads of the machine, as state machines.
 *
 * A task never blocks. Each call of `step` does what the task does at one instant and says what
 * comes next: wait for an event, work for a while, or end. The clock carries that out (a thread
 * that really waits and burns CPU time, or an entry in a queue of virtual events) and calls again
 * with the cause.
 */
#ifndef DEVICE_TASK_H
#define DEVICE_TASK_H

#include "kevent.h"

enum jscope__cause {
	JSCOPE__CAUSE_START,
	JSCOPE__CAUSE_WOKEN,
	JSCOPE__CAUSE_WORKED,
	JSCOPE__CAUSE_STOPPING, /* the machine goes down: clean up and end */
};

enum jscope__action_kind { JSCOPE__ACTION_WAIT, JSCOPE__ACTION_WORK, JSCOPE__ACTION_END };

struct jscope__action {
	enum jscope__action_kind kind;
	struct jscope__kevent *event; /* to wait for */
	jscope_ns work_ns;	      /* CPU time to burn */
};

struct jscope__task {
	char name[16]; /* of the thread */
	/* At passive level, without the lock. Must end when called with CAUSE_STOPPING. */
	struct jscope__action (*step)(struct jscope__context *context, void *state,
				      enum jscope__cause cause);
	void *state;
	/* Under the lock: */
	struct jscope__task *next_waiter;
	void *clock_data; /* whatever the clock ties to it */
};

#endif
