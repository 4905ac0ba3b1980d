/*
 * The course of a simulated machine with two CPUs: what a device does and when, and what happened of it.
 * Times are in microseconds since the beginning.
 */
#ifndef TESTS_UNIT_TRACER_SIM_COURSE_H
#define TESTS_UNIT_TRACER_SIM_COURSE_H

#include "dpc.h"
#include "line.h"
#include "sim.h"

#define US	     JSCOPE_NS_PER_US
#define ORDERS	     8
#define STORM_END_US 5000000

extern struct jscope__machine machine;
extern struct jscope__sim *sim;

/* The parts that every test puts together as it likes; each tells its name when it is at work. */
extern struct jscope__line line;
extern struct jscope__dpc dpc, threaded;

#define COURSE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int set_up(void **state);
int tear_down(void **state);

jscope_ns elapsed_us(void);
extern unsigned happened_count;
void happen(const char *what);
/* What happened at that place of the whole course. */
void expect(unsigned index, const char *what, jscope_ns at_us);

void constant(struct jscope__delay *delay, jscope_ns us);

/* Something that a device does at an instant. */
struct order {
	struct jscope__timer timer;
	struct jscope__dpc *dpc;
	struct jscope__kevent *event;
	jscope_ns stall_us;
	jscope_ns again_us; /* once more so much later, up to STORM_END_US */
};
#define INTERRUPT ((struct order){ 0 })
extern struct order orders[ORDERS];
void order_at(jscope_ns at_us, struct order order);

void run_until(jscope_ns at_us);

#endif
