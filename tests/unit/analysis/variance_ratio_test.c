/* The tail of the distribution of ratios of variances, against where it has a closed form. */
#include "../cmocka_all.h"

#include <math.h>

#include "variance_ratio.h"

static void assert_near(double told, double expected)
{
	assert_true(fabs(told - expected) <= 1e-9 * expected);
}

static const double ratios[] = { 0.01, 0.5, 1, 1.7, 4, 20, 300 };
static const double freedoms[] = { 0.5, 1, 1.5, 2, 7.3, 40, 1000, 40000 };
#define RATIOS	 (sizeof ratios / sizeof ratios[0])
#define FREEDOMS (sizeof freedoms / sizeof freedoms[0])

/* Two degrees of freedom above: an exponential over a gamma. */
static void two_above(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATIOS; i++)
		for (size_t j = 0; j < FREEDOMS; j++) {
			const double x = ratios[i], n = freedoms[j];
			const double expected = exp(-n / 2 * log1p(2 * x / n));

			if (expected > 1e-280)
				assert_near(jscope__variance_ratio_chance(x, 2, n), expected);
		}
}

static void two_below(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATIOS; i++)
		for (size_t j = 0; j < FREEDOMS; j++) {
			const double x = ratios[i], n = freedoms[j];
			const double expected = -expm1(-n / 2 * log1p(2 / (n * x)));

			assert_near(jscope__variance_ratio_chance(x, n, 2), expected);
		}
}

/* The square of Cauchy's variable. */
static void one_and_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATIOS; i++)
		assert_near(jscope__variance_ratio_chance(ratios[i], 1, 1),
			    2 / M_PI * atan(1 / sqrt(ratios[i])));
}

/* Either of the two is the greater one. */
static void both_sides_are_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATIOS; i++)
		for (size_t j = 0; j < FREEDOMS; j++) {
			const double m = freedoms[j], n = freedoms[(3 * j + 1) % FREEDOMS];
			const double sum = jscope__variance_ratio_chance(ratios[i], m, n) +
					   jscope__variance_ratio_chance(1 / ratios[i], n, m);

			assert_near(sum, 1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_above),
		cmocka_unit_test(two_below),
		cmocka_unit_test(one_and_one),
		cmocka_unit_test(both_sides_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
