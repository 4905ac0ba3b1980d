/*
 * The present of a simulated machine: what the record of an event says about when, where and by
 * whom it was made. The clock moves it; whoever records reads it and stamps it. One thread.
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
	jscope_ns floor_ns; /* the latest that this clock has shown */
	uint32_t cpu;
	int32_t tid;
	const char *procname; /* JSCOPE__PROCNAME_SIZE bytes, the rest of them NUL */
};

/* What the clock of the trace shows. One that has stepped back stands still until it is right. */
static inline jscope_ns jscope__present_clock(const struct jscope__present *present)
{
	const jscope_ns clock_ns = present->time_ns + present->step_ns;

	return clock_ns > present->floor_ns ? clock_ns : present->floor_ns;
}

/* Stamp the next record. */
static inline jscope_ns jscope__present_stamp(struct jscope__present *present)
{
	const jscope_ns clock_ns = ++present->time_ns + present->step_ns;

	present->floor_ns = clock_ns > present->floor_ns ? clock_ns : present->floor_ns + 1;
	present->stamp_ns = present->floor_ns;
	return present->stamp_ns;
}

/* Step by so much. Readers refuse timestamps that decrease, hence the floor. */
static inline void jscope__present_step(struct jscope__present *present, jscope_ns amount_ns)
{
	present->floor_ns = jscope__present_clock(present);
	present->step_ns = jscope_add_sat(present->step_ns, amount_ns);
}

#endif
