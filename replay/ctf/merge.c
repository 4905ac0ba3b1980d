#include "merge.h"

#include <errno.h>
#include <string.h>

static struct jscope__ctf_entrant entrant_make(const struct jscope__ctf_merge *merge, uint32_t i)
{
	const struct jscope__ctf_stream *stream = i < merge->count ? merge->streams[i] : NULL;

	if (stream && stream->head_at < stream->head_count)
		return (struct jscope__ctf_entrant){ stream->heads[stream->head_at].ts_ns, i };
	return (struct jscope__ctf_entrant){ INT64_MAX, i | JSCOPE__CTF_RANK_ENDED };
}

/* Play everything below a node once. */
static struct jscope__ctf_entrant play(struct jscope__ctf_merge *merge, uint32_t node)
{
	struct jscope__ctf_entrant left, right;

	if (node >= merge->leaves)
		return entrant_make(merge, node - merge->leaves);
	left = play(merge, 2 * node);
	right = play(merge, 2 * node + 1);
	if (jscope__ctf_entrant_is_before(right, left)) {
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
	merge->streams = calloc(merge->leaves, sizeof(struct jscope__ctf_stream *));
	merge->losers = calloc(merge->leaves, sizeof *merge->losers);
	if (!merge->streams || !merge->losers) {
		jscope__ctf_merge_finish(merge);
		return -ENOMEM;
	}
	if (count)
		memcpy(merge->streams, streams, count * sizeof(struct jscope__ctf_stream *));
	merge->winner = play(merge, 1);
	return 0;
}

void jscope__ctf_merge_finish(struct jscope__ctf_merge *merge)
{
	free(merge->streams);
	free(merge->losers);
	memset(merge, 0, sizeof *merge);
}
