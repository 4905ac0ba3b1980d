#include "merge.h"

#include <errno.h>
#include <string.h>

static jscope__ctf_entrant entrant_make(const struct jscope__ctf_merge *merge, uint32_t i)
{
	const struct jscope__ctf_lane *lane = &merge->lanes[i];

	if (lane->next != lane->end)
		return jscope__ctf_entrant_make(lane->next->ts_ns, i);
	return jscope__ctf_entrant_make(INT64_MAX, i | JSCOPE__CTF_RANK_ENDED);
}

static void lane_fill(struct jscope__ctf_lane *lane, struct jscope__ctf_stream *stream)
{
	lane->stream = stream;
	lane->next = stream->heads;
	lane->end = stream->heads + stream->head_count;
}

/* Play everything below a node once. */
static jscope__ctf_entrant play(struct jscope__ctf_merge *merge, uint32_t node)
{
	jscope__ctf_entrant left, right;

	if (node >= merge->leaves)
		return entrant_make(merge, node - merge->leaves);
	left = play(merge, 2 * node);
	right = play(merge, 2 * node + 1);
	if (right < left) {
		merge->losers[node] = left;
		return right;
	}
	merge->losers[node] = right;
	return left;
}

int jscope__ctf_merge_init(struct jscope__ctf_merge *merge, struct jscope__ctf_stream **streams,
			   uint32_t count)
{
	memset(merge, 0, sizeof *merge);
	merge->count = count;
	merge->leaves = 1;
	while (merge->leaves < count)
		merge->leaves *= 2;
	merge->lanes = calloc(merge->leaves, sizeof *merge->lanes);
	merge->losers = calloc(merge->leaves, sizeof *merge->losers);
	if (!merge->lanes || !merge->losers) {
		jscope__ctf_merge_finish(merge);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < count; i++)
		lane_fill(&merge->lanes[i], streams[i]);
	merge->winner = play(merge, 1);
	return 0;
}

void jscope__ctf_merge_finish(struct jscope__ctf_merge *merge)
{
	free(merge->lanes);
	free(merge->losers);
	memset(merge, 0, sizeof *merge);
}

void jscope__ctf_merge_refill(struct jscope__ctf_merge *merge)
{
	const uint32_t i = (uint32_t)jscope__ctf_entrant_rank(merge->winner);

	lane_fill(&merge->lanes[i], merge->lanes[i].stream);
	merge->winner = jscope__ctf_merge_replay(merge, entrant_make(merge, i));
}
