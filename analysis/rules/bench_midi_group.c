/* Service groups and their members, who are counted (R59). */
#include <inttypes.h>

#include "rules/bench_midi.h"

/* The members */

struct jscope__midi_member *jscope__midi_member_find(struct jscope__midi_group *group,
						     uint64_t sink)
{
	for (unsigned i = 0; i < group->member_count; i++)
		if (group->members[i].sink == sink)
			return &group->members[i];
	return NULL;
}

static struct jscope__midi_member *member_get(struct jscope__midi *midi,
					      struct jscope__midi_group *group, uint64_t sink)
{
	struct jscope__midi_member *member = jscope__midi_member_find(group, sink);

	if (member)
		return member;
	if (group->member_count == JSCOPE__MEMBERS_MAX) {
		jscope__judge_refuse(midi->judge, 1);
		return NULL;
	}
	member = &group->members[group->member_count++];
	*member = (struct jscope__midi_member){ .sink = sink };
	return member;
}

/* R59: a sink holds a reference for each membership; others may hold some, too. */
static void references_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			     const struct jscope__midi_sink *sink, uint64_t id, uint32_t references,
			     int change)
{
	const char *method = change > 0 ? "AddMember" : "RemoveMember";
	char object[48];

	jscope__midi_sink_object(object, event->slot[0], id);
	if (references < sink->membership_count)
		jscope__judge_violate(
			midi->judge, 59, event->ts_ns, object,
			"%s leaves the sink with %" PRIu32 " references, although it is "
			"%u times a member; it is freed while the group still calls it.",
			method, references, sink->membership_count);
	else if (!sink->seen || !jscope__judge_sees(midi->judge, sink->changed_ns, event->ts_ns) ||
		 references == sink->references + (uint32_t)change)
		jscope__judge_pass(midi->judge, 59);
	else
		jscope__judge_violate_as(midi->judge, 59, JSCOPE_RULE_WARNING, event->ts_ns, object,
					 "%s takes the references of the sink from %" PRIu32
					 " to %" PRIu32 "; it is to change them by one, unless "
					 "someone else does at the same time.",
					 method, sink->references, references);
}

static void sink_change(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			uint64_t id, uint32_t references, int change)
{
	struct jscope__midi_sink *sink =
		jscope_map_put(midi->sinks, jscope__key(event->slot[0], (int64_t)id));

	if (!sink)
		return;
	if (change > 0)
		sink->membership_count++;
	else if (sink->membership_count > 0)
		sink->membership_count--;
	references_judge(midi, event, sink, id, references, change);
	sink->seen = true;
	sink->references = references;
	sink->changed_ns = event->ts_ns;
}

void jscope__midi_add(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_add *slots = SLOTS(event, svc_add);
	struct jscope__midi_group *group = jscope__midi_group_get(midi, slots->dev, slots->group);
	struct jscope__midi_member *member =
		group ? member_get(midi, group, (uint64_t)slots->sink) : NULL;

	if (!member)
		return;
	member->count++;
	member->changed_ns = event->ts_ns;
	sink_change(midi, event, (uint64_t)slots->sink, (uint32_t)slots->ref_after, 1);
}

void jscope__midi_remove(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_remove *slots = SLOTS(event, svc_remove);
	struct jscope__midi_group *group = jscope__midi_group_get(midi, slots->dev, slots->group);
	struct jscope__midi_member *member =
		group ? jscope__midi_member_find(group, (uint64_t)slots->sink) : NULL;

	sink_change(midi, event, (uint64_t)slots->sink, (uint32_t)slots->ref_after, -1);
	if (!member)
		return;
	member->changed_ns = event->ts_ns;
	if (member->count > 0 && --member->count == 0)
		*member = group->members[--group->member_count];
}

/* The life of a group */

void jscope__midi_group_create(struct jscope__midi *midi,
			       const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_create *slots = SLOTS(event, svc_create);
	struct jscope__midi_group *group;

	/* Another group may have had its address. */
	jscope_map_remove(midi->groups, jscope__key(slots->dev, slots->group));
	group = jscope__midi_group_get(midi, slots->dev, slots->group);
	if (group)
		group->created_ns = event->ts_ns;
}

/* Members that are left go down with the group; their references stay. */
static void leftovers_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			    const struct jscope__midi_group *group)
{
	const struct jscope_slots_svc_destroy *slots = SLOTS(event, svc_destroy);
	unsigned left = 0, unsure = 0;
	char object[48];

	for (unsigned i = 0; i < group->member_count; i++) {
		if (jscope__judge_sees(midi->judge, group->members[i].changed_ns, event->ts_ns))
			left++;
		else
			unsure++;
	}
	if (left > 0)
		jscope__judge_violate(
			midi->judge, 59, event->ts_ns,
			jscope__judge_object(object, slots->dev, "group", slots->group),
			"The group is released with %u of its members in it (sink "
			"0x%" PRIx64 "); their references are never given back.",
			left, group->members[0].sink);
	else if (unsure > 0)
		jscope__judge_abstain(midi->judge, 59);
	else
		jscope__judge_pass(midi->judge, 59);
}

void jscope__midi_group_destroy(struct jscope__midi *midi,
				const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_destroy *slots = SLOTS(event, svc_destroy);
	const struct jscope_key key = jscope__key(slots->dev, slots->group);
	const struct jscope__midi_group *group = jscope_map_get(midi->groups, key);

	if (!group)
		return;
	leftovers_judge(midi, event, group);
	for (unsigned i = 0; i < group->member_count; i++) {
		struct jscope__midi_sink *sink = jscope_map_get(
			midi->sinks, jscope__key(slots->dev, (int64_t)group->members[i].sink));

		if (sink)
			sink->membership_count -= group->members[i].count;
	}
	if (group->has_dpc)
		jscope_map_remove(midi->dpcs, jscope__key(slots->dev, (int64_t)group->dpc));
	jscope_map_remove(midi->groups, key);
}
