/*
 * R9..R12, R15, R16: the list of events that a stream notifies, and the silence after its end.
 */
#include "rules/bench.h"

#include <inttypes.h>

#define RULE_BUFFER_FIRST	9
#define RULE_NO_DUPLICATE	10
#define RULE_UNREGISTER_KNOWN	11
#define RULE_UNREGISTER_ALL	12
#define RULE_SIGNAL_REGISTERED	15
#define RULE_SILENT_WHEN_CLOSED 16

#define EVENTS_MAX 65536
#define DPCS_MAX   4096

/* An event that some stream has registered, or that a DPC signals before any does. */
struct target {
	bool was_registered;
	jscope_ns first_set_ns; /* by a DPC while not registered; UNKNOWN: never */
	jscope_ns removed_ns;
};

/* A DPC that signals the events of a stream. */
struct notifier {
	int64_t stream;
	bool is_shared; /* it has served several streams: whose run it is cannot be told */
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *targets;   /* (dev, event): struct target */
	struct jscope_map *notifiers; /* (dev, dpc): struct notifier */
};

static struct target *target_put(struct bench *bench, int64_t dev, int64_t event)
{
	const struct jscope_key key = jscope__key(dev, event);
	struct target *target = jscope_map_get(bench->targets, key);

	if (target)
		return target;
	target = jscope_map_put(bench->targets, key);
	if (target)
		target->first_set_ns = target->removed_ns = JSCOPE_NS_UNKNOWN;
	return target;
}

/* R9, R10, and R15 for what was signalled before */

static void judge_buffer_first(struct bench *bench, const struct jscope_vocabulary_event *event,
			       const struct jscope__stream *stream)
{
	const bool reactos = jscope__judge_profile(bench->judge) == JSCOPE_PROFILE_REACTOS;
	char object[48];

	if (stream->buffer == JSCOPE__YES && stream->notification_count > 0)
		jscope__judge_pass(bench->judge, RULE_BUFFER_FIRST);
	else if (stream->buffer != JSCOPE__UNKNOWN)
		jscope__judge_violate_as(
			bench->judge, RULE_BUFFER_FIRST,
			reactos ? JSCOPE_RULE_WARNING : JSCOPE_RULE_ERROR, event->ts_ns,
			jscope__stream_name(object, stream),
			"event 0x%" PRIx64 " was registered while no buffer with notification was "
			"allocated; only AllocateBufferWithNotification says how often to signal "
			"it",
			(uint64_t)SLOTS(event, wrt_register)->event);
	else if (jscope__judge_blind_until(bench->judge) != JSCOPE_NS_UNKNOWN)
		jscope__judge_abstain(bench->judge, RULE_BUFFER_FIRST);
}

static void judge_duplicate(struct bench *bench, const struct jscope_vocabulary_event *event,
			    const struct jscope__stream *stream)
{
	const struct jscope_slots_wrt_register *slots = SLOTS(event, wrt_register);
	char object[48];

	if (!jscope__stream_registered(stream, slots->event)) {
		if (stream->list_is_known)
			jscope__judge_pass(bench->judge, RULE_NO_DUPLICATE);
		return;
	}
	if (slots->status < 0)
		jscope__judge_pass(bench->judge, RULE_NO_DUPLICATE);
	else if (!stream->list_is_known)
		jscope__judge_abstain(bench->judge, RULE_NO_DUPLICATE);
	else
		jscope__judge_violate(
			bench->judge, RULE_NO_DUPLICATE, event->ts_ns,
			jscope__stream_name(object, stream),
			"event 0x%" PRIx64 " was registered although it is on the "
			"list; sysvad refuses that with STATUS_UNSUCCESSFUL, since one "
			"removal would leave a dangling entry",
			(uint64_t)slots->event);
}

static void judge_set_before(struct bench *bench, const struct jscope_vocabulary_event *event,
			     const struct jscope__stream *stream, const struct target *target)
{
	char object[48];

	if (target->was_registered || target->first_set_ns == JSCOPE_NS_UNKNOWN ||
	    stream->created != JSCOPE__YES || target->first_set_ns < stream->created_ns)
		return;
	jscope__judge_violate(
		bench->judge, RULE_SIGNAL_REGISTERED, event->ts_ns,
		jscope__stream_name(object, stream),
		"event 0x%" PRIx64 " is registered now, but the DPC signalled it %" PRId64
		" ns before; until RegisterNotificationEvent returns the driver holds "
		"no reference to it",
		(uint64_t)SLOTS(event, wrt_register)->event,
		jscope_sub_sat(event->ts_ns, target->first_set_ns));
}

static void on_register(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_register *slots = SLOTS(event, wrt_register);
	const struct jscope__stream *stream =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct target *target = target_put(bench, slots->dev, slots->event);

	if (stream)
		judge_duplicate(bench, event, stream);
	if (slots->status < 0)
		return;
	if (stream)
		judge_buffer_first(bench, event, stream);
	if (stream && target)
		judge_set_before(bench, event, stream, target);
	if (target)
		target->was_registered = true;
}

/* R11, R12 */

static void judge_known(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *stream)
{
	const struct jscope_slots_wrt_unregister *slots = SLOTS(event, wrt_unregister);
	char object[48];

	if (slots->status < 0 || jscope__stream_registered(stream, slots->event))
		jscope__judge_pass(bench->judge, RULE_UNREGISTER_KNOWN);
	else if (stream->list_is_known)
		jscope__judge_violate(bench->judge, RULE_UNREGISTER_KNOWN, event->ts_ns,
				      jscope__stream_name(object, stream),
				      "event 0x%" PRIx64
				      " was unregistered with success, but it is "
				      "not on the list; the call must return an error such as "
				      "STATUS_NOT_FOUND, else clients believe it was the right one",
				      (uint64_t)slots->event);
	else if (jscope__judge_blind_until(bench->judge) != JSCOPE_NS_UNKNOWN)
		jscope__judge_abstain(bench->judge, RULE_UNREGISTER_KNOWN);
}

static void judge_in_run(struct bench *bench, const struct jscope_vocabulary_event *event,
			 const struct jscope__stream *stream)
{
	char object[48];

	if (stream->state == JSCOPE__STATE_RUN && SLOTS(event, wrt_unregister)->status >= 0)
		jscope__judge_violate_as(
			bench->judge, RULE_UNREGISTER_ALL, JSCOPE_RULE_WARNING, event->ts_ns,
			jscope__stream_name(object, stream),
			"event 0x%" PRIx64
			" was unregistered in RUN; the documented order is to stop "
			"first, since the DPC may be about to signal it",
			(uint64_t)SLOTS(event, wrt_unregister)->event);
}

static void on_unregister(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_unregister *slots = SLOTS(event, wrt_unregister);
	const struct jscope__stream *stream =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	struct target *target = target_put(bench, slots->dev, slots->event);

	if (stream) {
		judge_known(bench, event, stream);
		judge_in_run(bench, event, stream);
	}
	if (target && slots->status >= 0) {
		target->was_registered = true;
		target->removed_ns = event->ts_ns;
	}
}

static void on_close(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_wrt_close *slots = SLOTS(event, wrt_close);
	const struct jscope__stream *stream =
		jscope__judge_stream(bench->judge, slots->dev, slots->stream);
	char object[48];

	if (!stream || stream->is_closed)
		return;
	if (!stream->list_is_known && stream->registered_count > 0)
		jscope__judge_abstain(bench->judge, RULE_UNREGISTER_ALL);
	else if (stream->registered_count > 0)
		jscope__judge_violate(
			bench->judge, RULE_UNREGISTER_ALL, event->ts_ns,
			jscope__stream_name(object, stream),
			"the stream was closed with %u event(s) still registered, such as "
			"0x%" PRIx64 "; they must be unregistered after leaving RUN, or "
			"the driver keeps pointers to objects of a client that is gone",
			stream->registered_count, (uint64_t)stream->registered[0].event);
	else if (stream->list_is_known)
		jscope__judge_pass(bench->judge, RULE_UNREGISTER_ALL);
}

/* R15 */

/* The stream on whose list the event is may be another than the one that registered it last. */
static bool is_registered(const struct jscope__stream *stream, int64_t event)
{
	return stream && jscope__stream_registered(stream, event);
}

static void judge_unregistered_set(struct bench *bench, const struct jscope_vocabulary_event *event,
				   const struct jscope__stream *stream, const struct target *target)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	char object[48];

	if (!stream->list_is_known || target->removed_ns == JSCOPE_NS_UNKNOWN ||
	    jscope__judge_is_blind(bench->judge, target->removed_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, RULE_SIGNAL_REGISTERED);
	else
		jscope__judge_violate(
			bench->judge, RULE_SIGNAL_REGISTERED, event->ts_ns,
			jscope__judge_object(object, slots->dev, "event", slots->event),
			"it was signalled %" PRId64
			" ns after it was unregistered; the client may have freed it, "
			"so the driver writes into memory that is someone else's",
			jscope_sub_sat(event->ts_ns, target->removed_ns));
}

static void notifier_learn(struct bench *bench, const struct jscope_slots_ev_set *slots,
			   const struct jscope__stream *stream)
{
	const struct jscope_key key = jscope__key(slots->dev, slots->dpc);
	const struct notifier *known = jscope_map_get(bench->notifiers, key);
	struct notifier *notifier;

	if (slots->dpc == 0)
		return;
	notifier = known ? jscope_map_get(bench->notifiers, key)
			 : jscope_map_put(bench->notifiers, key);
	if (!notifier)
		return;
	if (known && notifier->stream != stream->id)
		notifier->is_shared = true;
	notifier->stream = stream->id;
}

static void on_set(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_ev_set *slots = SLOTS(event, ev_set);
	const struct jscope__stream *stream = jscope__scene_event_stream(
		jscope__judge_scene(bench->judge), slots->dev, slots->event);
	struct target *target = target_put(bench, slots->dev, slots->event);

	if (is_registered(stream, slots->event)) {
		jscope__judge_pass(bench->judge, RULE_SIGNAL_REGISTERED);
		notifier_learn(bench, slots, stream);
	} else if (stream && target && target->was_registered) {
		judge_unregistered_set(bench, event, stream, target);
	} else if (target && slots->dpc != 0 && target->first_set_ns == JSCOPE_NS_UNKNOWN) {
		target->first_set_ns = event->ts_ns;
	}
}

/* R16 */

static void judge_silence(struct bench *bench, const struct jscope_vocabulary_event *event,
			  const struct jscope__stream *stream)
{
	char object[48];

	if (stream->buffer == JSCOPE__YES)
		jscope__judge_pass(bench->judge, RULE_SILENT_WHEN_CLOSED);
	if (stream->buffer != JSCOPE__NO || stream->unbuffered_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (jscope__judge_is_blind(bench->judge, stream->unbuffered_ns, event->ts_ns))
		jscope__judge_abstain(bench->judge, RULE_SILENT_WHEN_CLOSED);
	else
		jscope__judge_violate(bench->judge, RULE_SILENT_WHEN_CLOSED, event->ts_ns,
				      jscope__stream_name(object, stream),
				      "%s came %" PRId64
				      " ns after the %s; timers must be cancelled "
				      "and DPCs flushed first, or they run on memory that is freed",
				      jscope_event_describe(event->id)->name,
				      jscope_sub_sat(event->ts_ns, stream->unbuffered_ns),
				      stream->is_closed ? "stream was closed" : "buffer was freed");
}

static void on_point(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope__stream *stream = jscope__judge_stream(
		bench->judge, SLOTS(event, dev_point)->dev, SLOTS(event, dev_point)->stream);

	if (stream)
		judge_silence(bench, event, stream);
}

/* A DPC whose stream is gone may already serve the next one of its device. */
static void on_dpc(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const int64_t dev = event->slot[0], dpc = SLOTS(event, dpc_entry)->dpc;
	const struct notifier *notifier = jscope_map_get(bench->notifiers, jscope__key(dev, dpc));
	const struct jscope__stream *stream;

	if (!notifier || notifier->is_shared)
		return;
	stream = jscope__judge_stream(bench->judge, dev, notifier->stream);
	if (!stream)
		return;
	if (stream->buffer == JSCOPE__YES ||
	    jscope__scene_buffers(jscope__judge_scene(bench->judge), dev) == 0)
		judge_silence(bench, event, stream);
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	switch (event->id) {
	case JSCOPE_EVENT_wrt_register:
		on_register(bench, event);
		break;
	case JSCOPE_EVENT_wrt_unregister:
		on_unregister(bench, event);
		break;
	case JSCOPE_EVENT_wrt_close:
		on_close(bench, event);
		break;
	case JSCOPE_EVENT_ev_set:
		on_set(bench, event);
		break;
	case JSCOPE_EVENT_dev_point:
		on_point(bench, event);
		break;
	case JSCOPE_EVENT_dpc_insert:
	case JSCOPE_EVENT_dpc_entry:
		on_dpc(bench, event);
		break;
	}
}

const struct jscope__bench_ops jscope__bench_event = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, targets, struct target, EVENTS_MAX, NULL),
		JSCOPE__TABLE(struct bench, notifiers, struct notifier, DPCS_MAX, NULL),
	},
	.event = on_event,
};
