/* From points to segments, and the mean of their powers. */
#include "spectrum.h"

#include <math.h>
#include <string.h>

/*
 * Each point that is filled in is owed for, each one that is there pays: so many, and up to 16 on
 * end after a stretch without holes.
 */
#define FILLED_COST 4
#define DEBT_MAX    64

void jscope__spectrum_init(struct jscope__spectrum *spectrum, struct jscope__wander_budget *budget,
			   struct jscope__fourier *fourier)
{
	spectrum->budget = budget;
	spectrum->fourier = fourier;
}

static size_t power_bytes(size_t segment_points)
{
	return segment_points ? (segment_points / 2 + 1) * sizeof(float) : 0;
}

void jscope__spectrum_finish(struct jscope__spectrum *spectrum)
{
	jscope__wander_give(spectrum->budget, spectrum->series,
			    spectrum->room * sizeof *spectrum->series);
	jscope__wander_give(spectrum->budget, spectrum->power_sum,
			    power_bytes(spectrum->segment_points));
	spectrum->series = NULL;
	spectrum->power_sum = NULL;
	spectrum->room = spectrum->length = spectrum->fresh = spectrum->segment_points = 0;
}

/* From now on segments are so long, and the shorter ones are forgotten. */
static bool segments_begin(struct jscope__spectrum *spectrum, size_t points)
{
	float *power_sum = jscope__wander_take(spectrum->budget, power_bytes(points));

	if (!power_sum)
		return false;
	jscope__wander_give(spectrum->budget, spectrum->power_sum,
			    power_bytes(spectrum->segment_points));
	spectrum->power_sum = power_sum;
	spectrum->segment_points = points;
	spectrum->left_out += spectrum->points;
	spectrum->points = spectrum->segments = spectrum->noisy_segments = 0;
	spectrum->variance_sum = spectrum->inverse_sum = 0;
	return true;
}

/*
 * What the noise of a segment is, whatever its colour: the geometric mean is the variance of what
 * cannot be foretold from the points before (Kolmogorov). A little of the arithmetic mean keeps
 * values that are 0 from making all of it 0.
 */
static double noise_of(const float *power, size_t count)
{
	double sum = 0, log_sum = 0;

	for (size_t k = 1; k < count; k++)
		sum += power[k];
	for (size_t k = 1; k < count; k++)
		log_sum += log(power[k] + 1e-10 * sum / (double)count);
	return sum > 0 ? exp(log_sum / (double)(count - 1)) : 0;
}

static void segment_add(struct jscope__spectrum *spectrum, const float *power, double variance)
{
	const size_t count = spectrum->segment_points / 2 + 1;
	const double noise = noise_of(power, count);

	spectrum->segments++;
	spectrum->variance_sum += variance;
	if (!(noise > 0) || !isfinite(1 / noise))
		return;
	spectrum->noisy_segments++;
	spectrum->inverse_sum += 1 / noise;
	for (size_t k = 0; k < count; k++)
		spectrum->power_sum[k] += (float)(power[k] / noise);
}

/* `points` of the piece from `first` on. False: memory is short, or longer segments count. */
static bool segment_take(struct jscope__spectrum *spectrum, size_t first, size_t points)
{
	float power[JSCOPE__SPECTRUM_POINTS_MAX / 2 + 1];
	double variance;

	if (points < spectrum->segment_points)
		return false;
	if (jscope__fourier_power(spectrum->fourier, spectrum->series + first, points, power,
				  &variance) < 0 ||
	    (points > spectrum->segment_points && !segments_begin(spectrum, points))) {
		spectrum->is_short = true;
		return false;
	}
	segment_add(spectrum, power, variance);
	return true;
}

/* The points up to `end` are in a segment now, or in none for good. */
static void fresh_settle(struct jscope__spectrum *spectrum, size_t end, bool taken)
{
	const size_t settled_before = spectrum->length - spectrum->fresh;

	if (end <= settled_before)
		return;
	if (taken)
		spectrum->points += end - settled_before;
	else
		spectrum->left_out += end - settled_before;
	spectrum->fresh = spectrum->length - end;
}

/* A segment is full: the later half of it is the earlier half of the next one. */
static void segment_full(struct jscope__spectrum *spectrum)
{
	const size_t half = JSCOPE__SPECTRUM_POINTS_MAX / 2;

	fresh_settle(spectrum, spectrum->length,
		     segment_take(spectrum, 0, JSCOPE__SPECTRUM_POINTS_MAX));
	memmove(spectrum->series, spectrum->series + half, half * sizeof *spectrum->series);
	spectrum->length = half;
}

void jscope__spectrum_piece_end(struct jscope__spectrum *spectrum)
{
	size_t points = JSCOPE__SPECTRUM_POINTS_MAX;

	while (points > spectrum->length)
		points /= 2;
	if (points >= JSCOPE__SPECTRUM_POINTS_MIN)
		for (size_t first = 0; first + points <= spectrum->length; first += points / 2)
			if (segment_take(spectrum, first, points))
				fresh_settle(spectrum, first + points, true);
	fresh_settle(spectrum, spectrum->length, false);
	spectrum->length = spectrum->fresh = 0;
	spectrum->debt = 0;
}

static bool has_room(struct jscope__spectrum *spectrum)
{
	const size_t room = spectrum->room ? 2 * spectrum->room : JSCOPE__SPECTRUM_POINTS_MIN;
	double *series;

	if (spectrum->length < spectrum->room)
		return true;
	series = jscope__wander_take(spectrum->budget, room * sizeof *series);
	if (!series)
		return false;
	if (spectrum->length)
		memcpy(series, spectrum->series, spectrum->length * sizeof *series);
	jscope__wander_give(spectrum->budget, spectrum->series,
			    spectrum->room * sizeof *spectrum->series);
	spectrum->series = series;
	spectrum->room = room;
	return true;
}

static void value_add(struct jscope__spectrum *spectrum, double value_ns)
{
	if (!has_room(spectrum)) {
		spectrum->is_short = true;
		jscope__spectrum_piece_end(spectrum);
		if (spectrum->room == 0) {
			spectrum->left_out++;
			return;
		}
	}
	spectrum->series[spectrum->length++] = value_ns;
	spectrum->fresh++;
	if (spectrum->length == JSCOPE__SPECTRUM_POINTS_MAX)
		segment_full(spectrum);
}

/* Points that are missing before this one; the piece is not empty. */
static void gap_fill(struct jscope__spectrum *spectrum, uint64_t missing, double value_ns)
{
	const double last_ns = spectrum->series[spectrum->length - 1];
	const double step_ns = (value_ns - last_ns) / (double)(missing + 1);

	for (uint64_t i = 1; i <= missing; i++)
		value_add(spectrum, last_ns + (double)i * step_ns);
	spectrum->filled += missing;
	spectrum->debt += (unsigned)missing * FILLED_COST;
}

/* The piece goes on over the points that are missing, or ends before them. */
static void gap_bridge(struct jscope__spectrum *spectrum, uint64_t missing, double value_ns)
{
	if (missing > (DEBT_MAX - spectrum->debt) / FILLED_COST)
		jscope__spectrum_piece_end(spectrum);
	else
		gap_fill(spectrum, missing, value_ns);
}

void jscope__spectrum_point(struct jscope__spectrum *spectrum, uint64_t index, jscope_ns value_ns)
{
	if (spectrum->length > 0 && index <= spectrum->last_index) {
		spectrum->left_out++;
		return;
	}
	if (spectrum->length > 0 && index > spectrum->last_index + 1)
		gap_bridge(spectrum, index - spectrum->last_index - 1, (double)value_ns);
	if (spectrum->debt > 0)
		spectrum->debt--;
	spectrum->last_index = index;
	value_add(spectrum, (double)value_ns);
}
