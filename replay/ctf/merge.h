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

/* The heads of a stream that wait to be delivered; all used up where next is end. */
struct jscope__ctf_lane {
	const struct jscope__ctf_head *next, *end;
	struct jscope__ctf_stream *stream; /* borrowed */
};

struct jscope__ctf_merge {
	struct jscope__ctf_lane *lanes; /* owned, as many as leaves */
	uint32_t count;			/* at most 2^24 */
	uint32_t leaves;		/* the power of two that is not below count */
	struct jscope__ctf_entrant winner;
	struct jscope__ctf_entrant *losers; /* owned: of the inner nodes, 1..leaves - 1 */
};

/* streams: borrowed for good, each with its first heads or ended. Returns 0 or -ENOMEM. */
int jscope__ctf_merge_init(struct jscope__ctf_merge *merge, struct jscope__ctf_stream **streams,
			   uint32_t count);
void jscope__ctf_merge_finish(struct jscope__ctf_merge *merge);

/* The winner's stream was read on, or is at its end: play again with what it has now. */
void jscope__ctf_merge_refill(struct jscope__ctf_merge *merge);

static inline bool jscope__ctf_entrant_is_before(struct jscope__ctf_entrant a,
						 struct jscope__ctf_entrant b)
{
	return (a.ts_ns < b.ts_ns) | ((a.ts_ns == b.ts_ns) & (a.rank < b.rank));
}

/*
 * Who wins after `entrant` took the place of its stream's last one. Losers are swapped in by masks,
 * since who wins cannot be predicted.
 */
static inline struct jscope__ctf_entrant
jscope__ctf_merge_replay(const struct jscope__ctf_merge *merge, struct jscope__ctf_entrant entrant)
{
	for (uint32_t node = (merge->leaves + (uint32_t)entrant.rank) / 2; node; node /= 2) {
		struct jscope__ctf_entrant *const loser = &merge->losers[node];
		const uint64_t swap = -(uint64_t)jscope__ctf_entrant_is_before(*loser, entrant);
		const uint64_t ts = ((uint64_t)entrant.ts_ns ^ (uint64_t)loser->ts_ns) & swap;
		const uint64_t rank = (entrant.rank ^ loser->rank) & swap;

		entrant.ts_ns ^= (int64_t)ts;
		entrant.rank ^= rank;
		loser->ts_ns ^= (int64_t)ts;
		loser->rank ^= rank;
	}
	return entrant;
}

#endif
