/*
 * The packet methods of WaveRT streams (R49..R55), and what they are judged by: the packets that the
 * device had completed when a method ran.
 *
 * A method tells its return only, and reads the position before. What others told before the
 * thread's event before the call was true already when it read; what it read cannot be more than the
 * latest position and the time since then allow.
 */
#include "rules/bench_packet.h"

#include <inttypes.h>

#include "probes/codes.h"

/* How long before its return a method of an unknown thread may have read the position. */
#define CALL_SLACK_NS JSCOPE_NS_PER_MS

/* What is known of a stream */

static struct jscope__packet_stream *stream_get(struct jscope__packet_bench *bench, int64_t dev,
						int64_t id)
{
	struct jscope__packet_stream *stream = jscope_map_put(bench->streams, jscope__key(dev, id));

	if (!stream || stream->seen)
		return stream;
	stream->seen = true;
	stream->since_ns = JSCOPE_NS_UNKNOWN;
	return stream;
}

static void sighting_add(struct jscope__packet_stream *stream, jscope_ns told_ns, jscope_ns at_ns,
			 int64_t linear_bytes)
{
	struct jscope__sighting *sightings = stream->sightings;

	if (stream->sighting_count == JSCOPE__SIGHTINGS) {
		for (unsigned i = 1; i < JSCOPE__SIGHTINGS; i++)
			sightings[i - 1] = sightings[i];
		stream->sighting_count--;
	}
	sightings[stream->sighting_count++] =
		(struct jscope__sighting){ told_ns, at_ns == JSCOPE_NS_UNKNOWN ? told_ns : at_ns,
					   linear_bytes };
}

/* All counts begin again. */
static void stream_rewind(struct jscope__packet_stream *stream, jscope_ns now_ns)
{
	stream->sighting_count = 0;
	sighting_add(stream, now_ns, now_ns, 0);
	stream->ended = false;
	stream->read_known = true;
	stream->read_last = -1;
	stream->read_ns = now_ns;
}

static void on_newstream(struct jscope__packet_bench *bench,
			 const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_newstream *slots = SLOTS(event, wrt_newstream);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	if (!stream)
		return;
	*stream = (struct jscope__packet_stream){
		.seen = true,
		.since_ns = event->ts_ns,
		.rate_bytes = jscope_muldiv((uint32_t)slots->fs, (uint32_t)slots->ba, 1),
		.buffer = JSCOPE__BUFFER_NONE,
		.buffer_ns = event->ts_ns,
		.state_known = true,
		.state = JSCOPE__STATE_STOP,
		.state_ns = event->ts_ns,
	};
	stream_rewind(stream, event->ts_ns);
}

static void on_alloc(struct jscope__packet_bench *bench,
		     const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_alloc *slots = SLOTS(event, wrt_alloc);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	jscope_map_put(bench->devices, jscope__dev_key(slots->dev));
	if (!stream || slots->status < 0)
		return;
	stream->buffer = slots->notif_count ? JSCOPE__BUFFER_NOTIFYING : JSCOPE__BUFFER_PLAIN;
	stream->buffer_ns = event->ts_ns;
	stream->packets_per_buffer = slots->notif_count;
	stream->packet_bytes = slots->notif_count > 0 ? slots->actual / slots->notif_count : 0;
}

static void on_free(struct jscope__packet_bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_free *slots = SLOTS(event, wrt_free);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	if (!stream)
		return;
	stream->buffer = JSCOPE__BUFFER_NONE;
	stream->buffer_ns = event->ts_ns;
	stream->packet_bytes = 0;
}

static void on_state(struct jscope__packet_bench *bench,
		     const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	if (!stream || slots->status < 0)
		return;
	stream->state_known = true;
	stream->state = (int)slots->new;
	stream->state_ns = event->ts_ns;
	if (stream->state == JSCOPE__STATE_STOP)
		stream_rewind(stream, event->ts_ns);
	else
		sighting_add(stream, event->ts_ns, event->ts_ns, slots->linear);
}

static void on_position(struct jscope__packet_bench *bench,
			const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	if (stream)
		sighting_add(stream, event->ts_ns, slots->pos_ts_ns, slots->linear);
}

static void on_point(struct jscope__packet_bench *bench,
		     const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dev_point *slots = SLOTS(event, dev_point);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	if (stream)
		sighting_add(stream, event->ts_ns, slots->ideal_ns, slots->linear);
}

/* The range */

static const struct jscope__sighting *known_before(const struct jscope__packet_stream *stream,
						   jscope_ns before_ns)
{
	for (unsigned i = stream->sighting_count; i-- > 0;)
		if (stream->sightings[i].told_ns <= before_ns)
			return &stream->sightings[i];
	return NULL;
}

static int64_t farthest_bytes(const struct jscope__packet_stream *stream, jscope_ns now_ns)
{
	const struct jscope__sighting *last = &stream->sightings[stream->sighting_count - 1];
	const jscope_ns elapsed_ns = jscope_sub_sat(now_ns, last->at_ns);
	const jscope_ns allowed_ns =
		jscope_add_sat(elapsed_ns, elapsed_ns / 100 + 100 * JSCOPE_NS_PER_US);

	if (stream->state != JSCOPE__STATE_RUN || allowed_ns < 0)
		return last->linear_bytes;
	return jscope_add_sat(last->linear_bytes,
			      jscope_muldiv(stream->rate_bytes, allowed_ns, JSCOPE_NS_PER_SEC));
}

bool jscope__packet_range(const struct jscope__packet_bench *bench,
			  const struct jscope__packet_stream *stream, jscope_ns before_ns,
			  jscope_ns now_ns, struct jscope__packet_range *ret_range)
{
	const struct jscope__sighting *known = known_before(stream, before_ns);

	if (!known || stream->packet_bytes <= 0 || stream->rate_bytes <= 0 ||
	    !stream->state_known || stream->state_ns > before_ns ||
	    !jscope__judge_sees(bench->judge, stream->state_ns, now_ns) ||
	    !jscope__judge_sees(bench->judge, stream->buffer_ns, now_ns))
		return false;
	*ret_range = (struct jscope__packet_range){
		.low = known->linear_bytes / stream->packet_bytes,
		.high = farthest_bytes(stream, now_ns) / stream->packet_bytes,
		.running = stream->state == JSCOPE__STATE_RUN,
	};
	return ret_range->low <= ret_range->high;
}

/* R55 */

static const char *method_name(int64_t kind)
{
	static const char *const names[] = { "SetWritePacket", "GetReadPacket", "GetPacketCount" };

	return kind >= 0 && kind < 3 ? names[kind] : "A packet method";
}

static bool has_no_notifications(struct jscope__packet_bench *bench,
				 const struct jscope__packet_stream *stream, int64_t dev)
{
	if (stream->buffer == JSCOPE__BUFFER_PLAIN)
		return true;
	/* None was told: of a driver that tells its allocations, there is none. */
	return stream->buffer == JSCOPE__BUFFER_NONE &&
	       jscope_map_get(bench->devices, jscope__dev_key(dev)) != NULL;
}

/* Returns whether the stream has packets. */
static bool support_judge(struct jscope__packet_bench *bench,
			  const struct jscope__packet_stream *stream,
			  const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	char object[48];

	if (!has_no_notifications(bench, stream, slots->dev))
		return slots->status != JSCOPE_STATUS_NOT_SUPPORTED;
	if (!jscope__judge_sees(bench->judge, stream->buffer_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, 55);
	else if (slots->status == JSCOPE_STATUS_NOT_SUPPORTED)
		jscope__judge_pass(bench->judge, 55);
	else
		jscope__judge_violate(
			bench->judge, 55, event->ts_ns, jscope__event_stream_name(object, event),
			"%s returns %s on a stream without notifications; there are no "
			"packets then, and STATUS_NOT_SUPPORTED tells the client to ask "
			"for positions instead.",
			method_name(slots->kind), jscope_status_name(slots->status));
	return false;
}

/* The bench */

static void on_packet(struct jscope__packet_bench *bench,
		      const struct jscope_vocabulary_event *event, jscope_ns before_ns)
{
	const struct jscope_slots_wrt_packet *slots = SLOTS(event, wrt_packet);
	struct jscope__packet_stream *stream = stream_get(bench, slots->dev, slots->stream);

	if (!stream || !support_judge(bench, stream, event))
		return;
	if (slots->kind == JSCOPE__SET_WRITE_PACKET)
		jscope__packet_write(bench, stream, event, before_ns);
	else if (slots->kind == JSCOPE__GET_READ_PACKET)
		jscope__packet_read(bench, stream, event, before_ns);
}

/* The thread's event before this one, which the call cannot have begun before. */
static jscope_ns thread_step(struct jscope__packet_bench *bench,
			     const struct jscope_vocabulary_event *event)
{
	jscope_ns *latest_ns, before_ns = jscope_sub_sat(event->ts_ns, CALL_SLACK_NS);

	if (event->tid <= 0)
		return before_ns;
	latest_ns = jscope_map_put(bench->threads, jscope__place(event));
	if (!latest_ns)
		return before_ns;
	if (*latest_ns != 0)
		before_ns = *latest_ns;
	/* A glitch is told from inside a method. */
	if (event->id != JSCOPE_EVENT_wrt_glitch)
		*latest_ns = event->ts_ns;
	return before_ns;
}

static void packet_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct jscope__packet_bench *bench = state;
	const jscope_ns before_ns = thread_step(bench, event);
	struct jscope__packet_stream *stream;

	switch (event->id) {
	case JSCOPE_EVENT_wrt_newstream:
		on_newstream(bench, event);
		break;
	case JSCOPE_EVENT_wrt_close:
		jscope_map_remove(bench->streams,
				  (struct jscope_key){ (uint32_t)event->slot[0],
						       (uint64_t)SLOTS(event, wrt_close)->stream });
		break;
	case JSCOPE_EVENT_wrt_alloc:
		on_alloc(bench, event);
		break;
	case JSCOPE_EVENT_wrt_free:
		on_free(bench, event);
		break;
	case JSCOPE_EVENT_wrt_state:
		on_state(bench, event);
		break;
	case JSCOPE_EVENT_wrt_pos:
		on_position(bench, event);
		break;
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	case JSCOPE_EVENT_wrt_packet:
		on_packet(bench, event, before_ns);
		break;
	case JSCOPE_EVENT_wrt_write:
		stream = stream_get(bench, event->slot[0], SLOTS(event, wrt_write)->stream);
		if (stream)
			jscope__packet_target(bench, stream, event);
		break;
	default:
		break;
	}
}

static void packet_finish(void *state, jscope_ns end_ns)
{
	const struct jscope__packet_bench *bench = state;

	(void)end_ns;
	if (bench->dropped_count > 0)
		jscope__judge_figure(bench->judge, 53, "%" PRIu64 " packets dropped",
				     bench->dropped_count);
}

#define TABLE(map, type, count_max)                                                                \
	JSCOPE__TABLE(struct jscope__packet_bench, map, type, count_max, NULL)

const struct jscope__bench_ops jscope__bench_packet = {
	.size = sizeof(struct jscope__packet_bench),
	.tables = {
		TABLE(streams, struct jscope__packet_stream, JSCOPE__PACKET_STREAMS_MAX),
		TABLE(threads, jscope_ns, JSCOPE__PACKET_THREADS_MAX),
		TABLE(devices, bool, JSCOPE__PACKET_STREAMS_MAX),
	},
	.event = packet_event,
	.finish = packet_finish,
};
