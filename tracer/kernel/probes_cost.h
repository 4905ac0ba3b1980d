/*
 * What one firing of a probe costs on this machine. Called by probes.c before the programs are
 * loaded; one thread, which is kept on its CPU meanwhile.
 */
#ifndef KERNEL_PROBES_COST_H
#define KERNEL_PROBES_COST_H

#include <stdint.h>

/*
 * For some milliseconds system calls of all processes are traced by a program that does nothing, or
 * next to nothing.
 *
 * ret_own_tgid: this process as the kernel numbers it. ret_cost_ns: of a record with the fields of
 * sched_waking; 0 where it cannot be measured. It is measured in a loop, with all it needs in the
 * caches: between other work a probe takes a fifth to a third more.
 *
 * Returns 0, or a negative errno with a sentence where the kernel takes no programs at all.
 */
int jscope__kernel_cost_measure(uint32_t cpu_count, uint32_t *ret_own_tgid, uint64_t *ret_cost_ns);

#endif
