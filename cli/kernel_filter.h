/*
 * What `record kernel` is to leave out, as a person names it: interrupts, disks, sound cards,
 * processes, CPUs; made into the filter that the programs in the kernel follow. One thread.
 */
#ifndef CLI_KERNEL_FILTER_H
#define CLI_KERNEL_FILTER_H

#include "command.h"
#include "tracer/kernel.h"

struct jscope_kernel_names {
	struct jscope_list irqs;  /* lines, or names of handlers */
	struct jscope_list disks; /* "vda", "/dev/vda", "254:0" */
	struct jscope_list cards; /* numbers or ids */
	struct jscope_list pids;
	struct jscope_list cpus; /* "0", "2-5" */
};

/*
 * Whether every name selects among what is recorded (groups: bits 1 << enum jscope_kernel_group).
 * Returns 0, or -EINVAL with a sentence.
 */
int jscope_kernel_filter_check(const struct jscope_kernel_names *names, uint32_t groups);

/*
 * Fill the filter in; `sched` is left alone. names: borrowed as long as the filter is used.
 * Returns 0, -EINVAL (no number, no such CPU) or -ENOENT (no such disk, card or process), with a
 * sentence.
 */
int jscope_kernel_filter_make(const struct jscope_kernel_names *names,
			      struct jscope_kernel_filter *filter);

/* Whether a line, or a handler of such a name, is in use now; also where the kernel does not tell. */
bool jscope_kernel_filter_has_irq(const char *text);

#endif
