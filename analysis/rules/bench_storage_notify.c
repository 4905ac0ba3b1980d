/* Notifications but for completions and timers: their types and what they carry (R75, R84, R85,
 * R87). */
#include <inttypes.h>

#include "probes/codes.h"
#include "rules/bench_storage.h"

#define WMI_SIZE_MAX 128
/* Two CPUs that read the count at the same time may tell it in either order. */
#define TICK_SPREAD_NS (100 * JSCOPE_NS_PER_US)

/* The port's own inline functions pass these on (StorPortIssueDpc and the like). */
static bool is_wrapped(int64_t type)
{
	return (type >= JSCOPE_NOTIFICATION_EnablePassiveInitialization &&
		type <= JSCOPE_NOTIFICATION_AsyncNotificationDetected) ||
	       type == JSCOPE_NOTIFICATION_TraceNotification ||
	       type == JSCOPE_NOTIFICATION_GetExtendedFunctionTable;
}

static void foreign_tell(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event)
{
	const int64_t type = SLOTS(event, stor_notify)->type;
	char object[48];

	jscope__storage_object(object, adapter);
	if (is_wrapped(type))
		jscope__judge_violate_as(
			storage->judge, 75, JSCOPE_RULE_WARNING, event->ts_ns, object,
			"StorPortNotification is called with type %" PRId64
			" (%s), which is for the functions of storport.h that wrap "
			"it; call those.",
			type, jscope_notification_name(type));
	else
		jscope__judge_violate(storage->judge, 75, event->ts_ns, object,
				      "StorPortNotification is called with type %" PRId64
				      " (%s), which is not documented; the port may ignore it or "
				      "take the arguments that follow for something else.",
				      type, jscope_notification_name(type));
}

void jscope__notify_service(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event)
{
	char object[48];

	if (adapter->service_time_told)
		return;
	adapter->service_time_told = true;
	jscope__judge_violate_as(storage->judge, 75, JSCOPE_RULE_WARNING, event->ts_ns,
				 jscope__storage_object(object, adapter),
				 "IoTargetRequestServiceTime is documented, but not in the list of "
				 "the Static Driver Verifier (StorPortNotification2), which will "
				 "complain; told once per adapter.");
}

/* R84: path 255 is the adapter, which has no target. */
static void wmi_path_judge(struct jscope__storage *storage, struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_stor_notify *slots = SLOTS(event, stor_notify);
	char object[48];

	if (slots->path != UINT8_MAX || ((slots->target == 0 || slots->target == UINT8_MAX) &&
					 (slots->lun == 0 || slots->lun == UINT8_MAX)))
		jscope__judge_pass(storage->judge, 84);
	else
		jscope__judge_violate(
			storage->judge, 84, event->ts_ns, jscope__storage_object(object, adapter),
			"%s names path 255, which is the adapter, and yet target "
			"%" PRId64 " lun %" PRId64 "; those are not looked at, so that "
			"it reaches someone else than meant.",
			jscope_notification_name(slots->type), slots->target, slots->lun);
}

static void wmi_event(struct jscope__storage *storage, struct jscope__adapter *adapter,
		      const struct jscope_vocabulary_event *event)
{
	const int64_t size = SLOTS(event, stor_notify)->size;
	char object[48];

	wmi_path_judge(storage, adapter, event);
	if (size > WMI_SIZE_MAX)
		jscope__judge_violate(
			storage->judge, 84, event->ts_ns, jscope__storage_object(object, adapter),
			"WMIEvent carries %" PRId64 " bytes; more than 128 are ignored "
			"as a whole, and nobody hears of it.",
			size);
}

/* R85: each one makes the port ask all targets who they are. */
static void bus_change(struct jscope__storage *storage, struct jscope__adapter *adapter,
		       const struct jscope_vocabulary_event *event)
{
	jscope_ns *oldest_ns = &adapter->bus_change_ns[adapter->bus_change_next];
	char object[48];

	if (*oldest_ns != JSCOPE_NS_UNKNOWN &&
	    jscope_sub_sat(event->ts_ns, *oldest_ns) < JSCOPE_NS_PER_SEC)
		jscope__judge_violate(
			storage->judge, 85, event->ts_ns, jscope__storage_object(object, adapter),
			"BusChangeDetected comes %d times within %.3f ms; each makes "
			"the port ask every target with INQUIRY, which takes long: "
			"more than %d a second are too many.",
			JSCOPE__BUS_CHANGES_LIMIT + 1, jscope__ms(event->ts_ns - *oldest_ns),
			JSCOPE__BUS_CHANGES_LIMIT);
	else
		jscope__judge_pass(storage->judge, 85);
	*oldest_ns = event->ts_ns;
	adapter->bus_change_next = (adapter->bus_change_next + 1) % JSCOPE__BUS_CHANGES_LIMIT;
}

/* A count is read somewhere in its tick, so that two of them may be off by one tick each. */
static bool tick_pace_is_right(const struct jscope__adapter *adapter, uint64_t grown,
			       jscope_ns elapsed_ns)
{
	const jscope_ns counted_ns =
		grown > INT64_MAX ? INT64_MAX : jscope_muldiv((int64_t)grown, adapter->tick_ns, 1);
	const jscope_ns error_ns = jscope_sub_sat(counted_ns, elapsed_ns);
	const jscope_ns bound_ns =
		jscope_add_sat(2 * adapter->tick_ns, elapsed_ns / 1000 + TICK_SPREAD_NS);

	return error_ns <= bound_ns && error_ns >= -bound_ns;
}

static void ticks_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			const struct jscope_vocabulary_event *event, uint64_t ticks)
{
	const jscope_ns elapsed_ns = jscope_sub_sat(event->ts_ns, adapter->ticks_ns);
	char object[48];

	jscope__storage_object(object, adapter);
	if (ticks < adapter->ticks) {
		if (event->cpu == adapter->ticks_cpu || elapsed_ns > TICK_SPREAD_NS)
			jscope__judge_violate(
				storage->judge, 87, event->ts_ns, object,
				"QueryTickCount gives %" PRIu64 " after %" PRIu64
				"; ticks since boot never go back, and times that are "
				"measured with them become negative.",
				ticks, adapter->ticks);
	} else if (adapter->tick_ns > 0 && adapter->tick_ns < JSCOPE_NS_PER_SEC &&
		   !tick_pace_is_right(adapter, ticks - adapter->ticks, elapsed_ns)) {
		jscope__judge_violate(storage->judge, 87, event->ts_ns, object,
				      "QueryTickCount has grown by %" PRIu64 " in %.3f ms, where a "
				      "tick is %.3f ms; times that are measured with it are wrong.",
				      ticks - adapter->ticks, jscope__ms(elapsed_ns),
				      jscope__ms(adapter->tick_ns));
	} else {
		jscope__judge_pass(storage->judge, 87);
	}
}

static void tick_count(struct jscope__storage *storage, struct jscope__adapter *adapter,
		       const struct jscope_vocabulary_event *event)
{
	const uint64_t ticks = (uint64_t)SLOTS(event, stor_notify)->tick;

	if (adapter->ticks_known)
		ticks_judge(storage, adapter, event, ticks);
	adapter->ticks_known = true;
	adapter->ticks = ticks;
	adapter->ticks_ns = event->ts_ns;
	adapter->ticks_cpu = event->cpu;
}

static jscope__storage_fn *handler_of(int64_t type)
{
	switch (type) {
	case JSCOPE_NOTIFICATION_ResetDetected:
		return jscope__requests_detected;
	case JSCOPE_NOTIFICATION_BusChangeDetected:
		return bus_change;
	case JSCOPE_NOTIFICATION_WMIEvent:
		return wmi_event;
	case JSCOPE_NOTIFICATION_WMIReregister:
		return wmi_path_judge;
	case JSCOPE_NOTIFICATION_LinkUp:
		return jscope__link_up;
	case JSCOPE_NOTIFICATION_LinkDown:
		return jscope__link_down;
	case JSCOPE_NOTIFICATION_QueryTickCount:
		return tick_count;
	case JSCOPE_NOTIFICATION_BufferOverrunDetected:
		return jscope__life_overrun;
	default:
		return NULL;
	}
}

/* Those with events of their own: they may be told as calls, too. */
static bool is_told_elsewhere(int64_t type)
{
	return type == JSCOPE_NOTIFICATION_RequestComplete ||
	       type == JSCOPE_NOTIFICATION_RequestTimerCall;
}

void jscope__notify_told(struct jscope__storage *storage, struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event)
{
	const int64_t type = SLOTS(event, stor_notify)->type;
	jscope__storage_fn *handler = handler_of(type);

	if (type == JSCOPE_NOTIFICATION_IoTargetRequestServiceTime) {
		jscope__notify_service(storage, adapter, event);
		return;
	}
	if (handler || is_told_elsewhere(type))
		jscope__judge_pass(storage->judge, 75);
	else
		foreign_tell(storage, adapter, event);
	if (handler)
		handler(storage, adapter, event);
}
