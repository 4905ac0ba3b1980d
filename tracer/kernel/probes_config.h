/*
 * What the settings ask for, in the terms of our programs. Called by probes.c; one thread.
 */
#ifndef KERNEL_PROBES_CONFIG_H
#define KERNEL_PROBES_CONFIG_H

#include "probes.h"
#include "probes/kernel_programs.h"

/* Processes as the kernel numbers them, which differs in a container. */
struct jscope__kernel_processes {
	uint32_t own;
	uint32_t listed[JSCOPE_KERNEL_LIST_MAX]; /* those of the filter, in its order */
};

struct jscope_kernel_config
jscope__kernel_config_make(const struct jscope__kernel_probes_settings *settings,
			   const struct jscope__kernel_processes *processes);

/* What a CPU is to record (enum jscope_kernel_cpu_mode). */
uint32_t jscope__kernel_config_cpu_mode(const struct jscope_kernel_filter *filter, uint32_t cpu);

/* The groups without those that the filter leaves nothing of. */
uint32_t jscope__kernel_config_groups(const struct jscope__kernel_probes_settings *settings);

#endif
