/* The table of `record kernel --live`, as it is written. */
#include "../cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_view.h"

struct test {
	struct jscope_kernel_view *view;
	char *text; /* owned */
};

static int set_up(void **state)
{
	struct test *test = calloc(1, sizeof *test);

	assert_non_null(test);
	assert_int_equal(jscope_kernel_view_create(&test->view), 0);
	*state = test;
	return 0;
}

static int tear_down(void **state)
{
	struct test *test = *state;

	jscope_kernel_view_destroy(test->view);
	free(test->text);
	free(test);
	return 0;
}

static const char *text_of(struct test *test)
{
	size_t size;
	FILE *stream = open_memstream(&test->text, &size);

	assert_non_null(stream);
	jscope_kernel_view_write(test->view, 12345 * JSCOPE_NS_PER_MS, 987654, stream);
	assert_int_equal(fclose(stream), 0);
	return test->text;
}

static void tell(struct test *test, enum jscope_kernel_measure measure, uint64_t key,
		 const char *name, int64_t value)
{
	const struct jscope_kernel_sample sample = {
		.measure = measure, .key = key, .name = name, .value = value
	};

	jscope_kernel_view_sample(test->view, &sample);
}

static void tell_lost(struct test *test, enum jscope_kernel_measure measure, uint64_t key,
		      const char *name)
{
	const struct jscope_kernel_sample sample = {
		.measure = measure, .key = key, .name = name, .lost = true
	};

	jscope_kernel_view_sample(test->view, &sample);
}

static void every_measure_has_its_table(void **state)
{
	struct test *test = *state;
	const uint64_t stream = 1 << 24 | 2 << 16 | 3 << 8;

	for (int i = 1; i <= 200; i++) {
		tell(test, JSCOPE_KERNEL_MEASURE_IRQ, 40, "virtio1-req.0", i * 100);
		tell(test, JSCOPE_KERNEL_MEASURE_HEADROOM, stream | 1, "Intel", i - 50);
	}
	tell(test, JSCOPE_KERNEL_MEASURE_IRQ, 9, "acpi", 999);
	tell(test, JSCOPE_KERNEL_MEASURE_SOFTIRQ, 4, "BLOCK", 123456);
	tell(test, JSCOPE_KERNEL_MEASURE_BLOCK, 254 << 20 | 16, "vdb", 3000000);
	tell_lost(test, JSCOPE_KERNEL_MEASURE_BLOCK, 254 << 20 | 16, "vdb");
	tell_lost(test, JSCOPE_KERNEL_MEASURE_SOFTIRQ, 3, "NET_RX");
	tell(test, JSCOPE_KERNEL_MEASURE_PERIOD, stream, "a card with a long name", 10000000);
	tell(test, JSCOPE_KERNEL_MEASURE_WAKE, 4711, "evil\033[2Jname", 10);
	assert_string_equal(
		text_of(test),
		" 12 s, 987654 events recorded\n"
		"\n"
		" interrupts                    count     last      p50      p99      max   lost\n"
		" 9 acpi                            1   999 ns   999 ns        -   999 ns      0\n"
		" 40 virtio1-req.0                200 20.00 us 10.01 us 19.79 us 20.00 us      0\n"
		"\n"
		" softirqs                      count     last      p50      p99      max   lost\n"
		" 3 NET_RX                          0        -        -        -        -      1\n"
		" 4 BLOCK                           1 123.5 us 123.5 us        - 123.5 us      0\n"
		"\n"
		" disks, issue to done          count     last      p50      p99      max   lost\n"
		" 254:16 vdb                        1 3.000 ms 3.000 ms        - 3.000 ms      1\n"
		"\n"
		" streams, period               count     last      p50      p99      max   lost\n"
		" hw:1,2,3 out a card with a        1 10.00 ms 10.00 ms        - 10.00 ms      0\n"
		"\n"
		" streams, frames of headroom   count     last      p50       p1      min   lost\n"
		" hw:1,2,3 in Intel               200      150       50      -48      -49      0\n"
		"\n"
		" threads, waking to running    count     last      p50      p99      max   lost\n"
		" 4711 evil?[2Jname                 1    10 ns    10 ns        -    10 ns      0\n");
}

static void no_line_is_longer_than_a_terminal(void **state)
{
	struct test *test = *state;
	const char *line;

	tell(test, JSCOPE_KERNEL_MEASURE_IRQ, UINT32_MAX, "a-handler-with-23-bytes",
	     999 * JSCOPE_NS_PER_SEC);
	tell(test, JSCOPE_KERNEL_MEASURE_HEADROOM, UINT64_C(0xffffffffffffff), "0123456789abcde",
	     -99999999);
	tell(test, JSCOPE_KERNEL_MEASURE_BLOCK, UINT32_MAX, "a-disk-with-23-bytes---", 999999999);
	for (line = text_of(test); *line; line = strchr(line, '\n') + 1)
		assert_true(strchr(line, '\n') - line <= 80);
}

static void the_worst_threads_come_first(void **state)
{
	struct test *test = *state;
	const char *text;

	for (int tid = 1; tid <= 14; tid++)
		tell(test, JSCOPE_KERNEL_MEASURE_WAKE, (uint64_t)tid, "t", (tid * 5 % 14) * 1000);
	text = text_of(test);
	/* 11 * 5 % 14 is 13, the most. */
	assert_non_null(strstr(text, "lost\n 11 t  "));
	assert_non_null(strstr(text, "\n 4 more with a lower max\n"));
	assert_null(strstr(text, "\n 14 t  "));
}

static void what_finds_no_row_is_counted_together(void **state)
{
	struct test *test = *state;

	for (uint64_t dev = 0; dev < 300; dev++)
		tell(test, JSCOPE_KERNEL_MEASURE_BLOCK, dev, "disk", (int64_t)dev);
	assert_non_null(
		strstr(text_of(test), "\n others                           44   299 ns   277 ns"));
}

/* Of 1024 threads with 32 magnitudes each a part has memory. */
static void what_finds_no_memory_is_told(void **state)
{
	struct test *test = *state;
	uint64_t told;
	const char *line;

	for (uint64_t tid = 1; tid <= 1024; tid++)
		for (int power = 4; power < 36; power++)
			tell(test, JSCOPE_KERNEL_MEASURE_WAKE, tid, "t", INT64_C(1) << power);
	line = strstr(text_of(test), " values found no memory: the percentiles lack them\n");
	assert_non_null(line);
	while (line[-1] != ' ')
		line--;
	told = strtoull(line, NULL, 10);
	assert_true(told > 0 && told < 1024 * 32);
}

static void nothing_is_said_so(void **state)
{
	assert_string_equal(text_of(*state),
			    " 12 s, 987654 events recorded; nothing measured yet\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_measure_has_its_table),  TEST(no_line_is_longer_than_a_terminal),
		TEST(the_worst_threads_come_first), TEST(what_finds_no_row_is_counted_together),
		TEST(what_finds_no_memory_is_told), TEST(nothing_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
