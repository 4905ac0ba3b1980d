#include "buffer_clock.h"

#include <math.h>

void jscope__clock_break(struct jscope__buffer_clock *clock)
{
	clock->is_begun = false;
}

static void stretch_begin(struct jscope__buffer_clock *clock,
			  const struct jscope_position *position)
{
	clock->epochs += !clock->stretches || position->epoch != clock->epoch;
	clock->stretches++;
	clock->is_begun = true;
	clock->epoch = position->epoch;
	clock->rate_hz = position->stream->rate_hz;
	clock->origin_ns = position->at_ns;
	clock->origin_frames = position->linear_frames;
	clock->stretch_count = 0;
	clock->ideal_mean = clock->error_mean = 0;
}

void jscope__clock_add(struct jscope__buffer_clock *clock, const struct jscope_position *position)
{
	double ideal, error, ideal_step, error_step;
	jscope_ns passed_ns, played_ns;

	if (!position->stream->rate_hz)
		return;
	if (!clock->is_begun || clock->epoch != position->epoch ||
	    clock->rate_hz != position->stream->rate_hz)
		stretch_begin(clock, position);
	passed_ns = jscope_sub_sat(position->at_ns, clock->origin_ns);
	played_ns = jscope_muldiv(jscope_sub_sat(position->linear_frames, clock->origin_frames),
				  JSCOPE_NS_PER_SEC, clock->rate_hz);
	ideal = (double)played_ns;
	error = (double)jscope_sub_sat(passed_ns, played_ns);
	ideal_step = ideal - clock->ideal_mean;
	error_step = error - clock->error_mean;
	clock->count++;
	clock->stretch_count++;
	clock->ideal_mean += ideal_step / (double)clock->stretch_count;
	clock->error_mean += error_step / (double)clock->stretch_count;
	clock->ideal_square += ideal_step * (ideal - clock->ideal_mean);
	clock->ideal_error += ideal_step * (error - clock->error_mean);
	clock->error_square += error_step * (error - clock->error_mean);
}

bool jscope__clock_figures(const struct jscope__buffer_clock *clock,
			   struct jscope__clock_figures *ret_figures)
{
	double slope, square;

	if (clock->count < JSCOPE__CLOCK_POSITIONS_MIN || !(clock->ideal_square > 0))
		return false;
	slope = clock->ideal_error / clock->ideal_square;
	square = clock->error_square - slope * clock->ideal_error;
	ret_figures->drift_ppm = slope * 1e6;
	ret_figures->residual_ns = square > 0 ? sqrt(square / (double)clock->count) : 0;
	return isfinite(slope) && isfinite(square);
}
