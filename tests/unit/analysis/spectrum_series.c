#include "../cmocka_all.h"

#include "spectrum_series.h"

#include <math.h>
#include <stdlib.h>

static uint64_t random_state;

struct spectrum_rig *spectrum_rig_new(void)
{
	struct spectrum_rig *rig = calloc(1, sizeof *rig);

	assert_non_null(rig);
	rig->budget.bytes_left = JSCOPE__SPECTRUM_BYTES;
	jscope__spectrum_init(&rig->spectrum, &rig->budget, &rig->fourier);
	return rig;
}

void spectrum_rig_free(struct spectrum_rig *rig)
{
	jscope__spectrum_finish(&rig->spectrum);
	jscope__fourier_finish(&rig->fourier);
	assert_int_equal(rig->budget.bytes_left, JSCOPE__SPECTRUM_BYTES);
	free(rig);
}

void series_seed(uint64_t seed)
{
	random_state = seed << 32;
}

/* splitmix64 */
double series_unit(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	z ^= z >> 31;
	return ((double)(z >> 11) + 0.5) / 0x1p53;
}

double series_normal(void)
{
	const double radius = sqrt(-2 * log(series_unit()));

	return radius * cos(2 * M_PI * series_unit());
}

struct jscope__spectrum_lines series_lines(series_fn *value, void *context, uint64_t count,
					   double rate_hz)
{
	struct spectrum_rig *rig = spectrum_rig_new();
	struct jscope__spectrum_lines lines;

	for (uint64_t i = 0; i < count; i++)
		jscope__spectrum_point(&rig->spectrum, i, (jscope_ns)llround(value(context, i)));
	jscope__spectrum_piece_end(&rig->spectrum);
	jscope__spectrum_lines(&rig->spectrum, rate_hz, &lines);
	spectrum_rig_free(rig);
	return lines;
}
