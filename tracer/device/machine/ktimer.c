#include "ktimer.h"

#include "jscope/probe.h"

static void fire(struct jscope__context *context, struct jscope__ktimer *ktimer)
{
	struct jscope__clock *clock = context->machine->clock;

	JSCOPE_PROBE(timer_fire, .dev = ktimer->dev, .irql = context->irql, .timer = ktimer->id,
		     .due_ns = (uint64_t)ktimer->due_ns, .period_ns = (uint64_t)ktimer->period_ns);
	ktimer->expiry_count++;
	if (ktimer->period_ns > 0) {
		ktimer->due_ns = jscope_add_sat(ktimer->due_ns, ktimer->period_ns);
		clock->ops->timer_arm(clock, &ktimer->timer, ktimer->due_ns);
	}
}

/* Set anew after the clock had let it go, and before it got here, it does not expire for its old
 * time. */
static void expire(struct jscope__context *context, void *state)
{
	struct jscope__ktimer *ktimer = state;
	uint64_t expiry;
	bool replaced;

	jscope__machine_lock(context->machine);
	replaced = ktimer->timer.armed;
	if (!replaced)
		fire(context, ktimer);
	expiry = ktimer->expiry_count;
	jscope__machine_unlock(context->machine);
	if (!replaced && ktimer->dpc)
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

void jscope__ktimer_set_locked(struct jscope__context *context, struct jscope__ktimer *ktimer,
			       jscope_ns due_ns, jscope_ns period_ns)
{
	struct jscope__clock *clock = context->machine->clock;

	ktimer->due_ns = due_ns;
	ktimer->period_ns = period_ns;
	JSCOPE_PROBE(timer_arm, .dev = ktimer->dev, .irql = context->irql, .timer = ktimer->id,
		     .due_ns = (uint64_t)due_ns, .period_ns = (uint64_t)period_ns);
	clock->ops->timer_arm(clock, &ktimer->timer, due_ns);
}

void jscope__ktimer_set(struct jscope__context *context, struct jscope__ktimer *ktimer,
			jscope_ns due_ns, jscope_ns period_ns)
{
	jscope__machine_lock(context->machine);
	jscope__ktimer_set_locked(context, ktimer, due_ns, period_ns);
	jscope__machine_unlock(context->machine);
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
