#include "../cmocka_all.h"

#include <stdlib.h>

#include "blocks.h"

static struct jscope_hist *hist_new(struct jscope__blocks_budget *budget)
{
	const struct jscope_hist_limits limits = { .blocks = budget };
	struct jscope_hist *hist;

	assert_int_equal(jscope_hist_create(&limits, &hist), 0);
	return hist;
}

/* Values 0, 1000, 2000 ... in turn, so that every block knows what it should hold. */
static int64_t value_at(uint64_t index)
{
	return (int64_t)(index * 7919 % 1000 * 1000);
}

static void blocks_check(const struct jscope_hist *hist, uint64_t count)
{
	const struct jscope__blocks *blocks = jscope__hist_blocks(hist);
	const unsigned bucket = jscope__hist_bucket(500 * 1000);
	const size_t block_count = jscope__blocks_count(blocks);
	uint64_t index = 0;

	for (size_t i = 0; i < block_count; i++) {
		const uint64_t length = jscope__blocks_length(blocks, i);
		uint64_t before = 0;

		for (uint64_t k = 0; k < length; k++)
			before += jscope__hist_bucket(value_at(index++)) < bucket;
		assert_int_equal(jscope__blocks_before(blocks, i, bucket), before);
		assert_int_equal(jscope__blocks_before(blocks, i, UINT16_MAX), length);
		if (i + 1 < block_count)
			assert_int_equal(length, jscope__blocks_length(blocks, 0));
	}
	assert_int_equal(index, count);
	assert_int_equal(jscope__blocks_values(blocks), count);
}

static void counts_are_those_of_the_values(void **state)
{
	static const uint64_t counts[] = { 1, 7, 8, 9, 1023, 1024, 1025, 5000, 100001 };
	struct jscope__blocks_budget budget = { .bytes_left = 64 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		struct jscope_hist *hist = hist_new(&budget);

		for (uint64_t k = 0; k < counts[i]; k++)
			jscope_hist_record(hist, value_at(k));
		blocks_check(hist, counts[i]);
		jscope_hist_destroy(hist);
		assert_int_equal(budget.bytes_left, 64 << 20);
	}
	assert_int_equal(budget.refused, 0);
}

/* However many values: never more than all blocks, and never less than half of them. */
static void number_of_blocks_is_bounded(void **state)
{
	struct jscope__blocks_budget budget = { .bytes_left = 64 << 20 };
	struct jscope_hist *hist = hist_new(&budget);

	(void)state;
	for (uint64_t k = 1; k <= 1 << 20; k++) {
		jscope_hist_record(hist, (int64_t)(k % 97) << k % 40);
		if (k < 2048 || k % 4096)
			continue;
		assert_in_range(jscope__blocks_count(jscope__hist_blocks(hist)),
				JSCOPE__BLOCKS_MAX / 2, JSCOPE__BLOCKS_MAX);
	}
	assert_true(budget.bytes_left > 60 << 20);
	jscope_hist_destroy(hist);
}

/* To ask in between must not change what comes out. */
static void asking_changes_nothing(void **state)
{
	struct jscope__blocks_budget budget = { .bytes_left = 64 << 20 };
	struct jscope_hist *hist = hist_new(&budget);

	(void)state;
	for (uint64_t k = 0; k < 3000; k++) {
		jscope_hist_record(hist, value_at(k));
		if (k % 13 == 0)
			jscope__blocks_count(jscope__hist_blocks(hist));
	}
	blocks_check(hist, 3000);
	jscope_hist_destroy(hist);
}

/* Without memory there are no blocks, and somebody is told; the histogram goes on. */
static void short_memory_is_counted(void **state)
{
	struct jscope__blocks_budget budget = { .bytes_left = 8000 };
	struct jscope_hist *hist = hist_new(&budget);

	(void)state;
	for (uint64_t k = 0; k < 10000; k++)
		jscope_hist_record(hist, value_at(k));
	assert_int_equal(jscope_hist_count(hist), 10000);
	assert_int_equal(jscope__blocks_values(jscope__hist_blocks(hist)), 0);
	assert_int_equal(budget.refused, 1);
	jscope_hist_destroy(hist);
	assert_int_equal(budget.bytes_left, 8000);
}

static void plain_histograms_have_none(void **state)
{
	struct jscope_hist *hist;

	(void)state;
	assert_int_equal(jscope_hist_create(NULL, &hist), 0);
	jscope_hist_record(hist, 1);
	assert_null(jscope__hist_blocks(hist));
	assert_int_equal(jscope__blocks_count(NULL), 0);
	assert_int_equal(jscope__blocks_values(NULL), 0);
	jscope_hist_destroy(hist);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_the_values),
		cmocka_unit_test(number_of_blocks_is_bounded),
		cmocka_unit_test(asking_changes_nothing),
		cmocka_unit_test(short_memory_is_counted),
		cmocka_unit_test(plain_histograms_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
