/*
 * The requests of one recorded disk made ready for a scenario: by their arrival, each with the queue of
 * the adapter that finds it done, and the client that waits for it. Inside cli/like/.
 */
#ifndef CLI_LIKE_TRAFFIC_H
#define CLI_LIKE_TRAFFIC_H

#include "requests.h"

/* More are not under way at once: the others wait until there is room. */
#define JSCOPE__LIKE_DEPTH_MAX 4096

/* Records of virtual time from an interrupt to the entry of its DPC. */
#define JSCOPE__LIKE_ENTRY_TOLD_NS 4

struct jscope__like_traffic {
	struct jscope__like_request *requests; /* owned; by queued_ns once it is made */
	size_t count;
	struct jscope_recorded_request
		*recorded; /* owned; the same ones, their instants on the trace clock */
	bool from_isr;	   /* completed in interrupt routines */
	unsigned queue_count, client_count;
	uint32_t depth; /* under way at once */
	bool is_full;	/* perhaps there were more */
	/* What the recording does not tell, or the machine has no room for: */
	uint64_t unqueued;	/* when the adapter was given it */
	uint64_t uninterrupted; /* which interrupt found it done */
	uint64_t unheard;	/* who waited for it */
	uint64_t capped;	/* larger, or longer by its own word, than a record holds */
	uint64_t crowded;	/* handlers and wakes that will wait for each other */
};

/*
 * The requests of disk number `disk`, handled on at most queue_max queues. Returns 0 or -ENOMEM.
 * ret_traffic: to be released with jscope__like_traffic_finish(), even on failure.
 */
int jscope__like_traffic_make(const struct jscope__like_requests *requests, unsigned disk,
			      unsigned queue_max, struct jscope__like_traffic *ret_traffic);
void jscope__like_traffic_finish(struct jscope__like_traffic *traffic);

/* When the last of it was over. */
jscope_ns jscope__like_traffic_end(const struct jscope__like_traffic *traffic);

#endif
