/* Insides of a buffer, shared by buffer*.c. */
#ifndef REPLAY_BUFFER_STATE_H
#define REPLAY_BUFFER_STATE_H

#include "buffer.h"
#include "output.h"

/* Chains that are remembered, and glitches that wait; of further ones nobody knows the cause. */
#define JSCOPE__BUFFER_CHAINS	64
#define JSCOPE__BUFFER_GLITCHES 128
#define JSCOPE__BUFFER_OFFENCES 16

/* A notification, as far as it tells who kept it. */
struct jscope__buffer_chain {
	uint64_t seq;
	unsigned epoch;
	jscope_ns first_ns; /* the first instant known, by their order in a chain */
	jscope_ns begin_ns; /* the earliest one: a signal may come before what was due */
	bool was_interrupted;
	jscope_ns at[JSCOPE_INSTANT_COUNT];
};

/* Something that the device did, and by how much it shortened the client's time. */
struct jscope__buffer_offence {
	jscope_ns begin_ns, end_ns; /* it happened in between */
	jscope_ns by_ns;
	bool is_refusal;
};

/* Intervals between the interrupts of a stream that tells neither its period nor its position. */
struct jscope__buffer_rhythm {
	uint64_t count;
	double mean_ns;
};

struct jscope__buffer {
	struct jscope__output *output;
	const struct jscope_stream_info *info;
	jscope__glitch_fn *tell;
	/* The newest at (count - 1) modulo the size. */
	uint64_t chain_count;
	struct jscope__buffer_chain chains[JSCOPE__BUFFER_CHAINS];
	bool has_answers; /* some chain has told when its client answered */
	uint64_t offence_count;
	struct jscope__buffer_offence offences[JSCOPE__BUFFER_OFFENCES];
	unsigned glitch_count;
	struct jscope_glitch glitches[JSCOPE__BUFFER_GLITCHES]; /* oldest first */
	unsigned glitch_chains[JSCOPE__BUFFER_GLITCHES];	/* that began after it, so far */
	bool has_last;
	struct jscope_glitch last; /* the last one told */
	struct jscope__buffer_rhythm rhythm;
	bool is_located;
	struct jscope_position located;
	unsigned disordered_count; /* positions in a row that are older than it */
	int64_t lag_frames;	   /* by which the device fell behind, and may make up for */
};

static inline const struct jscope__buffer_chain *
jscope__buffer_chain_at(const struct jscope__buffer *buffer, unsigned i)
{
	return &buffer->chains[(buffer->chain_count - 1 - i) % JSCOPE__BUFFER_CHAINS];
}

/* How many are remembered. */
static inline unsigned jscope__buffer_chains(const struct jscope__buffer *buffer)
{
	return buffer->chain_count < JSCOPE__BUFFER_CHAINS ? (unsigned)buffer->chain_count
							   : JSCOPE__BUFFER_CHAINS;
}

void jscope__buffer_offend(struct jscope__buffer *buffer, struct jscope__buffer_offence offence);

/* Why the device ran out, by the chains around it. */
enum jscope_cause jscope__buffer_cause(const struct jscope__buffer *buffer,
				       const struct jscope_glitch *glitch);

#endif
