/* Traces of recorded kernels, byte by byte: events, packets and their times, losses, chunks. */
#include "../cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "common/error.h"
#include "kernel_trace.h"

#define MS JSCOPE_NS_PER_MS

static char directory[40];
static struct jscope__kernel_writer *writer;
static const struct jscope__kernel_origin origin = {
	.uuid = { 1, 2, 3 },
	.clock_offset_ns = 1700000000000000000,
	.probe_cost_ns = 120,
	.cpu_count = 3,
	.groups = 1 << JSCOPE_KERNEL_IRQ | 1 << JSCOPE_KERNEL_SOFTIRQ | 1 << JSCOPE_KERNEL_HRTIMER |
		  1 << JSCOPE_KERNEL_WAKEUP,
};

static int set_up(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/kernel_writer.XXXXXX");
	assert_non_null(mkdtemp(directory));
	assert_int_equal(jscope__kernel_writer_create(directory, &origin, NULL, &writer), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	jscope__kernel_writer_destroy(writer);
	kernel_trace_remove(directory);
	jscope_error_clear();
	return 0;
}

/* A softirq of CPU 0 so many ms after the beginning. */
static void raise_at(jscope_ns at_ms, uint32_t lost)
{
	const struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_softirq_raise fields;
	} record = { { (uint64_t)(at_ms * MS), lost, JSCOPE_KERNEL_EVENT_irq_softirq_raise,
		       sizeof record.fields },
		     { 4 } };

	jscope__kernel_writer_record(writer, 0, &record.head);
}

static void entry_at(jscope_ns at_ms, const char *name)
{
	struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_handler_entry fields;
	} record = { { (uint64_t)(at_ms * MS), 0, JSCOPE_KERNEL_EVENT_irq_handler_entry,
		       sizeof record.fields },
		     { .irq = 36 } };

	memset(record.fields.name, 'x', sizeof record.fields.name);
	memcpy(record.fields.name, name, strnlen(name, JSCOPE_KERNEL_TEXT_SIZE - 1) + 1);
	jscope__kernel_writer_record(writer, 0, &record.head);
}

static void finish_at(jscope_ns at_ms)
{
	assert_int_equal(jscope__kernel_writer_finish(writer, at_ms * MS), 0);
}

#define RAISE_SIZE (KERNEL_EVENT_HEAD + 4)

static void packet_check(const struct kernel_packet *packet, jscope_ns begin_ms, jscope_ns end_ms,
			 size_t raises, uint64_t discarded_count)
{
	assert_int_equal(packet->begin_ns, begin_ms * MS);
	assert_int_equal(packet->end_ns, end_ms * MS);
	assert_int_equal(packet->size, raises * RAISE_SIZE);
	assert_int_equal(packet->discarded_count, discarded_count);
}

/* The text is as long as it is; what lies behind it in the record is not written. */
static void test_bytes_of_an_event(void **state)
{
	static const uint8_t wanted[] = { JSCOPE_KERNEL_EVENT_irq_handler_entry,
					  0x40,
					  0x42,
					  0x0f,
					  0x00,
					  36,
					  0,
					  0,
					  0,
					  'd',
					  'i',
					  's',
					  'k',
					  '\0' };
	struct kernel_trace trace;

	(void)state;
	entry_at(1, "disk");
	finish_at(1);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 1);
	assert_memory_equal(trace.packets[0].uuid, origin.uuid, 16);
	assert_int_equal(trace.packets[0].instance, 0);
	assert_int_equal(trace.packets[0].size, sizeof wanted);
	assert_memory_equal(trace.packets[0].events, wanted, sizeof wanted);
}

/* Also a CPU on which nothing happened was there from the beginning to the end. */
static void test_idle_cpu(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_begin(writer, 3 * MS + 1);
	raise_at(5, 0);
	finish_at(9);
	kernel_trace_read(&trace, directory, 2);
	assert_int_equal(trace.count, 2);
	assert_int_equal(trace.packets[0].instance, 2);
	assert_int_equal(trace.packets[0].cpu, 2);
	packet_check(&trace.packets[0], 3, 3, 0, 0);
	packet_check(&trace.packets[1], 9, 9, 0, 0);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 2);
	packet_check(&trace.packets[0], 3, 3, 0, 0);
	packet_check(&trace.packets[1], 5, 9, 1, 0);
}

static void test_packets_follow_each_other(void **state)
{
	const unsigned count = 50000;
	struct kernel_trace trace;
	size_t size = 0;

	(void)state;
	for (unsigned i = 1; i <= count; i++)
		raise_at(i, 0);
	assert_int_equal(jscope__kernel_writer_events(writer), count);
	finish_at(count);
	kernel_trace_read(&trace, directory, 0);
	assert_true(trace.count > 3);
	for (size_t i = 0; i < trace.count; i++) {
		assert_int_equal(trace.packets[i].number, i);
		assert_int_equal(trace.packets[i].begin_ns, (size / RAISE_SIZE + 1) * MS);
		size += trace.packets[i].size;
		assert_int_equal(trace.packets[i].end_ns, size / RAISE_SIZE * MS);
	}
	assert_int_equal(size, count * RAISE_SIZE);
	assert_int_equal(jscope__kernel_writer_bytes(writer), trace.bytes + 2 * KERNEL_PACKET_HEAD);
}

/* [2 events][lost][1 event][the rest]: the loss lies between the ends of the first two packets. */
static void test_loss_is_tight(void **state)
{
	struct kernel_trace trace;

	(void)state;
	raise_at(1, 0);
	raise_at(2, 0);
	raise_at(6, 7);
	raise_at(7, 7);
	raise_at(8, 7);
	raise_at(9, 10);
	finish_at(9);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 4);
	packet_check(&trace.packets[0], 1, 2, 2, 0);
	packet_check(&trace.packets[1], 6, 6, 1, 7);
	packet_check(&trace.packets[2], 7, 8, 2, 7);
	packet_check(&trace.packets[3], 9, 9, 1, 10);
}

/* Readers count from the first packet: one without events goes before a loss. */
static void test_loss_at_the_beginning(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_begin(writer, 2 * MS + 1);
	raise_at(3, 5);
	raise_at(4, 5);
	finish_at(4);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 3);
	packet_check(&trace.packets[0], 2, 2, 0, 0);
	packet_check(&trace.packets[1], 3, 3, 1, 5);
	packet_check(&trace.packets[2], 4, 4, 1, 5);
}

/* Nobody came after it; what was told is not told again by records from before. */
static void test_loss_at_the_end(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_since(writer, 0, UINT32_MAX - 1);
	raise_at(1, UINT32_MAX - 1);
	jscope__kernel_writer_lost(writer, 0, UINT32_MAX - 1, 2 * MS);
	raise_at(3, UINT32_MAX - 1);
	jscope__kernel_writer_lost(writer, 0, 2, 4 * MS);
	raise_at(5, 1);
	finish_at(6);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 3);
	packet_check(&trace.packets[0], 1, 3, 2, 0);
	packet_check(&trace.packets[1], 4, 4, 0, 4);
	packet_check(&trace.packets[2], 5, 6, 1, 4);
}

/* What was lost before the trace begins is none of its losses. */
static void test_loss_before(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_since(writer, 0, 100);
	raise_at(1, 100);
	raise_at(2, 103);
	finish_at(2);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.packets[0].discarded_count, 0);
	assert_int_equal(trace.packets[trace.count - 1].discarded_count, 3);
}

/* No two packets begin at once, whatever happens at one instant. */
static void test_one_instant(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_begin(writer, 1 * MS);
	raise_at(1, 0);
	raise_at(1, 4);
	raise_at(1, 4);
	jscope__kernel_writer_flush(writer, 1 * MS);
	raise_at(1, 4);
	jscope__kernel_writer_lost(writer, 0, 6, 1 * MS);
	raise_at(1, 6);
	finish_at(1);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 7);
	for (size_t i = 1; i < trace.count; i++)
		assert_int_equal(trace.packets[i].begin_ns, 1 * MS + (jscope_ns)i - 1);
}

/* Times in events have 32 bits: a reader sees at most one turn of them. */
static void test_silence(void **state)
{
	struct kernel_trace trace;

	(void)state;
	raise_at(100, 0);
	raise_at(100 + 4294, 0);
	raise_at(100 + 4294 + 4295, 0);
	finish_at(100 + 4294 + 4295);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 2);
	packet_check(&trace.packets[0], 100, 4394, 2, 0);
	packet_check(&trace.packets[1], 8689, 8689, 1, 0);
}

static void test_flush(void **state)
{
	struct kernel_trace trace;

	(void)state;
	raise_at(1, 0);
	jscope__kernel_writer_flush(writer, 2 * MS);
	jscope__kernel_writer_flush(writer, 3 * MS);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 1);
	packet_check(&trace.packets[0], 1, 1, 1, 0);
	/* CPUs that were idle for long say so. */
	jscope__kernel_writer_flush(writer, 5001 * MS);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 1);
	jscope__kernel_writer_flush(writer, 5002 * MS);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 2);
	packet_check(&trace.packets[1], 5002, 5002, 0, 0);
}

/* Numbers and losses go on; a loss between the chunks lies there. */
static void test_chunks(void **state)
{
	struct jscope__kernel_writer *first = writer;
	char chunk[sizeof directory];
	struct kernel_trace trace;

	(void)state;
	raise_at(1, 3);
	finish_at(2);
	strcpy(chunk, directory);
	strcpy(directory, "/tmp/kernel_writer.XXXXXX");
	assert_non_null(mkdtemp(directory));
	assert_int_equal(jscope__kernel_writer_create(directory, &origin, first, &writer), 0);
	jscope__kernel_writer_destroy(first);
	jscope__kernel_writer_begin(writer, 2 * MS);
	kernel_trace_read(&trace, chunk, 0);
	assert_int_equal(trace.count, 3);
	packet_check(&trace.packets[2], 2, 2, 0, 3);
	kernel_trace_remove(chunk);
	raise_at(5, 10);
	finish_at(5);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 2);
	assert_int_equal(trace.packets[0].number, 3);
	/* In order also by their times alone. */
	assert_int_equal(trace.packets[0].begin_ns, 2 * MS + 1);
	assert_int_equal(trace.packets[0].discarded_count, 3);
	packet_check(&trace.packets[1], 5, 5, 1, 10);
	assert_int_equal(jscope__kernel_writer_events(writer), 1);
}

/* A record that is not what it should be leaves the trace as it is. */
static void test_strange_records(void **state)
{
	static struct {
		struct jscope_kernel_head head;
		uint8_t fields[UINT16_MAX];
	} record;
	const struct {
		uint32_t cpu;
		struct jscope_kernel_head head;
	} strange[] = {
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_COUNT, 4 } },
		{ 0, { 5, 0, UINT16_MAX, UINT16_MAX } },
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 5 } },
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 0 } },
		{ 0,
		  { 5, 0, JSCOPE_KERNEL_EVENT_sched_waking,
		    sizeof(struct jscope_kernel_sched_waking) } },
		{ 0, { 5, 0, JSCOPE_KERNEL_EVENT_sched_waking, UINT16_MAX } },
		{ 0, { UINT64_MAX, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 4 } },
		{ 3, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 4 } },
		{ UINT32_MAX, { 5, 0, JSCOPE_KERNEL_EVENT_irq_softirq_raise, 4 } },
	};
	const size_t count = sizeof strange / sizeof strange[0];
	struct kernel_trace trace;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		record.head = strange[i].head;
		jscope__kernel_writer_record(writer, strange[i].cpu, &record.head);
		assert_int_equal(jscope__kernel_writer_strange(writer), i + 1);
	}
	jscope__kernel_writer_lost(writer, 3, 7, 5);
	finish_at(9);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.count, 1);
	packet_check(&trace.packets[0], 9, 9, 0, 0);
}

/* One that is late takes the time of the one before, and a text always ends. */
static void test_mended_records(void **state)
{
	struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_handler_entry fields;
	} record = { { 4 * MS, 0, JSCOPE_KERNEL_EVENT_irq_handler_entry, sizeof record.fields },
		     { .irq = 1 } };
	const size_t size = KERNEL_EVENT_HEAD + sizeof record.fields;
	struct kernel_trace trace;
	uint32_t at_ns;

	(void)state;
	raise_at(5, 0);
	memset(record.fields.name, 'x', sizeof record.fields.name);
	jscope__kernel_writer_record(writer, 0, &record.head);
	assert_int_equal(jscope__kernel_writer_strange(writer), 2);
	finish_at(5);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.packets[0].size, RAISE_SIZE + size);
	memcpy(&at_ns, trace.packets[0].events + RAISE_SIZE + 1, sizeof at_ns);
	assert_int_equal(at_ns, 5 * MS);
	assert_int_equal(trace.packets[0].events[RAISE_SIZE + size - 2], 'x');
	assert_int_equal(trace.packets[0].events[RAISE_SIZE + size - 1], '\0');
}

static void test_told_events(void **state)
{
	const struct jscope_kernel_lttng_statedump_block_device disk = { .dev = 254 << 20,
									 .diskname = "vda" };
	const size_t size = KERNEL_EVENT_HEAD + 4 + 4;
	struct kernel_trace trace;

	(void)state;
	raise_at(5, 0);
	jscope__kernel_writer_tell(writer, 0, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device,
				   &disk);
	jscope__kernel_writer_tell(writer, 7 * MS, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device,
				   &disk);
	finish_at(7);
	assert_int_equal(jscope__kernel_writer_strange(writer), 0);
	assert_int_equal(jscope__kernel_writer_events(writer), 3);
	kernel_trace_read(&trace, directory, 0);
	assert_int_equal(trace.packets[0].size, RAISE_SIZE + 2 * size);
	assert_int_equal(trace.packets[0].end_ns, 7 * MS);
	assert_string_equal((char *)trace.packets[0].events + RAISE_SIZE + size - 4, "vda");
}

static void test_metadata(void **state)
{
	char text[65536];

	(void)state;
	kernel_trace_metadata(directory, text, sizeof text);
	assert_non_null(strstr(text, "domain = \"kernel\";"));
	assert_non_null(strstr(text, "jscope_probe_cost_ns = \"120\";"));
	assert_non_null(strstr(text, "offset = 1700000000000000000;"));
	assert_non_null(strstr(text, "name = \"irq_softirq_raise\";"));
	assert_non_null(strstr(text, "name = \"lttng_statedump_block_device\";"));
	assert_null(strstr(text, "sched_waking"));
	assert_null(strstr(text, "block_rq_issue"));
}

/* Every type, as LTTng declares it. */
static void test_types(void **state)
{
	static const char *const fields[] = {
		"\t\tinteger { size = 64; align = 8; signed = 1; } _now;\n"
		"\t\tinteger { size = 64; align = 8; signed = 0; base = 16; } _function;\n"
		"\t\tinteger { size = 64; align = 8; signed = 1; } _softexpires;\n",
		"\t\tinteger { size = 32; align = 8; signed = 0; } _vec;\n",
		"\t\tinteger { size = 8; align = 8; signed = 1; encoding = UTF8; } _comm[16];\n"
		"\t\tinteger { size = 32; align = 8; signed = 1; } _tid;\n",
		"\t\tinteger { size = 64; align = 8; signed = 0; } _lost;\n"
		"\t\tstring _event;\n",
	};
	char text[65536];

	(void)state;
	kernel_trace_metadata(directory, text, sizeof text);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		assert_non_null(strstr(text, fields[i]));
}

/* A disk of a quarter of a MiB: what was written before it was full can be read. */
static void test_full_disk(void **state)
{
	char path[sizeof directory];
	struct kernel_trace trace;
	uint64_t count = 0;

	(void)state;
	strcpy(path, directory);
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", path, "tmpfs", 0, "size=256k"))
		skip();
	jscope__kernel_writer_destroy(writer);
	assert_int_equal(jscope__kernel_writer_create(path, &origin, NULL, &writer), 0);
	for (unsigned i = 1; !jscope__kernel_writer_error(writer) && i < 100000; i++)
		raise_at(i, 0);
	raise_at(100000, 1);
	jscope__kernel_writer_flush(writer, 100001 * MS);
	assert_int_equal(jscope__kernel_writer_error(writer), -ENOSPC);
	assert_int_equal(jscope__kernel_writer_finish(writer, 100001 * MS), -ENOSPC);
	assert_non_null(strstr(jscope_error_sentence(0), path));
	kernel_trace_read(&trace, path, 0);
	assert_true(trace.count > 0);
	for (size_t i = 0; i < trace.count; i++)
		count += trace.packets[i].size / RAISE_SIZE;
	assert_int_equal(jscope__kernel_writer_events(writer), count);
	assert_int_equal(umount(path), 0);
}

static void test_no_directory(void **state)
{
	struct jscope__kernel_writer *none = NULL;

	(void)state;
	assert_int_equal(jscope__kernel_writer_create("/does/not/exist", &origin, NULL, &none),
			 -ENOENT);
	assert_non_null(strstr(jscope_error_sentence(0), "/does/not/exist"));
	assert_null(none);
	/* Somebody else's trace is not overwritten. */
	assert_int_equal(jscope__kernel_writer_create(directory, &origin, NULL, &none), -EEXIST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bytes_of_an_event),
		TEST(test_idle_cpu),
		TEST(test_packets_follow_each_other),
		TEST(test_loss_is_tight),
		TEST(test_loss_at_the_beginning),
		TEST(test_loss_at_the_end),
		TEST(test_loss_before),
		TEST(test_one_instant),
		TEST(test_silence),
		TEST(test_flush),
		TEST(test_chunks),
		TEST(test_strange_records),
		TEST(test_mended_records),
		TEST(test_told_events),
		TEST(test_metadata),
		TEST(test_types),
		TEST(test_full_disk),
		TEST(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
