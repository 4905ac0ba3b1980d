#include "../cmocka_all.h"

#include <string.h>

#include "common/shell.h"

static void test_quote(void **state)
{
	static const char *const cases[][2] = {
		{ "/tmp/a-b_1.0", "/tmp/a-b_1.0" },
		{ "a b", "'a b'" },
		{ "it's", "'it'\\''s'" },
		{ "-o", "./-o" },
		{ "-a b", "'./-a b'" },
		{ "$x;*", "'$x;*'" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		jscope_shell_quote(text, sizeof text, cases[i][0]);
		assert_string_equal(text, cases[i][1]);
	}
	jscope_shell_quote(text, 12, "a long one, cut");
	assert_true(strlen(text) < 12);
	assert_int_equal(text[strlen(text) - 1], '\'');
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_quote) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
