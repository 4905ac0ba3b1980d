#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/hist.h"

#define RANDOM_COUNT 20000

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static struct jscope_hist *hist_new(void)
{
	struct jscope_hist *hist;

	assert_int_equal(jscope_hist_create(NULL, &hist), 0);
	return hist;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Both signs, magnitudes spread over all octaves up to 2^bits. */
static void values_fill(int64_t *values, size_t count, unsigned bits, uint64_t seed)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t random = random_next(&seed);

		values[i] = (int64_t)(random >> 1) >> (63 - random % (bits + 1));
		if (random_next(&seed) % 3 == 0)
			values[i] = -values[i];
	}
}

static void quantiles_check(const struct jscope_hist *hist, const int64_t *sorted, size_t count)
{
	static const double qs[] = {
		0.0001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1
	};

	for (size_t i = 0; i < sizeof qs / sizeof qs[0]; i++) {
		size_t rank = (size_t)ceil(qs[i] * (double)count - 1e-6);
		double exact = (double)sorted[rank - 1];
		double told = (double)jscope_hist_quantile(hist, qs[i]);

		assert_true(fabs(told - exact) <= fabs(exact) * 0.001);
	}
}

static void moments_check(const struct jscope_hist *hist, const int64_t *sorted, size_t count)
{
	long double sum = 0, squares = 0;

	for (size_t i = 0; i < count; i++)
		sum += (long double)sorted[i];
	for (size_t i = 0; i < count; i++) {
		long double deviation = (long double)sorted[i] - sum / (long double)count;

		squares += deviation * deviation;
	}
	squares = sqrtl(squares / (long double)count);
	assert_int_equal(jscope_hist_count(hist), count);
	assert_int_equal(jscope_hist_min(hist), sorted[0]);
	assert_int_equal(jscope_hist_max(hist), sorted[count - 1]);
	assert_true(fabsl(jscope_hist_mean(hist) - sum / (long double)count) <=
		    fabsl(sum) * 1e-15L);
	assert_true(fabsl(jscope_hist_stddev(hist) - squares) <= squares * 1e-12L);
}

static void agrees_with_sorted_values(void **state)
{
	int64_t *values = malloc(RANDOM_COUNT * sizeof *values);

	(void)state;
	assert_non_null(values);
	for (unsigned bits = 1; bits <= 63; bits += 4) {
		struct jscope_hist *hist = hist_new();

		values_fill(values, RANDOM_COUNT, bits, 1 + bits);
		for (size_t i = 0; i < RANDOM_COUNT; i++)
			jscope_hist_record(hist, values[i]);
		qsort(values, RANDOM_COUNT, sizeof *values, compare);
		quantiles_check(hist, values, RANDOM_COUNT);
		moments_check(hist, values, RANDOM_COUNT);
		assert_int_equal(jscope_hist_overflow(hist), 0);
		jscope_hist_destroy(hist);
	}
	free(values);
}

/* Every value lies in exactly one bucket, and buckets ascend without touching. */
static void buckets_hold_their_values(void **state)
{
	static const int64_t edges[] = {
		INT64_MIN, INT64_MIN + 1, -1026, -1025, -1024, -1023, -2,   -1,	  0,
		1,	   1022,	  1023,	 1024,	1025,  1026,  2047, 2048, INT64_MAX - 1,
		INT64_MAX
	};

	(void)state;
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
		struct jscope_hist *hist = hist_new();
		struct jscope_hist_bucket bucket;
		size_t cursor = 0;

		jscope_hist_record(hist, edges[i]);
		assert_true(jscope_hist_next(hist, &cursor, &bucket));
		assert_true(bucket.low <= edges[i]);
		assert_true((uint64_t)edges[i] - (uint64_t)bucket.low < (uint64_t)bucket.width);
		assert_int_equal(bucket.count, 1);
		assert_false(jscope_hist_next(hist, &cursor, &bucket));
		assert_int_equal(jscope_hist_quantile(hist, 0.5), edges[i]);
		jscope_hist_destroy(hist);
	}
}

static void buckets_ascend(void **state)
{
	struct jscope_hist *hist = hist_new();
	struct jscope_hist_bucket bucket, before = { INT64_MIN, 0, 0 };
	size_t cursor = 0;
	uint64_t count = 0;
	int64_t values[3000];

	(void)state;
	values_fill(values, 3000, 63, 99);
	for (size_t i = 0; i < 3000; i++)
		jscope_hist_record(hist, values[i]);
	while (jscope_hist_next(hist, &cursor, &bucket)) {
		assert_true(bucket.low >= before.low + before.width);
		count += bucket.count;
		before = bucket;
	}
	assert_int_equal(count, 3000);
	jscope_hist_destroy(hist);
}

static void survives_the_extremes(void **state)
{
	struct jscope_hist *hist = hist_new();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		jscope_hist_record(hist, INT64_MIN);
		jscope_hist_record(hist, INT64_MAX);
	}
	assert_int_equal(jscope_hist_min(hist), INT64_MIN);
	assert_int_equal(jscope_hist_max(hist), INT64_MAX);
	assert_true(fabs(jscope_hist_mean(hist) + 0.5) < 1e-9);
	assert_true(fabs(jscope_hist_stddev(hist) / 0x1p63 - 1) < 1e-12);
	jscope_hist_destroy(hist);
}

/* Small deviations beside big values: 10 days of nanoseconds, give or take one. */
static void deviation_does_not_cancel(void **state)
{
	struct jscope_hist *hist = hist_new();

	(void)state;
	for (int i = 0; i < 1000; i++)
		jscope_hist_record(hist, INT64_C(864000000000000) + (i % 2 ? 1 : -1));
	assert_true(jscope_hist_stddev(hist) == 1.0);
	jscope_hist_destroy(hist);
}

static void full_cells_count_as_overflow(void **state)
{
	struct jscope_hist_limits limits = { .cell_max = 5 };
	struct jscope_hist *hist, *sum;

	(void)state;
	assert_int_equal(jscope_hist_create(&limits, &hist), 0);
	assert_int_equal(jscope_hist_create(&limits, &sum), 0);
	for (int i = 0; i < 9; i++) {
		jscope_hist_record(hist, 7);
		jscope_hist_record(hist, -7);
	}
	jscope_hist_record(hist, -7);
	assert_int_equal(jscope_hist_above(hist), 4);
	assert_int_equal(jscope_hist_below(hist), 5);
	assert_int_equal(jscope_hist_overflow(hist), 9);
	assert_int_equal(jscope_hist_count(hist), 19);
	assert_true(fabs(jscope_hist_mean(hist) + 7.0 / 19) < 1e-12);
	assert_int_equal(jscope_hist_add(sum, hist), 0);
	assert_int_equal(jscope_hist_add(sum, hist), 0);
	assert_int_equal(jscope_hist_count(sum), 38);
	assert_int_equal(jscope_hist_overflow(sum), 28);
	jscope_hist_destroy(hist);
	jscope_hist_destroy(sum);
}

static void budget_bounds_memory(void **state)
{
	struct jscope_hist_budget budget = { 2 };
	struct jscope_hist_limits limits = { .budget = &budget };
	struct jscope_hist *hist, *sum;

	(void)state;
	assert_int_equal(jscope_hist_create(&limits, &hist), 0);
	jscope_hist_record(hist, 1);
	jscope_hist_record(hist, 1 << 20);
	jscope_hist_record(hist, 1 << 30);
	jscope_hist_record(hist, 2);
	assert_int_equal(jscope_hist_above(hist), 1);
	assert_int_equal(jscope_hist_max(hist), 1 << 30);
	assert_int_equal(budget.octaves_left, 0);
	assert_int_equal(jscope_hist_create(&limits, &sum), 0);
	assert_true(jscope_hist_add(sum, hist) < 0);
	assert_int_equal(jscope_hist_overflow(sum), 4);
	jscope_hist_destroy(sum);
	jscope_hist_destroy(hist);
	assert_int_equal(budget.octaves_left, 2);
}

static void sum_of_parts_is_the_whole(void **state)
{
	struct jscope_hist *whole = hist_new(), *sum = hist_new(), *part = hist_new();
	int64_t values[500];

	(void)state;
	values_fill(values, 500, 40, 5);
	for (size_t i = 0; i < 500; i++) {
		jscope_hist_record(whole, values[i]);
		jscope_hist_record(i % 2 ? sum : part, values[i]);
	}
	assert_int_equal(jscope_hist_add(sum, part), 0);
	assert_int_equal(jscope_hist_count(sum), 500);
	assert_int_equal(jscope_hist_min(sum), jscope_hist_min(whole));
	assert_int_equal(jscope_hist_max(sum), jscope_hist_max(whole));
	assert_true(jscope_hist_stddev(sum) == jscope_hist_stddev(whole));
	for (double q = 0.01; q < 1; q += 0.01)
		assert_int_equal(jscope_hist_quantile(sum, q), jscope_hist_quantile(whole, q));
	jscope_hist_destroy(whole);
	jscope_hist_destroy(sum);
	jscope_hist_destroy(part);
}

/* Also where squares pass 128 bits, which is when both are as large as they get. */
static void many_at_once_are_as_many(void **state)
{
	static const int64_t values[] = { 0, 7, -1, 1000000, -123456789, INT64_MAX, INT64_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct jscope_hist *one = hist_new(), *many = hist_new();

		jscope_hist_record(one, 3);
		for (unsigned k = 0; k < 37; k++)
			jscope_hist_record(one, values[i]);
		jscope_hist_record(many, 3);
		jscope_hist_record_many(many, values[i], 0);
		jscope_hist_record_many(many, values[i], 30);
		jscope_hist_record_many(many, values[i], 7);
		assert_int_equal(jscope_hist_count(many), 38);
		assert_true(jscope_hist_mean(many) == jscope_hist_mean(one));
		assert_true(jscope_hist_stddev(many) == jscope_hist_stddev(one));
		for (double q = 0; q <= 1; q += 0.125)
			assert_int_equal(jscope_hist_quantile(many, q),
					 jscope_hist_quantile(one, q));
		jscope_hist_destroy(one);
		jscope_hist_destroy(many);
	}
}

static void refuses_quantiles_without_data(void **state)
{
	static const struct {
		uint64_t count;
		double q;
		bool told;
	} rows[] = { { 0, 0.5, false },	     { 1, 0.5, false },	    { 2, 0.5, true },
		     { 9, 0.9, false },	     { 10, 0.9, true },	    { 19, 0.95, false },
		     { 20, 0.95, true },     { 99, 0.99, false },   { 100, 0.99, true },
		     { 999, 0.999, false },  { 1000, 0.999, true }, { 9999, 0.9999, false },
		     { 10000, 0.9999, true } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct jscope_hist *hist = hist_new();

		for (uint64_t n = 0; n < rows[i].count; n++)
			jscope_hist_record(hist, 3);
		assert_int_equal(jscope_hist_has_quantile(hist, rows[i].q), rows[i].told);
		jscope_hist_destroy(hist);
	}
}

static void counts_ranges(void **state)
{
	struct jscope_hist *hist = hist_new();

	(void)state;
	for (int64_t v = -100; v <= 100; v++)
		jscope_hist_record(hist, v);
	assert_int_equal(jscope_hist_count_between(hist, -5, 5), 10);
	assert_int_equal(jscope_hist_count_between(hist, INT64_MIN, INT64_MAX), 201);
	assert_int_equal(jscope_hist_count_between(hist, 5, 5), 0);
	jscope_hist_destroy(hist);
}

static void nothing_is_an_empty_histogram(void **state)
{
	struct jscope_hist_bucket bucket;
	size_t cursor = 0;

	(void)state;
	assert_int_equal(jscope_hist_count(NULL), 0);
	assert_int_equal(jscope_hist_quantile(NULL, 0.5), 0);
	assert_false(jscope_hist_next(NULL, &cursor, &bucket));
	assert_true(jscope_hist_stddev(NULL) == 0);
	jscope_hist_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_sorted_values),
		cmocka_unit_test(buckets_hold_their_values),
		cmocka_unit_test(buckets_ascend),
		cmocka_unit_test(survives_the_extremes),
		cmocka_unit_test(deviation_does_not_cancel),
		cmocka_unit_test(full_cells_count_as_overflow),
		cmocka_unit_test(budget_bounds_memory),
		cmocka_unit_test(sum_of_parts_is_the_whole),
		cmocka_unit_test(many_at_once_are_as_many),
		cmocka_unit_test(refuses_quantiles_without_data),
		cmocka_unit_test(counts_ranges),
		cmocka_unit_test(nothing_is_an_empty_histogram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
