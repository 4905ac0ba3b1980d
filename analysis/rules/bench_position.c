/* R17..R19, R22, R23: where the device says it is, reading by reading. */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_MONOTONIC 17
#define RULE_OFFSET    18
#define RULE_PACE      19
#define RULE_DISTANCE  22
#define RULE_TIMES     23

#define STREAMS_MAX 4096

/* A reading that took this long is not worth judging (KSPosTst). */
#define READ_NS_MAX JSCOPE_NS_PER_MS

enum source { SOURCE_QUERY, SOURCE_INTERRUPT, SOURCE_REGISTER };

struct reading {
	bool is_known;
	unsigned epoch;
	enum jscope__ksstate state;
	jscope_ns at_ns;
	int64_t linear, accuracy, source;
};

struct stream {
	struct reading last;	  /* of any source */
	struct reading interrupt; /* the last one taken where it notifies */
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *streams; /* (dev, stream): struct stream */
};

static int64_t max_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* R17 */

/* A reading taken when the stream already rested must be where it rests. */
static void judge_rest(struct bench *bench, const struct jscope_vocabulary_event *event,
		       const struct jscope__stream *facts, const struct reading *now)
{
	const int64_t rest = facts->state == JSCOPE__STATE_STOP ? 0 : facts->state_linear;
	char object[48];

	if (now->at_ns < facts->state_ns)
		return; /* taken before the change, told after it */
	if (now->linear == rest)
		jscope__judge_pass(bench->judge, RULE_MONOTONIC);
	else
		jscope__judge_violate(bench->judge, RULE_MONOTONIC, event->ts_ns,
				      jscope__stream_name(object, facts),
				      "in %s the linear position is %" PRId64
				      " B instead of %" PRId64
				      " B; it is 0 in STOP and frozen in ACQUIRE and PAUSE, or the "
				      "client resumes at the wrong place",
				      jscope__state_name(facts->state), now->linear, rest);
}

static void judge_advance(struct bench *bench, const struct jscope_vocabulary_event *event,
			  const struct jscope__stream *facts, const struct reading *last,
			  const struct reading *now)
{
	/* Two sources may disagree by as much as each may err. */
	const int64_t slack =
		last->source == now->source ? 0 : max_of(last->accuracy, now->accuracy);
	char object[48];

	if (now->linear >= last->linear - slack)
		jscope__judge_pass(bench->judge, RULE_MONOTONIC);
	else
		jscope__judge_violate(
			bench->judge, RULE_MONOTONIC, event->ts_ns,
			jscope__stream_name(object, facts),
			"the linear position fell from %" PRId64 " B to %" PRId64
			" B within one run; it only grows until STOP, and who computes "
			"room from it would overwrite what is still to be played",
			last->linear, now->linear);
}

/* R18 */

static void judge_offset(struct bench *bench, const struct jscope_vocabulary_event *event,
			 const struct jscope__stream *facts)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	char object[48];

	if (facts->buffer_bytes <= 0 || slots->linear < 0)
		return;
	if (slots->offset == slots->linear % facts->buffer_bytes)
		jscope__judge_pass(bench->judge, RULE_OFFSET);
	else if (facts->is_unsure)
		jscope__judge_abstain(bench->judge, RULE_OFFSET);
	else
		jscope__judge_violate(
			bench->judge, RULE_OFFSET, event->ts_ns, jscope__stream_name(object, facts),
			"at linear position %" PRId64 " B the offset is %" PRId64
			"; it must be %" PRId64 ", the remainder by the buffer of %" PRId64
			" B (0 at the wrap), or the client writes beside the gap",
			slots->linear, slots->offset, slots->linear % facts->buffer_bytes,
			facts->buffer_bytes);
}

/* R19 */

static jscope_ns pace_tolerance_ns(const struct bench *bench)
{
	switch (jscope__judge_profile(bench->judge)) {
	case JSCOPE_PROFILE_STRICT:
		return 300 * JSCOPE_NS_PER_US;
	case JSCOPE_PROFILE_SYSVAD: /* moves in whole ms, and is read as late */
		return 2 * JSCOPE_NS_PER_MS;
	default:
		return JSCOPE_NS_PER_MS;
	}
}

static void judge_pace(struct bench *bench, const struct jscope_vocabulary_event *event,
		       const struct jscope__stream *facts, const struct reading *last,
		       const struct reading *now)
{
	const jscope_ns passed_ns = jscope_sub_sat(now->at_ns, last->at_ns);
	/* The rate itself may be 1 % off; that is for R20 to judge. */
	const jscope_ns tolerance_ns = jscope_add_sat(pace_tolerance_ns(bench), passed_ns / 100);
	const int64_t nominal = jscope__stream_bytes_in(facts, passed_ns);
	const int64_t moved = jscope_sub_sat(now->linear, last->linear);
	const int64_t tolerance = jscope_add_sat(max_of(last->accuracy, now->accuracy),
						 jscope__stream_bytes_in(facts, tolerance_ns));
	const int64_t error = jscope_sub_sat(moved, nominal);
	char object[48], text[JSCOPE_NS_TEXT_SIZE];

	if (error <= tolerance && error >= -tolerance) {
		jscope__judge_pass(bench->judge, RULE_PACE);
		return;
	}
	jscope__judge_violate(
		bench->judge, RULE_PACE, event->ts_ns, jscope__stream_name(object, facts),
		"the position moved %" PRId64 " B in %s, but at %" PRId64
		" Hz it should be %" PRId64 " B, give or take %" PRId64
		"; it %s, so clients misjudge what is left to play",
		moved, jscope_ns_format(text, passed_ns), facts->rate_hz, nominal, tolerance,
		error > 0   ? "jumped"
		: moved < 0 ? "went back"
			    : "stood still");
}

/* R22 */

static void judge_distance(struct bench *bench, const struct jscope_vocabulary_event *event,
			   const struct jscope__stream *facts, const struct reading *last,
			   const struct reading *now)
{
	const int64_t moved = jscope_sub_sat(now->linear, last->linear);
	char object[48];

	if (facts->packet_bytes <= 0)
		return;
	if (moved <= facts->packet_bytes + facts->packet_bytes / 2)
		jscope__judge_pass(bench->judge, RULE_DISTANCE);
	else if (facts->is_unsure)
		jscope__judge_abstain(bench->judge, RULE_DISTANCE);
	else if (moved < facts->buffer_bytes + facts->packet_bytes)
		jscope__judge_violate_as(
			bench->judge, RULE_DISTANCE, JSCOPE_RULE_WARNING, event->ts_ns,
			jscope__stream_name(object, facts),
			"%" PRId64 " B lie between this notification and the one before, a packet "
			"has %" PRId64 " B; an interrupt in between was lost or came late",
			moved, facts->packet_bytes);
	else
		jscope__judge_violate(
			bench->judge, RULE_DISTANCE, event->ts_ns,
			jscope__stream_name(object, facts),
			"%" PRId64 " B lie between this notification and the one before, more than "
			"the whole buffer of %" PRId64
			" B and a packet; the device played the same "
			"data again, or the position is wrong",
			moved, facts->buffer_bytes);
}

/* R23 */

static bool judge_times(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *facts, const struct reading *last,
			const struct reading *now)
{
	char object[48];

	if (now->at_ns >= last->at_ns) {
		jscope__judge_pass(bench->judge, RULE_TIMES);
		return true;
	}
	jscope__judge_violate(
		bench->judge, RULE_TIMES, event->ts_ns, jscope__stream_name(object, facts),
		"this position is of an instant %" PRId64
		" ns before that of the one read ahead of it; readings must be stamped "
		"in their order, or no rate can be computed",
		jscope_sub_sat(last->at_ns, now->at_ns));
	return false;
}

/* Together */

static bool is_same_run(const struct reading *last, const struct reading *now)
{
	return last->is_known && last->state == JSCOPE__STATE_RUN &&
	       now->state == JSCOPE__STATE_RUN && last->epoch == now->epoch;
}

static void judge_against(struct bench *bench, const struct jscope_vocabulary_event *event,
			  const struct jscope__stream *facts, struct stream *stream,
			  const struct reading *now)
{
	const struct reading *last = &stream->last;

	if (last->is_known && last->epoch == now->epoch &&
	    !judge_times(bench, event, facts, last, now))
		return;
	if (!is_same_run(last, now))
		return;
	judge_advance(bench, event, facts, last, now);
	if (jscope_sub_sat(event->ts_ns, now->at_ns) < READ_NS_MAX && facts->rate_hz > 0 &&
	    facts->frame_bytes > 0)
		judge_pace(bench, event, facts, last, now);
	if (now->source == SOURCE_INTERRUPT && is_same_run(&stream->interrupt, now))
		judge_distance(bench, event, facts, &stream->interrupt, now);
}

static void on_position(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream =
		jscope_map_put(bench->streams, jscope__key(slots->dev, slots->stream));
	struct reading now;

	if (!facts || !stream || slots->pos_ts_ns == JSCOPE_NS_UNKNOWN)
		return;
	now = (struct reading){ true,	       facts->epoch,
				facts->state,  slots->pos_ts_ns,
				slots->linear, (uint32_t)slots->accuracy,
				slots->source };
	judge_offset(bench, event, facts);
	judge_against(bench, event, facts, stream, &now);
	if (now.state != JSCOPE__STATE_RUN && now.state != JSCOPE__STATE_UNKNOWN)
		judge_rest(bench, event, facts, &now);
	stream->last = now;
	if (now.source == SOURCE_INTERRUPT)
		stream->interrupt = now;
}

/* Where a state change says the device is. */
static void on_state(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	const struct stream *stream =
		jscope_map_get(bench->streams, jscope__key(slots->dev, slots->stream));
	const struct reading now = { true,
				     facts ? facts->epoch : 0,
				     facts ? facts->state : JSCOPE__STATE_UNKNOWN,
				     event->ts_ns,
				     slots->linear,
				     0,
				     SOURCE_QUERY };

	if (!facts || slots->status < 0 || slots->new == JSCOPE__STATE_STOP)
		return; /* at STOP it may be told before or after the reset */
	if (now.state == JSCOPE__STATE_RUN && stream && is_same_run(&stream->last, &now))
		judge_advance(bench, event, facts, &stream->last, &now);
	else if (now.state != JSCOPE__STATE_RUN && now.state != JSCOPE__STATE_UNKNOWN)
		judge_rest(bench, event, facts, &now);
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_wrt_pos:
		on_position(bench, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		on_state(bench, event);
		break;
	}
}

/* Positions on both sides of a loss are not neighbours. */
static void stream_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	*(struct stream *)value = (struct stream){ 0 };
}

const struct jscope__bench_ops jscope__bench_position = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, streams, struct stream, STREAMS_MAX, stream_forget),
	},
	.event = on_event,
};
