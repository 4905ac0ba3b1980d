#include "window.h"

#include <string.h>

bool jscope__window_pop(struct jscope__window *window, struct jscope__sample *ret_sample)
{
	if (window->count == 0)
		return false;
	*ret_sample = window->samples[0];
	window->count--;
	memmove(window->samples, window->samples + 1, window->count * sizeof window->samples[0]);
	return true;
}

static void insert(struct jscope__window *window, struct jscope__sample sample)
{
	unsigned i = window->count++;

	for (; i > 0 && window->samples[i - 1].key > sample.key; i--)
		window->samples[i] = window->samples[i - 1];
	window->samples[i] = sample;
}

bool jscope__window_push(struct jscope__window *window, struct jscope__sample sample,
			 struct jscope__sample *ret_sample)
{
	if (window->count < JSCOPE__WINDOW_SIZE) {
		insert(window, sample);
		return false;
	}
	if (sample.key < window->samples[0].key) {
		*ret_sample = sample;
		return true;
	}
	jscope__window_pop(window, ret_sample);
	insert(window, sample);
	return true;
}
