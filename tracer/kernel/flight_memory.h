/*
 * The latest records of all CPUs in the order of their times, in memory of a fixed size: a new one
 * takes the place of the oldest. For the flight recorder. One thread.
 */
#ifndef KERNEL_FLIGHT_MEMORY_H
#define KERNEL_FLIGHT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"
#include "probes/kernel_record.h"

struct jscope__flight_memory;

/*
 * bytes: at least a page. All memory is taken here, and no child gets a copy. Returns 0 or -ENOMEM.
 */
int jscope__flight_memory_create(size_t bytes, uint32_t cpu_count,
				 struct jscope__flight_memory **ret_memory);
void jscope__flight_memory_destroy(struct jscope__flight_memory *memory);

/* Keep a copy. cpu: less than cpu_count. */
void jscope__flight_memory_add(struct jscope__flight_memory *memory, uint32_t cpu,
			       const struct jscope_kernel_head *head);

/* Time of the latest record that is not kept any more, UNKNOWN while all are. */
jscope_ns jscope__flight_memory_forgot(const struct jscope__flight_memory *memory);
/* The head's `lost` of the latest record of a CPU that is not kept any more, else 0. */
uint32_t jscope__flight_memory_forgot_lost(const struct jscope__flight_memory *memory,
					   uint32_t cpu);

/*
 * The records, oldest first: start with *cursor == 0; NULL after the last. Nothing is added
 * meanwhile.
 */
const struct jscope_kernel_head *
jscope__flight_memory_next(const struct jscope__flight_memory *memory, uint64_t *cursor,
			   uint32_t *ret_cpu);

#endif
