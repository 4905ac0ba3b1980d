/*
 * Timers of the system (KTIMER): set, they expire in the clock interrupt and queue a DPC there.
 */
#ifndef DEVICE_KTIMER_H
#define DEVICE_KTIMER_H

#include "dpc.h"

struct jscope__ktimer {
	uint64_t id;
	uint32_t dev;
	struct jscope__dpc *dpc; /* borrowed; its kind is JSCOPE__DPC_TIMER */
	/* Under the lock: */
	struct jscope__timer timer;
	jscope_ns due_ns, period_ns;
	uint64_t expiry_count;
};

/* Set a timer that was never set. While the machine is put together. */
void jscope__ktimer_init(struct jscope__ktimer *ktimer, struct jscope__machine *machine,
			 uint32_t dev, struct jscope__dpc *dpc);

/*
 * KeSetTimerEx: expire at an absolute instant, then every `period_ns` (0: once). Replaces an earlier
 * setting. The DPC's argument is the number of the expiry, from 1. Takes the lock.
 */
void jscope__ktimer_set(struct jscope__context *context, struct jscope__ktimer *ktimer,
			jscope_ns due_ns, jscope_ns period_ns);
/* The same under the lock, for who notes down with it what the expiry will stand for. */
void jscope__ktimer_set_locked(struct jscope__context *context, struct jscope__ktimer *ktimer,
			       jscope_ns due_ns, jscope_ns period_ns);

/* KeCancelTimer. Returns whether it was set. Its DPC may be queued or running still. Takes the
 * lock. */
bool jscope__ktimer_cancel(struct jscope__context *context, struct jscope__ktimer *ktimer);

#endif
