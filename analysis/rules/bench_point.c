/* R24..R26, R28: the notification points, and the packet counter that follows them. */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_EACH_ONCE	 24
#define RULE_ONLY_IN_RUN 25
#define RULE_NOT_EARLY	 26
#define RULE_COUNTER	 28

#define STREAMS_MAX 4096

#define PACKET_COUNT_READ 2 /* wrt_packet.kind of GetPacketCount */

struct stream {
	/* The points of the device, where the trace tells them. */
	bool has_points, has_last;
	unsigned epoch;
	int64_t last_k, accuracy;
	jscope_ns last_ideal_ns, last_seen_ns;
	/* Where the device was when it told that last. */
	bool has_base, is_ended;
	unsigned base_epoch;
	jscope_ns base_ns;
	int64_t base_linear;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *streams; /* (dev, stream): struct stream */
};

static struct stream *stream_put(struct bench *bench, int64_t dev, int64_t stream)
{
	return jscope_map_put(bench->streams, jscope__key(dev, stream));
}

static jscope_ns period_of(const struct jscope__stream *facts)
{
	return jscope__stream_time_of(facts, facts->packet_bytes);
}

/* R24: each once, at its place */

/* Of the next point; -1 where the trace does not tell. */
static int64_t expected_k(const struct jscope__stream *facts, const struct stream *stream)
{
	if (stream->has_last && stream->epoch == facts->epoch)
		return jscope_add_sat(stream->last_k, 1);
	if (facts->state == JSCOPE__STATE_RUN && facts->packet_bytes > 0)
		return facts->state_linear / facts->packet_bytes + 1;
	return -1;
}

static void judge_order(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *facts, const struct stream *stream)
{
	const int64_t k = SLOTS(event, dev_point)->k, expected = expected_k(facts, stream);
	char object[48];

	if (expected < 0)
		return;
	if (k == expected)
		jscope__judge_pass(bench->judge, RULE_EACH_ONCE);
	else if (facts->is_unsure)
		jscope__judge_abstain(bench->judge, RULE_EACH_ONCE);
	else
		jscope__judge_violate(bench->judge, RULE_EACH_ONCE, event->ts_ns,
				      jscope__stream_name(object, facts),
				      "the device crossed point %" PRId64 " where point %" PRId64
				      " was next; every point is crossed once, and clients count "
				      "their time by them",
				      k, expected);
}

static void judge_place(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *facts, const struct stream *stream)
{
	const struct jscope_slots_dev_point *slots = SLOTS(event, dev_point);
	int64_t place;
	char object[48];

	/* The last point of a stream lies where its data ends. */
	if (stream->is_ended || facts->packet_bytes <= 0 ||
	    __builtin_mul_overflow(slots->k, facts->packet_bytes, &place))
		return;
	if (slots->linear == place)
		jscope__judge_pass(bench->judge, RULE_EACH_ONCE);
	else if (facts->is_unsure)
		jscope__judge_abstain(bench->judge, RULE_EACH_ONCE);
	else
		jscope__judge_violate(bench->judge, RULE_EACH_ONCE, event->ts_ns,
				      jscope__stream_name(object, facts),
				      "point %" PRId64 " lies at %" PRId64 " B instead of %" PRId64
				      " B; points lie a packet of %" PRId64
				      " B apart, at the end of the buffer and with two also at its "
				      "middle",
				      slots->k, slots->linear, place, facts->packet_bytes);
}

/* Is the position so near to a point that it cannot be told whether that one was crossed? */
static bool is_at_point(const struct jscope__stream *facts, const struct stream *stream,
			int64_t linear)
{
	const int64_t near =
		stream->accuracy > facts->frame_bytes ? stream->accuracy : facts->frame_bytes;
	const int64_t beyond = linear % facts->packet_bytes;

	return beyond <= near || facts->packet_bytes - beyond <= near;
}

/* The run is over: were all points before its last position crossed? */
static void judge_end(struct bench *bench, const struct jscope_vocabulary_event *event,
		      const struct jscope__stream *facts, const struct stream *stream)
{
	const int64_t linear = SLOTS(event, wrt_state)->linear;
	int64_t expected, last;
	char object[48];

	if (!stream->has_points || stream->is_ended || facts->packet_bytes <= 0 ||
	    is_at_point(facts, stream, linear))
		return;
	expected = linear / facts->packet_bytes;
	last = expected_k(facts, stream) - 1;
	if (last == expected)
		jscope__judge_pass(bench->judge, RULE_EACH_ONCE);
	else if (jscope__judge_is_blind(bench->judge, facts->state_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, RULE_EACH_ONCE);
	else
		jscope__judge_violate(bench->judge, RULE_EACH_ONCE, event->ts_ns,
				      jscope__stream_name(object, facts),
				      "RUN ended at %" PRId64 " B, so points up to %" PRId64
				      " were passed, but the last one crossed was %" PRId64
				      "; who waits for the others waits for ever",
				      linear, expected, last);
}

/* R25 */

/* Told after the state change, but crossed before it: not beyond where the device rests. */
static bool is_older(const struct jscope_slots_dev_point *slots, const struct jscope__stream *facts,
		     const struct stream *stream)
{
	const int64_t rest =
		jscope_add_sat(facts->state_linear, facts->frame_bytes + stream->accuracy);

	return slots->ideal_ns != JSCOPE_NS_UNKNOWN && slots->ideal_ns <= facts->state_ns &&
	       (facts->state == JSCOPE__STATE_STOP || slots->linear <= rest);
}

static void judge_running(struct bench *bench, const struct jscope_vocabulary_event *event,
			  const struct jscope__stream *facts, const struct stream *stream)
{
	const struct jscope_slots_dev_point *slots = SLOTS(event, dev_point);
	char object[48];

	if (facts->state == JSCOPE__STATE_RUN)
		jscope__judge_pass(bench->judge, RULE_ONLY_IN_RUN);
	else if (facts->state != JSCOPE__STATE_UNKNOWN && !is_older(slots, facts, stream))
		jscope__judge_violate(bench->judge, RULE_ONLY_IN_RUN, event->ts_ns,
				      jscope__stream_name(object, facts),
				      "the device crossed point %" PRId64
				      " in %s; it moves, and notifies, in RUN only",
				      slots->k, jscope__state_name(facts->state));
}

static void on_point(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dev_point *slots = SLOTS(event, dev_point);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!facts || !stream)
		return;
	judge_order(bench, event, facts, stream);
	judge_place(bench, event, facts, stream);
	judge_running(bench, event, facts, stream);
	stream->has_points = stream->has_last = true;
	stream->epoch = facts->epoch;
	stream->last_k = slots->k;
	stream->last_ideal_ns = slots->ideal_ns;
}

/* R26 */

/*
 * When a point is reached: the device told of it, or will at the nominal rate from the last one it
 * told of. UNKNOWN where it has told of none in this run.
 */
static jscope_ns due_of(const struct jscope__stream *facts, const struct stream *stream, int64_t k)
{
	const int64_t ahead = jscope_sub_sat(k, stream->last_k);
	jscope_ns distance_ns;

	if (!stream->has_last || stream->epoch != facts->epoch ||
	    stream->last_ideal_ns == JSCOPE_NS_UNKNOWN || ahead < 0)
		return JSCOPE_NS_UNKNOWN;
	if (__builtin_mul_overflow(ahead, period_of(facts), &distance_ns))
		return JSCOPE_NS_UNKNOWN;
	/* 1 % slow or fast is for R20 to judge. */
	return jscope_add_sat(stream->last_ideal_ns, distance_ns - distance_ns / 100);
}

static void judge_early(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *facts, const struct stream *stream)
{
	const int64_t k = SLOTS(event, ev_set)->packet;
	const int64_t tolerance =
		stream->accuracy > facts->frame_bytes ? stream->accuracy : facts->frame_bytes;
	const jscope_ns due_ns = due_of(facts, stream, k);
	char object[48], text[JSCOPE_NS_TEXT_SIZE];

	if (due_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (event->ts_ns >= jscope_sub_sat(due_ns, jscope__stream_time_of(facts, tolerance)))
		jscope__judge_pass(bench->judge, RULE_NOT_EARLY);
	else if (jscope__judge_is_blind(bench->judge, stream->last_ideal_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, RULE_NOT_EARLY);
	else
		jscope__judge_violate(
			bench->judge, RULE_NOT_EARLY, event->ts_ns,
			jscope__stream_name(object, facts),
			"packet %" PRId64 " was signalled %s before the device reaches "
			"its point; the client takes a buffer half that is still in "
			"use",
			k, jscope_ns_format(text, jscope_sub_sat(due_ns, event->ts_ns)));
}

/* R28 */

/* Packets that the device has done at an instant, by where it was last; -1 where unknown. */
static int64_t packets_at(const struct jscope__stream *facts, const struct stream *stream,
			  jscope_ns at_ns, int64_t *ret_tolerance)
{
	int64_t linear = stream->base_linear;
	const jscope_ns passed_ns = jscope_sub_sat(at_ns, stream->base_ns);

	*ret_tolerance = 1;
	if (facts->packet_bytes <= 0 || facts->is_unsure)
		return -1;
	if (facts->state == JSCOPE__STATE_STOP)
		return 0;
	if (facts->state == JSCOPE__STATE_ACQUIRE || facts->state == JSCOPE__STATE_PAUSE)
		return facts->state_linear / facts->packet_bytes;
	if (facts->state != JSCOPE__STATE_RUN || !stream->has_base ||
	    stream->base_epoch != facts->epoch || period_of(facts) <= 0)
		return -1;
	linear = jscope_add_sat(linear, jscope__stream_bytes_in(facts, passed_ns));
	*ret_tolerance += passed_ns / 100 / period_of(facts);
	return linear / facts->packet_bytes;
}

static void judge_counter(struct bench *bench, const struct jscope_vocabulary_event *event,
			  const struct jscope__stream *facts, const struct stream *stream,
			  int64_t count, bool may_lag)
{
	int64_t tolerance;
	const int64_t packets = packets_at(facts, stream, event->ts_ns, &tolerance);
	char object[48];

	if (packets < 0)
		return;
	if (count <= packets + tolerance && (may_lag || count >= packets - tolerance))
		jscope__judge_pass(bench->judge, RULE_COUNTER);
	else
		jscope__judge_violate(bench->judge, RULE_COUNTER, event->ts_ns,
				      jscope__stream_name(object, facts),
				      "the packet counter is %" PRId64
				      " where the position makes it %" PRId64
				      "; it counts packets of %" PRId64
				      " B of the actual buffer (a period rounded to whole ms runs "
				      "away), and clients write where it says",
				      count, packets, facts->packet_bytes);
}

static void on_set(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const struct jscope__stream *facts = jscope__judge_notified(bench->judge, event);
	struct stream *stream;

	if (!facts || slots->packet <= 0)
		return;
	stream = stream_put(bench, facts->dev, facts->id);
	if (!stream)
		return;
	judge_early(bench, event, facts, stream);
	/* A late signal tells the count of its point, which may be past; none tells the future. */
	judge_counter(bench, event, facts, stream, slots->packet, true);
}

static void on_packet(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!facts || !stream || slots->status < 0)
		return;
	if (slots->kind == PACKET_COUNT_READ)
		judge_counter(bench, event, facts, stream, slots->packet, stream->is_ended);
	else if (slots->kind == JSCOPE__PACKET_WRITTEN && (slots->flags & JSCOPE__PACKET_END) != 0)
		stream->is_ended = true; /* the counter stops at the end of the stream */
}

/* Where the device is */

static void on_position(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!facts || !stream || slots->pos_ts_ns == JSCOPE_NS_UNKNOWN || slots->linear < 0)
		return;
	stream->accuracy = (uint32_t)slots->accuracy;
	stream->has_base = true;
	stream->base_epoch = facts->epoch;
	stream->base_ns = slots->pos_ts_ns;
	stream->base_linear = slots->linear;
}

static void on_state(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!facts || !stream || slots->status < 0)
		return;
	if (facts->state == JSCOPE__STATE_RUN && slots->new != JSCOPE__STATE_RUN)
		judge_end(bench, event, facts, stream);
	if (slots->new == JSCOPE__STATE_STOP)
		stream->is_ended = false;
	if (slots->new != JSCOPE__STATE_RUN)
		return;
	stream->has_base = true;
	stream->base_epoch = facts->epoch + 1; /* the one that begins */
	stream->base_ns = event->ts_ns;
	stream->base_linear = slots->linear;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	case JSCOPE_EVENT_ev_set:
		on_set(bench, event);
		break;
	case JSCOPE_EVENT_wrt_packet:
		on_packet(bench, event);
		break;
	case JSCOPE_EVENT_wrt_pos:
		on_position(bench, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		on_state(bench, event);
		break;
	}
}

static void stream_forget(struct jscope_judge *judge, void *value)
{
	struct stream *stream = value;

	if (stream->has_last)
		jscope__judge_abstain(judge, RULE_EACH_ONCE);
	stream->has_last = stream->has_base = false;
}

const struct jscope__bench_ops jscope__bench_point = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, streams, struct stream, STREAMS_MAX, stream_forget),
	},
	.event = on_event,
};
