/* R4..R8, R13, R14: how a WaveRT stream is set up, what its calls say and at which level they run. */
#include "rules/bench.h"

#include <inttypes.h>

#include "probes/codes.h"

#define RULE_ADJACENT	 4
#define RULE_COUNT	 5
#define RULE_GEOMETRY	 6
#define RULE_STATUS	 7
#define RULE_ONE_BUFFER	 8
#define RULE_PASSIVE	 13
#define RULE_QUERY_LEVEL 14

#define POSITION_QUERIED 0

struct bench {
	struct jscope_judge *judge;
};

/* NULL where the trace has not told of the stream. */
static const struct jscope__stream *stream_of(const struct bench *bench,
					      const struct jscope_vocabulary_event *event)
{
	return jscope__judge_stream(bench->judge, event->slot[0], SLOTS(event, wrt_close)->stream);
}

/* R4 */

static bool is_neighbour(int64_t old, int64_t new)
{
	const int64_t step = jscope_sub_sat(new, old);

	return new >= 0 && new < JSCOPE__STATE_COUNT && (step == 1 || step == -1);
}

static void judge_state(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_state *slots = SLOTS(event, wrt_state);
	const struct jscope__stream *stream = stream_of(bench, event);
	char object[48];

	if (slots->status < 0 || slots->old == slots->new)
		return; /* refused, or no change */
	if (!is_neighbour(slots->old, slots->new))
		jscope__judge_violate(bench->judge, RULE_ADJACENT, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "SetState went from %s to %s; only neighbours of "
				      "STOP-ACQUIRE-PAUSE-RUN are allowed, so the driver skipped "
				      "what the state between prepares",
				      jscope__state_name(slots->old),
				      jscope__state_name(slots->new));
	else if (stream && stream->state != JSCOPE__STATE_UNKNOWN &&
		 (int64_t)stream->state != slots->old)
		jscope__judge_violate(bench->judge, RULE_ADJACENT, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "SetState left %s, but the stream was in %s; a change in "
				      "between happened without SetState, or %s",
				      jscope__state_name(slots->old),
				      jscope__state_name(stream->state),
				      "the driver lost track of its own state");
	else
		jscope__judge_pass(bench->judge, RULE_ADJACENT);
}

/* R5..R7 */

static void judge_count(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const int64_t count = SLOTS(event, wrt_alloc)->notif_count;
	char object[48];

	if (count == 0)
		return; /* a buffer without notification */
	if (count == 1 || count == 2)
		jscope__judge_pass(bench->judge, RULE_COUNT);
	else
		jscope__judge_violate(bench->judge, RULE_COUNT, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "a buffer with %" PRId64 " notifications per cycle was "
				      "allocated; only 1 (at its end) or 2 (middle and end) exist, "
				      "and clients place their writes by that",
				      count);
}

static const char *geometry_fault(const struct jscope_slots_wrt_alloc *slots, int64_t frame_bytes)
{
	if (slots->actual <= 0)
		return "a buffer has to hold something";
	if (frame_bytes > 0 && slots->actual % frame_bytes != 0)
		return "the last frame is cut at the wrap, so channels change places there";
	if (slots->notif_count > 0 && slots->actual % slots->notif_count != 0)
		return "its packets are not of one size";
	if (slots->notif_count > 0 && frame_bytes > 0 &&
	    slots->actual / slots->notif_count % frame_bytes != 0)
		return "the notification point lies inside a frame";
	return NULL;
}

static void judge_geometry(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_alloc *slots = SLOTS(event, wrt_alloc);
	const struct jscope__stream *stream = stream_of(bench, event);
	const int64_t frame_bytes = stream ? stream->frame_bytes : 0;
	const char *fault = geometry_fault(slots, frame_bytes);
	char object[48];

	if (!fault)
		jscope__judge_pass(bench->judge, RULE_GEOMETRY);
	else
		jscope__judge_violate(bench->judge, RULE_GEOMETRY, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "a buffer of %" PRId64 " B with %" PRId64
				      " notifications and frames of %" PRId64
				      " B was allocated: %s",
				      slots->actual, slots->notif_count, frame_bytes, fault);
}

static bool is_documented_failure(const struct bench *bench, int64_t status)
{
	switch ((int32_t)status) {
	case JSCOPE_STATUS_UNSUCCESSFUL:
	case JSCOPE_STATUS_INSUFFICIENT_RESOURCES:
	case JSCOPE_STATUS_DEVICE_NOT_READY:
		return true;
	case JSCOPE_STATUS_INVALID_PARAMETER:
		return jscope__judge_profile(bench->judge) == JSCOPE_PROFILE_SYSVAD;
	}
	return false;
}

static void judge_failure(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const int64_t status = SLOTS(event, wrt_alloc)->status;
	char object[48];

	if (is_documented_failure(bench, status))
		jscope__judge_pass(bench->judge, RULE_STATUS);
	else
		jscope__judge_violate(bench->judge, RULE_STATUS, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "the allocation failed with %s (0x%08" PRIX32
				      "); clients know STATUS_UNSUCCESSFUL (try other attributes), "
				      "INSUFFICIENT_RESOURCES and DEVICE_NOT_READY (try again)",
				      jscope_status_name(status), (uint32_t)status);
}

/* R8 */

static void judge_second_buffer(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope__stream *stream = stream_of(bench, event);
	char object[48];

	if (!stream)
		return;
	if (stream->buffer == JSCOPE__YES)
		jscope__judge_violate(bench->judge, RULE_ONE_BUFFER, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "a second buffer was allocated while one of %" PRId64
				      " B was there; the first leaks, and the device may still "
				      "play it",
				      stream->buffer_bytes);
	else if (stream->is_closed)
		jscope__judge_violate(bench->judge, RULE_ONE_BUFFER, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "a buffer was allocated for a stream that is closed; nobody "
				      "will free it");
	else if (stream->buffer == JSCOPE__NO)
		jscope__judge_pass(bench->judge, RULE_ONE_BUFFER);
}

static void judge_free(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const int64_t size = SLOTS(event, wrt_free)->size;
	const struct jscope__stream *stream = stream_of(bench, event);
	char object[48];

	if (!stream || stream->buffer == JSCOPE__UNKNOWN)
		return;
	if (stream->buffer == JSCOPE__NO)
		jscope__judge_violate(bench->judge, RULE_ONE_BUFFER, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "a buffer of %" PRId64 " B was freed although the stream %s; "
				      "freed twice, its pages may belong to someone else",
				      size, stream->is_closed ? "is closed" : "had none any more");
	else if (size != stream->buffer_bytes)
		jscope__judge_violate(
			bench->judge, RULE_ONE_BUFFER, event->ts_ns,
			jscope__event_stream_name(object, event),
			"%" PRId64 " B were freed, but the buffer has %" PRId64
			" B; the size given to FreeBufferWithNotification must be the "
			"one allocated",
			size, stream->buffer_bytes);
	else
		jscope__judge_pass(bench->judge, RULE_ONE_BUFFER);
}

static void judge_alloc(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	if (SLOTS(event, wrt_alloc)->status < 0) {
		judge_failure(bench, event);
		return;
	}
	judge_count(bench, event);
	judge_geometry(bench, event);
	judge_second_buffer(bench, event);
}

/* R13, R14 */

static void judge_passive(struct bench *bench, const struct jscope_vocabulary_event *event,
			  const char *method)
{
	const int64_t irql = SLOTS(event, wrt_close)->irql;
	char object[48];

	if (irql == 0)
		jscope__judge_pass(bench->judge, RULE_PASSIVE);
	else
		jscope__judge_violate(
			bench->judge, RULE_PASSIVE, event->ts_ns,
			jscope__event_stream_name(object, event),
			"%s ran at IRQL %" PRId64 "; it is documented for passive "
			"level (0), since it may wait or touch paged memory, which is "
			"fatal above",
			method, irql);
}

static void judge_query_level(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	char object[48];

	if (slots->source != POSITION_QUERIED)
		return;
	if (slots->irql == 0 || slots->irql == 2)
		jscope__judge_pass(bench->judge, RULE_QUERY_LEVEL);
	else
		jscope__judge_violate(bench->judge, RULE_QUERY_LEVEL, event->ts_ns,
				      jscope__event_stream_name(object, event),
				      "GetPosition ran at IRQL %" PRId64 "; it may be called at "
				      "passive (0) or dispatch level (2) only, above that its spin "
				      "lock deadlocks",
				      slots->irql);
}

static const char *packet_method(const struct jscope_vocabulary_event *event)
{
	static const char *const names[] = { "SetWritePacket", "GetReadPacket", "GetPacketCount" };
	const int64_t kind = SLOTS(event, wrt_packet)->kind;

	return kind >= 0 && kind < 3 ? names[kind] : "a packet method";
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_wrt_alloc:
		judge_alloc(bench, event);
		judge_passive(bench, event, "AllocateBufferWithNotification");
		break;
	case JSCOPE_EVENT_wrt_free:
		judge_free(bench, event);
		judge_passive(bench, event, "FreeBufferWithNotification");
		break;
	case JSCOPE_EVENT_wrt_register:
		judge_passive(bench, event, "RegisterNotificationEvent");
		break;
	case JSCOPE_EVENT_wrt_unregister:
		judge_passive(bench, event, "UnregisterNotificationEvent");
		break;
	case JSCOPE_EVENT_wrt_state:
		judge_state(bench, event);
		judge_passive(bench, event, "SetState");
		break;
	case JSCOPE_EVENT_wrt_packet:
		judge_passive(bench, event, packet_method(event));
		break;
	case JSCOPE_EVENT_wrt_pos:
		judge_query_level(bench, event);
		break;
	}
}

const struct jscope__bench_ops jscope__bench_stream = {
	.size = sizeof(struct bench),
	.event = on_event,
};
