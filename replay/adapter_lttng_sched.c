/* Wake-ups: from the first waking of a thread to its next switch-in, and who waits for that. */
#include <limits.h>

#include "adapter_lttng.h"

static struct jscope_key tid_key(int64_t tid)
{
	return (struct jscope_key){ 0, (uint64_t)tid };
}

/* A thread that neither runs nor is about to needs no memory. */
static void task_forget_idle(struct jscope__lttng *adapter, const struct jscope__lttng_task *task,
			     int64_t tid)
{
	if (!task->waking && !task->running_count)
		jscope_map_remove(adapter->tasks, tid_key(tid));
}

/* It may have left its CPU unseen, of which nothing has been heard since. */
static void running_doubt(struct jscope__lttng *adapter, int64_t tid)
{
	const struct jscope__lttng_task *task = NULL;

	if (adapter->output->loss_count)
		task = jscope_map_get(adapter->tasks, tid_key(tid));
	if (task && task->running_count)
		jscope__lttng_cpu_get(adapter, task->cpu);
}

static void on_wake(struct jscope__lttng *adapter, const struct jscope_event *event)
{
	const struct jscope__lttng_wake_slots *slots = (const void *)event->slot;
	int64_t tid = slots->tid >= 0 ? slots->tid : slots->pid;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct jscope__lttng_task *task;

	running_doubt(adapter, tid);
	task = cpu ? jscope_map_put(adapter->tasks, tid_key(tid)) : NULL;
	if (!task)
		return;
	if (!task->waking && !task->running_count) {
		task->waking = true;
		task->waking_ns = event->ts_ns;
		task->context = jscope__lttng_cpu_context(cpu);
	}
	if (cpu->wakes_thread)
		jscope__lttng_thread_woken(adapter, cpu, tid, event->ts_ns);
	jscope__lttng_woken(adapter, cpu, event, tid, task->waking);
}

void jscope__lttng_waking(void *state, const struct jscope_event *event)
{
	on_wake(state, event);
}

void jscope__lttng_wakeup(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;

	if (!adapter->has_waking)
		on_wake(adapter, event);
}

void jscope__lttng_wakeup_new(void *state, const struct jscope_event *event)
{
	on_wake(state, event);
}

static void task_leaves(struct jscope__lttng *adapter, int64_t tid)
{
	struct jscope__lttng_task *task = jscope_map_get(adapter->tasks, tid_key(tid));

	if (!task)
		return;
	if (task->running_count)
		task->running_count--;
	task_forget_idle(adapter, task, tid);
}

void jscope__lttng_current_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
				 uint32_t cpu_id)
{
	if (cpu->current_tid == -1 || !jscope__lttng_cpu_lost(adapter, cpu_id, cpu->switched_ns))
		return;
	task_leaves(adapter, cpu->current_tid);
	cpu->current_tid = -1;
}

static void task_runs(struct jscope__lttng *adapter, const struct jscope_event *event, int64_t tid,
		      int64_t comm)
{
	struct jscope__lttng_task *task = jscope_map_put(adapter->tasks, tid_key(tid));
	struct jscope_wakeup wakeup;

	if (!task)
		return;
	task->running_count++;
	task->cpu = event->cpu;
	if (!task->waking)
		return;
	task->waking = false;
	wakeup =
		(struct jscope_wakeup){ .tid = (uint32_t)tid,
					.comm = adapter->reader->ops->string(adapter->reader, comm),
					.context = task->context,
					.waking_ns = task->waking_ns,
					.run_ns = event->ts_ns,
					.censored = jscope__output_lost_between(
						adapter->output, task->waking_ns, event->ts_ns) };
	jscope__output_wakeup(adapter->output, &wakeup, event->cpu);
}

/*
 * A thread leaves that the trace never saw come: some virtual machines hide what happens while their
 * first process runs. When it ran is not known, but it did, and whatever waited for that is over.
 */
static void ran_unseen(struct jscope__lttng *adapter, const struct jscope_event *event, int64_t tid)
{
	struct jscope__lttng_task *task = jscope_map_get(adapter->tasks, tid_key(tid));
	struct jscope_wakeup wakeup;

	if (!task || !task->waking)
		return;
	wakeup = (struct jscope_wakeup){ .tid = (uint32_t)tid,
					 .comm = "",
					 .context = task->context,
					 .waking_ns = task->waking_ns,
					 .run_ns = event->ts_ns,
					 .censored = true };
	task->waking = false;
	task_forget_idle(adapter, task, tid);
	jscope__output_wakeup(adapter->output, &wakeup, event->cpu);
	jscope__lttng_runs(adapter, tid, 0, JSCOPE_NS_UNKNOWN);
}

void jscope__lttng_switch(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_switch_slots *slots = (const void *)event->slot;
	int64_t tid = slots->next_tid >= 0 ? slots->next_tid : slots->next_pid;
	int64_t prev_tid = slots->prev_tid >= 0 ? slots->prev_tid : slots->prev_pid;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);

	if (!cpu)
		return;
	jscope__lttng_completion_end(adapter, cpu);
	jscope__lttng_call_bound(adapter, cpu);
	cpu->wakes_thread = false;
	if (prev_tid >= 0 && prev_tid != cpu->current_tid)
		ran_unseen(adapter, event, prev_tid);
	if (cpu->current_tid != -1)
		task_leaves(adapter, cpu->current_tid);
	cpu->current_tid = tid;
	cpu->switched_ns = event->ts_ns;
	task_runs(adapter, event, tid, slots->next_comm);
	jscope__lttng_thread_runs(adapter, cpu, tid, slots->next_comm, event->ts_ns);
	jscope__lttng_runs(adapter, tid, slots->next_comm, event->ts_ns);
}

static void request_wait(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu, int64_t tid)
{
	struct jscope__lttng_wait *wait = jscope_map_put(adapter->waits, tid_key(tid));

	if (wait && wait->request_count < JSCOPE__LTTNG_WAITING) {
		wait->requests[wait->request_count++] = cpu->completed;
		cpu->has_completed = false;
		return;
	}
	adapter->refused += wait != NULL; /* else the map has counted it */
	jscope__lttng_completion_end(adapter, cpu);
}

/* Timers have streams by the name of the thread that they woke. */
static void notification_tell(struct jscope__lttng *adapter,
			      struct jscope_notification *notification, int64_t comm)
{
	if (notification->stream)
		jscope__lttng_notified(adapter, notification);
	else
		jscope__lttng_timer_run(adapter, notification, comm);
}

static void notification_wait(struct jscope__lttng *adapter,
			      struct jscope_notification *notification)
{
	struct jscope__lttng_wait *wait =
		jscope_map_put(adapter->waits, tid_key(notification->tid));

	if (wait && wait->notification_count < JSCOPE__LTTNG_WAITING) {
		wait->notifications[wait->notification_count++] = *notification;
		return;
	}
	adapter->refused += wait != NULL;
	notification_tell(adapter, notification, 0);
}

void jscope__lttng_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			 const struct jscope_event *event, int64_t tid, bool will_run)
{
	struct jscope_notification other;

	if (will_run && cpu->depth && jscope__lttng_timer_woken(cpu, event, tid, &other))
		notification_wait(adapter, &other);
	if (jscope__lttng_call_wakes(cpu)) {
		cpu->call.signalled = true;
		cpu->call.notification.at[JSCOPE_SIGNAL] = event->ts_ns;
		cpu->call.notification.tid = (uint32_t)tid;
		if (will_run)
			notification_wait(adapter, &cpu->call.notification);
		else
			jscope__lttng_notified(adapter, &cpu->call.notification);
		return;
	}
	if (!cpu->has_completed || cpu->depth != cpu->completed_depth) {
		if (will_run && jscope__lttng_line_woken(adapter, cpu, event, tid, &other))
			notification_wait(adapter, &other);
		return;
	}
	if (will_run)
		request_wait(adapter, cpu, tid);
	else
		jscope__lttng_completion_end(adapter, cpu);
}

static void wait_deliver(struct jscope__lttng *adapter, struct jscope__lttng_wait *wait,
			 int64_t comm, jscope_ns run_ns)
{
	for (unsigned i = 0; i < wait->request_count; i++) {
		struct jscope_request *request = &wait->requests[i];

		/* Else it may have run before, unseen. */
		if (!jscope__output_lost_between(adapter->output, request->complete_ns, run_ns))
			request->run_ns = run_ns;
		jscope__output_request(adapter->output, request);
	}
	for (unsigned i = 0; i < wait->notification_count; i++) {
		struct jscope_notification *notification = &wait->notifications[i];

		/* Likewise. */
		if (!jscope__output_lost_between(adapter->output, notification->at[JSCOPE_SIGNAL],
						 run_ns))
			notification->at[JSCOPE_RUN] = run_ns;
		if (notification->at[JSCOPE_RUN] == JSCOPE_NS_UNKNOWN)
			notification->class = JSCOPE_CLASS_CENSORED;
		notification_tell(adapter, notification, comm);
	}
}

void jscope__lttng_runs(struct jscope__lttng *adapter, int64_t tid, int64_t comm, jscope_ns at_ns)
{
	struct jscope__lttng_wait *wait = jscope_map_get(adapter->waits, tid_key(tid));

	if (!wait)
		return;
	wait_deliver(adapter, wait, comm, at_ns);
	jscope_map_remove(adapter->waits, tid_key(tid));
}

/* The end of the trace cut these before their thread ran. */
void jscope__lttng_wait_finish(struct jscope__lttng *adapter)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *wait;

	while (jscope_map_next(adapter->waits, &cursor, &key, &wait))
		wait_deliver(adapter, wait, 0, JSCOPE_NS_UNKNOWN);
}

/* No CPU is known of those that the end of the trace cut: filtered by CPU they are left out. */
void jscope__lttng_tasks_finish(struct jscope__lttng *adapter)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (jscope_map_next(adapter->tasks, &cursor, &key, &value)) {
		const struct jscope__lttng_task *task = value;
		const struct jscope_wakeup wakeup = { .tid = (uint32_t)key.low,
						      .comm = "",
						      .context = task->context,
						      .waking_ns = task->waking_ns,
						      .run_ns = JSCOPE_NS_UNKNOWN,
						      .censored = true };

		if (task->waking)
			jscope__output_wakeup(adapter->output, &wakeup, UINT_MAX);
	}
}
