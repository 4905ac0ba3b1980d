/*
 * A simulated recording that is never written: the probes of the virtual devices behind the reader
 * seam, so that a scenario is replayed while it runs. One trace at a time; one thread.
 */
#ifndef STATS_MEMORY_SIM_H
#define STATS_MEMORY_SIM_H

#include <stdint.h>

#include "replay/reader.h"
#include "tracer/scenario.h"

/* What the next reader that opens runs. scenario: borrowed, outlives the reader. */
void memory_sim_set(const struct jscope_scenario *scenario, uint64_t seed, jscope_ns duration_ns);

extern const struct jscope_reader_ops memory_sim_ops;

#endif
