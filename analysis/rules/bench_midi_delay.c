/* The delayed service of a group: SupportDelayedService, RequestDelayedService, the timer (R60, R61). */
#include <inttypes.h>

#include "rules/bench_midi.h"

/* Between the call and its record. */
#define CALL_SLACK_NS JSCOPE_NS_PER_MS

static const char *group_object(char object[48], int64_t dev, int64_t group)
{
	return jscope__judge_object(object, dev, "group", group);
}

/* R60 */

void jscope__midi_support_delay(struct jscope__midi *midi,
				const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_support_delay *slots = SLOTS(event, svc_support_delay);
	struct jscope__midi_group *group = jscope__midi_group_get(midi, slots->dev, slots->group);
	const jscope_ns since_ns = group && group->supports_delay ? group->supported_ns
				   : group			  ? group->delayed_ns
								  : 0;
	char object[48];

	if (!group)
		return;
	if (!group->supports_delay && !group->delayed)
		jscope__judge_pass(midi->judge, 60);
	else if (!jscope__judge_sees(midi->judge, since_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 60);
	else
		jscope__judge_violate(midi->judge, 60, event->ts_ns,
				      group_object(object, slots->dev, slots->group),
				      "SupportDelayedService comes %s (%.3f ms before); it sets up "
				      "the timer of the group, once and before it is used.",
				      group->supports_delay
					      ? "a second time"
					      : "after a delayed service was asked for",
				      (double)(jscope_sub_sat(event->ts_ns, since_ns)) / 1e6);
	group->supports_delay = true;
	group->supported_ns = event->ts_ns;
}

/* Whoever saw the group made knows that its timer was never set up. */
static void unsupported_judge(struct jscope__midi *midi,
			      const struct jscope_vocabulary_event *event,
			      const struct jscope__midi_group *group)
{
	const struct jscope_slots_svc_delay *slots = SLOTS(event, svc_delay);
	char object[48];

	if (group->supports_delay)
		jscope__judge_pass(midi->judge, 60);
	else if (!jscope__judge_sees(midi->judge, group->created_ns, event->ts_ns))
		jscope__judge_abstain(midi->judge, 60);
	else
		jscope__judge_violate(midi->judge, 60, event->ts_ns,
				      group_object(object, slots->dev, slots->group),
				      "RequestDelayedService comes without SupportDelayedService "
				      "before it; the group has no timer that could be set.");
}

/* R61 */

/*
 * Negative is relative to the call (DOMAIN 8, T8): then the service is due that much later, whatever
 * else the driver made of the number.
 */
static jscope_ns due_of(const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_delay *slots = SLOTS(event, svc_delay);
	jscope_ns relative_ns;

	if (slots->due >= 0)
		return slots->due_ns;
	relative_ns = jscope_sub_sat(event->ts_ns, jscope_muldiv(slots->due, 100, 1));
	if (slots->due_ns == JSCOPE_NS_UNKNOWN ||
	    slots->due_ns < jscope_sub_sat(relative_ns, CALL_SLACK_NS))
		return jscope_sub_sat(relative_ns, CALL_SLACK_NS);
	return slots->due_ns;
}

void jscope__midi_delay(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_delay *slots = SLOTS(event, svc_delay);
	struct jscope__midi_group *group = jscope__midi_group_get(midi, slots->dev, slots->group);

	if (!group)
		return;
	unsupported_judge(midi, event, group);
	if (!group->delayed)
		group->delayed_ns = event->ts_ns;
	group->delayed = true;
	group->delay.replaced_due_ns = group->delay.state == JSCOPE__DELAY_PENDING
					       ? group->delay.due_ns
					       : JSCOPE_NS_UNKNOWN;
	group->delay.state = JSCOPE__DELAY_PENDING;
	group->delay.due_ns = due_of(event);
	group->delay.changed_ns = event->ts_ns;
}

void jscope__midi_cancel(struct jscope__midi *midi, const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_svc_cancel *slots = SLOTS(event, svc_cancel);
	struct jscope__midi_group *group = jscope__midi_group_get(midi, slots->dev, slots->group);

	if (!group || group->delay.state != JSCOPE__DELAY_PENDING)
		return;
	group->delay.state = JSCOPE__DELAY_CANCELLED;
	group->delay.changed_ns = event->ts_ns;
}

static void pending_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			  struct jscope__midi_group *group)
{
	const struct jscope_slots_svc_request *slots = SLOTS(event, svc_request);
	const bool is_early =
		group->delay.due_ns != JSCOPE_NS_UNKNOWN && event->ts_ns < group->delay.due_ns;
	char object[48];

	/* The one before had expired when it was replaced, and was on its way. */
	if (is_early && group->delay.replaced_due_ns != JSCOPE_NS_UNKNOWN &&
	    group->delay.replaced_due_ns <= group->delay.changed_ns) {
		group->delay.replaced_due_ns = JSCOPE_NS_UNKNOWN;
		return;
	}
	group->delay.state = JSCOPE__DELAY_NONE;
	if (!is_early)
		jscope__judge_pass(midi->judge, 61);
	else
		jscope__judge_violate(
			midi->judge, 61, event->ts_ns,
			group_object(object, slots->dev, slots->group),
			"A delayed service comes %.3f ms before it is due; what it was "
			"to wait for has not happened.",
			(double)(jscope_sub_sat(group->delay.due_ns, event->ts_ns)) / 1e6);
}

static void cancelled_judge(struct jscope__midi *midi, const struct jscope_vocabulary_event *event,
			    struct jscope__midi_group *group)
{
	const struct jscope_slots_svc_request *slots = SLOTS(event, svc_request);
	char object[48];

	group->delay.state = JSCOPE__DELAY_NONE;
	if (group->delay.due_ns <= group->delay.changed_ns)
		jscope__judge_pass(midi->judge, 61);
	else
		jscope__judge_violate(
			midi->judge, 61, event->ts_ns,
			group_object(object, slots->dev, slots->group),
			"A delayed service comes although it was cancelled %.3f ms "
			"before it was due; who cancelled it may have freed what it "
			"works on.",
			(double)(jscope_sub_sat(group->delay.due_ns, group->delay.changed_ns)) /
				1e6);
}

void jscope__midi_delayed_request(struct jscope__midi *midi,
				  const struct jscope_vocabulary_event *event)
{
	enum { ORIGIN_TIMER = 1 };
	const struct jscope_slots_svc_request *slots = SLOTS(event, svc_request);
	struct jscope__midi_group *group = jscope__midi_group_get(midi, slots->dev, slots->group);

	if (!group || slots->origin != ORIGIN_TIMER || group->delay.state == JSCOPE__DELAY_NONE)
		return;
	if (!jscope__judge_sees(midi->judge, group->delay.changed_ns, event->ts_ns)) {
		jscope__judge_abstain(midi->judge, 61);
		group->delay.state = JSCOPE__DELAY_NONE;
	} else if (group->delay.state == JSCOPE__DELAY_PENDING) {
		pending_judge(midi, event, group);
	} else {
		cancelled_judge(midi, event, group);
	}
}
