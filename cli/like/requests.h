/*
 * The requests of a recorded session, of all its disks. Inside cli/like/.
 *
 * Bounded: so many disks and requests are kept, and what passes them is counted.
 */
#ifndef CLI_LIKE_REQUESTS_H
#define CLI_LIKE_REQUESTS_H

#include "replay/timeline.h"
#include "tracer/scenario.h"

#define JSCOPE__LIKE_REQUESTS_MAX 1000000

/* Instants are on the trace clock, UNKNOWN where nothing tells them. */
struct jscope__like_request {
	jscope_ns queued_ns, issue_ns, irq_ns, softirq_ns, complete_ns, run_ns;
	jscope_ns told_ns; /* how long it took, as its device says; 0: it does not */
	uint64_t bytes;
	uint8_t op, status; /* SCSI operation code, SRB_STATUS */
	unsigned disk;
};

struct jscope__like_requests {
	char disks[JSCOPE_DISKS_MAX][64]; /* names, in the order in which they appear */
	unsigned disk_count;
	struct jscope__like_request *list; /* owned; in the order of records */
	size_t count, size;
	uint64_t total; /* of the recording, whether kept or not */
	uint64_t cut; /* their issue or completion is not in the trace, or may be that of others */
	uint64_t empty;	   /* without data */
	uint64_t left_out; /* beyond the bounds */
	uint64_t holds;	   /* outages of a link, resets, pauses */
	bool is_lossy;	   /* something of the trace was lost, on whatever device */
};

/* Keep a request, or count why not. Returns 0 or -ENOMEM. */
int jscope__like_requests_note(struct jscope__like_requests *requests,
			       const struct jscope_request *request);

/*
 * When all are there: where something was lost, those without an end had one that the trace lacks. They are
 * left out and counted; else they were under way to the end.
 */
void jscope__like_requests_settle(struct jscope__like_requests *requests);

/* Is that the name of an adapter of ours, and not of a block device of a kernel? */
bool jscope__like_is_adapter(const char *device);

#endif
