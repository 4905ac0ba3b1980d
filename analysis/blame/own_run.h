/* Where the instants of a chain were: the runs of its handlers, and the CPU of its client. Inside analysis/. */
#ifndef ANALYSIS_OWN_RUN_H
#define ANALYSIS_OWN_RUN_H

#include "holders.h"

/* A run of a handler that serves a chain. */
struct jscope__own_run {
	jscope_ns begin_ns;
	unsigned cpu;
	bool is_found; /* in the window: then it is this one */
	uint32_t occupant;
};

/* Its interrupt handler, which began at at_ns, probably on that CPU. */
struct jscope__own_run jscope__irq_seek(const struct jscope__holders *holders, jscope_ns at_ns,
					unsigned cpu);
/* Its deferred one, likewise. */
struct jscope__own_run jscope__deferred_seek(const struct jscope__holders *holders, jscope_ns at_ns,
					     unsigned cpu);
/* tid: 0 where any thread may be meant; then it is the one that begins at that instant. */
unsigned jscope__client_cpu(const struct jscope__holders *holders, jscope_ns at_ns, uint32_t tid,
			    unsigned cpu);

#endif
