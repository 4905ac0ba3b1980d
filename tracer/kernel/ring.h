/*
 * The reading end of one ring of BPF (BPF_MAP_TYPE_RINGBUF), which one CPU fills: its records in
 * the order of their times.
 *
 * A program reserves its record first and reads the clock then. What interrupts it between the two
 * leaves younger places behind it with earlier times:
 *
 *   place in the ring   A    B    C    D          A was reserved, then an interrupt came with
 *   time                30   10   20   40         B and C; D came after A was written
 *
 * A record is therefore held until those behind it that are earlier were handed out (B, C, A, D).
 * Interrupts end in the order opposite to that in which they begin, so a stack of held records
 * does. One thread.
 */
#ifndef KERNEL_RING_H
#define KERNEL_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/kernel_record.h"

struct jscope__kernel_ring;

/*
 * map_fd: borrowed during the call. size_bytes: of the map, a power of two and of pages.
 * Returns 0, -EINVAL (such a size), -ENOMEM, or the negative errno of mmap(2).
 */
int jscope__kernel_ring_create(int map_fd, size_t size_bytes,
			       struct jscope__kernel_ring **ret_ring);
/* NULL is allowed. */
void jscope__kernel_ring_destroy(struct jscope__kernel_ring *ring);

/*
 * The next record, or NULL while it is not known: nothing is there, or what is there is still being
 * written. It stays until it is taken.
 */
const struct jscope_kernel_head *jscope__kernel_ring_peek(struct jscope__kernel_ring *ring);
/*
 * Go on behind the record that peek() showed; only after a peek() that showed one. It stays
 * readable until the next release(). Returns how much of the ring it takes, in bytes.
 */
size_t jscope__kernel_ring_take(struct jscope__kernel_ring *ring);
/* Give the room of what was taken back to the kernel. */
void jscope__kernel_ring_release(struct jscope__kernel_ring *ring);

/* Bytes that are not yet taken, at most the size; records that are still being written count. */
size_t jscope__kernel_ring_fill(const struct jscope__kernel_ring *ring);
/* Stretches of the ring that could not be records and were passed over. */
uint64_t jscope__kernel_ring_broken(const struct jscope__kernel_ring *ring);

#endif
