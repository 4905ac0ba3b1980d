/*
 * How many requests of a device are under way, as far as the trace can tell: those whose begin it
 * tells, and of which it would tell the end. Where events were lost the counting begins anew, so
 * that it is never too high. Each change is told to the sink as a depth that lasted until then. For
 * the adapters; one thread.
 */
#ifndef REPLAY_FLIGHT_H
#define REPLAY_FLIGHT_H

#include "output.h"

/* All zero but for the device: none. */
struct jscope__flight {
	const char *device; /* its name, which lives as long as this */
	unsigned count;
	uint64_t counting;  /* how often it began anew */
	jscope_ns since_ns; /* of the first that is counted */
	bool begun;	    /* some request has */
	jscope_ns told_ns;  /* until then depths are told */
};

/* Another one begins with the event in hand. Returns the counting that its end is to name. */
uint64_t jscope__flight_begin(struct jscope__flight *flight, struct jscope__output *output);
/* With nothing else that begins. */
unsigned jscope__flight_count(struct jscope__flight *flight, struct jscope__output *output);
void jscope__flight_end(struct jscope__flight *flight, struct jscope__output *output,
			uint64_t counting);
/* The trace is over: what is under way is so until now. */
void jscope__flight_finish(struct jscope__flight *flight, struct jscope__output *output);

#endif
