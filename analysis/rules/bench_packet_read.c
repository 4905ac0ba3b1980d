/* GetReadPacket: which packet comes next, and when it began (R53, R54). */
#include <inttypes.h>

#include "probes/codes.h"
#include "rules/bench_packet.h"

/* Of the emulated position of sample drivers (DOMAIN 1.6). */
#define GRANULARITY_NS JSCOPE_NS_PER_MS

static void order_judge(struct jscope__packet_bench *bench,
			const struct jscope__packet_stream *stream,
			const struct jscope_vocabulary_event *event, int64_t packet)
{
	char object[48];

	if (!stream->read_known)
		return;
	if (!jscope__judge_sees(bench->judge, stream->read_ns, event->ts_ns)) {
		jscope__judge_abstain(bench->judge, 53);
	} else if (packet > stream->read_last) {
		jscope__judge_pass(bench->judge, 53);
		bench->dropped_count += (uint64_t)(packet - stream->read_last - 1);
	} else {
		jscope__judge_violate(bench->judge, 53, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "GetReadPacket gives packet %" PRId64 " after %" PRId64
				      "; numbers only grow until STOP, and the client takes old "
				      "samples for new ones.",
				      packet, stream->read_last);
	}
}

static void readable_judge(struct jscope__packet_bench *bench,
			   const struct jscope_vocabulary_event *event, int64_t packet,
			   const struct jscope__packet_range *range)
{
	char object[48];

	if (packet >= range->high)
		jscope__judge_violate(bench->judge, 53, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "GetReadPacket gives packet %" PRId64 " while %" PRId64
				      " are complete at most; the device still fills it.",
				      packet, range->high);
}

static void not_ready_judge(struct jscope__packet_bench *bench,
			    const struct jscope__packet_stream *stream,
			    const struct jscope_vocabulary_event *event, jscope_ns before_ns)
{
	struct jscope__packet_range range;
	char object[48];

	if (!stream->read_known ||
	    !jscope__packet_range(bench, stream, before_ns, event->ts_ns, &range))
		return;
	if (!jscope__judge_sees(bench->judge, stream->read_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, 53);
	else if (range.low <= stream->read_last + 1)
		jscope__judge_pass(bench->judge, 53);
	else
		jscope__judge_violate(bench->judge, 53, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "GetReadPacket gives STATUS_DEVICE_NOT_READY although packet "
				      "%" PRId64 " is complete (%" PRId64 " are); the client waits "
				      "while data is overwritten.",
				      stream->read_last + 1, range.low);
}

static void flags_judge(struct jscope__packet_bench *bench,
			const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	char object[48];

	if (slots->flags != 0)
		jscope__judge_violate(bench->judge, 53, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "GetReadPacket gives flags 0x%" PRIx64
				      "; they must be 0, none has a meaning.",
				      (uint64_t)slots->flags);
}

/* R54 */

/* The sighting nearest to a position, in the present RUN. */
static const struct jscope__sighting *nearest_find(const struct jscope__packet_stream *stream,
						   int64_t linear_bytes)
{
	const struct jscope__sighting *nearest = NULL;
	int64_t least_bytes = INT64_MAX;

	for (unsigned i = 0; i < stream->sighting_count; i++) {
		const struct jscope__sighting *sighting = &stream->sightings[i];
		const int64_t apart = jscope_sub_sat(sighting->linear_bytes, linear_bytes);
		const int64_t apart_bytes = apart < 0 ? -apart : apart;

		if (sighting->told_ns < stream->state_ns || apart_bytes >= least_bytes)
			continue;
		nearest = sighting;
		least_bytes = apart_bytes;
	}
	return nearest;
}

static void stamp_tell(struct jscope__packet_bench *bench,
		       const struct jscope_vocabulary_event *event, jscope_ns error_ns,
		       jscope_ns period_ns, jscope_ns bound_ns)
{
	const jscope_ns from_end_ns = error_ns > period_ns ? jscope_sub_sat(error_ns, period_ns)
							   : jscope_sub_sat(period_ns, error_ns);
	char object[48];

	jscope__judge_violate(
		bench->judge, 54, event->ts_ns, jscope__event_stream_name(object, event),
		"Packet %" PRId64 " carries a time %.3f ms %s that of its first "
		"sample%s; who aligns streams by it is off by as much.",
		SLOTS(event, wrt_packet)->packet,
		(double)(error_ns < 0 ? -error_ns : error_ns) / 1e6,
		error_ns < 0 ? "before" : "after",
		from_end_ns <= bound_ns ? " (it is that of its end, as in sysvad)" : "");
}

static void stamp_judge(struct jscope__packet_bench *bench,
			const struct jscope__packet_stream *stream,
			const struct jscope_vocabulary_event *event, int64_t packet)
{
	const int64_t linear_bytes = jscope_muldiv(packet, stream->packet_bytes, 1);
	const struct jscope__sighting *nearest = nearest_find(stream, linear_bytes);
	const jscope_ns stamp_ns = SLOTS(event, wrt_packet)->ts_packet_ns;
	jscope_ns period_ns, away_ns, begin_ns, bound_ns, error_ns;

	if (!nearest || stamp_ns == JSCOPE_NS_UNKNOWN)
		return;
	period_ns = jscope_muldiv(stream->packet_bytes, JSCOPE_NS_PER_SEC, stream->rate_bytes);
	away_ns = jscope_muldiv(jscope_sub_sat(nearest->linear_bytes, linear_bytes),
				JSCOPE_NS_PER_SEC, stream->rate_bytes);
	begin_ns = jscope_sub_sat(nearest->at_ns, away_ns);
	/* It began before a pause: where, the trace does not tell any more. */
	if (begin_ns < stream->state_ns)
		return;
	bound_ns = GRANULARITY_NS + (away_ns < 0 ? -away_ns : away_ns) / 100;
	if (bound_ns > period_ns / 2)
		bound_ns = period_ns / 2;
	error_ns = jscope_sub_sat(stamp_ns, begin_ns);
	if (error_ns <= bound_ns && error_ns >= -bound_ns)
		jscope__judge_pass(bench->judge, 54);
	else
		stamp_tell(bench, event, error_ns, period_ns, bound_ns);
}

void jscope__packet_read(struct jscope__packet_bench *bench, struct jscope__packet_stream *stream,
			 const struct jscope_vocabulary_event *event, jscope_ns before_ns)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	const int64_t last = stream->read_known ? stream->read_last : 0;
	const int64_t packet = last + (int32_t)((uint32_t)slots->packet - (uint32_t)last);
	struct jscope__packet_range range;

	if (slots->status == JSCOPE_STATUS_DEVICE_NOT_READY)
		not_ready_judge(bench, stream, event, before_ns);
	if (slots->status < 0)
		return;
	flags_judge(bench, event);
	order_judge(bench, stream, event, packet);
	if (jscope__packet_range(bench, stream, before_ns, event->ts_ns, &range)) {
		readable_judge(bench, event, packet, &range);
		stamp_judge(bench, stream, event, packet);
	}
	stream->read_known = true;
	stream->read_last = packet;
	stream->read_ns = event->ts_ns;
}
