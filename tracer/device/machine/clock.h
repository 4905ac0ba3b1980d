/*
 * The clock: what makes the modelled machine go.
 *
 * Everything in this folder but the clocks themselves is callbacks that neither sleep nor know of
 * threads. A clock calls them: when a device timer is due, when a CPU has deferred work, when a
 * client may run on. The live clock does so with real threads in real time; a simulated one can do
 * it from a single queue of events in virtual time, with the very same device behind.
 *
 *   device code --- struct jscope__clock_ops ---> clock
 *   clock       --- timer->fire(), jscope__line_enter/service/leave(),
 *                   jscope__dpc_enter/run/leave(), task->step() ---> device code
 *
 * Interrupts and DPCs take time: the clock lets the delay that `enter` returns pass, on the CPU,
 * before it goes on with `service` or `run`. Where a clock does not model that time it may call the
 * three at once (jscope__line_deliver(), jscope__dpc_run_next()).
 */
#ifndef DEVICE_CLOCK_H
#define DEVICE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"

struct jscope__clock;
struct jscope__context;
struct jscope__dpc;
struct jscope__interrupt;
struct jscope__line;
struct jscope__task;

/*
 * A timer inside a device: crystal, comparator and the wire that follows. `fire` runs on the
 * device's context without the lock; it may arm the timer again.
 */
struct jscope__timer {
	void (*fire)(struct jscope__context *context, void *state);
	void *state;
	/* The clock's: */
	jscope_ns due_ns;
	bool armed;
	bool firing;
	struct jscope__timer *next;
	size_t place; /* among the occasions of a simulated clock */
};

struct jscope__clock_ops {
	/* Time is virtual: nothing is late by itself, only by the delays of the scenario. */
	bool is_virtual;

	jscope_ns (*now)(struct jscope__clock *clock);
	/* Timestamp of the latest probe: jscope__machine_stamp(). */
	jscope_ns (*stamp)(struct jscope__clock *clock);

	/*
	 * The one lock of the machine: interrupt spin lock, dispatcher lock and probe order in one.
	 * Held for a few loads, stores and probes only, never across a callback. Not recursive.
	 */
	void (*lock)(struct jscope__clock *clock);
	void (*unlock)(struct jscope__clock *clock);

	/* Fire a timer at an absolute instant; the earlier setting is replaced. Under the lock. */
	void (*timer_arm)(struct jscope__clock *clock, struct jscope__timer *timer,
			  jscope_ns due_ns);
	/* Take a timer back. Under the lock. It may be firing still. Returns whether it was armed. */
	bool (*timer_cancel)(struct jscope__clock *clock, struct jscope__timer *timer);
	/*
	 * Let a timer fire what is due by now, and return when it is neither armed nor firing.
	 * Whoever calls has seen to it that `fire` does not arm it for ever. Without the lock, not
	 * from a timer or interrupt.
	 */
	void (*timer_settle)(struct jscope__clock *clock, struct jscope__timer *timer);

	/*
	 * Bring an asserted interrupt to the CPU of its line: jscope__line_enter() and what follows.
	 * From a timer's context, without the lock.
	 */
	void (*interrupt)(struct jscope__clock *clock, const struct jscope__interrupt *interrupt);

	/*
	 * A queue of a CPU has changed: jscope__dpc_ready_ns() says from when on it has work. Under the
	 * lock.
	 */
	void (*kick)(struct jscope__clock *clock, uint32_t cpu);
	/* Return when a DPC is neither queued nor running. Without the lock, not from a DPC. */
	void (*drain)(struct jscope__clock *clock, struct jscope__dpc *dpc);

	/*
	 * An event that a task waits for is signalled. Under the lock. The task runs no sooner than
	 * task->wake_ns.
	 */
	void (*wake)(struct jscope__clock *clock, struct jscope__task *task);
};

/* First member of every clock. */
struct jscope__clock {
	const struct jscope__clock_ops *ops;
};

#endif
