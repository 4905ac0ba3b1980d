#include "whatif_estimate.h"

#include <math.h>

#define CONFIDENCE_LOW	0.025
#define CONFIDENCE_HIGH 0.975

/* By so much of itself the replay may be wrong where chance has no part in it. */
#define MODEL_ERROR 0.02

/* Fewer filled parts are told apart as clusters. */
#define FILLED_MAX 0.1

#define BLOCKS_FINE   64
#define BLOCKS_COARSE 16
/* 16 equal blocks spread this much more than they should once in 40 times. */
#define COARSE_EXCESS 1.83

/* The regularised incomplete gamma function P(a, x): its series below a + 1, else its fraction. */

static double gamma_series(double a, double x)
{
	double term = 1 / a, sum = term;

	for (double n = a + 1; term > sum * 1e-15; n++) {
		term *= x / n;
		sum += term;
	}
	return sum * exp(a * log(x) - x - lgamma(a));
}

static double gamma_fraction(double a, double x)
{
	const double tiny = 1e-300;
	double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d, step = 0;

	for (int i = 1; i < 100000 && fabs(step - 1) > 1e-15; i++) {
		const double numerator = -i * (i - a);

		b += 2;
		d = numerator * d + b;
		c = b + numerator / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = d * c;
		h *= step;
	}
	return 1 - h * exp(a * log(x) - x - lgamma(a));
}

static double gamma_below(double a, double x)
{
	if (x <= 0)
		return 0;
	return x < a + 1 ? gamma_series(a, x) : gamma_fraction(a, x);
}

double jscope__gamma_quantile(double shape, double q)
{
	double low = 0, high = shape + 1;

	while (gamma_below(shape, high) < q)
		high *= 2;
	while (high - low > 1e-9 * high) {
		const double middle = (low + high) / 2;

		if (gamma_below(shape, middle) < q)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

/* Variance */

static double sum_of(const uint32_t *parts, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += parts[i];
	return sum;
}

/* Runs of filled parts, which a single empty one does not end. Returns the sum of their squares. */
static double clusters_variance(const uint32_t *parts, size_t count)
{
	double variance = 0, weight = 0;

	for (size_t i = 0; i < count; i++) {
		if (parts[i] == 0 && (i + 1 == count || parts[i + 1] == 0)) {
			variance += weight * weight;
			weight = 0;
		}
		weight += parts[i];
	}
	return variance + weight * weight;
}

static double blocks_variance(const uint32_t *parts, size_t count, size_t block_count)
{
	const size_t length = count / block_count;
	const double mean = sum_of(parts, length * block_count) / (double)block_count;
	double squares = 0;

	for (size_t i = 0; i < block_count; i++) {
		const double apart = sum_of(parts + i * length, length) - mean;

		squares += apart * apart;
	}
	return squares * (double)block_count / (double)(block_count - 1);
}

static double variance(const uint32_t *parts, size_t count)
{
	const double coarse = blocks_variance(parts, count, BLOCKS_COARSE);
	size_t filled = 0;
	double fine;

	for (size_t i = 0; i < count; i++)
		filled += parts[i] > 0;
	if ((double)filled > FILLED_MAX * (double)count)
		fine = blocks_variance(parts, count, BLOCKS_FINE);
	else
		fine = clusters_variance(parts, count);
	return coarse > COARSE_EXCESS * fine ? coarse : fine;
}

struct jscope__estimate jscope__estimate_count(const uint32_t *parts, size_t part_count,
					       unsigned shift_count)
{
	const double shifts = shift_count > 0 ? shift_count : 1;
	struct jscope__estimate estimate = { .count = sum_of(parts, part_count) / shifts };
	/* What was not seen at all may be so much; where a little was seen it is not less. */
	const double none = jscope__gamma_quantile(1, CONFIDENCE_HIGH);
	double spread, unit, causes;

	if (estimate.count == 0) {
		estimate.high = none;
		return estimate;
	}
	spread = variance(parts, part_count) / (shifts * shifts) +
		 pow(MODEL_ERROR * estimate.count, 2);
	unit = spread / estimate.count;
	causes = estimate.count / unit;
	estimate.low = unit * jscope__gamma_quantile(causes, CONFIDENCE_LOW);
	estimate.high = fmax(none, unit * jscope__gamma_quantile(causes + 1, CONFIDENCE_HIGH));
	return estimate;
}
