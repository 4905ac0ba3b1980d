/*
 * The times in which an adapter was kept from its requests, so that they are not put down to its
 * device: its link was down, it was reset, it asked for a pause. Inside analysis/; one thread.
 */
#ifndef ANALYSIS_HELD_REQUESTS_H
#define ANALYSIS_HELD_REQUESTS_H

#include "parts.h"

/* The latest ones of all devices. All zero: none. */
#define JSCOPE__HELD_MAX 1024
struct jscope__held_requests {
	uint64_t count; /* ever; number i lies at i modulo JSCOPE__HELD_MAX */
	struct jscope_hold holds[JSCOPE__HELD_MAX];
};

/* One with an end that the trace does not tell is left out. */
void jscope__held_requests_add(struct jscope__held_requests *held, const struct jscope_hold *hold);

/*
 * A time of a request between two instants: what of it lies in holds of its device is put down to
 * them, the rest to `otherwise`. Of several at once the one that began first counts.
 */
void jscope__held_requests_split(const struct jscope__held_requests *held,
				 const struct jscope_request *request, struct jscope__parts *parts,
				 const struct jscope__part *otherwise);

#endif
