/*
 * A trace that is made up while it is read, behind the reader seam: every event of our vocabulary
 * and of the LTTng kernel adapter with its name variants, and others. One trace at a time.
 *
 * An orderly trace has ascending times, small and mostly plausible values, so that chains come
 * together; any other one has anything anywhere.
 */
#ifndef RANDOM_TRACE_H
#define RANDOM_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "replay/reader.h"

struct random_trace_options {
	uint64_t seed;
	uint64_t event_count;
	bool orderly;
	unsigned lost_percent; /* how often something is lost behind a batch */
};

/* What the next reader that opens delivers. */
void random_trace_set(const struct random_trace_options *options);

extern const struct jscope_reader_ops random_trace_ops;

/* Was this instant told by an event of the current trace, as its time or in one of its fields? */
bool random_trace_told(jscope_ns at_ns);
/* Events that adapters wanted. */
uint64_t random_trace_delivered(void);

#endif
