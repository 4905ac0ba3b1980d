/*
 * The directory that a recording goes to.
 */
#ifndef TRACER_OUTPUT_H
#define TRACER_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

/* A recording does not begin with less, and ends before the disk has less than the second. */
#define JSCOPE__OUTPUT_START_BYTES ((uint64_t)64 << 20)
#define JSCOPE__OUTPUT_STOP_BYTES  ((uint64_t)32 << 20)

struct jscope__output {
	char path[4096]; /* absolute */
	bool made;	 /* by us: removed again when nothing was recorded */
};

/*
 * Make the directory, or take an empty one.
 *
 * Returns 0, -EEXIST (something is there), -EACCES, -ENOSPC (less than START_BYTES free), or
 * another negative errno of mkdir(2), with a sentence.
 */
int jscope__output_prepare(const char *path, struct jscope__output *ret_output);

/* Undo prepare() where nothing was written. */
void jscope__output_discard(const struct jscope__output *output);

/* Bytes that this user may still write there; UINT64_MAX where nobody knows. */
uint64_t jscope__output_free_bytes(const char *path);

/* Whether the trace knows an event of ours, that is: whether a program with our probes showed up.
 */
bool jscope__output_has_probes(const char *path);

#endif
