#include "../cmocka_all.h"

#include <stdlib.h>

#include "analysis/hist.h"

#define VALUES_MAX 400
#define ROUNDS	   3000

static const double quantiles[] = { 0.5, 0.9, 0.95, 0.99, 0.999 };

#define QUANTILE_COUNT (sizeof quantiles / sizeof quantiles[0])

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static struct jscope_hist *hist_new(const struct jscope_hist_limits *limits)
{
	struct jscope_hist *hist;

	assert_int_equal(jscope_hist_create(limits, &hist), 0);
	return hist;
}

static void one_to(struct jscope_hist *hist, int64_t last)
{
	for (int64_t value = 1; value <= last; value++)
		jscope_hist_record(hist, value);
}

static void bounds_check(const struct jscope_hist *hist, double q, int64_t low, int64_t high)
{
	struct jscope_hist_bounds bounds;

	assert_true(jscope_hist_bounds(hist, q, &bounds));
	assert_int_equal(bounds.has_low, low != INT64_MIN);
	assert_int_equal(bounds.has_high, high != INT64_MAX);
	if (bounds.has_low)
		assert_int_equal(bounds.low, low);
	if (bounds.has_high)
		assert_int_equal(bounds.high, high);
}

/* Values below 1024 have a bucket each, so that the bounds of 1..100 are ranks. */
static void bounds_are_ranks(void **state)
{
	struct jscope_hist *hist = hist_new(NULL);

	(void)state;
	one_to(hist, 100);
	bounds_check(hist, 0.5, 50, 50);
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = 10 });
	bounds_check(hist, 0.5, 45, 55); /* rank 55 of 110 */
	bounds_check(hist, 0.9, 89, 99);
	bounds_check(hist, 0.95, 95, INT64_MAX); /* rank 105 */
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = 10, .wrong = 4 });
	bounds_check(hist, 0.5, 43, 57); /* rank 53 of 106 */
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = 100 });
	bounds_check(hist, 0.5, INT64_MIN, 100);
	bounds_check(hist, 0.9, 80, INT64_MAX);
	jscope_hist_destroy(hist);
}

static void tells_none_where_nobody_knows(void **state)
{
	struct jscope_hist *hist = hist_new(NULL);
	struct jscope_hist_bounds bounds;

	(void)state;
	assert_false(jscope_hist_bounds(NULL, 0.5, &bounds));
	one_to(hist, 100);
	assert_false(jscope_hist_bounds(hist, 0.999, &bounds));
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = JSCOPE_HIST_UNCOUNTED });
	assert_false(jscope_hist_bounds(hist, 0.5, &bounds));
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = 900 });
	bounds_check(hist, 0.999, 99, INT64_MAX); /* rank 999 of the whole can be told */
	jscope_hist_destroy(hist);
}

/* What finds no bucket has a sign only: it may be anything else. */
static void overflow_is_missing(void **state)
{
	struct jscope_hist_budget budget = { .octaves_left = 1 };
	struct jscope_hist_limits limits = { .budget = &budget };
	struct jscope_hist *hist = hist_new(&limits);

	(void)state;
	one_to(hist, 100);
	for (int i = 0; i < 10; i++)
		jscope_hist_record(hist, 5000000);
	assert_int_equal(jscope_hist_doubt(hist).missing, 10);
	bounds_check(hist, 0.5, 45, 55);
	jscope_hist_destroy(hist);
}

/* The whole, and a part of it with values that are none; the same for both: what the whole tells. */
struct pair {
	struct jscope_hist *whole, *part;
};

static struct pair pair_make(uint64_t *random)
{
	struct pair pair = { hist_new(NULL), hist_new(NULL) };
	const uint64_t count = 1 + random_next(random) % VALUES_MAX;
	const uint64_t lost_percent = random_next(random) % 40;
	const uint64_t wrong_max = random_next(random) % 8;
	struct jscope_hist_doubt doubt = { 0 };

	for (uint64_t i = 0; i < count; i++) {
		int64_t value = (int64_t)(random_next(random) % 100000) - 20000;

		jscope_hist_record(pair.whole, value);
		if (random_next(random) % 100 < lost_percent)
			doubt.missing++;
		else
			jscope_hist_record(pair.part, value);
	}
	for (; doubt.wrong < wrong_max; doubt.wrong++)
		jscope_hist_record(pair.part, (int64_t)(random_next(random) % 200000) - 90000);
	/* More may be told to be missing than are. */
	doubt.missing += random_next(random) % 3;
	jscope_hist_doubt_set(pair.part, doubt);
	return pair;
}

static void whole_is_within(const struct pair *pair)
{
	for (size_t i = 0; i < QUANTILE_COUNT; i++) {
		struct jscope_hist_bounds bounds;
		int64_t told = jscope_hist_quantile(pair->whole, quantiles[i]);

		if (!jscope_hist_has_quantile(pair->whole, quantiles[i]))
			continue;
		assert_true(jscope_hist_bounds(pair->part, quantiles[i], &bounds));
		assert_true(!bounds.has_low || bounds.low <= told);
		assert_true(!bounds.has_high || told <= bounds.high);
	}
}

static void whole_is_within_bounds_of_any_part(void **state)
{
	uint64_t random = 0x2545f4914f6cdd1d;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct pair pair = pair_make(&random);

		whole_is_within(&pair);
		jscope_hist_destroy(pair.whole);
		jscope_hist_destroy(pair.part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_are_ranks),
		cmocka_unit_test(tells_none_where_nobody_knows),
		cmocka_unit_test(overflow_is_missing),
		cmocka_unit_test(whole_is_within_bounds_of_any_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
