/* Traces of recorded kernels, byte by byte: events, packets and their times, metadata. */
#include "kernel_writer_fixture.h"

#include "../cmocka_all.h"

#include <string.h>

static void entry_at(jscope_ns at_ms, const char *name)
{
	struct {
		struct jscope_kernel_head head;
		struct jscope_kernel_irq_handler_entry fields;
	} record = { { (uint64_t)(at_ms * WRITER_MS), 0, JSCOPE_KERNEL_EVENT_irq_handler_entry,
		       sizeof record.fields },
		     { .irq = 36 } };

	memset(record.fields.name, 'x', sizeof record.fields.name);
	memcpy(record.fields.name, name, strnlen(name, JSCOPE_KERNEL_TEXT_SIZE - 1) + 1);
	jscope__kernel_writer_record(writer, 0, &record.head);
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
	writer_finish(1);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 1);
	assert_memory_equal(trace.packets[0].uuid, writer_origin.uuid, 16);
	assert_int_equal(trace.packets[0].instance, 0);
	assert_int_equal(trace.packets[0].size, sizeof wanted);
	assert_memory_equal(trace.packets[0].events, wanted, sizeof wanted);
}

/* Also a CPU on which nothing happened was there from the beginning to the end. */
static void test_idle_cpu(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_begin(writer, 3 * WRITER_MS + 1);
	writer_raise(5, 0);
	writer_finish(9);
	kernel_trace_read(&trace, writer_directory, 2);
	assert_int_equal(trace.count, 2);
	assert_int_equal(trace.packets[0].instance, 2);
	assert_int_equal(trace.packets[0].cpu, 2);
	writer_packet_check(&trace.packets[0], 3, 3, 0, 0);
	writer_packet_check(&trace.packets[1], 9, 9, 0, 0);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 2);
	writer_packet_check(&trace.packets[0], 3, 3, 0, 0);
	writer_packet_check(&trace.packets[1], 5, 9, 1, 0);
}

static void test_packets_follow_each_other(void **state)
{
	const unsigned count = 50000;
	struct kernel_trace trace;
	size_t size = 0;

	(void)state;
	for (unsigned i = 1; i <= count; i++)
		writer_raise(i, 0);
	assert_int_equal(jscope__kernel_writer_events(writer), count);
	writer_finish(count);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_true(trace.count > 3);
	for (size_t i = 0; i < trace.count; i++) {
		assert_int_equal(trace.packets[i].number, i);
		assert_int_equal(trace.packets[i].begin_ns,
				 (size / WRITER_RAISE_SIZE + 1) * WRITER_MS);
		size += trace.packets[i].size;
		assert_int_equal(trace.packets[i].end_ns, size / WRITER_RAISE_SIZE * WRITER_MS);
	}
	assert_int_equal(size, count * WRITER_RAISE_SIZE);
	assert_int_equal(jscope__kernel_writer_bytes(writer), trace.bytes + 2 * KERNEL_PACKET_HEAD);
}

/* No two packets begin at once, whatever happens at one instant. */
static void test_one_instant(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_begin(writer, 1 * WRITER_MS);
	writer_raise(1, 0);
	writer_raise(1, 4);
	writer_raise(1, 4);
	jscope__kernel_writer_flush(writer, 1 * WRITER_MS);
	writer_raise(1, 4);
	jscope__kernel_writer_lost(writer, 0, 6, 1 * WRITER_MS);
	writer_raise(1, 6);
	writer_finish(1);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 7);
	for (size_t i = 1; i < trace.count; i++)
		assert_int_equal(trace.packets[i].begin_ns, 1 * WRITER_MS + (jscope_ns)i - 1);
}

/* Times in events have 32 bits: a reader sees at most one turn of them. */
static void test_silence(void **state)
{
	struct kernel_trace trace;

	(void)state;
	writer_raise(100, 0);
	writer_raise(100 + 4294, 0);
	writer_raise(100 + 4294 + 4295, 0);
	writer_finish(100 + 4294 + 4295);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 2);
	writer_packet_check(&trace.packets[0], 100, 4394, 2, 0);
	writer_packet_check(&trace.packets[1], 8689, 8689, 1, 0);
}

static void test_flush(void **state)
{
	struct kernel_trace trace;

	(void)state;
	writer_raise(1, 0);
	jscope__kernel_writer_flush(writer, 2 * WRITER_MS);
	jscope__kernel_writer_flush(writer, 3 * WRITER_MS);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 1);
	writer_packet_check(&trace.packets[0], 1, 1, 1, 0);
	/* CPUs that were idle for long say so. */
	jscope__kernel_writer_flush(writer, 5001 * WRITER_MS);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 1);
	jscope__kernel_writer_flush(writer, 5002 * WRITER_MS);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 2);
	writer_packet_check(&trace.packets[1], 5002, 5002, 0, 0);
}

static void test_told_events(void **state)
{
	const struct jscope_kernel_lttng_statedump_block_device disk = { .dev = 254 << 20,
									 .diskname = "vda" };
	const size_t size = KERNEL_EVENT_HEAD + 4 + 4;
	struct kernel_trace trace;

	(void)state;
	writer_raise(5, 0);
	jscope__kernel_writer_tell(writer, 0, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device,
				   &disk);
	jscope__kernel_writer_tell(writer, 7 * WRITER_MS,
				   JSCOPE_KERNEL_EVENT_lttng_statedump_block_device, &disk);
	writer_finish(7);
	assert_int_equal(jscope__kernel_writer_strange(writer), 0);
	assert_int_equal(jscope__kernel_writer_events(writer), 3);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.packets[0].size, WRITER_RAISE_SIZE + 2 * size);
	assert_int_equal(trace.packets[0].end_ns, 7 * WRITER_MS);
	assert_string_equal((char *)trace.packets[0].events + WRITER_RAISE_SIZE + size - 4, "vda");
}

static void test_metadata(void **state)
{
	char text[65536];

	(void)state;
	kernel_trace_metadata(writer_directory, text, sizeof text);
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
	kernel_trace_metadata(writer_directory, text, sizeof text);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		assert_non_null(strstr(text, fields[i]));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, writer_set_up, writer_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bytes_of_an_event),
		TEST(test_idle_cpu),
		TEST(test_packets_follow_each_other),
		TEST(test_one_instant),
		TEST(test_silence),
		TEST(test_flush),
		TEST(test_told_events),
		TEST(test_metadata),
		TEST(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
