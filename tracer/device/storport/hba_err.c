/* A buggy miniport: mistakes that can be made at any time, each by the fault of its name. */
#include "hba.h"

#include "common/error.h"
#include "fault.h"

#define BUS_CHANGES	  200
#define BUS_CHANGES_MAX	  10000
#define WMI_TOO_BIG_BYTES 200
#define STOR_NEXT_REQUEST 1 /* of ScsiPort: StorPort has no such type */

typedef void err_fn(struct jscope__context *context, struct jscope__hba *hba, int64_t amount);

static void err_type(struct jscope__context *context, struct jscope__hba *hba, int64_t amount)
{
	(void)amount;
	jscope__stor_notification(context, STOR_NEXT_REQUEST, hba);
}

static void err_link_up(struct jscope__context *context, struct jscope__hba *hba, int64_t amount)
{
	bool down;

	(void)amount;
	jscope__machine_lock(context->machine);
	down = hba->adapter->link_down;
	jscope__machine_unlock(context->machine);
	if (!down)
		jscope__stor_notification(context, JSCOPE__STOR_LINK_UP, hba);
}

static void err_wmi(struct jscope__context *context, struct jscope__hba *hba, int64_t amount)
{
	const struct jscope__wmi_event event = { .size_bytes = WMI_TOO_BIG_BYTES };

	(void)amount;
	jscope__stor_notification(context, JSCOPE__STOR_WMI_EVENT, hba, &event,
				  JSCOPE__STOR_PATH_ADAPTER);
}

static void err_bus_change(struct jscope__context *context, struct jscope__hba *hba, int64_t amount)
{
	int64_t count = amount > 0 ? amount : BUS_CHANGES;

	if (count > BUS_CHANGES_MAX)
		count = BUS_CHANGES_MAX;
	for (int64_t i = 0; i < count; i++)
		jscope__stor_notification(context, JSCOPE__STOR_BUS_CHANGE_DETECTED, hba, 0);
}

/* The end of the system, as far as this adapter is concerned. */
static void err_overrun(struct jscope__context *context, struct jscope__hba *hba, int64_t amount)
{
	(void)amount;
	jscope__machine_lock(hba->adapter->machine);
	hba->halted = true;
	jscope__machine_unlock(hba->adapter->machine);
	jscope__stor_notification(context, JSCOPE__STOR_BUFFER_OVERRUN_DETECTED, hba);
}

static void err_overrun_ignored(struct jscope__context *context, struct jscope__hba *hba,
				int64_t amount)
{
	uint64_t ticks;

	err_overrun(context, hba, amount);
	jscope__stor_notification(context, JSCOPE__STOR_QUERY_TICK_COUNT, hba, &ticks);
}

/* The timer that a storm needs where the scenario has none. */
static void err_storm_begin(struct jscope__context *context, struct jscope__hba *hba)
{
	bool pending;

	jscope__machine_lock(context->machine);
	pending = hba->adapter->timer_due_ns != 0;
	jscope__machine_unlock(context->machine);
	if (!pending && jscope__fault_holds(context, hba->adapter->dev, JSCOPE_FAULT_timer_storm))
		jscope__hba_timer_set(context, hba);
}

/* Complete a request once more when its client has done with it. */
static void err_stale(struct jscope__context *context, struct jscope__hba *hba)
{
	struct jscope__srb *srb;

	jscope__machine_lock(hba->adapter->machine);
	srb = hba->stale && hba->stale->state == JSCOPE__SRB_STATE_FREE ? hba->stale : NULL;
	if (srb)
		hba->stale = NULL;
	jscope__machine_unlock(hba->adapter->machine);
	if (srb)
		jscope__stor_notification(context, JSCOPE__STOR_REQUEST_COMPLETE, hba, srb);
}

void jscope__hba_err(struct jscope__context *context, struct jscope__hba *hba)
{
	static const struct {
		enum jscope_fault_kind kind;
		err_fn *err;
	} errors[] = {
		{ JSCOPE_FAULT_undocumented_type, err_type },
		{ JSCOPE_FAULT_link_up_while_up, err_link_up },
		{ JSCOPE_FAULT_big_wmi, err_wmi },
		{ JSCOPE_FAULT_bus_change_storm, err_bus_change },
		{ JSCOPE_FAULT_buffer_overrun, err_overrun },
		{ JSCOPE_FAULT_event_after_overrun, err_overrun_ignored },
	};

	if (!context->machine->faults)
		return;
	err_stale(context, hba);
	err_storm_begin(context, hba);
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		const struct jscope_fault_settings *fault =
			jscope__fault_strike(context, hba->adapter->dev, errors[i].kind);

		if (fault)
			errors[i].err(context, hba, fault->amount);
	}
	/* The sentences of refused calls are for nobody: the mistakes were asked for. */
	jscope_error_clear();
}
