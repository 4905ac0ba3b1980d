/*
 * The present of a simulated machine: what the record of an event says about when, where and by whom
 * it was made. The clock moves it; whoever records reads it and stamps it. One thread.
 */
#ifndef CTF_PRESENT_H
#define CTF_PRESENT_H

#include <stdbool.h>

#include "common/ns.h"

#define JSCOPE__PROCNAME_SIZE 17 /* of LTTng: 16 letters and a NUL */

struct jscope__present {
	/* Virtual time. Each record takes 1 ns of it, so that no two have the same timestamp and a
	 * reader never guesses their order. */
	jscope_ns time_ns;
	jscope_ns stamp_ns; /* timestamp of the latest record; JSCOPE_NS_UNKNOWN before the first */
	jscope_ns step_ns;  /* by how much the clock of the trace has stepped away from the time */
	uint32_t cpu;
	int32_t tid;
	const char *procname; /* JSCOPE__PROCNAME_SIZE bytes, the rest of them NUL */
};

/* Stamp the next record. A clock that has stepped back stands still until the time is there again. */
static inline jscope_ns jscope__present_stamp(struct jscope__present *present)
{
	const jscope_ns ideal_ns = ++present->time_ns + present->step_ns;

	present->stamp_ns = ideal_ns > present->stamp_ns ? ideal_ns : present->stamp_ns + 1;
	return present->stamp_ns;
}

#endif
