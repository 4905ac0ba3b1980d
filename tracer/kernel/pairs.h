/*
 * Pairs of events measured while they are recorded: a handler from entry to exit, a thread from
 * waking to running, a request from issue to completion, a period from one to the next, the
 * headroom at the end of a period. By the same definitions as replay, which this knows nothing of
 * (DESIGN 5). One thread.
 */
#ifndef KERNEL_PAIRS_H
#define KERNEL_PAIRS_H

#include "tracer/kernel.h"

struct jscope__kernel_pairs;

/*
 * cpu_count: possible CPUs. sample: called for every pair that ends, and for every one that a loss
 * of records cut. Returns 0 or -ENOMEM. All memory is taken here.
 */
int jscope__kernel_pairs_create(uint32_t cpu_count,
				void (*sample)(void *state,
					       const struct jscope_kernel_sample *sample),
				void *state, struct jscope__kernel_pairs **ret_pairs);
void jscope__kernel_pairs_destroy(struct jscope__kernel_pairs *pairs);

/*
 * Records of all CPUs in the order of their times. The names of disks are known from records of
 * lttng_statedump_block_device, which the recorder hands over like any other (cpu 0, its lost as it
 * is there).
 */
void jscope__kernel_pairs_record(struct jscope__kernel_pairs *pairs, uint32_t cpu,
				 const struct jscope_kernel_head *head);

/* Pairs that were not measured because a table was full. */
uint64_t jscope__kernel_pairs_refused(const struct jscope__kernel_pairs *pairs);

#endif
