/*
 * Occasions: what happens in virtual time, the earliest first, and of those at one instant the one
 * that was put in first. A binary heap; each occasion knows its place in it, so that it can be moved
 * and taken out.
 */
#ifndef DEVICE_OCCASIONS_H
#define DEVICE_OCCASIONS_H

#include <stddef.h>

#include "machine.h"

enum jscope__occasion_kind {
	JSCOPE__OCCASION_TIMER, /* struct jscope__timer */
	JSCOPE__OCCASION_CPU,	/* struct jscope__sim_cpu */
	JSCOPE__OCCASION_TASK,	/* struct jscope__sim_task */
};

struct jscope__occasion {
	jscope_ns due_ns;
	uint64_t number;
	enum jscope__occasion_kind kind;
	void *object;  /* borrowed */
	size_t *place; /* borrowed: 1 and up, 0 for not in the heap */
};

struct jscope__occasions {
	struct jscope__occasion *heap; /* owned */
	size_t count, capacity;
	uint64_t number_last;
};

/*
 * Put an occasion in, or move the one that is in to another instant, behind all others of that
 * instant. Returns 0 or -ENOMEM.
 */
int jscope__occasions_put(struct jscope__occasions *occasions, enum jscope__occasion_kind kind,
			  void *object, size_t *place, jscope_ns due_ns);
/* Take an occasion out. One that is not in is allowed. Returns whether it was in. */
bool jscope__occasions_remove(struct jscope__occasions *occasions, size_t *place);
/* The first one, or NULL. */
const struct jscope__occasion *jscope__occasions_first(const struct jscope__occasions *occasions);
void jscope__occasions_finish(struct jscope__occasions *occasions);

#endif
