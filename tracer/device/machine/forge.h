/*
 * Forged records: faults of drivers and tracers that the model itself cannot commit, because it is
 * built not to. They change what is recorded, not what happens: between the probe and whoever
 * records, the record of one event is changed, dropped or told twice (tracer/faults.def).
 */
#ifndef DEVICE_FORGE_H
#define DEVICE_FORGE_H

#include "fault.h"

/*
 * Put the forger before whoever records, where the scenario has forged faults. After the recorder
 * has filled the probe points, before the device runs; one machine per process.
 */
void jscope__forge_install(struct jscope__machine *machine, const struct jscope_scenario *scenario);

#endif
