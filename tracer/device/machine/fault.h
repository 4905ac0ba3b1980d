/*
 * Faults at run time: which of the scenario's faults strike, where and when.
 *
 * The place in the model that can go wrong asks whether it does; the answer is told as ground truth
 * (truth_fault). Where a scenario has no fault of that kind, asking costs a load and a branch. Safe
 * from any thread, with or without the machine's lock.
 */
#ifndef DEVICE_FAULT_H
#define DEVICE_FAULT_H

#include "machine.h"
#include "tracer/scenario.h"

struct jscope__faults;

/*
 * scenario: borrowed. dev_of: the number of the device that a section name of the scenario stands
 * for, -ENOENT for none. Returns 0 or -ENOMEM; put into machine->faults by the caller.
 */
int jscope__faults_create(const struct jscope_scenario *scenario, uint64_t seed, jscope_ns begin_ns,
			  int (*dev_of)(void *state, const char *name), void *state,
			  struct jscope__faults **ret_faults);
void jscope__faults_destroy(struct jscope__faults *faults);

/*
 * Does a fault of this kind strike device `dev` at this opportunity? It does at the first one from
 * its instant `at` on, again every `every` after it, at most `count` times; with a chance below 1 at
 * each opportunity with that probability. Returns what the scenario says about it, or NULL.
 */
const struct jscope_fault_settings *jscope__fault_strike(struct jscope__context *context,
							 uint32_t dev, enum jscope_fault_kind kind);

/* How much longer something takes: `length` where such a fault strikes, else 0. */
jscope_ns jscope__fault_delay(struct jscope__context *context, uint32_t dev,
			      enum jscope_fault_kind kind);

/* Does a fault that lasts (`length` from each of its instants on) hold now? */
const struct jscope_fault_settings *jscope__fault_holds(struct jscope__context *context,
							uint32_t dev, enum jscope_fault_kind kind);

#endif
