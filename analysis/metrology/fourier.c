#include "fourier.h"

#include <errno.h>
#include <kiss_fftr.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void jscope__fourier_finish(struct jscope__fourier *fourier)
{
	kiss_fftr_free(fourier->plan);
	free(fourier->window);
	free(fourier->tapered);
	free(fourier->transformed);
	memset(fourier, 0, sizeof *fourier);
}

static int prepare(struct jscope__fourier *fourier, size_t points)
{
	if (fourier->points == points)
		return 0;
	jscope__fourier_finish(fourier);
	fourier->plan = kiss_fftr_alloc((int)points, 0, NULL, NULL);
	fourier->window = malloc(points * sizeof *fourier->window);
	fourier->tapered = malloc(points * sizeof *fourier->tapered);
	fourier->transformed = malloc((points / 2 + 1) * sizeof(kiss_fft_cpx));
	if (!fourier->plan || !fourier->window || !fourier->tapered || !fourier->transformed) {
		jscope__fourier_finish(fourier);
		return -ENOMEM;
	}
	for (size_t i = 0; i < points; i++) {
		const double weight = 0.5 - 0.5 * cos(2 * M_PI * (double)i / (double)points);

		fourier->window[i] = (float)weight;
		fourier->window_square_sum += weight * weight;
	}
	fourier->points = points;
	return 0;
}

struct straight {
	double middle, mean, slope;
};

static struct straight straight_fit(const double *series, size_t points)
{
	struct straight line = { .middle = ((double)points - 1) / 2 };
	double product_sum = 0, square_sum = 0;

	for (size_t i = 0; i < points; i++)
		line.mean += (series[i] - series[0]) / (double)points;
	line.mean += series[0];
	for (size_t i = 0; i < points; i++) {
		const double from_middle = (double)i - line.middle;

		product_sum += from_middle * (series[i] - line.mean);
		square_sum += from_middle * from_middle;
	}
	line.slope = product_sum / square_sum;
	return line;
}

/* Returns the sum of squares of what the transform is given. */
static double taper(struct jscope__fourier *fourier, const double *series)
{
	const struct straight line = straight_fit(series, fourier->points);
	double square_sum = 0;

	for (size_t i = 0; i < fourier->points; i++) {
		const double from_line =
			series[i] - line.mean - line.slope * ((double)i - line.middle);

		fourier->tapered[i] = (float)from_line * fourier->window[i];
		square_sum += (double)fourier->tapered[i] * fourier->tapered[i];
	}
	return square_sum;
}

int jscope__fourier_power(struct jscope__fourier *fourier, const double *series, size_t points,
			  float *ret_power, double *ret_variance)
{
	const kiss_fft_cpx *transformed;
	double scale;
	int error = prepare(fourier, points);

	if (error)
		return error;
	*ret_variance = taper(fourier, series) / fourier->window_square_sum;
	kiss_fftr(fourier->plan, fourier->tapered, (kiss_fft_cpx *)fourier->transformed);
	transformed = (const kiss_fft_cpx *)fourier->transformed;
	scale = 2 / ((double)points * fourier->window_square_sum);
	for (size_t k = 0; k <= points / 2; k++) {
		const double re = transformed[k].r, im = transformed[k].i;

		ret_power[k] = (float)(scale * (re * re + im * im));
	}
	return 0;
}
