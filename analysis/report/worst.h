/*
 * The longest few of one kind, each with its instants and stages: chains of a stream by their time
 * from end to end, requests of a device by their latency. Filled by the collectors, read by the
 * writers of a report; one thread. Inside analysis/.
 */
#ifndef ANALYSIS_WORST_H
#define ANALYSIS_WORST_H

#include "line.h"

struct jscope_hist;

#define JSCOPE__WORST_COUNT 5

enum jscope__request_stage {
	JSCOPE__SUBMIT,	  /* queued -> issue */
	JSCOPE__DEVICE,	  /* issue -> irq */
	JSCOPE__COMPLETE, /* irq -> complete */
	JSCOPE__WAKE,	  /* complete -> run */
	JSCOPE__REQUEST_STAGE_COUNT
};

_Static_assert((int)JSCOPE_REQUEST_INSTANTS <= (int)JSCOPE_INSTANT_COUNT, "room for both");
_Static_assert((int)JSCOPE__REQUEST_STAGE_COUNT <= (int)JSCOPE_STAGE_COUNT, "room for both");

struct jscope__worst_one {
	jscope_ns length_ns;
	jscope_ns first_ns; /* the earliest instant that is known, by which equals are ordered */
	uint64_t id;	    /* number of the point; of a request as its timeline tells it */
	uint64_t bytes;	    /* of a request */
	/* Of a notification by its instants and stages, of a request by its own (line.h). */
	jscope_ns at[JSCOPE_INSTANT_COUNT];	/* UNKNOWN where the trace does not say */
	jscope_ns stage_ns[JSCOPE_STAGE_COUNT]; /* UNKNOWN where it does not exist */
};

/* All zero to begin. */
struct jscope__worst {
	unsigned count;
	struct jscope__worst_one
		ones[JSCOPE__WORST_COUNT]; /* longest first; of equals the earlier */
};

/* Whether one of such a length may have a place: all that most of them cost. */
static inline bool jscope__worst_wants(const struct jscope__worst *worst, jscope_ns length_ns)
{
	return worst->count < JSCOPE__WORST_COUNT ||
	       length_ns >= worst->ones[JSCOPE__WORST_COUNT - 1].length_ns;
}

void jscope__worst_notification(struct jscope__worst *worst, const struct jscope_notification *n,
				const struct jscope_stages *stages);
/* Both ends of it are known. */
void jscope__worst_request(struct jscope__worst *worst, const struct jscope_request *request);

/*
 * The stage to blame, of first .. end - 1: the one that exceeds most what it takes usually, which
 * is the median of its distribution in `usual` (NULL: nothing). `end` where none is known.
 */
unsigned jscope__worst_blamed(const struct jscope__worst_one *one, struct jscope_hist *const *usual,
			      unsigned first, unsigned end);

#endif
