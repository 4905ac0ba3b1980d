/* R1, R3: time, and the life of what is named. */
#include "rules/bench.h"

#include <inttypes.h>
#include <stdio.h>

#define RULE_TIME 1
#define RULE_LIFE 3

#define CPUS_MAX    4096
#define OBJECTS_MAX 262144

/* An instant that an event tells lies before it; nanoseconds are for R42 to judge. Two clocks differ
 * by far more than this. */
#define CLOCK_AHEAD_NS	JSCOPE_NS_PER_SEC
#define CLOCK_BEHIND_NS (60 * JSCOPE_NS_PER_SEC)

/* What has a birth and a death in the vocabulary. */
enum kind { KIND_STREAM, KIND_GROUP, KIND_BUFFER };

static const char *const kind_names[] = { "stream", "service group", "notification buffer" };

struct object {
	enum jscope__known alive; /* NO: its end was seen, after its beginning */
	jscope_ns ended_ns;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *last_ns; /* (0, cpu): instant of its last event */
	struct jscope_map *objects; /* (kind and dev, id): struct object */
};

/* R1: order */

static void judge_order(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const struct jscope_key key = { 0, (uint64_t)event->cpu + 1 };
	jscope_ns *last_ns = jscope_map_get(bench->last_ns, key);
	char object[48];

	if (!last_ns) {
		last_ns = jscope_map_put(bench->last_ns, key);
	} else if (event->ts_ns < *last_ns) {
		snprintf(object, sizeof object, "CPU %" PRIu32, event->cpu);
		jscope__judge_violate(bench->judge, RULE_TIME, event->ts_ns, object,
				      "%s is stamped %" PRId64
				      " ns before the event that was recorded ahead of it; time "
				      "runs backwards, so no duration across it means anything",
				      jscope_event_describe(event->id)->name,
				      jscope_sub_sat(*last_ns, event->ts_ns));
	} else {
		jscope__judge_pass(bench->judge, RULE_TIME);
	}
	if (last_ns)
		*last_ns = event->ts_ns;
}

/* R1: one clock */

static void judge_clock(struct bench *bench, const struct jscope_vocabulary_event *event,
			const char *field, jscope_ns instant_ns)
{
	const jscope_ns behind_ns = jscope_sub_sat(event->ts_ns, instant_ns);
	char object[48], text[JSCOPE_NS_TEXT_SIZE];

	if (instant_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (behind_ns >= -CLOCK_AHEAD_NS && behind_ns <= CLOCK_BEHIND_NS) {
		jscope__judge_pass(bench->judge, RULE_TIME);
		return;
	}
	snprintf(object, sizeof object, "dev%" PRIu32, (uint32_t)event->slot[0]);
	jscope_ns_format(text, behind_ns > 0 ? behind_ns : -behind_ns);
	jscope__judge_violate(
		bench->judge, RULE_TIME, event->ts_ns, object,
		"%s tells a %s that is %s %s its own time stamp; the instants in events "
		"must be of the clock of the trace, CLOCK_MONOTONIC",
		jscope_event_describe(event->id)->name, field, text,
		behind_ns > 0 ? "before" : "after");
}

static void judge_clocks(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	switch (event->id) {
	case JSCOPE_EVENT_irq_entry:
		judge_clock(bench, event, "true_ts_ns", SLOTS(event, irq_entry)->true_ts_ns);
		break;
	case JSCOPE_EVENT_dev_point:
		judge_clock(bench, event, "ideal_ns", SLOTS(event, dev_point)->ideal_ns);
		break;
	case JSCOPE_EVENT_wrt_pos:
		judge_clock(bench, event, "pos_ts_ns", SLOTS(event, wrt_pos)->pos_ts_ns);
		break;
	case JSCOPE_EVENT_wrt_packet:
		judge_clock(bench, event, "ts_packet_ns", SLOTS(event, wrt_packet)->ts_packet_ns);
		break;
	case JSCOPE_EVENT_midi_wire:
		judge_clock(bench, event, "end_ns", SLOTS(event, midi_wire)->end_ns);
		break;
	}
}

/* R3 */

static struct jscope_key object_key(enum kind kind, int64_t dev, int64_t id)
{
	return (struct jscope_key){ (uint64_t)kind << 32 | (uint32_t)dev, (uint64_t)id };
}

static void object_begin(struct bench *bench, enum kind kind, int64_t dev, int64_t id)
{
	struct object *object = jscope_map_put(bench->objects, object_key(kind, dev, id));

	if (object)
		object->alive = JSCOPE__YES;
}

/* Only of what is seen to begin can it be said that it has ended for good: another driver may tell
 * the ends only, and use an address again. */
static void object_end(struct bench *bench, enum kind kind, int64_t dev, int64_t id,
		       jscope_ns at_ns)
{
	struct object *object = jscope_map_get(bench->objects, object_key(kind, dev, id));

	if (!object || object->alive != JSCOPE__YES)
		return;
	object->alive = JSCOPE__NO;
	object->ended_ns = at_ns;
}

static void object_use(struct bench *bench, const struct jscope_vocabulary_event *event,
		       enum kind kind, int64_t id)
{
	const struct object *object =
		jscope_map_get(bench->objects, object_key(kind, event->slot[0], id));
	char name[48];

	if (!object)
		return;
	if (object->alive == JSCOPE__YES) {
		jscope__judge_pass(bench->judge, RULE_LIFE);
	} else if (jscope__judge_is_blind(bench->judge, object->ended_ns, event->ts_ns)) {
		jscope__judge_abstain(bench->judge, RULE_LIFE);
	} else {
		jscope__judge_object(name, event->slot[0],
				     kind == KIND_STREAM  ? "stream"
				     : kind == KIND_GROUP ? "group"
							  : "buffer",
				     id);
		jscope__judge_violate(
			bench->judge, RULE_LIFE, event->ts_ns, name,
			"%s names a %s that ended %" PRId64
			" ns before; whatever is at its address by now is used in its place",
			jscope_event_describe(event->id)->name, kind_names[kind],
			jscope_sub_sat(event->ts_ns, object->ended_ns));
	}
}

static void judge_life_of_groups(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	switch (event->id) {
	case JSCOPE_EVENT_svc_create:
		object_begin(bench, KIND_GROUP, event->slot[0], SLOTS(event, svc_create)->group);
		break;
	case JSCOPE_EVENT_svc_destroy:
		object_use(bench, event, KIND_GROUP, SLOTS(event, svc_destroy)->group);
		object_end(bench, KIND_GROUP, event->slot[0], SLOTS(event, svc_destroy)->group,
			   event->ts_ns);
		break;
	case JSCOPE_EVENT_svc_add:
	case JSCOPE_EVENT_svc_remove:
	case JSCOPE_EVENT_svc_request:
	case JSCOPE_EVENT_svc_support_delay:
	case JSCOPE_EVENT_svc_delay:
	case JSCOPE_EVENT_svc_cancel:
		/* All of them name their group first. */
		object_use(bench, event, KIND_GROUP, SLOTS(event, svc_request)->group);
		break;
	case JSCOPE_EVENT_midi_register:
		object_use(bench, event, KIND_GROUP, SLOTS(event, midi_register)->group);
		break;
	case JSCOPE_EVENT_midi_notify:
		object_use(bench, event, KIND_GROUP, SLOTS(event, midi_notify)->group);
		break;
	}
}

static void judge_life_of_buffers(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	switch (event->id) {
	case JSCOPE_EVENT_pcn_alloc:
		if (SLOTS(event, pcn_alloc)->status >= 0)
			object_begin(bench, KIND_BUFFER, event->slot[0],
				     SLOTS(event, pcn_alloc)->buf);
		break;
	case JSCOPE_EVENT_pcn_send:
		object_use(bench, event, KIND_BUFFER, SLOTS(event, pcn_send)->buf);
		break;
	case JSCOPE_EVENT_pcn_free:
		object_use(bench, event, KIND_BUFFER, SLOTS(event, pcn_free)->buf);
		object_end(bench, KIND_BUFFER, event->slot[0], SLOTS(event, pcn_free)->buf,
			   event->ts_ns);
		break;
	}
}

/* The events that name a stream do so first. */
static bool names_stream(unsigned id)
{
	switch (id) {
	case JSCOPE_EVENT_wrt_close:
	case JSCOPE_EVENT_wrt_alloc:
	case JSCOPE_EVENT_wrt_free:
	case JSCOPE_EVENT_wrt_register:
	case JSCOPE_EVENT_wrt_unregister:
	case JSCOPE_EVENT_wrt_state:
	case JSCOPE_EVENT_dev_point:
	case JSCOPE_EVENT_wrt_pos:
	case JSCOPE_EVENT_wrt_packet:
	case JSCOPE_EVENT_wrt_write:
	case JSCOPE_EVENT_wrt_presentation:
	case JSCOPE_EVENT_wrt_map:
	case JSCOPE_EVENT_wrt_glitch:
		return true;
	}
	return false;
}

static void judge_life_of_streams(struct bench *bench, const struct jscope_vocabulary_event *event)
{
	const int64_t dev = event->slot[0], stream = SLOTS(event, wrt_close)->stream;

	if (event->id == JSCOPE_EVENT_wrt_newstream)
		object_begin(bench, KIND_STREAM, dev, stream);
	else if (names_stream(event->id))
		object_use(bench, event, KIND_STREAM, stream);
	if (event->id == JSCOPE_EVENT_wrt_close)
		object_end(bench, KIND_STREAM, dev, stream, event->ts_ns);
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;

	judge_order(bench, event);
	judge_clocks(bench, event);
	judge_life_of_streams(bench, event);
	judge_life_of_groups(bench, event);
	judge_life_of_buffers(bench, event);
}

const struct jscope__bench_ops jscope__bench_trace = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, last_ns, jscope_ns, CPUS_MAX, NULL),
		JSCOPE__TABLE(struct bench, objects, struct object, OBJECTS_MAX, NULL),
	},
	.event = on_event,
};
