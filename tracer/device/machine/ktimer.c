#include "ktimer.h"

#include "jscope/probe.h"

static void expire(struct jscope__context *context, void *state)
{
	struct jscope__ktimer *ktimer = state;
	struct jscope__machine *machine = context->machine;
	uint64_t expiry;

	jscope__machine_lock(machine);
	JSCOPE_PROBE(timer_fire, .dev = ktimer->dev, .irql = context->irql, .timer = ktimer->id,
		     .due_ns = (uint64_t)ktimer->due_ns, .period_ns = (uint64_t)ktimer->period_ns);
	expiry = ++ktimer->expiry_count;
	if (ktimer->period_ns > 0) {
		ktimer->due_ns = jscope_add_sat(ktimer->due_ns, ktimer->period_ns);
		machine->clock->ops->timer_arm(machine->clock, &ktimer->timer, ktimer->due_ns);
	}
	jscope__machine_unlock(machine);
	if (ktimer->dpc)
		jscope__dpc_insert(context, ktimer->dpc, 0, expiry);
}

void jscope__ktimer_init(struct jscope__ktimer *ktimer, struct jscope__machine *machine,
			 uint32_t dev, struct jscope__dpc *dpc)
{
	*ktimer = (struct jscope__ktimer){ .id = jscope__machine_id(machine),
					   .dev = dev,
					   .dpc = dpc };
	ktimer->timer = (struct jscope__timer){ .fire = expire, .state = ktimer };
}

void jscope__ktimer_set(struct jscope__context *context, struct jscope__ktimer *ktimer,
			jscope_ns due_ns, jscope_ns period_ns)
{
	struct jscope__machine *machine = context->machine;

	jscope__machine_lock(machine);
	ktimer->due_ns = due_ns;
	ktimer->period_ns = period_ns;
	JSCOPE_PROBE(timer_arm, .dev = ktimer->dev, .irql = context->irql, .timer = ktimer->id,
		     .due_ns = (uint64_t)due_ns, .period_ns = (uint64_t)period_ns);
	machine->clock->ops->timer_arm(machine->clock, &ktimer->timer, due_ns);
	jscope__machine_unlock(machine);
}

bool jscope__ktimer_cancel(struct jscope__context *context, struct jscope__ktimer *ktimer)
{
	struct jscope__machine *machine = context->machine;
	bool was_armed;

	jscope__machine_lock(machine);
	was_armed = machine->clock->ops->timer_cancel(machine->clock, &ktimer->timer);
	JSCOPE_PROBE(timer_cancel, .dev = ktimer->dev, .irql = context->irql, .timer = ktimer->id,
		     .was_armed = was_armed);
	jscope__machine_unlock(machine);
	return was_armed;
}
