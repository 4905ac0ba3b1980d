/* Between StorPortInitialize and removal (R90), and after a fatal overrun (R86). */
#include "rules/bench_storage.h"

/* What other CPUs may still tell before the crash reaches them. */
#define CRASH_SPREAD_NS (100 * JSCOPE_NS_PER_US)

static void removed_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			  const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (!jscope__judge_sees(storage->judge, adapter->life_ns, event->ts_ns)) {
		jscope__judge_abstain(storage->judge, 90);
		return;
	}
	jscope__judge_violate(storage->judge, 90, event->ts_ns,
			      jscope__storage_object(object, adapter),
			      "%s comes %.3f ms after the adapter was removed; its device "
			      "extension is gone by then, so that memory of someone else is used.",
			      jscope_event_describe(event->id)->name,
			      jscope__ms(jscope_sub_sat(event->ts_ns, adapter->life_ns)));
}

void jscope__life_judge(struct jscope__storage *storage, struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	if (event->id == JSCOPE_EVENT_stor_init || event->id == JSCOPE_EVENT_stor_remove)
		return;
	if (adapter->life == JSCOPE__LIFE_REMOVED)
		removed_judge(storage, adapter, event);
	else if (adapter->life == JSCOPE__LIFE_READY)
		jscope__judge_pass(storage->judge, 90);
}

/* The adapter or its miniport goes on; that what runs comes to its end is no sign of that. */
static bool is_activity(unsigned id)
{
	switch (id) {
	case JSCOPE_EVENT_stor_build:
	case JSCOPE_EVENT_stor_startio_entry:
	case JSCOPE_EVENT_stor_issue:
	case JSCOPE_EVENT_stor_service:
	case JSCOPE_EVENT_stor_complete:
	case JSCOPE_EVENT_stor_notify:
	case JSCOPE_EVENT_stor_timer_req:
	case JSCOPE_EVENT_stor_timer_fire:
	case JSCOPE_EVENT_stor_reset_bus:
	case JSCOPE_EVENT_irq_entry:
	case JSCOPE_EVENT_dpc_entry:
		return true;
	default:
		return false;
	}
}

void jscope__overrun_judge(struct jscope__storage *storage, struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event)
{
	const jscope_ns since_ns = jscope_sub_sat(event->ts_ns, adapter->overrun_ns);
	char object[48];

	if (adapter->overrun_ns == JSCOPE_NS_UNKNOWN || !is_activity(event->id) ||
	    (event->cpu != adapter->overrun_cpu && since_ns < CRASH_SPREAD_NS))
		return;
	jscope__judge_violate(storage->judge, 86, event->ts_ns,
			      jscope__storage_object(object, adapter),
			      "%s comes %.3f ms after BufferOverrunDetected, which ends the "
			      "system: memory is known to be damaged, and nothing may go on.",
			      jscope_event_describe(event->id)->name, jscope__ms(since_ns));
}

/*
 * Events before the first StorPortInitialize of the trace: a trace that began in the middle, whose
 * removal is not told, shows requests that ran.
 */
static void early_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (adapter->life != JSCOPE__LIFE_UNKNOWN || adapter->first_ns == event->ts_ns)
		return;
	if (adapter->ran || !jscope__judge_sees(storage->judge, adapter->first_ns, event->ts_ns)) {
		jscope__judge_abstain(storage->judge, 90);
		return;
	}
	jscope__judge_violate(storage->judge, 90, adapter->first_ns,
			      jscope__storage_object(object, adapter),
			      "The device extension was used %.3f ms before StorPortInitialize "
			      "returned; the port makes it only there, so that the pointer led "
			      "nowhere.",
			      jscope__ms(jscope_sub_sat(event->ts_ns, adapter->first_ns)));
}

void jscope__life_init(struct jscope__storage *storage, struct jscope__adapter *adapter,
		       const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_stor_init *slots = SLOTS(event, stor_init);

	early_judge(storage, adapter, event);
	adapter->life = JSCOPE__LIFE_READY;
	adapter->life_ns = event->ts_ns;
	adapter->outstanding = 0;
	adapter->limit = (uint32_t)slots->limit;
	adapter->channels = (uint32_t)slots->channels;
	adapter->full_duplex = slots->full_duplex;
	adapter->tick_ns = slots->tick_ns;
	adapter->overrun_ns = JSCOPE_NS_UNKNOWN;
	adapter->link.state = JSCOPE__LINK_IS_UP;
	adapter->link.since_ns = event->ts_ns;
	adapter->pause.on = adapter->path_pause.on = false;
	adapter->timer.state = JSCOPE__TIMER_IDLE;
	adapter->timer.changed_ns = event->ts_ns;
}

void jscope__life_remove(struct jscope__storage *storage, struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event)
{
	(void)storage;
	adapter->life = JSCOPE__LIFE_REMOVED;
	adapter->life_ns = event->ts_ns;
}

void jscope__life_overrun(struct jscope__storage *storage, struct jscope__adapter *adapter,
			  const struct jscope_vocabulary_event *event)
{
	if (adapter->overrun_ns != JSCOPE_NS_UNKNOWN)
		return;
	jscope__judge_pass(storage->judge, 86);
	storage->overrun_count++;
	adapter->overrun_ns = event->ts_ns;
	adapter->overrun_cpu = event->cpu;
}
