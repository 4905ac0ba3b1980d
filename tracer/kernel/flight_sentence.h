/*
 * What the flight recorder says to people while it works. Pure; any thread.
 */
#ifndef KERNEL_FLIGHT_SENTENCE_H
#define KERNEL_FLIGHT_SENTENCE_H

#include "tracer/kernel.h"

#define JSCOPE__FLIGHT_SENTENCE_SIZE 256

/* Each writes into `sentence`, of JSCOPE__FLIGHT_SENTENCE_SIZE bytes. rule: as given. */
void jscope__flight_sentence_trigger(char *sentence, unsigned number,
				     const struct jscope_kernel_sample *sample, const char *rule);
/* The memory holds `held_ns` of the `wanted_ns` before a trigger. */
void jscope__flight_sentence_short(char *sentence, jscope_ns held_ns, jscope_ns wanted_ns);
/* There are traces enough. */
void jscope__flight_sentence_full(char *sentence, unsigned trace_count);
/* There are more disks than traces name. */
void jscope__flight_sentence_told(char *sentence, unsigned disk_count);

#endif
