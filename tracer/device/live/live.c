#include "live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dpc.h"
#include "line.h"
#include "live_thread.h"

enum { PRIORITY_CLIENT = 60, PRIORITY_DPC = 70, PRIORITY_DEVICE = 80 };

/* Wakes that one holder of the lock can leave for later; more are done at once. */
#define PENDING_MAX 16

/* A task that burns CPU time looks this often whether it is to stop. */
#define WORK_SLICE_NS JSCOPE_NS_PER_MS

struct live_cpu {
	struct jscope__live *live;
	uint32_t index;
	pthread_cond_t kicked;
	struct jscope__thread thread;
};

struct live_task {
	struct jscope__live *live;
	struct jscope__task *task;
	pthread_cond_t woken;
	struct jscope__thread thread;
};

struct jscope__live {
	struct jscope__clock clock;
	struct jscope__machine *machine;

	pthread_mutex_t mutex;	      /* the lock of the machine; of all below, too */
	pthread_cond_t rearmed;	      /* for the device: the earliest timer has changed */
	pthread_cond_t settled;	      /* a timer has fired, or a DPC has returned */
	struct jscope__timer *timers; /* armed, unordered: a machine has a handful of devices */
	struct live_task *pending[PENDING_MAX]; /* to be woken when the lock is free */
	unsigned pending_count;
	bool tasks_stopping;
	bool machine_stopping;
	unsigned ended_count;

	struct jscope__thread device;
	uint32_t device_tid;
	struct live_cpu cpus[JSCOPE__CPUS_MAX];
	struct live_task *tasks;
	unsigned task_count;
};

static struct jscope__live *live_of(struct jscope__clock *clock)
{
	return (struct jscope__live *)clock;
}

/* The operations */

static jscope_ns live_now(struct jscope__clock *clock)
{
	(void)clock;
	return jscope_ns_now();
}

/* LTTng stamps events itself; the present is as near as we get. */
static jscope_ns live_stamp(struct jscope__clock *clock)
{
	return live_now(clock);
}

static void live_lock(struct jscope__clock *clock)
{
	pthread_mutex_lock(&live_of(clock)->mutex);
}

/* Tasks are woken without the lock, which they need first thing: the wake is what we measure. */
static void live_unlock(struct jscope__clock *clock)
{
	struct jscope__live *live = live_of(clock);
	struct live_task *woken[PENDING_MAX];
	unsigned count = live->pending_count;

	memcpy(woken, live->pending, count * sizeof woken[0]);
	live->pending_count = 0;
	pthread_mutex_unlock(&live->mutex);
	for (unsigned i = 0; i < count; i++)
		pthread_cond_signal(&woken[i]->woken);
}

static void live_timer_arm(struct jscope__clock *clock, struct jscope__timer *timer,
			   jscope_ns due_ns)
{
	struct jscope__live *live = live_of(clock);

	timer->due_ns = due_ns;
	if (!timer->armed) {
		timer->armed = true;
		timer->next = live->timers;
		live->timers = timer;
	}
	pthread_cond_signal(&live->rearmed);
}

static bool live_timer_cancel(struct jscope__clock *clock, struct jscope__timer *timer)
{
	struct jscope__timer **link = &live_of(clock)->timers;
	const bool was_armed = timer->armed;

	while (*link && *link != timer)
		link = &(*link)->next;
	if (*link)
		*link = timer->next;
	timer->armed = false;
	return was_armed;
}

static void live_timer_settle(struct jscope__clock *clock, struct jscope__timer *timer)
{
	struct jscope__live *live = live_of(clock);

	live_lock(clock);
	while (timer->armed || timer->firing) {
		if (timer->armed)
			live_timer_arm(clock, timer, live_now(clock));
		pthread_cond_wait(&live->settled, &live->mutex);
	}
	live_unlock(clock);
}

static void live_interrupt(struct jscope__clock *clock, const struct jscope__interrupt *interrupt)
{
	struct jscope__live *live = live_of(clock);
	struct jscope__service service;

	jscope__line_enter(live->machine, interrupt, interrupt->line->cpu, live->device_tid,
			   &service);
	if (service.delay_ns > 0)
		jscope__thread_burn(service.delay_ns);
	jscope__line_serve(&service);
}

static void live_kick(struct jscope__clock *clock, uint32_t cpu)
{
	pthread_cond_signal(&live_of(clock)->cpus[cpu].kicked);
}

static void live_drain(struct jscope__clock *clock, struct jscope__dpc *dpc)
{
	struct jscope__live *live = live_of(clock);

	live_lock(clock);
	while (dpc->queued || dpc->running_count > 0)
		pthread_cond_wait(&live->settled, &live->mutex);
	live_unlock(clock);
}

static void live_wake(struct jscope__clock *clock, struct jscope__task *task)
{
	struct jscope__live *live = live_of(clock);
	struct live_task *slot = task->clock_data;

	if (live->pending_count < PENDING_MAX)
		live->pending[live->pending_count++] = slot;
	else
		pthread_cond_signal(&slot->woken);
}

static const struct jscope__clock_ops live_ops = {
	.now = live_now,
	.stamp = live_stamp,
	.lock = live_lock,
	.unlock = live_unlock,
	.timer_arm = live_timer_arm,
	.timer_cancel = live_timer_cancel,
	.timer_settle = live_timer_settle,
	.interrupt = live_interrupt,
	.kick = live_kick,
	.drain = live_drain,
	.wake = live_wake,
};

/*
 * Waiting on a condition instead of sleeping lets another thread bring the instant forward; both
 * end in the same high-resolution timer at the same absolute time.
 */
static void condition_wait_until(struct jscope__live *live, pthread_cond_t *condition,
				 jscope_ns due_ns)
{
	const struct timespec time = { .tv_sec = due_ns / JSCOPE_NS_PER_SEC,
				       .tv_nsec = due_ns % JSCOPE_NS_PER_SEC };

	if (due_ns == INT64_MAX)
		pthread_cond_wait(condition, &live->mutex);
	else
		pthread_cond_timedwait(condition, &live->mutex, &time);
}

/* The device thread */

static struct jscope__timer **earliest_timer(struct jscope__live *live)
{
	struct jscope__timer **earliest = &live->timers;

	for (struct jscope__timer **link = &live->timers; *link; link = &(*link)->next)
		if ((*link)->due_ns < (*earliest)->due_ns)
			earliest = link;
	return *earliest ? earliest : NULL;
}

static void fire(struct jscope__live *live, struct jscope__timer **link)
{
	struct jscope__context context = { .machine = live->machine,
					   .irql = JSCOPE__IRQL_DEVICE,
					   .tid = live->device_tid };
	struct jscope__timer *timer = *link;

	*link = timer->next;
	timer->armed = false;
	timer->firing = true;
	pthread_mutex_unlock(&live->mutex);
	timer->fire(&context, timer->state);
	pthread_mutex_lock(&live->mutex);
	timer->firing = false;
	pthread_cond_broadcast(&live->settled);
}

static void device_run(void *state, uint32_t tid)
{
	struct jscope__live *live = state;

	pthread_mutex_lock(&live->mutex);
	live->device_tid = tid;
	while (!live->machine_stopping) {
		struct jscope__timer **link = earliest_timer(live);

		if (!link)
			pthread_cond_wait(&live->rearmed, &live->mutex);
		else if (live_now(&live->clock) < (*link)->due_ns)
			condition_wait_until(live, &live->rearmed, (*link)->due_ns);
		else
			fire(live, link);
	}
	pthread_mutex_unlock(&live->mutex);
}

/* The threads of the CPUs */

/* Is there a DPC to enter by now? Ordinary ones go before threaded ones. */
static bool is_ready(struct live_cpu *cpu, bool *ret_threaded, jscope_ns *ret_ready_ns)
{
	struct jscope__live *live = cpu->live;
	const jscope_ns ordinary_ns = jscope__dpc_ready_ns(live->machine, cpu->index, false);
	const jscope_ns threaded_ns = jscope__dpc_ready_ns(live->machine, cpu->index, true);
	const jscope_ns now_ns = live_now(&live->clock);

	*ret_threaded = ordinary_ns > now_ns && threaded_ns <= now_ns;
	*ret_ready_ns = ordinary_ns < threaded_ns ? ordinary_ns : threaded_ns;
	return *ret_ready_ns <= now_ns;
}

static void cpu_run(void *state, uint32_t tid)
{
	struct live_cpu *cpu = state;
	struct jscope__live *live = cpu->live;
	struct jscope__execution execution;
	jscope_ns ready_ns;
	bool threaded;

	pthread_mutex_lock(&live->mutex);
	while (!live->machine_stopping) {
		if (!is_ready(cpu, &threaded, &ready_ns)) {
			condition_wait_until(live, &cpu->kicked, ready_ns);
			continue;
		}
		pthread_mutex_unlock(&live->mutex);
		if (jscope__dpc_enter(live->machine, cpu->index, threaded, tid, &execution)) {
			jscope__thread_burn(execution.delay_ns);
			jscope__dpc_run(&execution);
		}
		pthread_mutex_lock(&live->mutex);
		pthread_cond_broadcast(&live->settled);
	}
	pthread_mutex_unlock(&live->mutex);
}

/* The threads of the tasks */

static enum jscope__cause task_wait(struct jscope__context *context, struct live_task *slot,
				    struct jscope__kevent *event)
{
	struct jscope__live *live = slot->live;
	bool woken;

	pthread_mutex_lock(&live->mutex);
	jscope__kevent_wait_begin(context, event, slot->task);
	while (!event->signalled && !live->tasks_stopping)
		pthread_cond_wait(&slot->woken, &live->mutex);
	while (live_now(&live->clock) < slot->task->wake_ns && !live->tasks_stopping)
		condition_wait_until(live, &slot->woken, slot->task->wake_ns);
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

static enum jscope__cause task_perform(struct jscope__context *context, struct live_task *slot,
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
	struct live_task *slot = state;
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

/* Life */

static void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* Priority inheritance: a client that holds the lock must not keep the interrupt waiting for
 * others. */
static void mutex_init(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

int jscope__live_create(uint32_t cpu_count, struct jscope__machine *machine,
			struct jscope__live **ret_live)
{
	struct jscope__live *live = calloc(1, sizeof *live);
	uint32_t numbers[JSCOPE__CPUS_MAX];
	unsigned real_count;

	if (!live)
		return -ENOMEM;
	live->clock.ops = &live_ops;
	live->machine = machine;
	mutex_init(&live->mutex);
	condition_init(&live->rearmed);
	condition_init(&live->settled);
	jscope__machine_init(machine, &live->clock, cpu_count);
	real_count = jscope__thread_cpus(numbers, JSCOPE__CPUS_MAX);
	for (uint32_t i = 0; i < cpu_count; i++) {
		condition_init(&live->cpus[i].kicked);
		live->cpus[i].live = live;
		live->cpus[i].index = i;
		/* More modelled CPUs than real ones: several share a real one. */
		machine->cpus[i].number = numbers[i % real_count];
	}
	*ret_live = live;
	return 0;
}

static int device_start(struct jscope__live *live, bool *real_time)
{
	live->device.priority = PRIORITY_DEVICE;
	live->device.cpu = live->machine->cpus[0].number;
	live->device.run = device_run;
	live->device.state = live;
	strcpy(live->device.name, "jscope-dev");
	return jscope__thread_start(&live->device, real_time);
}

static int cpu_start(struct live_cpu *cpu, bool *real_time)
{
	cpu->thread.priority = PRIORITY_DPC;
	cpu->thread.cpu = cpu->live->machine->cpus[cpu->index].number;
	cpu->thread.run = cpu_run;
	cpu->thread.state = cpu;
	snprintf(cpu->thread.name, sizeof cpu->thread.name, "jscope-dpc/%u", cpu->index % 1000);
	return jscope__thread_start(&cpu->thread, real_time);
}

static int task_start(struct live_task *slot, bool *real_time)
{
	slot->thread.priority = PRIORITY_CLIENT;
	slot->thread.cpu = JSCOPE__CPU_ANY;
	slot->thread.run = task_run;
	slot->thread.state = slot;
	memcpy(slot->thread.name, slot->task->name, sizeof slot->thread.name);
	return jscope__thread_start(&slot->thread, real_time);
}

/* The slots are complete before the first task runs, since any of them may be woken by any other.
 */
static int slots_create(struct jscope__live *live, struct jscope__task *tasks, unsigned task_count)
{
	live->tasks = calloc(task_count, sizeof *live->tasks);
	if (!live->tasks)
		return -ENOMEM;
	live->task_count = task_count;
	for (unsigned i = 0; i < task_count; i++) {
		condition_init(&live->tasks[i].woken);
		live->tasks[i].live = live;
		live->tasks[i].task = &tasks[i];
		tasks[i].clock_data = &live->tasks[i];
	}
	return 0;
}

int jscope__live_start(struct jscope__live *live, struct jscope__task *tasks, unsigned task_count,
		       bool *ret_real_time)
{
	bool real_time = true;
	int error = slots_create(live, tasks, task_count);

	if (!error)
		error = device_start(live, &real_time);
	for (uint32_t i = 0; !error && i < live->machine->cpu_count; i++)
		error = cpu_start(&live->cpus[i], &real_time);
	for (unsigned i = 0; !error && i < live->task_count; i++)
		error = task_start(&live->tasks[i], &real_time);
	if (error) {
		jscope__live_stop(live);
		return error;
	}
	*ret_real_time = real_time;
	return 0;
}

unsigned jscope__live_ended(struct jscope__live *live)
{
	unsigned count;

	pthread_mutex_lock(&live->mutex);
	count = live->ended_count;
	pthread_mutex_unlock(&live->mutex);
	return count;
}

static void tasks_stop(struct jscope__live *live)
{
	atomic_store(&live->machine->ending, true);
	pthread_mutex_lock(&live->mutex);
	live->tasks_stopping = true;
	for (unsigned i = 0; i < live->task_count; i++)
		pthread_cond_signal(&live->tasks[i].woken);
	pthread_mutex_unlock(&live->mutex);
	for (unsigned i = 0; i < live->task_count; i++)
		jscope__thread_join(&live->tasks[i].thread);
}

static void machine_stop(struct jscope__live *live)
{
	pthread_mutex_lock(&live->mutex);
	live->machine_stopping = true;
	pthread_cond_signal(&live->rearmed);
	for (uint32_t i = 0; i < live->machine->cpu_count; i++)
		pthread_cond_signal(&live->cpus[i].kicked);
	pthread_mutex_unlock(&live->mutex);
	jscope__thread_join(&live->device);
	for (uint32_t i = 0; i < live->machine->cpu_count; i++)
		jscope__thread_join(&live->cpus[i].thread);
}

void jscope__live_stop(struct jscope__live *live)
{
	tasks_stop(live);
	machine_stop(live);
}

void jscope__live_destroy(struct jscope__live *live)
{
	if (!live)
		return;
	jscope__live_stop(live);
	for (unsigned i = 0; i < live->task_count; i++)
		pthread_cond_destroy(&live->tasks[i].woken);
	for (uint32_t i = 0; i < live->machine->cpu_count; i++)
		pthread_cond_destroy(&live->cpus[i].kicked);
	pthread_cond_destroy(&live->settled);
	pthread_cond_destroy(&live->rearmed);
	pthread_mutex_destroy(&live->mutex);
	free(live->tasks);
	free(live);
}
