/* How the requests of a device come and go, in the report: figures that can be worked out by hand. */
#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "made_report.h"
#include "report_rows.h"

#define BEGIN 1000000000

static const struct jscope_trace_info info = { .path = "made",
					       .reader = "native",
					       .clock = "monotonic",
					       .begin_ns = BEGIN,
					       .end_ns = 2 * BEGIN,
					       .events = 1000 };

static void request(const struct jscope_timeline_sink *sink, const char *op, uint64_t bytes,
		    jscope_ns latency_ns, unsigned batch_index, jscope_ns told_ns)
{
	const struct jscope_request record = { .device = "dev1",
					       .name = "",
					       .op = op,
					       .bytes = bytes,
					       .empty = bytes == 0,
					       .completed = true,
					       .matched = true,
					       .queued_ns = JSCOPE_NS_UNKNOWN,
					       .issue_ns = BEGIN,
					       .irq_ns = JSCOPE_NS_UNKNOWN,
					       .softirq_ns = JSCOPE_NS_UNKNOWN,
					       .complete_ns = BEGIN + latency_ns,
					       .run_ns = JSCOPE_NS_UNKNOWN,
					       .batch_index = batch_index,
					       .told_ns = told_ns };

	sink->request(sink->state, &record);
}

static void depth(const struct jscope_timeline_sink *sink, jscope_ns length_ns, unsigned count,
		  bool lossy)
{
	const struct jscope_depth record = { .device = "dev1",
					     .begin_ns = BEGIN,
					     .end_ns = BEGIN + length_ns,
					     .count = count,
					     .lossy = lossy };

	sink->depth(sink->state, &record);
}

static const struct jscope__traffic *traffic_of(const struct jscope_report *report)
{
	assert_int_equal(jscope__table_count(report->devices), 1);
	return &((const struct jscope__device_row *)jscope__table_at(report->devices, 0))->traffic;
}

static void feed_depths(const struct jscope_timeline_sink *sink)
{
	depth(sink, 100, 1, false);
	depth(sink, 200, 0, false);
	depth(sink, 300, 3, false);
	depth(sink, 400, 2, false);
	depth(sink, 1000, 70000, true);
	depth(sink, 1000, 70000, false);
}

static void test_depths(void **state)
{
	struct jscope_report *report = report_of(feed_depths, info);
	const struct jscope__traffic *traffic = traffic_of(report);
	char name[JSCOPE__CLASS_TEXT_SIZE];

	(void)state;
	assert_int_equal(traffic->depth_ns[0], 200);
	assert_int_equal(traffic->depth_ns[1], 100);
	assert_int_equal(traffic->depth_ns[2], 700);
	assert_int_equal(traffic->depth_ns[JSCOPE__DEPTH_CLASSES - 1], 1000);
	assert_int_equal(traffic->depth_lossy_ns, 1000);
	assert_int_equal(traffic->depth_max, 70000);
	assert_int_equal(jscope__traffic_span_ns(traffic), 2000);
	assert_true(jscope__traffic_mean(traffic) == (100 + 900 + 800 + 70000000) / 2000.0);
	assert_string_equal(jscope__depth_name(name, 2), "2-3");
	assert_string_equal(jscope__depth_name(name, JSCOPE__DEPTH_CLASSES - 1), ">=65536");
	jscope_report_destroy(report);
}

static void feed_nothing(const struct jscope_timeline_sink *sink)
{
	depth(sink, 100, 0, false);
}

static void test_no_row_of_a_device_without_requests(void **state)
{
	struct jscope_report *report = report_of(feed_nothing, info);

	(void)state;
	assert_int_equal(jscope__table_count(report->devices), 0);
	jscope_report_destroy(report);
}

/* Two alone, three at a time, seventy at a time, and one of which nobody knows. */
static void feed_batches(const struct jscope_timeline_sink *sink)
{
	request(sink, "read", 512, 1, 1, 0);
	request(sink, "read", 512, 1, 1, 0);
	for (unsigned i = 1; i <= 3; i++)
		request(sink, "read", 512, 1, i, 0);
	for (unsigned i = 1; i <= 70; i++)
		request(sink, "read", 512, 1, i, 0);
	request(sink, "read", 512, 1, 0, 0);
	request(sink, "flush", 0, 1, 0, 0);
}

static void test_batches(void **state)
{
	struct jscope_report *report = report_of(feed_batches, info);
	const struct jscope__traffic *traffic = traffic_of(report);

	(void)state;
	for (unsigned size = 1; size <= JSCOPE__BATCH_SIZES; size++)
		assert_int_equal(jscope__traffic_batches(traffic, size),
				 size == 1		       ? 2
				 : size == 3		       ? 1
				 : size == JSCOPE__BATCH_SIZES ? 1
							       : 0);
	assert_int_equal(jscope__traffic_batch_count(traffic), 4);
	assert_int_equal(jscope__traffic_batched(traffic), 75);
	assert_int_equal(traffic->batch_max, 70);
	assert_int_equal(traffic->batch_unknown, 1);
	jscope_report_destroy(report);
}

static const struct jscope_hist *kind(const struct jscope__traffic *traffic, enum jscope__op op,
				      enum jscope__size size)
{
	return traffic->kinds[op * JSCOPE__SIZE_COUNT + size];
}

static void feed_sizes(const struct jscope_timeline_sink *sink)
{
	static const uint64_t bytes[] = { 1,	 4096,	4097,	16384,	16385,
					  65536, 65537, 262144, 262145, UINT64_MAX };

	for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++)
		request(sink, "write", bytes[i], 10 * ((jscope_ns)i + 1), 0, 0);
	request(sink, "flush", 0, 7, 0, 0);
}

static void test_sizes(void **state)
{
	struct jscope_report *report = report_of(feed_sizes, info);
	const struct jscope__traffic *traffic = traffic_of(report);

	(void)state;
	for (enum jscope__size size = JSCOPE__SIZE_4K; size < JSCOPE__SIZE_COUNT; size++) {
		const struct jscope_hist *latency = kind(traffic, JSCOPE__OP_WRITE, size);

		assert_int_equal(jscope_hist_count(latency), 2);
		assert_int_equal(jscope_hist_min(latency), 20 * (jscope_ns)size - 10);
		assert_int_equal(jscope_hist_max(latency), 20 * (jscope_ns)size);
	}
	assert_int_equal(jscope_hist_max(kind(traffic, JSCOPE__OP_FLUSH, JSCOPE__SIZE_NONE)), 7);
	jscope_report_destroy(report);
}

static void feed_kinds(const struct jscope_timeline_sink *sink)
{
	static const char *const ops[] = { "read", "write", "flush", "discard", "" };

	for (unsigned i = 0; i < 5; i++)
		for (uint64_t bytes = 4096; bytes <= 4096 * 256; bytes *= 4)
			request(sink, ops[i], bytes, 5, 0, 0);
}

static void test_kinds_have_a_bound(void **state)
{
	struct jscope_report *report = report_of(feed_kinds, info);
	const struct jscope__traffic *traffic = traffic_of(report);

	(void)state;
	assert_int_equal(traffic->kind_count, JSCOPE__KINDS_MAX);
	assert_int_equal(jscope_hist_count(traffic->kinds_other), 25 - JSCOPE__KINDS_MAX);
	assert_non_null(kind(traffic, JSCOPE__OP_DISCARD, JSCOPE__SIZE_4K));
	assert_null(kind(traffic, JSCOPE__OP_DISCARD, JSCOPE__SIZE_16K));
	jscope_report_destroy(report);
}

static void feed_told(const struct jscope_timeline_sink *sink)
{
	request(sink, "read", 512, 100, 0, 90);
	request(sink, "read", 512, 100, 0, 130);
	request(sink, "read", 512, 100, 0, 0);
}

static void test_told(void **state)
{
	struct jscope_report *report = report_of(feed_told, info);
	const struct jscope__traffic *traffic = traffic_of(report);

	(void)state;
	assert_int_equal(jscope_hist_count(traffic->told), 2);
	assert_int_equal(jscope_hist_min(traffic->told), 90);
	assert_int_equal(jscope_hist_min(traffic->beyond_told), -30);
	assert_int_equal(jscope_hist_max(traffic->beyond_told), 10);
	jscope_report_destroy(report);
}

static void hold(const struct jscope_timeline_sink *sink, const struct jscope_hold *record)
{
	sink->hold(sink->state, record);
}

#define HOLD(sink, ...) hold(sink, &(const struct jscope_hold){ .device = "dev1", __VA_ARGS__ })

static void feed_holds(const struct jscope_timeline_sink *sink)
{
	HOLD(sink, .kind = JSCOPE_HOLD_PAUSE, .begin_ns = 10, .end_ns = 30, .held = 3,
	     .outlasting = 1);
	HOLD(sink, .kind = JSCOPE_HOLD_PAUSE, .begin_ns = 50, .end_ns = 55, .held = 2);
	HOLD(sink, .kind = JSCOPE_HOLD_PAUSE, .begin_ns = 70, .end_ns = JSCOPE_NS_UNKNOWN,
	     .cut = true);
	HOLD(sink, .kind = JSCOPE_HOLD_RESET, .begin_ns = 80, .end_ns = 80, .detected = true);
}

static void test_holds(void **state)
{
	struct jscope_report *report = report_of(feed_holds, info);
	const struct jscope__traffic *traffic = traffic_of(report);
	const struct jscope__holds *pauses = &traffic->holds[JSCOPE_HOLD_PAUSE];

	(void)state;
	assert_int_equal(pauses->count, 2);
	assert_int_equal(pauses->cut, 1);
	assert_int_equal(pauses->total_ns, 25);
	assert_int_equal(pauses->longest_ns, 20);
	assert_int_equal(pauses->held, 5);
	assert_int_equal(pauses->outlasting, 1);
	assert_int_equal(traffic->resets_detected, 1);
	assert_false(jscope__holds_are_known(&traffic->holds[JSCOPE_HOLD_RESET]));
	jscope_report_destroy(report);
}

static void feed_all(const struct jscope_timeline_sink *sink)
{
	feed_depths(sink);
	feed_batches(sink);
	feed_kinds(sink);
	feed_told(sink);
	feed_holds(sink);
}

/* Rows that are folded into one: everything twice. */
static void test_merge(void **state)
{
	struct jscope_report *report = report_of(feed_all, info);
	const struct jscope__traffic *one = traffic_of(report);
	struct jscope__traffic two = { 0 };

	(void)state;
	jscope__traffic_merge(&two, one);
	jscope__traffic_merge(&two, one);
	assert_int_equal(jscope__traffic_span_ns(&two), 2 * jscope__traffic_span_ns(one));
	assert_true(jscope__traffic_mean(&two) == jscope__traffic_mean(one));
	assert_int_equal(jscope__traffic_batched(&two), 2 * jscope__traffic_batched(one));
	assert_int_equal(two.batch_max, one->batch_max);
	assert_int_equal(two.kind_count, JSCOPE__KINDS_MAX);
	assert_int_equal(jscope_hist_count(two.kinds_other),
			 2 * jscope_hist_count(one->kinds_other));
	assert_int_equal(jscope_hist_count(two.told), 2 * jscope_hist_count(one->told));
	assert_int_equal(two.holds[JSCOPE_HOLD_PAUSE].longest_ns, 20);
	assert_int_equal(two.holds[JSCOPE_HOLD_PAUSE].total_ns, 50);
	jscope__traffic_finish(&two);
	jscope_report_destroy(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depths),
		cmocka_unit_test(test_no_row_of_a_device_without_requests),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_kinds_have_a_bound),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
