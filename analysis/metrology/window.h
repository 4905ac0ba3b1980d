/*
 * A short window that brings nearly ordered samples into order: records come when they are
 * complete, so that one with an earlier key may follow a later one. Inside analysis/.
 */
#ifndef ANALYSIS_WINDOW_H
#define ANALYSIS_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* Samples held back: a sample may come this many places too late. */
#define JSCOPE__WINDOW_SIZE 16

struct jscope__sample {
	uint64_t key;
	int64_t value;
};

struct jscope__window {
	unsigned first, count;
	struct jscope__sample samples[JSCOPE__WINDOW_SIZE]; /* a ring, keys ascend from `first` */
};

/* Put a sample in. When the window was full, the one with the smallest key comes out: true. */
bool jscope__window_push(struct jscope__window *window, struct jscope__sample sample,
			 struct jscope__sample *ret_sample);

/* Take the one with the smallest key; false when empty. */
bool jscope__window_pop(struct jscope__window *window, struct jscope__sample *ret_sample);

#endif
