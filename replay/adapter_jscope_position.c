/*
 * Where the device is: the last position it told, carried on at its rate.
 *
 * The rate is the slope of the positions of all RUN epochs (least squares, each epoch about its own
 * mean: DOMAIN 7.4) once there are FIT_COUNT_MIN of them, and the nominal rate before. Headroom made from it is exact at a told
 * position and off by (age of that position) x (error of the rate) in between: at 100 ppm and one
 * period of 10 ms, one microsecond.
 */
#include <math.h>

#include "adapter_jscope.h"

#define FIT_COUNT_MIN 30

static void fit_add(struct jscope__js_fit *fit, jscope_ns at_ns, int64_t bytes)
{
	double time, moved, time_step, bytes_step;

	if (!fit->count++) {
		fit->origin_ns = at_ns;
		fit->origin_bytes = bytes;
	}
	time = (double)jscope_sub_sat(at_ns, fit->origin_ns);
	moved = (double)jscope_sub_sat(bytes, fit->origin_bytes);
	time_step = time - fit->time_mean;
	bytes_step = moved - fit->bytes_mean;
	fit->time_mean += time_step / (double)fit->count;
	fit->bytes_mean += bytes_step / (double)fit->count;
	fit->time_square += time_step * (time - fit->time_mean);
	fit->time_bytes += time_step * (moved - fit->bytes_mean);
}

int64_t jscope__js_byte_rate(const struct jscope__js_stream *stream)
{
	return jscope_muldiv(stream->rate_hz, stream->frame_bytes, 1);
}

/* A new epoch keeps the slope of those before it. */
void jscope__js_position_reset(struct jscope__js_stream *stream, jscope_ns at_ns, int64_t bytes)
{
	const struct jscope__js_fit *fit = &stream->fit;

	stream->fit = (struct jscope__js_fit){
		.past_count = fit->past_count + fit->count,
		.past_time_square = fit->past_time_square + fit->time_square,
		.past_time_bytes = fit->past_time_bytes + fit->time_bytes,
		.error_ns = fit->error_ns,
		.accuracy_bytes = fit->accuracy_bytes,
	};
	stream->position_known = true;
	stream->position_ns = at_ns;
	stream->position_bytes = bytes;
}

/* Bytes per nanosecond; 0 while there are too few positions, or where they make no sense. */
static double fit_slope(const struct jscope__js_fit *fit)
{
	double square = fit->past_time_square + fit->time_square;
	double slope = square > 0 ? (fit->past_time_bytes + fit->time_bytes) / square : 0;

	return fit->past_count + fit->count >= FIT_COUNT_MIN && slope > 0 ? slope : 0;
}

/* When the fitted line is at a position; false where it is not. */
static bool fit_instant(const struct jscope__js_fit *fit, int64_t bytes, jscope_ns *ret_at_ns)
{
	double slope = fit_slope(fit), moved, time;

	if (slope == 0 || !fit->count)
		return false;
	moved = (double)jscope_sub_sat(bytes, fit->origin_bytes);
	time = fit->time_mean + (moved - fit->bytes_mean) / slope;
	if (!(time > -1e15 && time < 1e15))
		return false;
	*ret_at_ns = jscope_add_sat(fit->origin_ns, (jscope_ns)llround(time));
	return true;
}

/* How far off the line would have been for a position that comes new: the error it has shown. */
static void fit_judge(struct jscope__js_fit *fit, jscope_ns at_ns, int64_t bytes)
{
	jscope_ns expected_ns, error_ns;

	if (!fit_instant(fit, bytes, &expected_ns))
		return;
	error_ns = jscope_sub_sat(at_ns, expected_ns);
	if (error_ns < 0)
		error_ns = jscope_sub_sat(0, error_ns);
	if (error_ns > fit->error_ns)
		fit->error_ns = error_ns;
}

/*
 * A told position is short of the true one by less than its accuracy, or a frame, and so is the
 * line through many of them: once for the line, once for the errors seen, which are of told ones.
 */
bool jscope__js_position_instant(const struct jscope__js_stream *stream, int64_t bytes,
				 jscope_ns *ret_at_ns, jscope_ns *ret_error_ns)
{
	const struct jscope__js_fit *fit = &stream->fit;
	uint32_t step_bytes = fit->accuracy_bytes > stream->frame_bytes ? fit->accuracy_bytes
									: stream->frame_bytes;
	int64_t rate = jscope__js_byte_rate(stream);

	if (!rate || !fit_instant(fit, bytes, ret_at_ns))
		return false;
	*ret_error_ns = jscope_add_sat(
		fit->error_ns, jscope_muldiv(2 * (int64_t)step_bytes, JSCOPE_NS_PER_SEC, rate) + 1);
	return true;
}

void jscope__js_position_add(struct jscope__js_stream *stream, jscope_ns at_ns, int64_t bytes,
			     uint32_t accuracy_bytes)
{
	if (stream->running) {
		fit_judge(&stream->fit, at_ns, bytes);
		fit_add(&stream->fit, at_ns, bytes);
		if (accuracy_bytes > stream->fit.accuracy_bytes)
			stream->fit.accuracy_bytes = accuracy_bytes;
	}
	if (stream->position_known && at_ns < stream->position_ns)
		return;
	stream->position_known = true;
	stream->position_ns = at_ns;
	stream->position_bytes = bytes;
}

/* A slope that no device has (a hostile trace) is as good as none. */
static int64_t moved_fitted(double slope, jscope_ns elapsed_ns)
{
	double moved = floor(slope * (double)elapsed_ns);

	return moved > -1e15 && moved < 1e15 ? (int64_t)moved : 0;
}

bool jscope__js_position_at(const struct jscope__js_stream *stream, jscope_ns at_ns,
			    int64_t *ret_bytes)
{
	jscope_ns elapsed_ns = jscope_sub_sat(at_ns, stream->position_ns);
	int64_t rate = jscope__js_byte_rate(stream), moved = 0;
	double slope = fit_slope(&stream->fit);

	if (!stream->position_known)
		return false;
	if (stream->running && slope > 0)
		moved = moved_fitted(slope, elapsed_ns);
	else if (stream->running && rate)
		moved = jscope_muldiv(elapsed_ns, rate, JSCOPE_NS_PER_SEC);
	else if (stream->running)
		return false;
	*ret_bytes = jscope_add_sat(stream->position_bytes, moved);
	return true;
}

bool jscope__js_headroom(const struct jscope__js_stream *stream, int64_t position_bytes,
			 int64_t *ret_frames)
{
	int64_t left = jscope_sub_sat(stream->written_bytes, position_bytes);

	if (!stream->written_known || !stream->frame_bytes)
		return false;
	if (stream->capture)
		left = jscope_add_sat(left, stream->buffer_bytes);
	*ret_frames = jscope_muldiv(left, 1, stream->frame_bytes);
	return true;
}
