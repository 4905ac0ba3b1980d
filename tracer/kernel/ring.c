/*
 * The layout is the kernel's (Documentation/bpf/ringbuf.rst): a page with the position of the
 * consumer, a page with that of the producer, then the data, mapped twice in a row so that a record
 * is never cut. Positions count bytes and never wrap. Before each record lie eight bytes: its
 * length, with a bit while it is being written and one when it was thrown away, and the kernel's
 * own.
 */
#include "ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Contexts that can interrupt each other on a CPU, and threads that are pushed aside in a program.
 */
#define HELD_MAX 16

_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "positions are longs of the kernel");

struct held {
	const struct jscope_kernel_head *head;
	uint64_t position;
};

struct jscope__kernel_ring {
	_Atomic uint64_t *consumer;	  /* mapping of one page */
	const _Atomic uint64_t *producer; /* mapping of one page and twice the data */
	const uint8_t *data;
	size_t size, page;
	uint64_t next; /* first position that was not looked at */
	uint64_t end;  /* of the producer, as last seen */
	struct held held[HELD_MAX];
	unsigned held_count;
	bool is_shown; /* the one held last was handed out by peek() */
	uint64_t broken_count;
};

enum look { LOOK_RECORD, LOOK_NOTHING, LOOK_BUSY };

static int ring_map(struct jscope__kernel_ring *ring, int map_fd)
{
	void *place = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);

	if (place == MAP_FAILED)
		return -errno;
	ring->consumer = place;
	place = mmap(NULL, ring->page + 2 * ring->size, PROT_READ, MAP_SHARED, map_fd,
		     (off_t)ring->page);
	if (place == MAP_FAILED)
		return -errno;
	ring->producer = place;
	ring->data = (const uint8_t *)place + ring->page;
	return 0;
}

int jscope__kernel_ring_create(int map_fd, size_t size_bytes, struct jscope__kernel_ring **ret_ring)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct jscope__kernel_ring *ring;
	int error;

	if (size_bytes < page || (size_bytes & (size_bytes - 1)))
		return -EINVAL;
	ring = calloc(1, sizeof *ring);
	if (!ring)
		return -ENOMEM;
	ring->size = size_bytes;
	ring->page = page;
	error = ring_map(ring, map_fd);
	if (error) {
		jscope__kernel_ring_destroy(ring);
		return error;
	}
	ring->next = atomic_load_explicit(ring->consumer, memory_order_relaxed);
	ring->end = ring->next;
	*ret_ring = ring;
	return 0;
}

void jscope__kernel_ring_destroy(struct jscope__kernel_ring *ring)
{
	if (!ring)
		return;
	if (ring->consumer)
		munmap((void *)ring->consumer, ring->page);
	if (ring->producer)
		munmap((void *)ring->producer, ring->page + 2 * ring->size);
	free(ring);
}

/* What lies between two positions; a producer that is out of reach is not believed. */
static bool ring_has_more(struct jscope__kernel_ring *ring)
{
	if (ring->next != ring->end)
		return true;
	ring->end = atomic_load_explicit(ring->producer, memory_order_acquire);
	if (ring->end - ring->next > ring->size || ring->end % 8) {
		ring->broken_count++;
		ring->end = ring->next;
	}
	return ring->next != ring->end;
}

/* Of a record in the ring, its eight bytes before and what fills up the last eight included. */
static size_t room_of(uint32_t length)
{
	return ((size_t)length + BPF_RINGBUF_HDR_SZ + 7) & ~(size_t)7;
}

static uint32_t length_at(const struct jscope__kernel_ring *ring, uint64_t position)
{
	const uint8_t *place = ring->data + (position & (ring->size - 1));

	return atomic_load_explicit((const _Atomic uint32_t *)(const void *)place,
				    memory_order_acquire);
}

static const struct jscope_kernel_head *head_at(const struct jscope__kernel_ring *ring,
						uint64_t position)
{
	return (const void *)(ring->data + (position & (ring->size - 1)) + BPF_RINGBUF_HDR_SZ);
}

static bool is_record(const struct jscope__kernel_ring *ring, uint32_t length)
{
	return length >= sizeof(struct jscope_kernel_head) &&
	       head_at(ring, ring->next)->size <= length - sizeof(struct jscope_kernel_head);
}

/* Is there a record at `next`? What was thrown away or makes no sense is passed over. */
static enum look ring_look(struct jscope__kernel_ring *ring)
{
	while (ring_has_more(ring)) {
		const uint32_t word = length_at(ring, ring->next);
		const uint32_t length = word & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

		if (word & BPF_RINGBUF_BUSY_BIT)
			return LOOK_BUSY;
		if (room_of(length) > ring->end - ring->next) {
			/* Nobody knows where the next record begins. */
			ring->broken_count++;
			ring->next = ring->end;
			continue;
		}
		if (!(word & BPF_RINGBUF_DISCARD_BIT) && is_record(ring, length))
			return LOOK_RECORD;
		ring->broken_count += !(word & BPF_RINGBUF_DISCARD_BIT);
		ring->next += room_of(length);
	}
	return LOOK_NOTHING;
}

static void ring_hold(struct jscope__kernel_ring *ring, const struct jscope_kernel_head *head)
{
	ring->held[ring->held_count++] = (struct held){ head, ring->next };
	ring->next += room_of(length_at(ring, ring->next));
}

static const struct held *held_last(const struct jscope__kernel_ring *ring)
{
	return ring->held_count ? &ring->held[ring->held_count - 1] : NULL;
}

/*
 * The one held last is next, unless one behind it is earlier. All that interrupted it was written
 * before it was, and so is in sight here; only a thread that was pushed aside may still be writing.
 */
static const struct jscope_kernel_head *ring_next(struct jscope__kernel_ring *ring)
{
	for (;;) {
		const struct held *held = held_last(ring);
		const struct jscope_kernel_head *head;

		if (ring->held_count == HELD_MAX)
			return held->head;
		switch (ring_look(ring)) {
		case LOOK_BUSY:
			return NULL;
		case LOOK_NOTHING:
			return held ? held->head : NULL;
		case LOOK_RECORD:
			break;
		}
		head = head_at(ring, ring->next);
		if (held && head->at_ns >= held->head->at_ns)
			return held->head;
		ring_hold(ring, head);
	}
}

/* What was shown is not hidden again by what a program begins to write behind it. */
const struct jscope_kernel_head *jscope__kernel_ring_peek(struct jscope__kernel_ring *ring)
{
	const struct jscope_kernel_head *head;

	if (ring->is_shown)
		return held_last(ring)->head;
	head = ring_next(ring);
	ring->is_shown = head != NULL;
	return head;
}

size_t jscope__kernel_ring_take(struct jscope__kernel_ring *ring)
{
	ring->is_shown = false;
	return room_of(length_at(ring, ring->held[--ring->held_count].position));
}

/* Whatever lies behind a held record stays as well. */
static uint64_t ring_done(const struct jscope__kernel_ring *ring)
{
	return ring->held_count ? ring->held[0].position : ring->next;
}

void jscope__kernel_ring_release(struct jscope__kernel_ring *ring)
{
	atomic_store_explicit(ring->consumer, ring_done(ring), memory_order_release);
}

size_t jscope__kernel_ring_fill(const struct jscope__kernel_ring *ring)
{
	const uint64_t end = atomic_load_explicit(ring->producer, memory_order_acquire);
	const uint64_t fill = end - ring_done(ring);

	return fill > ring->size ? ring->size : (size_t)fill;
}

uint64_t jscope__kernel_ring_broken(const struct jscope__kernel_ring *ring)
{
	return ring->broken_count;
}
