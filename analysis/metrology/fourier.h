/*
 * The power of a stretch of a series by frequency: straightened by its least-squares line, tapered
 * by a Hann window, transformed by kissfft, which only fourier.c sees. Called by spectrum.c; one
 * thread. Inside analysis/.
 *
 * Transformed in single precision: what is 120 dB below the strongest part is rounding.
 */
#ifndef ANALYSIS_FOURIER_H
#define ANALYSIS_FOURIER_H

#include <stddef.h>

/*
 * All zero before the first use. What it owns serves any number of series, of one length at a
 * time.
 */
struct jscope__fourier {
	size_t points;
	void *plan;
	float *window, *tapered; /* owned, `points` each */
	void *transformed;	 /* owned, points / 2 + 1 complex numbers */
	double window_square_sum;
};

void jscope__fourier_finish(struct jscope__fourier *fourier);

/*
 * ret_power: points / 2 + 1 values in the square of the unit of the series. Value k belongs to k /
 * points turns per point and holds two sides, those at both ends twice their one: a sine of
 * amplitude A has A * A / 2 in the values about its frequency. points: even. ret_variance: of the
 * series in the window, about its line.
 *
 * Returns 0, -ENOMEM.
 */
int jscope__fourier_power(struct jscope__fourier *fourier, const double *series, size_t points,
			  float *ret_power, double *ret_variance);

#endif
