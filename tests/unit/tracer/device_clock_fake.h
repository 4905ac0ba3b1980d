/*
 * A clock that the test turns by hand: virtual time, one thread. Interrupts are delivered at once;
 * DPCs wait in their queues until the test runs them (or drains); wakes are counted.
 */
#ifndef TESTS_DEVICE_CLOCK_FAKE_H
#define TESTS_DEVICE_CLOCK_FAKE_H

#include "dpc.h"

struct fake_clock {
	struct jscope__clock clock;
	struct jscope__machine machine;
	jscope_ns now_ns;
	bool locked;
	/* Another CPU that waits for the lock, or NULL. */
	void (*unlocked)(struct fake_clock *fake);
	struct jscope__timer *timer;	  /* the one that was armed last */
	struct jscope__timer *timers[64]; /* all that ever were */
	unsigned timer_count;
	unsigned wake_count;
	struct jscope__task *woken_last;
};

void fake_clock_init(struct fake_clock *fake, uint32_t cpu_count);

/* A context at `irql` on the machine of the clock. */
struct jscope__context fake_context(struct fake_clock *fake, uint8_t irql);

/* Go to `now_ns` in one leap, as a device thread that woke that late, and fire what is due. */
void fake_clock_leap(struct fake_clock *fake, jscope_ns now_ns);

/*
 * Go to the instant of the earliest timer, if it is not after `end_ns`, and fire it. Returns false,
 * at `end_ns`, when there is none.
 */
bool fake_clock_step(struct fake_clock *fake, jscope_ns end_ns);

/* Run all queued DPCs of all CPUs. */
void fake_clock_run_dpcs(struct fake_clock *fake);

#endif
