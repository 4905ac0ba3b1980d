/* The judge itself: its table, its verdicts, its blindness. */
#include "rules_feed.h"

static void the_table_is_complete(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= JSCOPE_RULE_COUNT; i++) {
		assert_int_equal(jscope_rule_describe(i)->number, i);
		assert_true(strlen(jscope_rule_describe(i)->title) > 10);
		assert_non_null(strstr(jscope_rule_describe(i)->basis, "DOMAIN"));
	}
	assert_null(jscope_rule_describe(0));
	assert_null(jscope_rule_describe(JSCOPE_RULE_COUNT + 1));
}

static void nothing_applies_to_an_empty_trace(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_end();
	for (unsigned i = 1; i <= JSCOPE_RULE_COUNT; i++)
		assert_verdict(i, JSCOPE_VERDICT_NOT_APPLICABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_complete),
		cmocka_unit_test(nothing_applies_to_an_empty_trace),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
