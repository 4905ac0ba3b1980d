/* The judge itself: its table, its verdicts, its blindness. */
#include "rules/judge.h"
#include "rules_feed.h"

#include <errno.h>

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

/* R2: losses are seen, and rules that count or pair abstain where they lie. */
static void losses_are_remembered(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_loss(ms(1), ms(2));
	feed_end();
	assert_verdict(2, JSCOPE_VERDICT_PASSED);
	for (unsigned i = 3; i <= JSCOPE_RULE_COUNT; i++)
		assert_verdict(i, JSCOPE_VERDICT_NOT_APPLICABLE);
}

static void blindness_knows_its_windows(void **state)
{
	struct jscope__blindness blindness;

	(void)state;
	jscope__blindness_init(&blindness);
	assert_false(jscope__blindness_touches(&blindness, INT64_MIN, INT64_MAX));
	jscope__blindness_add(&blindness, ms(10), ms(20));
	jscope__blindness_add(&blindness, ms(30), ms(40));
	assert_true(jscope__blindness_touches(&blindness, ms(20), ms(25)));
	assert_true(jscope__blindness_touches(&blindness, ms(5), ms(10)));
	assert_false(jscope__blindness_touches(&blindness, ms(21), ms(29)));
	assert_int_equal(blindness.until_ns, ms(40));
	jscope__blindness_add(&blindness, JSCOPE_NS_UNKNOWN, JSCOPE_NS_UNKNOWN);
	assert_true(jscope__blindness_touches(&blindness, ms(21), ms(29)));
}

/* Old windows are joined when there are too many: more is blind then, never less. */
static void old_windows_are_joined(void **state)
{
	struct jscope__blindness blindness;

	(void)state;
	jscope__blindness_init(&blindness);
	for (unsigned i = 0; i < 10 * JSCOPE__BLIND_WINDOWS; i++)
		jscope__blindness_add(&blindness, ms(10 * i), ms(10 * i + 1));
	for (unsigned i = 0; i < 10 * JSCOPE__BLIND_WINDOWS; i++)
		assert_true(jscope__blindness_touches(&blindness, ms(10 * i), ms(10 * i)));
	assert_false(jscope__blindness_touches(&blindness, ms(10 * 10 * JSCOPE__BLIND_WINDOWS - 8),
					       ms(10 * 10 * JSCOPE__BLIND_WINDOWS - 2)));
}

/* Only the first ones are kept, all are counted. */
static void violations_are_counted_beyond_those_kept(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	for (unsigned i = 0; i < 100; i++)
		FEED(ms(i), wrt_alloc, .dev = 1, .stream = i, .notif_count = 3, .actual = 24);
	feed_end();
	assert_int_equal(feed_result(5)->violated, 100);
	assert_int_equal(feed_result(5)->kept, JSCOPE_VIOLATIONS_KEPT);
	assert_int_equal(feed_result(5)->violations[0].at_ns, 0);
}

/* A bench of this test: two small tables, of which one forgets. */
struct bench {
	struct jscope_judge *judge;
	struct jscope_map *kept, *forgotten;
	unsigned losses;
};

static void value_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	*(unsigned *)value = 0;
}

static void bench_lose(void *bench)
{
	((struct bench *)bench)->losses++;
}

static int bench_fail(void *bench)
{
	assert_non_null(((struct bench *)bench)->forgotten);
	return -ENOMEM;
}

static void a_bench_lives_by_its_tables(void **state)
{
	const struct jscope__bench_ops ops = {
		.size = sizeof(struct bench),
		.tables = { JSCOPE__TABLE(struct bench, kept, unsigned, 1, NULL),
			    JSCOPE__TABLE(struct bench, forgotten, unsigned, 2, value_forget) },
		.loss = bench_lose,
	};
	struct bench *bench;

	(void)state;
	assert_int_equal(jscope__bench_create(&ops, NULL, (void **)&bench), 0);
	*(unsigned *)jscope_map_put(bench->kept, jscope__key(1, 1)) = 7;
	*(unsigned *)jscope_map_put(bench->forgotten, jscope__key(1, 1)) = 7;
	assert_int_equal(jscope__bench_refused(&ops, bench), 0);
	for (int64_t id = 1; id <= 4; id++) {
		jscope_map_put(bench->kept, jscope__key(1, id));
		jscope_map_put(bench->forgotten, jscope__key(1, id));
	}
	assert_int_equal(jscope__bench_refused(&ops, bench), 3 + 2);
	jscope__bench_forget(&ops, bench);
	assert_int_equal(*(unsigned *)jscope_map_get(bench->kept, jscope__key(1, 1)), 7);
	assert_int_equal(*(unsigned *)jscope_map_get(bench->forgotten, jscope__key(1, 1)), 0);
	assert_int_equal(bench->losses, 1);
	jscope__bench_destroy(&ops, bench);
}

/* One that cannot be made whole is destroyed with what there is of it. */
static void a_bench_may_be_half_built(void **state)
{
	const struct jscope__bench_ops ops = {
		.size = sizeof(struct bench),
		.tables = { JSCOPE__TABLE(struct bench, forgotten, unsigned, 2, NULL) },
		.init = bench_fail,
	};
	struct bench *bench;

	(void)state;
	assert_int_equal(jscope__bench_create(&ops, NULL, (void **)&bench), -ENOMEM);
	jscope__bench_destroy(&ops, bench);
	jscope__bench_destroy(&ops, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_complete),
		cmocka_unit_test(nothing_applies_to_an_empty_trace),
		cmocka_unit_test(losses_are_remembered),
		cmocka_unit_test(blindness_knows_its_windows),
		cmocka_unit_test(old_windows_are_joined),
		cmocka_unit_test(violations_are_counted_beyond_those_kept),
		cmocka_unit_test(a_bench_lives_by_its_tables),
		cmocka_unit_test(a_bench_may_be_half_built),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
