/*
 * The hardware of the WaveRT stream in RUN: the engine moves, crosses notification points and
 * asserts its interrupt for each; and what can go wrong with it.
 */
#include "fault.h"
#include "jscope/probe.h"
#include "wavert.h"

/* Between the interrupts of a storm. */
#define STORM_EVERY_NS (50 * JSCOPE_NS_PER_US)

/* How far a position jumps at most. */
#define JUMP_PACKETS_MAX 16

static struct jscope__clock *clock_of(const struct jscope__stream *stream)
{
	return stream->machine->clock;
}

static jscope_ns min_ns(jscope_ns a, jscope_ns b)
{
	return a < b ? a : b;
}

static jscope_ns max_ns(jscope_ns a, jscope_ns b)
{
	return a > b ? a : b;
}

/* The last point of an ended stream lies where its valid bytes end (DOMAIN 1.8). */
static int64_t point_frames(const struct jscope__stream *stream, uint64_t point)
{
	if (stream->ended && (int64_t)point == stream->end_packet + 1)
		return stream->end_frames;
	return (int64_t)point * stream->packet_frames;
}

/* A position that was jumped over is reached by the jump. */
static jscope_ns point_instant(const struct jscope__stream *stream, uint64_t point)
{
	if (stream->tick_ns > 0)
		return stream->epoch.begin_ns +
		       (jscope_ns)(point - stream->tick_base) * stream->tick_ns;
	return max_ns(jscope__epoch_instant(&stream->epoch, point_frames(stream, point)),
		      stream->epoch.begin_ns);
}

/* A recorded course: from here to the next point as long as it took then. Under the lock. */
static void stretch_begin(struct jscope__stream *stream, jscope_ns from_ns, int64_t from_frames)
{
	const uint64_t crossed = stream->points_crossed;

	if (stream->format.step_count == 0)
		return;
	stream->epoch.begin_ns = from_ns;
	stream->epoch.begin_frames = from_frames;
	stream->epoch.stretch_frames = 0;
	if (crossed >= stream->format.step_count)
		return;
	stream->epoch.stretch_frames = point_frames(stream, crossed + 1) - from_frames;
	stream->epoch.stretch_ns = stream->format.steps[crossed];
}

/* Points long past are looked for where the present epoch would have had them. */
jscope_ns jscope__stream_due(const void *object, uint64_t point)
{
	const struct jscope__stream *stream = object;

	if (stream->packet_frames == 0)
		return stream->machine ? stream->machine->boot_ns : 0;
	if (point == 0)
		return stream->started_ns;
	if (point <= stream->points_crossed &&
	    stream->points_crossed - point < JSCOPE__STREAM_BEGINS)
		return stream->begin_ns[point % JSCOPE__STREAM_BEGINS];
	return point_instant(stream, point);
}

/* No more points after the end of the stream, and none without notification. */
static bool has_next_point(const struct jscope__stream *stream)
{
	const uint64_t last = stream->format.last_point;

	return stream->packet_frames > 0 && !(last > 0 && stream->points_crossed >= last) &&
	       !(stream->ended && (int64_t)stream->points_crossed > stream->end_packet);
}

static void engine_arm(struct jscope__stream *stream)
{
	const jscope_ns due_ns = point_instant(stream, stream->points_crossed + 1);

	clock_of(stream)->ops->timer_arm(clock_of(stream), &stream->timer,
					 due_ns - stream->early_ns);
}

/* Faults that strike where a point has just been crossed. Under the lock. */

/* The position goes on from elsewhere, at this instant or when it moves again. */
static void engine_rebase(struct jscope__stream *stream, jscope_ns from_ns, int64_t moved_frames)
{
	const jscope_ns now_ns = jscope__machine_now(stream->machine);
	const int64_t frames = jscope__stream_frames(stream, now_ns) + moved_frames;

	stream->epoch.begin_frames = frames > 0 ? frames : 0;
	stream->epoch.begin_ns = from_ns;
	stream->tick_base = stream->points_crossed;
}

/* Half a packet unless said otherwise, and some packets at most: each is a point of its own. */
static int64_t jump_frames(const struct jscope__stream *stream, int64_t amount)
{
	const int64_t most = JUMP_PACKETS_MAX * stream->packet_frames;

	if (amount == 0)
		return stream->packet_frames / 2;
	return amount > most ? most : amount < -most ? -most : amount;
}

static jscope_ns half_period_ns(const struct jscope__stream *stream)
{
	return jscope_muldiv(stream->packet_frames, JSCOPE_NS_PER_SEC / 2, stream->format.rate_hz);
}

static void position_err(struct jscope__context *context, struct jscope__stream *stream)
{
	const jscope_ns now_ns = jscope__machine_now(stream->machine);
	const struct jscope_fault_settings *fault;

	fault = jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_position_jump);
	if (fault)
		engine_rebase(stream, now_ns, jump_frames(stream, fault->amount));
	fault = jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_position_stall);
	if (fault)
		engine_rebase(stream, jscope_add_sat(now_ns, fault->length_ns), 0);
	fault = jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_wrong_rate);
	if (fault && fault->amount > -1000000 && fault->amount < 1000000) {
		engine_rebase(stream, now_ns, 0);
		stream->epoch.drift_ppm = (int32_t)fault->amount;
	}
	fault = jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_early_point);
	stream->early_ns = fault ? min_ns(fault->length_ns, half_period_ns(stream)) : 0;
}

/* Interrupts that no point is behind: one in the middle of the period, or many of them. */
static void unrest_begin(struct jscope__context *context, struct jscope__stream *stream)
{
	const jscope_ns now_ns = jscope__machine_now(stream->machine);
	const struct jscope_fault_settings *storm;
	jscope_ns first_ns = now_ns + half_period_ns(stream);

	if (stream->unrest_end_ns > now_ns)
		return;
	storm = jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_interrupt_storm);
	if (storm) {
		first_ns = now_ns + STORM_EVERY_NS;
		stream->unrest_end_ns = jscope_add_sat(now_ns, storm->length_ns);
	} else if (jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_spurious_interrupt)) {
		stream->unrest_end_ns = first_ns;
	} else {
		return;
	}
	clock_of(stream)->ops->timer_arm(clock_of(stream), &stream->unrest, first_ns);
}

static void unrest_fire(struct jscope__context *context, void *state)
{
	struct jscope__stream *stream = state;
	jscope_ns now_ns;

	jscope__machine_lock(stream->machine);
	now_ns = jscope__machine_now(stream->machine);
	if (stream->unrest_end_ns > now_ns)
		clock_of(stream)->ops->timer_arm(clock_of(stream), &stream->unrest,
						 now_ns + STORM_EVERY_NS);
	jscope__machine_unlock(stream->machine);
	jscope__line_assert(context, stream->line, now_ns, 0);
}

/* The points */

enum crossing { CROSSED_NONE, CROSSED_SILENTLY, CROSSED };

/* A device that has run out of what its client wrote, or whose comparator misses, says nothing. */
static bool is_silent(struct jscope__context *context, struct jscope__stream *stream)
{
	const bool has_data = stream->packets_moved > (int64_t)stream->points_crossed;

	return (!has_data &&
		jscope__fault_holds(context, stream->dev, JSCOPE_FAULT_halt_without_data)) ||
	       jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_miss_point);
}

static void tell_point(const struct jscope__context *context, const struct jscope__stream *stream,
		       uint64_t point, jscope_ns ideal_ns)
{
	JSCOPE_PROBE(dev_point, .dev = stream->dev, .irql = context->irql, .stream = stream->id,
		     .k = point, .ideal_ns = (uint64_t)ideal_ns,
		     .linear = jscope__stream_bytes(stream, point_frames(stream, point)));
}

/*
 * Cross the next point if the engine has reached it. Otherwise set the timer to it, unless the
 * engine is halting: then it never gets there.
 */
static enum crossing cross_point(struct jscope__context *context, struct jscope__stream *stream,
				 jscope_ns *ret_ideal_ns)
{
	const uint64_t point = stream->points_crossed + 1;
	const jscope_ns now_ns = jscope__machine_now(stream->machine);
	jscope_ns ideal_ns;
	bool silent;

	if (stream->state != JSCOPE__KSSTATE_RUN || !has_next_point(stream))
		return CROSSED_NONE;
	ideal_ns = point_instant(stream, point);
	if (ideal_ns - stream->early_ns > min_ns(now_ns, stream->epoch_end_ns)) {
		if (stream->epoch_end_ns == JSCOPE__NEVER)
			engine_arm(stream);
		return CROSSED_NONE;
	}
	stream->points_crossed = point;
	stream->begin_ns[point % JSCOPE__STREAM_BEGINS] = ideal_ns;
	silent = is_silent(context, stream);
	if (!silent)
		tell_point(context, stream, point, ideal_ns);
	jscope__ledger_cross(&stream->ledger, point, ideal_ns);
	jscope__stream_consume(context, stream, (int64_t)point);
	stretch_begin(stream, ideal_ns, point_frames(stream, point));
	position_err(context, stream);
	unrest_begin(context, stream);
	*ret_ideal_ns = ideal_ns;
	return silent ? CROSSED_SILENTLY : CROSSED;
}

/* The timer of the device: one interrupt for each point that has been reached. */
static void engine_fire(struct jscope__context *context, void *state)
{
	struct jscope__stream *stream = state;
	enum crossing crossing;
	jscope_ns ideal_ns = 0;

	do {
		jscope__machine_lock(stream->machine);
		crossing = cross_point(context, stream, &ideal_ns);
		jscope__machine_unlock(stream->machine);
		if (crossing == CROSSED)
			jscope__line_assert(context, stream->line, ideal_ns,
					    stream->points_crossed);
	} while (crossing != CROSSED_NONE);
}

/* Start and halt */

/* A driver that counts its period in whole milliseconds (DOMAIN trap T1). */
static jscope_ns whole_ms_period(const struct jscope__stream *stream)
{
	const int64_t ms = jscope_muldiv(stream->packet_frames, 1000, stream->format.rate_hz);

	return (ms > 0 ? ms : 1) * JSCOPE_NS_PER_MS;
}

void jscope__stream_engine_start(struct jscope__context *context, struct jscope__stream *stream,
				 jscope_ns now_ns)
{
	stream->epoch = (struct jscope__epoch){
		.rate_hz = stream->format.rate_hz,
		.drift_ppm = stream->format.drift_ppm,
		.begin_ns = now_ns,
		.begin_frames = stream->frozen_frames,
	};
	stretch_begin(stream, now_ns, stream->frozen_frames);
	if (stream->frozen_frames == 0) {
		stream->begin_ns[0] = now_ns;
		stream->started_ns = now_ns;
	}
	stream->early_ns = 0;
	stream->tick_ns = 0;
	stream->tick_base = stream->points_crossed;
	if (!has_next_point(stream))
		return;
	if (jscope__fault_strike(context, stream->dev, JSCOPE_FAULT_truncate_period))
		stream->tick_ns = whole_ms_period(stream);
	engine_arm(stream);
}

/* Interrupts that are delayed on the line are waited for, too. */
void jscope__stream_engine_halt(struct jscope__stream *stream)
{
	const struct jscope__clock_ops *ops = clock_of(stream)->ops;

	jscope__machine_lock(stream->machine);
	stream->epoch_end_ns = min_ns(stream->epoch_end_ns, jscope__machine_now(stream->machine));
	stream->unrest_end_ns = 0;
	ops->timer_cancel(clock_of(stream), &stream->unrest);
	jscope__machine_unlock(stream->machine);
	ops->timer_settle(clock_of(stream), &stream->unrest);
	ops->timer_settle(clock_of(stream), &stream->timer);
	ops->timer_settle(clock_of(stream), &stream->line->timer);
	ops->drain(clock_of(stream), &stream->dpc);
}

void jscope__stream_engine_init(struct jscope__stream *stream)
{
	stream->timer = (struct jscope__timer){ .fire = engine_fire, .state = stream };
	stream->unrest = (struct jscope__timer){ .fire = unrest_fire, .state = stream };
}
