#include "coarse.h"

#include <math.h>

struct jscope__group jscope__group_join(const struct jscope__group *one,
					const struct jscope__group *next)
{
	return (struct jscope__group){
		.first_ns = one->first_ns,
		.sum_ns = one->sum_ns + next->sum_ns,
		.low_ns = one->low_ns < next->low_ns ? one->low_ns : next->low_ns,
		.high_ns = one->high_ns > next->high_ns ? one->high_ns : next->high_ns,
	};
}

struct jscope__group jscope__group_of(const double *points_ns, unsigned count)
{
	struct jscope__group group = { points_ns[0], points_ns[0], points_ns[0], points_ns[0] };

	for (unsigned i = 1; i < count; i++) {
		const struct jscope__group point = { points_ns[i], points_ns[i], points_ns[i],
						     points_ns[i] };

		group = jscope__group_join(&group, &point);
	}
	return group;
}

/* What lies before the run is not read, so that any block may stand for it. */
static const struct jscope__coarse_block *block_before(const struct jscope__coarse *coarse,
						       unsigned blocks)
{
	return &coarse->ring[(coarse->blocks - blocks) % JSCOPE__COARSE_BLOCKS];
}

static void block_end(struct jscope__coarse *coarse)
{
	const struct jscope__coarse_block *now = block_before(coarse, 0),
					  *before = block_before(coarse, 1),
					  *second = block_before(coarse, 2),
					  *third = block_before(coarse, 3);
	const struct jscope__taps taps = {
		{ now->first_ns, before->first_ns, second->first_ns },
		{ now->sum_ns, before->sum_ns, second->sum_ns, third->sum_ns },
		{ now->low_ns, before->low_ns },
		{ now->high_ns, before->high_ns },
		{ -INFINITY, -INFINITY },
		{ INFINITY, INFINITY },
	};

	jscope__tau_add(&coarse->tau, &taps, coarse->groups);
	coarse->blocks++;
	coarse->groups = 0;
}

void jscope__coarse_add(struct jscope__coarse *coarse, const struct jscope__group *group)
{
	struct jscope__coarse_block *block = &coarse->ring[coarse->blocks % JSCOPE__COARSE_BLOCKS];

	block->first_ns[coarse->groups] = group->first_ns;
	block->sum_ns[coarse->groups] = group->sum_ns;
	block->low_ns[coarse->groups] = group->low_ns;
	block->high_ns[coarse->groups] = group->high_ns;
	if (++coarse->groups == JSCOPE__COARSE_GROUPS)
		block_end(coarse);
}

struct jscope__group jscope__coarse_group(const struct jscope__coarse *coarse, unsigned number)
{
	const struct jscope__coarse_block *block =
		&coarse->ring[number / JSCOPE__COARSE_GROUPS % JSCOPE__COARSE_BLOCKS];
	const unsigned place = number % JSCOPE__COARSE_GROUPS;

	return (struct jscope__group){ block->first_ns[place], block->sum_ns[place],
				       block->low_ns[place], block->high_ns[place] };
}

unsigned jscope__coarse_count(const struct jscope__coarse *coarse)
{
	return coarse->blocks * JSCOPE__COARSE_GROUPS + coarse->groups;
}

/* After block_end(): the last block lies one behind, and its predecessor two. */
static void tail_add(struct jscope__coarse *coarse)
{
	const struct jscope__coarse_block *before = block_before(coarse, 2);

	for (uint64_t left = jscope__tau_tail_steps(&coarse->tau); left > 0; left--)
		jscope__tau_tail(&coarse->tau, before->low_ns[JSCOPE__COARSE_GROUPS - left],
				 before->high_ns[JSCOPE__COARSE_GROUPS - left]);
}

void jscope__coarse_run_end(struct jscope__coarse *coarse)
{
	if (coarse->groups > 0)
		block_end(coarse);
	tail_add(coarse);
	jscope__tau_run_end(&coarse->tau);
	coarse->is_running = false;
	coarse->groups = coarse->blocks = 0;
}
