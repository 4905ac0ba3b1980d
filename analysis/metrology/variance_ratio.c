#include "variance_ratio.h"

#include <math.h>

/* A continued fraction of so many terms is as exact as a double can be. */
#define TERMS_MAX 100000

/* Keeps a partial denominator from being 0, as Lentz's algorithm asks. */
static double apart_from_zero(double value)
{
	return fabs(value) < 1e-300 ? 1e-300 : value;
}

/* Term n of the fraction, from 1 on (Abramowitz and Stegun 26.5.8). */
static double fraction_term(unsigned n, double x, double a, double b)
{
	const double m = n / 2;

	if (n % 2 == 0)
		return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
	return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/* Lentz: the value of 1 / (1 + d1 / (1 + d2 / (1 + ... */
static double fraction(double x, double a, double b)
{
	double value = 1, numerator = 1, denominator = 0;

	for (unsigned n = 1; n < TERMS_MAX; n++) {
		const double term = fraction_term(n, x, a, b);

		denominator = 1 / apart_from_zero(1 + term * denominator);
		numerator = apart_from_zero(1 + term / numerator);
		value *= numerator * denominator;
		if (fabs(numerator * denominator - 1) < 1e-14)
			break;
	}
	return 1 / value;
}

/* The part below x of the beta distribution; y = 1 - x, given so that neither is rounded away. */
static double beta_below(double x, double y, double a, double b)
{
	const double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));

	/* The fraction is quick on this side of the mean only. */
	if (x > (a + 1) / (a + b + 2))
		return 1 - front * fraction(y, b, a) / b;
	return front * fraction(x, a, b) / a;
}

double jscope__variance_ratio_chance(double ratio, double above, double below)
{
	const double whole = below + above * ratio;

	return beta_below(below / whole, above * ratio / whole, below / 2, above / 2);
}
