#include "rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "fault.h"

#define LINE_FIRST 16
#define LINE_LAST  255

struct memory {
	struct memory *next;
	max_align_t bytes[];
};

void *jscope__rig_own(struct jscope__rig *rig, size_t size)
{
	struct memory *memory = calloc(1, sizeof *memory + size);

	if (!memory)
		return NULL;
	memory->next = rig->memory;
	rig->memory = memory;
	return memory->bytes;
}

uint32_t jscope__rig_device(struct jscope__rig *rig, const struct jscope_section_head *head)
{
	const unsigned index = rig->device_count;

	if (index == JSCOPE__RIG_DEVICES)
		return 0;
	rig->device_count++;
	rig->devices[index].name = head->name;
	rig->devices[index].dev = index + 1;
	return index + 1;
}

static int device_find(void *state, const char *name)
{
	const struct jscope__rig *rig = state;

	for (unsigned i = 0; i < rig->device_count; i++)
		if (strcmp(rig->devices[i].name, name) == 0)
			return (int)rig->devices[i].dev;
	return -ENOENT;
}

struct jscope__task *jscope__rig_task(struct jscope__rig *rig, const char *name, uint32_t priority)
{
	struct jscope__task *task;

	if (rig->task_count == JSCOPE__RIG_TASKS)
		return NULL;
	task = &rig->tasks[rig->task_count++];
	snprintf(task->name, sizeof task->name, "%s", name);
	task->cpu = JSCOPE__TASK_ANY_CPU;
	task->priority = priority;
	return task;
}

const struct jscope_delay_settings *jscope__rig_delays(const struct jscope__rig *rig,
						       const char *section_name)
{
	return jscope_scenario_delays(rig->scenario, section_name,
				      rig->machine->clock->ops->is_virtual);
}

static uint32_t free_number(const struct jscope__rig *rig)
{
	uint32_t number = LINE_FIRST;

	while (number < LINE_LAST && rig->lines[number])
		number++;
	return number;
}

void jscope__rig_line(struct jscope__rig *rig, struct jscope__line *line, uint32_t number,
		      uint32_t dev, uint32_t cpu, const struct jscope_delay_settings *delays)
{
	*line = (struct jscope__line){ .dev = dev, .cpu = cpu };
	line->number = number ? number : free_number(rig);
	if (rig->lines[line->number])
		jscope__line_share(line, rig->lines[line->number]);
	else
		rig->lines[line->number] = line;
	jscope__delay_init(&line->interrupt_delay, rig->machine, &delays->interrupt,
			   JSCOPE_DELAY_INTERRUPT, dev, line->number);
	jscope__delay_init(&line->dispatch_delay, rig->machine, &delays->dispatch,
			   JSCOPE_DELAY_DISPATCH, dev, line->number);
}

void jscope__rig_dpc(struct jscope__rig *rig, struct jscope__dpc *dpc, uint32_t dev, uint32_t cpu,
		     const struct jscope_delay_settings *delays)
{
	*dpc = (struct jscope__dpc){
		.id = jscope__machine_id(rig->machine),
		.dev = dev,
		.cpu = cpu,
		.importance = JSCOPE__IMPORTANCE_MEDIUM,
	};
	jscope__delay_init(&dpc->queue_delay, rig->machine, &delays->queue, JSCOPE_DELAY_QUEUE, dev,
			   dpc->id);
	jscope__delay_init(&dpc->handler_delay, rig->machine, &delays->handler,
			   JSCOPE_DELAY_HANDLER, dev, dpc->id);
}

void jscope__rig_fail(struct jscope__rig *rig, const char *method, jscope_status status)
{
	jscope__machine_lock(rig->machine);
	if (rig->failure == JSCOPE_STATUS_SUCCESS) {
		rig->failure = status;
		rig->failed_method = method;
	}
	jscope__machine_unlock(rig->machine);
}

int jscope__rig_verdict(const struct jscope__rig *rig)
{
	if (rig->failure == JSCOPE_STATUS_SUCCESS)
		return 0;
	return jscope_error(-EIO, "%s failed with %s; change the scenario.", rig->failed_method,
			    jscope__status_name(rig->failure));
}

static int build(struct jscope__rig *rig)
{
	int error = jscope__wavert_build(rig);

	if (!error)
		error = jscope__midi_build(rig);
	if (!error)
		error = jscope__portcls_build(rig);
	if (!error)
		error = jscope__storport_build(rig);
	if (!error)
		error = jscope__load_build(rig);
	if (!error && rig->scenario->fault_count > 0)
		error = jscope__faults_create(rig->scenario, rig->machine->seed,
					      rig->machine->boot_ns, device_find, rig,
					      &rig->machine->faults);
	return error;
}

int jscope__rig_create(const struct jscope_scenario *scenario, struct jscope__machine *machine,
		       uint64_t seed, struct jscope__rig **ret_rig)
{
	struct jscope__rig *rig = calloc(1, sizeof *rig);
	int error = -ENOMEM;

	if (!rig)
		return -ENOMEM;
	rig->scenario = scenario;
	rig->machine = machine;
	machine->seed = seed;
	machine->boot_ns = jscope__machine_now(machine);
	rig->tasks = calloc(JSCOPE__RIG_TASKS, sizeof *rig->tasks);
	if (rig->tasks)
		error = build(rig);
	if (error) {
		jscope__rig_destroy(rig);
		return error;
	}
	*ret_rig = rig;
	return 0;
}

void jscope__rig_destroy(struct jscope__rig *rig)
{
	struct memory *memory = rig ? rig->memory : NULL;

	if (!rig)
		return;
	jscope__storport_finish(rig);
	jscope__faults_destroy(rig->machine->faults);
	rig->machine->faults = NULL;
	while (memory) {
		struct memory *next = memory->next;

		free(memory);
		memory = next;
	}
	free(rig->tasks);
	free(rig);
}
