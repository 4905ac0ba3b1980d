/*
 * What the formats look like, to the byte, on made-up timelines. After a wanted change, renew the
 * files and read the difference:
 *
 *   JSCOPE_RENEW=1 ctest --test-dir build/dev -R analysis_golden && git diff tests/unit/analysis
 */
#include "../cmocka_all.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report.h"
#include "analysis/timeline_writer.h"
#include "synthetic.h"

enum source { AUDIO, MOMENTS, KERNEL, HOSTILE };

static void source_feed(enum source source, const struct jscope_timeline_sink *sink)
{
	static void (*const feeds[])(const struct jscope_timeline_sink *) = {
		synthetic_audio, synthetic_moments, synthetic_kernel, synthetic_hostile
	};

	feeds[source](sink);
}

static struct jscope_trace_info source_info(enum source source)
{
	static struct jscope_trace_info (*const infos[])(
		void) = { synthetic_audio_info, synthetic_audio_info, synthetic_kernel_info,
			  synthetic_hostile_info };

	return infos[source]();
}

static struct jscope_report *report_of(enum source source)
{
	struct jscope_trace_info info = source_info(source);
	struct jscope_report *report;

	assert_int_equal(jscope_report_create(&report), 0);
	source_feed(source, jscope_report_sink(report));
	assert_int_equal(jscope_report_finish(report, &info), 0);
	return report;
}

static char *file_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 22);

	assert_non_null(text);
	if (file) {
		assert_true(fread(text, 1, (1 << 22) - 1, file) < (1 << 22) - 1);
		fclose(file);
	}
	return text;
}

static void file_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static unsigned line_of_difference(const char *a, const char *b)
{
	unsigned line = 1;

	for (; *a && *a == *b; a++, b++)
		line += *a == '\n';
	return line;
}

static void golden_check(const char *name, const char *text)
{
	char path[512], *expected;

	snprintf(path, sizeof path, "%s/golden/%s", GOLDEN_SOURCE, name);
	if (getenv("JSCOPE_RENEW"))
		file_write(path, text);
	expected = file_read(path);
	if (strcmp(expected, text) != 0)
		fail_msg("golden/%s differs from line %u on", name,
			 line_of_difference(expected, text));
	free(expected);
}

struct capture {
	char *text;
	size_t size;
	FILE *stream;
};

static FILE *capture_begin(struct capture *capture)
{
	capture->stream = open_memstream(&capture->text, &capture->size);
	assert_non_null(capture->stream);
	return capture->stream;
}

static void capture_check(struct capture *capture, const char *name)
{
	assert_int_equal(fclose(capture->stream), 0);
	golden_check(name, capture->text);
	free(capture->text);
}

static void text_check(enum source source, unsigned columns, bool verbose, bool colour,
		       const char *name)
{
	const struct jscope_report_style style = { .columns = columns,
						   .verbose = verbose,
						   .colour = colour };
	struct jscope_report *report = report_of(source);
	struct capture capture;

	assert_int_equal(jscope_report_write_text(report, &style, capture_begin(&capture)), 0);
	capture_check(&capture, name);
	jscope_report_destroy(report);
}

static void text_reports(void **state)
{
	(void)state;
	text_check(AUDIO, 80, false, false, "audio-80.txt");
	text_check(AUDIO, 120, false, false, "audio-120.txt");
	text_check(AUDIO, 80, false, true, "audio-colour.txt");
	text_check(KERNEL, 80, false, false, "kernel-80.txt");
	text_check(MOMENTS, 100, true, false, "moments-verbose.txt");
	text_check(HOSTILE, 80, true, false, "hostile.txt");
}

static void text_report_in_ascii(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C"));
	text_check(AUDIO, 80, false, false, "audio-ascii.txt");
	text_check(HOSTILE, 80, true, false, "hostile-ascii.txt");
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
}

typedef int write_fn(const struct jscope_report *report, FILE *stream);

static int json_write(const struct jscope_report *report, FILE *stream)
{
	return jscope_report_write_json(report, NULL, stream);
}

static void report_check(enum source source, write_fn *write, const char *name)
{
	struct jscope_report *report = report_of(source);
	struct capture capture;

	assert_int_equal(write(report, capture_begin(&capture)), 0);
	capture_check(&capture, name);
	jscope_report_destroy(report);
}

static void other_reports(void **state)
{
	(void)state;
	report_check(AUDIO, json_write, "audio.json");
	report_check(MOMENTS, json_write, "moments.json");
	report_check(MOMENTS, jscope_report_write_csv, "moments.csv");
	report_check(AUDIO, jscope_report_write_svg, "audio.svg");
	report_check(KERNEL, jscope_report_write_svg, "kernel.svg");
	report_check(MOMENTS, jscope_report_write_svg, "moments.svg");
}

static void lines_check(enum source source, enum jscope_line_format format, unsigned what,
			const char *name)
{
	struct jscope_timeline_writer *writer;
	struct capture capture;

	assert_int_equal(
		jscope_timeline_writer_create(capture_begin(&capture), format, what, &writer), 0);
	source_feed(source, jscope_timeline_writer_sink(writer));
	assert_int_equal(jscope_timeline_writer_finish(writer), 0);
	capture_check(&capture, name);
	jscope_timeline_writer_destroy(writer);
}

static void timelines(void **state)
{
	const unsigned all = JSCOPE_WHAT_ALL;

	(void)state;
	lines_check(MOMENTS, JSCOPE_LINE_NDJSON, all, "moments.ndjson");
	lines_check(MOMENTS, JSCOPE_LINE_TEXT, JSCOPE_WHAT_NOTIFICATIONS, "moments-lines.txt");
	lines_check(MOMENTS, JSCOPE_LINE_CSV, JSCOPE_WHAT_NOTIFICATIONS, "moments-lines.csv");
	lines_check(MOMENTS, JSCOPE_LINE_CSV, JSCOPE_WHAT_POSITIONS, "moments-positions.csv");
	lines_check(HOSTILE, JSCOPE_LINE_NDJSON, all, "hostile.ndjson");
	lines_check(HOSTILE, JSCOPE_LINE_TEXT, all, "hostile-lines.txt");
	lines_check(HOSTILE, JSCOPE_LINE_CSV, JSCOPE_WHAT_REQUESTS, "hostile-requests.csv");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_reports),
		cmocka_unit_test(text_report_in_ascii),
		cmocka_unit_test(other_reports),
		cmocka_unit_test(timelines),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		puts("skipped: there is no locale C.UTF-8");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
