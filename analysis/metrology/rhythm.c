#include "rhythm.h"

/* Periods are even where they deviate by no more than this share of their mean. */
#define EVEN_SHARE 0.25

void jscope__rhythm_init(struct jscope__rhythm *rhythm, struct jscope__rhythm_shared *shared)
{
	jscope__spectrum_init(&rhythm->spectrum, &shared->budget, &shared->fourier);
}

void jscope__rhythm_finish(struct jscope__rhythm *rhythm)
{
	jscope__spectrum_finish(&rhythm->spectrum);
}

static void window_empty(struct jscope__rhythm *rhythm)
{
	struct jscope__sample next;

	while (jscope__window_pop(&rhythm->window, &next))
		jscope__spectrum_point(&rhythm->spectrum, next.key, next.value);
}

static void epoch_begin(struct jscope__rhythm *rhythm, const struct jscope__rhythm_point *point)
{
	jscope__rhythm_close(rhythm);
	rhythm->epoch = point->epoch;
	if (rhythm->has_begun)
		return;
	rhythm->has_begun = true;
	rhythm->of_lateness = point->of_lateness;
	rhythm->nominal_period_ns = point->nominal_period_ns;
}

void jscope__rhythm_add(struct jscope__rhythm *rhythm, const struct jscope__rhythm_point *point)
{
	struct jscope__sample next;

	if (!rhythm->has_begun || point->epoch != rhythm->epoch)
		epoch_begin(rhythm, point);
	if (point->of_lateness != rhythm->of_lateness ||
	    point->nominal_period_ns != rhythm->nominal_period_ns) {
		rhythm->foreign++;
		rhythm->spectrum.left_out++;
		return;
	}
	if (jscope__window_push(&rhythm->window,
				(struct jscope__sample){ point->seq, point->value_ns }, &next))
		jscope__spectrum_point(&rhythm->spectrum, next.key, next.value);
}

void jscope__rhythm_close(struct jscope__rhythm *rhythm)
{
	window_empty(rhythm);
	jscope__spectrum_piece_end(&rhythm->spectrum);
}

static double rate_of(const struct jscope__rhythm *rhythm, const struct jscope__jitter *jitter)
{
	const double mean_ns = jscope_hist_mean(jitter->period);

	if (rhythm->nominal_period_ns > 0)
		return 1e9 / (double)rhythm->nominal_period_ns;
	if (jscope_hist_count(jitter->period) == 0 || !(mean_ns > 0) ||
	    jscope_hist_stddev(jitter->period) > EVEN_SHARE * mean_ns)
		return 0;
	return 1e9 / mean_ns;
}

bool jscope__rhythm_lines(const struct jscope__rhythm *rhythm, const struct jscope__jitter *jitter,
			  struct jscope__spectrum_lines *ret_lines)
{
	const double rate_hz = rhythm->has_begun ? rate_of(rhythm, jitter) : 0;

	if (!(rate_hz > 0))
		return false;
	jscope__spectrum_lines(&rhythm->spectrum, rate_hz, ret_lines);
	return true;
}
