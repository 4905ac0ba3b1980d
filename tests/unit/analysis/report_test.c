#include "../cmocka_all.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_json.h"
#include "made_report.h"
#include "synthetic.h"

static void keys_check(json_t *json, const char *const *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach(json, key, value)
	{
		assert_non_null(*keys);
		assert_string_equal(key, *keys++);
	}
	assert_null(*keys);
}

static void json_has_the_keys_of_its_schema(void **state)
{
	static const char *const root[] = { "schema", "trace",	       "trust",
					    "cost",   "notifications", "requests",
					    "irqs",   "softirqs",      NULL };
	static const char *const stream[] = {
		"device",   "stream", "kind",	    "nominal_period_ns",
		"counts",   "stages", "end_to_end", "service",
		"jitter",   "pdv",    "corrected",  "spectrum",
		"headroom", "worst",  NULL
	};
	static const char *const worst[] = { "seq", "at", "stages", "end_to_end_ns", NULL };
	static const char *const counts[] = { "points",		"on_time", "late",     "early",
					      "merged",		"missed",  "spurious", "censored",
					      "partial_chains", NULL };
	static const char *const stages[] = { "interrupt", "dispatch", "queue",
					      "handler",   "wake",     NULL };
	static const char *const dist[] = { "unit",  "count",  "min",	"mean",	 "stddev",
					    "max",   "p50",    "p90",	"p95",	 "p99",
					    "p99_9", "p99_99", "below", "above", NULL };
	struct jscope_report *report = report_of(synthetic_audio, synthetic_audio_info());
	json_t *json = json_of(report);
	json_t *row = at(json, "notifications", 0);

	(void)state;
	keys_check(json, root);
	keys_check(row, stream);
	keys_check(json_object_get(row, "counts"), counts);
	keys_check(json_object_get(row, "stages"), stages);
	keys_check(json_object_get(row, "end_to_end"), dist);
	keys_check(at(row, "worst", 4), worst);
	json_decref(json);
	jscope_report_destroy(report);
}

/* How far delays lie above the least, and what waited beside those that are told. */
static void delays_vary_and_hide(void **state)
{
	struct jscope_report *report = report_of(synthetic_audio, synthetic_audio_info());
	json_t *json = json_of(report), *row = at(json, "notifications", 0);
	json_t *pdv = json_object_get(row, "pdv"), *corrected = json_object_get(row, "corrected");
	json_t *delays = json_object_get(row, "end_to_end");
	const json_int_t least = integer(delays, "min", NULL);

	(void)state;
	assert_int_equal(integer(pdv, "reference", NULL), least);
	assert_int_equal(integer(pdv, "min", NULL), 0);
	assert_int_equal(integer(pdv, "max", NULL), integer(delays, "max", NULL) - least);
	assert_int_equal(integer(pdv, "p99", NULL), integer(delays, "p99", NULL) - least);
	assert_int_equal(integer(corrected, "expected_interval_ns", NULL), 10000000);
	assert_int_equal(integer(corrected, "known", NULL), 1);
	assert_int_equal(integer(corrected, "back_filled", NULL), 0);
	corrected = json_object_get(corrected, "end_to_end");
	assert_int_equal(integer(corrected, "count", NULL), 999);
	/* The point that was missed waits a period, and as long as the one behind it. */
	assert_true(integer(corrected, "max", NULL) > 10000000);
	json_decref(json);
	jscope_report_destroy(report);
}

static void counts_every_class(void **state)
{
	struct jscope_report *report = report_of(synthetic_audio, synthetic_audio_info());
	json_t *json = json_of(report), *row = at(json, "notifications", 0);

	(void)state;
	assert_int_equal(integer(row, "counts", "points"), 1000);
	assert_int_equal(integer(row, "counts", "on_time"), 995);
	assert_int_equal(integer(row, "counts", "late"), 2);
	assert_int_equal(integer(row, "counts", "merged"), 1);
	assert_int_equal(integer(row, "counts", "missed"), 1);
	assert_int_equal(integer(row, "counts", "censored"), 1);
	assert_int_equal(integer(row, "end_to_end", "count"), 998);
	assert_int_equal(integer(row, "jitter", "skipped_points"), 1);
	assert_int_equal(integer(row, "headroom", "glitches"), 1);
	assert_true(json_is_null(json_object_get(json_object_get(row, "end_to_end"), "p99_9")));
	assert_int_equal(integer(json, "cost", "total_ns"), 8991 * 92);
	assert_int_equal(jscope_report_trust(report), JSCOPE_TRUSTED);
	json_decref(json);
	jscope_report_destroy(report);
}

static void feed_wakeups(const struct jscope_timeline_sink *sink)
{
	struct jscope_wakeup wakeup = { .tid = 7, .comm = "audio", .waking_ns = 100 };

	for (unsigned i = 0; i < 5; i++) {
		wakeup.censored = i == 2;
		wakeup.run_ns = wakeup.censored ? 900000000 : 200 + i;
		sink->wakeup(sink->state, &wakeup);
	}
}

/* A wake-up over a gap is counted and not averaged. */
static void censored_wakeups_are_counted(void **state)
{
	const struct jscope_trace_info info = {
		.path = "", .reader = "", .clock = "", .events = 10
	};
	struct jscope_report *report = report_of(feed_wakeups, info);
	json_t *json = json_of(report);

	(void)state;
	assert_int_equal(integer(json, "wakeups", "censored"), 1);
	assert_int_equal(integer(json_object_get(json, "wakeups"), "all", "max"), 104);
	json_decref(json);
	jscope_report_destroy(report);
}

/* What a probe costs is not known of a trace that does not say so. */
static void cost_unknown_is_null(void **state)
{
	struct jscope_trace_info info = synthetic_audio_info();
	struct jscope_report *report;
	json_t *json, *cost;

	(void)state;
	info.probe_cost_ns = 0;
	report = report_of(synthetic_audio, info);
	json = json_of(report);
	cost = json_object_get(json, "cost");
	assert_int_equal(integer(json, "cost", "events"), 8991);
	assert_true(json_is_null(json_object_get(cost, "ns_per_event")));
	assert_true(json_is_null(json_object_get(cost, "total_ns")));
	json_decref(json);
	jscope_report_destroy(report);
}

/* What the stages took together is what the chains took, since each sums to the nanosecond. */
static void stage_means_sum_to_the_whole(void **state)
{
	struct jscope_report *report = report_of(synthetic_audio, synthetic_audio_info());
	json_t *json = json_of(report), *row = at(json, "notifications", 0), *stage;
	double sum = 0;
	const char *name;

	(void)state;
	json_object_foreach(json_object_get(row, "stages"), name, stage) sum +=
		json_number_value(json_object_get(stage, "mean"));
	assert_true(fabs(sum - json_number_value(json_object_get(json_object_get(row, "end_to_end"),
								 "mean"))) < 0.005);
	json_decref(json);
	jscope_report_destroy(report);
}

static void kernel_rows_add_up(void **state)
{
	struct jscope_report *report = report_of(synthetic_kernel, synthetic_kernel_info());
	json_t *json = json_of(report), *disk = at(json, "requests", 0), *wakeups;
	json_t *tasks, *task;
	int64_t sum = 0;
	size_t i;

	(void)state;
	assert_int_equal(integer(disk, "issued", NULL), 500);
	assert_int_equal(integer(disk, "completed", NULL), 499);
	assert_int_equal(integer(disk, "empty", NULL), 9);
	assert_int_equal(integer(disk, "errors", NULL), 1);
	assert_int_equal(integer(disk, "outstanding_max", NULL), 32);
	assert_int_equal(integer(at(json, "irqs", 0), "irq", NULL), 27);
	assert_int_equal(integer(at(json, "irqs", 0), "interval", "count"), 599);
	assert_int_equal(integer(at(json, "irqs", 1), "count", NULL), 299);
	assert_int_equal(integer(at(json, "irqs", 1), "unmatched", NULL), 1);
	assert_int_equal(integer(at(json, "softirqs", 0), "vec", NULL), 4);
	assert_int_equal(integer(at(json, "softirqs", 1), "raised", NULL), 240);
	assert_int_equal(integer(at(json, "softirqs", 1), "coalesced", NULL), 40);
	wakeups = json_object_get(json, "wakeups");
	tasks = json_object_get(wakeups, "tasks");
	assert_int_equal(json_array_size(tasks), JSCOPE_REPORT_ROWS_MAX + 1);
	json_array_foreach(tasks, i, task) sum += integer(task, "latency", "count");
	assert_int_equal(sum, integer(wakeups, "all", "count"));
	task = json_array_get(tasks, JSCOPE_REPORT_ROWS_MAX);
	assert_int_equal(integer(task, "rows", NULL), 300 - JSCOPE_REPORT_ROWS_MAX);
	assert_int_equal(jscope_report_trust(report), JSCOPE_DEGRADED);
	json_decref(json);
	jscope_report_destroy(report);
}

/* Ten thousand tasks; the one with the long tail comes first and must not be folded away. */
static void many_tasks(const struct jscope_timeline_sink *sink)
{
	for (uint32_t tid = 1; tid <= 10000; tid++) {
		const struct jscope_wakeup wakeup = {
			tid,  "many", JSCOPE_CONTEXT_TASK, 0, tid == 3 ? 1000000 : 10 + tid % 100,
			false
		};

		sink->wakeup(sink->state, &wakeup);
	}
}

static void keeps_the_heaviest_rows(void **state)
{
	struct jscope_report *report = report_of(many_tasks, synthetic_kernel_info());
	json_t *json = json_of(report), *tasks, *task;
	int64_t sum = 0;
	size_t i;

	(void)state;
	tasks = json_object_get(json_object_get(json, "wakeups"), "tasks");
	assert_int_equal(json_array_size(tasks), JSCOPE_REPORT_ROWS_MAX + 1);
	assert_int_equal(integer(json_array_get(tasks, 0), "tid", NULL), 3);
	json_array_foreach(tasks, i, task) sum += integer(task, "latency", "count");
	assert_int_equal(sum, 10000);
	json_decref(json);
	jscope_report_destroy(report);
}

/* Spans come when they end: the inner of two nested ones first. */
static void nested_irqs(const struct jscope_timeline_sink *sink)
{
	for (int64_t i = 0; i < 50; i++) {
		const struct jscope_irq_span inner = {
			7, "timer", 0, 1000 * i + 500, 1000 * i + 600, true
		};
		const struct jscope_irq_span outer = {
			7, "timer", 1, 1000 * i, 1000 * i + 900, true
		};

		sink->irq(sink->state, &inner);
		sink->irq(sink->state, &outer);
	}
}

static void intervals_are_between_entries_in_order(void **state)
{
	struct jscope_report *report = report_of(nested_irqs, synthetic_kernel_info());
	json_t *json = json_of(report), *irq = at(json, "irqs", 0);

	(void)state;
	assert_int_equal(integer(irq, "interval", "count"), 99);
	assert_int_equal(integer(irq, "interval", "min"), 500);
	assert_int_equal(integer(irq, "interval", "max"), 500);
	json_decref(json);
	jscope_report_destroy(report);
}

/* A recorded and an estimated due take turns: only the kind that came first enters. */
static void mixed_due(const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info info = { .device = "d",
						 .stream = "",
						 .kind = "pcm",
						 .path = (1u << JSCOPE_DUE) |
							 (1u << JSCOPE_SIGNAL) };

	for (int64_t i = 0; i < 100; i++) {
		struct jscope_notification n = { .stream = &info, .seq = (uint64_t)i };

		for (size_t k = 0; k < JSCOPE_INSTANT_COUNT; k++)
			n.at[k] = JSCOPE_NS_UNKNOWN;
		n.at[JSCOPE_DUE] = 1000 * i;
		n.at[JSCOPE_SIGNAL] = 1000 * i + (i % 2 ? 77 : 5);
		n.due_estimated = i % 2;
		sink->notification(sink->state, &n);
	}
}

static void estimated_due_times_stay_apart(void **state)
{
	struct jscope_report *report = report_of(mixed_due, synthetic_kernel_info());
	json_t *json = json_of(report), *row = at(json, "notifications", 0);

	(void)state;
	assert_int_equal(integer(row, "end_to_end", "count"), 50);
	assert_int_equal(integer(row, "end_to_end", "max"), 5);
	json_decref(json);
	jscope_report_destroy(report);
}

/* Every third chain lacks its end, every fifth its middle: that one is whole, but unexplained. */
static void gappy(const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info info = { .device = "d",
						 .stream = "",
						 .kind = "pcm",
						 .path = (1u << JSCOPE_IRQ) |
							 (1u << JSCOPE_SIGNAL) |
							 (1u << JSCOPE_RUN) };

	for (int64_t i = 0; i < 150; i++) {
		struct jscope_notification n = { .stream = &info, .seq = (uint64_t)i };

		for (size_t k = 0; k < JSCOPE_INSTANT_COUNT; k++)
			n.at[k] = JSCOPE_NS_UNKNOWN;
		n.at[JSCOPE_IRQ] = 1000 * i;
		n.at[JSCOPE_SIGNAL] = i % 5 ? 1000 * i + 10 : JSCOPE_NS_UNKNOWN;
		n.at[JSCOPE_RUN] = i % 3 ? 1000 * i + 30 : JSCOPE_NS_UNKNOWN;
		sink->notification(sink->state, &n);
	}
}

static void only_whole_chains_count_end_to_end(void **state)
{
	struct jscope_report *report = report_of(gappy, synthetic_audio_info());
	json_t *json = json_of(report), *row = at(json, "notifications", 0);
	json_t *stages = json_object_get(row, "stages");

	(void)state;
	assert_int_equal(integer(row, "counts", "partial_chains"), 50);
	assert_int_equal(integer(row, "end_to_end", "count"), 100);
	assert_int_equal(integer(row, "end_to_end", "min"), 30);
	assert_int_equal(integer(stages, "unexplained", "count"), 20);
	assert_int_equal(integer(stages, "wake", "count"), 80);
	assert_int_equal(jscope_report_trust(report), JSCOPE_DEGRADED);
	json_decref(json);
	jscope_report_destroy(report);
}

static char *text_of(const struct jscope_report *report, bool as_csv)
{
	const struct jscope_report_style style = { .plain = true };
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	if (as_csv)
		assert_int_equal(jscope_report_write_csv(report, stream), 0);
	else
		assert_int_equal(jscope_report_write_json(report, &style, stream), 0);
	fclose(stream);
	return text;
}

static void plain_report_of_audio(struct jscope_report **ret_report)
{
	const struct jscope_trace_info info = synthetic_audio_info();

	assert_int_equal(jscope_report_create(ret_report), 0);
	jscope_report_make_plain(*ret_report);
	synthetic_audio(jscope_report_sink(*ret_report));
	assert_int_equal(jscope_report_finish(*ret_report, &info), 0);
}

/* What plain leaves out is not computed; what it shows is the same to the last digit. */
static void plain_has_the_same_distributions(void **state)
{
	struct jscope_report *whole = report_of(synthetic_audio, synthetic_audio_info()), *plain;
	char *expected = text_of(whole, false), *json, *csv;

	(void)state;
	plain_report_of_audio(&plain);
	json = text_of(plain, false);
	csv = text_of(plain, true);
	assert_string_equal(json, expected);
	assert_non_null(strstr(csv, "end_to_end"));
	assert_non_null(strstr(csv, "period"));
	assert_non_null(strstr(csv, "headroom"));
	assert_null(strstr(csv, "rfc3550"));
	assert_null(strstr(csv, "tie_"));
	free(expected);
	free(json);
	free(csv);
	jscope_report_destroy(whole);
	jscope_report_destroy(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_has_the_keys_of_its_schema),
		cmocka_unit_test(counts_every_class),
		cmocka_unit_test(delays_vary_and_hide),
		cmocka_unit_test(cost_unknown_is_null),
		cmocka_unit_test(censored_wakeups_are_counted),
		cmocka_unit_test(stage_means_sum_to_the_whole),
		cmocka_unit_test(kernel_rows_add_up),
		cmocka_unit_test(keeps_the_heaviest_rows),
		cmocka_unit_test(intervals_are_between_entries_in_order),
		cmocka_unit_test(estimated_due_times_stay_apart),
		cmocka_unit_test(only_whole_chains_count_end_to_end),
		cmocka_unit_test(plain_has_the_same_distributions),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
