/*
 * A ring of BPF in ordinary memory, filled as the kernel fills one (bpf_ringbuf_reserve and
 * submit), for tests of what reads it. One thread.
 */
#ifndef TESTS_KERNEL_RING_FAKE_H
#define TESTS_KERNEL_RING_FAKE_H

#include <stdbool.h>

#include "ring.h"

struct ring_fake {
	int fd; /* as that of a map */
	size_t size;
	uint8_t *pages; /* of the consumer, of the producer, and the data twice */
};

void ring_fake_open(struct ring_fake *fake, size_t size);
void ring_fake_close(struct ring_fake *fake);

/* Place of a record with so many bytes of fields; busy until it is submitted. -1: no room. */
int64_t ring_fake_reserve(struct ring_fake *fake, size_t field_size);
void ring_fake_write(struct ring_fake *fake, int64_t place, const struct jscope_kernel_head *head);
/* What follows the head. */
void ring_fake_fill(struct ring_fake *fake, int64_t place, const void *fields, size_t size);
void ring_fake_submit(struct ring_fake *fake, int64_t place);
void ring_fake_discard(struct ring_fake *fake, int64_t place);
/* All of it at once. Returns whether there was room. */
bool ring_fake_record(struct ring_fake *fake, uint64_t at_ns, uint16_t id);

/* Overwrite the length of a record, or where the producer is: what no kernel does. */
void ring_fake_set_length(struct ring_fake *fake, int64_t place, uint32_t length);
void ring_fake_set_producer(struct ring_fake *fake, uint64_t position);
uint64_t ring_fake_consumer(const struct ring_fake *fake);

#endif
