/* Service of a group: from the request over its DPC to the members (R58, R59). */
#include <inttypes.h>

#include "rules/bench_midi.h"

enum { IRQL_DISPATCH = 2, ORIGIN_NESTED = 2 };

/* How often a run has served a sink. The sink is entered where it was not; NULL: no room. */
static unsigned *served_get(struct jscope__midi *midi, struct jscope__midi_place *place,
			    uint64_t sink)
{
	struct jscope__midi_served *served = place->dpc.served;
	unsigned i = 0;

	while (i < place->dpc.served_count && served[i].sink != sink)
		i++;
	if (i == JSCOPE__MEMBERS_MAX) {
		jscope__judge_refuse(midi->judge, 1);
		return NULL;
	}
	if (i == place->dpc.served_count) {
		served[i] = (struct jscope__midi_served){ .sink = sink };
		place->dpc.served_count++;
	}
	return &served[i].count;
}

/* From a request to the DPC (R58) */

static void dpc_learn(struct jscope__midi *midi, int64_t dev, uint64_t id, uint64_t dpc)
{
	struct jscope__midi_group *group =
		jscope_map_get(midi->groups, jscope__key(dev, (int64_t)id));
	uint64_t *served =
		group ? jscope_map_put(midi->dpcs, jscope__key(dev, (int64_t)dpc)) : NULL;

	if (!served)
		return;
	*served = id;
	group->has_dpc = true;
	group->dpc = dpc;
}

void jscope__midi_request_settle(struct jscope__midi *midi,
				 const struct jscope_vocabulary_event *event)
{
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	const struct jscope__midi_group *group;
	char object[48];

	if (!place || !place->request.open)
		return;
	place->request.open = false;
	group = jscope_map_get(midi->groups,
			       jscope__key(place->request.dev, (int64_t)place->request.group));
	if (!group || !group->has_dpc)
		return;
	if (!jscope__judge_sees(midi->judge, place->request.at_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 58);
	else
		jscope__judge_violate(
			midi->judge, 58, place->request.at_ns,
			jscope__judge_object(object, place->request.dev, "group",
					     (int64_t)place->request.group),
			"A service request did not queue the DPC of the group (0x%" PRIx64
			"); no member is served for it.",
			group->dpc);
}

/* A group that is a member of another is served by a request of its own. */
static void nested_serve(struct jscope__midi *midi, struct jscope__midi_place *place, uint64_t id)
{
	unsigned *count = place->dpc.open ? served_get(midi, place, id) : NULL;

	if (count && *count == 0)
		*count = 1;
}

void jscope__midi_request(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_request *slots = SLOTS(event, svc_request);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);

	if (!place || !jscope__midi_group_get(midi, slots->dev, slots->group))
		return;
	jscope__midi_request_settle(midi, event);
	if (slots->origin == ORIGIN_NESTED)
		nested_serve(midi, place, (uint64_t)slots->group);
	place->request.open = true;
	place->request.dev = (uint32_t)slots->dev;
	place->request.group = (uint64_t)slots->group;
	place->request.at_ns = event->ts_ns;
}

void jscope__midi_insert(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_insert *slots = SLOTS(event, dpc_insert);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	const struct jscope__midi_group *group;

	if (!place || !place->request.open || place->request.dev != (uint32_t)slots->dev)
		return;
	group = jscope_map_get(midi->groups,
			       jscope__key(place->request.dev, (int64_t)place->request.group));
	if (!group || (group->has_dpc && group->dpc != (uint64_t)slots->dpc))
		return;
	place->request.open = false;
	jscope__judge_pass(midi->judge, 58);
	if (!group->has_dpc)
		dpc_learn(midi, slots->dev, place->request.group, (uint64_t)slots->dpc);
}

/* Where a group has a timer, some ports (ReactOS) set it to expire at once instead. */
void jscope__midi_timer_arm(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);

	if (place && place->request.open &&
	    place->request.dev == (uint32_t)SLOTS(event, timer_arm)->dev)
		place->request.open = false;
}

/* From the DPC to the members (R58, R59) */

void jscope__midi_dpc_entry(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_entry *slots = SLOTS(event, dpc_entry);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	const uint64_t *group = jscope_map_get(midi->dpcs, jscope__key(slots->dev, slots->dpc));

	if (!place)
		return;
	place->dpc.open = true;
	place->dpc.has_group = group != NULL;
	place->dpc.group = group ? *group : 0;
	place->dpc.dev = (uint32_t)slots->dev;
	place->dpc.dpc = (uint64_t)slots->dpc;
	place->dpc.run = (uint64_t)slots->run;
	place->dpc.served_count = 0;
	place->dpc.begin_ns = event->ts_ns;
}

static void member_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			 struct jscope__midi_place *place, const struct jscope__midi_member *member)
{
	const unsigned *served = served_get(midi, place, member->sink);
	char object[48];

	if (!served || member->changed_ns >= place->dpc.begin_ns)
		return;
	if (!jscope__judge_sees(midi->judge, member->changed_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 58);
	else if (*served >= member->count)
		jscope__judge_pass(midi->judge, 58);
	else
		jscope__judge_violate(
			midi->judge, 58, event->ts_ns,
			jscope__midi_sink_object(object, place->dpc.dev, member->sink),
			"Run %" PRIu64 " of the DPC of group 0x%" PRIx64 " ends and has "
			"not served this member; its bytes wait for the next interrupt.",
			place->dpc.run, place->dpc.group);
}

void jscope__midi_dpc_exit(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_dpc_exit *slots = SLOTS(event, dpc_exit);
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	const struct jscope__midi_group *group;

	if (!place || !place->dpc.open || place->dpc.dpc != (uint64_t)slots->dpc ||
	    place->dpc.run != (uint64_t)slots->run)
		return;
	place->dpc.open = false;
	if (!place->dpc.has_group)
		return;
	group = jscope_map_get(midi->groups,
			       jscope__key(place->dpc.dev, (int64_t)place->dpc.group));
	for (unsigned i = 0; group && i < group->member_count; i++)
		member_judge(midi, event, place, &group->members[i]);
}

static void level_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_serve *slots = SLOTS(event, svc_serve);
	char object[48];

	if (slots->irql == IRQL_DISPATCH)
		jscope__judge_pass(midi->judge, 58);
	else
		jscope__judge_violate(
			midi->judge, 58, event->ts_ns,
			jscope__midi_sink_object(object, slots->dev, (uint64_t)slots->sink),
			"The member is served at level %" PRId64 "; RequestService of a "
			"sink runs at DISPATCH_LEVEL (2), which its locks rely on.",
			slots->irql);
}

static void removed_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_serve *slots = SLOTS(event, svc_serve);
	const struct jscope__midi_sink *sink =
		jscope_map_get(midi->sinks, jscope__key(slots->dev, slots->sink));
	char object[48];

	if (!sink)
		return;
	if (sink->membership_count > 0)
		jscope__judge_pass(midi->judge, 59);
	else if (!jscope__judge_sees(midi->judge, sink->changed_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 59);
	else
		jscope__judge_violate(
			midi->judge, 59, event->ts_ns,
			jscope__midi_sink_object(object, slots->dev, (uint64_t)slots->sink),
			"The sink is served %.3f ms after it was removed from its last "
			"group; it may have been freed by then.",
			(double)(jscope_sub_sat(event->ts_ns, sink->changed_ns)) / 1e6);
}

/* The only group with that sink in it; NULL where there are several, or none. */
static const struct jscope_key *group_with(struct jscope__midi *midi, uint32_t dev, uint64_t sink,
					   struct jscope_key *ret_key)
{
	unsigned count = 0;
	size_t cursor = 0;
	struct jscope_key key;
	void *value;

	while (jscope_map_next(midi->groups, &cursor, &key, &value))
		if (key.high == dev && jscope__midi_member_find(value, sink)) {
			*ret_key = key;
			count++;
		}
	return count == 1 ? ret_key : NULL;
}

/* A driver that does not tell how it queues its DPCs shows by whom they serve what they are. */
static void serve_learn(struct jscope__midi *midi, const struct jscope__midi_place *place,
			uint64_t sink)
{
	struct jscope_key key;

	if (group_with(midi, place->dpc.dev, sink, &key))
		dpc_learn(midi, place->dpc.dev, key.low, place->dpc.dpc);
}

static void twice_tell(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
		       const struct jscope__midi_place *place,
		       const struct jscope__midi_member *member, unsigned count)
{
	char object[48];

	jscope__judge_violate(midi->judge, 58, event->ts_ns,
			      jscope__midi_sink_object(object, place->dpc.dev, member->sink),
			      "The member is served %u times in run %" PRIu64 " of the DPC of its "
			      "group, where it is %u times a member.",
			      count, place->dpc.run, member->count);
}

void jscope__midi_served(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const uint64_t sink = (uint64_t)SLOTS(event, svc_serve)->sink;
	struct jscope__midi_place *place = jscope__midi_place_get(midi, event);
	struct jscope__midi_group *group;
	struct jscope__midi_member *member;
	unsigned *count;

	level_judge(midi, event);
	removed_judge(midi, event);
	if (!place || !place->dpc.open)
		return;
	if (!place->dpc.has_group) {
		serve_learn(midi, place, sink);
		return;
	}
	group = jscope_map_get(midi->groups,
			       jscope__key(place->dpc.dev, (int64_t)place->dpc.group));
	member = group ? jscope__midi_member_find(group, sink) : NULL;
	count = member ? served_get(midi, place, sink) : NULL;
	if (count && ++*count > member->count &&
	    jscope__judge_sees(midi->judge, member->changed_ns, event->ts_ns))
		twice_tell(midi, event, place, member, *count);
}
