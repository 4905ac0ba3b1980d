#include "window.h"

static struct jscope__sample *sample_at(struct jscope__window *window, unsigned i)
{
	return &window->samples[(window->first + i) % JSCOPE__WINDOW_SIZE];
}

bool jscope__window_pop(struct jscope__window *window, struct jscope__sample *ret_sample)
{
	if (window->count == 0)
		return false;
	*ret_sample = *sample_at(window, 0);
	window->first = (window->first + 1) % JSCOPE__WINDOW_SIZE;
	window->count--;
	return true;
}

static void insert(struct jscope__window *window, struct jscope__sample sample)
{
	unsigned i = window->count++;

	for (; i > 0 && sample_at(window, i - 1)->key > sample.key; i--)
		*sample_at(window, i) = *sample_at(window, i - 1);
	*sample_at(window, i) = sample;
}

bool jscope__window_push(struct jscope__window *window, struct jscope__sample sample,
			 struct jscope__sample *ret_sample)
{
	if (window->count < JSCOPE__WINDOW_SIZE) {
		insert(window, sample);
		return false;
	}
	if (sample.key < sample_at(window, 0)->key) {
		*ret_sample = sample;
		return true;
	}
	jscope__window_pop(window, ret_sample);
	insert(window, sample);
	return true;
}
