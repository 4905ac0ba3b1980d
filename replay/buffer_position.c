/*
 * Positions that do not follow from the one before. Between two of them the device should move as its
 * rate says, within a millisecond, a hundredth of the time and the accuracy that it states (R19).
 */
#include "buffer_state.h"

/* Who stood still for an hour does not make up for it. */
#define LAG_MAX_S 10

static int64_t frames_in(const struct jscope__buffer *buffer, jscope_ns ns)
{
	return jscope_muldiv(ns, buffer->info->rate_hz, JSCOPE_NS_PER_SEC);
}

static int64_t tolerance_frames(const struct jscope__buffer *buffer,
				const struct jscope_position *last,
				const struct jscope_position *now)
{
	const jscope_ns passed_ns = jscope_sub_sat(now->at_ns, last->at_ns);
	const uint32_t accuracy = last->accuracy_frames > now->accuracy_frames
					  ? last->accuracy_frames
					  : now->accuracy_frames;

	/* Both were cut to whole frames. */
	return 2 + accuracy + frames_in(buffer, jscope_add_sat(JSCOPE_NS_PER_MS, passed_ns / 100));
}

/* Names what is wrong, and keeps the account of what the device lags. */
static enum jscope_defect defect_name(struct jscope__buffer *buffer, int64_t moved, int64_t error,
				      int64_t tolerance)
{
	const int64_t left = jscope_add_sat(buffer->lag_frames, error);
	const int64_t lag_max = (int64_t)buffer->info->rate_hz * LAG_MAX_S;

	if (error < 0) {
		buffer->lag_frames = left < -lag_max ? 0 : left;
		return moved < 0 ? JSCOPE_DEFECT_BACKWARD : JSCOPE_DEFECT_STALE;
	}
	if (buffer->lag_frames < 0 && left <= tolerance) {
		buffer->lag_frames = left < 0 ? left : 0;
		return JSCOPE_DEFECT_BURST;
	}
	buffer->lag_frames = 0;
	return JSCOPE_DEFECT_JUMP;
}

/* A client has less time than it should where the device leaps, and no use of what it takes back. */
static void offence_note(struct jscope__buffer *buffer, jscope_ns last_ns,
			 const struct jscope_position_defect *defect)
{
	const int64_t frames =
		defect->error_frames < 0 ? -defect->error_frames : defect->error_frames;

	if (defect->defect != JSCOPE_DEFECT_JUMP && defect->defect != JSCOPE_DEFECT_BACKWARD)
		return;
	jscope__buffer_offend(buffer, (struct jscope__buffer_offence){
					      .begin_ns = last_ns,
					      .end_ns = defect->at_ns,
					      .by_ns = jscope_muldiv(frames, JSCOPE_NS_PER_SEC,
								     buffer->info->rate_hz) });
}

/* Positions that hold for earlier instants come after later ones; only twice in a row is it true. */
static bool is_disordered(struct jscope__buffer *buffer, const struct jscope_position *position)
{
	if (!buffer->is_located || position->at_ns >= buffer->located.at_ns)
		buffer->disordered_count = 0;
	else if (++buffer->disordered_count == 1)
		return true;
	else
		buffer->is_located = false;
	return false;
}

bool jscope__buffer_position(struct jscope__buffer *buffer, const struct jscope_position *position,
			     struct jscope_position_defect *ret_defect)
{
	const struct jscope_position last = buffer->located;
	bool is_comparable;
	int64_t moved, error, tolerance;

	if (is_disordered(buffer, position))
		return false;
	is_comparable = buffer->is_located && last.epoch == position->epoch &&
			buffer->info->rate_hz &&
			!jscope__output_lost_between(buffer->output, last.at_ns, position->at_ns);
	buffer->is_located = true;
	buffer->located = *position;
	if (!is_comparable) {
		buffer->lag_frames = 0;
		return false;
	}
	moved = jscope_sub_sat(position->linear_frames, last.linear_frames);
	error = jscope_sub_sat(moved,
			       frames_in(buffer, jscope_sub_sat(position->at_ns, last.at_ns)));
	tolerance = tolerance_frames(buffer, &last, position);
	if (error <= tolerance && error >= -tolerance)
		return false;
	*ret_defect = (struct jscope_position_defect){
		.stream = position->stream,
		.at_ns = position->at_ns,
		.epoch = position->epoch,
		.defect = defect_name(buffer, moved, error, tolerance),
		.error_frames = error,
	};
	offence_note(buffer, last.at_ns, ret_defect);
	return true;
}
