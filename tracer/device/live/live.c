/* The life of the live clock: its threads are started together, and stopped in order. */
#include <errno.h>
#include <stdlib.h>

#include "live_private.h"

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
	live->clock.ops = &jscope__live_ops;
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
		error = jscope__live_device_start(live, &real_time);
	for (uint32_t i = 0; !error && i < live->machine->cpu_count; i++)
		error = jscope__live_cpu_start(&live->cpus[i], &real_time);
	for (unsigned i = 0; !error && i < live->task_count; i++)
		error = jscope__live_task_start(&live->tasks[i], &real_time);
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
