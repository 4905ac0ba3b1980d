/*
 * The reading end of one ring of BPF (BPF_MAP_TYPE_RINGBUF), which one CPU fills: its records in the
 * order of their times, as long as they fit.
 *
 * A program reserves its record first and reads the clock then. What interrupts it between the two
 * leaves younger records behind an elder place: such a record is held until those behind it that are
 * earlier were handed out. One thread.
 */
#ifndef KERNEL_RING_H
#define KERNEL_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/kernel_record.h"

struct jscope__kernel_ring;

/*
 * map_fd: borrowed until destroy. size_bytes: of the map, a power of two and of pages.
 * Returns 0, -ENOMEM, or the negative errno of mmap(2).
 */
int jscope__kernel_ring_create(int map_fd, size_t size_bytes,
			       struct jscope__kernel_ring **ret_ring);
void jscope__kernel_ring_destroy(struct jscope__kernel_ring *ring);

/* The next record, or NULL while there is none that is complete. It stays until it is taken. */
const struct jscope_kernel_head *jscope__kernel_ring_peek(struct jscope__kernel_ring *ring);
/* Go on behind the record that peek() showed. It stays readable until the next release(). */
void jscope__kernel_ring_take(struct jscope__kernel_ring *ring);
/* Give the room of all records that were taken back to the kernel. */
void jscope__kernel_ring_release(struct jscope__kernel_ring *ring);

/* Bytes that wait to be read, at most the size. */
size_t jscope__kernel_ring_fill(const struct jscope__kernel_ring *ring);

#endif
