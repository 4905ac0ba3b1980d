/*
 * The flight recorder fed with made-up records, and its traces as the reader of replay sees them.
 */
#ifndef TESTS_UNIT_TRACER_KERNEL_FLIGHT_FIXTURE_H
#define TESTS_UNIT_TRACER_KERNEL_FLIGHT_FIXTURE_H

#include "flight.h"
#include "kernel_story.h"
#include "pairs.h"
#include "scratch.h"

#define FLIGHT_US JSCOPE_NS_PER_US
#define FLIGHT_NS (100 * FLIGHT_US)
#define FLIGHT_GROUPS                                                                              \
	(1u << JSCOPE_KERNEL_SOFTIRQ | 1u << JSCOPE_KERNEL_WAKE | 1u << JSCOPE_KERNEL_SWITCH |     \
	 1u << JSCOPE_KERNEL_IRQ)

/* A recorder of which only the flight recorder and the pairs are real. */
struct flight {
	char directory[SCRATCH_PATH_SIZE];
	struct jscope_kernel_settings settings;
	struct jscope__kernel_flight *flight;
	struct jscope__kernel_pairs *pairs;
	struct story story;
	unsigned said_count;
	char said[512]; /* the last */
};

/* A trace as it is read. */
struct flight_trace {
	unsigned trigger_count, raise_count, disk_count, count;
	jscope_ns begin_ns, end_ns; /* of raises and the rest */
	jscope_ns trigger_ns;	    /* of the first */
	char trigger[512];	    /* the last */
	uint64_t lost;
	bool trigger_is_first;
};

extern const struct jscope__kernel_origin flight_origin;

/* For cmocka: *state is a struct flight with a directory of its own. */
int flight_set_up(void **state);
int flight_tear_down(void **state);

/* With the settings as they are now. */
void flight_begin(struct flight *test);
void flight_finish(struct flight *test, jscope_ns at_us);

/* The story goes on at that time. */
struct story *flight_at(struct flight *test, jscope_ns at_us);
/* A raise on each of two CPUs every 10 us, whose vector is the time. */
void flight_raise(struct flight *test, jscope_ns from_us, jscope_ns to_us);
/* A wake of that thread that ends now, so long after it began; other records go on meanwhile. */
void flight_wake(struct flight *test, int32_t tid, jscope_ns from_us, jscope_ns to_us);

/* The trace of that name in the directory: whole, and without errors. */
struct flight_trace flight_read(const struct flight *test, const char *name);
bool flight_has(const struct flight *test, const char *name);

#endif
