/*
 * What the settings ask for, in the terms of our programs. Called by probes.c; one thread.
 */
#ifndef KERNEL_PROBES_CONFIG_H
#define KERNEL_PROBES_CONFIG_H

#include "probes.h"
#include "probes/kernel_programs.h"

/*
 * own_tgid: of this process as the kernel numbers it, which differs in a container. Returns 0, or
 * -ENOTSUP with a sentence: processes were named that cannot be found by these numbers.
 */
int jscope__kernel_config_make(const struct jscope__kernel_probes_settings *settings,
			       uint32_t own_tgid, struct jscope_kernel_config *ret_config);

/* What a CPU is to record (enum jscope_kernel_cpu_mode). */
uint32_t jscope__kernel_config_cpu_mode(const struct jscope_kernel_filter *filter, uint32_t cpu);

/* The groups without those that the filter leaves nothing of. */
uint32_t jscope__kernel_config_groups(const struct jscope__kernel_probes_settings *settings);

#endif
