/*
 * Every cut of every file and every flipped bit of small traces: a sentence or events, never more.
 * Of a cut stream all events are read that lie before the cut: where they end is found here by
 * laying types over bytes, without the reader.
 */
#include "../cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/error.h"
#include "ctf/header.h"
#include "ctf_reading.h"

#define FILE_BYTES_MAX 65536
#define FILES_MAX      8
#define EVENTS_MAX     4096
#define MEMORY_KIB_MAX (200 << 10)

struct file {
	char name[64];
	uint8_t bytes[FILE_BYTES_MAX + 64];
	size_t size_bytes;
	size_t end_count;
	uint64_t ends[EVENTS_MAX]; /* of its events, in bytes */
	size_t packet_count;
	uint64_t packets[EVENTS_MAX]; /* their ends */
};

struct trace {
	const char *folder; /* below that of the test */
	char path[128];
	struct file files[FILES_MAX]; /* metadata first */
	size_t file_count;
	struct ctf_reading whole; /* as text, so that nothing is hidden */
};

static struct trace trace;
static struct ctf_reading reading;

/* Laying types over a packet, with an eye on some members. */
struct scope {
	uint64_t stream_id, content_bits, packet_bits;
};

static void member_note(void *state, const struct jscope__ctf_type *type,
			const struct jscope__ctf_field *field, uint64_t index,
			const struct jscope__ctf_value *value)
{
	struct scope *scope = state;

	(void)type;
	(void)index;
	if (field && !strcmp(field->name, "stream_id"))
		scope->stream_id = (uint64_t)value->integer;
	if (field && !strcmp(field->name, "content_size"))
		scope->content_bits = (uint64_t)value->integer;
	if (field && !strcmp(field->name, "packet_size"))
		scope->packet_bits = (uint64_t)value->integer;
}

static void scope_walk(struct jscope__ctf_cursor *cursor, const struct jscope__ctf_type *type,
		       struct scope *scope)
{
	static const struct jscope__ctf_visitor visitor = { .value = member_note };

	if (type)
		assert_int_equal(jscope__ctf_walk(cursor, type, &visitor, scope), 0);
}

static void event_walk(struct jscope__ctf_cursor *cursor,
		       const struct jscope__ctf_stream_class *class)
{
	const struct jscope__ctf_header header = { .type = class->event_header };
	const struct jscope__ctf_event_class *event;
	struct jscope__ctf_stamp stamp;
	struct scope scope;

	assert_int_equal(jscope__ctf_header_walk(&header, cursor, &stamp), 0);
	event = jscope__ctf_stream_class_event(class, stamp.id);
	assert_non_null(event);
	scope_walk(cursor, class->event_context, &scope);
	scope_walk(cursor, event->context, &scope);
	scope_walk(cursor, event->fields, &scope);
}

/* Returns the end of the packet. */
static uint64_t packet_walk(struct file *file, const struct jscope__ctf_metadata *metadata,
			    uint64_t at_bytes, int64_t *refs)
{
	struct jscope__ctf_cursor cursor = { .window = file->bytes + at_bytes,
					     .end_bits = 8 * (file->size_bytes - at_bytes),
					     .refs = refs,
					     .sequence_length_max = 65536 };
	const struct jscope__ctf_stream_class *class;
	struct scope scope = { 0 };

	scope_walk(&cursor, metadata->packet_header, &scope);
	class = jscope__ctf_metadata_stream(metadata, scope.stream_id);
	assert_non_null(class);
	scope_walk(&cursor, class->packet_context, &scope);
	cursor.end_bits = scope.content_bits;
	while (cursor.at_bits < scope.content_bits) {
		event_walk(&cursor, class);
		file->ends[file->end_count++] = at_bytes + (cursor.at_bits + 7) / 8;
		assert_in_range(file->end_count, 1, EVENTS_MAX - 1);
	}
	return at_bytes + scope.packet_bits / 8;
}

static void ends_find(struct file *file)
{
	static const struct jscope__ctf_limits usual;
	struct jscope__ctf_metadata *metadata;
	int64_t *refs;

	assert_int_equal(jscope__ctf_metadata_read(trace.path, &usual, &metadata), 0);
	refs = calloc(metadata->reference_count + 1, sizeof *refs);
	for (uint64_t at_bytes = 0; at_bytes < file->size_bytes;) {
		at_bytes = packet_walk(file, metadata, at_bytes, refs);
		file->packets[file->packet_count++] = at_bytes;
	}
	free(refs);
	jscope__ctf_metadata_destroy(metadata);
}

static void file_write(const struct file *file, size_t size_bytes)
{
	ctf_reading_file(file->name, file->bytes, size_bytes);
}

static void trace_begin(const char *folder)
{
	memset(&trace, 0, sizeof trace);
	trace.folder = folder;
	snprintf(trace.path, sizeof trace.path, "%s/%s", ctf_reading_directory(), folder);
}

static void file_add(const char *name, const void *bytes, size_t size_bytes)
{
	struct file *file = &trace.files[trace.file_count++];

	assert_in_range(trace.file_count, 1, FILES_MAX);
	assert_in_range(size_bytes, 1, FILE_BYTES_MAX);
	snprintf(file->name, sizeof file->name, "%s/%s", trace.folder, name);
	memcpy(file->bytes, bytes, size_bytes);
	file->size_bytes = size_bytes;
	file_write(file, size_bytes);
}

/* Take a file of a trace elsewhere. */
static void file_copy(const char *directory, const char *name)
{
	static uint8_t bytes[FILE_BYTES_MAX + 1];
	char path[512];
	ssize_t size;
	int fd;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	size = read(fd, bytes, sizeof bytes);
	close(fd);
	file_add(name, bytes, (size_t)size);
}

static void trace_complete(void)
{
	uint64_t events = 0;

	for (size_t i = 1; i < trace.file_count; i++) {
		ends_find(&trace.files[i]);
		events += trace.files[i].end_count;
	}
	ctf_reading_make(trace.path, JSCOPE_READER_TEXT, &trace.whole);
	assert_int_equal(trace.whole.status, 0);
	assert_int_equal(trace.whole.info.damages, 0);
	assert_int_equal(trace.whole.events, events);
	assert_in_range(events, 3, EVENTS_MAX);
}

/* The packet with its own hands: several of them, each with strings, lengths and bits. */
static void trace_made(void)
{
	static const char metadata[] =
		"/* CTF 1.8 */ typealias integer { size = 8; align = 8; } := u8;"
		"typealias integer { size = 32; align = 8; } := u32;"
		"trace { major = 1; minor = 8; byte_order = le; packet.header := struct { u32 magic; "
		"u8 stream_id; }; }; stream { id = 3; packet.context := struct { u32 content_size; "
		"u32 packet_size; u8 packet_seq_num; }; event.header := struct { u8 id; u8 "
		"timestamp; }; }; event { id = 1; stream_id = 3; fields := struct { string s; u8 n; "
		"u8 b[n]; }; }; event { id = 2; stream_id = 3; fields := struct { integer { size = "
		"3; } a; integer { size = 13; } b; }; };";
	uint8_t bytes[512];
	size_t size_bytes = 0;

	for (uint8_t i = 0; i < 6; i++) {
		const uint8_t packet[40] = { 0xc1, 0x1f, 0xfc, 0xc1, 3, 8 * 28, 0,  0,	  0,
					     0x40, 1,	 0,    0,    i, 1,	10, 'x',  'y',
					     0,	   3,	 7,    8,    9, 2,	20, 0x55, 1 };

		memcpy(bytes + size_bytes, packet, sizeof packet);
		bytes[size_bytes + 5] = 8 * 27;
		size_bytes += sizeof packet;
	}
	trace_begin("made");
	file_add("metadata", metadata, sizeof metadata - 1);
	file_add("stream", bytes, size_bytes);
	trace_complete();
}

static bool trace_recorded(void)
{
	const char *program = getenv("JSCOPE_PROGRAM");
	char command[512], directory[160];

	if (!program)
		return false;
	snprintf(directory, sizeof directory, "%s/recorded", ctf_reading_directory());
	snprintf(command, sizeof command, "'%s' record sim --quiet --events 24 -o %s", program,
		 directory);
	assert_int_equal(system(command), 0);
	trace_begin("copy");
	file_copy(directory, "metadata");
	file_copy(directory, "jscope_0");
	trace_complete();
	return true;
}

static bool trace_found(void)
{
	const char *traces = getenv("JSCOPE_TRACES");
	char path[400];

	snprintf(path, sizeof path, "%s/lost/packet-seq-num/no-lost-not-starting-at-0",
		 traces ? traces : "");
	if (access(path, R_OK) != 0)
		return false;
	trace_begin("found");
	file_copy(path, "metadata");
	file_copy(path, "test_stream_0");
	trace_complete();
	return true;
}

static size_t count_up_to(const uint64_t *ends, size_t count, uint64_t at)
{
	size_t i = 0;

	while (i < count && ends[i] <= at)
		i++;
	return i;
}

static void stream_cut(struct file *file)
{
	for (size_t size = 0; size < file->size_bytes; size++) {
		const size_t packets = count_up_to(file->packets, file->packet_count, size);
		const bool is_whole = size == (packets ? file->packets[packets - 1] : 0);
		const size_t lost =
			file->end_count - count_up_to(file->ends, file->end_count, size);

		file_write(file, size);
		ctf_reading_make(trace.path, JSCOPE_READER_TEXT, &reading);
		assert_int_equal(reading.status, 0);
		assert_int_equal(reading.events, trace.whole.events - lost);
		assert_int_equal(reading.info.damages > 0, !is_whole);
	}
	file_write(file, file->size_bytes);
}

static void metadata_cut(struct file *file)
{
	const size_t step = 1 + file->size_bytes / 1024;

	for (size_t size = 0; size < file->size_bytes; size += step) {
		file_write(file, size);
		ctf_reading_make(trace.path, 0, &reading);
		assert_in_range(reading.events, 0, 16 * trace.whole.events);
	}
	file_write(file, file->size_bytes);
}

static void memory_check(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
#ifndef __SANITIZE_ADDRESS__
	assert_in_range(usage.ru_maxrss, 1, MEMORY_KIB_MAX);
#endif
}

static void trace_cut(void)
{
	metadata_cut(&trace.files[0]);
	for (size_t i = 1; i < trace.file_count; i++)
		stream_cut(&trace.files[i]);
	memory_check();
}

/* Every bit of every stream. What comes of it is read both ways. */
static void trace_flip(void)
{
	size_t different = 0, told = 0;

	for (size_t i = 1; i < trace.file_count; i++) {
		struct file *file = &trace.files[i];

		for (size_t bit = 0; bit < 8 * file->size_bytes; bit++) {
			file->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			file_write(file, file->size_bytes);
			ctf_reading_make(trace.path, JSCOPE_READER_TEXT, &reading);
			assert_int_equal(reading.status, 0);
			assert_in_range(reading.events, 0, 8 * file->size_bytes);
			different += reading.digest != trace.whole.digest;
			told += reading.info.damages > 0;
			ctf_reading_make(trace.path, 0, &reading);
			assert_int_equal(reading.status, 0);
			file->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		file_write(file, file->size_bytes);
	}
	print_message("%zu flips changed what is read, %zu were told\n", different, told);
	assert_true(different > 0 && told > 0);
	memory_check();
}

static void cuts_of_made(void **state)
{
	(void)state;
	trace_made();
	trace_cut();
}

static void flips_of_made(void **state)
{
	(void)state;
	trace_made();
	trace_flip();
}

static void cuts_of_recorded(void **state)
{
	(void)state;
	if (!trace_recorded())
		skip();
	trace_cut();
}

static void cuts_of_found(void **state)
{
	(void)state;
	if (!trace_found())
		skip();
	trace_cut();
}

static void flips_of_found(void **state)
{
	(void)state;
	if (!trace_found())
		skip();
	trace_flip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_of_made),	    cmocka_unit_test(flips_of_made),
		cmocka_unit_test(cuts_of_recorded), cmocka_unit_test(cuts_of_found),
		cmocka_unit_test(flips_of_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
