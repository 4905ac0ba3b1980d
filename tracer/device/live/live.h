/*
 * The live clock: the modelled machine in real time, with real threads on CLOCK_MONOTONIC.
 *
 *   jscope-dev     the devices: sleeps until the absolute instant of the next timer, fires it, and
 *                  is the context of the interrupt service routines it leads to (highest priority)
 *   jscope-dpc/N   runs the DPC queue of modelled CPU N, bound to a CPU of the machine
 *   (clients)      one per task, under the task's name (lowest of the three priorities)
 *
 * Real-time priorities and locked memory where the system allows; otherwise it says so, and runs
 * with what it has.
 */
#ifndef DEVICE_LIVE_H
#define DEVICE_LIVE_H

#include "machine.h"
#include "task.h"

struct jscope__live;

/* Make the clock and put it, with `cpu_count` CPUs, below `machine`. Returns 0, -ENOMEM, -EAGAIN.
 */
int jscope__live_create(uint32_t cpu_count, struct jscope__machine *machine,
			struct jscope__live **ret_live);

/*
 * Start the device, the CPUs, and one thread per task. The tasks stay the caller's.
 * ret_real_time: whether the system gave us real-time priority and bound CPUs.
 * Returns 0 or a negative errno; then everything has been stopped again.
 */
int jscope__live_start(struct jscope__live *live, struct jscope__task *tasks, unsigned task_count,
		       bool *ret_real_time);

/* How many tasks have ended. */
unsigned jscope__live_ended(struct jscope__live *live);

/* Let the tasks clean up and end, then stop the rest. */
void jscope__live_stop(struct jscope__live *live);

/* Stops first where that has not been done. */
void jscope__live_destroy(struct jscope__live *live);

#endif
