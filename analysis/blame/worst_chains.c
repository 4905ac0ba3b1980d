#include "worst_chains.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int jscope__worst_chains_init(struct jscope__worst_chains *worst, unsigned count_max)
{
	worst->count = 0;
	worst->count_max = count_max;
	worst->chains = calloc(count_max ? count_max : 1, sizeof *worst->chains);
	return worst->chains ? 0 : -ENOMEM;
}

void jscope__worst_chains_finish(struct jscope__worst_chains *worst)
{
	for (unsigned i = 0; worst->chains && i < worst->count; i++)
		free(worst->chains[i].parts);
	free(worst->chains);
	worst->chains = NULL;
}

/* Whether one gives way to another: by its kind, since it is shorter, or as long and later. */
static bool is_less(const struct jscope__blame_chain *a, const struct jscope__blame_chain *b)
{
	const bool a_glitch = a->glitch_ns != JSCOPE_NS_UNKNOWN;
	const bool b_glitch = b->glitch_ns != JSCOPE_NS_UNKNOWN;

	if (a_glitch != b_glitch)
		return b_glitch;
	if (a->is_aside != b->is_aside)
		return a->is_aside;
	if (a->total_ns != b->total_ns)
		return a->total_ns < b->total_ns;
	return a->begin_ns != b->begin_ns ? a->begin_ns > b->begin_ns : a->row > b->row;
}

static void swap(struct jscope__blame_chain *a, struct jscope__blame_chain *b)
{
	const struct jscope__blame_chain kept = *a;

	*a = *b;
	*b = kept;
}

static void sift_up(struct jscope__worst_chains *worst, unsigned i)
{
	for (; i > 0 && is_less(&worst->chains[i], &worst->chains[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&worst->chains[i], &worst->chains[(i - 1) / 2]);
}

static void sift_down(struct jscope__worst_chains *worst)
{
	unsigned i = 0, least;

	for (;; i = least) {
		least = i;
		for (unsigned child = 2 * i + 1; child <= 2 * i + 2 && child < worst->count;
		     child++)
			if (is_less(&worst->chains[child], &worst->chains[least]))
				least = child;
		if (least == i)
			return;
		swap(&worst->chains[i], &worst->chains[least]);
	}
}

static struct jscope__part *parts_copy(const struct jscope__parts *parts)
{
	const size_t size = parts->count * sizeof parts->part[0];
	struct jscope__part *copy = malloc(size ? size : 1);

	return copy ? memcpy(copy, parts->part, size) : NULL;
}

int jscope__worst_chains_add(struct jscope__worst_chains *worst,
			     const struct jscope__blame_chain *chain,
			     const struct jscope__parts *parts)
{
	const bool is_full = worst->count == worst->count_max;
	struct jscope__part *copy;

	if (worst->count_max == 0 || (is_full && is_less(chain, &worst->chains[0])))
		return 0;
	copy = parts_copy(parts);
	if (!copy)
		return -ENOMEM;
	if (is_full) {
		free(worst->chains[0].parts);
		swap(&worst->chains[0], &worst->chains[--worst->count]);
		sift_down(worst);
	}
	worst->chains[worst->count] = *chain;
	worst->chains[worst->count].parts = copy;
	worst->chains[worst->count].part_count = parts->count;
	sift_up(worst, worst->count++);
	return 0;
}

static int worst_first(const void *a, const void *b)
{
	return is_less(a, b) - is_less(b, a);
}

void jscope__worst_chains_close(struct jscope__worst_chains *worst)
{
	qsort(worst->chains, worst->count, sizeof *worst->chains, worst_first);
}
