/* What runs at a place, the innermost last: interrupt routines and deferred calls. */
#ifndef RULES_FRAMES_H
#define RULES_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"

#define JSCOPE__FRAMES_MAX    8
#define JSCOPE__FRAME_INSERTS 8 /* told apart; more are only counted */

struct jscope__frame {
	bool is_isr, is_threaded;
	int64_t dev, id, number; /* line and seq, or DPC and run */
	jscope_ns begin_ns;
	unsigned insert_count;
	int64_t inserted[JSCOPE__FRAME_INSERTS];
};

struct jscope__place {
	unsigned depth;
	struct jscope__frame frames[JSCOPE__FRAMES_MAX];
};

/* Returns false where the stack was full; its oldest frame is then given up. */
bool jscope__frame_push(struct jscope__place *place, const struct jscope__frame *frame);

/* Take the innermost one of the same object and number off the stack; false where there is none. */
bool jscope__frame_pop(struct jscope__place *place, const struct jscope__frame *like,
		       struct jscope__frame *ret_frame);

/* The DPC that an ISR asked for twice; 0 for none. */
int64_t jscope__frame_inserted_twice(const struct jscope__frame *frame);

#endif
