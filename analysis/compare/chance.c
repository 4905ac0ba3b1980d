#include "chance.h"

#include <math.h>

#define TERMS_MAX 1000
#define ROUNDS	  200
#define TINY	  1e-300

/* From this variance on a normal distribution with its skewness is exact enough. */
#define VARIANCE_LARGE 25

/* Of more values with as many in the share the distribution is the same: that of Poisson. */
#define COUNT_LARGE 1e5

/* As good as infinitely many degrees of freedom. */
#define FREEDOM_NORMAL 1e7

static double not_zero(double value)
{
	return fabs(value) < TINY ? TINY : value;
}

/*
 * The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated from the front
 * after Lentz: c and d are the ratios of successive numerators and denominators.
 */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), fraction = d;

	for (int m = 1; m <= TERMS_MAX; m++) {
		const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 / not_zero(1 + even * d);
		c = not_zero(1 + even / c);
		fraction *= c * d;
		d = 1 / not_zero(1 + odd * d);
		c = not_zero(1 + odd / c);
		fraction *= c * d;
		if (fabs(c * d - 1) < 1e-14)
			break;
	}
	return fraction;
}

/* The regularised incomplete beta function I_x(a, b). The fraction converges on one side only. */
static double beta_ratio(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x > 0;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double jscope__student_tail(double t, double freedom)
{
	return beta_ratio(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
}

double jscope__student_quantile(double tail, double freedom)
{
	double low = 0, high = 1;

	while (jscope__student_tail(high, freedom) > tail && high < 1e12)
		high *= 2;
	for (int i = 0; i < ROUNDS && high - low > 1e-12 * high; i++) {
		const double middle = (low + high) / 2;

		if (jscope__student_tail(middle, freedom) > tail)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double jscope__normal_quantile(double tail)
{
	return jscope__student_quantile(tail, FREEDOM_NORMAL);
}

/* After Cornish and Fisher, to the first order; deviations: from the mean, signed. */
static double binomial_near(double count, double share, double deviations)
{
	return count * share + deviations * sqrt(count * share * (1 - share)) +
	       (deviations * deviations - 1) * (1 - 2 * share) / 6;
}

static double binomial_at_most(double count, double share, double limit)
{
	return beta_ratio(count - limit, limit + 1, 1 - share);
}

double jscope__binomial_low(double count, double share, double tail)
{
	double low = 0, high;

	if (count * share * (1 - share) > VARIANCE_LARGE)
		return binomial_near(count, share, -jscope__normal_quantile(tail)) - 0.5;
	if (count > COUNT_LARGE)
		return jscope__binomial_low(COUNT_LARGE, count * share / COUNT_LARGE, tail);
	if (binomial_at_most(count, share, 0) > tail)
		return -1;
	high = count * share;
	for (int i = 0; i < ROUNDS && high - low > 1e-9 * high; i++) {
		const double middle = (low + high) / 2;

		if (binomial_at_most(count, share, middle) > tail)
			high = middle;
		else
			low = middle;
	}
	return low;
}

static double binomial_at_least(double count, double share, double limit)
{
	if (limit >= count + 1)
		return 0;
	return limit <= 0 ? 1 : beta_ratio(limit, count - limit + 1, share);
}

double jscope__binomial_high(double count, double share, double tail)
{
	double low, high;

	if (count * share * (1 - share) > VARIANCE_LARGE)
		return binomial_near(count, share, jscope__normal_quantile(tail)) + 0.5;
	if (count > COUNT_LARGE)
		return jscope__binomial_high(COUNT_LARGE, count * share / COUNT_LARGE, tail);
	low = count * share;
	high = count + 1;
	for (int i = 0; i < ROUNDS && high - low > 1e-9 * high; i++) {
		const double middle = (low + high) / 2;

		if (binomial_at_least(count, share, middle) > tail)
			low = middle;
		else
			high = middle;
	}
	return high;
}
