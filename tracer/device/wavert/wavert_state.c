/* KSSTATE of the WaveRT stream. */
#include "fault.h"
#include "jscope/probe.h"
#include "wavert.h"

static jscope_status transition_check(const struct jscope__stream *stream, unsigned state)
{
	const unsigned old = stream->state;

	if (state > JSCOPE__KSSTATE_RUN)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	if (state != old + 1 && state + 1 != old && !stream->unchecked)
		return JSCOPE_STATUS_INVALID_DEVICE_STATE;
	if (state == JSCOPE__KSSTATE_RUN && stream->buffer_bytes == 0)
		return JSCOPE_STATUS_INVALID_DEVICE_STATE;
	return JSCOPE_STATUS_SUCCESS;
}

static void position_reset(struct jscope__stream *stream)
{
	stream->frozen_frames = 0;
	stream->points_crossed = 0;
	stream->points_acknowledged = 0;
	stream->points_served = 0;
	stream->packet_consumed = 0;
	stream->packets_moved = 0;
	stream->moved_frames = 0;
	stream->write_offset = 0;
	stream->ended = false;
}

static void state_leave(struct jscope__stream *stream)
{
	if (stream->state != JSCOPE__KSSTATE_RUN)
		return;
	stream->frozen_frames = jscope__stream_frames(stream, stream->epoch_end_ns);
	stream->epoch_end_ns = JSCOPE__NEVER;
	/* What never came to its DPC will not any more. */
	jscope__ledger_close_points(&stream->ledger, stream->events, stream->event_count);
}

/* The hardware was stopped a little too late: it tells a point although it stands. */
static void point_after_run(struct jscope__context *context, struct jscope__stream *stream)
{
	const uint64_t point = stream->points_crossed + 1;

	if (!stream->packet_frames ||
	    !jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_point_after_run))
		return;
	JSCOPE_PROBE(
		dev_point, .dev = stream->dev, .irql = JSCOPE__IRQL_DEVICE, .stream = stream->id,
		.k = point, .ideal_ns = (uint64_t)jscope__machine_now(stream->machine),
		.linear = jscope__stream_bytes(stream, (int64_t)point * stream->packet_frames));
}

static void tell_state(struct jscope__context *context, struct jscope__stream *stream,
		       enum jscope__ksstate old, unsigned asked, jscope_ns now_ns,
		       jscope_status status)
{
	JSCOPE_PROBE(wrt_state, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .old = (uint8_t)old, .new = (uint8_t)asked,
		     .linear = jscope__stream_bytes(stream, jscope__stream_frames(stream, now_ns)),
		     .status = status);
}

static void transit(struct jscope__context *context, struct jscope__stream *stream,
		    enum jscope__ksstate state)
{
	const enum jscope__ksstate old = stream->state;
	const jscope_ns now_ns = jscope__machine_now(stream->machine);

	state_leave(stream);
	if (state == JSCOPE__KSSTATE_STOP)
		position_reset(stream);
	stream->state = state;
	/* Started first, so that what is told is the position at the beginning of the epoch. */
	if (state == JSCOPE__KSSTATE_RUN)
		jscope__stream_engine_start(context, stream, now_ns);
	tell_state(context, stream, old, state, now_ns, JSCOPE_STATUS_SUCCESS);
	if (state == JSCOPE__KSSTATE_RUN && stream->packet_frames > 0)
		jscope__stream_consume(context, stream,
				       stream->frozen_frames / stream->packet_frames);
	if (old == JSCOPE__KSSTATE_RUN)
		point_after_run(context, stream);
}

jscope_status jscope__stream_set_state(struct jscope__context *context,
				       struct jscope__stream *stream, unsigned state)
{
	const jscope_status status = transition_check(stream, state);

	if (status == JSCOPE_STATUS_SUCCESS && stream->state == JSCOPE__KSSTATE_RUN)
		jscope__stream_engine_halt(stream);
	jscope__machine_lock(stream->machine);
	stream->unchecked = false;
	if (status == JSCOPE_STATUS_SUCCESS)
		transit(context, stream, (enum jscope__ksstate)state);
	else
		tell_state(context, stream, stream->state, state,
			   jscope__machine_now(stream->machine), status);
	jscope__machine_unlock(stream->machine);
	return status;
}
