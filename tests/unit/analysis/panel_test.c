/* What the text report says first, of traces that have little or much to tell. */
#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "made_report.h"

#define MS    1000000
#define BEGIN 1000000000

static const struct jscope_trace_info info = { .path = "made",
					       .reader = "native",
					       .clock = "monotonic",
					       .begin_ns = BEGIN,
					       .end_ns = 2 * (jscope_ns)BEGIN,
					       .events = 7 };

static const struct jscope_stream_info streams[] = {
	{ .device = "dev1",
	  .stream = "stream 0x1",
	  .kind = "wavert",
	  .index = 0,
	  .path = 1u << JSCOPE_DUE | 1u << JSCOPE_SIGNAL,
	  .nominal_period_ns = 10 * MS,
	  .rate_hz = 48000,
	  .buffer_frames = 960 },
	{ .device = "dev2",
	  .stream = "stream 0x2",
	  .kind = "wavert",
	  .index = 1,
	  .path = 1u << JSCOPE_DUE | 1u << JSCOPE_SIGNAL,
	  .nominal_period_ns = 10 * MS,
	  .rate_hz = 48000,
	  .buffer_frames = 960 },
	{ .device = "dev3",
	  .stream = "event 0x3",
	  .kind = "event",
	  .index = 2,
	  .path = 1u << JSCOPE_IRQ | 1u << JSCOPE_SIGNAL },
	{ .device = "eth0",
	  .stream = "interrupt",
	  .kind = "irq",
	  .index = 3,
	  .path = 1u << JSCOPE_IRQ | 1u << JSCOPE_SIGNAL },
};

static void point(const struct jscope_timeline_sink *sink, unsigned stream, enum jscope_class class,
		  jscope_ns took_ns)
{
	static uint64_t seq;
	struct jscope_notification n = { .stream = &streams[stream], .seq = ++seq, .class = class };

	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		n.at[i] = JSCOPE_NS_UNKNOWN;
	n.at[streams[stream].path & 1u << JSCOPE_DUE ? JSCOPE_DUE : JSCOPE_IRQ] = BEGIN + 10 * MS;
	if (class != JSCOPE_CLASS_CENSORED && class != JSCOPE_CLASS_MISSED)
		n.at[JSCOPE_SIGNAL] = BEGIN + 10 * MS + took_ns;
	sink->notification(sink->state, &n);
}

/* To be freed. */
static char *text_of(feed_fn *feed)
{
	const struct jscope_report_style style = { .columns = 160 };
	struct jscope_report *report = report_of(feed, info);
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(jscope_report_write_text(report, &style, stream), 0);
	fclose(stream);
	jscope_report_destroy(report);
	return text;
}

#define says(text, part)                                                                           \
	do {                                                                                       \
		if (!strstr(text, part))                                                           \
			fail_msg("'%s' is not in:\n%s", part, text);                               \
	} while (0)

static void nothing_feed(const struct jscope_timeline_sink *sink)
{
	(void)sink;
}

static void nothing_is_said_to_be_nothing(void **state)
{
	char *text = text_of(nothing_feed);

	(void)state;
	says(text, " nothing to measure in 7 events\n");
	says(text, "lost 0 events 0 packets, censored 0, unmatched 0\n");
	assert_null(strstr(text, "counts"));
	free(text);
}

static void silent_feed(const struct jscope_timeline_sink *sink)
{
	sink->stream(sink->state, &streams[0]);
}

static void a_stream_without_notifications(void **state)
{
	char *text = text_of(silent_feed);

	(void)state;
	says(text, " dev1 stream 0x1: no notifications\n");
	says(text, " counts   0 points, 0 on time, 0 late, 0 missed, 0 censored, 0 partial\n");
	assert_null(strstr(text, "p50"));
	free(text);
}

static void cut_feed(const struct jscope_timeline_sink *sink)
{
	point(sink, 0, JSCOPE_CLASS_CENSORED, 0);
	point(sink, 0, JSCOPE_CLASS_CENSORED, 0);
}

static void only_censored_ones(void **state)
{
	char *text = text_of(cut_feed);

	(void)state;
	says(text, ": no signal late; of 2 notifications none could be followed to the end\n");
	says(text, " 2 censored, 0 partial\n");
	says(text, "censored 2, unmatched 0\n");
	free(text);
}

static void glitch_feed(const struct jscope_timeline_sink *sink)
{
	const struct jscope_glitch glitch = { .stream = &streams[1],
					      .at_ns = BEGIN + 20 * MS,
					      .cause = JSCOPE_CAUSE_LATE_WAKE };

	for (unsigned i = 0; i < 10; i++) {
		point(sink, 0, JSCOPE_CLASS_LATE, 2 * MS);
		point(sink, 1, JSCOPE_CLASS_ON_TIME, 1000);
		point(sink, 2, JSCOPE_CLASS_ON_TIME, 9 * MS);
	}
	sink->glitch(sink->state, &glitch);
}

/* One glitch weighs more than ten that are late, these more than what is slow by nature. */
static void the_most_troubled_comes_first(void **state)
{
	char *text = text_of(glitch_feed);
	const char *first, *second, *third;

	(void)state;
	says(text, " 2 of 3 in trouble: dev2 stream 0x2: 1 glitch in 1.000 s; no signal late; ");
	says(text, "notifications arrive 1.000 us (p50) to 1.000 us (p90) after they are due\n");
	first = strstr(text, "\n dev2 stream 0x2 ");
	second = strstr(text, "\n dev1 stream 0x1 ");
	third = strstr(text, "\n dev3 event 0x3 ");
	assert_true(first && second && third && first < second && second < third);
	says(first, "1 glitch    trusted\n");
	says(second, "10 late     trusted\n");
	says(text, " dev2 stream 0x2, wavert ");
	says(text, " glitches late wake 1, first at +0.020000 s (late wake)\n");
	free(text);
}

static void many_feed(const struct jscope_timeline_sink *sink)
{
	char names[20][16];

	for (unsigned i = 0; i < 20; i++) {
		struct jscope_stream_info stream = streams[2];
		struct jscope_notification n = { .stream = &stream, .seq = 1 };

		snprintf(names[i], sizeof names[i], "device-%u", i);
		stream.device = names[i];
		stream.index = i;
		for (unsigned k = 0; k < JSCOPE_INSTANT_COUNT; k++)
			n.at[k] = JSCOPE_NS_UNKNOWN;
		n.at[JSCOPE_IRQ] = BEGIN;
		n.at[JSCOPE_SIGNAL] = BEGIN + 1000 * (i + 1);
		sink->notification(sink->state, &n);
	}
}

/* What has no line of its own is counted; the slowest have one. */
static void what_is_left_out_is_counted(void **state)
{
	char *text = text_of(many_feed);

	(void)state;
	says(text, " none of 20 in trouble. device-19 event 0x3: notifications arrive ");
	says(text, "\n device-12 event 0x3 ");
	assert_null(strstr(text, "device-11 "));
	says(text, "\n + 12 more (-v shows them)\n");
	free(text);
}

/* The line of some interrupt is part of the machine, beside a device and alone. */
static void line_feed(const struct jscope_timeline_sink *sink)
{
	point(sink, 3, JSCOPE_CLASS_ON_TIME, 7000);
}

static void device_and_line_feed(const struct jscope_timeline_sink *sink)
{
	point(sink, 2, JSCOPE_CLASS_ON_TIME, 5000);
	line_feed(sink);
}

static void lines_of_interrupts_are_no_devices(void **state)
{
	char *text = text_of(device_and_line_feed);

	(void)state;
	says(text, " * dev3 event 0x3: notifications arrive 5.000 us (max) after ");
	says(text, "\n thread of eth0 ");
	free(text);
	text = text_of(line_feed);
	says(text, "interrupts to threads");
	says(text, "\n eth0 ");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_to_be_nothing),
		cmocka_unit_test(a_stream_without_notifications),
		cmocka_unit_test(only_censored_ones),
		cmocka_unit_test(the_most_troubled_comes_first),
		cmocka_unit_test(what_is_left_out_is_counted),
		cmocka_unit_test(lines_of_interrupts_are_no_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
