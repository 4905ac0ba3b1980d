#include "../cmocka_all.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_report.h"
#include "report_rows.h"
#include "synthetic.h"

static void nothing(const struct jscope_timeline_sink *sink)
{
	(void)sink;
}

static void a_stream_and_no_more(const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info info = { .device = "d", .stream = "", .kind = "wavert" };

	sink->stream(sink->state, &info);
}

static void mostly_censored(const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info info = { .device = "d", .stream = "", .kind = "irq" };

	for (uint64_t i = 0; i < 100; i++) {
		struct jscope_notification n = { .stream = &info, .seq = i };

		n.class = i < 51 ? JSCOPE_CLASS_CENSORED : JSCOPE_CLASS_ON_TIME;
		sink->notification(sink->state, &n);
	}
}

static void trust_check(feed_fn *feed, struct jscope_trace_info info, enum jscope_trust expected)
{
	struct jscope_report *report = report_of(feed, info);

	assert_int_equal(jscope_report_trust(report), expected);
	jscope_report_destroy(report);
}

static void judges_what_can_be_trusted(void **state)
{
	struct jscope_trace_info info = synthetic_audio_info();

	(void)state;
	trust_check(synthetic_audio, info, JSCOPE_TRUSTED);
	trust_check(nothing, info, JSCOPE_INVALID);
	trust_check(a_stream_and_no_more, info, JSCOPE_DEGRADED);
	trust_check(mostly_censored, info, JSCOPE_INVALID);
	info.lost_events = 1;
	trust_check(synthetic_audio, info, JSCOPE_DEGRADED);
	info.lost_events = info.events + 1;
	trust_check(synthetic_audio, info, JSCOPE_INVALID);
	info.lost_events = 0;
	info.partial = true;
	trust_check(synthetic_audio, info, JSCOPE_DEGRADED);
	info.partial = false;
	info.refused = 1;
	trust_check(synthetic_audio, info, JSCOPE_DEGRADED);
	info.refused = 0;
	info.lost_packets = 1;
	trust_check(synthetic_audio, info, JSCOPE_DEGRADED);
	info.lost_packets = 0;
	info.events = 0;
	trust_check(synthetic_audio, info, JSCOPE_INVALID);
}

/* Chains from interrupt to signal of 100 us, and behind them others that were none. */
static void chains(const struct jscope_timeline_sink *sink, unsigned count,
		   enum jscope_class others, unsigned other_count)
{
	const struct jscope_stream_info info = { .device = "d",
						 .stream = "",
						 .kind = "irq",
						 .path = 1u << JSCOPE_IRQ | 1u << JSCOPE_SIGNAL };

	for (uint64_t i = 0; i < count + other_count; i++) {
		struct jscope_notification n = { .stream = &info, .seq = i };

		n.class = i < count ? JSCOPE_CLASS_ON_TIME : others;
		for (unsigned instant = 0; instant < JSCOPE_INSTANT_COUNT; instant++)
			n.at[instant] = JSCOPE_NS_UNKNOWN;
		n.at[JSCOPE_IRQ] = (jscope_ns)i * 1000000;
		n.at[JSCOPE_SIGNAL] = n.at[JSCOPE_IRQ] + 100000;
		sink->notification(sink->state, &n);
	}
}

static void twenty_chains(const struct jscope_timeline_sink *sink)
{
	chains(sink, 20, JSCOPE_CLASS_CENSORED, 0);
}

static void twenty_chains_three_cut(const struct jscope_timeline_sink *sink)
{
	chains(sink, 20, JSCOPE_CLASS_CENSORED, 3);
}

/* Whether a text follows the name of a distribution in a report as JSON. */
static void json_has(struct jscope_report *report, const char *dist, const char *expected)
{
	char *text, *at;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_int_equal(jscope_report_write_json(report, NULL, stream), 0);
	fclose(stream);
	at = strstr(text, dist);
	assert_non_null(at);
	assert_non_null(strstr(at, expected));
	free(text);
}

/* Streams of 300 points each; later ones may have another period. */
static void rhythms(const struct jscope_timeline_sink *sink, unsigned streams,
		    jscope_ns later_period_ns)
{
	static char names[256][16];

	for (unsigned stream = 0; stream < streams; stream++) {
		struct jscope_stream_info info = { .device = names[stream],
						   .stream = "",
						   .kind = "irq",
						   .index = stream,
						   .path = 1u << JSCOPE_IRQ | 1u << JSCOPE_SIGNAL,
						   .nominal_period_ns = 1000000 };

		snprintf(names[stream], sizeof names[stream], "%u", stream);
		for (uint64_t i = 0; i < 300; i++) {
			struct jscope_notification n = { .stream = &info, .seq = i };

			for (unsigned instant = 0; instant < JSCOPE_INSTANT_COUNT; instant++)
				n.at[instant] = JSCOPE_NS_UNKNOWN;
			n.at[JSCOPE_IRQ] = (jscope_ns)i * 1000000;
			n.at[JSCOPE_SIGNAL] = n.at[JSCOPE_IRQ] + 100;
			if (i == 200)
				info.nominal_period_ns = later_period_ns;
			if (i == 0 || i == 200)
				sink->stream(sink->state, &info);
			sink->notification(sink->state, &n);
		}
	}
}

static void one_period(const struct jscope_timeline_sink *sink)
{
	rhythms(sink, 2, 1000000);
}

static void two_periods(const struct jscope_timeline_sink *sink)
{
	rhythms(sink, 2, 2000000);
}

static void rhythms_of_the_first_period_only_are_told(void **state)
{
	const struct jscope_trace_info info = synthetic_audio_info();
	struct jscope_report *report;

	(void)state;
	trust_check(one_period, info, JSCOPE_TRUSTED);
	report = report_of(two_periods, info);
	assert_int_equal(jscope_report_trust(report), JSCOPE_DEGRADED);
	json_has(report, "\"reasons\"",
		 "of 2 of 2 streams rhythms speak for the first period only");
	jscope_report_destroy(report);
}

/* As if other streams had taken what there is. */
static void rhythms_without_memory_are_told(void **state)
{
	const struct jscope_trace_info info = synthetic_audio_info();
	struct jscope_report *report;

	(void)state;
	assert_int_equal(jscope_report_create(&report), 0);
	report->rhythm_shared.budget.bytes_left = 3000;
	one_period(jscope_report_sink(report));
	assert_int_equal(jscope_report_finish(report, &info), 0);
	assert_int_equal(jscope_report_trust(report), JSCOPE_DEGRADED);
	json_has(report, "\"reasons\"",
		 "of 2 of 2 streams rhythms are coarse or missing, memory was short");
	jscope_report_destroy(report);
}

static void tells_what_a_distribution_may_lack(void **state)
{
	struct jscope_trace_info info = synthetic_audio_info();
	struct jscope_report *report;

	(void)state;
	info.lost_events = 4;
	report = report_of(twenty_chains_three_cut, info);
	json_has(report, "\"end_to_end\"", "\"trust\": \"degraded\",\n        \"unknown\": 7,");
	json_has(report, "\"period\"", "\"unknown\": 14,");
	jscope_report_destroy(report);
	info.lost_events = 21;
	report = report_of(twenty_chains, info);
	json_has(report, "\"end_to_end\"", "\"trust\": \"invalid\",\n        \"unknown\": 21,");
	assert_int_equal(jscope_report_trust(report), JSCOPE_INVALID);
	jscope_report_destroy(report);
	info.lost_packets = 1;
	report = report_of(twenty_chains, info);
	json_has(report, "\"end_to_end\"", "\"trust\": \"degraded\",\n        \"unknown\": null");
	assert_int_equal(jscope_report_trust(report), JSCOPE_DEGRADED);
	jscope_report_destroy(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_what_can_be_trusted),
		cmocka_unit_test(rhythms_of_the_first_period_only_are_told),
		cmocka_unit_test(rhythms_without_memory_are_told),
		cmocka_unit_test(tells_what_a_distribution_may_lack),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
