/*
 * Where the records of a recording go: into the trace on disk or the flight recorder, and to be
 * measured while they come, for a view and for triggers. One thread.
 */
#ifndef KERNEL_SINK_H
#define KERNEL_SINK_H

#include "chunks.h"
#include "flight.h"
#include "pairs.h"
#include "tracer/kernel.h"

struct jscope__kernel_sink {
	const struct jscope_kernel_settings *settings; /* borrowed */
	struct jscope__kernel_writer *writer;	       /* of the present chunk; NULL: none */
	struct jscope__kernel_chunks *chunks;	       /* one of these two */
	struct jscope__kernel_flight *flight;
	struct jscope__kernel_pairs *pairs;		/* NULL: nothing is measured */
	uint64_t counts[JSCOPE_KERNEL_EVENT_COUNT + 1]; /* of records; the last: of no event */
	uint64_t count;					/* of all of them */
};

/*
 * settings, directory: borrowed until finish. Returns 0 or a negative errno, with a sentence; then
 * there is nothing to finish.
 */
int jscope__kernel_sink_init(struct jscope__kernel_sink *sink,
			     const struct jscope_kernel_settings *settings, const char *directory,
			     const struct jscope__kernel_origin *origin, jscope_ns at_ns);
/* Releases all; nothing more is written. */
void jscope__kernel_sink_finish(struct jscope__kernel_sink *sink);

/* Whether records have to come by time, and not CPU after CPU. */
bool jscope__kernel_sink_wants_order(const struct jscope__kernel_sink *sink);
/* sink: struct jscope__kernel_sink. */
void jscope__kernel_sink_record(void *sink, uint32_t cpu, const struct jscope_kernel_head *head);

/* No record before at_ns will come. Returns 0 or a negative errno: nothing more is written then. */
int jscope__kernel_sink_passed(struct jscope__kernel_sink *sink, jscope_ns at_ns);
/* So many were lost of a CPU until at_ns, modulo 2^32; no record before at_ns will come. */
void jscope__kernel_sink_lost(struct jscope__kernel_sink *sink, uint32_t cpu, uint32_t lost,
			      jscope_ns at_ns);
/* How often a probe fired, at the end. */
void jscope__kernel_sink_tell_probe(struct jscope__kernel_sink *sink,
				    enum jscope_kernel_event event, uint64_t lost, jscope_ns at_ns);

/* Write the end. Returns 0 or the first error of all, with a sentence. */
int jscope__kernel_sink_end(struct jscope__kernel_sink *sink, jscope_ns at_ns);
/* Nothing was recorded: remove what was written. */
void jscope__kernel_sink_discard(struct jscope__kernel_sink *sink);

/* Fill in what was written. */
void jscope__kernel_sink_result(const struct jscope__kernel_sink *sink,
				struct jscope_kernel_result *result);

#endif
