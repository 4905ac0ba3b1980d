#include "probes_config.h"

#include <string.h>
#include <sys/sysmacros.h>

_Static_assert(JSCOPE_KERNEL_FILTER_MAX == JSCOPE_KERNEL_LIST_MAX, "lists are copied whole");

#define SCHED_GROUPS                                                                               \
	(1u << JSCOPE_KERNEL_WAKE | 1u << JSCOPE_KERNEL_WAKEUP | 1u << JSCOPE_KERNEL_SWITCH |      \
	 1u << JSCOPE_KERNEL_MIGRATE)

/* As dev is told in the trace: without the bits between that the C library puts elsewhere. */
static uint32_t dev_of(dev_t disk)
{
	return major(disk) << 20 | minor(disk);
}

static void irqs_copy(const struct jscope_kernel_filter *filter,
		      struct jscope_kernel_config *config)
{
	for (size_t i = 0; i < filter->irq_count; i++) {
		config->irq_lines[i] = filter->irqs[i].line;
		if (filter->irqs[i].line < 0)
			strncpy(config->irq_names[i], filter->irqs[i].name,
				JSCOPE_KERNEL_TEXT_SIZE - 1);
	}
	config->irq_count = filter->irq_count;
}

static void lists_copy(const struct jscope_kernel_filter *filter,
		       struct jscope_kernel_config *config)
{
	for (size_t i = 0; i < filter->disk_count; i++)
		config->disks[i] = dev_of(filter->disks[i]);
	for (size_t i = 0; i < filter->card_count; i++)
		config->cards[i] = filter->cards[i];
	config->disk_count = filter->disk_count;
	config->card_count = filter->card_count;
}

uint32_t jscope__kernel_config_groups(const struct jscope__kernel_probes_settings *settings)
{
	return settings->filter->sched == JSCOPE_KERNEL_SCHED_NONE
		       ? settings->groups & ~SCHED_GROUPS
		       : settings->groups;
}

struct jscope_kernel_config
jscope__kernel_config_make(const struct jscope__kernel_probes_settings *settings,
			   const struct jscope__kernel_processes *processes)
{
	const struct jscope_kernel_filter *filter = settings->filter;
	struct jscope_kernel_config config = {
		.groups = jscope__kernel_config_groups(settings),
		.own_tgid = processes->own,
		.sched_mode = filter->sched == JSCOPE_KERNEL_SCHED_ALL
				      ? JSCOPE_KERNEL_SCHED_MODE_ALL
				      : JSCOPE_KERNEL_SCHED_MODE_CHAIN,
		.pid_count = filter->pid_count,
	};

	memcpy(config.pids, processes->listed, sizeof config.pids);
	irqs_copy(filter, &config);
	lists_copy(filter, &config);
	return config;
}

uint32_t jscope__kernel_config_cpu_mode(const struct jscope_kernel_filter *filter, uint32_t cpu)
{
	for (size_t i = 0; i < filter->cpu_count; i++)
		if (filter->cpus[i] == cpu)
			return JSCOPE_KERNEL_CPU_ON;
	if (!filter->cpu_count)
		return JSCOPE_KERNEL_CPU_ON;
	return filter->sched == JSCOPE_KERNEL_SCHED_CHAIN && !filter->pid_count
		       ? JSCOPE_KERNEL_CPU_RUNS
		       : JSCOPE_KERNEL_CPU_OFF;
}
