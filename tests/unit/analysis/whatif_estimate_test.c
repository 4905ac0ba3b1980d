/* Intervals of counts, against tables and against clusters whose number is known. */
#include "../cmocka_all.h"

#include <math.h>
#include <string.h>

#include "whatif_estimate.h"

#define PARTS 4096

static void near(double value, double expected, double part)
{
	if (fabs(value - expected) > part * fabs(expected))
		fail_msg("%.9g is not %.9g", value, expected);
}

/* chi^2 with 2 n degrees, halved: the tables of exact limits of a Poisson mean. */
static void test_gamma(void **state)
{
	static const struct {
		double shape, q, value;
	} table[] = {
		{ 1, 0.975, 3.688879 },	  { 1, 0.025, 0.025318 },     { 2, 0.975, 5.571643 },
		{ 10, 0.025, 4.795389 },  { 11, 0.975, 18.390356 },   { 50, 0.025, 37.110964 },
		{ 51, 0.975, 65.918767 }, { 800, 0.025, 745.516993 }, { 0.5, 0.5, 0.227468 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		near(jscope__gamma_quantile(table[i].shape, table[i].q), table[i].value, 1e-5);
}

static void test_none(void **state)
{
	static const uint32_t parts[PARTS];
	const struct jscope__estimate none = jscope__estimate_count(parts, PARTS, 8);

	(void)state;
	assert_true(none.count == 0 && none.low == 0);
	near(none.high, 3.688879, 1e-6);
}

/* One of eight replays found one: that says no more than if none had. */
static void test_hardly_any(void **state)
{
	uint32_t parts[PARTS] = { 0 };
	struct jscope__estimate estimate;

	(void)state;
	parts[100] = 1;
	estimate = jscope__estimate_count(parts, PARTS, 8);
	near(estimate.count, 0.125, 1e-12);
	near(estimate.high, 3.688879, 1e-6);
}

/* 10 clusters of 5 glitches are 10 causes; their weight is spread over some parts that touch. */
static void test_clusters(void **state)
{
	uint32_t parts[PARTS] = { 0 };
	struct jscope__estimate estimate;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		parts[i * 400 + 10] = 2;
		parts[i * 400 + 12] = 3;
	}
	estimate = jscope__estimate_count(parts, PARTS, 1);
	near(estimate.count, 50, 1e-12);
	near(estimate.low, 5 * 4.795, 0.02);
	near(estimate.high, 5 * 18.39, 0.02);
	/* Eight replays of the same, each with all of them: no more causes than before. */
	for (size_t i = 0; i < PARTS; i++)
		parts[i] *= 8;
	estimate = jscope__estimate_count(parts, PARTS, 8);
	near(estimate.count, 50, 1e-12);
	near(estimate.low, 5 * 4.795, 0.02);
}

/* Glitches everywhere, but ten times as many in one half: blocks tell that it is not by chance. */
static void test_uneven(void **state)
{
	uint32_t parts[PARTS];
	struct jscope__estimate even, uneven;

	(void)state;
	for (size_t i = 0; i < PARTS; i++)
		parts[i] = 11;
	even = jscope__estimate_count(parts, PARTS, 1);
	for (size_t i = 0; i < PARTS; i++)
		parts[i] = i < PARTS / 2 ? 20 : 2;
	uneven = jscope__estimate_count(parts, PARTS, 1);
	near(uneven.count, even.count, 1e-12);
	assert_true(even.high / even.low < 1.1);
	assert_true(uneven.high / uneven.low > 1.4);
}

/* Single ones, but all of them in one quarter of the time: they have a cause in common. */
static void test_season(void **state)
{
	uint32_t parts[PARTS] = { 0 };
	struct jscope__estimate estimate;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		parts[i * 10] = 1;
	estimate = jscope__estimate_count(parts, PARTS, 1);
	assert_true(estimate.high / estimate.low > 3);
	for (size_t i = 0; i < PARTS; i++)
		parts[i] = i % 41 == 0;
	estimate = jscope__estimate_count(parts, PARTS, 1);
	assert_true(estimate.high / estimate.low < 1.6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gamma),	   cmocka_unit_test(test_none),
		cmocka_unit_test(test_hardly_any), cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_uneven),	   cmocka_unit_test(test_season),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
