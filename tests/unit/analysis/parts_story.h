/* Who held the CPUs on a few microseconds, and a chain cut into its parts: for the tests of blame. */
#ifndef TESTS_PARTS_STORY_H
#define TESTS_PARTS_STORY_H

#include "chain_parts.h"

#define BEGIN	1000000000
#define UNKNOWN JSCOPE_NS_UNKNOWN
#define CLIENT	7 /* the thread that is waited for */

extern struct jscope__holders holders;
extern struct jscope__moves *moves;
extern struct jscope__held_requests held_requests;
extern struct jscope__parts parts; /* of the chain that was cut last */

/* Each test begins with CPUs of which nothing is known. */
#define STORY(name) cmocka_unit_test_setup(name, forget)
int forget(void **state);
int clean_up(void **state);

/* Microseconds after the begin. */
jscope_ns us(double at_us);

struct jscope_occupancy held(unsigned cpu, double at_us, enum jscope_holder holder, uint64_t id,
			     double begin_us);
/* A kernel's CPU. */
void kernel(unsigned cpu, double at_us, enum jscope_holder holder, uint64_t id, double begin_us);
void thread(unsigned cpu, double at_us, uint64_t tid, const char *name);

void assert_sum(void);
struct jscope__part assert_part(unsigned i, unsigned stage, enum jscope__culprit_kind kind,
				double length_us);
void assert_names(struct jscope__part part, const char *text);

#endif
