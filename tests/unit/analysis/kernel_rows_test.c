/* How the report shows timers, and where requests were completed. */
#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "made_report.h"

#define BEGIN 1000000000

static const struct jscope_trace_info info = { .path = "made",
					       .reader = "native",
					       .clock = "monotonic",
					       .begin_ns = BEGIN,
					       .end_ns = 2 * BEGIN,
					       .events = 1000 };

static struct jscope_stream_info streams[] = {
	{ .device = "cyclictest", .stream = "60", .kind = "hrtimer", .index = 0 },
	{ .device = "hrtimer", .stream = "0xf0", .kind = "hrtimer", .index = 1 },
	{ .device = "cyclictest", .stream = "61", .kind = "hrtimer", .index = 2 },
};

static void expiry(const struct jscope_timeline_sink *sink, unsigned index, bool has_thread)
{
	struct jscope_notification n = { .stream = &streams[index], .seq = 1 };

	streams[index].path = 1u << JSCOPE_DUE | 1u << JSCOPE_IRQ;
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		n.at[i] = JSCOPE_NS_UNKNOWN;
	n.at[JSCOPE_DUE] = BEGIN + 1000;
	n.at[JSCOPE_IRQ] = BEGIN + 3000;
	if (has_thread) {
		streams[index].path |= 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN;
		n.at[JSCOPE_SIGNAL] = BEGIN + 4000;
		n.at[JSCOPE_RUN] = BEGIN + 8000;
	}
	sink->notification(sink->state, &n);
}

static void feed_timers(const struct jscope_timeline_sink *sink)
{
	expiry(sink, 0, true);
	expiry(sink, 1, false);
	expiry(sink, 2, true);
}

static void feed_timer(const struct jscope_timeline_sink *sink)
{
	expiry(sink, 0, true);
}

/* To be freed. */
static char *text_of(feed_fn *feed, bool is_json)
{
	struct jscope_report *report = report_of(feed, info);
	const struct jscope_report_style style = { .columns = 100 };
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (is_json)
		assert_int_equal(jscope_report_write_json(report, NULL, stream), 0);
	else
		assert_int_equal(jscope_report_write_text(report, &style, stream), 0);
	fclose(stream);
	jscope_report_destroy(report);
	return text;
}

static void test_timers_are_rows(void **state)
{
	char *text = text_of(feed_timers, false);

	(void)state;
	assert_non_null(strstr(text, "3 threads and functions"));
	assert_non_null(strstr(text, "\n cyclictest 61 "));
	assert_non_null(strstr(text, "\n 0xf0 "));
	assert_null(strstr(text, "cyclictest 60, hrtimer"));
	assert_null(strstr(text, "more streams"));
	free(text);
}

static void test_timer_alone(void **state)
{
	char *text = text_of(feed_timer, false);

	(void)state;
	assert_null(strstr(text, "threads and functions"));
	assert_non_null(strstr(text, "cyclictest 60, hrtimer"));
	free(text);
}

static void feed_requests(const struct jscope_timeline_sink *sink)
{
	struct jscope_request request = { .device = "8:0",
					  .name = "sda",
					  .op = "read",
					  .bytes = 512,
					  .completed = true,
					  .matched = true,
					  .queued_ns = JSCOPE_NS_UNKNOWN,
					  .issue_ns = BEGIN,
					  .irq_ns = JSCOPE_NS_UNKNOWN,
					  .softirq_ns = JSCOPE_NS_UNKNOWN,
					  .complete_ns = BEGIN + 5,
					  .run_ns = JSCOPE_NS_UNKNOWN };

	request.route = JSCOPE_ROUTE_IRQ;
	sink->request(sink->state, &request);
	sink->request(sink->state, &request);
	request.route = JSCOPE_ROUTE_THREAD;
	request.requeue_count = 3;
	sink->request(sink->state, &request);
	request.matched = false;
	sink->request(sink->state, &request);
	request.matched = true;
	request.completed = false;
	sink->request(sink->state, &request);
	request.empty = true;
	sink->request(sink->state, &request);
}

static void test_requests(void **state)
{
	char *text = text_of(feed_requests, false);

	(void)state;
	assert_non_null(strstr(text, " 1 unmatched, 1 censored, 0 empty, 12 requeued,"));
	assert_non_null(strstr(text, " 2 completed in irq,"));
	assert_non_null(strstr(text, " 1 completed in irq_thread\n"));
	assert_non_null(strstr(text, "censored 1, unmatched 1\n"));
	free(text);
	text = text_of(feed_requests, true);
	assert_non_null(strstr(text, "\"irq_thread\": 1"));
	assert_non_null(strstr(text, "\"requeued\": 12"));
	assert_non_null(strstr(text, "\"censored\": 1"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timers_are_rows),
		cmocka_unit_test(test_timer_alone),
		cmocka_unit_test(test_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
