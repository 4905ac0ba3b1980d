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

/*
 * Where a stream stands in the tournament, as one number: the time of its next head above, in the
 * order of unsigned numbers, and below its index, with JSCOPE__CTF_RANK_ENDED when it has ended.
 */
__extension__ typedef unsigned __int128 jscope__ctf_entrant;
#define JSCOPE__CTF_RANK_ENDED ((uint64_t)1 << 32)

static inline jscope__ctf_entrant jscope__ctf_entrant_make(jscope_ns ts_ns, uint64_t rank)
{
	return (jscope__ctf_entrant)((uint64_t)ts_ns ^ (uint64_t)1 << 63) << 64 | rank;
}

static inline uint64_t jscope__ctf_entrant_rank(jscope__ctf_entrant entrant)
{
	return (uint64_t)entrant;
}

/* The heads of a stream that wait to be delivered; all used up where next is end. */
struct jscope__ctf_lane {
	const struct jscope__ctf_head *next, *end;
	struct jscope__ctf_stream *stream; /* borrowed */
};

struct jscope__ctf_merge {
	struct jscope__ctf_lane *lanes; /* owned, as many as leaves */
	uint32_t count;			/* at most 2^24 */
	uint32_t leaves;		/* the power of two that is not below count */
	jscope__ctf_entrant winner;
	jscope__ctf_entrant *losers; /* owned: of the inner nodes, 1..leaves - 1 */
};

/* streams: borrowed for good, each with its first heads or ended. Returns 0 or -ENOMEM. */
int jscope__ctf_merge_init(struct jscope__ctf_merge *merge, struct jscope__ctf_stream **streams,
			   uint32_t count);
void jscope__ctf_merge_finish(struct jscope__ctf_merge *merge);

/* The winner's stream was read on, or is at its end: play again with what it has now. */
void jscope__ctf_merge_refill(struct jscope__ctf_merge *merge);

/*
 * Who wins after `entrant` took the place of its stream's last one. Losers are swapped in by masks,
 * since who wins cannot be predicted.
 */
static inline jscope__ctf_entrant jscope__ctf_merge_replay(const struct jscope__ctf_merge *merge,
							   jscope__ctf_entrant entrant)
{
	const uint32_t index = (uint32_t)jscope__ctf_entrant_rank(entrant);

	for (uint32_t node = (merge->leaves + index) / 2; node; node /= 2) {
		const jscope__ctf_entrant loser = merge->losers[node];
		const jscope__ctf_entrant swap =
			(entrant ^ loser) & -(jscope__ctf_entrant)(loser < entrant);

		entrant ^= swap;
		merge->losers[node] = loser ^ swap;
	}
	return entrant;
}

#endif
