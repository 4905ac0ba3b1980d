#include "jitter.h"

#include <math.h>

int jscope__jitter_init(struct jscope__jitter *jitter, const struct jscope_hist_limits *limits)
{
	return jscope_hist_create(limits, &jitter->period);
}

void jscope__jitter_finish(struct jscope__jitter *jitter)
{
	jscope_hist_destroy(jitter->period);
	jitter->period = NULL;
	jscope__wander_destroy(jitter->wander);
	jitter->wander = NULL;
}

void jscope__jitter_wander_begin(struct jscope__jitter *jitter,
				 struct jscope__wander_budget *budget)
{
	jitter->wander_budget = budget;
}

static double ideal_period(const struct jscope__ideal *ideal)
{
	if (ideal->period_frames && ideal->rate_hz)
		return (double)ideal->period_frames * 1e9 / ideal->rate_hz;
	return (double)ideal->period_ns;
}

/*
 * Ideal time of `count` periods. A period of 1024 frames at 48 kHz is 21333333.33 ns: a count of
 * rounded periods would drift by 0.3 ns each, so frames are counted instead.
 */
static jscope_ns ideal_span(const struct jscope__ideal *ideal, uint64_t count)
{
	int64_t periods = count < INT64_MAX ? (int64_t)count : INT64_MAX;

	if (ideal->period_frames && ideal->rate_hz)
		return jscope_muldiv(jscope_muldiv(periods, ideal->period_frames, 1),
				     JSCOPE_NS_PER_SEC, ideal->rate_hz);
	return jscope_muldiv(periods, ideal->period_ns, 1);
}

static jscope_ns magnitude(jscope_ns ns)
{
	return ns < 0 ? -ns : ns;
}

/* Streaming covariance of index and error, both against their running means. */
static void slope_add(struct jscope__jitter *jitter, double index, double error)
{
	double n = (double)jitter->segment_points;
	double from_mean = index - jitter->mean_index;
	double error_from_mean = error - jitter->mean_error;

	jitter->mean_index += from_mean / n;
	jitter->mean_error += error_from_mean / n;
	jitter->sum_index_index += from_mean * (index - jitter->mean_index);
	jitter->sum_index_error += from_mean * (error - jitter->mean_error);
	jitter->sum_error_error += error_from_mean * (error - jitter->mean_error);
}

/* Taus are multiples of one period: what has another one is told in none of them. */
static bool wander_follows(const struct jscope__jitter *jitter)
{
	const jscope_ns difference_ns =
		jscope_sub_sat(jitter->ideal.period_ns, jitter->wander_ideal.period_ns);

	return jitter->wander && difference_ns >= -1 && difference_ns <= 1;
}

static void wander_add(struct jscope__jitter *jitter, uint64_t index, jscope_ns error_ns)
{
	if (!jitter->wander_budget)
		return;
	if (!jitter->wander) {
		jitter->wander = jscope__wander_create(jitter->wander_budget);
		jitter->wander_ideal = jitter->ideal;
	}
	if (wander_follows(jitter))
		jscope__wander_point(jitter->wander, index, error_ns);
	else
		jitter->wander_left_out++;
}

static void tie_add(struct jscope__jitter *jitter, struct jscope__sample point)
{
	uint64_t index = point.key - jitter->first.key;
	jscope_ns error_ns = jscope_sub_sat(jscope_sub_sat(point.value, jitter->first.value),
					    ideal_span(&jitter->ideal, index));
	jscope_ns peak_to_peak_ns;

	if (jitter->segment_points == 1 || error_ns < jitter->tie_min_ns)
		jitter->tie_min_ns = error_ns;
	if (jitter->segment_points == 1 || error_ns > jitter->tie_max_ns)
		jitter->tie_max_ns = error_ns;
	peak_to_peak_ns = jscope_sub_sat(jitter->tie_max_ns, jitter->tie_min_ns);
	if (peak_to_peak_ns > jitter->tie_peak_to_peak_ns)
		jitter->tie_peak_to_peak_ns = peak_to_peak_ns;
	jitter->has_tie |= jitter->segment_points > 1;
	slope_add(jitter, (double)index, (double)error_ns / ideal_period(&jitter->ideal));
	wander_add(jitter, index, error_ns);
}

/* RFC 3550 6.4.1 in floating point; the sender's clock is the ideal one. */
static void rfc3550_add(struct jscope__jitter *jitter, struct jscope__sample point)
{
	jscope_ns sent_ns = ideal_span(&jitter->ideal, point.key - jitter->last.key);
	jscope_ns received_ns = jscope_sub_sat(point.value, jitter->last.value);
	double deviation = fabs((double)jscope_sub_sat(received_ns, sent_ns));

	jitter->rfc3550_ns += (deviation - jitter->rfc3550_ns) / 16;
	jitter->has_rfc3550 = true;
}

static void period_add(struct jscope__jitter *jitter, jscope_ns period_ns)
{
	jscope_ns change_ns;

	jscope_hist_record(jitter->period, period_ns);
	if (jitter->last_period_ns != JSCOPE_NS_UNKNOWN) {
		change_ns = magnitude(jscope_sub_sat(period_ns, jitter->last_period_ns));
		if (change_ns > jitter->cycle_to_cycle_max_ns)
			jitter->cycle_to_cycle_max_ns = change_ns;
		jitter->has_cycle = true;
	}
	jitter->last_period_ns = period_ns;
}

/* What a point tells together with the one before it. */
static void pair_add(struct jscope__jitter *jitter, struct jscope__sample point)
{
	uint64_t step = point.key - jitter->last.key;

	if (jitter->ideal.period_ns > 0 && !jitter->periods_only)
		rfc3550_add(jitter, point);
	if (step == 1) {
		period_add(jitter, jscope_sub_sat(point.value, jitter->last.value));
		return;
	}
	jitter->last_period_ns = JSCOPE_NS_UNKNOWN;
	if (__builtin_add_overflow(jitter->skipped, step - 1, &jitter->skipped))
		jitter->skipped = UINT64_MAX;
}

/* By number and by time. */
static bool is_behind(const struct jscope__sample *before, const struct jscope__sample *point)
{
	return point->key > before->key && point->value >= before->value;
}

/*
 * Points without a period whose numbers or instants go back are no series: those of several interrupt lines, or
 * of requests that overtake each other. Then there is no period to speak of.
 */
static void series_forget(struct jscope__jitter *jitter)
{
	jscope_hist_clear(jitter->period);
	jitter->no_series = true;
	jitter->points = jitter->skipped = 0;
	jitter->has_cycle = false;
}

/* Points come here in ascending order, but for those that were too late even for the window. */
static void point_take(struct jscope__jitter *jitter, struct jscope__sample point)
{
	const bool is_first = jitter->segment_points == 0;

	if (jitter->no_series)
		return;
	if (jitter->ideal.period_ns == 0 && !is_first && !is_behind(&jitter->last, &point)) {
		series_forget(jitter);
		return;
	}
	if (!is_first && point.key <= jitter->last.key) {
		jitter->disordered++;
		return;
	}
	jitter->points++;
	if (jitter->segment_points++ == 0) {
		jitter->first = point;
		jitter->last_period_ns = JSCOPE_NS_UNKNOWN;
	} else {
		pair_add(jitter, point);
	}
	if (jitter->ideal.period_ns > 0 && !jitter->periods_only)
		tie_add(jitter, point);
	jitter->last = point;
}

void jscope__jitter_point(struct jscope__jitter *jitter, uint64_t index, jscope_ns at_ns)
{
	struct jscope__sample next;

	if (jscope__window_push(&jitter->window, (struct jscope__sample){ index, at_ns }, &next))
		point_take(jitter, next);
}

void jscope__jitter_close(struct jscope__jitter *jitter)
{
	struct jscope__sample next;

	while (jscope__window_pop(&jitter->window, &next))
		point_take(jitter, next);
	jitter->pooled_index_index += jitter->sum_index_index;
	jitter->pooled_index_error += jitter->sum_index_error;
	jitter->pooled_error_error += jitter->sum_error_error;
	jitter->pooled_points += jitter->segment_points;
	jitter->segment_points = 0;
	jitter->mean_index = jitter->mean_error = 0;
	jitter->sum_index_index = jitter->sum_index_error = jitter->sum_error_error = 0;
	if (jitter->wander)
		jscope__wander_segment_end(jitter->wander);
}

void jscope__jitter_segment(struct jscope__jitter *jitter, const struct jscope__ideal *ideal)
{
	jscope__jitter_close(jitter);
	jitter->ideal = *ideal;
}

bool jscope__jitter_drift_ppm(const struct jscope__jitter *jitter, double *ret_ppm)
{
	if (jitter->points < 3 || !(jitter->pooled_index_index > 0))
		return false;
	*ret_ppm = 1e6 * jitter->pooled_index_error / jitter->pooled_index_index;
	return true;
}

bool jscope__jitter_residual_ns(const struct jscope__jitter *jitter, double *ret_stddev_ns)
{
	double ppm, squares;

	if (jitter->ideal.period_ns == 0 || !jscope__jitter_drift_ppm(jitter, &ppm))
		return false;
	squares = jitter->pooled_error_error - ppm / 1e6 * jitter->pooled_index_error;
	/* Rounding may leave a little less than nothing of it. */
	*ret_stddev_ns = sqrt(fmax(squares, 0) / (double)jitter->pooled_points) *
			 ideal_period(&jitter->ideal);
	return true;
}

bool jscope__jitter_wander(const struct jscope__jitter *jitter, unsigned octave,
			   struct jscope__wander_figures *ret_figures)
{
	return jitter->wander &&
	       jscope__wander_figures(jitter->wander, octave, ideal_period(&jitter->wander_ideal),
				      ret_figures);
}

bool jscope__jitter_wander_is_short(const struct jscope__jitter *jitter)
{
	if (!jitter->wander)
		return jitter->wander_left_out > 0;
	return jscope__wander_is_short(jitter->wander);
}
