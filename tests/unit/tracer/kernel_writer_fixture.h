/*
 * A writer of recorded kernels with a directory of its own, and softirqs to write down.
 */
#ifndef TESTS_UNIT_TRACER_KERNEL_WRITER_FIXTURE_H
#define TESTS_UNIT_TRACER_KERNEL_WRITER_FIXTURE_H

#include "kernel_trace.h"
#include "scratch.h"

#define WRITER_MS	  JSCOPE_NS_PER_MS
#define WRITER_RAISE_SIZE (KERNEL_EVENT_HEAD + 4) /* bytes of a softirq in the trace */

extern const struct jscope__kernel_origin writer_origin;

/* Of the test that runs: where it writes, and who does. */
extern char writer_directory[SCRATCH_PATH_SIZE];
extern struct jscope__kernel_writer *writer;

/* For cmocka. */
int writer_set_up(void **state);
int writer_tear_down(void **state);

/* From here on the directory is another one, which is empty. */
void writer_directory_make(const char *name);

/* A softirq of CPU 0 so many ms after the beginning. */
void writer_raise(jscope_ns at_ms, uint32_t lost);
void writer_finish(jscope_ns at_ms);

void writer_packet_check(const struct kernel_packet *packet, jscope_ns begin_ms, jscope_ns end_ms,
			 size_t raises, uint64_t discarded_count);

#endif
