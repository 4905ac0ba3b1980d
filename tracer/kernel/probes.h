/*
 * Our programs in the kernel: load, attach, ask what they lost. The only part that sees libbpf. One
 * thread.
 */
#ifndef KERNEL_PROBES_H
#define KERNEL_PROBES_H

#include <stddef.h>
#include <stdint.h>

#include "tracer/kernel.h"

struct jscope__kernel_probes;

struct jscope__kernel_probes_settings {
	uint32_t groups;			   /* bits 1 << enum jscope_kernel_group */
	const struct jscope_kernel_filter *filter; /* borrowed during the call */
	size_t ring_bytes;			   /* per CPU */
	/* What could not be attached, and what will therefore be missing. May be NULL. */
	void (*tell)(void *state, const char *sentence);
	void *state;
};

/* CPUs that may ever be there. Returns 0 or a negative errno, with a sentence. */
int jscope__kernel_probes_cpus_possible(uint32_t *ret_count);

/*
 * Load the programs; nothing is recorded yet. All memory is taken here. On machines of many CPUs
 * the soft limit of this process for open files (RLIMIT_NOFILE) is raised as far as it takes.
 * Returns 0, -EPERM, -ENOTSUP, -ENOMEM or another negative errno, with a sentence.
 */
int jscope__kernel_probes_create(const struct jscope__kernel_probes_settings *settings,
				 struct jscope__kernel_probes **ret_probes);

/*
 * From here on records flow. Returns 0, or a negative errno with a sentence where nothing attached.
 */
int jscope__kernel_probes_attach(struct jscope__kernel_probes *probes);
/* From here on no record is made; those in the rings can still be read. */
void jscope__kernel_probes_detach(struct jscope__kernel_probes *probes);
/* Detaches first. NULL is allowed. */
void jscope__kernel_probes_destroy(struct jscope__kernel_probes *probes);

/* Possible CPUs, each of which has a ring. */
uint32_t jscope__kernel_probes_cpus(const struct jscope__kernel_probes *probes);
int jscope__kernel_probes_ring_fd(const struct jscope__kernel_probes *probes, uint32_t cpu);
size_t jscope__kernel_probes_ring_bytes(const struct jscope__kernel_probes *probes);
/* Records of an event for which the ring of a CPU had no room so far. */
uint64_t jscope__kernel_probes_lost(const struct jscope__kernel_probes *probes, uint32_t cpu,
				    enum jscope_kernel_event event);
/*
 * Events that a program did not see since it was interrupted by itself, which the kernel counts:
 * they are in no CPU's count and have no place in time. An event that shares its program has none
 * of its own.
 */
uint64_t jscope__kernel_probes_missed(const struct jscope__kernel_probes *probes,
				      enum jscope_kernel_event event);
/* Whether anything that makes this event is attached. */
bool jscope__kernel_probes_has(const struct jscope__kernel_probes *probes,
			       enum jscope_kernel_event event);
/* Probes asked for that could not be attached. */
unsigned jscope__kernel_probes_missing(const struct jscope__kernel_probes *probes);
/*
 * What one firing costs at least here, measured when the programs were loaded; 0 where it could not
 * be.
 */
uint64_t jscope__kernel_probes_cost_ns(const struct jscope__kernel_probes *probes);

#endif
