/*
 * The half of the WaveRT stream that happens by itself in RUN: the engine crosses notification
 * points, its interrupt is acknowledged, and the DPC signals the registered events.
 */
#include "wavert.h"

#include "jscope/probe.h"

static jscope_ns point_instant(const struct jscope__stream *stream, uint64_t point)
{
	return jscope__epoch_instant(&stream->epoch, (int64_t)point * stream->packet_frames);
}

static jscope_ns min_ns(jscope_ns a, jscope_ns b)
{
	return a < b ? a : b;
}

void jscope__stream_engine_arm(struct jscope__stream *stream)
{
	struct jscope__clock *clock = stream->machine->clock;

	clock->ops->timer_arm(clock, &stream->timer,
			      point_instant(stream, stream->points_crossed + 1));
}

/*
 * Cross the next point if the engine has reached it. Otherwise set the timer to it, unless the
 * engine is halting: then it never gets there.
 */
static bool cross_point(struct jscope__context *context, struct jscope__stream *stream,
			jscope_ns *ret_ideal_ns)
{
	uint64_t point = stream->points_crossed + 1;
	jscope_ns now_ns = jscope__machine_now(stream->machine);
	jscope_ns ideal_ns;

	if (stream->state != JSCOPE__KSSTATE_RUN)
		return false;
	ideal_ns = point_instant(stream, point);
	if (ideal_ns > min_ns(now_ns, stream->epoch_end_ns)) {
		if (stream->epoch_end_ns == JSCOPE__NEVER)
			jscope__stream_engine_arm(stream);
		return false;
	}
	stream->points_crossed = point;
	JSCOPE_PROBE(dev_point, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .k = point, .ideal_ns = (uint64_t)ideal_ns,
		     .linear =
			     jscope__stream_bytes(stream, (int64_t)point * stream->packet_frames));
	jscope__stream_consume(context, stream, (int64_t)point);
	*ret_ideal_ns = ideal_ns;
	return true;
}

/* The timer of the device: one interrupt for each point that has been reached. */
static void engine_fire(struct jscope__context *context, void *state)
{
	struct jscope__stream *stream = state;
	jscope_ns ideal_ns = 0;
	bool crossed;

	do {
		jscope__machine_lock(stream->machine);
		crossed = cross_point(context, stream, &ideal_ns);
		jscope__machine_unlock(stream->machine);
		if (crossed)
			jscope__line_assert(context, stream->line, ideal_ns,
					    stream->points_crossed);
	} while (crossed);
}

/* Clears the source of one point; an interrupt without a point is someone else's. */
static bool engine_isr(struct jscope__context *context, void *state,
		       const struct jscope__interrupt *interrupt)
{
	struct jscope__stream *stream = state;
	uint64_t point = 0;

	if (interrupt->line != stream->line)
		return false;
	jscope__machine_lock(stream->machine);
	if (stream->points_acknowledged < stream->points_crossed) {
		point = ++stream->points_acknowledged;
		jscope__line_ack(context, stream->line, interrupt->seq);
	}
	jscope__machine_unlock(stream->machine);
	if (point == 0)
		return false;
	jscope__dpc_insert(context, &stream->dpc, interrupt->seq, point);
	return true;
}

/*
 * `point` is the last one asked for before this run was entered: a point that is acknowledged
 * meanwhile has asked for the next run and is left to it. Each event is set once for all points
 * since the previous run, and the count moves by as many.
 */
static void engine_dpc(struct jscope__context *context, void *state, uint64_t point)
{
	struct jscope__stream *stream = state;

	jscope__machine_lock(stream->machine);
	jscope__stream_tell_position(context, stream, jscope__machine_now(stream->machine), 1);
	stream->points_served = point;
	for (unsigned i = 0; i < stream->event_count; i++)
		jscope__kevent_set(context, stream->events[i], point);
	jscope__machine_unlock(stream->machine);
}

void jscope__stream_engine_init(struct jscope__stream *stream)
{
	stream->timer = (struct jscope__timer){ .fire = engine_fire, .state = stream };
	if (!stream->dpc.id)
		stream->dpc.id = jscope__machine_id(stream->machine);
	stream->dpc.dev = stream->dev;
	stream->dpc.routine = engine_dpc;
	stream->dpc.state = stream;
	stream->line->isr = engine_isr;
	stream->line->state = stream;
}
