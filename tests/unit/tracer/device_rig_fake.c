#include "device_rig_fake.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"

#define BEGIN_NS (1000 * JSCOPE_NS_PER_MS)

static void demand(bool condition)
{
	if (!condition)
		abort();
}

void fake_rig_init(struct fake_rig *rig)
{
	memset(rig, 0, sizeof *rig);
	fake_clock_init(&rig->fake, 2);
	rig->fake.now_ns = BEGIN_NS;
	demand(jscope_scenario_create(&rig->scenario) == 0);
	rig->scenario->stream_count = 0;
	rig->scenario->client_count = 0;
}

struct jscope_fault_settings *fake_rig_fault(struct fake_rig *rig, enum jscope_fault_kind kind)
{
	struct jscope_fault_settings *fault = &rig->scenario->faults[rig->scenario->fault_count++];

	*fault = (struct jscope_fault_settings){ .kind = kind, .count = 1, .chance = 1 };
	return fault;
}

static struct jscope__context passive(struct fake_rig *rig)
{
	return fake_context(&rig->fake, JSCOPE__IRQL_PASSIVE);
}

/* A task goes on until it waits for an event that is not signalled, or ends. */
static void task_go_on(struct fake_rig *rig, unsigned index, enum jscope__cause cause)
{
	struct jscope__task *task = &rig->rig->tasks[index];
	struct jscope__action *action = &rig->actions[index];
	struct jscope__context context = passive(rig);

	*action = task->step(&context, task->state, cause);
	while (action->kind == JSCOPE__ACTION_WORK)
		*action = task->step(&context, task->state, JSCOPE__CAUSE_WORKED);
	if (action->kind == JSCOPE__ACTION_END)
		return;
	jscope__machine_lock(&rig->fake.machine);
	jscope__kevent_wait_begin(&context, action->event, task);
	jscope__machine_unlock(&rig->fake.machine);
}

static bool task_wake(struct fake_rig *rig, unsigned index)
{
	struct jscope__task *task = &rig->rig->tasks[index];
	struct jscope__kevent *event = rig->actions[index].event;
	struct jscope__context context = passive(rig);

	if (rig->actions[index].kind != JSCOPE__ACTION_WAIT || !event->signalled)
		return false;
	jscope__machine_lock(&rig->fake.machine);
	jscope__kevent_wait_end(&context, event, task);
	jscope__machine_unlock(&rig->fake.machine);
	task_go_on(rig, index, JSCOPE__CAUSE_WOKEN);
	return true;
}

static void settle(struct fake_rig *rig)
{
	bool busy = true;

	while (busy) {
		fake_clock_run_dpcs(&rig->fake);
		busy = false;
		for (unsigned i = 0; i < rig->rig->task_count; i++)
			busy |= task_wake(rig, i);
	}
}

void fake_rig_start(struct fake_rig *rig)
{
	demand(jscope__rig_create(rig->scenario, &rig->fake.machine, 1, &rig->rig) == 0);
	demand(rig->rig->task_count <= sizeof rig->actions / sizeof rig->actions[0]);
	capture_start();
	for (unsigned i = 0; i < rig->rig->task_count; i++)
		task_go_on(rig, i, JSCOPE__CAUSE_START);
	settle(rig);
}

void fake_rig_run(struct fake_rig *rig, jscope_ns end_ns)
{
	while (fake_clock_step(&rig->fake, BEGIN_NS + end_ns))
		settle(rig);
}

void fake_rig_stop(struct fake_rig *rig)
{
	for (unsigned i = 0; i < rig->rig->task_count; i++)
		if (rig->actions[i].kind != JSCOPE__ACTION_END)
			task_go_on(rig, i, JSCOPE__CAUSE_STOPPING);
	rig->stopped = true;
}

void fake_rig_finish(struct fake_rig *rig)
{
	if (!rig->stopped)
		fake_rig_stop(rig);
	jscope__rig_destroy(rig->rig);
	jscope_scenario_destroy(rig->scenario);
}
