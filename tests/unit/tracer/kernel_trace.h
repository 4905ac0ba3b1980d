/*
 * Traces of recorded kernels, taken apart by the tests. Whatever is wrong with a packet fails the
 * test.
 */
#ifndef UNIT_KERNEL_TRACE_H
#define UNIT_KERNEL_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "writer.h"

#define KERNEL_EVENT_HEAD	 5 /* bytes: the id, and 32 bits of the time */
#define KERNEL_PACKET_HEAD	 (4 + 16 + 4 + 8 + 6 * 8 + 4)
#define KERNEL_TRACE_PACKETS_MAX 64

struct kernel_packet {
	uint8_t uuid[16];
	uint64_t instance, begin_ns, end_ns, number, discarded_count;
	uint32_t cpu;
	const uint8_t *events; /* until the next read */
	size_t size;	       /* of them */
};

struct kernel_trace {
	struct kernel_packet packets[KERNEL_TRACE_PACKETS_MAX];
	size_t count;
	size_t bytes; /* of the file */
};

/* The stream of a CPU. */
void kernel_trace_read(struct kernel_trace *trace, const char *directory, uint32_t cpu);
void kernel_trace_metadata(const char *directory, char *text, size_t size);

#endif
