/*
 * The flight recorder: keeps the last records in memory and writes a trace when a condition is met.
 *
 *   wake>500us   block>2ms   irq>100us   softirq>1ms   period>11ms   headroom<64
 *
 * Each trigger makes its own trace, OUTPUT/trigger-001 ..., that begins with jscope_flight_trigger and
 * holds so much before the end of the pair and so much after. One thread.
 */
#ifndef KERNEL_FLIGHT_H
#define KERNEL_FLIGHT_H

#include "tracer/kernel.h"
#include "writer.h"

struct jscope__kernel_flight;

/*
 * Conditions are those of the settings. Returns 0, -EINVAL (a condition that nobody understands, with a
 * sentence that says what can be said), -ENOMEM.
 */
int jscope__kernel_flight_create(const struct jscope_kernel_settings *settings,
				 const char *directory, const struct jscope__kernel_origin *origin,
				 struct jscope__kernel_flight **ret_flight);
/* Write what is under way. Returns 0 or the first error, with a sentence. */
int jscope__kernel_flight_finish(struct jscope__kernel_flight *flight, jscope_ns at_ns);
void jscope__kernel_flight_destroy(struct jscope__kernel_flight *flight);

/* Records of all CPUs in the order of their times; before the samples that they make. */
void jscope__kernel_flight_record(struct jscope__kernel_flight *flight, uint32_t cpu,
				  const struct jscope_kernel_head *head);
/* A pair that ended: does it meet a condition? */
void jscope__kernel_flight_sample(struct jscope__kernel_flight *flight,
				  const struct jscope_kernel_sample *sample);

/* Traces written or begun, events and bytes in them, and triggers that came while one was written. */
struct jscope__kernel_flight_counts {
	unsigned trigger_count;
	uint64_t event_count, byte_count, merged_count;
};
struct jscope__kernel_flight_counts
jscope__kernel_flight_counts(const struct jscope__kernel_flight *flight);

#endif
