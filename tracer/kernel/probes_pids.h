/*
 * Processes by the numbers that the kernel gives them, where we know them by others: in a container
 * each process has a number of its own. Called by probes.c; one thread.
 */
#ifndef KERNEL_PROBES_PIDS_H
#define KERNEL_PROBES_PIDS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The process of each id, of a process or of one of its threads, as the kernel numbers it.
 * Returns 0, -ESRCH (there is none such, or it is not seen from here), or the negative errno of
 * loading a program, with a sentence.
 */
int jscope__kernel_pids_translate(const pid_t *pids, size_t count, uint32_t *ret_tgids);

#endif
