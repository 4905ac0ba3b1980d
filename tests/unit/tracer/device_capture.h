/*
 * A recorder for tests: fills the probe points of the test program and keeps every event in memory,
 * in the order in which it was emitted. Threads may emit at the same time.
 */
#ifndef TESTS_DEVICE_CAPTURE_H
#define TESTS_DEVICE_CAPTURE_H

#include <stddef.h>

#include "jscope/probe.h"

#define CAPTURE_MAX 200000

struct capture_event {
	enum jscope_event_id id;
	union {
#define FIELD(name, type, unit, sentence)
#define EVENT(name, sentence, fields) struct jscope_event_##name name;
#include "jscope/events.def"
#undef FIELD
#undef EVENT
#undef JSCOPE_COMMON_FIELDS
	} as;
};

/* Forget what was captured and capture from now on. Before the threads start. */
void capture_start(void);

/* After they have ended: */
size_t capture_count(void);
const struct capture_event *capture_at(size_t index);

/* How many events of a kind there are, and the last of them (NULL without any). */
size_t capture_count_of(enum jscope_event_id id);
const struct capture_event *capture_last_of(enum jscope_event_id id);

#endif
