/*
 * When a record of a trace is due while the trace is played: at an instant of the machine's clock
 * that follows from the record's own instant and from one pair of instants that belong together,
 *
 *     due = origin + (t - t0) / speed
 *
 * so that an error of one wait never enters the next. Pausing and seeking choose another pair. One
 * thread.
 */
#ifndef CLI_PACER_H
#define CLI_PACER_H

#include <stdbool.h>

#include "common/ns.h"

/* Speeds are whole millionths: 1000000 is as fast as recorded. */
#define JSCOPE_SPEED_ONE ((int64_t)1000000)
#define JSCOPE_SPEED_MIN ((int64_t)1)
#define JSCOPE_SPEED_MAX (1000000 * JSCOPE_SPEED_ONE)

/* The clock that is played against. */
struct jscope_pacer_clock {
	jscope_ns (*now)(void *state);
	/* May return before, but then later than it was called; and after, by any time. */
	void (*sleep_until)(void *state, jscope_ns at_ns);
	void *state;
};

/* CLOCK_MONOTONIC; a signal that is caught ends a sleep, and nothing lasts longer than 100 ms. */
extern const struct jscope_pacer_clock jscope_pacer_monotonic;

struct jscope_pacer {
	const struct jscope_pacer_clock *clock; /* borrowed */
	int64_t speed_millionths;
	bool has_anchor;
	jscope_ns origin_ns;	 /* of the clock ... */
	jscope_ns anchor_ns;	 /* ... when this instant of the trace was due */
	jscope_ns latest_ns;	 /* instant of the trace, of all records awaited */
	jscope_ns behind_ns_max; /* by which one came late */
};

/* speed_millionths: from JSCOPE_SPEED_MIN to JSCOPE_SPEED_MAX. */
void jscope_pacer_init(struct jscope_pacer *pacer, const struct jscope_pacer_clock *clock,
		       int64_t speed_millionths);

/* This instant of the trace is due now. Without it the first record awaited is. */
void jscope_pacer_anchor(struct jscope_pacer *pacer, jscope_ns at_ns);

/* Instant of the clock, never too early by rounding; saturated. Only with an anchor. */
jscope_ns jscope_pacer_due(const struct jscope_pacer *pacer, jscope_ns at_ns);

/* The instant of the trace that is due now; saturated. Only with an anchor. */
jscope_ns jscope_pacer_instant(const struct jscope_pacer *pacer);

/*
 * Wait until a record is due; one that lies before the latest awaited has been. stop: looked at
 * before and between the sleeps; NULL for never. Returns whether it is due, false: stopped.
 */
bool jscope_pacer_await(struct jscope_pacer *pacer, jscope_ns at_ns, bool (*stop)(void *state),
			void *state);

#endif
