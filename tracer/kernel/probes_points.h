/*
 * The tracepoints that our programs hang on: what each makes, and what a trace lacks without it.
 * Called by probes_object.c; constant.
 */
#ifndef KERNEL_PROBES_POINTS_H
#define KERNEL_PROBES_POINTS_H

#include <stdint.h>

#include "probes/kernel_record.h"

#define JSCOPE__KERNEL_POINT_EVENTS 2
#define JSCOPE__KERNEL_POINT_MAX    32 /* there are no more points */

struct jscope__kernel_point {
	const char *name; /* of the tracepoint; its programs are NAME__tp_btf and NAME__raw_tp */
	uint32_t groups;  /* any of these asks for it, bits 1 << enum jscope_kernel_group */
	enum jscope_kernel_event events[JSCOPE__KERNEL_POINT_EVENTS]; /* that it makes */
	unsigned event_count;
	const char *without; /* "softirqs will have no end" */
};

/* NULL behind the last. */
const struct jscope__kernel_point *jscope__kernel_point(unsigned index);

#endif
