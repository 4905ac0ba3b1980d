#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "probes/kernel_vocabulary.h"
#include "stream.h"
#include "writer_metadata.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the metadata says little-endian");
_Static_assert(JSCOPE_KERNEL_EVENT_COUNT <= UINT8_MAX + 1, "the metadata says 8 bits");

/* What goes before the fields of each event: the id, and the low bits of its time. */
struct event_head {
	uint8_t id;
	uint32_t at_ns;
} __attribute__((packed));

/* A CPU that is idle for so long gets a packet that says so. */
#define SILENCE_NS (5 * JSCOPE_NS_PER_SEC)

/* How the records of an event look. */
struct shape {
	uint32_t size; /* of the fields; UINT32_MAX where no metadata tells them */
	bool has_text;
};

struct lane {
	struct jscope__ctf_stream stream;
	uint32_t lost; /* as the latest record, or the recorder, told */
};

struct jscope__kernel_writer {
	char path[4096];
	struct shape shapes[JSCOPE_KERNEL_EVENT_COUNT];
	uint64_t strange_count;
	uint32_t lane_count;
	struct lane lanes[]; /* by CPU */
};

static void shapes_set(struct jscope__kernel_writer *writer,
		       const struct jscope__kernel_origin *origin)
{
	const struct jscope_kernel_event_desc *event;

	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++)
		writer->shapes[id] = (struct shape){
			.size = jscope__kernel_metadata_has(origin, id) ? (uint32_t)event->size
									: UINT32_MAX,
			.has_text = event->has_text,
		};
}

/* Go on counting where the stream of an earlier chunk ended. */
static void lane_continue(struct lane *lane, const struct lane *before)
{
	lane->lost = before->lost;
	lane->stream.packet_count = before->stream.packet_count;
	lane->stream.discarded_count = before->stream.discarded_count;
	lane->stream.begin_ns = before->stream.begin_ns;
	lane->stream.end_ns = before->stream.end_ns;
}

static int files_make(struct jscope__kernel_writer *writer, int directory,
		      const struct jscope__kernel_origin *origin)
{
	struct jscope__ctf_identity identity = { .is_part = true };
	int error = jscope__kernel_metadata_write(directory, origin);
	char name[24];

	memcpy(identity.uuid, origin->uuid, sizeof identity.uuid);
	for (uint32_t cpu = 0; !error && cpu < writer->lane_count; cpu++) {
		snprintf(name, sizeof name, "kernel_%u", cpu);
		identity.cpu = cpu;
		error = jscope__ctf_stream_open(&writer->lanes[cpu].stream, directory, name,
						&identity);
	}
	return error;
}

static int begin(struct jscope__kernel_writer *writer, const struct jscope__kernel_origin *origin)
{
	const int directory = open(writer->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = directory < 0 ? -errno : files_make(writer, directory, origin);

	if (directory >= 0)
		close(directory);
	if (error)
		return jscope_error(error, "Cannot begin a trace in '%s': %s; %s", writer->path,
				    strerror(-error),
				    error == -EMFILE || error == -ENFILE
					    ? "raise the limit of open files (ulimit -n)"
					    : "choose another directory");
	return 0;
}

int jscope__kernel_writer_create(const char *directory, const struct jscope__kernel_origin *origin,
				 const struct jscope__kernel_writer *before,
				 struct jscope__kernel_writer **ret_writer)
{
	struct jscope__kernel_writer *writer =
		calloc(1, sizeof *writer + origin->cpu_count * sizeof writer->lanes[0]);
	int error;

	if (!writer)
		return jscope_error(-ENOMEM, "No memory for the buffers of the trace.");
	snprintf(writer->path, sizeof writer->path, "%s", directory);
	writer->lane_count = origin->cpu_count;
	shapes_set(writer, origin);
	error = begin(writer, origin);
	if (error) {
		jscope__kernel_writer_destroy(writer);
		return error;
	}
	for (uint32_t cpu = 0; before && cpu < writer->lane_count; cpu++)
		if (cpu < before->lane_count)
			lane_continue(&writer->lanes[cpu], &before->lanes[cpu]);
	*ret_writer = writer;
	return 0;
}

static bool is_sound(const struct jscope__kernel_writer *writer, uint32_t cpu,
		     const struct jscope_kernel_head *head)
{
	return cpu < writer->lane_count && head->id < JSCOPE_KERNEL_EVENT_COUNT &&
	       head->size == writer->shapes[head->id].size && head->at_ns <= INT64_MAX;
}

/* Losses that were told already come again with records that were made before. */
static void lane_lose(struct lane *lane, uint32_t lost)
{
	const uint32_t count = lost - lane->lost;

	if (count == 0 || count > INT32_MAX)
		return;
	jscope__ctf_stream_discard(&lane->stream, count);
	lane->lost = lost;
}

/*
 * Times have 32 bits: within a packet they lie less than 4.3 s apart, so that readers see each
 * turn. They never decrease; a record that is late takes the earliest time that there is.
 */
static jscope_ns lane_time(struct jscope__kernel_writer *writer, struct lane *lane, jscope_ns at_ns)
{
	struct jscope__ctf_stream *stream = &lane->stream;
	jscope_ns earliest_ns;

	writer->strange_count += at_ns < stream->end_ns;
	if (stream->has_lost || at_ns - stream->end_ns > UINT32_MAX)
		jscope__ctf_stream_cut(stream);
	earliest_ns = jscope__ctf_stream_earliest(stream);
	return at_ns > earliest_ns ? at_ns : earliest_ns;
}

/* The text at the end is as long as it is, and ends. */
static size_t text_trim(struct jscope__kernel_writer *writer, const uint8_t *fields, size_t size)
{
	const size_t fixed = size - JSCOPE_KERNEL_TEXT_SIZE;
	const size_t length = strnlen((const char *)fields + fixed, JSCOPE_KERNEL_TEXT_SIZE);

	if (length < JSCOPE_KERNEL_TEXT_SIZE)
		return fixed + length + 1;
	writer->strange_count++;
	return size;
}

void jscope__kernel_writer_record(struct jscope__kernel_writer *writer, uint32_t cpu,
				  const struct jscope_kernel_head *head)
{
	const uint8_t *fields = (const uint8_t *)(head + 1);
	struct event_head event;
	struct lane *lane;
	jscope_ns at_ns;
	uint8_t *room;
	size_t size;

	if (!is_sound(writer, cpu, head)) {
		writer->strange_count++;
		return;
	}
	lane = &writer->lanes[cpu];
	if (lane->stream.error)
		return;
	if (head->lost != lane->lost)
		lane_lose(lane, head->lost);
	at_ns = lane_time(writer, lane, (jscope_ns)head->at_ns);
	size = head->size;
	if (writer->shapes[head->id].has_text)
		size = text_trim(writer, fields, size);
	room = jscope__ctf_stream_room(&lane->stream, sizeof event + size, at_ns);
	if (!room)
		return;
	event = (struct event_head){ (uint8_t)head->id, (uint32_t)at_ns };
	memcpy(room, &event, sizeof event);
	memcpy(room + sizeof event, fields, size);
	if (writer->shapes[head->id].has_text)
		room[sizeof event + size - 1] = '\0';
}

void jscope__kernel_writer_tell(struct jscope__kernel_writer *writer, jscope_ns at_ns,
				enum jscope_kernel_event event, const void *fields)
{
	struct {
		struct jscope_kernel_head head;
		uint8_t fields[256];
	} record;
	const struct jscope_kernel_event_desc *desc = jscope_kernel_event_describe(event);
	const struct lane *lane = &writer->lanes[0];

	if (at_ns < lane->stream.end_ns)
		at_ns = lane->stream.end_ns;
	record.head = (struct jscope_kernel_head){ .at_ns = (uint64_t)at_ns,
						   .lost = lane->lost,
						   .id = (uint16_t)event,
						   .size = (uint16_t)desc->size };
	memcpy(record.fields, fields, desc->size);
	jscope__kernel_writer_record(writer, 0, &record.head);
}

void jscope__kernel_writer_lost(struct jscope__kernel_writer *writer, uint32_t cpu, uint32_t lost,
				jscope_ns at_ns)
{
	struct lane *lane;

	if (cpu >= writer->lane_count)
		return;
	lane = &writer->lanes[cpu];
	lane_lose(lane, lost);
	if (lane->stream.has_lost)
		jscope__ctf_stream_extend(&lane->stream, at_ns);
}

void jscope__kernel_writer_flush(struct jscope__kernel_writer *writer, jscope_ns at_ns)
{
	for (uint32_t cpu = 0; cpu < writer->lane_count; cpu++) {
		struct jscope__ctf_stream *stream = &writer->lanes[cpu].stream;

		jscope__ctf_stream_cut(stream);
		if (at_ns - stream->end_ns > SILENCE_NS)
			jscope__ctf_stream_extend(stream, at_ns);
	}
}

/* A nanosecond before, so that a first event at that instant keeps its time. */
void jscope__kernel_writer_begin(struct jscope__kernel_writer *writer, jscope_ns at_ns)
{
	for (uint32_t cpu = 0; cpu < writer->lane_count; cpu++)
		jscope__ctf_stream_extend(&writer->lanes[cpu].stream, at_ns - 1);
}

void jscope__kernel_writer_since(struct jscope__kernel_writer *writer, uint32_t cpu, uint32_t lost)
{
	if (cpu < writer->lane_count)
		writer->lanes[cpu].lost = lost;
}

uint64_t jscope__kernel_writer_bytes(const struct jscope__kernel_writer *writer)
{
	uint64_t bytes = 0;

	for (uint32_t cpu = 0; cpu < writer->lane_count; cpu++)
		bytes += writer->lanes[cpu].stream.file_bytes;
	return bytes;
}

uint64_t jscope__kernel_writer_events(const struct jscope__kernel_writer *writer)
{
	uint64_t count = 0;

	for (uint32_t cpu = 0; cpu < writer->lane_count; cpu++) {
		const struct jscope__ctf_stream *stream = &writer->lanes[cpu].stream;

		count += stream->error ? stream->written_count : stream->event_count;
	}
	return count;
}

uint64_t jscope__kernel_writer_strange(const struct jscope__kernel_writer *writer)
{
	return writer->strange_count;
}

int jscope__kernel_writer_error(const struct jscope__kernel_writer *writer)
{
	int error = 0;

	for (uint32_t cpu = 0; !error && cpu < writer->lane_count; cpu++)
		error = writer->lanes[cpu].stream.error;
	return error;
}

int jscope__kernel_writer_finish(struct jscope__kernel_writer *writer, jscope_ns at_ns)
{
	int error, result = 0;

	for (uint32_t cpu = 0; cpu < writer->lane_count; cpu++) {
		struct jscope__ctf_stream *stream = &writer->lanes[cpu].stream;

		if (stream->bytes)
			jscope__ctf_stream_extend(stream, at_ns);
		error = jscope__ctf_stream_close(stream, at_ns);
		result = result ? result : error;
	}
	if (result)
		return jscope_error(result,
				    "Writing to '%s' failed: %s; the trace ends there. Make room, "
				    "or record fewer events",
				    writer->path, strerror(-result));
	return 0;
}

void jscope__kernel_writer_destroy(struct jscope__kernel_writer *writer)
{
	if (!writer)
		return;
	for (uint32_t cpu = 0; cpu < writer->lane_count; cpu++)
		jscope__ctf_stream_close(&writer->lanes[cpu].stream, 0);
	free(writer);
}
