#include "student.h"

#include <math.h>

#define TERMS_MAX 500
#define ROUNDS	  200
#define TINY	  1e-300

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
