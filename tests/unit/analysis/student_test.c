#include "../cmocka_all.h"

#include <math.h>

#include "student.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_the_tables),
		cmocka_unit_test(many_degrees_are_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
