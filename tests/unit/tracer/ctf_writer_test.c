/* Traces of our own writer, byte by byte: packets, their numbers and times, what was lost. */
#include "../cmocka_all.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "jscope/probe.h"
#include "scratch.h"
#include "writer.h"

/* The head of a packet, as the metadata describes it. */
struct head {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_class;
	uint64_t begin, end, content_bits, packet_bits, number, discarded;
	uint32_t cpu;
} __attribute__((packed));

#define HEAD_SIZE  sizeof(struct head)
#define EVENT_HEAD (2 + 8 + 4 + 17)
#define ACK_SIZE   (EVENT_HEAD + 4 + 1 + 4 + 8)

static struct jscope__present present;
static struct jscope__ctf_writer *writer;

static const struct jscope__ctf_origin origin = { .uuid = { 1, 2, 3 },
						  .scenario = "a \"name\"",
						  .seed = 7 };

static int set_up(void **state)
{
	static const char procname[JSCOPE__PROCNAME_SIZE] = "tester";

	(void)state;
	present = (struct jscope__present){
		.time_ns = 1000, .stamp_ns = JSCOPE_NS_UNKNOWN, .tid = 42, .procname = procname
	};
	assert_int_equal(
		jscope__ctf_writer_create(scratch_directory(), 2, &origin, &present, &writer), 0);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "metadata", "jscope_0", "jscope_1", "truth_0" };
	char path[SCRATCH_PATH_SIZE];

	(void)state;
	jscope__ctf_writer_destroy(writer);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		scratch_path(path, names[i]);
		unlink(path);
	}
	if (rmdir(scratch_directory()))
		return -1;
	scratch_remove();
	return 0;
}

static void tell(uint32_t cpu, unsigned count)
{
	present.cpu = cpu;
	for (unsigned i = 0; i < count; i++)
		JSCOPE_PROBE(irq_ack, .dev = 9, .irql = 5, .irq = 16, .seq = i + 1);
}

static uint8_t bytes[1 << 20];

static size_t file_read(const char *name)
{
	char path[SCRATCH_PATH_SIZE];
	FILE *file;
	size_t size;

	scratch_path(path, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	size = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	return size;
}

/* The packet at *at of a file; *at moves behind it. */
static struct head packet_next(size_t size, size_t *at)
{
	struct head head;

	assert_true(*at + HEAD_SIZE <= size);
	memcpy(&head, bytes + *at, HEAD_SIZE);
	assert_int_equal(head.magic, 0xC1FC1FC1);
	assert_memory_equal(head.uuid, origin.uuid, 16);
	assert_int_equal(head.content_bits, head.packet_bits);
	*at += head.packet_bits / 8;
	assert_true(*at <= size);
	return head;
}

static void test_bytes_of_an_event(void **state)
{
	size_t at = 0, size;
	struct head head;
	uint16_t id;
	uint64_t value;

	(void)state;
	tell(1, 1);
	assert_int_equal(jscope__ctf_writer_finish(writer), 0);
	size = file_read("jscope_1");
	head = packet_next(size, &at);
	assert_int_equal(size, HEAD_SIZE + ACK_SIZE);
	assert_int_equal(head.cpu, 1);
	assert_int_equal(head.begin, 1001);
	assert_int_equal(head.end, 1001);
	memcpy(&id, bytes + HEAD_SIZE, sizeof id);
	assert_int_equal(id, JSCOPE_EVENT_irq_ack);
	memcpy(&value, bytes + HEAD_SIZE + 2, sizeof value);
	assert_int_equal(value, 1001);
	assert_int_equal(bytes[HEAD_SIZE + 10], 42);
	assert_string_equal((char *)bytes + HEAD_SIZE + 14, "tester");
	assert_int_equal(bytes[HEAD_SIZE + EVENT_HEAD], 9);
	assert_int_equal(bytes[HEAD_SIZE + EVENT_HEAD + 4], 5);
	memcpy(&value, bytes + size - 8, sizeof value);
	assert_int_equal(value, 1);
}

/* A CPU on which nothing happened has one empty packet: a file without any is no stream. */
static void test_packets_follow_each_other(void **state)
{
	const unsigned count = 10000;
	size_t at = 0, size, events = 0;
	uint64_t number = 0, end = 0;
	struct head head;

	(void)state;
	tell(0, count);
	assert_int_equal(jscope__ctf_writer_counts(writer).event_count, count);
	assert_int_equal(jscope__ctf_writer_finish(writer), 0);
	size = file_read("jscope_0");
	while (at < size) {
		head = packet_next(size, &at);
		assert_int_equal(head.number, number++);
		assert_true(head.begin == end + 1 || number == 1);
		events += (head.content_bits / 8 - HEAD_SIZE) / ACK_SIZE;
		end = head.end;
	}
	assert_int_equal(events, count);
	assert_int_equal(end, 1000 + count);
	assert_true(number > 3);
	assert_int_equal(file_read("jscope_1"), HEAD_SIZE);
}

/* [5 events][lost][1 event][the rest]: the loss lies between the ends of the first two packets. */
static void test_loss_is_tight(void **state)
{
	size_t at = 0, size;
	struct head before, after, rest;

	(void)state;
	tell(0, 5);
	jscope__ctf_writer_lose(writer, 0);
	tell(0, 30);
	tell(1, 3);
	JSCOPE_PROBE(truth_loss, .cpu = 0);
	jscope__ctf_writer_keep(writer, 0);
	tell(0, 4);
	assert_int_equal(jscope__ctf_writer_counts(writer).discarded_count, 30);
	assert_int_equal(jscope__ctf_writer_counts(writer).truth_count, 1);
	assert_int_equal(jscope__ctf_writer_finish(writer), 0);
	size = file_read("jscope_0");
	before = packet_next(size, &at);
	after = packet_next(size, &at);
	rest = packet_next(size, &at);
	assert_int_equal(at, size);
	assert_int_equal(before.discarded, 0);
	assert_int_equal(before.end, 1005);
	assert_int_equal(after.discarded, 30);
	assert_int_equal(after.end, 1039);
	assert_int_equal(rest.discarded, 30);
	assert_int_equal((rest.content_bits / 8 - HEAD_SIZE) / ACK_SIZE, 3);
}

/* From the first event on, and to the last one. */
static void test_loss_at_both_ends(void **state)
{
	size_t at = 0, size;
	struct head head;

	(void)state;
	jscope__ctf_writer_lose(writer, 0);
	tell(0, 3);
	jscope__ctf_writer_keep(writer, 0);
	tell(0, 1);
	jscope__ctf_writer_lose(writer, 0);
	tell(0, 4);
	assert_int_equal(jscope__ctf_writer_finish(writer), 0);
	size = file_read("jscope_0");
	assert_int_equal(packet_next(size, &at).discarded, 0);
	assert_int_equal(packet_next(size, &at).discarded, 3);
	head = packet_next(size, &at);
	assert_int_equal(head.discarded, 7);
	assert_int_equal(head.content_bits / 8, HEAD_SIZE);
	assert_int_equal(head.end, 1008);
	assert_int_equal(at, size);
}

static void test_truth_takes_no_time(void **state)
{
	(void)state;
	tell(0, 1);
	JSCOPE_PROBE(truth_delay, .dev = 1);
	JSCOPE_PROBE(truth_delay, .dev = 1);
	assert_int_equal(present.time_ns, 1001);
	assert_int_equal(present.stamp_ns, 1001);
	tell(0, 1);
	assert_int_equal(present.stamp_ns, 1002);
}

/* Forward at once; back, it stands still but for the order of the events. */
static void test_clock_never_decreases(void **state)
{
	(void)state;
	jscope__present_step(&present, 500);
	tell(0, 1);
	assert_int_equal(present.stamp_ns, 1501);
	present.time_ns += 99;
	jscope__present_step(&present, -1000);
	tell(0, 2);
	assert_int_equal(present.stamp_ns, 1602);
	present.time_ns = 5000;
	tell(0, 1);
	assert_int_equal(present.stamp_ns, 4501);
}

/* What was written before the disk was full can be read. */
static void test_write_error(void **state)
{
	struct rlimit before, small = { 200 << 10, RLIM_INFINITY };
	size_t at = 0, size, count = 0;
	int result;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	tell(0, 10000);
	result = jscope__ctf_writer_has_failed(writer) ? jscope__ctf_writer_finish(writer) : 0;
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(result, -EFBIG);
	size = file_read("jscope_0");
	for (; at < size; count++)
		packet_next(size, &at);
	assert_int_equal(count, 1);
}

static void test_probes_are_given_back(void **state)
{
	(void)state;
	assert_true(JSCOPE_PROBE_ENABLED(irq_ack));
	jscope__ctf_writer_finish(writer);
	assert_false(JSCOPE_PROBE_ENABLED(irq_ack));
}

/* A name cannot break out of its string. */
static void test_metadata_is_safe(void **state)
{
	size_t size;

	(void)state;
	jscope__ctf_writer_finish(writer);
	size = file_read("metadata");
	bytes[size] = '\0';
	assert_non_null(strstr((char *)bytes, "scenario = \"a__name_\";"));
	assert_non_null(strstr((char *)bytes, "name = \"jscope:truth_chain\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bytes_of_an_event),	TEST(test_packets_follow_each_other),
		TEST(test_loss_is_tight),	TEST(test_loss_at_both_ends),
		TEST(test_truth_takes_no_time), TEST(test_clock_never_decreases),
		TEST(test_write_error),		TEST(test_probes_are_given_back),
		TEST(test_metadata_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
