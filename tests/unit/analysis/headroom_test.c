/* How often a headroom counts, in the report. */
#include "../cmocka_all.h"

#include "made_json.h"
#include "made_report.h"

static void feed_merged(const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info stream = { .device = "dev1",
						   .stream = "",
						   .kind = "wavert",
						   .path = 1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN };
	struct jscope_notification n = { .stream = &stream, .has_headroom = true };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		n.at[i] = JSCOPE_NS_UNKNOWN;
	n.headroom_frames = -7;
	for (n.seq = 1; n.seq <= 4; n.seq++) {
		n.class = n.seq % 2 ? JSCOPE_CLASS_MERGED : JSCOPE_CLASS_LATE;
		n.at[JSCOPE_SIGNAL] = 1000 * (jscope_ns)((n.seq + 1) / 2);
		n.at[JSCOPE_RUN] = n.at[JSCOPE_SIGNAL] + 10;
		n.at[JSCOPE_SERVED] = n.at[JSCOPE_SIGNAL] + 20;
		sink->notification(sink->state, &n);
	}
}

static void feed_unanswered(const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info stream = { .device = "hw:0,0",
						   .stream = "",
						   .kind = "pcm" };
	struct jscope_notification n = { .stream = &stream, .has_headroom = true };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		n.at[i] = JSCOPE_NS_UNKNOWN;
	for (n.seq = 1; n.seq <= 3; n.seq++) {
		n.at[JSCOPE_IRQ] = 1000 * (jscope_ns)n.seq;
		n.headroom_frames = -(int64_t)n.seq;
		sink->notification(sink->state, &n);
	}
}

/* Nobody answered any of them: that is no answer that they share. */
static void headroom_of_what_nobody_answered_is_counted(void **state)
{
	const struct jscope_trace_info info = {
		.path = "", .reader = "", .clock = "", .events = 3
	};
	struct jscope_report *report = report_of(feed_unanswered, info);
	json_t *json = json_of(report), *row = at(json, "notifications", 0);

	(void)state;
	assert_int_equal(integer(json_object_get(row, "headroom"), "frames", "count"), 3);
	json_decref(json);
	jscope_report_destroy(report);
}

/* Two points that are answered by one write have one headroom between them. */
static void headroom_is_counted_once_per_service(void **state)
{
	const struct jscope_trace_info info = {
		.path = "", .reader = "", .clock = "", .events = 4
	};
	struct jscope_report *report = report_of(feed_merged, info);
	json_t *json = json_of(report), *row = at(json, "notifications", 0);

	(void)state;
	assert_int_equal(integer(json_object_get(row, "headroom"), "frames", "count"), 2);
	assert_int_equal(integer(row, "end_to_end", "count"), 4);
	json_decref(json);
	jscope_report_destroy(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headroom_is_counted_once_per_service),
		cmocka_unit_test(headroom_of_what_nobody_answered_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
