/*
 * The trace of a recorded kernel on disk: CTF 1.8 in LTTng's kernel vocabulary, one stream per CPU.
 * A directory holds one trace; rotation makes another writer that goes on counting. One thread.
 */
#ifndef KERNEL_WRITER_H
#define KERNEL_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ns.h"
#include "probes/kernel_record.h"

struct jscope__kernel_writer;

/* What is told about the recording; the same for all chunks of one. */
struct jscope__kernel_origin {
	uint8_t uuid[16];
	int64_t clock_offset_ns; /* CLOCK_REALTIME less CLOCK_MONOTONIC when the recording began */
	uint64_t probe_cost_ns;	 /* 0: not known */
	uint32_t cpu_count;	 /* possible ones */
	uint32_t groups;	 /* that are recorded, bits 1 << enum jscope_kernel_group */
};

/*
 * Begin a trace in an existing, empty directory. lttng-analyses reads it only where the name of the
 * directory, or of one in it, ends in "kernel".
 * before: the chunk that this one continues (its packet numbers and losses go on), or NULL;
 * borrowed during the call; it may be finished already. Returns 0 or a negative errno, with a
 * sentence.
 */
int jscope__kernel_writer_create(const char *directory, const struct jscope__kernel_origin *origin,
				 const struct jscope__kernel_writer *before,
				 struct jscope__kernel_writer **ret_writer);

/*
 * Comes first: no record is earlier. Tools that compare CPUs, as lttng-analyses, look at nothing
 * before the stream that begins last, so that all begin here.
 */
void jscope__kernel_writer_begin(struct jscope__kernel_writer *writer, jscope_ns at_ns);

/* So many were lost of a CPU, modulo 2^32, before this trace begins; 0 if not said. */
void jscope__kernel_writer_since(struct jscope__kernel_writer *writer, uint32_t cpu, uint32_t lost);

/*
 * Write a record of a CPU; those of one CPU in the order of their times. Losses are found by its
 * head's `lost` and lie between the packets around them. Never fails: what cannot be written is
 * thrown away, and error() says so.
 */
void jscope__kernel_writer_record(struct jscope__kernel_writer *writer, uint32_t cpu,
				  const struct jscope_kernel_head *head);
/*
 * A record of the recorder's own (group TOLD), in the stream of CPU 0: never before the ones there.
 */
void jscope__kernel_writer_tell(struct jscope__kernel_writer *writer, jscope_ns at_ns,
				enum jscope_kernel_event event, const void *fields);

/*
 * Losses of a CPU until at_ns, modulo 2^32, where no record followed that tells them. Records that
 * are written afterwards are not earlier.
 */
void jscope__kernel_writer_lost(struct jscope__kernel_writer *writer, uint32_t cpu, uint32_t lost,
				jscope_ns at_ns);
/*
 * Write the packets that are begun: what happened until at_ns is then on disk. Records that are
 * written afterwards are not earlier, and losses before were told: that a CPU was idle is written
 * down too.
 */
void jscope__kernel_writer_flush(struct jscope__kernel_writer *writer, jscope_ns at_ns);

uint64_t jscope__kernel_writer_bytes(const struct jscope__kernel_writer *writer);
uint64_t jscope__kernel_writer_events(const struct jscope__kernel_writer *writer);
/*
 * Records that are not what kernel_record.h and the groups of the recording say: thrown away; those
 * that are only late, or whose text does not end, are mended.
 */
uint64_t jscope__kernel_writer_strange(const struct jscope__kernel_writer *writer);
/* 0, or the negative errno of the first write that failed. */
int jscope__kernel_writer_error(const struct jscope__kernel_writer *writer);

/* Flush and close. Returns 0, or the first error, with a sentence. */
int jscope__kernel_writer_finish(struct jscope__kernel_writer *writer, jscope_ns at_ns);
/* NULL is allowed; what was not finished is closed as it is. */
void jscope__kernel_writer_destroy(struct jscope__kernel_writer *writer);

#endif
