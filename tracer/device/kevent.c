#include "kevent.h"

#include "jscope/probe.h"
#include "task.h"

static void wake_waiters(struct jscope__machine *machine, struct jscope__kevent *event)
{
	struct jscope__task *task = event->waiters;

	while (task) {
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
	event->signalled = true;
	if (!prev)
		wake_waiters(context->machine, event);
	return prev;
}

bool jscope__kevent_clear(struct jscope__kevent *event)
{
	bool prev = event->signalled;

	event->signalled = false;
	return prev;
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
	return true;
}
