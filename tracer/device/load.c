/*
 * CPU load: something else that keeps a CPU busy, at the level of a thread, a DPC or an ISR. Made of
 * the same parts as the devices: a timer that asserts a line or signals an event.
 */
#include <errno.h>
#include <stdio.h>

#include "rig.h"

/* A load that never lets go of time would end no recording. */
#define EVERY_MIN_NS JSCOPE_NS_PER_US

struct load {
	const struct jscope_load_settings *settings;
	struct jscope__timer timer;
	struct jscope__line line;
	struct jscope__dpc dpc;
	struct jscope__kevent event;
	struct jscope__delay busy, every;
	struct jscope__task *task; /* that starts it, and is the load at thread level */
};

static void load_arm(struct jscope__context *context, struct load *load)
{
	struct jscope__machine *machine = context->machine;
	jscope_ns every_ns;

	jscope__machine_lock(machine);
	every_ns = jscope__delay_draw(&load->every, context, 0);
	machine->clock->ops->timer_arm(
		machine->clock, &load->timer,
		jscope_add_sat(jscope__machine_now(machine),
			       every_ns > EVERY_MIN_NS ? every_ns : EVERY_MIN_NS));
	jscope__machine_unlock(machine);
}

static void load_fire(struct jscope__context *context, void *state)
{
	struct load *load = state;
	struct jscope__machine *machine = context->machine;

	if (load->settings->level == JSCOPE_LOAD_THREAD) {
		jscope__machine_lock(machine);
		jscope__kevent_set(context, &load->event, 0);
		jscope__machine_unlock(machine);
	} else {
		jscope__line_assert(context, &load->line, jscope__machine_now(machine), 0);
	}
	load_arm(context, load);
}

static bool load_isr(struct jscope__context *context, void *state,
		     const struct jscope__interrupt *interrupt)
{
	struct load *load = state;

	if (interrupt->line != &load->line)
		return false;
	jscope__line_ack(context, &load->line, interrupt->seq);
	if (load->settings->level == JSCOPE_LOAD_DPC)
		jscope__dpc_insert(context, &load->dpc, interrupt->seq, 0);
	return true;
}

/* What it does takes its time before it gets here. */
static void load_dpc(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)context;
	(void)state;
	(void)argument;
}

static struct jscope__action load_step(struct jscope__context *context, void *state,
				       enum jscope__cause cause)
{
	struct load *load = state;
	struct jscope__action action = { .kind = JSCOPE__ACTION_WAIT, .event = &load->event };

	if (cause == JSCOPE__CAUSE_STOPPING) {
		jscope__machine_lock(context->machine);
		context->machine->clock->ops->timer_cancel(context->machine->clock, &load->timer);
		jscope__machine_unlock(context->machine);
		action.kind = JSCOPE__ACTION_END;
	} else if (cause == JSCOPE__CAUSE_START) {
		load_arm(context, load);
	} else if (cause == JSCOPE__CAUSE_WOKEN) {
		action.kind = JSCOPE__ACTION_WORK;
		action.work_ns = jscope__delay_draw(&load->busy, context, 0);
	}
	return action;
}

static int load_create(struct jscope__rig *rig, const struct jscope_load_settings *settings)
{
	static const struct jscope_delay_settings none;
	struct load *load = jscope__rig_own(rig, sizeof *load);
	const uint32_t dev = jscope__rig_device(rig, &settings->head);

	if (!load)
		return -ENOMEM;
	load->settings = settings;
	load->timer = (struct jscope__timer){ .fire = load_fire, .state = load };
	jscope__rig_line(rig, &load->line, 0, dev, settings->cpu, &none);
	load->line.isr = load_isr;
	load->line.state = load;
	jscope__rig_dpc(rig, &load->dpc, dev, settings->cpu, &none);
	load->dpc.routine = load_dpc;
	load->event = (struct jscope__kevent){ .id = jscope__machine_id(rig->machine), .dev = dev };
	jscope__delay_init(&load->every, rig->machine, &settings->every, JSCOPE_DELAY_ARRIVAL, dev,
			   load->event.id);
	jscope__delay_init(settings->level == JSCOPE_LOAD_ISR	? &load->line.dispatch_delay
			   : settings->level == JSCOPE_LOAD_DPC ? &load->dpc.handler_delay
								: &load->busy,
			   rig->machine, &settings->busy, JSCOPE_DELAY_SERVICE, dev,
			   load->event.id);
	load->task = jscope__rig_task(rig, *settings->head.name ? settings->head.name : "load",
				      settings->priority);
	if (!load->task || !dev)
		return -E2BIG;
	load->task->cpu = settings->cpu;
	load->task->step = load_step;
	load->task->state = load;
	return 0;
}

int jscope__load_build(struct jscope__rig *rig)
{
	int error = 0;

	for (unsigned i = 0; !error && i < rig->scenario->load_count; i++)
		error = load_create(rig, &rig->scenario->loads[i]);
	return error;
}
