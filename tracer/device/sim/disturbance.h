/*
 * Disturbances of the machine and its tracer that only virtual time can have: a CPU that is taken
 * away, a clock that steps, events that are lost. They strike at the instants of the scenario and not
 * when something asks.
 */
#ifndef DEVICE_DISTURBANCE_H
#define DEVICE_DISTURBANCE_H

#include "sim.h"
#include "tracer/scenario.h"
#include "writer.h"

struct jscope__disturbances;

/* Whether the scenario's CPUs are there. Returns 0, or -EINVAL with a sentence. */
int jscope__disturbances_check(const struct jscope_scenario *scenario);

/* Arm what the scenario asks for. All is borrowed and outlives the disturbances. Returns 0 or
 * -ENOMEM. */
int jscope__disturbances_create(const struct jscope_scenario *scenario, struct jscope__sim *sim,
				struct jscope__machine *machine, struct jscope__ctf_writer *writer,
				struct jscope__disturbances **ret_disturbances);
/* NULL is allowed. The clock does not run any more. */
void jscope__disturbances_destroy(struct jscope__disturbances *disturbances);

#endif
