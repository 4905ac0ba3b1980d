#include "kernel_trace.h"

#include "../cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "scratch.h"

/* As the metadata describes it. */
struct head {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_class;
	uint64_t instance;
	uint64_t begin, end, content_bits, packet_bits, number, discarded;
	uint32_t cpu;
} __attribute__((packed));

_Static_assert(sizeof(struct head) == KERNEL_PACKET_HEAD, "as the tests count");

static uint8_t bytes[4 << 20];

static size_t file_read(const char *directory, const char *name, void *room, size_t size)
{
	char path[SCRATCH_PATH_SIZE + 24];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	size = fread(room, 1, size, file);
	fclose(file);
	return size;
}

static struct kernel_packet packet_of(const struct head *head, const uint8_t *events)
{
	struct kernel_packet packet = {
		.instance = head->instance,
		.begin_ns = head->begin,
		.end_ns = head->end,
		.number = head->number,
		.discarded_count = head->discarded,
		.cpu = head->cpu,
		.events = events,
		.size = head->content_bits / 8 - sizeof *head,
	};

	memcpy(packet.uuid, head->uuid, sizeof packet.uuid);
	return packet;
}

void kernel_trace_read(struct kernel_trace *trace, const char *directory, uint32_t cpu)
{
	char name[24];
	struct head head;

	snprintf(name, sizeof name, "kernel_%u", cpu);
	trace->bytes = file_read(directory, name, bytes, sizeof bytes);
	trace->count = 0;
	for (size_t at = 0; at < trace->bytes; at += head.packet_bits / 8) {
		assert_true(trace->bytes - at >= sizeof head);
		memcpy(&head, bytes + at, sizeof head);
		assert_int_equal(head.magic, 0xC1FC1FC1);
		assert_int_equal(head.stream_class, 0);
		assert_int_equal(head.content_bits, head.packet_bits);
		assert_in_range(head.packet_bits / 8, sizeof head, trace->bytes - at);
		assert_true(trace->count < KERNEL_TRACE_PACKETS_MAX);
		trace->packets[trace->count++] = packet_of(&head, bytes + at + sizeof head);
	}
}

void kernel_trace_metadata(const char *directory, char *text, size_t size)
{
	text[file_read(directory, "metadata", text, size - 1)] = '\0';
}
