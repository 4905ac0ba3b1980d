/*
 * Random stories of storage requests, told to the fake trace in our own vocabulary while events are
 * being lost, with what is true about each request. For the tests of replay/; one at a time.
 */
#ifndef TESTS_UNIT_REPLAY_REQUEST_STORY_H
#define TESTS_UNIT_REPLAY_REQUEST_STORY_H

#include "fake_trace.h"

#define STORY_REQUESTS 24

/* Instants in ns, JSCOPE_NS_UNKNOWN where there is none. */
struct story_request {
	uint64_t srb;
	const char *op;
	jscope_ns entry_ns, queued_ns, issue_ns, irq_ns, softirq_ns, complete_ns, run_ns;
	/* Requests in flight, itself included: when it was started, issued, and until it was over. */
	unsigned outstanding, outstanding_issued, outstanding_last;
	unsigned records; /* for whoever compares */
	bool is_whole;	  /* nothing was lost anywhere in its life */
};

struct story {
	struct story_request requests[STORY_REQUESTS];
	unsigned request_count;
	unsigned issue_count, complete_count; /* events that the trace has */
};

/* Make one, and have it in the fake trace. */
void story_make(struct story *story, unsigned seed);

#endif
