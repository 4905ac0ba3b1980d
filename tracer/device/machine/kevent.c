#include "kevent.h"

#include "fault.h"
#include "jscope/probe.h"
#include "task.h"

static jscope_ns wake_delay(struct jscope__context *context, const struct jscope__kevent *event,
			    struct jscope__task *task, uint64_t packet)
{
	if (event->is_prompt)
		return 0;
	return jscope__delay_draw(&task->wake_delay, context, packet);
}

static void wake_waiters(struct jscope__context *context, struct jscope__kevent *event,
			 uint64_t packet)
{
	struct jscope__machine *machine = context->machine;
	struct jscope__task *task = event->waiters;

	while (task) {
		task->signal_ns = jscope__machine_stamp(machine);
		task->wake_ns = jscope_add_sat(jscope__machine_now(machine),
					       wake_delay(context, event, task, packet));
		machine->clock->ops->wake(machine->clock, task);
		if (event->kind == JSCOPE__KEVENT_SYNCHRONISATION)
			return;
		task = task->next_waiter;
	}
}

bool jscope__kevent_set(struct jscope__context *context, struct jscope__kevent *event,
			uint64_t packet)
{
	bool prev = event->signalled;

	JSCOPE_PROBE(ev_set, .dev = event->dev, .irql = context->irql, .event = event->id,
		     .prev = prev, .dpc = context->dpc_id, .run = context->dpc_run,
		     .packet = packet);
	/* A wake-up that is lost: the flag goes down again, and nobody has run for it. */
	event->signalled =
		prev || !jscope__fault_strike(context, event->dev, JSCOPE_FAULT_lose_wakeup);
	if (!prev && event->signalled) {
		event->signalled_ns = jscope__machine_now(context->machine);
		wake_waiters(context, event, packet);
	}
	return prev;
}

bool jscope__kevent_clear(struct jscope__kevent *event)
{
	bool prev = event->signalled;

	event->signalled = false;
	return prev;
}

/*
 * The client was at work when the event was set. One that takes up its wait again runs at once, but a
 * recorded one not before it did then.
 */
static void wake_late(struct jscope__context *context, const struct jscope__kevent *event,
		      struct jscope__task *task)
{
	if (!event->signalled || event->is_prompt || !jscope__delay_is_recorded(&task->wake_delay))
		return;
	task->wake_ns = jscope_add_sat(
		jscope__machine_now(context->machine),
		jscope__delay_draw_since(&task->wake_delay, context, event->signalled_ns, 0));
}

void jscope__kevent_wait_begin(struct jscope__context *context, struct jscope__kevent *event,
			       struct jscope__task *task)
{
	struct jscope__task **link = &event->waiters;

	JSCOPE_PROBE(ev_wait, .dev = event->dev, .irql = context->irql, .event = event->id,
		     .tid = context->tid);
	while (*link)
		link = &(*link)->next_waiter;
	task->next_waiter = NULL;
	*link = task;
	wake_late(context, event, task);
}

bool jscope__kevent_wait_end(struct jscope__context *context, struct jscope__kevent *event,
			     struct jscope__task *task)
{
	struct jscope__task **link = &event->waiters;

	while (*link && *link != task)
		link = &(*link)->next_waiter;
	if (*link)
		*link = task->next_waiter;
	if (!event->signalled)
		return false;
	if (event->kind == JSCOPE__KEVENT_SYNCHRONISATION)
		event->signalled = false;
	event->wake_count++;
	JSCOPE_PROBE(ev_wake, .dev = event->dev, .irql = context->irql, .event = event->id,
		     .tid = context->tid, .count = event->wake_count);
	event->woken_ns = jscope__machine_stamp(context->machine);
	return true;
}
