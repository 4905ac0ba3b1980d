/* From the mean power of segments to lines. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "spectrum.h"
#include "variance_ratio.h"

/* Values to each side of a peak that the window spreads it to. */
#define LOBE 2

#define FLOOR_VALUES_MAX 64
#define FLOOR_VALUES_MIN 3

/* The slowest line: six turns in a segment, with three values between its lobe and 0. */
#define FIRST (2 * FLOOR_VALUES_MIN)

#define RATIO_MIN	 4
#define FALSE_ALARM_MAX	 1e-4
#define AMPLITUDE_MIN_NS 1

/* Degrees of freedom that each value of a median has, in units of those of one value. */
#define FLOOR_SURENESS 0.25

struct powers {
	const float *values; /* 0 .. last */
	size_t last;	     /* of half the rate */
	double freedom;	     /* degrees of it that each value has */
};

/* Beyond half the rate is what lies before it. */
static double power_at(const struct powers *powers, size_t k)
{
	return powers->values[k <= powers->last ? k : 2 * powers->last - k];
}

static int by_value(const void *a, const void *b)
{
	const float left = *(const float *)a, right = *(const float *)b;

	return (left > right) - (left < right);
}

static double median_of(const float *values, size_t count)
{
	float sorted[FLOOR_VALUES_MAX];

	memcpy(sorted, values, count * sizeof *values);
	qsort(sorted, count, sizeof *sorted, by_value);
	return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2.0;
}

/* Do at least half of the values lie so far below the peak that it might be a line? */
static bool stands_above(const float *values, size_t count, double peak)
{
	size_t below = 0;

	for (size_t i = 0; i < count; i++)
		below += values[i] * (double)RATIO_MIN < peak;
	return 2 * below >= count;
}

/* Median of chi-square over its degrees of freedom, by Wilson and Hilferty. */
static double median_to_mean(double freedom)
{
	const double root = 1 - 2 / (9 * freedom);

	return root * root * root;
}

/* Values to one side of a lobe. */
struct side {
	const float *values;
	size_t count; /* 0: none worth a look */
};

static struct side left_side(size_t k, const struct powers *powers)
{
	const size_t count = k / 2 < FLOOR_VALUES_MAX ? k / 2 : FLOOR_VALUES_MAX;

	return (struct side){ powers->values + (k - LOBE - count), count };
}

/*
 * As long as the left one. That of half the rate has another freedom, and few values tell
 * little.
 */
static struct side right_side(size_t k, const struct powers *powers, size_t most)
{
	const size_t first = k + LOBE + 1;
	const size_t room = first < powers->last ? powers->last - first : 0;
	const size_t count = room < most ? room : most;

	return (struct side){ powers->values + first, 2 * count < most ? 0 : count };
}

/* The noise at value k, of the side that is louder. False: it is no such peak as a line is. */
static bool floor_at(const struct powers *powers, size_t k, double *ret_mean, double *ret_freedom)
{
	const struct side left = left_side(k, powers), right = right_side(k, powers, left.count);
	const double peak = powers->values[k];
	double median;

	if (!stands_above(left.values, left.count, peak) ||
	    !stands_above(right.values, right.count, peak))
		return false;
	median = median_of(left.values, left.count);
	if (right.count > 0)
		median = fmax(median, median_of(right.values, right.count));
	*ret_mean = median / median_to_mean(powers->freedom);
	*ret_freedom = FLOOR_SURENESS * powers->freedom * (double)left.count;
	return true;
}

/*
 * Hann's main lobe tells between two values: of a pure sine the greater neighbour is (1 + d) /
 * (2 - d) of it.
 */
static double peak_place(const struct powers *powers, size_t k, double noise)
{
	const double before = power_at(powers, k - 1), after = power_at(powers, k + 1);
	const double neighbour = fmax(fmax(before, after) - noise, 0);
	const double ratio = sqrt(neighbour / (powers->values[k] - noise));
	const double off = (2 * ratio - 1) / (1 + ratio);

	if (k == powers->last || off < 0)
		return (double)k;
	return (double)k + (after > before ? off : -off);
}

/* What the line adds to the variance, in units of the noise. */
static double lobe_power(const struct powers *powers, size_t k, double noise)
{
	double sum = 0;

	for (size_t i = k - LOBE; i <= k + LOBE; i++)
		sum += power_at(powers, i) - noise;
	/* At half the rate both sides of the lobe are the same one. */
	return fmax(k == powers->last ? sum / 2 : sum, 0);
}

static double false_alarm_of(const struct powers *powers, size_t k, double ratio, double freedom)
{
	/* At half the rate there is no phase: half the freedom. */
	const double above = k == powers->last ? powers->freedom / 2 : powers->freedom;
	const double chance = jscope__variance_ratio_chance(ratio, above, freedom);

	return -expm1((double)(powers->last - FIRST + 1) * log1p(-fmin(chance, 1 - 1e-16)));
}

static bool is_peak(const struct powers *powers, size_t k)
{
	return powers->values[k] > power_at(powers, k - 1) &&
	       powers->values[k] >= power_at(powers, k + 1);
}

/*
 * Is there a line at value k? bin_hz: distance of two values; unit: what noise of 1 is, in ns *
 * ns.
 */
static bool line_at(const struct powers *powers, size_t k, double bin_hz, double unit,
		    struct jscope__spectrum_line *ret_line)
{
	struct jscope__spectrum_line line;
	double noise, freedom, variance, ratio;

	if (!is_peak(powers, k) || !floor_at(powers, k, &noise, &freedom))
		return false;
	ratio = powers->values[k] / noise;
	if (!(ratio >= RATIO_MIN))
		return false;
	line.false_alarm = false_alarm_of(powers, k, ratio, freedom);
	variance = unit * lobe_power(powers, k, noise);
	line.amplitude_ns = sqrt(k == powers->last ? variance : 2 * variance);
	line.frequency_hz = bin_hz * peak_place(powers, k, noise);
	line.share = variance;
	*ret_line = line;
	return line.false_alarm <= FALSE_ALARM_MAX && line.amplitude_ns >= AMPLITUDE_MIN_NS;
}

/* The strongest first; what no room is left for is counted. */
static void line_insert(struct jscope__spectrum_lines *lines, struct jscope__spectrum_line line)
{
	unsigned i = lines->count;

	if (i < JSCOPE__SPECTRUM_LINES)
		lines->count++;
	else
		lines->more++;
	if (i == JSCOPE__SPECTRUM_LINES && lines->lines[--i].share >= line.share)
		return;
	for (; i > 0 && lines->lines[i - 1].share < line.share; i--)
		lines->lines[i] = lines->lines[i - 1];
	lines->lines[i] = line;
}

/* Segments that overlap by half are not quite independent: Hann's share 1/6 of their amplitudes. */
static double independent_segments(double segments)
{
	return segments / (1 + 2 * (segments - 1) / segments / 36);
}

void jscope__spectrum_lines(const struct jscope__spectrum *spectrum, double rate_hz,
			    struct jscope__spectrum_lines *ret_lines)
{
	const struct powers powers = {
		.values = spectrum->power_sum,
		.last = spectrum->segment_points / 2,
		.freedom = 2 * independent_segments((double)spectrum->noisy_segments),
	};
	const double bin_hz =
		rate_hz / (double)(spectrum->segment_points | !spectrum->segment_points);
	const double unit = spectrum->inverse_sum > 0 ? 1 / spectrum->inverse_sum : 0;
	struct jscope__spectrum_line line;
	double variance, left;

	memset(ret_lines, 0, sizeof *ret_lines);
	if (spectrum->segments == 0)
		return;
	variance = left = spectrum->variance_sum / (double)spectrum->segments;
	for (size_t k = FIRST; k <= powers.last && spectrum->noisy_segments > 0; k++) {
		if (!line_at(&powers, k, bin_hz, unit, &line))
			continue;
		left -= line.share;
		line.share = fmin(line.share / variance, 1);
		line_insert(ret_lines, line);
	}
	ret_lines->from_hz = FIRST * bin_hz;
	ret_lines->to_hz = rate_hz / 2;
	ret_lines->noise_ns = sqrt(fmax(left, 0));
}
