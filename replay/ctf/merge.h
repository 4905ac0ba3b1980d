/*
 * Streams merged in time order. One thread at a time.
 *
 * A tournament of losers: each inner node keeps who lost there, so that after the winner moved on
 * only its own way up is played again, without a branch that depends on who wins.
 *
 *                 winner                     Where times are equal the stream that was
 *                   │                        added first wins, so that the order is always
 *              ┌─ loser ─┐                   the same. A stream that has ended loses to all
 *          ┌ loser ┐ ┌ loser ┐               others.
 *          s0     s1 s2     s3
 */
#ifndef REPLAY_CTF_MERGE_H
#define REPLAY_CTF_MERGE_H

#include <stdlib.h>

#include "stream.h"

/* Where a stream stands in the tournament. */
struct jscope__ctf_entrant {
	jscope_ns ts_ns; /* of its next head */
	uint64_t rank;	 /* its number, and JSCOPE__CTF_RANK_ENDED when it has ended */
};
#define JSCOPE__CTF_RANK_ENDED ((uint64_t)1 << 32)

struct jscope__ctf_merge {
	struct jscope__ctf_stream **streams; /* the array is owned, the streams are borrowed */
	uint32_t count;			     /* at most 2^24 */
	uint32_t leaves;		     /* the power of two that is not below count */
	struct jscope__ctf_entrant winner;
	struct jscope__ctf_entrant *losers; /* owned: of the inner nodes, 1..leaves - 1 */
};

/* streams: borrowed for good, each with its first heads or ended. Returns 0 or -ENOMEM. */
int jscope__ctf_merge_init(struct jscope__ctf_merge *merge, struct jscope__ctf_stream **streams,
			   uint32_t count);
void jscope__ctf_merge_finish(struct jscope__ctf_merge *merge);

/* The stream whose next head is the earliest, NULL when all have ended. */
static inline struct jscope__ctf_stream *
jscope__ctf_merge_first(const struct jscope__ctf_merge *merge)
{
	return merge->winner.rank < JSCOPE__CTF_RANK_ENDED ? merge->streams[merge->winner.rank]
							   : NULL;
}

static inline bool jscope__ctf_entrant_is_before(struct jscope__ctf_entrant a,
						 struct jscope__ctf_entrant b)
{
	return (a.ts_ns < b.ts_ns) | ((a.ts_ns == b.ts_ns) & (a.rank < b.rank));
}

/*
 * The winner has moved on: its next head, or its end, is where its stream says. Losers are swapped
 * in by masks, since who wins cannot be predicted.
 */
static inline void jscope__ctf_merge_replay(struct jscope__ctf_merge *merge)
{
	const uint32_t index = (uint32_t)merge->winner.rank;
	const struct jscope__ctf_stream *stream = merge->streams[index];
	struct jscope__ctf_entrant entrant = { INT64_MAX, index | JSCOPE__CTF_RANK_ENDED };

	if (stream->head_at < stream->head_count)
		entrant =
			(struct jscope__ctf_entrant){ stream->heads[stream->head_at].ts_ns, index };
	for (uint32_t node = (merge->leaves + index) / 2; node; node /= 2) {
		struct jscope__ctf_entrant *const loser = &merge->losers[node];
		const uint64_t swap = -(uint64_t)jscope__ctf_entrant_is_before(*loser, entrant);
		const uint64_t ts = ((uint64_t)entrant.ts_ns ^ (uint64_t)loser->ts_ns) & swap;
		const uint64_t rank = (entrant.rank ^ loser->rank) & swap;

		entrant.ts_ns ^= (int64_t)ts;
		entrant.rank ^= rank;
		loser->ts_ns ^= (int64_t)ts;
		loser->rank ^= rank;
	}
	merge->winner = entrant;
}

#endif
