/* What happens to an HBA beside its requests: link, pauses, resets, WMI events, its timer. */
#include "hba.h"

#include "common/error.h"
#include "fault.h"

#define WMI_BYTES	48
#define PAUSE_TIMEOUT_S 60 /* at the latest the port goes on by itself */

static jscope_ns min_ns(jscope_ns a, jscope_ns b)
{
	return a < b ? a : b;
}

static bool strikes(struct jscope__context *context, const struct jscope__hba *hba,
		    enum jscope_fault_kind kind)
{
	return jscope__fault_strike(context, hba->adapter->dev, kind) != NULL;
}

/* The distance of one kind of happening from the next; 0: it never happens by itself. */
static jscope_ns every_ns(const struct jscope__hba *hba, enum jscope__hba_cause cause)
{
	const struct jscope_disk_settings *settings = hba->settings;

	switch (cause) {
	case JSCOPE__HBA_LINK:
		return settings->link_down_every_ns;
	case JSCOPE__HBA_PAUSE:
	case JSCOPE__HBA_RESUME:
		return settings->pause_every_ns;
	case JSCOPE__HBA_WMI:
		return settings->wmi_every_ns;
	case JSCOPE__HBA_RESET_WANTED:
		return settings->reset_every_ns;
	case JSCOPE__HBA_RESET_SEEN:
	case JSCOPE__HBA_CAUSES:
		break;
	}
	return 0;
}

jscope_ns jscope__hba_next_happening_ns(const struct jscope__hba *hba)
{
	jscope_ns next_ns = min_ns(hba->next_down_ns, hba->next_up_ns);

	for (unsigned i = 0; i < JSCOPE__HBA_CAUSES; i++)
		next_ns = min_ns(next_ns, hba->next_ns[i]);
	return next_ns;
}

static void link_change(struct jscope__hba *hba, bool down, jscope_ns at_ns)
{
	hba->link_down = down;
	hba->causes |= 1u << JSCOPE__HBA_LINK;
	if (!down)
		hba->link_up_ns = at_ns;
}

static void link_happen(struct jscope__context *context, struct jscope__hba *hba, jscope_ns now_ns)
{
	const struct jscope_fault_settings *flap =
		hba->link_down
			? NULL
			: jscope__fault_strike(context, hba->adapter->dev, JSCOPE_FAULT_link_flap);

	if (hba->next_up_ns <= now_ns) {
		link_change(hba, false, hba->next_up_ns);
		hba->next_up_ns = INT64_MAX;
	}
	if (flap) {
		link_change(hba, true, now_ns);
		hba->next_up_ns = jscope_add_sat(now_ns, flap->length_ns);
	}
	if (hba->next_down_ns <= now_ns) {
		link_change(hba, true, hba->next_down_ns);
		hba->next_up_ns = jscope_add_sat(hba->next_down_ns, hba->settings->link_down_ns);
		hba->next_down_ns =
			jscope_add_sat(hba->next_down_ns, hba->settings->link_down_every_ns);
	}
}

void jscope__hba_happen(struct jscope__context *context, struct jscope__hba *hba, jscope_ns now_ns)
{
	link_happen(context, hba, now_ns);
	if (hba->in_flight.first && strikes(context, hba, JSCOPE_FAULT_reset_active))
		hba->causes |= 1u << JSCOPE__HBA_RESET_WANTED;
	if (hba->in_flight.first && strikes(context, hba, JSCOPE_FAULT_foreign_reset))
		hba->causes |= 1u << JSCOPE__HBA_RESET_SEEN;
	for (unsigned i = 0; i < JSCOPE__HBA_CAUSES; i++)
		if (hba->next_ns[i] <= now_ns) {
			hba->causes |= 1u << i;
			hba->next_ns[i] = jscope_add_sat(hba->next_ns[i], every_ns(hba, i));
		}
}

static bool is_told_down(struct jscope__hba *hba)
{
	bool down;

	jscope__machine_lock(hba->adapter->machine);
	down = hba->link_told_down;
	jscope__machine_unlock(hba->adapter->machine);
	return down;
}

/*
 * HwStorTimer: a watchdog that looks at the tick count and sets itself again; while the link is
 * down it rests.
 */
static void hba_timer(struct jscope__context *context, void *extension)
{
	struct jscope__hba *hba = extension;
	uint64_t ticks;

	jscope__stor_notification(context, JSCOPE__STOR_QUERY_TICK_COUNT, hba, &ticks);
	if (is_told_down(hba))
		return;
	if (strikes(context, hba, JSCOPE_FAULT_timer_without_routine)) {
		jscope__stor_notification(context, JSCOPE__STOR_REQUEST_TIMER_CALL, hba,
					  (jscope__stor_timer_routine *)NULL, UINT32_C(1000));
		/* Should anyone have taken it for a call that is pending, it is no more. */
		jscope__hba_timer_cancel(context, hba);
		jscope_error_clear();
	}
	jscope__hba_timer_set(context, hba);
	if (strikes(context, hba, JSCOPE_FAULT_two_timers))
		jscope__hba_timer_set(context, hba);
}

/* A storm asks for the shortest time there is, which the system's tick stretches. */
void jscope__hba_timer_set(struct jscope__context *context, struct jscope__hba *hba)
{
	uint32_t microseconds = (uint32_t)(hba->settings->timer_ns / JSCOPE_NS_PER_US);

	if (jscope__fault_holds(context, hba->adapter->dev, JSCOPE_FAULT_timer_storm))
		microseconds = 1;
	if (microseconds > 0)
		jscope__stor_notification(context, JSCOPE__STOR_REQUEST_TIMER_CALL, hba, hba_timer,
					  microseconds);
}

void jscope__hba_timer_cancel(struct jscope__context *context, struct jscope__hba *hba)
{
	if (hba->settings->timer_ns > 0)
		jscope__stor_notification(context, JSCOPE__STOR_REQUEST_TIMER_CALL, hba, hba_timer,
					  UINT32_C(0));
}

/* Tell where the link is now; what it did in between nobody has seen. The watchdog stays off. */
static void act_link(struct jscope__context *context, struct jscope__hba *hba)
{
	bool down, changed;

	jscope__machine_lock(hba->adapter->machine);
	down = hba->link_down;
	changed = down != hba->link_told_down;
	hba->link_told_down = down;
	jscope__machine_unlock(hba->adapter->machine);
	if (changed && down) {
		jscope__stor_notification(context, JSCOPE__STOR_LINK_DOWN, hba);
		if (strikes(context, hba, JSCOPE_FAULT_link_down_twice))
			jscope__stor_notification(context, JSCOPE__STOR_LINK_DOWN, hba);
		jscope__hba_timer_cancel(context, hba);
	} else if (changed) {
		jscope__stor_notification(context, JSCOPE__STOR_LINK_UP, hba);
		jscope__stor_notification(context, JSCOPE__STOR_BUS_CHANGE_DETECTED, hba, 0);
		jscope__hba_timer_set(context, hba);
	}
}

static void act_pause(struct jscope__context *context, struct jscope__hba *hba)
{
	jscope__stor_pause(context, hba->adapter, PAUSE_TIMEOUT_S);
}

static void act_resume(struct jscope__context *context, struct jscope__hba *hba)
{
	jscope__stor_resume(context, hba->adapter);
}

static void act_wmi(struct jscope__context *context, struct jscope__hba *hba)
{
	const struct jscope__wmi_event event = { .size_bytes = WMI_BYTES };

	/* Each second one is about a disk, whose instances are then new. */
	if (hba->wmi_count++ % 2 == 0) {
		jscope__stor_notification(context, JSCOPE__STOR_WMI_EVENT, hba, &event,
					  JSCOPE__STOR_PATH_ADAPTER);
		return;
	}
	jscope__stor_notification(context, JSCOPE__STOR_WMI_EVENT, hba, &event, 0, 0, 0);
	jscope__stor_notification(context, JSCOPE__STOR_WMI_REREGISTER, hba, 0, 0, 0);
}

static void act_reset_wanted(struct jscope__context *context, struct jscope__hba *hba)
{
	jscope__machine_lock(hba->adapter->machine);
	jscope__kevent_set(context, hba->reset_event, 0);
	jscope__machine_unlock(hba->adapter->machine);
}

static void act_reset_seen(struct jscope__context *context, struct jscope__hba *hba)
{
	jscope__stor_notification(context, JSCOPE__STOR_RESET_DETECTED, hba);
	jscope__machine_lock(hba->adapter->machine);
	if (hba->in_flight.first && strikes(context, hba, JSCOPE_FAULT_forget_active))
		(void)jscope__command_pop(&hba->in_flight);
	jscope__machine_unlock(hba->adapter->machine);
}

void jscope__hba_act(struct jscope__context *context, struct jscope__hba *hba, uint32_t causes)
{
	static void (*const actions[JSCOPE__HBA_CAUSES])(struct jscope__context *,
							 struct jscope__hba *) = {
		[JSCOPE__HBA_LINK] = act_link,
		[JSCOPE__HBA_PAUSE] = act_pause,
		[JSCOPE__HBA_RESUME] = act_resume,
		[JSCOPE__HBA_WMI] = act_wmi,
		[JSCOPE__HBA_RESET_WANTED] = act_reset_wanted,
		[JSCOPE__HBA_RESET_SEEN] = act_reset_seen,
	};

	for (unsigned i = 0; i < JSCOPE__HBA_CAUSES; i++)
		if (causes & 1u << i)
			actions[i](context, hba);
}

/* Requests that a DPC has in hand on another CPU are completed by it: wait for that. */
void jscope__hba_reset_bus(struct jscope__context *context, void *extension, uint8_t path)
{
	struct jscope__hba *hba = extension;
	struct jscope__machine *machine = hba->adapter->machine;
	const uint8_t status = strikes(context, hba, JSCOPE_FAULT_wrong_reset_status)
				       ? JSCOPE__SRB_ABORTED
				       : JSCOPE__SRB_BUS_RESET;
	struct jscope__srb_list all;
	bool in_hand;

	(void)path; /* there is one */
	if (strikes(context, hba, JSCOPE_FAULT_early_reset_return))
		return;
	jscope__machine_lock(machine);
	all = jscope__hba_take_all(hba);
	in_hand = hba->in_hand > 0;
	jscope__machine_unlock(machine);
	for (uint32_t i = 0; in_hand && i < hba->settings->queue_count; i++)
		machine->clock->ops->drain(machine->clock, &hba->queues[i].dpc);
	while (all.first) {
		struct jscope__srb *srb = jscope__command_pop(&all);

		srb->status = status;
		srb->bytes_done = 0;
		jscope__stor_notification(context, JSCOPE__STOR_REQUEST_COMPLETE, hba, srb);
	}
}

void jscope__hba_see_reset(struct jscope__hba *hba)
{
	jscope__machine_lock(hba->adapter->machine);
	hba->causes |= 1u << JSCOPE__HBA_RESET_SEEN;
	jscope__hba_arm(hba);
	jscope__machine_unlock(hba->adapter->machine);
}

void jscope__hba_open(struct jscope__hba *hba)
{
	struct jscope__machine *machine = hba->adapter->machine;
	const jscope_ns now_ns = jscope__machine_now(machine);

	jscope__machine_lock(machine);
	hba->next_up_ns = INT64_MAX;
	hba->next_down_ns = INT64_MAX;
	for (unsigned i = 0; i < JSCOPE__HBA_CAUSES; i++)
		hba->next_ns[i] =
			every_ns(hba, i) ? jscope_add_sat(now_ns, every_ns(hba, i)) : INT64_MAX;
	hba->next_down_ns = hba->next_ns[JSCOPE__HBA_LINK];
	hba->next_ns[JSCOPE__HBA_LINK] = INT64_MAX;
	hba->next_ns[JSCOPE__HBA_RESUME] =
		jscope_add_sat(hba->next_ns[JSCOPE__HBA_RESUME], hba->settings->pause_ns);
	jscope__hba_arm(hba);
	jscope__machine_unlock(machine);
}

void jscope__hba_close(struct jscope__hba *hba)
{
	struct jscope__machine *machine = hba->adapter->machine;

	jscope__machine_lock(machine);
	hba->halted = true;
	jscope__machine_unlock(machine);
	machine->clock->ops->timer_settle(machine->clock, &hba->timer);
	for (uint32_t i = 0; i < hba->settings->queue_count; i++)
		machine->clock->ops->drain(machine->clock, &hba->queues[i].dpc);
}
