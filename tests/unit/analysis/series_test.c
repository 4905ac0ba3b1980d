#include "../cmocka_all.h"

#include <math.h>
#include <stdlib.h>

#include "run_feed.h"
#include "series.h"

#define COUNT 8000

static struct jscope__blocks_budget budget = { .bytes_left = (size_t)1 << 30 };

/* A normal process of mean 1 s and deviation 1 ms, each value resembling the one before. */
static struct jscope_hist *process(uint64_t seed, double persistence, unsigned count, double shift)
{
	const struct jscope_hist_limits limits = { .blocks = &budget };
	struct jscope_hist *hist;
	double last = run_normal(&seed);

	assert_int_equal(jscope_hist_create(&limits, &hist), 0);
	for (unsigned i = 0; i < count; i++) {
		jscope_hist_record(hist, (int64_t)(1e7 + 1e6 * (last + shift)));
		last = persistence * last + sqrt(1 - persistence * persistence) * run_normal(&seed);
	}
	return hist;
}

/*
 * What an autoregressive normal process is worth at its median: the share below it has the variance
 * of independent values times 1 + 2 sum of (2 / pi) asin(persistence^k).
 */
static double effect_at_median(double persistence)
{
	double effect = 1, power = persistence;

	for (; power > 1e-6; power *= persistence)
		effect += 2 * asin(power) * M_2_PI;
	return effect;
}

static double mean_worth(double persistence)
{
	double sum = 0;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct jscope_hist *hist = process(seed, persistence, COUNT, 0);
		struct jscope__series series = { 0 };
		struct jscope__rank_error error;

		assert_int_equal(jscope__series_add(&series, 0, hist), 0);
		error = jscope__series_rank_error(&series, 0.5);
		assert_true(error.known);
		sum += error.worth / COUNT;
		jscope__series_finish(&series);
		jscope_hist_destroy(hist);
	}
	return sum / 40;
}

/* Taken for a little less, rather than for more. */
static void worth_follows_the_resemblance(void **state)
{
	static const double persistences[] = { 0, 0.5, 0.9, 0.97 };

	(void)state;
	for (size_t i = 0; i < sizeof persistences / sizeof persistences[0]; i++) {
		const double ratio =
			mean_worth(persistences[i]) * effect_at_median(persistences[i]);

		assert_true(ratio > 0.7 && ratio < 1.15);
	}
}

/* How often the interval holds the median, which is known. */
static unsigned covered(double persistence, double tail)
{
	unsigned count = 0;

	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct jscope_hist *hist = process(seed, persistence, 2000, 0);
		struct jscope__series series = { 0 };
		struct jscope__rank_error error;
		struct jscope__interval interval;

		assert_int_equal(jscope__series_add(&series, 0, hist), 0);
		error = jscope__series_rank_error(&series, 0.5);
		interval = jscope__series_interval(&series, 0.5, &error, tail);
		count += interval.has_low && interval.has_high && interval.low <= 10000000 &&
			 interval.high >= 10000000;
		jscope__series_finish(&series);
		jscope_hist_destroy(hist);
	}
	return count;
}

static void intervals_hold_the_truth_as_often_as_they_say(void **state)
{
	(void)state;
	assert_in_range(covered(0, 0.025), 376, 396);
	assert_in_range(covered(0.9, 0.025), 372, 398);
	assert_in_range(covered(0, 0.25), 180, 250);
}

/* Values that are all the same are known exactly. */
static void constants_have_no_width(void **state)
{
	const struct jscope_hist_limits limits = { .blocks = &budget };
	struct jscope__series series = { 0 };
	struct jscope__rank_error error;
	struct jscope__interval interval;
	struct jscope_hist *hist;

	(void)state;
	assert_int_equal(jscope_hist_create(&limits, &hist), 0);
	for (unsigned i = 0; i < 1000; i++)
		jscope_hist_record(hist, 200000);
	assert_int_equal(jscope__series_add(&series, 0, hist), 0);
	error = jscope__series_rank_error(&series, 0.99);
	interval = jscope__series_interval(&series, 0.99, &error, 0.01);
	assert_true(interval.has_low && interval.has_high);
	assert_int_equal(interval.low, 200000);
	assert_int_equal(interval.high, 200000);
	assert_int_equal(jscope__series_wander(&series, 0.99), 0);
	jscope__series_finish(&series);
	jscope_hist_destroy(hist);
}

/* Of 1000 values the tenth largest is p99; beyond it are too few for an interval that sure. */
static void tails_end_where_values_do(void **state)
{
	struct jscope_hist *hist = process(1, 0, 1000, 0);
	struct jscope__series series = { 0 };
	struct jscope__rank_error error;

	(void)state;
	assert_int_equal(jscope__series_add(&series, 0, hist), 0);
	error = jscope__series_rank_error(&series, 0.999);
	assert_false(jscope__series_interval(&series, 0.999, &error, 0.01).has_high);
	assert_true(jscope__series_interval(&series, 0.999, &error, 0.01).has_low);
	error = jscope__series_rank_error(&series, 0.001);
	assert_false(jscope__series_interval(&series, 0.001, &error, 0.01).has_low);
	assert_true(jscope__series_interval(&series, 0.001, &error, 0.01).has_high);
	jscope__series_finish(&series);
	jscope_hist_destroy(hist);
}

/* shift: of every second run, in deviations. */
static struct jscope__rank_error error_of_runs(unsigned runs, double shift, int64_t *ret_wander)
{
	struct jscope_hist *hists[8];
	struct jscope__series series = { 0 };
	struct jscope__rank_error error;

	for (unsigned i = 0; i < runs; i++) {
		hists[i] = process(200 + i, 0, COUNT / runs, i % 2 ? shift : 0);
		assert_int_equal(jscope__series_add(&series, i, hists[i]), 0);
	}
	assert_int_equal(jscope_hist_count(series.hist), COUNT / runs * runs);
	error = jscope__series_rank_error(&series, 0.5);
	jscope__rank_error_weigh(&error);
	*ret_wander = jscope__series_wander(&series, 0.5);
	jscope__series_finish(&series);
	for (unsigned i = 0; i < runs; i++)
		jscope_hist_destroy(hists[i]);
	return error;
}

static void runs_that_differ_are_the_blocks(void **state)
{
	struct jscope__rank_error error;
	int64_t wander;

	(void)state;
	error = error_of_runs(4, 0, &wander);
	assert_true(error.known && !error.by_runs && error.worth > COUNT / 2.0);
	assert_true(wander < 100000);
	error = error_of_runs(4, 0.5, &wander);
	assert_true(error.known && error.by_runs && error.runs_differ);
	assert_true(error.freedom == 3 && error.worth < 100);
	error = error_of_runs(2, 0.5, &wander);
	assert_true(error.by_runs && error.freedom == 1);
	/* Half a deviation apart: a quarter from the median to either side. */
	assert_in_range(wander, 400000, 600000);
}

/* Runs enough have their say also where they are alike: of few of them nobody can be that sure. */
static void runs_enough_are_the_blocks(void **state)
{
	struct jscope__rank_error error;
	int64_t wander;

	(void)state;
	error = error_of_runs(5, 0, &wander);
	assert_true(error.by_runs && !error.runs_differ);
	assert_true(error.freedom == 4 && error.worth <= COUNT);
	error = error_of_runs(4, 0, &wander);
	assert_true(!error.by_runs && error.freedom > 20);
}

/*
 * Five runs, which vary by four times what their blocks explain, speak for the one beside them: what
 * they differ by is 3 / 1000 of what a value varies, and each run has it, of whatever length.
 */
static void runs_of_one_side_speak_for_the_other(void **state)
{
	struct jscope__rank_error many = {
		.known = true, .worth = 5000, .freedom = 60, .run_freedom = 4, .run_effect = 4
	};
	struct jscope__rank_error one = { .known = true, .worth = 2000, .freedom = 60 };

	(void)state;
	jscope__rank_errors_weigh(&many, &one);
	assert_true(many.by_runs && one.by_runs && many.runs_differ);
	assert_true(fabs(many.worth - 5000 / 4.0) < 1e-6);
	assert_true(fabs(1 / one.worth - (1 / 2000.0 + 3 / 1000.0)) < 1e-9);
	assert_true(many.freedom == 4 && one.freedom == 4);
}

/* Without the order, or with too little of it, nothing is told. */
static void order_must_be_known(void **state)
{
	struct jscope_hist *hist = process(1, 0, 120, 0), *plain;
	struct jscope__series series = { 0 };

	(void)state;
	assert_false(jscope__series_rank_error(&series, 0.5).known);
	assert_int_equal(jscope__series_add(&series, 0, hist), 0);
	assert_false(jscope__series_rank_error(&series, 0.5).known); /* 15 blocks */
	jscope__series_finish(&series);
	jscope_hist_destroy(hist);
	hist = process(1, 0, 1000, 0);
	assert_int_equal(jscope_hist_create(NULL, &plain), 0);
	jscope_hist_record(plain, 1);
	assert_int_equal(jscope__series_add(&series, 0, hist), 0);
	assert_true(jscope__series_rank_error(&series, 0.5).known);
	assert_int_equal(jscope__series_add(&series, 1, plain), 0);
	assert_true(series.incomplete);
	assert_false(jscope__series_rank_error(&series, 0.5).known);
	jscope__series_finish(&series);
	jscope_hist_destroy(hist);
	jscope_hist_destroy(plain);
}

/* Missing values widen by their ranks; where nobody knows how many, nothing is told. */
static void doubt_widens(void **state)
{
	struct jscope_hist *hist = process(1, 0, 4000, 0);
	struct jscope__series series = { 0 };
	struct jscope__rank_error error;
	struct jscope__interval sure, doubtful;

	(void)state;
	assert_int_equal(jscope__series_add(&series, 0, hist), 0);
	error = jscope__series_rank_error(&series, 0.9);
	sure = jscope__series_interval(&series, 0.9, &error, 0.01);
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = 200 });
	error = jscope__series_rank_error(&series, 0.9);
	doubtful = jscope__series_interval(&series, 0.9, &error, 0.01);
	assert_true(doubtful.low < sure.low && doubtful.high > sure.high);
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ .missing = JSCOPE_HIST_UNCOUNTED });
	assert_false(jscope__series_rank_error(&series, 0.9).known);
	jscope__series_finish(&series);
	jscope_hist_destroy(hist);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(worth_follows_the_resemblance),
		cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
		cmocka_unit_test(constants_have_no_width),
		cmocka_unit_test(tails_end_where_values_do),
		cmocka_unit_test(runs_that_differ_are_the_blocks),
		cmocka_unit_test(runs_enough_are_the_blocks),
		cmocka_unit_test(runs_of_one_side_speak_for_the_other),
		cmocka_unit_test(order_must_be_known),
		cmocka_unit_test(doubt_widens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
