/*
 * How the requests of a device came and went: how many were under way for how long, how many an
 * interrupt completed, what the device says they took, how long each kind took, and when the device
 * took none. Part of a row of a report; filled from timeline records, one thread.
 */
#ifndef ANALYSIS_TRAFFIC_H
#define ANALYSIS_TRAFFIC_H

#include "analysis/hist.h"
#include "replay/timeline.h"

/* Depths 0, 1, 2-3, 4-7, ... and all from 65536 on. */
#define JSCOPE__DEPTH_CLASSES 18
/* Sizes of batches that are told apart; the greatest stands for all from there on. */
#define JSCOPE__BATCH_SIZES 64
/* Kinds of requests with a distribution of their own; all others share one. */
#define JSCOPE__KINDS_MAX 16

enum jscope__op {
	JSCOPE__OP_READ,
	JSCOPE__OP_WRITE,
	JSCOPE__OP_FLUSH,
	JSCOPE__OP_DISCARD,
	JSCOPE__OP_OTHER,
	JSCOPE__OP_COUNT
};
const char *jscope__op_name(enum jscope__op op);

enum jscope__size {
	JSCOPE__SIZE_NONE, /* no bytes */
	JSCOPE__SIZE_4K,   /* at most so many, as all that follow */
	JSCOPE__SIZE_16K,
	JSCOPE__SIZE_64K,
	JSCOPE__SIZE_256K,
	JSCOPE__SIZE_MORE,
	JSCOPE__SIZE_COUNT
};
/* "<=16k". */
const char *jscope__size_name(enum jscope__size size);

__extension__ typedef unsigned __int128 jscope__area;

/* Times in which the device took no requests; those of which an end is not known are only counted. */
struct jscope__holds {
	uint64_t count, cut;
	uint64_t total_ns, longest_ns;
	uint64_t held, outlasting; /* requests, summed over the holds */
};

#define JSCOPE__KINDS (JSCOPE__OP_COUNT * JSCOPE__SIZE_COUNT) /* op by op */

/* All zero: nothing yet. Histograms are owned. */
struct jscope__traffic {
	uint64_t depth_ns[JSCOPE__DEPTH_CLASSES];
	uint64_t depth_lossy_ns; /* nobody knows how many: in none of the above */
	unsigned depth_max;
	jscope__area depth_area; /* requests times ns */
	/* Requests that were the first of their batch, the second, ..., and those behind. */
	uint64_t batch_indices[JSCOPE__BATCH_SIZES], batch_behind;
	unsigned batch_max;
	uint64_t batch_unknown;			/* completed, and nobody knows in which batch */
	struct jscope_hist *told, *beyond_told; /* beyond: latency minus what the device tells */
	unsigned kind_count;
	struct jscope_hist *kinds[JSCOPE__KINDS], *kinds_other;
	struct jscope__holds holds[JSCOPE_HOLD_KIND_COUNT];
	uint64_t resets_detected;
};

struct jscope_report;

void jscope__traffic_request(struct jscope_report *report, struct jscope__traffic *traffic,
			     const struct jscope_request *request);
void jscope__traffic_depth(struct jscope__traffic *traffic, const struct jscope_depth *depth);
void jscope__traffic_hold(struct jscope__traffic *traffic, const struct jscope_hold *hold);
void jscope__traffic_merge(struct jscope__traffic *into, const struct jscope__traffic *from);
void jscope__traffic_finish(struct jscope__traffic *traffic);
/* Values that found no place in a histogram. */
uint64_t jscope__traffic_overflow(const struct jscope__traffic *traffic);

/* Time in which the depth was known. */
uint64_t jscope__traffic_span_ns(const struct jscope__traffic *traffic);
/* Requests under way, averaged over that; 0 where it is 0. */
double jscope__traffic_mean(const struct jscope__traffic *traffic);
/* "1", "2-3" of a class of depths. Returns text. */
#define JSCOPE__CLASS_TEXT_SIZE 24
const char *jscope__depth_name(char text[JSCOPE__CLASS_TEXT_SIZE], unsigned depth_class);

/* "3", ">=64" of a size of batches. Returns text. */
const char *jscope__batch_name(char text[JSCOPE__CLASS_TEXT_SIZE], unsigned size);

/* Whether there is something to tell of holds of a kind, or of any. */
bool jscope__holds_are_known(const struct jscope__holds *holds);
bool jscope__traffic_was_held(const struct jscope__traffic *traffic);

/* Batches of exactly so many requests, of so many or more for the greatest size; from 1. */
uint64_t jscope__traffic_batches(const struct jscope__traffic *traffic, unsigned size);
/* All of them, and the requests in them. */
uint64_t jscope__traffic_batch_count(const struct jscope__traffic *traffic);
uint64_t jscope__traffic_batched(const struct jscope__traffic *traffic);

#endif
