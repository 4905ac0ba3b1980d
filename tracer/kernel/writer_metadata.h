/*
 * The metadata of a recorded kernel: what the bytes of writer.c mean, in the language of CTF 1.8,
 * made from the vocabulary. Environment, names and types are those of LTTng's kernel tracer, by
 * which its tools know what they read.
 */
#ifndef KERNEL_WRITER_METADATA_H
#define KERNEL_WRITER_METADATA_H

#include "writer.h"

/* Whether an event has a class in the metadata: those of the groups that are recorded, and TOLD. */
bool jscope__kernel_metadata_has(const struct jscope__kernel_origin *origin, size_t id);

/* Make the file `metadata` in a directory. Returns 0 or a negative errno, without a sentence. */
int jscope__kernel_metadata_write(int directory, const struct jscope__kernel_origin *origin);

#endif
