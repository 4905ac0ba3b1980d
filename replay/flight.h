/*
 * How many requests of a device are under way, as far as the trace can tell: those whose begin it
 * tells, and of which it would tell the end. Where events were lost the counting begins anew, so
 * that it is never too high. For the adapters; one thread.
 */
#ifndef REPLAY_FLIGHT_H
#define REPLAY_FLIGHT_H

#include "output.h"

/* All zero: none. */
struct jscope__flight {
	unsigned count;
	uint64_t counting;  /* how often it began anew */
	jscope_ns since_ns; /* of the first that is counted */
};

/* Another one begins with the event in hand. Returns the counting that its end is to name. */
uint64_t jscope__flight_begin(struct jscope__flight *flight, const struct jscope__output *output);
/* With nothing else that begins. */
unsigned jscope__flight_count(struct jscope__flight *flight, const struct jscope__output *output);
void jscope__flight_end(struct jscope__flight *flight, uint64_t counting);

#endif
