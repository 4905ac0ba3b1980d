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
	uint32_t rank;	 /* its number, plus JSCOPE__CTF_RANK_ENDED when it has ended */
	uint32_t stream; /* its number */
};
#define JSCOPE__CTF_RANK_ENDED (UINT32_MAX / 2 + 1)

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
	return merge->winner.rank < JSCOPE__CTF_RANK_ENDED ? merge->streams[merge->winner.stream]
							   : NULL;
}

static inline bool jscope__ctf_entrant_is_before(const struct jscope__ctf_entrant *a,
						 const struct jscope__ctf_entrant *b)
{
	return (a->ts_ns < b->ts_ns) | ((a->ts_ns == b->ts_ns) & (a->rank < b->rank));
}

/* The winner has moved on: its next head, or its end, is where its stream says. */
static inline void jscope__ctf_merge_replay(struct jscope__ctf_merge *merge)
{
	const struct jscope__ctf_stream *stream = merge->streams[merge->winner.stream];
	struct jscope__ctf_entrant entrant = merge->winner;

	if (stream->head_at < stream->head_count) {
		entrant.ts_ns = stream->heads[stream->head_at].ts_ns;
	} else {
		entrant.ts_ns = INT64_MAX;
		entrant.rank |= JSCOPE__CTF_RANK_ENDED;
	}
	for (uint32_t node = (merge->leaves + entrant.stream) / 2; node; node /= 2) {
		struct jscope__ctf_entrant *const loser = &merge->losers[node];
		const struct jscope__ctf_entrant pair[2] = { entrant, *loser };
		const bool loser_wins = jscope__ctf_entrant_is_before(&pair[1], &pair[0]);

		entrant = pair[loser_wins];
		*loser = pair[!loser_wins];
	}
	merge->winner = entrant;
}

#endif
