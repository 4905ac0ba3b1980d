#include "../cmocka_all.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "made_report.h"
#include "synthetic.h"

typedef int write_fn(const struct jscope_report *report, FILE *stream);

static int text_write(const struct jscope_report *report, FILE *stream)
{
	const struct jscope_report_style style = { .verbose = true, .columns = 80 };

	return jscope_report_write_text(report, &style, stream);
}

static int json_write(const struct jscope_report *report, FILE *stream)
{
	return jscope_report_write_json(report, NULL, stream);
}

static write_fn *const writes[] = { text_write, json_write, jscope_report_write_csv,
				    jscope_report_write_svg };

static void no_format_passes_controls_on(void **state)
{
	struct jscope_report *report = report_of(synthetic_hostile, synthetic_hostile_info());

	(void)state;
	for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
		size_t size;
		char *text;
		FILE *stream = open_memstream(&text, &size);

		assert_int_equal(writes[i](report, stream), 0);
		fclose(stream);
		assert_int_equal(strlen(text), size);
		for (size_t k = 0; k < size; k++)
			assert_true((unsigned char)text[k] >= 0x20 || text[k] == '\n');
		assert_null(strstr(text, "\xc2\x9b"));
		if (writes[i] == jscope_report_write_svg)
			assert_null(strstr(text, "<tags"));
		free(text);
	}
	assert_int_equal(jscope_report_trust(report), JSCOPE_INVALID);
	jscope_report_destroy(report);
}

static void a_full_disk_is_an_error(void **state)
{
	struct jscope_report *report = report_of(synthetic_audio, synthetic_audio_info());

	(void)state;
	for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
		FILE *full = fopen("/dev/full", "w");

		if (!full)
			skip();
		assert_int_equal(writes[i](report, full), -EIO);
		fclose(full);
	}
	jscope_report_destroy(report);
	jscope_report_destroy(NULL);
}

/* To be freed. */
static char *drawn(const struct jscope_report *report, const struct jscope_report_style *style)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_int_equal(jscope_report_write_text(report, style, stream), 0);
	assert_int_equal(fclose(stream), 0);
	return text;
}

/* Returns the lines of a text, none wider than `columns`. */
static unsigned lines_within(const char *text, unsigned columns)
{
	unsigned lines = 0, used = 0;
	uint32_t character;

	for (const char *c = text; *c;) {
		c += jscope__character_decode(c, &character);
		used = character == '\n' ? 0 : used + jscope__character_columns(character);
		lines += character == '\n';
		if (used > columns)
			fail_msg("over %u columns: %.*s", columns, 400,
				 c > text + 300 ? c - 300 : text);
	}
	return lines;
}

static void columns_check(feed_fn *feed, struct jscope_trace_info info, bool verbose)
{
	struct jscope_report *report = report_of(feed, info);

	for (unsigned columns = 80; columns <= 160; columns += 4) {
		const struct jscope_report_style style = { .columns = columns, .verbose = verbose };
		char *text = drawn(report, &style);

		lines_within(text, columns);
		free(text);
	}
	jscope_report_destroy(report);
}

/* No line of the text report is wider than its terminal. */
static void text_keeps_to_its_columns(void **state)
{
	(void)state;
	for (unsigned verbose = 0; verbose < 2; verbose++) {
		columns_check(synthetic_audio, synthetic_audio_info(), verbose);
		columns_check(synthetic_moments, synthetic_audio_info(), verbose);
		columns_check(synthetic_kernel, synthetic_kernel_info(), verbose);
		columns_check(synthetic_hostile, synthetic_hostile_info(), verbose);
	}
	assert_non_null(setlocale(LC_CTYPE, "C"));
	columns_check(synthetic_hostile, synthetic_hostile_info(), false);
	setlocale(LC_CTYPE, "C.UTF-8");
}

static void one_device_fits_on_a_screen(void **state)
{
	const struct jscope_report_style style = { .columns = 80 };
	struct jscope_report *reports[] = {
		report_of(synthetic_audio, synthetic_audio_info()),
		report_of(synthetic_moments, synthetic_audio_info()),
		report_of(synthetic_kernel, synthetic_kernel_info()),
	};

	(void)state;
	for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
		char *text = drawn(reports[i], &style);
		const unsigned lines = lines_within(text, 80);

		assert_in_range(lines, 20, 30);
		free(text);
		jscope_report_destroy(reports[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_format_passes_controls_on),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(text_keeps_to_its_columns),
		cmocka_unit_test(one_device_fits_on_a_screen),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
