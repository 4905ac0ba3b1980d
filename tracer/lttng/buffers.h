/*
 * How large the ring buffers of a recording are.
 *
 * They have to hold what arrives while the consumer daemon waits for a CPU or for the disk.
 * Measured on two cores with 1 M events/s for 5 s (62 bytes an event), bytes for each CPU: nothing
 * is lost with 4 MiB, nor with three busy loops beside it; while another program writes and syncs
 * to the same disk, 8 MiB lost 38 %, 16 MiB 25 %, 64 MiB nothing. LTTng takes the memory of all
 * possible CPUs at once, so that machines with many get less for each.
 *
 * /dev/shm gets one sub-buffer more for each CPU, and 2.6 MiB for the metadata. The ground truth of
 * a virtual device has buffers of its own, which never grow.
 */
#ifndef TRACER_LTTNG_BUFFERS_H
#define TRACER_LTTNG_BUFFERS_H

#include <stdint.h>

struct jscope__buffers {
	uint64_t part_bytes; /* one sub-buffer, a power of 2 */
	uint64_t part_count; /* sub-buffers for each CPU, a power of 2 */
};

/* At most 1/8 of `memory_bytes` and 1/2 of `shm_bytes` (both free now) for all `cpus`. Pure. */
struct jscope__buffers jscope__buffers_fit(unsigned cpus, uint64_t memory_bytes,
					   uint64_t shm_bytes);

struct jscope__buffers jscope__buffers_truth(void);

/* What they take of /dev/shm, with those of the ground truth. Pure. */
uint64_t jscope__buffers_shm_bytes(unsigned cpus, struct jscope__buffers buffers);

/*
 * The same for this machine as it is now. Returns 0, or -ENOSPC with a sentence when /dev/shm has
 * no room even for the smallest: programs would start and not be seen.
 */
int jscope__buffers_here(struct jscope__buffers *ret_buffers);

#endif
