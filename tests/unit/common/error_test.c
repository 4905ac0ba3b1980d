#include "../cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "common/error.h"

static void keeps_the_first_sentences(void **state)
{
	(void)state;
	assert_int_equal(jscope_error(-ENOENT, "no file '%s'", "a"), -ENOENT);
	for (int i = 0; i < 20; i++)
		jscope_error(-EIO, "sentence %d", i);
	assert_string_equal(jscope_error_sentence(0), "no file 'a'");
	assert_string_equal(jscope_error_sentence(JSCOPE_ERROR_MAX - 1), "sentence 6");
	assert_null(jscope_error_sentence(JSCOPE_ERROR_MAX));
	jscope_error_clear();
	assert_null(jscope_error_sentence(0));
}

static void prints_each_on_a_line(void **state)
{
	char text[200] = "";
	FILE *stream = fmemopen(text, sizeof text, "w");

	(void)state;
	jscope_error(-EIO, "first");
	jscope_error(-EIO, "second");
	jscope_error_print(stream, -EIO);
	jscope_error_print(stream, -ENOENT);
	fclose(stream);
	assert_string_equal(text, "jitterscope: first\njitterscope: second\n"
				  "jitterscope: No such file or directory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_first_sentences),
		cmocka_unit_test(prints_each_on_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
