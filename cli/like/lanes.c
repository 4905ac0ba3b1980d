#include "lanes.h"

#include <errno.h>
#include <stdlib.h>

#define LANES_MAX 64

/* What follows on a lane is told, and needs some records of virtual time, before the next begins. */
#define APART_NS 64

static int by_time(const void *left, const void *right)
{
	const struct jscope__like_claim *a = left, *b = right;

	if (a->begin_ns != b->begin_ns)
		return a->begin_ns < b->begin_ns ? -1 : 1;
	return (a->key > b->key) - (a->key < b->key);
}

static int by_key(const void *left, const void *right)
{
	const struct jscope__like_claim *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->begin_ns != b->begin_ns)
		return a->begin_ns < b->begin_ns ? -1 : 1;
	return (a->owner > b->owner) - (a->owner < b->owner);
}

/* The claims of a key that follow another one. */
static size_t key_length(const struct jscope__like_claim *claims, size_t count)
{
	size_t length = 1;

	while (length < count && claims[length].key == claims[0].key)
		length++;
	return length;
}

/* One claim for each key, from its first begin to its last end; owner: where its own begin. */
static size_t join(const struct jscope__like_claim *claims, size_t count,
		   struct jscope__like_claim *ret_joined)
{
	size_t joined = 0;

	for (size_t i = 0, length; i < count; i += length) {
		length = key_length(&claims[i], count - i);
		ret_joined[joined] = claims[i];
		ret_joined[joined].owner = i;
		for (size_t k = 1; k < length; k++)
			if (claims[i + k].end_ns > ret_joined[joined].end_ns)
				ret_joined[joined].end_ns = claims[i + k].end_ns;
		joined++;
	}
	return joined;
}

/* The first lane that is free then, else the one that will be free first. */
static unsigned lane_choose(const jscope_ns free_ns[LANES_MAX], unsigned most, jscope_ns begin_ns)
{
	unsigned best = 0;

	for (unsigned i = 0; i < most; i++) {
		if (free_ns[i] <= begin_ns)
			return i;
		if (free_ns[i] < free_ns[best])
			best = i;
	}
	return best;
}

/* All claims of a key go where their joined one goes. */
static void lane_take(struct jscope__like_claim *claims, size_t count, unsigned lane)
{
	for (size_t k = key_length(claims, count); k-- > 0;)
		claims[k].lane = lane;
}

int jscope__like_lanes_deal(struct jscope__like_claim *claims, size_t count, unsigned most,
			    struct jscope__like_lanes *ret_lanes)
{
	struct jscope__like_claim *joined = calloc(count ? count : 1, sizeof *joined);
	jscope_ns free_ns[LANES_MAX];
	size_t joined_count;

	*ret_lanes = (struct jscope__like_lanes){ 0 };
	if (!joined)
		return -ENOMEM;
	for (unsigned i = 0; i < LANES_MAX; i++)
		free_ns[i] = INT64_MIN;
	if (count > 0)
		qsort(claims, count, sizeof *claims, by_key);
	joined_count = join(claims, count, joined);
	if (joined_count > 0)
		qsort(joined, joined_count, sizeof *joined, by_time);
	for (size_t i = 0; i < joined_count; i++) {
		const unsigned lane = lane_choose(free_ns, most, joined[i].begin_ns);

		ret_lanes->crowded += free_ns[lane] > joined[i].begin_ns;
		free_ns[lane] = jscope_add_sat(joined[i].end_ns, APART_NS);
		lane_take(&claims[joined[i].owner], count - joined[i].owner, lane);
		if (ret_lanes->count <= lane)
			ret_lanes->count = lane + 1;
	}
	free(joined);
	return 0;
}
