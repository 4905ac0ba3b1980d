/* What a recorder tells of itself: why it kept the trace, and how often its probes fired. */
#include "../cmocka_all.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "made_report.h"

#define BEGIN	1000000000
#define UNKNOWN JSCOPE_NS_UNKNOWN
#define US	1000

static const struct jscope_timeline_sink *sink;

static void trigger(const char *rule, uint64_t key, int64_t begin_us, int64_t end_us, int64_t value)
{
	const struct jscope_trigger told = { .rule = rule,
					     .begin_ns = BEGIN + begin_us * US,
					     .end_ns = BEGIN + end_us * US,
					     .value = value,
					     .bound = 500 * US,
					     .key = key };

	sink->trigger(sink->state, &told);
}

static void wakeup(uint32_t tid, int64_t waking_us, int64_t run_us)
{
	const struct jscope_wakeup told = { .tid = tid,
					    .comm = "dd",
					    .context = JSCOPE_CONTEXT_IRQ,
					    .waking_ns = BEGIN + waking_us * US,
					    .run_ns = BEGIN + run_us * US };

	sink->wakeup(sink->state, &told);
}

static void request(int64_t issue_us, int64_t complete_us, int64_t run_us)
{
	const struct jscope_request told = { .device = "254:0",
					     .name = "vda",
					     .op = "read",
					     .bytes = 4096,
					     .id = 2048,
					     .completed = true,
					     .matched = true,
					     .queued_ns = UNKNOWN,
					     .issue_ns = BEGIN + issue_us * US,
					     .irq_ns = BEGIN + (complete_us - 2) * US,
					     .softirq_ns = UNKNOWN,
					     .complete_ns = BEGIN + complete_us * US,
					     .run_ns = BEGIN + run_us * US };

	sink->request(sink->state, &told);
}

static struct jscope_stream_info pcm = { .device = "hw:0,0",
					 .stream = "playback 0",
					 .kind = "pcm",
					 .path = 1u << JSCOPE_IRQ | 1u << JSCOPE_SIGNAL |
						 1u << JSCOPE_RUN };

static void notification(uint32_t tid, int64_t irq_us, int64_t run_us)
{
	struct jscope_notification told = { .stream = &pcm, .seq = 1, .tid = tid };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		told.at[i] = UNKNOWN;
	told.at[JSCOPE_IRQ] = BEGIN + irq_us * US;
	told.at[JSCOPE_SIGNAL] = BEGIN + (irq_us + 5) * US;
	told.at[JSCOPE_RUN] = BEGIN + run_us * US;
	sink->notification(sink->state, &told);
}

static void position(int64_t at_us)
{
	const struct jscope_position told = { .stream = &pcm, .at_ns = BEGIN + at_us * US };

	sink->position(sink->state, &told);
}

/* The report of a feed as JSON, which the caller owns; its text into `text`. */
static json_t *report_make(feed_fn *feed, char *text, size_t text_size)
{
	const struct jscope_report_style style = { .verbose = true, .columns = 80 };
	struct jscope_report *report =
		report_of(feed, (struct jscope_trace_info){ .path = "made",
							    .reader = "native",
							    .clock = "monotonic",
							    .begin_ns = BEGIN,
							    .end_ns = BEGIN + 1000000 * US,
							    .events = 1000,
							    .probe_cost_ns = 100 });
	FILE *stream = fmemopen(text, text_size, "w");
	char *json_text;
	size_t size;
	json_t *json;

	assert_int_equal(jscope_report_write_text(report, &style, stream), 0);
	fclose(stream);
	stream = open_memstream(&json_text, &size);
	assert_int_equal(jscope_report_write_json(report, NULL, stream), 0);
	fclose(stream);
	json = json_loads(json_text, 0, NULL);
	assert_non_null(json);
	free(json_text);
	jscope_report_destroy(report);
	return json;
}

/* stages: as "device 10 complete 2", in us. */
static void trigger_check(feed_fn *feed, const char *who, const char *stages)
{
	char text[8192], found[160] = "";
	json_t *json = report_make(feed, text, sizeof text), *told, *length;
	const char *name;

	told = json_object_get(json, "trigger");
	assert_non_null(told);
	json_object_foreach(json_object_get(told, "stages"), name, length)
		snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s %lld",
			 found[0] ? " " : "", name, json_integer_value(length) / US);
	assert_string_equal(found, stages);
	assert_string_equal(json_string_value(json_object_get(told, "who")), who);
	assert_true(json_is_true(json_object_get(told, "found")) == (*who != '\0'));
	assert_non_null(strstr(text, *who ? who : "not in what could be read"));
	assert_true(strstr(text, " trigger ") < strstr(text, "wake-ups") ||
		    !strstr(text, "wake-ups"));
	json_decref(json);
}

static void feed_wake(const struct jscope_timeline_sink *into)
{
	sink = into;
	trigger("wake>500us", 60, 100, 900, 800 * US);
	wakeup(61, 100, 900);
	wakeup(60, 99, 900);
	wakeup(60, 100, 900);
	wakeup(60, 1000, 1100);
	request(50, 90, 901);
}

static void test_wake(void **state)
{
	(void)state;
	trigger_check(feed_wake, "dd 60, woken from irq", "wake 800");
}

static void feed_wake_of_request(const struct jscope_timeline_sink *into)
{
	feed_wake(into);
	request(50, 90, 900);
}

static void test_wake_of_request(void **state)
{
	(void)state;
	trigger_check(feed_wake_of_request,
		      "254:0 vda: read of 4096 bytes at 2048; dd 60, woken from irq",
		      "device 38 complete 2 wake 810");
}

static void feed_wake_of_period(const struct jscope_timeline_sink *into)
{
	feed_wake(into);
	notification(61, 95, 900);
	notification(60, 95, 900);
}

static void test_wake_of_period(void **state)
{
	(void)state;
	trigger_check(feed_wake_of_period, "dd 60, woken from irq", "handler 5 wake 800");
}

static void feed_block(const struct jscope_timeline_sink *into)
{
	sink = into;
	trigger("block>2ms", 254 << 20, 100, 3000, 2900 * US);
	request(100, 3001, 3050);
	request(100, 3000, 3040);
}

static void test_block(void **state)
{
	(void)state;
	trigger_check(feed_block, "254:0 vda: read of 4096 bytes at 2048",
		      "device 2898 complete 2 wake 40");
}

static void feed_irq(const struct jscope_timeline_sink *into)
{
	const struct jscope_irq_span span = { .irq = 27,
					      .name = "disk",
					      .cpu = 1,
					      .begin_ns = BEGIN + 100 * US,
					      .end_ns = BEGIN + 300 * US,
					      .matched = true };

	sink = into;
	trigger("irq[disk]>100us", 27, 100, 300, 200 * US);
	sink->irq(sink->state, &span);
}

static void test_irq(void **state)
{
	(void)state;
	trigger_check(feed_irq, "interrupt 27 disk on CPU 1", "duration 200");
}

static void feed_softirq(const struct jscope_timeline_sink *into)
{
	struct jscope_softirq_span span = { .vec = 4,
					    .cpu = 1,
					    .what = JSCOPE_SOFTIRQ_ENTERED,
					    .raised_ns = UNKNOWN,
					    .entry_ns = BEGIN + 100 * US,
					    .at_ns = BEGIN + 300 * US };

	sink = into;
	trigger("softirq>100us", 4, 100, 300, 200 * US);
	sink->softirq(sink->state, &span);
	span.what = JSCOPE_SOFTIRQ_LEFT;
	sink->softirq(sink->state, &span);
}

static void test_softirq(void **state)
{
	(void)state;
	trigger_check(feed_softirq, "softirq 4 BLOCK on CPU 1", "duration 200");
}

/* Its chain may be told before its position, or behind it, as it ends when the client ran. */
static void feed_period(const struct jscope_timeline_sink *into)
{
	sink = into;
	trigger("period>11ms", 0, 100, 12100, 12000 * US);
	notification(60, 90, 110);
	position(100);
	notification(60, 12090, 12120);
	position(12100);
	notification(60, 24090, 24120);
}

static void feed_period_behind(const struct jscope_timeline_sink *into)
{
	sink = into;
	trigger("period>11ms", 0, 100, 12100, 12000 * US);
	position(12100);
	notification(60, 12090, 12120);
}

static void test_period(void **state)
{
	(void)state;
	trigger_check(feed_period, "hw:0,0 playback 0", "handler 5 wake 25");
	trigger_check(feed_period_behind, "hw:0,0 playback 0", "handler 5 wake 25");
}

static void feed_other(const struct jscope_timeline_sink *into)
{
	sink = into;
	trigger("wakes>1us\033[31m and a rule that is longer than any line of the page is wide ...",
		60, 100, 900, 800 * US);
	wakeup(60, 100, 900);
	trigger("wake>1us", 60, 100, 900, 800 * US);
}

static void test_other(void **state)
{
	(void)state;
	trigger_check(feed_other, "", "");
}

static void feed_headroom(const struct jscope_timeline_sink *into)
{
	sink = into;
	trigger("headroom<64", 0, 100, 12100, 17);
	position(12100);
}

static void test_headroom(void **state)
{
	char text[8192];
	json_t *json = report_make(feed_headroom, text, sizeof text);

	(void)state;
	assert_non_null(strstr(text, "headroom<64: 17 frames at 12.10 ms"));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(json, "trigger"), "unit")),
		"frames");
	json_decref(json);
}

static void feed_probes(const struct jscope_timeline_sink *into)
{
	const struct jscope_probe_count counts[] = { { "sched_switch", 2000, 30 },
						     { "sched_waking", 500, 0 },
						     { "sched_switch", 100, 1 } };

	sink = into;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		sink->probe(sink->state, &counts[i]);
}

static void test_probes(void **state)
{
	char text[8192];
	json_t *json = report_make(feed_probes, text, sizeof text), *cost;

	(void)state;
	cost = json_object_get(json, "cost");
	assert_int_equal(json_integer_value(json_object_get(cost, "events")), 2600);
	assert_int_equal(json_integer_value(json_object_get(cost, "total_ns")), 260000);
	assert_int_equal(json_array_size(json_object_get(cost, "probes")), 2);
	assert_non_null(strstr(text, "probes cost 100 ns each, 260.0 us in all, 2600 fired"));
	assert_non_null(strstr(text, "2100 fired, 31 lost"));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wake),
		cmocka_unit_test(test_wake_of_request),
		cmocka_unit_test(test_wake_of_period),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_irq),
		cmocka_unit_test(test_softirq),
		cmocka_unit_test(test_period),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_headroom),
		cmocka_unit_test(test_probes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
