/*
 * Objects whose life is over: requests that completed, buffers that were freed. Only the latest ones
 * are remembered, because there is no end of them; using one of those is a mistake that can be told
 * from using an object that the trace never saw begin. One thread.
 */
#ifndef RULES_ENDED_H
#define RULES_ENDED_H

#include "common/map.h"
#include "common/ns.h"

struct jscope__ended {
	jscope_ns at_ns;
	bool returned; /* of a request: its HwStorStartIo has returned */
	size_t slot;
};

struct jscope__ended_set;

/* Remembers the latest `count` objects. Returns 0 or -ENOMEM. */
int jscope__ended_create(size_t count, struct jscope__ended_set **ret_set);
void jscope__ended_destroy(struct jscope__ended_set *set);

/* NULL: not among the latest. Valid until the next add or remove. */
struct jscope__ended *jscope__ended_get(struct jscope__ended_set *set, struct jscope_key key);
/* NULL when memory is short. */
struct jscope__ended *jscope__ended_add(struct jscope__ended_set *set, struct jscope_key key,
					jscope_ns at_ns);
/* It lives again. */
void jscope__ended_remove(struct jscope__ended_set *set, struct jscope_key key);

#endif
