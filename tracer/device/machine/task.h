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

#include "delay.h"
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

/* Any CPU: the clock chooses. */
#define JSCOPE__TASK_ANY_CPU UINT32_MAX

struct jscope__task {
	char name[16];	   /* of the thread */
	uint32_t cpu;	   /* index of the CPU it is bound to, or JSCOPE__TASK_ANY_CPU */
	uint32_t priority; /* 1 .. 31, higher first, as the system's real-time threads */
	struct jscope__delay wake_delay; /* signal to running, at least */
	/* At passive level, without the lock. Must end when called with CAUSE_STOPPING. */
	struct jscope__action (*step)(struct jscope__context *context, void *state,
				      enum jscope__cause cause);
	void *state;
	/* Under the lock: */
	struct jscope__task *next_waiter;
	jscope_ns signal_ns; /* stamp of the signal that woke it last */
	jscope_ns wake_ns;   /* it runs no sooner */
	void *clock_data;    /* whatever the clock ties to it */
};

#endif
