/* Losses in the traces of recorded kernels: between which packets they lie, and across chunks. */
#include "kernel_writer_fixture.h"

#include "../cmocka_all.h"

#include <string.h>

/* [2 events][lost][1 event][the rest]: the loss lies between the ends of the first two packets. */
static void test_loss_is_tight(void **state)
{
	struct kernel_trace trace;

	(void)state;
	writer_raise(1, 0);
	writer_raise(2, 0);
	writer_raise(6, 7);
	writer_raise(7, 7);
	writer_raise(8, 7);
	writer_raise(9, 10);
	writer_finish(9);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 4);
	writer_packet_check(&trace.packets[0], 1, 2, 2, 0);
	writer_packet_check(&trace.packets[1], 6, 6, 1, 7);
	writer_packet_check(&trace.packets[2], 7, 8, 2, 7);
	writer_packet_check(&trace.packets[3], 9, 9, 1, 10);
}

/* Readers count from the first packet: one without events goes before a loss. */
static void test_loss_at_the_beginning(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_begin(writer, 2 * WRITER_MS + 1);
	writer_raise(3, 5);
	writer_raise(4, 5);
	writer_finish(4);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 3);
	writer_packet_check(&trace.packets[0], 2, 2, 0, 0);
	writer_packet_check(&trace.packets[1], 3, 3, 1, 5);
	writer_packet_check(&trace.packets[2], 4, 4, 1, 5);
}

/* Nobody came after it; what was told is not told again by records from before. */
static void test_loss_at_the_end(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_since(writer, 0, UINT32_MAX - 1);
	writer_raise(1, UINT32_MAX - 1);
	jscope__kernel_writer_lost(writer, 0, UINT32_MAX - 1, 2 * WRITER_MS);
	writer_raise(3, UINT32_MAX - 1);
	jscope__kernel_writer_lost(writer, 0, 2, 4 * WRITER_MS);
	writer_raise(5, 1);
	writer_finish(6);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 3);
	writer_packet_check(&trace.packets[0], 1, 3, 2, 0);
	writer_packet_check(&trace.packets[1], 4, 4, 0, 4);
	writer_packet_check(&trace.packets[2], 5, 6, 1, 4);
}

/* What was lost before the trace begins is none of its losses. */
static void test_loss_before(void **state)
{
	struct kernel_trace trace;

	(void)state;
	jscope__kernel_writer_since(writer, 0, 100);
	writer_raise(1, 100);
	writer_raise(2, 103);
	writer_finish(2);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.packets[0].discarded_count, 0);
	assert_int_equal(trace.packets[trace.count - 1].discarded_count, 3);
}

/* Numbers and losses go on; a loss between the chunks lies there. */
static void test_chunks(void **state)
{
	struct jscope__kernel_writer *first = writer;
	char chunk[sizeof writer_directory];
	struct kernel_trace trace;

	(void)state;
	writer_raise(1, 3);
	writer_finish(2);
	strcpy(chunk, writer_directory);
	writer_directory_make("second");
	assert_int_equal(
		jscope__kernel_writer_create(writer_directory, &writer_origin, first, &writer), 0);
	jscope__kernel_writer_destroy(first);
	jscope__kernel_writer_begin(writer, 2 * WRITER_MS);
	kernel_trace_read(&trace, chunk, 0);
	assert_int_equal(trace.count, 3);
	writer_packet_check(&trace.packets[2], 2, 2, 0, 3);
	writer_raise(5, 10);
	writer_finish(5);
	kernel_trace_read(&trace, writer_directory, 0);
	assert_int_equal(trace.count, 2);
	assert_int_equal(trace.packets[0].number, 3);
	/* In order also by their times alone. */
	assert_int_equal(trace.packets[0].begin_ns, 2 * WRITER_MS + 1);
	assert_int_equal(trace.packets[0].discarded_count, 3);
	writer_packet_check(&trace.packets[1], 5, 5, 1, 10);
	assert_int_equal(jscope__kernel_writer_events(writer), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, writer_set_up, writer_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_loss_is_tight),   TEST(test_loss_at_the_beginning),
		TEST(test_loss_at_the_end), TEST(test_loss_before),
		TEST(test_chunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
