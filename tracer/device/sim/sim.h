/*
 * The simulated clock: the modelled machine in virtual time, from a single queue of occasions. One
 * thread, no sleeping; the same scenario and seed give the same events at the same instants.
 *
 * Each modelled CPU does one thing at a time:
 *
 *   ISR            interrupts that come meanwhile wait in order
 *   DPC            is interrupted by ISRs
 *   threaded DPC   is interrupted by both
 *   tasks          by all of these, and by tasks of higher priority
 *
 * What is interrupted keeps the CPU time that it has left. Timers of devices take no CPU time.
 */
#ifndef DEVICE_SIM_H
#define DEVICE_SIM_H

#include "machine.h"
#include "present.h"
#include "task.h"

/* When virtual time begins: 0 would be read as "never". */
#define JSCOPE__SIM_BEGIN_NS JSCOPE_NS_PER_SEC

struct jscope__sim;

/* Make the clock and put it, with `cpu_count` CPUs, below `machine`. Returns 0 or -ENOMEM. */
int jscope__sim_create(uint32_t cpu_count, struct jscope__machine *machine,
		       struct jscope__sim **ret_sim);
/* NULL is allowed. */
void jscope__sim_destroy(struct jscope__sim *sim);

/* Time, CPU and thread of whatever runs: for whoever records. */
struct jscope__present *jscope__sim_present(struct jscope__sim *sim);

/* Let the tasks begin, at this instant. They stay the caller's. Returns 0 or -ENOMEM. */
int jscope__sim_start(struct jscope__sim *sim, struct jscope__task *tasks, unsigned task_count);

/* Go on to the next occasion, if it is due by `until_ns`; otherwise time is then until_ns. Returns
 * whether there was one. */
bool jscope__sim_advance(struct jscope__sim *sim, jscope_ns until_ns);

/* Let the tasks clean up and end, then let what the CPUs still have to do run dry. */
void jscope__sim_stop(struct jscope__sim *sim);

/* A CPU does nothing for so long, as if taken away from below: interrupts, DPCs and tasks wait. */
void jscope__sim_stall(struct jscope__sim *sim, uint32_t cpu, jscope_ns length_ns);

/* How many tasks have ended. */
unsigned jscope__sim_ended(const struct jscope__sim *sim);
/* Interrupts that were lost because too many waited for their CPU. */
uint64_t jscope__sim_refused(const struct jscope__sim *sim);
/* 0, or -ENOMEM when an occasion was lost: the rest is not to be trusted. */
int jscope__sim_error(const struct jscope__sim *sim);

#endif
