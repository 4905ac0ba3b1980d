/* The threads of the modelled machine: one for its devices, one for each of its CPUs. */
#include <stdio.h>
#include <string.h>

#include "dpc.h"
#include "live_private.h"

/* The device */

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
		else if (jscope_ns_now() < (*link)->due_ns)
			jscope__live_wait_until(live, &live->rearmed, (*link)->due_ns);
		else
			fire(live, link);
	}
	pthread_mutex_unlock(&live->mutex);
}

int jscope__live_device_start(struct jscope__live *live, bool *real_time)
{
	live->device.priority = JSCOPE__LIVE_PRIORITY_DEVICE;
	live->device.cpu = live->machine->cpus[0].number;
	live->device.run = device_run;
	live->device.state = live;
	strcpy(live->device.name, "jscope-dev");
	return jscope__thread_start(&live->device, real_time);
}

/* The CPUs */

/* Is there a DPC to enter by now? Ordinary ones go before threaded ones. */
static bool is_ready(struct jscope__live_cpu *cpu, bool *ret_threaded, jscope_ns *ret_ready_ns)
{
	struct jscope__live *live = cpu->live;
	const jscope_ns ordinary_ns = jscope__dpc_ready_ns(live->machine, cpu->index, false);
	const jscope_ns threaded_ns = jscope__dpc_ready_ns(live->machine, cpu->index, true);
	const jscope_ns now_ns = jscope_ns_now();

	*ret_threaded = ordinary_ns > now_ns && threaded_ns <= now_ns;
	*ret_ready_ns = ordinary_ns < threaded_ns ? ordinary_ns : threaded_ns;
	return *ret_ready_ns <= now_ns;
}

static void cpu_run(void *state, uint32_t tid)
{
	struct jscope__live_cpu *cpu = state;
	struct jscope__live *live = cpu->live;
	struct jscope__execution execution;
	jscope_ns ready_ns;
	bool threaded;

	pthread_mutex_lock(&live->mutex);
	while (!live->machine_stopping) {
		if (!is_ready(cpu, &threaded, &ready_ns)) {
			jscope__live_wait_until(live, &cpu->kicked, ready_ns);
			continue;
		}
		pthread_mutex_unlock(&live->mutex);
		if (jscope__dpc_enter(live->machine, cpu->index, threaded, tid, &execution)) {
			jscope_ns delay_ns = execution.delay_ns;

			do {
				jscope__thread_burn(delay_ns);
				delay_ns = jscope__dpc_run(&execution);
			} while (delay_ns > 0);
		}
		pthread_mutex_lock(&live->mutex);
		pthread_cond_broadcast(&live->settled);
	}
	pthread_mutex_unlock(&live->mutex);
}

int jscope__live_cpu_start(struct jscope__live_cpu *cpu, bool *real_time)
{
	cpu->thread.priority = JSCOPE__LIVE_PRIORITY_DPC;
	cpu->thread.cpu = cpu->live->machine->cpus[cpu->index].number;
	cpu->thread.run = cpu_run;
	cpu->thread.state = cpu;
	snprintf(cpu->thread.name, sizeof cpu->thread.name, "jscope-dpc/%u", cpu->index % 1000);
	return jscope__thread_start(&cpu->thread, real_time);
}
