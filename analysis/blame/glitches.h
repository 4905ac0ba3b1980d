/*
 * Glitches, each put down to whoever kept the answer from the device that it waited for. Inside
 * analysis/; one thread.
 *
 * A glitch names the notification whose answer was lacking, or else lies in the chain or the answer
 * that was too late. Of that the stage that its cause names counts: who had most of it is the culprit.
 */
#ifndef ANALYSIS_GLITCHES_H
#define ANALYSIS_GLITCHES_H

#include "parts.h"

/* Those of one cause and culprit. */
struct jscope__glitch_share {
	enum jscope_cause cause;
	bool is_known; /* the culprit is */
	struct jscope__culprit culprit;
	uint64_t count;
	jscope_ns held_ns, of_ns; /* what the culprit had of the longest stage, and that stage */
};

#define JSCOPE__GLITCH_SHARES_MAX 16

/* Of one stream. */
struct jscope__glitch_tally {
	uint64_t count, others; /* others: that share has no room for */
	jscope_ns first_ns;	/* of the earliest one; undefined without any */
	unsigned share_count;
	struct jscope__glitch_share share[JSCOPE__GLITCH_SHARES_MAX]; /* in order of their first */
};

/* Told, while the chain that they are about is yet to come. */
#define JSCOPE__GLITCHES_WAITING_MAX 256
struct jscope__glitches {
	unsigned count;
	struct jscope__waiting_glitch {
		struct jscope__glitch_tally *tally; /* borrowed: of its stream */
		uint64_t awaited;
		enum jscope_cause cause;
		jscope_ns at_ns;
	} waiting[JSCOPE__GLITCHES_WAITING_MAX]; /* the earliest told first */
};

/* tally: borrowed until finish. Beyond the limit the one that waits longest is put down to nobody. */
void jscope__glitches_add(struct jscope__glitches *glitches, struct jscope__glitch_tally *tally,
			  const struct jscope_glitch *glitch);

/*
 * The parts of a chain of the stream, or of its client's answer; NULL where they are not known.
 * Returns when the first glitch was that is about it, JSCOPE_NS_UNKNOWN for none.
 */
jscope_ns jscope__glitches_put_down(struct jscope__glitches *glitches,
				    struct jscope__glitch_tally *tally, uint64_t seq,
				    bool is_answer, const struct jscope__parts *parts);

/* Those whose chain never came are put down to nobody; the shares with most come first. */
void jscope__glitches_close(struct jscope__glitches *glitches);
void jscope__glitch_tally_close(struct jscope__glitch_tally *tally);

#endif
