/* SetWritePacket: which packets it takes and where they go (R49..R52). */
#include <inttypes.h>

#include "probes/codes.h"
#include "rules/bench_packet.h"

#define FLAG_END_OF_STREAM 0x200

/* Packet numbers of the interface have 32 bits: the one meant is the nearest. */
static int64_t unwrap(int64_t packet, int64_t near)
{
	return near + (int32_t)((uint32_t)packet - (uint32_t)near);
}

/* R49 */

/* What the status should have been; NULL: it may be right. */
static const char *verdict_of(int64_t status, int64_t packet,
			      const struct jscope__packet_range *range)
{
	const int64_t late_below = range->low + range->running;

	switch (status) {
	case JSCOPE_STATUS_SUCCESS:
		if (packet < late_below)
			return "STATUS_DATA_LATE_ERROR: it is played or being played, and what was "
			       "written is not heard";
		if (packet > range->high + 1)
			return "STATUS_DATA_OVERRUN: the buffer has no place for it yet, and it "
			       "overwrites what is still to be played";
		return NULL;
	case JSCOPE_STATUS_DATA_LATE_ERROR:
		return packet >= range->high + range->running
			       ? "success: it is still to be played, and refusing it makes a gap"
			       : NULL;
	case JSCOPE_STATUS_DATA_OVERRUN:
		return packet < range->low + 1 + range->running
			       ? "no overrun: the buffer has a place for it"
			       : NULL;
	default:
		return NULL;
	}
}

static void status_judge(struct jscope__packet_bench *bench,
			 const struct jscope_vocabulary_event *event,
			 const struct jscope__packet_range *range)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	const char *verdict = verdict_of(slots->status, unwrap(slots->packet, range->low), range);
	char object[48];

	if (!verdict)
		jscope__judge_pass(bench->judge, 49);
	else
		jscope__judge_violate(
			bench->judge, 49, event->ts_ns, jscope__event_stream_name(object, event),
			"SetWritePacket(%" PRId64 ") gives %s with %" PRId64
			" packets completed; it should be %s.",
			slots->packet, jscope_status_name(slots->status), range->low, verdict);
}

/* R50: the habit of one driver. */
static void expected_judge(struct jscope__packet_bench *bench,
			   const struct jscope_vocabulary_event *event,
			   const struct jscope__packet_range *range)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	const int64_t packet = unwrap(slots->packet, range->low);
	char object[48];

	if (jscope__judge_profile(bench->judge) != JSCOPE_PROFILE_SYSVAD ||
	    slots->status != JSCOPE_STATUS_SUCCESS)
		return;
	if (packet >= range->low + range->running && packet <= range->high + range->running)
		jscope__judge_pass(bench->judge, 50);
	else
		jscope__judge_violate(
			bench->judge, 50, event->ts_ns, jscope__event_stream_name(object, event),
			"SetWritePacket takes packet %" PRId64 " with %" PRId64
			" completed %s; sysvad takes the %s one only.",
			slots->packet, range->low, range->running ? "in RUN" : "before RUN",
			range->running ? "next" : "current");
}

/* R51 */

static void ended_judge(struct jscope__packet_bench *bench,
			const struct jscope__packet_stream *stream,
			const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	char object[48];

	jscope__event_stream_name(object, event);
	if (!jscope__judge_sees(bench->judge, stream->ended_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, 51);
	else if (slots->status == JSCOPE_STATUS_INVALID_DEVICE_STATE)
		jscope__judge_pass(bench->judge, 51);
	else
		jscope__judge_violate_as(
			bench->judge, 51,
			slots->status >= 0 ? JSCOPE_RULE_ERROR : JSCOPE_RULE_WARNING, event->ts_ns,
			object,
			"SetWritePacket(%" PRId64 ") after the end of the stream "
			"gives %s instead of STATUS_INVALID_DEVICE_STATE; nothing is "
			"played after the end.",
			slots->packet, jscope_status_name(slots->status));
}

/* Returns whether the arguments are such as the interface has. */
static bool arguments_judge(struct jscope__packet_bench *bench,
			    const struct jscope__packet_stream *stream,
			    const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	const bool flags_are_known = (slots->flags & ~FLAG_END_OF_STREAM) == 0;
	const bool length_fits = !(slots->flags & FLAG_END_OF_STREAM) ||
				 stream->packet_bytes <= 0 ||
				 slots->eos_len <= stream->packet_bytes;
	char object[48];

	jscope__event_stream_name(object, event);
	if ((flags_are_known && length_fits) || slots->status < 0)
		jscope__judge_pass(bench->judge, 51);
	else if (!flags_are_known)
		jscope__judge_violate(bench->judge, 51, event->ts_ns, object,
				      "SetWritePacket takes flags 0x%" PRIx64
				      ", of which only 0x200 "
				      "(end of stream) exists; STATUS_INVALID_PARAMETER keeps the "
				      "others for what is to come.",
				      (uint64_t)slots->flags);
	else
		jscope__judge_violate(bench->judge, 51, event->ts_ns, object,
				      "SetWritePacket takes an end of stream after %" PRId64
				      " bytes of a packet of %" PRId64
				      "; it should be STATUS_INVALID_PARAMETER.",
				      slots->eos_len, stream->packet_bytes);
	return flags_are_known && length_fits;
}

/* R52: the event of the write position comes before or after that of its packet, as the driver has
 * it. */

static void target_judge(struct jscope__packet_bench *bench,
			 const struct jscope__packet_stream *stream,
			 const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (!jscope__judge_sees(bench->judge, stream->buffer_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, 52);
	else if (stream->write_target_bytes == stream->packet_target_bytes)
		jscope__judge_pass(bench->judge, 52);
	else
		jscope__judge_violate(
			bench->judge, 52, event->ts_ns, jscope__event_stream_name(object, event),
			"Packet %" PRId64 " is written at offset %" PRId64 " instead of %" PRId64
			" (packet modulo %" PRId64 " times %" PRId64
			" bytes); the device plays something else in its turn.",
			stream->packet_number, stream->write_target_bytes,
			stream->packet_target_bytes, stream->packets_per_buffer,
			stream->packet_bytes);
}

static void packet_place(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			 const struct jscope_vocabulary_event *event)
{
	const int64_t packet = (uint32_t)SLOTS(event, wrt_packet)->packet;

	if (stream->packet_bytes <= 0)
		return;
	stream->packet_number = packet;
	stream->packet_target_bytes = packet % stream->packets_per_buffer * stream->packet_bytes;
	if (stream->habit == JSCOPE__HABIT_UNKNOWN)
		stream->habit = stream->write_open ? JSCOPE__WRITE_LEADS : JSCOPE__WRITE_FOLLOWS;
	if (stream->habit == JSCOPE__WRITE_LEADS && stream->write_open)
		target_judge(bench, stream, event);
	stream->packet_open = stream->habit == JSCOPE__WRITE_FOLLOWS;
	stream->write_open = false;
}

void jscope__packet_target(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			   const struct jscope_vocabulary_event *event)
{
	stream->write_target_bytes = SLOTS(event, wrt_write)->target;
	stream->write_open = true;
	if (!stream->packet_open)
		return;
	stream->packet_open = stream->write_open = false;
	target_judge(bench, stream, event);
}

void jscope__packet_write(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			  const struct jscope_vocabulary_event *event, jscope_ns before_ns)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	struct jscope__packet_range range;

	if (stream->ended) {
		ended_judge(bench, stream, event);
		return;
	}
	if (arguments_judge(bench, stream, event)) {
		if (jscope__packet_range(bench, stream, before_ns, event->ts_ns, &range)) {
			status_judge(bench, event, &range);
			expected_judge(bench, event, &range);
		} else if (stream->buffer == JSCOPE__BUFFER_NOTIFYING) {
			jscope__judge_abstain(bench->judge, 49);
		}
	}
	if (slots->status < 0)
		return;
	packet_place(bench, stream, event);
	if (slots->flags & FLAG_END_OF_STREAM) {
		stream->ended = true;
		stream->ended_ns = event->ts_ns;
	}
}
