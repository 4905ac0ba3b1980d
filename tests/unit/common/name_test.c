#include "../cmocka_all.h"

#include "common/name.h"

static void names_are_cut_and_printable(void **state)
{
	char clean[8];

	(void)state;
	assert_string_equal(jscope_name_clean(clean, sizeof clean, "virtio1-req.0"), "virtio1");
	assert_string_equal(jscope_name_clean(clean, sizeof clean, "a b~!"), "a b~!");
	assert_string_equal(jscope_name_clean(clean, sizeof clean, "\033[2J\n"), "?[2J?");
	assert_string_equal(jscope_name_clean(clean, sizeof clean, "\xc2\x9bz\x7f"), "?\?z?");
	assert_string_equal(jscope_name_clean(clean, 1, "x"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_cut_and_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
