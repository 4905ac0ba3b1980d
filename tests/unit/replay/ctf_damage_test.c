/*
 * Damage, packet by packet and file by file: what is said of it, and what is read all the same.
 * The traces are made here, in the form of LTTng's.
 */
#include "../cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctf_reading.h"

#define UUID "00010203-0405-0607-0809-0a0b0c0d0e0f"

/* One event: a byte, an end of time of 64 bits. */
static const char metadata_format[] =
	"/* CTF 1.8 */\n"
	"typealias integer { size = 8; align = 8; } := u8;"
	"typealias integer { size = 32; align = 8; } := u32;"
	"typealias integer { size = 64; align = 8; } := u64;"
	"trace { major = 1; minor = 8; uuid = \"" UUID "\"; byte_order = le;"
	"packet.header := struct { u32 magic; u8 uuid[16]; u32 stream_id; }; };"
	"env { domain = \"kernel\"; tracer_name = \"%s\"; };"
	"clock { name = c; freq = 1000000000; };"
	"typealias integer { size = 64; align = 8; map = clock.c.value; } := time;"
	"stream { id = 0; packet.context := struct { time timestamp_begin; time timestamp_end;"
	"u64 content_size; u64 packet_size; u64 packet_seq_num; u32 events_discarded; u32 cpu_id; };"
	"event.header := struct { u8 id; time timestamp; }; };"
	"event { id = 1; name = one; stream_id = 0; fields := struct { u8 a; }; };%s";

struct packet {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_id;
	uint64_t begin, end, content_bits, size_bits, sequence;
	uint32_t discarded, cpu;
	struct {
		uint8_t id;
		uint64_t time;
		uint8_t a;
	} __attribute__((packed)) events[3];
} __attribute__((packed));

/* A sound packet with events at 10, 20 and 30 ns after its begin. */
static struct packet packet_make(uint64_t sequence, uint64_t begin, uint32_t cpu)
{
	struct packet packet = { .magic = 0xC1FC1FC1,
				 .begin = begin,
				 .end = begin + 40,
				 .content_bits = 8 * sizeof packet,
				 .size_bits = 8 * sizeof packet,
				 .sequence = sequence,
				 .cpu = cpu };

	for (uint8_t i = 0; i < 16; i++)
		packet.uuid[i] = i;
	for (uint8_t i = 0; i < 3; i++) {
		packet.events[i].id = 1;
		packet.events[i].time = begin + 10 * (i + 1);
		packet.events[i].a = i;
	}
	return packet;
}

static struct packet packets[8];
static struct ctf_reading reading;

static void metadata_write(const char *folder, const char *tracer, const char *more)
{
	char text[2048], name[64];
	const int length = snprintf(text, sizeof text, metadata_format, tracer, more);

	snprintf(name, sizeof name, "%s/metadata", folder);
	ctf_reading_file(name, text, (size_t)length);
}

/* A folder for the test, whose packets follow each other soundly. */
static const char *folder_make(const char *name)
{
	static char path[128];

	metadata_write(name, "lttng-modules", "");
	for (uint64_t i = 0; i < 8; i++)
		packets[i] = packet_make(i, 1000 * (i + 1), 0);
	snprintf(path, sizeof path, "%s/%s", ctf_reading_directory(), name);
	return path;
}

/* Packets first..end-1 as a file. */
static void stream_write(const char *name, size_t first, size_t end)
{
	ctf_reading_file(name, &packets[first], (end - first) * sizeof *packets);
}

static void expect(const char *path, uint64_t events, uint64_t damages, const char *words)
{
	ctf_reading_make(path, 0, &reading);
	for (unsigned i = 0; i < reading.sentence_count; i++)
		print_message("%s\n", reading.sentences[i]);
	assert_int_equal(reading.status, 0);
	assert_int_equal(reading.events, events);
	assert_int_equal(reading.info.damages, damages);
	assert_true(!words || ctf_reading_says(&reading, words));
}

static void sound(void **state)
{
	const char *path = folder_make("sound");

	(void)state;
	stream_write("sound/k_0", 0, 4);
	expect(path, 12, 0, NULL);
	assert_int_equal(reading.gaps, 0);
	assert_int_equal(reading.info.packets, 4);
	assert_int_equal(reading.last_ns, 4030);
}

/* The packet in the middle of three is damaged; the others are read. */
struct fault {
	uint64_t packet_bits, content_bits; /* 0: as they are */
	uint32_t magic, stream_id;
	uint8_t uuid, id;
	uint64_t events; /* of nine */
	uint64_t gaps;
	const char *words;
};

static void faults(void **state)
{
	static const struct fault cases[] = {
		{ .magic = 1, .events = 9, .words = "packet 1, byte 102: it does not begin with" },
		{ .uuid = 1, .events = 9, .words = "its UUID is that of another trace; the rest" },
		{ .stream_id = 7, .events = 6, .gaps = 2, .words = "the metadata know no stream" },
		{ .packet_bits = 8, .events = 6, .gaps = 2, .words = "its size cannot be" },
		{ .packet_bits = 12345, .events = 6, .gaps = 2, .words = "its size cannot be" },
		{ .packet_bits = UINT64_MAX - 7,
		  .events = 9,
		  .words = "bytes, but the next packet begins after 102 more" },
		{ .packet_bits = 8 * 103, .events = 6, .gaps = 1, .words = "skipped" },
		{ .content_bits = UINT64_MAX,
		  .events = 6,
		  .gaps = 2,
		  .words = "its content is larger than itself; 102 bytes are skipped" },
		{ .content_bits = 8, .events = 6, .gaps = 2, .words = "smaller than its header" },
		{ .id = 9,
		  .events = 7,
		  .gaps = 1,
		  .words = "packet 1, byte 184: the metadata know no event of the id" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct fault *fault = &cases[i];
		const char *path = folder_make("faults");

		packets[1].magic += fault->magic;
		packets[1].stream_id += fault->stream_id;
		packets[1].uuid[3] ^= fault->uuid;
		packets[1].events[1].id += fault->id;
		if (fault->packet_bits)
			packets[1].size_bits = fault->packet_bits;
		if (fault->content_bits)
			packets[1].content_bits = fault->content_bits;
		stream_write("faults/k_0", 0, 3);
		expect(path, fault->events, 1, fault->words);
		assert_int_equal(reading.gaps, fault->gaps);
	}
}

/* Where events were skipped is told as a window, though nobody knows how many they were. */
static void hole(void **state)
{
	const char *path = folder_make("hole");

	(void)state;
	packets[1].events[1].id = 9;
	stream_write("hole/k_0", 0, 3);
	expect(path, 7, 1, "the rest of the packet is skipped");
	assert_int_equal(reading.gaps, 1);
	assert_int_equal(reading.gap.begin_ns, 2010);
	assert_int_equal(reading.gap.end_ns, 3000);
	assert_int_equal(reading.gap.events + reading.gap.packets, 0);
	/* At the end of the stream, up to the end of the packet. */
	stream_write("hole/k_0", 0, 2);
	expect(path, 4, 1, NULL);
	assert_int_equal(reading.gap.begin_ns, 2010);
	assert_int_equal(reading.gap.end_ns, 2040);
}

static void counters(void **state)
{
	const char *path = folder_make("counters");

	(void)state;
	packets[1].discarded = packets[2].discarded = 5;
	packets[3].discarded = 7;
	for (size_t i = 2; i < 4; i++)
		packets[i].sequence += 10;
	stream_write("counters/k_0", 0, 4);
	expect(path, 12, 0, NULL);
	assert_int_equal(reading.info.lost_events, 7);
	assert_int_equal(reading.info.lost_packets, 10);
	/* A step back is no loss of 2^32 events. */
	packets[3].discarded = 4;
	packets[3].sequence = 1;
	stream_write("counters/k_0", 0, 4);
	expect(path, 12, 2, "packet 3, byte 306: it counts 4 lost events after 5");
	assert_true(ctf_reading_says(&reading, "its sequence number is 1 after 12"));
	assert_int_equal(reading.info.lost_events, 5);
	assert_int_equal(reading.info.lost_packets, 10);
	/* But to begin anew behind the greatest number is none. */
	packets[2].discarded = packets[3].discarded = 5;
	packets[0].sequence = UINT64_MAX - 1;
	packets[1].sequence = UINT64_MAX;
	packets[2].sequence = 0;
	packets[3].sequence = 3;
	stream_write("counters/k_0", 0, 4);
	expect(path, 12, 0, NULL);
	assert_int_equal(reading.info.lost_packets, 2);
}

static void clocks(void **state)
{
	const char *path = folder_make("clocks");

	(void)state;
	packets[1].end = 1;
	stream_write("clocks/k_0", 0, 3);
	expect(path, 9, 1, "it ends before it begins");
	packets[1] = packet_make(1, 500, 0);
	stream_write("clocks/k_0", 0, 3);
	expect(path, 9, 1, "packet 1, byte 102: it begins before the packet ahead of it");
	assert_int_equal(reading.info.disordered, 1);
	packets[1] = packet_make(1, UINT64_MAX - 100, 0);
	stream_write("clocks/k_0", 0, 2);
	expect(path, 6, 0, NULL);
	assert_int_equal(reading.last_ns, INT64_MAX);
}

static void siblings(void **state)
{
	const char *path = folder_make("siblings");

	(void)state;
	for (uint32_t cpu = 0; cpu < 8; cpu++)
		packets[cpu].cpu = cpu;
	for (size_t cpu = 0; cpu < 4; cpu++) {
		char name[32];

		snprintf(name, sizeof name, "siblings/k_%zu", cpu);
		stream_write(name, cpu, cpu + 1);
	}
	expect(path, 12, 0, NULL);
	ctf_reading_unlink("siblings/k_2");
	expect(path, 9, 1, "siblings' has no stream of CPU 2 in channel 'k'");
	ctf_reading_unlink("siblings/k_1");
	expect(path, 6, 1, "no stream of CPUs 1-2 in channel 'k'");
	/* The last one is missed only where an index tells of it. */
	stream_write("siblings/k_1", 1, 2);
	stream_write("siblings/k_2", 2, 3);
	ctf_reading_unlink("siblings/k_3");
	expect(path, 9, 0, NULL);
	ctf_reading_file("siblings/index/k_3.idx", "", 0);
	expect(path, 9, 1, "no stream of CPU 3 in channel 'k'");
	/* Empty ones are as usual as CPUs with nothing to do. */
	ctf_reading_file("siblings/k_3", "", 0);
	expect(path, 9, 0, NULL);
	assert_non_null(strstr(reading.remark, "has no events of CPU 3 in channel 'k'"));
	/* Numbers that are no CPUs say nothing. */
	ctf_reading_unlink("siblings/k_1");
	packets[2].cpu = 6;
	stream_write("siblings/k_2", 2, 3);
	expect(path, 6, 0, NULL);
}

/* k_1_0 k_1_1: CPU 1 of channel k, in two files; or CPUs 0 and 1 of channel k_1. */
static void rotated_files(void **state)
{
	const char *path = folder_make("files");

	(void)state;
	for (size_t i = 0; i < 4; i++)
		packets[i].cpu = 1;
	stream_write("files/k_1_0", 2, 4); /* the ring began anew: file 1 is the older one */
	stream_write("files/k_1_1", 0, 2);
	expect(path, 12, 1, "no stream of CPU 0 in channel 'k'");
	assert_int_equal(reading.info.streams, 1);
	assert_int_equal(reading.info.disordered, 0);
	packets[3].sequence = 5;
	stream_write("files/k_1_0", 3, 4);
	expect(path, 9, 1, NULL);
	assert_int_equal(reading.info.lost_packets, 3);
}

static void chunks_write(void)
{
	metadata_write("chunks/1/kernel", "lttng-modules", "");
	metadata_write("chunks/2/kernel", "lttng-modules", "");
	stream_write("chunks/1/kernel/k_0", 0, 2);
	stream_write("chunks/2/kernel/k_0", 2, 4);
}

/* Chunks of a recording: one stream that goes on in the next directory. */
static void chunks(void **state)
{
	const char *path = folder_make("chunks/1/kernel");
	char whole[128];

	(void)state;
	snprintf(whole, sizeof whole, "%s/chunks", ctf_reading_directory());
	path = whole;
	packets[2].discarded = packets[3].discarded = 3;
	chunks_write();
	expect(path, 12, 0, NULL);
	assert_int_equal(reading.info.streams, 1);
	assert_int_equal(reading.classes, 1);
	assert_int_equal(reading.info.lost_events, 3);
	assert_int_equal(reading.info.lost_packets, 0);
	/* What is lost between two of them. */
	packets[2].sequence = 7;
	packets[3].sequence = 8;
	chunks_write();
	expect(path, 12, 0, NULL);
	assert_int_equal(reading.info.lost_packets, 5);
	assert_int_equal(reading.gap.begin_ns, 2040);
	assert_int_equal(reading.gap.end_ns, 3000);
	/* Also where a new class made the metadata grow. */
	metadata_write("chunks/2/kernel", "lttng-modules",
		       "event { id = 2; name = two; stream_id = 0; };");
	expect(path, 12, 0, NULL);
	assert_int_equal(reading.info.streams, 1);
	assert_int_equal(reading.classes, 3);
	assert_int_equal(reading.info.lost_packets, 5);
}

/* Others keep one UUID for all that they record. */
static void no_chunks(void **state)
{
	char path[128];

	(void)state;
	folder_make("two/1");
	snprintf(path, sizeof path, "%s/two", ctf_reading_directory());
	metadata_write("two/1", "barectf", "");
	metadata_write("two/2", "barectf", "");
	stream_write("two/1/k_0", 0, 2);
	packets[2] = packet_make(0, 1500, 0);
	stream_write("two/2/k_0", 2, 3);
	expect(path, 9, 0, NULL);
	assert_int_equal(reading.info.disordered, 0);
	assert_int_equal(reading.info.streams, 2);
	assert_int_equal(reading.classes, 1);
}

static void no_streams(void **state)
{
	const char *path = folder_make("odd");
	char name[160];

	(void)state;
	expect(path, 0, 1, "has metadata, but no stream");
	stream_write("odd/k_0", 0, 1);
	snprintf(name, sizeof name, "%s/k_\033[2J1", path);
	assert_int_equal(mkfifo(name, 0600), 0);
	expect(path, 3, 1, "k_?[2J1' is no regular file, and is left out");
	assert_int_equal(unlink(name), 0);
	snprintf(name, sizeof name, "%s/k_1", path);
	assert_int_equal(symlink("nowhere", name), 0);
	expect(path, 3, 1, "k_1': No such file or directory");
	assert_int_equal(unlink(name), 0);
	assert_int_equal(mkdir(name, 0700), 0);
	expect(path, 3, 0, NULL);
	assert_int_equal(rmdir(name), 0);
	/* An absurd size, of which nothing can be read in a lifetime. */
	snprintf(name, sizeof name, "%s/k_0", path);
	if (truncate(name, (off_t)1 << 62) == 0)
		expect(path, 0, 2, "File too large");
}

/* So many streams have no 2 MiB of memory for one event each, where one stream has. */
static void large_event(const char *path)
{
	char alone[128];
	const size_t size_bytes = 2 << 20;
	uint8_t *bytes = calloc(1, size_bytes);
	struct packet packet = packet_make(1, 2000, 0);

	assert_non_null(bytes);
	packet.content_bits = packet.size_bits = 8 * size_bytes;
	packet.events[0].id = 2;
	memcpy(bytes, &packet, sizeof packet);
	memset(bytes + sizeof packet, 'x', size_bytes - sizeof packet - 1);
	metadata_write("many", "lttng-modules",
		       "event { id = 2; name = text; stream_id = 0; fields := struct { u8 c[30]; "
		       "string s; }; };");
	ctf_reading_file("many/k_0", bytes, size_bytes);
	expect(path, 1197, 1, "an event is larger than the limit (--limits event=SIZE)");
	metadata_write("alone", "lttng-modules",
		       "event { id = 2; name = text; stream_id = 0; fields := struct { u8 c[30]; "
		       "string s; }; };");
	ctf_reading_file("alone/k_0", bytes, size_bytes);
	free(bytes);
	snprintf(alone, sizeof alone, "%s/alone", ctf_reading_directory());
	expect(alone, 1, 0, NULL);
}

/* More streams than the usual limit of open files, one packet each. */
static void many_streams(void **state)
{
	const char *path = folder_make("many");
	struct rlimit usual;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 128, usual.rlim_max }), 0);
	for (uint32_t cpu = 0; cpu < 400; cpu++) {
		char name[32];

		packets[0] = packet_make(0, 1000, cpu);
		snprintf(name, sizeof name, "many/k_%u", cpu);
		stream_write(name, 0, 1);
	}
	expect(path, 1200, 0, NULL);
	large_event(path);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound),	 cmocka_unit_test(faults),
		cmocka_unit_test(hole),		 cmocka_unit_test(counters),
		cmocka_unit_test(clocks),	 cmocka_unit_test(siblings),
		cmocka_unit_test(rotated_files), cmocka_unit_test(chunks),
		cmocka_unit_test(no_chunks),	 cmocka_unit_test(no_streams),
		cmocka_unit_test(many_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
