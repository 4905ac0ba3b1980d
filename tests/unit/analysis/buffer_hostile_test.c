/* Buffers that no device has: what is told of them is bounded, and made of numbers. */
#include "../cmocka_all.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "made_report.h"

#define RECORDS	 100000
#define EPOCHS	 5000
#define TEXT_MAX (64 * 1024)

/* AddressSanitizer keeps what was freed, up to 256 MiB of it. */
#ifdef __SANITIZE_ADDRESS__
#define GROWTH_KIB (512 * 1024)
#else
#define GROWTH_KIB (16 * 1024)
#endif

#define EXTREME(i) (extremes[(i) % (sizeof extremes / sizeof extremes[0])])

static const int64_t extremes[] = { INT64_MAX, INT64_MIN + 1, 0, INT64_MAX - 1, -1, 1 };
static struct jscope_stream_info info;

static void feed(const struct jscope_timeline_sink *sink)
{
	struct jscope_notification notification = { .stream = &info, .has_headroom = true };

	sink->stream(sink->state, &info);
	for (unsigned i = 0; i < RECORDS; i++) {
		const struct jscope_position position = { .stream = &info,
							  .at_ns = EXTREME(i / 2),
							  .epoch = i / (RECORDS / EPOCHS),
							  .linear_frames = EXTREME(i / 3),
							  .offset_frames = EXTREME(i / 5),
							  .written_frames = EXTREME(i / 7),
							  .headroom_frames = EXTREME(i / 11),
							  .has_headroom = true,
							  .accuracy_frames = UINT32_MAX };
		const struct jscope_position_defect defect = { .stream = &info,
							       .at_ns = EXTREME(i),
							       .defect = i % JSCOPE_DEFECT_COUNT,
							       .error_frames = EXTREME(i / 4) };
		const struct jscope_glitch glitch = { .stream = &info,
						      .at_ns = EXTREME(i),
						      .awaited = UINT64_MAX,
						      .cause = i % JSCOPE_CAUSE_COUNT };

		sink->defect(sink->state, &defect);
		sink->position(sink->state, &position);
		sink->glitch(sink->state, &glitch);
		notification.seq = (uint64_t)EXTREME(i / 2);
		notification.epoch = position.epoch;
		notification.headroom_frames = EXTREME(i / 13);
		for (unsigned j = 0; j < JSCOPE_INSTANT_COUNT; j++)
			notification.at[j] = EXTREME(i / (j + 1));
		sink->notification(sink->state, &notification);
	}
}

/* A word by itself: "inferred" is none. */
static bool has_word(const char *text, const char *word)
{
	const size_t size = strlen(word);

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		if (!isalpha((unsigned char)at[size]) &&
		    (at == text || !isalpha((unsigned char)at[-1])))
			return true;
	return false;
}

static void text_check(struct jscope_report *report,
		       int (*write)(const struct jscope_report *report, FILE *stream))
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(write(report, stream), 0);
	fclose(stream);
	assert_in_range(size, 1, TEXT_MAX);
	assert_false(has_word(text, "nan"));
	assert_false(has_word(text, "inf"));
	free(text);
}

static int verbose_write(const struct jscope_report *report, FILE *stream)
{
	const struct jscope_report_style style = { .verbose = true, .columns = 80 };

	return jscope_report_write_text(report, &style, stream);
}

static int json_write(const struct jscope_report *report, FILE *stream)
{
	return jscope_report_write_json(report, NULL, stream);
}

/* Of the only stream, as JSON. */
static json_t *headroom_of(const struct jscope_report *report)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	json_t *json, *headroom;

	assert_int_equal(json_write(report, stream), 0);
	fclose(stream);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	headroom = json_object_get(json_array_get(json_object_get(json, "notifications"), 0),
				   "headroom");
	json_incref(headroom);
	json_decref(json);
	free(text);
	return headroom;
}

static json_int_t integer(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void counts_check(const struct jscope_report *report)
{
	json_t *headroom = headroom_of(report);
	const json_t *stale =
		json_object_get(json_object_get(headroom, "position_defects"), "stale");

	assert_int_equal(integer(headroom, "glitches"), RECORDS);
	assert_int_equal(integer(json_object_get(headroom, "glitch_causes"), "device"),
			 RECORDS / JSCOPE_CAUSE_COUNT);
	assert_int_equal(integer(stale, "count"), RECORDS / JSCOPE_DEFECT_COUNT);
	if (info.rate_hz)
		assert_int_equal(integer(json_object_get(headroom, "clock"), "epochs"), EPOCHS);
	json_decref(headroom);
}

static long memory_kib(void)
{
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_maxrss;
}

static void buffers_that_no_device_has(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 960, UINT32_MAX };
	const struct jscope_trace_info trace = {
		.path = "", .reader = "", .clock = "", .events = RECORDS
	};
	const long begin_kib = memory_kib();

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		struct jscope_report *report;

		info = (struct jscope_stream_info){ .device = "dev1",
						    .stream = "",
						    .kind = "wavert",
						    .name = "",
						    .path = 0xff,
						    .rate_hz = sizes[i % 4],
						    .buffer_frames = sizes[i / 4],
						    .period_frames = sizes[(i + i / 4) % 4],
						    .nominal_period_ns = EXTREME(i) };
		report = report_of(feed, trace);
		text_check(report, verbose_write);
		text_check(report, json_write);
		text_check(report, jscope_report_write_csv);
		text_check(report, jscope_report_write_svg);
		counts_check(report);
		jscope_report_destroy(report);
	}
	assert_true(memory_kib() - begin_kib < GROWTH_KIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffers_that_no_device_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
