/*
 * The flight recorder: keeps the last records in memory and writes a trace when a condition is met.
 *
 *   wake>500us   block>2ms   irq>100us   softirq>1ms   period>11ms   headroom<64
 *
 *   begin of the pair     end of the pair
 *          |----- value ------|
 *        |------ N ms --------|------ N ms --------|
 *        ^ jscope_flight_trigger is the first event of the trace
 *
 * Each trigger makes its own trace, OUTPUT/trigger-001/kernel ..., that begins with
 * jscope_flight_trigger and holds so much before the end of the pair and so much after, and the
 * whole pair in any case. A condition that is met while a trace is written belongs to that trace,
 * where another jscope_flight_trigger tells of it, and makes it longer, up to FLIGHT_LONGEST times
 * N behind the first. One thread.
 */
#ifndef KERNEL_FLIGHT_H
#define KERNEL_FLIGHT_H

#include "tracer/kernel.h"
#include "writer.h"

/*
 * The usual memory for the records that may come before a trigger, taken when the recording begins.
 */
#define JSCOPE__KERNEL_FLIGHT_BYTES ((size_t)64 << 20)
/* Traces of one recording; what meets a condition afterwards is counted. */
#define JSCOPE__KERNEL_FLIGHT_TRACES 100
/* A trace goes on after its first trigger for at most so many times flight_ns. */
#define JSCOPE__KERNEL_FLIGHT_LONGEST 8

struct jscope__kernel_flight;

/*
 * Conditions are those of the settings, which are borrowed until destroy. Returns 0, -EINVAL (a
 * condition that nobody understands, or whose events are not recorded, with a sentence that says
 * what can be said), -ENOMEM.
 */
int jscope__kernel_flight_create(const struct jscope_kernel_settings *settings,
				 const char *directory, const struct jscope__kernel_origin *origin,
				 struct jscope__kernel_flight **ret_flight);
/* Write what is under way. Returns 0 or the first error, with a sentence. */
int jscope__kernel_flight_finish(struct jscope__kernel_flight *flight, jscope_ns at_ns);
void jscope__kernel_flight_destroy(struct jscope__kernel_flight *flight);

/*
 * What every trace tells behind its trigger (disks), at most 256 of them; further ones are dropped.
 */
void jscope__kernel_flight_tell(struct jscope__kernel_flight *flight,
				enum jscope_kernel_event event, const void *fields);
/* Records of all CPUs in the order of their times; before the samples that they make. */
void jscope__kernel_flight_record(struct jscope__kernel_flight *flight, uint32_t cpu,
				  const struct jscope_kernel_head *head);
/* A pair that ended: does it meet a condition? */
void jscope__kernel_flight_sample(struct jscope__kernel_flight *flight,
				  const struct jscope_kernel_sample *sample);
/*
 * After a pass over the rings: no record earlier than this will come. Closes a trace that is whole.
 */
void jscope__kernel_flight_passed(struct jscope__kernel_flight *flight, jscope_ns at_ns);

/* 0, or the negative errno of the first trace that could not be written; no other is begun then. */
int jscope__kernel_flight_error(const struct jscope__kernel_flight *flight);

/* Traces written or begun, events and bytes in them; the rest as in struct jscope_kernel_result. */
struct jscope__kernel_flight_counts {
	unsigned trigger_count, short_count;
	uint64_t event_count, byte_count, merged_count, refused_count;
};
struct jscope__kernel_flight_counts
jscope__kernel_flight_counts(const struct jscope__kernel_flight *flight);

#endif
