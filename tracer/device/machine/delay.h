/*
 * Delays: how long something takes each time, drawn from a distribution of the scenario.
 *
 * A delay belongs to one place (the interrupt of one line, the wake of one client) and has a
 * generator of its own. What is drawn is told as ground truth (truth_delay).
 */
#ifndef DEVICE_DELAY_H
#define DEVICE_DELAY_H

#include "course.h"
#include "machine.h"
#include "random.h"
#include "tracer/scenario.h"

struct jscope__delay {
	const struct jscope_distribution *distribution; /* borrowed; NULL: always 0 */
	struct jscope__random random;
	enum jscope_delay_stage stage;
	uint32_t dev;
	uint64_t object; /* whose delay it is, for the truth */
	uint64_t count;	 /* draws so far */
	jscope_ns burst_begin_ns,
		burst_end_ns; /* JSCOPE_DISTRIBUTION_BURST: the next or present one */
	const struct jscope__course *course; /* JSCOPE_DISTRIBUTION_RECORDED: borrowed */
	size_t recorded;		     /* and the delay that was met last */
};

/* A delay that never is over: what it holds up is lost. Only recorded ones are. */
#define JSCOPE__DELAY_NEVER INT64_MAX

/* All zero is a delay of 0. distribution: borrowed, NULL or constant 0: nothing is drawn. */
void jscope__delay_init(struct jscope__delay *delay, struct jscope__machine *machine,
			const struct jscope_distribution *distribution,
			enum jscope_delay_stage stage, uint32_t dev, uint64_t object);

/* Recorded delays lie on the course of this device. Borrowed. */
void jscope__delay_follow(struct jscope__delay *delay, const struct jscope__course *course);
bool jscope__delay_is_recorded(const struct jscope__delay *delay);

/*
 * Draw the next delay, 0 or more, on behalf of occurrence `seq` of the object, and tell it. Under
 * the lock, or where only one thread can be. JSCOPE__DELAY_NEVER: it is lost.
 */
jscope_ns jscope__delay_draw(struct jscope__delay *delay, struct jscope__context *context,
			     uint64_t seq);
/* The same of a delay that began before: what is left of it. Only of recorded ones. */
jscope_ns jscope__delay_draw_since(struct jscope__delay *delay, struct jscope__context *context,
				   jscope_ns begin_ns, uint64_t seq);

#endif
