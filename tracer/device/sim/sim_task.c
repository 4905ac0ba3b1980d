/* Tasks of the simulated clock: ready, on a CPU, waiting. */
#include "sim_private.h"

/* Behind those of its priority, or before them when it was interrupted. */
static void ready_insert(struct jscope__sim_task *task, bool interrupted)
{
	struct jscope__sim_task **link = &task->cpu->ready;
	const uint32_t priority = task->task->priority;

	while (*link && ((*link)->task->priority > priority ||
			 (!interrupted && (*link)->task->priority == priority)))
		link = &(*link)->next_ready;
	task->state = JSCOPE__SIM_READY;
	task->next_ready = *link;
	*link = task;
}

bool jscope__sim_task_is_next(const struct jscope__sim_cpu *cpu)
{
	return cpu->ready && (!cpu->active[JSCOPE__SIM_TASK] ||
			      cpu->ready->task->priority > cpu->task->task->priority);
}

void jscope__sim_task_dispatch(struct jscope__sim_cpu *cpu)
{
	struct jscope__sim_task *task = cpu->ready;

	cpu->ready = task->next_ready;
	if (cpu->active[JSCOPE__SIM_TASK]) {
		cpu->task->left_ns = cpu->left_ns[JSCOPE__SIM_TASK];
		ready_insert(cpu->task, true);
	}
	cpu->task = task;
	cpu->active[JSCOPE__SIM_TASK] = true;
	cpu->left_ns[JSCOPE__SIM_TASK] = task->left_ns;
}

/*
 * The end of a wait. Returns false when the signal that woke the task has been taken back or taken by
 * another one: then it waits on.
 */
static bool wait_end(struct jscope__context *context, struct jscope__sim_task *task)
{
	const bool stopping = task->sim->stopping;

	if (!task->event->signalled && !stopping) {
		task->state = JSCOPE__SIM_WAITING;
		return false;
	}
	jscope__kevent_wait_end(context, task->event, task->task);
	task->waits = false;
	task->cause = stopping ? JSCOPE__CAUSE_STOPPING : JSCOPE__CAUSE_WOKEN;
	return true;
}

static void wait_begin(struct jscope__context *context, struct jscope__sim_task *task,
		       struct jscope__kevent *event)
{
	task->event = event;
	task->waits = true;
	task->left_ns = 0;
	task->state = JSCOPE__SIM_WAITING;
	jscope__kevent_wait_begin(context, event, task->task);
	if (event->signalled || task->sim->stopping)
		jscope__sim_task_wake(task);
}

static void work_begin(struct jscope__sim_task *task, jscope_ns work_ns)
{
	task->cause = task->sim->stopping ? JSCOPE__CAUSE_STOPPING : JSCOPE__CAUSE_WORKED;
	task->left_ns = task->sim->stopping ? 0 : work_ns;
	ready_insert(task, true);
}

static void end(struct jscope__sim_task *task)
{
	task->state = JSCOPE__SIM_ENDED;
	task->sim->ended_count++;
}

static void set_present(const struct jscope__sim_task *task)
{
	struct jscope__present *present = &task->sim->present;

	present->cpu = task->cpu->index;
	present->tid = task->tid;
	present->procname = task->procname;
}

/* Off its CPU while it is called: it may have others run until something is done. */
void jscope__sim_task_step(struct jscope__sim_cpu *cpu)
{
	struct jscope__sim_task *task = cpu->task;
	struct jscope__context context = { .machine = cpu->sim->machine,
					   .cpu = cpu->index,
					   .tid = (uint32_t)task->tid };
	struct jscope__action action;

	cpu->active[JSCOPE__SIM_TASK] = false;
	cpu->task = NULL;
	set_present(task);
	if (task->waits && !wait_end(&context, task))
		return;
	task->state = JSCOPE__SIM_STEPPING;
	action = task->task->step(&context, task->task->state, task->cause);
	if (action.kind == JSCOPE__ACTION_WAIT)
		wait_begin(&context, task, action.event);
	else if (action.kind == JSCOPE__ACTION_WORK)
		work_begin(task, action.work_ns);
	else
		end(task);
}

void jscope__sim_task_ready(struct jscope__sim_task *task)
{
	if (task->state != JSCOPE__SIM_WAITING)
		return;
	ready_insert(task, false);
	jscope__sim_cpu_kick(task->cpu);
}

void jscope__sim_task_wake(struct jscope__sim_task *task)
{
	struct jscope__sim *sim = task->sim;

	if (task->task->wake_ns > jscope__sim_now(sim) && !sim->stopping)
		jscope__sim_occasion(sim, JSCOPE__OCCASION_TASK, task, &task->place,
				     task->task->wake_ns);
	else
		jscope__sim_task_ready(task);
}

void jscope__sim_task_stop(struct jscope__sim_task *task)
{
	jscope__occasions_remove(&task->sim->occasions, &task->place);
	if (task->state == JSCOPE__SIM_ENDED || task->state == JSCOPE__SIM_STEPPING)
		return;
	if (task->cause != JSCOPE__CAUSE_START)
		task->cause = JSCOPE__CAUSE_STOPPING;
	task->left_ns = 0;
	if (task->cpu->task == task)
		task->cpu->left_ns[JSCOPE__SIM_TASK] = 0;
	jscope__sim_task_ready(task);
	jscope__sim_cpu_kick(task->cpu);
}
