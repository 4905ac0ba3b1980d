/* R29: the device goes on although its client has stopped. */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_GOES_ON 29

#define STREAMS_MAX 4096

/* A client that left so many signals unanswered has stopped, and a device that is quiet for so many
 * periods afterwards has stopped, too. */
#define SILENT_SIGNALS 2
#define QUIET_PERIODS  4

struct stream {
	unsigned epoch;
	unsigned silent_signals; /* since the client wrote last */
	jscope_ns signal_ns;	 /* of the last one */
	int64_t packet;
	bool is_ended;
	/* The points that the device tells, and whether the client was late since the last one. */
	bool has_point, was_silent;
	int64_t point;
	jscope_ns point_ns;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *streams;    /* (dev, stream): struct stream */
	struct jscope_map *interrupts; /* (0, dev): instant of the last one, jscope_ns */
};

/* A DPC may be late, but as long as the device interrupts it has not stopped. */
static jscope_ns last_sign(const struct bench *bench, const struct jscope__stream *facts,
			   const struct stream *stream)
{
	const jscope_ns *interrupt_ns =
		jscope_map_get(bench->interrupts, jscope__dev_key(facts->dev));

	return interrupt_ns && *interrupt_ns > stream->signal_ns ? *interrupt_ns
								 : stream->signal_ns;
}

static bool may_judge(const struct jscope__stream *facts, const struct stream *stream)
{
	return !facts->is_capture && facts->state == JSCOPE__STATE_RUN && !stream->is_ended &&
	       stream->epoch == facts->epoch && stream->silent_signals >= SILENT_SIGNALS;
}

/* The client writes again, or the run ends: was the device quiet since the client was? */
static void judge_quiet(struct bench *bench, const struct jscope__stream *facts,
			const struct stream *stream, jscope_ns at_ns)
{
	const jscope_ns period_ns = jscope__stream_time_of(facts, facts->packet_bytes);
	const jscope_ns since_ns = last_sign(bench, facts, stream);
	const jscope_ns quiet_ns = jscope_sub_sat(at_ns, since_ns);
	char object[48], text[JSCOPE_NS_TEXT_SIZE];

	if (!may_judge(facts, stream) || period_ns <= 0 || quiet_ns / QUIET_PERIODS < period_ns)
		return;
	if (jscope__judge_is_blind(bench->judge, since_ns, at_ns))
		jscope__judge_abstain(bench->judge, RULE_GOES_ON);
	else
		jscope__judge_violate(
			bench->judge, RULE_GOES_ON, at_ns, jscope__stream_name(object, facts),
			"after %u signals without an answer the device fell silent for "
			"%s; it must go on counting and signalling at its rate although "
			"the client stops writing, or that one never finds back",
			stream->silent_signals, jscope_ns_format(text, quiet_ns));
}

/* Has the client left the last signal unanswered for more than its period? */
static bool is_overdue(const struct jscope__stream *facts, const struct stream *stream,
		       jscope_ns at_ns)
{
	const jscope_ns period_ns = jscope__stream_time_of(facts, facts->packet_bytes);

	return stream->silent_signals > 0 &&
	       jscope_sub_sat(at_ns, stream->signal_ns) > period_ns + period_ns / 2;
}

/* A device that skips points while it waits for its client has stopped, however soon it goes on. */
static void judge_skipped(struct bench *bench, const struct jscope__stream *facts,
			  const struct stream *stream, int64_t point, jscope_ns at_ns)
{
	char object[48];

	if (!stream->has_point || stream->is_ended || facts->is_capture ||
	    stream->epoch != facts->epoch || jscope_sub_sat(point, stream->point) <= 1 ||
	    !(stream->was_silent || is_overdue(facts, stream, at_ns)) ||
	    jscope__judge_is_blind(bench->judge, stream->point_ns, at_ns))
		return;
	jscope__judge_violate(
		bench->judge, RULE_GOES_ON, at_ns, jscope__stream_name(object, facts),
		"while the client wrote nothing the device passed the points from %" PRId64
		" to %" PRId64 " without counting or signalling them; it must go on "
		"at its rate although the client stops",
		stream->point + 1, point - 1);
}

static void on_point(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dev_point *slots = SLOTS(event, dev_point);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream =
		jscope_map_put(bench->streams, jscope__key(slots->dev, slots->stream));

	if (!facts || !stream)
		return;
	judge_skipped(bench, facts, stream, slots->k, event->ts_ns);
	stream->has_point = true;
	stream->was_silent = false;
	stream->point = slots->k;
	stream->point_ns = event->ts_ns;
}

static void on_write(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const int64_t id = SLOTS(event, wrt_write)->stream;
	const struct jscope__stream *facts = jscope__judge_stream(bench->judge, event->slot[0], id);
	struct stream *stream = jscope_map_get(bench->streams, jscope__key(event->slot[0], id));

	if (!facts || !stream)
		return;
	judge_quiet(bench, facts, stream, event->ts_ns);
	stream->was_silent |= is_overdue(facts, stream, event->ts_ns);
	stream->silent_signals = 0;
}

static void on_packet(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	struct stream *stream =
		jscope_map_put(bench->streams, jscope__key(slots->dev, slots->stream));

	if (slots->kind != JSCOPE__PACKET_WRITTEN || slots->status < 0)
		return;
	on_write(bench, event);
	if (stream)
		stream->is_ended |= (slots->flags & JSCOPE__PACKET_END) != 0;
}

static void on_state(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	const struct jscope__stream *facts =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct stream *stream =
		jscope_map_get(bench->streams, jscope__key(slots->dev, slots->stream));

	if (!facts || !stream || slots->status < 0)
		return;
	judge_quiet(bench, facts, stream, event->ts_ns);
	stream->silent_signals = 0;
	if (slots->new == JSCOPE__STATE_STOP)
		stream->is_ended = false;
}

static void on_set(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const struct jscope__stream *facts = jscope__judge_notified(bench->judge, event);
	struct stream *stream =
		facts ? jscope_map_put(bench->streams, jscope__key(facts->dev, facts->id)) : NULL;

	if (!stream)
		return;
	if (stream->epoch != facts->epoch) {
		stream->epoch = facts->epoch;
		stream->silent_signals = 1;
	} else if (slots->packet != stream->packet) { /* several events are set for one packet */
		if (stream->silent_signals > 0 && !facts->is_capture)
			jscope__judge_pass(bench->judge, RULE_GOES_ON);
		stream->silent_signals++;
	}
	stream->packet = slots->packet;
	stream->signal_ns = event->ts_ns;
}

static void on_interrupt(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	jscope_ns *interrupt_ns =
		jscope_map_put(bench->interrupts, jscope__dev_key(event->slot[0]));

	if (interrupt_ns)
		*interrupt_ns = event->ts_ns;
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_irq_entry:
		on_interrupt(bench, event);
		break;
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	case JSCOPE_EVENT_ev_set:
		on_set(bench, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		on_state(bench, event);
		break;
	case JSCOPE_EVENT_wrt_write:
		on_write(bench, event);
		break;
	case JSCOPE_EVENT_wrt_packet:
		on_packet(bench, event);
		break;
	}
}

/* A trace that goes on long enough after the device fell silent needs no end of the run. */
static void on_finish(void *state, jscope_ns end_ns)
{
	struct bench *bench = state;
	struct jscope_key key;
	void *value;

	for (size_t cursor = 0; jscope_map_next(bench->streams, &cursor, &key, &value);) {
		const struct jscope__stream *facts =
			jscope__judge_stream(bench->judge, (int64_t)key.high, (int64_t)key.low);

		if (facts)
			judge_quiet(bench, facts, value, end_ns);
	}
}

const struct jscope__bench_ops jscope__bench_silence = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, streams, struct stream, STREAMS_MAX, NULL),
		JSCOPE__TABLE(struct bench, interrupts, jscope_ns, STREAMS_MAX, NULL),
	},
	.event = on_event,
	.finish = on_finish,
};
