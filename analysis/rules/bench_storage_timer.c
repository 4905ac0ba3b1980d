/* The timer of an adapter: RequestTimerCall and HwStorTimer (R77..R79). */
#include <inttypes.h>

#include "rules/bench_storage.h"

/* Resolution of the system timer (DOMAIN 4.1). */
#define LATE_LIMIT_NS (10 * JSCOPE_NS_PER_MS)
/* Between the call and its record. */
#define STAMP_SLACK_NS JSCOPE_NS_PER_US

static void routine_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			  const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_stor_timer_req *slots = SLOTS(event, stor_timer_req);
	char object[48];

	if (slots->value_us == 0 || slots->routine != 0)
		jscope__judge_pass(storage->judge, 77);
	else
		jscope__judge_violate(
			storage->judge, 77, event->ts_ns, jscope__storage_object(object, adapter),
			"RequestTimerCall asks for %" PRId64 " us without an "
			"HwStorTimer routine; when they are over, address 0 is called.",
			slots->value_us);
}

static bool is_pending(const struct jscope__adapter *adapter, jscope_ns now_ns)
{
	return adapter->timer.state == JSCOPE__TIMER_PENDING && adapter->timer.due_ns > now_ns;
}

static void rearm_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (!is_pending(adapter, event->ts_ns))
		return;
	if (!jscope__judge_sees(storage->judge, adapter->timer.changed_ns, event->ts_ns)) {
		jscope__judge_abstain(storage->judge, 78);
		return;
	}
	jscope__judge_violate_as(
		storage->judge, 78, JSCOPE_RULE_WARNING, event->ts_ns,
		jscope__storage_object(object, adapter),
		"RequestTimerCall comes while another call is pending for %.3f ms "
		"more; there is one timer, so that the first is presumably replaced "
		"and never fires. More timers: StorPortInitializeTimer.",
		jscope__ms(jscope_sub_sat(adapter->timer.due_ns, event->ts_ns)));
}

void jscope__timer_request(struct jscope__storage *storage, struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event)
{
	const int64_t value_us = SLOTS(event, stor_timer_req)->value_us;

	routine_judge(storage, adapter, event);
	if (value_us != 0)
		rearm_judge(storage, adapter, event);
	if (adapter->timer.state == JSCOPE__TIMER_CANCELLED)
		jscope__judge_pass(storage->judge, 79);
	if (value_us == 0) {
		/* One that is due by now may be on its way already. */
		adapter->timer.replaced_due_ns = JSCOPE_NS_UNKNOWN;
		if (adapter->timer.state != JSCOPE__TIMER_PENDING)
			adapter->timer.due_ns = INT64_MAX;
		adapter->timer.state = JSCOPE__TIMER_CANCELLED;
	} else {
		adapter->timer.replaced_due_ns = adapter->timer.state == JSCOPE__TIMER_PENDING
							 ? adapter->timer.due_ns
							 : JSCOPE_NS_UNKNOWN;
		adapter->timer.due_ns =
			jscope_add_sat(event->ts_ns, (uint32_t)value_us * JSCOPE_NS_PER_US);
		adapter->timer.state = JSCOPE__TIMER_PENDING;
	}
	adapter->timer.changed_ns = event->ts_ns;
}

static void lateness_note(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			  const struct jscope_vocabulary_event *event)
{
	const jscope_ns late_ns = jscope_sub_sat(event->ts_ns, adapter->timer.due_ns);
	char object[48];

	if (late_ns > storage->timer_late_ns)
		storage->timer_late_ns = late_ns;
	if (late_ns <= LATE_LIMIT_NS ||
	    jscope__judge_profile(storage->judge) == JSCOPE_PROFILE_NONE)
		jscope__judge_pass(storage->judge, 78);
	else
		jscope__judge_violate_as(storage->judge, 78, JSCOPE_RULE_METRIC, event->ts_ns,
					 jscope__storage_object(object, adapter),
					 "HwStorTimer comes %.3f ms late; the timer of the system "
					 "is good for about 10 ms.",
					 jscope__ms(late_ns));
}

/* A pending call fires: the one that was replaced may be on its way, any other must be due. */
static void pending_fire(struct jscope__storage *storage, struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event)
{
	const jscope_ns replaced_due_ns = adapter->timer.replaced_due_ns;
	const bool is_early = jscope_add_sat(event->ts_ns, STAMP_SLACK_NS) < adapter->timer.due_ns;
	char object[48];

	if (is_early && replaced_due_ns != JSCOPE_NS_UNKNOWN &&
	    replaced_due_ns <= adapter->timer.changed_ns) {
		adapter->timer.replaced_due_ns = JSCOPE_NS_UNKNOWN;
		return;
	}
	adapter->timer.state = JSCOPE__TIMER_IDLE;
	if (!is_early)
		lateness_note(storage, adapter, event);
	else
		jscope__judge_violate(
			storage->judge, 78, event->ts_ns, jscope__storage_object(object, adapter),
			"HwStorTimer comes %.3f ms before its time; who waits for the "
			"hardware to settle goes on too soon.",
			jscope__ms(jscope_sub_sat(adapter->timer.due_ns, event->ts_ns)));
}

static void cancelled_fire(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (adapter->timer.due_ns <= adapter->timer.changed_ns)
		jscope__judge_abstain(storage->judge, 79);
	else
		jscope__judge_violate(
			storage->judge, 79, event->ts_ns, jscope__storage_object(object, adapter),
			"HwStorTimer comes %.3f ms after RequestTimerCall cancelled it "
			"with 0; what it works on may be gone.",
			jscope__ms(jscope_sub_sat(event->ts_ns, adapter->timer.changed_ns)));
}

void jscope__timer_fire(struct jscope__storage *storage, struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (adapter->timer.state == JSCOPE__TIMER_UNKNOWN ||
	    !jscope__judge_sees(storage->judge, adapter->timer.changed_ns, event->ts_ns)) {
		jscope__judge_abstain(storage->judge, 78);
		adapter->timer.state = JSCOPE__TIMER_UNKNOWN;
		return;
	}
	if (adapter->timer.state == JSCOPE__TIMER_PENDING)
		pending_fire(storage, adapter, event);
	else if (adapter->timer.state == JSCOPE__TIMER_CANCELLED)
		cancelled_fire(storage, adapter, event);
	else
		jscope__judge_violate(storage->judge, 78, event->ts_ns,
				      jscope__storage_object(object, adapter),
				      "HwStorTimer comes, and no RequestTimerCall is pending; each "
				      "call fires once.");
}

void jscope__timer_finish(struct jscope__storage *storage)
{
	size_t cursor = 0;
	struct jscope_key key;
	void *value;

	while (jscope_map_next(storage->adapters, &cursor, &key, &value))
		if (((const struct jscope__adapter *)value)->timer.state == JSCOPE__TIMER_CANCELLED)
			jscope__judge_pass(storage->judge, 79);
	if (storage->timer_late_ns != JSCOPE_NS_UNKNOWN)
		jscope__judge_figure(storage->judge, 78, "latest %.3f ms of 10 ms",
				     jscope__ms(storage->timer_late_ns));
}
