/*
 * The traces that a recording writes: one in its directory, or, where it is rotated, one after the
 * other in directories below, which are one trace for whoever reads the whole.
 *
 *   DIR/kernel/
 *   DIR/000001-20261121T180000Z/kernel/   DIR/000002-20261121T181000Z/kernel/   ...
 *
 * LTTng names the directory of kernel traces so, and lttng-analyses looks for that.
 * One thread.
 */
#ifndef KERNEL_CHUNKS_H
#define KERNEL_CHUNKS_H

#include "writer.h"

struct jscope__kernel_chunks;

struct jscope__kernel_chunks_settings {
	const char *directory; /* exists; borrowed until destroy */
	struct jscope__kernel_origin origin;
	uint64_t rotate_bytes; /* 0: never */
	jscope_ns rotate_ns;   /* 0: never */
	unsigned keep;	       /* 0: all */
};

struct jscope__kernel_chunks_counts {
	uint64_t event_count, byte_count; /* written, removed chunks included */
	uint64_t strange_count; /* records that no kernel of ours makes, or that were late */
	unsigned chunk_count;	/* made, removed ones included */
};

/* Begin the first one. Returns 0 or a negative errno, with a sentence. */
int jscope__kernel_chunks_create(const struct jscope__kernel_chunks_settings *settings,
				 jscope_ns at_ns, struct jscope__kernel_chunks **ret_chunks);
/* NULL is allowed; what was not finished is closed as it is. */
void jscope__kernel_chunks_destroy(struct jscope__kernel_chunks *chunks);

/*
 * The one that is written now, to hand records to: another after each passed(), and NULL where the
 * next one could not be begun.
 */
struct jscope__kernel_writer *jscope__kernel_chunks_writer(struct jscope__kernel_chunks *chunks);

/*
 * No record earlier than at_ns will come: bring what is there to disk once a second, and begin the
 * next chunk when it is time. Returns 0, or the negative errno of the first write that failed:
 * nothing more is written then. Without a sentence; finish() has one.
 */
int jscope__kernel_chunks_passed(struct jscope__kernel_chunks *chunks, jscope_ns at_ns);

/* End the last one. Returns 0 or the first error of all, with a sentence. */
int jscope__kernel_chunks_finish(struct jscope__kernel_chunks *chunks, jscope_ns at_ns);
/* Remove what was written, where nothing was recorded. */
void jscope__kernel_chunks_discard(struct jscope__kernel_chunks *chunks);

struct jscope__kernel_chunks_counts
jscope__kernel_chunks_counts(const struct jscope__kernel_chunks *chunks);

#endif
