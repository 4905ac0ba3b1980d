/* The task of the port: initialisation, bus resets, removal. */
#include "common/error.h"
#include "disk.h"
#include "fault.h"

static void call_untimely(struct jscope__context *context, struct jscope__disk *disk,
			  enum jscope_fault_kind kind)
{
	if (!jscope__fault_strike(context, disk->adapter.dev, kind))
		return;
	jscope__stor_notification(context, JSCOPE__STOR_BUS_CHANGE_DETECTED, &disk->hba, 0);
	jscope_error_clear();
}

void jscope__disk_leave(struct jscope__context *context, struct jscope__disk *disk)
{
	bool last;

	jscope__machine_lock(context->machine);
	last = --disk->present_count == 0;
	jscope__machine_unlock(context->machine);
	if (!last)
		return;
	jscope__disk_traffic_close(disk);
	jscope__hba_close(&disk->hba);
	jscope__stor_remove(context, &disk->adapter);
	call_untimely(context, disk, JSCOPE_FAULT_use_after_removal);
}

static struct jscope__action disk_step(struct jscope__context *context, void *state,
				       enum jscope__cause cause)
{
	struct jscope__disk *disk = state;
	struct jscope__action action = { .kind = JSCOPE__ACTION_WAIT, .event = &disk->reset_event };

	if (cause == JSCOPE__CAUSE_START) {
		call_untimely(context, disk, JSCOPE_FAULT_use_before_init);
		jscope__hba_open(&disk->hba);
		jscope__stor_initialise(context, &disk->adapter);
		jscope__hba_timer_set(context, &disk->hba);
		jscope__disk_traffic_open(disk);
	} else if (cause == JSCOPE__CAUSE_WOKEN) {
		jscope__stor_reset_bus(context, &disk->adapter, 0);
		jscope__hba_see_reset(&disk->hba);
	} else if (cause == JSCOPE__CAUSE_STOPPING) {
		jscope__disk_leave(context, disk);
		action.kind = JSCOPE__ACTION_END;
	}
	return action;
}

void jscope__disk_task_init(struct jscope__disk *disk, struct jscope__task *task)
{
	const struct jscope_delay_settings *delays =
		jscope__rig_delays(disk->rig, disk->settings->head.name);

	jscope__delay_init(&task->wake_delay, disk->rig->machine, &delays->wake, JSCOPE_DELAY_WAKE,
			   disk->adapter.dev, disk->reset_event.id);
	task->step = disk_step;
	task->state = disk;
}
