/*
 * Our programs as an object of libbpf: which of them this kernel takes, by the best way it offers.
 * The kernel takes all that are chosen or none, so that one it refuses is replaced and all are
 * tried again. Called by probes.c; one thread.
 */
#ifndef KERNEL_PROBES_OBJECT_H
#define KERNEL_PROBES_OBJECT_H

#include "probes.h"
#include "probes/kernel_programs.h"

struct bpf_object;

struct jscope__kernel_object {
	struct bpf_object *object;
	struct bpf_program *makers[JSCOPE_KERNEL_EVENT_COUNT]; /* NULL: nothing makes it */
	unsigned missing; /* probes that were asked for and are not there */
};

/*
 * config: facts about the kernel are filled in. Returns 0 or a negative errno with a sentence; what
 * is merely missing is told.
 */
int jscope__kernel_object_load(const struct jscope__kernel_probes_settings *settings,
			       struct jscope_kernel_config *config, uint32_t cpu_count,
			       struct jscope__kernel_object *ret_object);

#endif
