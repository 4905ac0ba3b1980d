/* MIDI bytes: what a write takes, how fast a wire is, and how well times are kept (R63..R65). */
#include <inttypes.h>

#include "rules/bench_midi.h"

/* 31.25 kbaud with a start and a stop bit; MIDI allows an error of 1 %. */
#define BYTE_NS	    (320 * JSCOPE_NS_PER_US)
#define STOP_BIT_NS (32 * JSCOPE_NS_PER_US)

/* A FIFO that takes nothing for so long is not busy: a wire empties 3 kB in that time. */
#define ZERO_LIMIT_NS JSCOPE_NS_PER_SEC

/* Heard in rhythmic music (DOMAIN 2.4). */
#define JITTER_LIMIT_NS JSCOPE_NS_PER_MS

/* A byte may be on the wire before the record of the call that brought it there. */
#define RECORD_SLACK_NS (10 * JSCOPE_NS_PER_US)

enum { DIR_OUT = 0 };

static const char *stream_object(char object[48], const struct jscope_vocabulary_event *event,
				 int64_t stream)
{
	return jscope__judge_object(object, event->slot[0], "stream", stream);
}

static double ms_of(jscope_ns ns)
{
	return (double)ns / 1e6;
}

static struct jscope__midi_stream *stream_get(struct jscope__midi *midi, int64_t dev, int64_t id)
{
	struct jscope__midi_stream *stream = jscope_map_put(midi->streams, jscope__key(dev, id));

	if (!stream || stream->seen)
		return stream;
	stream->seen = true;
	stream->zero_since_ns = JSCOPE_NS_UNKNOWN;
	stream->burst[0].begin_ns = stream->burst[1].begin_ns = JSCOPE_NS_UNKNOWN;
	return stream;
}

/* R63 */

static void amount_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_xfer *slots = SLOTS(event, midi_xfer);
	char object[48];

	if (slots->done == slots->req || (slots->done < slots->req && slots->done % 4 == 0))
		jscope__judge_pass(midi->judge, 63);
	else
		jscope__judge_violate(midi->judge, 63, event->ts_ns,
				      stream_object(object, event, slots->stream),
				      "Write takes %" PRId64 " of %" PRId64 " bytes; it is all of "
				      "them, or a multiple of 4, or 0, because the port cuts its "
				      "packets at multiples of 4 and loses its place otherwise.",
				      slots->done, slots->req);
}

static void zero_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
		       struct jscope__midi_stream *stream)
{
	const struct jscope_slots_midi_xfer *slots = SLOTS(event, midi_xfer);
	char object[48];

	if (slots->done > 0 || slots->req == 0) {
		stream->zero_since_ns = JSCOPE_NS_UNKNOWN;
		stream->zero_told = false;
		return;
	}
	if (stream->zero_since_ns == JSCOPE_NS_UNKNOWN)
		stream->zero_since_ns = event->ts_ns;
	if (stream->zero_told ||
	    jscope_sub_sat(event->ts_ns, stream->zero_since_ns) <= ZERO_LIMIT_NS ||
	    !jscope__judge_sees(midi->judge, stream->zero_since_ns, event->ts_ns))
		return;
	stream->zero_told = true;
	jscope__judge_violate_as(
		midi->judge, 63, JSCOPE_RULE_WARNING, event->ts_ns,
		stream_object(object, event, slots->stream),
		"Write has succeeded with 0 bytes for %.3f ms on end; 0 means busy, "
		"try again, and the port does so for ever: a failure would tell it.",
		ms_of(jscope_sub_sat(event->ts_ns, stream->zero_since_ns)));
}

/* R65 */

static void jitter_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			 int64_t stream, jscope_ns actual_ns, jscope_ns sched_ns)
{
	const jscope_ns jitter_ns = jscope_sub_sat(actual_ns, sched_ns);
	const jscope_ns size_ns = jitter_ns < 0 ? -jitter_ns : jitter_ns;
	char object[48];

	midi->jitter_count++;
	if (size_ns > midi->jitter_ns)
		midi->jitter_ns = size_ns;
	if (size_ns <= JITTER_LIMIT_NS || jscope__judge_profile(midi->judge) == JSCOPE_PROFILE_NONE)
		jscope__judge_pass(midi->judge, 65);
	else
		jscope__judge_violate(midi->judge, 65, actual_ns,
				      stream_object(object, event, stream),
				      "A MIDI message comes %.3f ms %s its time; more than 1 ms is "
				      "heard in rhythmic music.",
				      ms_of(size_ns), jitter_ns < 0 ? "before" : "after");
}

static void schedule_add(struct jscope__midi *midi, struct jscope__midi_stream *stream,
			 const struct jscope_vocabulary_event *event)
{
	unsigned last;

	if (stream->scheduled_count == JSCOPE__SCHEDULED_MAX) {
		jscope__judge_refuse(midi->judge, 1);
		return;
	}
	last = (stream->scheduled_first + stream->scheduled_count++) % JSCOPE__SCHEDULED_MAX;
	stream->scheduled[last].position_bytes = stream->written_bytes;
	stream->scheduled[last].sched_ns = SLOTS(event, midi_xfer)->sched_ns;
	stream->scheduled[last].written_ns = event->ts_ns;
}

static void schedule_note(struct jscope__midi *midi, struct jscope__midi_stream *stream,
			  const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_xfer *slots = SLOTS(event, midi_xfer);

	if (slots->sched_ns != JSCOPE_NS_UNKNOWN && slots->done > 0)
		schedule_add(midi, stream, event);
	stream->written_bytes += (uint64_t)slots->done;
}

void jscope__midi_transfer(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_xfer *slots = SLOTS(event, midi_xfer);
	struct jscope__midi_stream *stream;

	if (slots->dir != DIR_OUT || slots->status < 0)
		return;
	stream = stream_get(midi, slots->dev, slots->stream);
	if (!stream)
		return;
	amount_judge(midi, event);
	zero_judge(midi, event, stream);
	schedule_note(midi, stream, event);
}

/* Bytes of before the trace, or of lost events, are on the wire: count from here on. */
static void align_again(struct jscope__midi_stream *stream)
{
	stream->gone_bytes = stream->written_bytes;
	stream->scheduled_count = 0;
	stream->is_aligned = false;
}

/* The bytes that have gone out, and what had a time among them. */
static void schedule_match(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			   struct jscope__midi_stream *stream)
{
	const struct jscope_slots_midi_wire *slots = SLOTS(event, midi_wire);
	const uint64_t end = stream->gone_bytes + (uint64_t)slots->bytes;

	while (stream->scheduled_count > 0 &&
	       stream->scheduled[stream->scheduled_first].position_bytes < end) {
		const unsigned first = stream->scheduled_first;
		const uint64_t ahead = stream->scheduled[first].position_bytes - stream->gone_bytes;
		const jscope_ns actual_ns =
			jscope_add_sat(slots->begin_ns,
				       jscope_muldiv(jscope_sub_sat(slots->end_ns, slots->begin_ns),
						     (int64_t)ahead, slots->bytes));

		if (jscope_add_sat(actual_ns, RECORD_SLACK_NS) <
		    stream->scheduled[first].written_ns) {
			align_again(stream);
			return;
		}
		jitter_judge(midi, event, slots->stream, actual_ns,
			     stream->scheduled[first].sched_ns);
		stream->scheduled_first = (first + 1) % JSCOPE__SCHEDULED_MAX;
		stream->scheduled_count--;
	}
	stream->gone_bytes = end;
}

static void gone_note(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
		      struct jscope__midi_stream *stream)
{
	const struct jscope_slots_midi_wire *slots = SLOTS(event, midi_wire);
	const jscope_ns loss_ns = jscope__judge_blind_until(midi->judge);

	if (stream->scheduled_count == 0 && !stream->is_aligned) {
		stream->gone_bytes = stream->written_bytes;
		return;
	}
	if (loss_ns != JSCOPE_NS_UNKNOWN && stream->scheduled_count > 0 &&
	    stream->scheduled[stream->scheduled_first].written_ns <= loss_ns) {
		align_again(stream);
		return;
	}
	if (stream->gone_bytes + (uint64_t)slots->bytes > stream->written_bytes) {
		align_again(stream);
		return;
	}
	stream->is_aligned = true;
	schedule_match(midi, event, stream);
}

/* R64 */

static void length_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_wire *slots = SLOTS(event, midi_wire);
	const jscope_ns length_ns = jscope_sub_sat(slots->end_ns, slots->begin_ns);
	const jscope_ns least_ns = (uint32_t)slots->bytes * BYTE_NS - STOP_BIT_NS;
	char object[48];

	if (length_ns >= least_ns - least_ns / 100)
		jscope__judge_pass(midi->judge, 64);
	else
		jscope__judge_violate(midi->judge, 64, slots->begin_ns,
				      stream_object(object, event, slots->stream),
				      "%" PRId64
				      " bytes pass the wire in %.3f ms; at 31.25 kbaud each "
				      "takes 0.320 ms, so that no instrument can read this.",
				      slots->bytes, ms_of(length_ns));
}

static void spacing_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			  const struct jscope__midi_stream *stream)
{
	const struct jscope_slots_midi_wire *slots = SLOTS(event, midi_wire);
	const jscope_ns before_ns = stream->burst[slots->dir != DIR_OUT].begin_ns;
	const jscope_ns busy_ns = stream->burst[slots->dir != DIR_OUT].bytes * BYTE_NS;
	const jscope_ns spacing_ns = jscope_sub_sat(slots->begin_ns, before_ns);
	char object[48];

	if (before_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (spacing_ns >= busy_ns - busy_ns / 100)
		jscope__judge_pass(midi->judge, 64);
	else
		jscope__judge_violate(midi->judge, 64, slots->begin_ns,
				      stream_object(object, event, slots->stream),
				      "A byte begins %.3f ms after %" PRId64
				      " others began, which need "
				      "%.3f ms; two bytes are on one wire at a time.",
				      ms_of(spacing_ns), stream->burst[slots->dir != DIR_OUT].bytes,
				      ms_of(busy_ns));
}

void jscope__midi_wire(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_midi_wire *slots = SLOTS(event, midi_wire);
	struct jscope__midi_stream *stream = stream_get(midi, slots->dev, slots->stream);
	const unsigned dir = slots->dir != DIR_OUT;

	if (!stream || slots->bytes <= 0 || slots->begin_ns == JSCOPE_NS_UNKNOWN ||
	    slots->end_ns == JSCOPE_NS_UNKNOWN)
		return;
	length_judge(midi, event);
	spacing_judge(midi, event, stream);
	stream->burst[dir].begin_ns = slots->begin_ns;
	stream->burst[dir].bytes = (uint32_t)slots->bytes;
	if (dir == DIR_OUT)
		gone_note(midi, event, stream);
}

void jscope__midi_bytes_finish(struct jscope__midi *midi)
{
	if (midi->jitter_count > 0)
		jscope__judge_figure(midi->judge, 65, "max %.3f ms of 1 ms, %" PRIu64 " messages",
				     ms_of(midi->jitter_ns), midi->jitter_count);
}
