/*
 * Where something runs: calls that follow each other at one place belong together. A thread keeps its
 * place when it moves to another CPU; where the trace names none (or the idle thread, which every
 * CPU has), the CPU is the place.
 */
#ifndef RULES_PLACE_H
#define RULES_PLACE_H

#include "common/map.h"
#include "replay/timeline.h"

static inline struct jscope_key jscope__place(const struct jscope_vocabulary_event *event)
{
	return event->tid > 0 ? (struct jscope_key){ 1, (uint64_t)event->tid }
			      : (struct jscope_key){ 0, event->cpu };
}

static inline bool jscope__place_equal(struct jscope_key a, struct jscope_key b)
{
	return a.high == b.high && a.low == b.low;
}

#endif
