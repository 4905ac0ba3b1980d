#include "../cmocka_all.h"

#include <locale.h>

#include "made_report.h"
#include "synthetic.h"

static void nothing(const struct jscope_timeline_sink *sink)
{
	(void)sink;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_what_can_be_trusted),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
