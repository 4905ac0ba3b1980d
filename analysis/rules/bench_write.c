/* R46..R48: what the client writes, and whether it is in time. */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_IN_TIME  46
#define RULE_UNDERRUN 47
#define RULE_TWICE    48

#define STREAMS_MAX 4096

#define GLITCH_UNDERRUN 1
#define GLITCH_TWICE	3

/* Packets whose time of writing is remembered: more than any buffer holds. */
#define PACKETS_KEPT 8

struct stream {
	unsigned epoch; /* of the flow: it begins anew at STOP */
	bool is_packet_mode, is_ended;
	/* Packet mode: up to which packet it has been written, and when. */
	bool has_written;
	int64_t written_last, judged_last;
	jscope_ns written_ns[PACKETS_KEPT];
	/* Event mode: up to which linear position. */
	bool has_linear;
	int64_t linear, offset;
	/* R47: since the last notification. R48: since the last write. */
	bool has_signal, has_target, wrote, told_underrun, told_twice, awaits_twice;
	int64_t signalled_packet, target;
	jscope_ns target_ns;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *streams; /* (dev, stream): struct stream */
};

static struct stream *stream_put(struct bench *bench, int64_t dev, int64_t stream)
{
	const struct jscope_key key = jscope__key(dev, stream);
	struct stream *known = jscope_map_get(bench->streams, key);

	if (known)
		return known;
	known = jscope_map_put(bench->streams, key);
	if (known)
		known->judged_last = -1;
	return known;
}

/* R46 */

static void accuse_late(struct bench *bench, const struct jscope__stream *facts, int64_t packet,
			jscope_ns late_ns, jscope_ns at_ns)
{
	char object[48], text[JSCOPE_NS_TEXT_SIZE] = "";

	if (late_ns != JSCOPE_NS_UNKNOWN)
		jscope_ns_format(text, late_ns);
	jscope__judge_violate(bench->judge, RULE_IN_TIME, at_ns, jscope__stream_name(object, facts),
			      "the device began to play packet %" PRId64
			      " %s%s; it played old data, "
			      "which is heard as a glitch (underrun)",
			      packet, *text ? text : "before the client had written it",
			      *text ? " before the client wrote it" : "");
}

/* In packet mode. due_ns: when the device began to play it. */
static void judge_packet(struct bench *bench, const struct jscope__stream *facts,
			 const struct stream *stream, int64_t packet, jscope_ns due_ns,
			 jscope_ns at_ns)
{
	const jscope_ns written_ns = stream->written_ns[packet % PACKETS_KEPT];
	/* The write is recorded when it is done; within a frame nothing of it was missed. */
	const jscope_ns frame_ns = jscope__stream_time_of(facts, facts->frame_bytes);

	if (packet > stream->written_last)
		accuse_late(bench, facts, packet, JSCOPE_NS_UNKNOWN, at_ns);
	else if (stream->written_last - packet < PACKETS_KEPT && due_ns != JSCOPE_NS_UNKNOWN &&
		 jscope_sub_sat(written_ns, due_ns) > frame_ns)
		accuse_late(bench, facts, packet, jscope_sub_sat(written_ns, due_ns), at_ns);
	else
		jscope__judge_pass(bench->judge, RULE_IN_TIME);
}

/* The device is in `packet` now: everything up to it has to be written. */
static void judge_consumed(struct bench *bench, const struct jscope__stream *facts,
			   struct stream *stream, int64_t packet, jscope_ns due_ns, jscope_ns at_ns)
{
	if (facts->is_capture || facts->is_unsure || facts->state != JSCOPE__STATE_RUN ||
	    stream->is_ended || packet <= stream->judged_last)
		return;
	if (stream->is_packet_mode && stream->has_written)
		judge_packet(bench, facts, stream, packet, due_ns, at_ns);
	else if (!stream->is_packet_mode && stream->has_linear &&
		 stream->linear <= packet * facts->packet_bytes)
		accuse_late(bench, facts, packet, JSCOPE_NS_UNKNOWN, at_ns);
	else if (!stream->is_packet_mode && stream->has_linear)
		jscope__judge_pass(bench->judge, RULE_IN_TIME);
	stream->judged_last = packet;
}

static void on_point(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dev_point *slots = SLOTS(event, dev_point);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (facts && stream && slots->k >= 0 && facts->packet_bytes > 0 &&
	    slots->k < INT64_MAX / facts->packet_bytes)
		judge_consumed(bench, facts, stream, slots->k, slots->ideal_ns, event->ts_ns);
}

/* Where no points are told a position shows in which packet the device is. */
static void on_position(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);
	int64_t sure;

	if (!facts || !stream || facts->packet_bytes <= 0)
		return;
	sure = jscope_sub_sat(slots->linear, (uint32_t)slots->accuracy);
	if (sure >= 0)
		judge_consumed(bench, facts, stream, sure / facts->packet_bytes, slots->pos_ts_ns,
			       event->ts_ns);
}

/* Writes */

static void on_packet(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!stream || slots->kind != JSCOPE__PACKET_WRITTEN)
		return;
	stream->is_packet_mode = true;
	if (slots->status < 0 || slots->packet < 0)
		return;
	if (!stream->has_written || slots->packet > stream->written_last)
		stream->written_last = slots->packet;
	stream->has_written = true;
	stream->is_ended |= (slots->flags & JSCOPE__PACKET_END) != 0;
	stream->written_ns[slots->packet % PACKETS_KEPT] = event->ts_ns;
}

/* The glitch that a repeated write calls for is told with it, or until the client comes again. */
static void judge_twice(struct bench *bench, const struct jscope__stream *facts,
			struct stream *stream)
{
	char object[48];

	if (!stream->awaits_twice)
		return;
	if (stream->told_twice)
		jscope__judge_pass(bench->judge, RULE_TWICE);
	else
		jscope__judge_violate(
			bench->judge, RULE_TWICE, stream->target_ns,
			jscope__stream_name(object, facts),
			"the client set write position %" PRId64
			" twice in a row and no glitch 3 was reported; nothing new was "
			"written in between, so one period is played twice unnoticed",
			stream->target);
	stream->awaits_twice = false;
}

/* Up to where the client has written: offsets unrolled, never behind what the device has played. */
static void linear_advance(const struct jscope__stream *facts, struct stream *stream, int64_t prev,
			   int64_t target)
{
	const int64_t buffer = facts->buffer_bytes;
	int64_t step, played;

	if (buffer <= 0 || target < 0 || prev < 0 || target > buffer || prev > buffer)
		return;
	if (!stream->has_linear && facts->state == JSCOPE__STATE_RUN)
		return; /* how many rounds came before is not known */
	if (!stream->has_linear)
		stream->linear = 0;
	step = (target - prev) % buffer;
	stream->linear = jscope_add_sat(stream->linear, step < 0 ? step + buffer : step);
	stream->has_linear = true;
	played = jscope_muldiv(stream->judged_last, facts->packet_bytes, 1);
	if (stream->judged_last >= 0 && stream->linear <= played)
		stream->linear = jscope_add_sat(stream->linear,
						((played - stream->linear) / buffer + 1) * buffer);
}

static void on_write(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_write *slots = SLOTS(event, wrt_write);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!facts || !stream)
		return;
	stream->wrote = true;
	if (stream->is_packet_mode)
		return;
	judge_twice(bench, facts, stream);
	if (stream->has_target && stream->target == slots->target)
		stream->awaits_twice = true;
	else
		stream->told_twice = false;
	stream->has_target = true;
	stream->target = slots->target;
	stream->target_ns = event->ts_ns;
	linear_advance(facts, stream, slots->prev, slots->target);
}

/* R47 */

static void judge_underrun(struct bench *bench, const struct jscope_vocabulary_event *event,
			   const struct jscope__stream *facts, const struct stream *stream)
{
	char object[48];

	if (jscope__judge_profile(bench->judge) != JSCOPE_PROFILE_SYSVAD || facts->is_capture ||
	    stream->is_ended)
		return;
	if (stream->told_underrun != stream->wrote)
		jscope__judge_pass(bench->judge, RULE_UNDERRUN);
	else
		jscope__judge_violate(
			bench->judge, RULE_UNDERRUN, event->ts_ns,
			jscope__stream_name(object, facts),
			stream->wrote
				? "an underrun was reported although the client wrote since "
				  "the notification before; sysvad reports it exactly when the "
				  "write position has not moved"
				: "the client wrote nothing since the notification before, and "
				  "no underrun was reported; sysvad reports it exactly when "
				  "the write position has not moved");
}

static void on_set(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const struct jscope__stream *facts = jscope__judge_notified(bench->judge, event);
	struct stream *stream = facts ? stream_put(bench, facts->dev, facts->id) : NULL;

	if (!stream)
		return;
	judge_twice(bench, facts, stream);
	if (stream->has_signal && stream->signalled_packet == slots->packet &&
	    stream->epoch == facts->epoch)
		return; /* another event for the same packet */
	if (stream->has_signal && stream->epoch == facts->epoch)
		judge_underrun(bench, event, facts, stream);
	stream->has_signal = true;
	stream->signalled_packet = slots->packet;
	stream->epoch = facts->epoch;
	stream->wrote = stream->told_underrun = false;
}

static void on_glitch(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_glitch *slots = SLOTS(event, wrt_glitch);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!stream)
		return;
	stream->told_underrun |= slots->major == GLITCH_UNDERRUN;
	stream->told_twice |= slots->major == GLITCH_TWICE;
}

/* At STOP positions and packets begin anew. */
static void on_state(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	struct stream *stream = stream_put(bench, slots->dev, slots->stream);

	if (!stream || slots->status < 0 || slots->new != JSCOPE__STATE_STOP)
		return;
	stream->is_ended = stream->has_written = stream->has_linear = false;
	stream->has_signal = stream->has_target = stream->awaits_twice = false;
	stream->judged_last = -1;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	case JSCOPE_EVENT_wrt_pos:
		on_position(bench, event);
		break;
	case JSCOPE_EVENT_wrt_packet:
		on_packet(bench, event);
		break;
	case JSCOPE_EVENT_wrt_write:
		on_write(bench, event);
		break;
	case JSCOPE_EVENT_wrt_glitch:
		on_glitch(bench, event);
		break;
	case JSCOPE_EVENT_ev_set:
		on_set(bench, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		on_state(bench, event);
		break;
	}
}

/* A write may have been lost: what was written is known again from the next one on. */
static void stream_forget(struct jscope_judge *judge, void *value)
{
	struct stream *stream = value;

	if (stream->has_written || stream->has_linear)
		jscope__judge_abstain(judge, RULE_IN_TIME);
	stream->has_written = stream->has_linear = false;
	stream->has_signal = stream->has_target = stream->awaits_twice = false;
}

const struct jscope__bench_ops jscope__bench_write = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, streams, struct stream, STREAMS_MAX, stream_forget),
	},
	.event = on_event,
};
