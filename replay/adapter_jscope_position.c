/*
 * Where the device is: the last position it told, carried on at its rate.
 *
 * The rate is the slope of the positions of this RUN epoch (least squares) once there are
 * FIT_COUNT_MIN of them, and the nominal rate before. Headroom made from it is exact at a told
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

void jscope__js_position_reset(struct jscope__js_stream *stream, jscope_ns at_ns, int64_t bytes)
{
	stream->fit = (struct jscope__js_fit){ 0 };
	stream->position_known = true;
	stream->position_ns = at_ns;
	stream->position_bytes = bytes;
}

void jscope__js_position_add(struct jscope__js_stream *stream, jscope_ns at_ns, int64_t bytes)
{
	if (stream->running)
		fit_add(&stream->fit, at_ns, bytes);
	if (stream->position_known && at_ns < stream->position_ns)
		return;
	stream->position_known = true;
	stream->position_ns = at_ns;
	stream->position_bytes = bytes;
}

/* A slope that no device has (a hostile trace) is as good as none. */
static int64_t moved_fitted(const struct jscope__js_fit *fit, jscope_ns elapsed_ns)
{
	double moved = floor(fit->time_bytes / fit->time_square * (double)elapsed_ns);

	return moved > -1e15 && moved < 1e15 ? (int64_t)moved : 0;
}

bool jscope__js_position_at(const struct jscope__js_stream *stream, jscope_ns at_ns,
			    int64_t *ret_bytes)
{
	jscope_ns elapsed_ns = jscope_sub_sat(at_ns, stream->position_ns);
	int64_t rate = jscope__js_byte_rate(stream), moved = 0;

	if (!stream->position_known)
		return false;
	if (stream->running && stream->fit.count >= FIT_COUNT_MIN && stream->fit.time_square > 0)
		moved = moved_fitted(&stream->fit, elapsed_ns);
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
