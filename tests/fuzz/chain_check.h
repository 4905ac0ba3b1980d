/*
 * What must hold for every record that a replay hands over, whatever the trace. Sits between the
 * replay and other sinks. One thread; a violation ends the program.
 */
#ifndef CHAIN_CHECK_H
#define CHAIN_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/hist.h"
#include "replay/timeline.h"

#define CHAIN_CHECK_SINKS 4

struct chain_check {
	bool orderly; /* times ascend: then instants of a chain do */
	const struct jscope_timeline_sink *sinks[CHAIN_CHECK_SINKS];
	size_t sink_count;
	struct jscope_hist *lengths; /* owned: end-to-end times */
	uint64_t notifications, complete, spurious, requests;
	uint64_t classes[JSCOPE_CLASS_COUNT];
};

void chain_check_init(struct chain_check *check, bool orderly);
void chain_check_finish(struct chain_check *check);
struct jscope_timeline_sink chain_check_sink(struct chain_check *check);

/* The histogram of all lengths agrees with itself. */
void chain_check_hist(const struct jscope_hist *hist);

/* Name the seed of the violation and end. */
void violation(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
extern uint64_t violation_seed;

#endif
