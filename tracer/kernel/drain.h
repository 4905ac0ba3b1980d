/*
 * Emptying the rings of all CPUs in passes, with pauses between them that follow how fast they
 * fill: a quiet system is woken a few times a second, a ring that fills fast is read a thousand
 * times.
 *
 * A pass reads what was there when it began, so that it ends however fast the rings fill meanwhile.
 * One thread.
 */
#ifndef KERNEL_DRAIN_H
#define KERNEL_DRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ns.h"
#include "ring.h"

struct jscope__kernel_drain;

struct jscope__kernel_drain_settings {
	struct jscope__kernel_ring *const
		*rings; /* one per CPU; borrowed until destroy, the array not */
	uint32_t cpu_count;
	size_t ring_bytes;
	bool by_time; /* the records of all CPUs in the order of their times; else CPU after CPU */
	void (*record)(void *state, uint32_t cpu, const struct jscope_kernel_head *head);
	void *state;
};

/* Returns 0 or -ENOMEM. */
int jscope__kernel_drain_create(const struct jscope__kernel_drain_settings *settings,
				struct jscope__kernel_drain **ret_drain);
/* NULL is allowed. */
void jscope__kernel_drain_destroy(struct jscope__kernel_drain *drain);

/*
 * Hand out what is there. Returns an instant of CLOCK_MONOTONIC: no record that is handed out later
 * is earlier.
 *
 * Where records come by time, one that a program is still writing holds the others up, for at most
 * JSCOPE__KERNEL_DRAIN_PATIENCE_NS: what comes out behind that may be earlier than what others had.
 */
jscope_ns jscope__kernel_drain_pass(struct jscope__kernel_drain *drain);
#define JSCOPE__KERNEL_DRAIN_PATIENCE_NS (100 * JSCOPE_NS_PER_MS)

/* How long to wait before the next pass: 1 to 200 ms. */
jscope_ns jscope__kernel_drain_pause_ns(const struct jscope__kernel_drain *drain);

/* Whether all rings are empty. */
bool jscope__kernel_drain_is_dry(const struct jscope__kernel_drain *drain);
/* Stretches of the rings that could not be records. */
uint64_t jscope__kernel_drain_broken(const struct jscope__kernel_drain *drain);

#endif
