/*
 * The last points of a run, packed, by chunks. Called by wander.c; one thread. Inside analysis/.
 *
 * A chunk of 256 points takes 1 KiB, as time errors that are near in time are near in value: they
 * are kept as 32 bits above the lowest. One that spans over 4.29 s takes 2 KiB. Nothing is rounded.
 */
#ifndef ANALYSIS_HISTORY_H
#define ANALYSIS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#define JSCOPE__CHUNK_POINTS 256

/* With fewer of them there is no run longer than a chunk. */
#define JSCOPE__CHUNKS_MIN 2

/* Memory that several share; to be set before. */
struct jscope__wander_budget {
	size_t bytes_left;
};

/* Returns NULL where memory, or what is left of the budget, is short. Zeroed. */
void *jscope__wander_take(struct jscope__wander_budget *budget, size_t size);
void jscope__wander_give(struct jscope__wander_budget *budget, void *memory, size_t size);

struct jscope__chunk;

struct jscope__history {
	struct jscope__wander_budget *budget; /* borrowed */
	unsigned chunk_count, chunk_max;      /* that are there; that there may be */
	struct jscope__chunk **chunks;	      /* owned: a ring of chunk_count, made for chunk_max */
	bool is_short;			      /* of memory: chunk_count grows no more */
};

/* The struct is all zero but for budget and chunk_max. */
void jscope__history_finish(struct jscope__history *history);

/*
 * Chunk `number` of the run, counted from 0, in order. Replaces the oldest one where chunk_max are
 * there, or memory is short. False: it could not be kept, and neither can the run.
 */
bool jscope__history_add(struct jscope__history *history, unsigned number, const double *points_ns);

/* The lowest and the highest of some points. */
struct jscope__extent {
	double low_ns, high_ns;
};
struct jscope__extent jscope__extent_of(const double *points_ns, unsigned count);

/* One of the last chunk_count chunks. */
struct jscope__extent jscope__history_read(const struct jscope__history *history, unsigned number,
					   double *ret_points_ns);

#endif
