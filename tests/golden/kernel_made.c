/*
 * Writes made-up traces of a kernel, through the writer of real ones: every event with random fields,
 * long silences, an idle CPU, in chunks of one recording, and where LOSSES is 1 with losses.
 * usage: kernel_made SEED EVENTS CHUNKS LOSSES DIRECTORY; makes DIRECTORY/1/kernel ...
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "probes/kernel_vocabulary.h"
#include "writer.h"

#define CPUS  4 /* the last one is idle */
#define START INT64_C(5000000000000)

static uint64_t state;
static bool has_losses;
static jscope_ns now_ns = START;
static uint32_t lost[CPUS];

static uint32_t draw(uint32_t bound)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((state >> 33) % bound);
}

/* Letters that no tool escapes. */
static void letters_draw(uint8_t *at, size_t size)
{
	const size_t length = draw((uint32_t)size);

	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(i < length ? '0' + draw('Z' - '0' + 1) : 0);
}

static size_t field_draw(enum jscope_kernel_type type, uint8_t *at)
{
	const uint64_t value = (uint64_t)draw(UINT32_MAX) << draw(40);
	static const size_t sizes[] = {
		[JSCOPE_KERNEL_TYPE_u32] = 4,
		[JSCOPE_KERNEL_TYPE_i32] = 4,
		[JSCOPE_KERNEL_TYPE_u64] = 8,
		[JSCOPE_KERNEL_TYPE_i64] = 8,
		[JSCOPE_KERNEL_TYPE_x64] = 8,
		[JSCOPE_KERNEL_TYPE_comm] = JSCOPE_KERNEL_COMM_SIZE,
		[JSCOPE_KERNEL_TYPE_text] = JSCOPE_KERNEL_TEXT_SIZE,
	};

	if (sizes[type] > sizeof value)
		letters_draw(at, sizes[type]);
	else
		memcpy(at, &value, sizes[type]);
	return sizes[type];
}

static void event_draw(struct jscope__kernel_writer *writer)
{
	struct {
		struct jscope_kernel_head head;
		uint8_t fields[256];
	} record = { .head.id = (uint16_t)draw(JSCOPE_KERNEL_EVENT_COUNT) };
	const struct jscope_kernel_event_desc *event = jscope_kernel_event_describe(record.head.id);
	const uint32_t cpu = draw(CPUS - 1);

	for (size_t i = 0; i < event->field_count; i++)
		record.head.size += (uint16_t)field_draw(event->fields[i].type,
							 record.fields + record.head.size);
	/* Now and then nothing happens for longer than times of 32 bits reach. */
	now_ns += draw(2000) == 0 ? draw(20) * JSCOPE_NS_PER_SEC : draw(10) * draw(500);
	lost[cpu] += has_losses && draw(300) == 0 ? 1 + draw(50) : 0;
	record.head.at_ns = (uint64_t)now_ns;
	record.head.lost = lost[cpu];
	jscope__kernel_writer_record(writer, cpu, &record.head);
}

static int chunk_make(const char *path, const struct jscope__kernel_origin *origin, uint32_t events,
		      struct jscope__kernel_writer *before,
		      struct jscope__kernel_writer **ret_writer)
{
	const struct jscope_kernel_lttng_statedump_block_device disk = { .diskname = "vda" };
	struct jscope__kernel_writer *writer;
	int error = jscope__kernel_writer_create(path, origin, before, &writer);

	if (error)
		return error;
	jscope__kernel_writer_begin(writer, now_ns);
	jscope__kernel_writer_tell(writer, now_ns, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device,
				   &disk);
	for (uint32_t i = 0; i < events; i++) {
		event_draw(writer);
		if (i % 1000 == 999)
			jscope__kernel_writer_flush(writer, now_ns);
	}
	*ret_writer = writer;
	return jscope__kernel_writer_finish(writer, now_ns++);
}

static int chunks_make(const char *directory, uint32_t events, uint32_t chunks)
{
	struct jscope__kernel_origin origin = {
		.clock_offset_ns = INT64_C(1795190101137895703),
		.probe_cost_ns = 120,
		.cpu_count = CPUS,
		.groups = UINT32_MAX,
	};
	struct jscope__kernel_writer *before = NULL, *writer = NULL;
	char path[4096];
	int error = 0;

	for (size_t i = 0; i < sizeof origin.uuid; i++)
		origin.uuid[i] = (uint8_t)draw(256);
	mkdir(directory, 0777);
	for (uint32_t i = 1; !error && i <= chunks; i++) {
		snprintf(path, sizeof path, "%s/%" PRIu32, directory, i);
		mkdir(path, 0777);
		snprintf(path, sizeof path, "%s/%" PRIu32 "/kernel", directory, i);
		mkdir(path, 0777);
		error = chunk_make(path, &origin, events / chunks, before, &writer);
		jscope__kernel_writer_destroy(before);
		before = writer;
		writer = NULL;
	}
	jscope__kernel_writer_destroy(before);
	return error;
}

int main(int argc, char **argv)
{
	int error;

	if (argc != 6) {
		fprintf(stderr, "usage: kernel_made SEED EVENTS CHUNKS LOSSES DIRECTORY\n");
		return 2;
	}
	state = strtoull(argv[1], NULL, 10);
	has_losses = strcmp(argv[4], "1") == 0;
	error = chunks_make(argv[5], (uint32_t)strtoul(argv[2], NULL, 10),
			    (uint32_t)strtoul(argv[3], NULL, 10));
	if (error)
		jscope_error_print(stderr, error);
	return error ? 1 : 0;
}
