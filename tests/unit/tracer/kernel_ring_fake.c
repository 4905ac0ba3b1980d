#include "kernel_ring_fake.h"

#include "../cmocka_all.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static uint64_t *position_of(const struct ring_fake *fake, size_t offset)
{
	return (void *)(fake->pages + offset);
}

void ring_fake_open(struct ring_fake *fake, size_t size)
{
	const size_t all = 2 * page() + 2 * size;

	fake->size = size;
	fake->fd = memfd_create("ring", MFD_CLOEXEC);
	assert_true(fake->fd >= 0);
	assert_int_equal(ftruncate(fake->fd, (off_t)all), 0);
	fake->pages = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, fake->fd, 0);
	assert_ptr_not_equal(fake->pages, MAP_FAILED);
}

void ring_fake_close(struct ring_fake *fake)
{
	munmap(fake->pages, 2 * page() + 2 * fake->size);
	close(fake->fd);
}

/* The kernel maps the same data twice; here whoever writes does it twice. */
static void data_write(struct ring_fake *fake, uint64_t position, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const size_t offset = (size_t)((position + i) & (fake->size - 1));
		const uint8_t byte = ((const uint8_t *)bytes)[i];

		fake->pages[2 * page() + offset] = byte;
		fake->pages[2 * page() + fake->size + offset] = byte;
	}
}

void ring_fake_set_length(struct ring_fake *fake, int64_t place, uint32_t length)
{
	data_write(fake, (uint64_t)place, &length, sizeof length);
}

void ring_fake_set_producer(struct ring_fake *fake, uint64_t position)
{
	*position_of(fake, page()) = position;
}

uint64_t ring_fake_consumer(const struct ring_fake *fake)
{
	return *position_of(fake, 0);
}

int64_t ring_fake_reserve(struct ring_fake *fake, size_t field_size)
{
	const size_t length = sizeof(struct jscope_kernel_head) + field_size;
	const uint64_t place = *position_of(fake, page());
	const uint64_t end = place + ((length + BPF_RINGBUF_HDR_SZ + 7) & ~(size_t)7);

	if (end - ring_fake_consumer(fake) > fake->size - 1)
		return -1;
	ring_fake_set_length(fake, (int64_t)place, (uint32_t)length | BPF_RINGBUF_BUSY_BIT);
	ring_fake_set_producer(fake, end);
	return (int64_t)place;
}

void ring_fake_write(struct ring_fake *fake, int64_t place, const struct jscope_kernel_head *head)
{
	data_write(fake, (uint64_t)place + BPF_RINGBUF_HDR_SZ, head, sizeof *head);
}

void ring_fake_fill(struct ring_fake *fake, int64_t place, const void *fields, size_t size)
{
	data_write(fake, (uint64_t)place + BPF_RINGBUF_HDR_SZ + sizeof(struct jscope_kernel_head),
		   fields, size);
}

static uint32_t length_of(const struct ring_fake *fake, int64_t place)
{
	uint32_t length;

	memcpy(&length, fake->pages + 2 * page() + ((uint64_t)place & (fake->size - 1)),
	       sizeof length);
	return length & ~BPF_RINGBUF_BUSY_BIT;
}

void ring_fake_submit(struct ring_fake *fake, int64_t place)
{
	ring_fake_set_length(fake, place, length_of(fake, place));
}

void ring_fake_discard(struct ring_fake *fake, int64_t place)
{
	ring_fake_set_length(fake, place, length_of(fake, place) | BPF_RINGBUF_DISCARD_BIT);
}

bool ring_fake_record(struct ring_fake *fake, uint64_t at_ns, uint16_t id)
{
	const struct jscope_kernel_head head = { .at_ns = at_ns, .id = id };
	const int64_t place = ring_fake_reserve(fake, 0);

	if (place < 0)
		return false;
	ring_fake_write(fake, place, &head);
	ring_fake_submit(fake, place);
	return true;
}
