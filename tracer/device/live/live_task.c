/* The threads of the tasks. */
#include <string.h>

#include "kevent.h"
#include "live_private.h"

/* A task that burns CPU time looks this often whether it is to stop. */
#define WORK_SLICE_NS JSCOPE_NS_PER_MS

static enum jscope__cause task_wait(struct jscope__context *context, struct jscope__live_task *slot,
				    struct jscope__kevent *event)
{
	struct jscope__live *live = slot->live;
	bool woken;

	pthread_mutex_lock(&live->mutex);
	jscope__kevent_wait_begin(context, event, slot->task);
	while (!event->signalled && !live->tasks_stopping)
		pthread_cond_wait(&slot->woken, &live->mutex);
	while (jscope_ns_now() < slot->task->wake_ns && !live->tasks_stopping)
		jscope__live_wait_until(live, &slot->woken, slot->task->wake_ns);
	woken = jscope__kevent_wait_end(context, event, slot->task);
	pthread_mutex_unlock(&live->mutex);
	return woken ? JSCOPE__CAUSE_WOKEN : JSCOPE__CAUSE_STOPPING;
}

static bool is_stopping(struct jscope__live *live)
{
	bool stopping;

	pthread_mutex_lock(&live->mutex);
	stopping = live->tasks_stopping;
	pthread_mutex_unlock(&live->mutex);
	return stopping;
}

static void task_work(struct jscope__live *live, jscope_ns work_ns)
{
	jscope_ns left_ns = work_ns;

	while (left_ns > 0 && !is_stopping(live)) {
		jscope__thread_burn(left_ns < WORK_SLICE_NS ? left_ns : WORK_SLICE_NS);
		left_ns -= WORK_SLICE_NS;
	}
}

static enum jscope__cause task_perform(struct jscope__context *context,
				       struct jscope__live_task *slot,
				       const struct jscope__action *action)
{
	enum jscope__cause cause = JSCOPE__CAUSE_WORKED;

	if (action->kind == JSCOPE__ACTION_WAIT)
		cause = task_wait(context, slot, action->event);
	else
		task_work(slot->live, action->work_ns);
	return is_stopping(slot->live) ? JSCOPE__CAUSE_STOPPING : cause;
}

static void task_run(void *state, uint32_t tid)
{
	struct jscope__live_task *slot = state;
	struct jscope__task *task = slot->task;
	struct jscope__context context = { .machine = slot->live->machine, .tid = tid };
	enum jscope__cause cause = JSCOPE__CAUSE_START;
	struct jscope__action action = task->step(&context, task->state, cause);

	while (action.kind != JSCOPE__ACTION_END) {
		cause = task_perform(&context, slot, &action);
		action = task->step(&context, task->state, cause);
	}
	pthread_mutex_lock(&slot->live->mutex);
	slot->live->ended_count++;
	pthread_mutex_unlock(&slot->live->mutex);
}

int jscope__live_task_start(struct jscope__live_task *slot, bool *real_time)
{
	slot->thread.priority = JSCOPE__LIVE_PRIORITY_CLIENT;
	slot->thread.cpu = JSCOPE__CPU_ANY;
	slot->thread.run = task_run;
	slot->thread.state = slot;
	memcpy(slot->thread.name, slot->task->name, sizeof slot->thread.name);
	return jscope__thread_start(&slot->thread, real_time);
}
