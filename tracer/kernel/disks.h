/*
 * The disks of this machine and their partitions, by device number: events tell only that. One
 * thread.
 */
#ifndef KERNEL_DISKS_H
#define KERNEL_DISKS_H

#include "probes/kernel_record.h"

/* Hand every disk over, in no order. A machine that does not show them has none. */
void jscope__kernel_disks_tell(
	void (*tell)(void *state, const struct jscope_kernel_lttng_statedump_block_device *disk),
	void *state);

#endif
