/*
 * Recordings that others made, from the folder that JSCOPE_TRACES names, against the answers of an
 * independent tool beside them. Skipped where the folder is not there.
 */
#include "../cmocka_all.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/error.h"
#include "replay/trace.h"

#define ROWS 1024 /* irq lines and vectors of the recordings lie below */

struct dist {
	uint64_t count;
	jscope_ns min_ns, max_ns;
	double sum_ns;
};

static struct results {
	struct dist irqs[ROWS], raise_to_entry[ROWS], softirqs[ROWS], wakeups, requests, queues;
	uint64_t raised[ROWS], coalesced[ROWS];
	uint64_t issued, completed, empty, notifications, whole, losses;
} results;

static const char *traces;

static void dist_add(struct dist *dist, jscope_ns begin_ns, jscope_ns end_ns)
{
	jscope_ns ns = end_ns - begin_ns;

	if (begin_ns == JSCOPE_NS_UNKNOWN || end_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (!dist->count || ns < dist->min_ns)
		dist->min_ns = ns;
	if (!dist->count || ns > dist->max_ns)
		dist->max_ns = ns;
	dist->sum_ns += (double)ns;
	dist->count++;
}

static void on_irq(void *state, const struct jscope_irq_span *span)
{
	(void)state;
	assert_in_range(span->irq, 0, ROWS - 1);
	if (span->matched)
		dist_add(&results.irqs[span->irq], span->begin_ns, span->end_ns);
}

static void on_softirq(void *state, const struct jscope_softirq_span *span)
{
	(void)state;
	assert_in_range(span->vec, 0, ROWS - 1);
	results.raised[span->vec] += span->what <= JSCOPE_SOFTIRQ_COALESCED;
	results.coalesced[span->vec] += span->what == JSCOPE_SOFTIRQ_COALESCED;
	if (span->what == JSCOPE_SOFTIRQ_ENTERED)
		dist_add(&results.raise_to_entry[span->vec], span->raised_ns, span->entry_ns);
	if (span->what == JSCOPE_SOFTIRQ_LEFT)
		dist_add(&results.softirqs[span->vec], span->entry_ns, span->at_ns);
}

static void on_wakeup(void *state, const struct jscope_wakeup *wakeup)
{
	(void)state;
	dist_add(&results.wakeups, wakeup->waking_ns, wakeup->run_ns);
}

static void on_request(void *state, const struct jscope_request *request)
{
	(void)state;
	results.issued += request->issue_ns != JSCOPE_NS_UNKNOWN;
	results.completed += request->completed;
	results.empty += request->completed && request->empty;
	dist_add(&results.queues, request->queued_ns, request->issue_ns);
	if (request->completed && request->matched)
		dist_add(&results.requests, request->issue_ns, request->complete_ns);
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct jscope_stages stages;

	(void)state;
	if (strcmp(notification->stream->kind, "pcm") != 0)
		return; /* timers have chains, too */
	jscope_stages_compute(notification, &stages);
	results.notifications++;
	results.whole += stages.end_to_end_ns != JSCOPE_NS_UNKNOWN;
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	(void)state;
	results.losses += loss->events;
}

static struct jscope_trace *replay_with(const char *reader, const char *name)
{
	static struct jscope_trace_options options;
	static const struct jscope_timeline_sink sink = {
		.notification = on_notification,
		.request = on_request,
		.irq = on_irq,
		.softirq = on_softirq,
		.wakeup = on_wakeup,
		.loss = on_loss,
	};
	struct jscope_trace *trace;
	char path[512];

	memset(&results, 0, sizeof results);
	jscope_trace_options_init(&options);
	options.reader = reader;
	snprintf(path, sizeof path, "%s/%s", traces, name);
	assert_int_equal(jscope_trace_open(path, &options, &trace), 0);
	assert_int_equal(jscope_trace_replay(trace, &sink), 0);
	return trace;
}

static struct jscope_trace *replay(const char *name)
{
	return replay_with(NULL, name);
}

static uint64_t number(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(object, key));
}

static void dist_check(const struct dist *dist, const json_t *expected)
{
	assert_int_equal(dist->count, number(expected, "n"));
	if (!dist->count)
		return;
	assert_int_equal(dist->min_ns, number(expected, "min"));
	assert_int_equal(dist->max_ns, number(expected, "max"));
	assert_int_equal((uint64_t)dist->sum_ns, number(expected, "sum"));
}

static void softirqs_check(json_t *softirqs)
{
	const char *key;
	json_t *expected;

	json_object_foreach(softirqs, key, expected)
	{
		unsigned vec = (unsigned)atoi(key);

		assert_int_equal(results.raised[vec], number(expected, "raise"));
		assert_int_equal(results.coalesced[vec], number(expected, "coalesced_raise"));
		dist_check(&results.softirqs[vec], json_object_get(expected, "dur"));
		dist_check(&results.raise_to_entry[vec],
			   json_object_get(expected, "raise_to_entry"));
	}
}

static void blocks_check(json_t *blocks)
{
	const char *key;
	json_t *expected;

	assert_true(json_object_size(blocks) <= 1); /* `results` has room for one device */
	json_object_foreach(blocks, key, expected)
	{
		assert_int_equal(results.issued, number(expected, "issue"));
		assert_int_equal(results.completed, number(expected, "complete"));
		assert_int_equal(results.empty, number(expected, "complete_nr0"));
		dist_check(&results.requests, json_object_get(expected, "d2c"));
		dist_check(&results.queues, json_object_get(expected, "insert_to_issue"));
	}
}

static void reference_check(const char *name, const char *reference)
{
	struct jscope_trace *trace = replay(name);
	const struct jscope_trace_info *info = jscope_trace_info(trace);
	json_t *root, *expected;
	const char *key;
	char path[512];

	snprintf(path, sizeof path, "%s/%s", traces, reference);
	root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	assert_int_equal(info->events, number(root, "n_events"));
	assert_int_equal(info->begin_ns, number(root, "first_ns"));
	assert_int_equal(info->end_ns, number(root, "last_ns"));
	assert_int_equal(info->lost_events, number(root, "discarded_events"));
	assert_int_equal(info->lost_packets, number(root, "discarded_packets"));
	assert_int_equal(results.losses, info->lost_events);
	assert_int_equal(info->packets, number(root, "packets"));
	assert_int_equal(info->refused, 0);
	assert_false(info->partial);
	json_object_foreach(json_object_get(root, "irq"), key, expected)
		dist_check(&results.irqs[atoi(key)], json_object_get(expected, "dur"));
	softirqs_check(json_object_get(root, "softirq"));
	blocks_check(json_object_get(root, "block"));
	expected = json_object_get(root, "wake");
	dist_check(&results.wakeups, json_object_get(expected, "all"));
	if (results.wakeups.count)
		assert_string_equal(info->wakeup_event,
				    json_string_value(json_object_get(expected, "event")));
	json_decref(root);
	jscope_trace_destroy(trace);
}

static void test_references(void **state)
{
	static const char *const real[] = { "tvl-simple-kernel", "tc-bug446190",
					    "lami-irq-synthetic" };
	char name[128], reference[128];

	(void)state;
	for (size_t i = 0; i < sizeof real / sizeof real[0]; i++) {
		snprintf(name, sizeof name, "real/%s/%s", real[i], real[i]);
		snprintf(reference, sizeof reference, "real/%s/%s.ref.json", real[i], real[i]);
		reference_check(name, reference);
	}
}

static void test_losses(void **state)
{
	(void)state;
	reference_check("lost/multi-domains/kernel", "lost/multi-domains.kernel.ref.json");
	reference_check("lost/multi-domains/ust", "lost/multi-domains.ust.ref.json");
	reference_check("lost/packet-seq-num/2-lost-before-last",
			"lost/2-lost-before-last.ref.json");
	reference_check("lost/packet-seq-num/no-lost-not-starting-at-0",
			"lost/no-lost-not-starting-at-0.ref.json");
}

/* Both domains of one session, found below one path and merged. */
static void test_tree(void **state)
{
	struct jscope_trace *trace;

	(void)state;
	trace = replay("lost/multi-domains");
	assert_int_equal(jscope_trace_info(trace)->events, 4272);
	assert_int_equal(jscope_trace_info(trace)->lost_events, 728);
	jscope_trace_destroy(trace);
}

/* libbabeltrace2 gives up in the middle: what came before counts, and the cause is told. */
static void test_partial(void **state)
{
	struct jscope_trace *trace;
	const struct jscope_trace_info *info;

	(void)state;
	trace = replay_with("babeltrace2", "real/lttng-2.0pre");
	info = jscope_trace_info(trace);
	assert_true(info->partial);
	assert_int_equal(info->events, 389);
	assert_int_equal(info->error_count, 1);
	assert_non_null(strstr(info->errors[0], "timestamp"));
	assert_null(strstr(info->errors[0], "0x")); /* the same bytes in each run */
	jscope_trace_destroy(trace);
}

static void test_pcm_periods(void **state)
{
	static const struct {
		const char *name;
		unsigned irqs, periods;
	} recordings[] = {
		{ "guest-lttng/tcg-480/trace", 304, 297 },
		{ "guest-lttng/icount-480/trace", 304, 297 },
		{ "guest-lttng/tcg-1024/trace", 192, 186 },
		{ "guest-lttng/tcg-128-xruns/trace", 1130, 1116 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof recordings / sizeof recordings[0]; i++) {
		struct jscope_trace *trace = replay(recordings[i].name);

		assert_int_equal(results.irqs[26].count, recordings[i].irqs);
		assert_int_equal(results.notifications, recordings[i].periods);
		assert_true(results.whole + 5 > results.notifications);
		assert_int_equal(results.issued, 300);
		assert_int_equal(results.completed, 300);
		jscope_trace_destroy(trace);
	}
}

struct lines {
	unsigned count;
	char first[512];
};

static void on_line(void *state, jscope_ns ts_ns, unsigned cpu, const char *text)
{
	struct lines *lines = state;

	(void)ts_ns;
	(void)cpu;
	if (!lines->count++)
		snprintf(lines->first, sizeof lines->first, "%s", text);
}

static void test_print(void **state)
{
	struct jscope_trace_options options;
	struct jscope_trace *trace;
	struct lines lines = { 0 };
	char path[512];

	(void)state;
	jscope_trace_options_init(&options);
	options.as_text = true;
	options.from = (struct jscope_trace_when){ 1500000, true };
	options.to = (struct jscope_trace_when){ 10500000, true };
	snprintf(path, sizeof path, "%s/real/lami-irq-synthetic/lami-irq-synthetic", traces);
	assert_int_equal(jscope_trace_open(path, &options, &trace), 0);
	assert_int_equal(jscope_trace_print(trace, on_line, &lines), 0);
	assert_int_equal(lines.count, 9);
	assert_non_null(strstr(lines.first, ": { "));
	assert_int_equal(jscope_trace_info(trace)->events, 46);
	jscope_trace_destroy(trace);
}

/* What cannot be read is told, in a sentence, and nothing else happens. */
static void test_unreadable(void **state)
{
	static const char *const names[] = { "bad/no-metadata", "bad/metadata-syntax-error",
					     "bad/invalid-packet-size", "not-there" };
	struct jscope_trace_options options;

	(void)state;
	jscope_trace_options_init(&options);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct jscope_trace *trace = NULL;
		char path[512];
		int error;

		snprintf(path, sizeof path, "%s/%s", traces, names[i]);
		error = jscope_trace_open(path, &options, &trace);
		if (error == 0) {
			static const struct jscope_timeline_sink sink;

			assert_int_equal(jscope_trace_replay(trace, &sink), 0);
			assert_true(jscope_trace_info(trace)->partial);
			assert_true(jscope_trace_info(trace)->error_count > 0);
			jscope_trace_destroy(trace);
			continue;
		}
		assert_true(error < 0);
		assert_non_null(jscope_error_sentence(0));
		jscope_error_clear();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),  cmocka_unit_test(test_losses),
		cmocka_unit_test(test_tree),	    cmocka_unit_test(test_partial),
		cmocka_unit_test(test_pcm_periods), cmocka_unit_test(test_print),
		cmocka_unit_test(test_unreadable),
	};
	struct stat status;

	traces = getenv("JSCOPE_TRACES");
	if (!traces || stat(traces, &status)) {
		printf("skipped: JSCOPE_TRACES names no folder of recordings\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
