/*
 * Noise of many colours without a line in it: one is told in at most 1 of 100 series, whatever their
 * length. Of white noise 1000 are tried of each length, and hardly any may have one.
 */
#include "../cmocka_all.h"

#include <math.h>

#include "spectrum_series.h"

struct noise {
	double level;	   /* of what goes on from point to point */
	unsigned in_burst; /* points that are left of one */
};

static double white(void *context, uint64_t i)
{
	(void)context;
	(void)i;
	return 5e3 * series_normal();
}

static double lognormal(void *context, uint64_t i)
{
	(void)context;
	(void)i;
	return 2e4 * exp(0.6 * series_normal());
}

static double exponential(void *context, uint64_t i)
{
	(void)context;
	(void)i;
	return -5e3 * log(series_unit());
}

/* Without a variance; a mean it has. */
static double pareto(void *context, uint64_t i)
{
	(void)context;
	(void)i;
	return 5e3 / pow(series_unit(), 1 / 1.5);
}

static double random_walk(void *context, uint64_t i)
{
	struct noise *noise = context;

	(void)i;
	return noise->level += 1e3 * series_normal();
}

static double sluggish(void *context, uint64_t i)
{
	struct noise *noise = context;

	(void)i;
	return noise->level = 0.95 * noise->level + 1e3 * series_normal();
}

static double differenced(void *context, uint64_t i)
{
	struct noise *noise = context;
	const double before = noise->level;

	(void)i;
	noise->level = 1e4 * series_normal();
	return noise->level - before;
}

static double burst(struct noise *noise, double chance, unsigned length, double height_ns)
{
	if (noise->in_burst == 0 && series_unit() < chance)
		noise->in_burst = length;
	if (noise->in_burst == 0)
		return 5e3 + 1e3 * series_normal();
	noise->in_burst--;
	return height_ns + 1e3 * series_normal();
}

static double short_bursts(void *context, uint64_t i)
{
	(void)i;
	return burst(context, 0.003, 4, 2e6);
}

static double long_bursts(void *context, uint64_t i)
{
	(void)i;
	return burst(context, 0.001, 200, 2e5);
}

static double outliers(void *context, uint64_t i)
{
	(void)context;
	(void)i;
	return series_unit() < 0.01 ? 1e7 * series_unit() : 1e3 * series_normal();
}

static double restless(void *context, uint64_t i)
{
	(void)context;
	return (i / 3000 % 5 == 0 ? 1e5 : 1e3) * series_normal();
}

static unsigned false_lines(series_fn *value, uint64_t count, unsigned runs)
{
	unsigned found = 0;

	for (unsigned run = 0; run < runs; run++) {
		struct noise noise = { 0 };

		series_seed(run * UINT64_C(1000003) + count);
		found += series_lines(value, &noise, count, 100).count > 0;
	}
	return found;
}

static void white_noise_has_no_line(void **state)
{
	(void)state;
	assert_in_range(false_lines(white, 150, 1000), 0, 2);
	assert_in_range(false_lines(white, 500, 1000), 0, 2);
	assert_in_range(false_lines(white, 1000, 1000), 0, 2);
	assert_in_range(false_lines(white, 4096, 1000), 0, 2);
	assert_in_range(false_lines(white, 20000, 200), 0, 1);
}

static void noise_of_any_colour_has_no_line(void **state)
{
	static series_fn *const colours[] = {
		lognormal,   exponential,  pareto,	random_walk, sluggish,
		differenced, short_bursts, long_bursts, outliers,    restless,
	};
	static const uint64_t counts[] = { 150, 500, 1000, 2000, 6000, 20000 };

	(void)state;
	for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++)
		for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++) {
			const unsigned found = false_lines(colours[i], counts[j], 200);

			if (found > 2)
				fail_msg("colour %zu, %llu points: %u of 200", i,
					 (unsigned long long)counts[j], found);
		}
}

/* All of the same length, so that their spectrum has humps which many segments make sharp. */
static void humps_are_no_lines(void **state)
{
	(void)state;
	assert_in_range(false_lines(long_bursts, 100000, 100), 0, 1);
	assert_in_range(false_lines(long_bursts, 1000000, 10), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(white_noise_has_no_line),
		cmocka_unit_test(noise_of_any_colour_has_no_line),
		cmocka_unit_test(humps_are_no_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
