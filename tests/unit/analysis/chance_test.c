#include "../cmocka_all.h"

#include <math.h>

#include "chance.h"

/* Upper critical values as printed in tables of the t distribution. */
static void quantiles_are_those_of_the_tables(void **state)
{
	static const struct {
		double tail, freedom, t;
	} table[] = {
		{ 0.025, 1, 12.7062 },	{ 0.025, 2, 4.30265 },	 { 0.025, 10, 2.22814 },
		{ 0.025, 30, 2.04227 }, { 0.05, 5, 2.01505 },	 { 0.005, 15, 2.94671 },
		{ 0.0005, 7, 5.40788 }, { 0.0005, 60, 3.46020 }, { 0.0005, 1, 636.619 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const double t = jscope__student_quantile(table[i].tail, table[i].freedom);

		assert_true(fabs(t / table[i].t - 1) < 2e-6);
		assert_true(fabs(jscope__student_tail(t, table[i].freedom) / table[i].tail - 1) <
			    1e-9);
	}
}

/* With many degrees of freedom it is the normal distribution. */
static void many_degrees_are_normal(void **state)
{
	(void)state;
	assert_true(fabs(jscope__student_quantile(0.025, 1e7) - 1.959964) < 1e-5);
	assert_true(fabs(jscope__student_quantile(1e-6, 1e7) - 4.753424) < 1e-4);
	assert_true(fabs(jscope__student_tail(0, 9) - 0.5) < 1e-12);
}

/* By the sum of its terms: at whole numbers the tail must not be passed, and one further it is. */
static double binomial_sum(int count, double share, int from, int to)
{
	double sum = 0;

	for (int i = from; i <= to; i++)
		sum += exp(lgamma(count + 1.0) - lgamma(i + 1.0) - lgamma(count - i + 1.0) +
			   i * log(share) + (count - i) * log1p(-share));
	return sum;
}

static void binomial_ranks_are_those_of_the_sum(void **state)
{
	static const int counts[] = { 10, 40, 200, 1000, 6000, 50000 };
	static const double shares[] = { 0.5, 0.1, 0.01, 0.001 };
	static const double tails[] = { 0.05, 0.01, 0.0004 };

	(void)state;
	for (size_t i = 0; i < 6 * 4 * 3; i++) {
		const int count = counts[i % 6];
		const double share = shares[i / 6 % 4], tail = tails[i / 24];
		const double low = jscope__binomial_low(count, share, tail);
		const double high = jscope__binomial_high(count, share, tail);
		/* Beyond a variance of 25 they are an approximation. */
		const double slack = count * share * (1 - share) > 25 ? 0.06 : 1e-6;

		if (low >= 0)
			assert_true(binomial_sum(count, share, 0, (int)low) <= tail * (1 + slack));
		assert_true(binomial_sum(count, share, 0, (int)ceil(low + 1e-6)) >=
			    tail * (1 - slack));
		assert_true(binomial_sum(count, share, (int)ceil(high), count) <=
			    tail * (1 + slack));
		assert_true(binomial_sum(count, share, (int)floor(high - 1e-6), count) >=
			    tail * (1 - slack));
	}
}

/* Many values with few in the share are Poisson's: 6 are expected, none comes in exp(-6). */
static void rare_events_are_poissons(void **state)
{
	(void)state;
	assert_true(fabs(jscope__binomial_low(6e9, 1e-9, 0.0027)) < 0.1);
	assert_true(jscope__binomial_low(6e9, 1e-9, 0.0024) < 0);
	assert_true(fabs(jscope__binomial_high(6e9, 1e-9, 0.0088275) - 13) < 0.01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_the_tables),
		cmocka_unit_test(many_degrees_are_normal),
		cmocka_unit_test(binomial_ranks_are_those_of_the_sum),
		cmocka_unit_test(rare_events_are_poissons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
