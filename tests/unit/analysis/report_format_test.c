#include "../cmocka_all.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* No line of the text report is wider than its terminal. */
static void text_keeps_to_its_columns(void **state)
{
	struct jscope_report *report = report_of(synthetic_kernel, synthetic_kernel_info());

	(void)state;
	for (unsigned columns = 80; columns <= 160; columns += 4) {
		const struct jscope_report_style style = { .columns = columns, .verbose = true };
		size_t size, used = 0;
		char *text;
		FILE *stream = open_memstream(&text, &size);

		assert_int_equal(jscope_report_write_text(report, &style, stream), 0);
		fclose(stream);
		for (const char *c = text; *c; c++) {
			used = *c == '\n' ? 0 : used + (((unsigned char)*c & 0xc0) != 0x80);
			assert_true(used <= columns);
		}
		free(text);
	}
	jscope_report_destroy(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_format_passes_controls_on),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(text_keeps_to_its_columns),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
