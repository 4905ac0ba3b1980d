/* What holds all requests of an adapter up: pauses, resets, and the timers that end them. */
#include "stor.h"

#include "fault.h"
#include "jscope/probe.h"

void jscope__stor_pause(struct jscope__context *context, struct jscope__adapter *adapter,
			uint32_t timeout_s)
{
	jscope_ns now_ns;

	jscope__channels_hold(&adapter->channels);
	jscope__machine_lock(adapter->machine);
	JSCOPE_PROBE(stor_pause, .dev = adapter->dev, .irql = context->irql, .path = 255,
		     .timeout_s = timeout_s);
	adapter->paused = true;
	now_ns = jscope__machine_now(adapter->machine);
	jscope__machine_unlock(adapter->machine);
	jscope__channels_release(&adapter->channels);
	jscope__ktimer_set(context, &adapter->pause_timer,
			   jscope_add_sat(now_ns, timeout_s * JSCOPE_NS_PER_SEC), 0);
}

static void pause_end(struct jscope__context *context, struct jscope__adapter *adapter)
{
	jscope__machine_lock(adapter->machine);
	if (adapter->paused && !adapter->removed && !adapter->overrun) {
		JSCOPE_PROBE(stor_resume, .dev = adapter->dev, .irql = context->irql, .path = 255);
		adapter->paused = false;
	}
	jscope__machine_unlock(adapter->machine);
	jscope__stor_start(context, adapter);
}

void jscope__stor_resume(struct jscope__context *context, struct jscope__adapter *adapter)
{
	jscope__ktimer_cancel(context, &adapter->pause_timer);
	pause_end(context, adapter);
}

/* The longest pause is over. A later pause has set the timer anew. */
static void pause_dpc(struct jscope__context *context, void *state, uint64_t argument)
{
	struct jscope__adapter *adapter = state;
	bool over;

	(void)argument;
	jscope__machine_lock(adapter->machine);
	over = jscope__machine_now(adapter->machine) >= adapter->pause_timer.due_ns;
	jscope__machine_unlock(adapter->machine);
	if (over)
		pause_end(context, adapter);
}

void jscope__stor_stop(struct jscope__adapter *adapter)
{
	struct jscope__clock *clock = adapter->machine->clock;

	adapter->overrun = true;
	adapter->timer_due_ns = 0;
	clock->ops->timer_cancel(clock, &adapter->timer.timer);
	clock->ops->timer_cancel(clock, &adapter->pause_timer.timer);
}

/* Returns false where there is no adapter to reset any more. */
static bool reset_begin(struct jscope__context *context, struct jscope__adapter *adapter,
			uint8_t path)
{
	bool begun;

	jscope__channels_hold(&adapter->channels);
	jscope__machine_lock(adapter->machine);
	begun = !adapter->removed && !adapter->overrun;
	if (begun) {
		adapter->resetting = true;
		JSCOPE_PROBE(stor_reset_bus, .dev = adapter->dev, .irql = context->irql,
			     .path = path);
	}
	jscope__machine_unlock(adapter->machine);
	jscope__channels_release(&adapter->channels);
	return begun;
}

void jscope__stor_reset_bus(struct jscope__context *context, struct jscope__adapter *adapter,
			    uint8_t path)
{
	struct jscope__context raised = *context;

	raised.irql = JSCOPE__IRQL_DISPATCH;
	if (!reset_begin(&raised, adapter, path))
		return;
	adapter->miniport->reset_bus(&raised, adapter->extension, path);
	jscope__machine_lock(adapter->machine);
	JSCOPE_PROBE(stor_reset_done, .dev = adapter->dev, .irql = raised.irql, .path = path);
	adapter->resetting = false;
	jscope__machine_unlock(adapter->machine);
	jscope__stor_start(&raised, adapter);
}

/* The one timer of the miniport */

/* The first tick of the interval timer at or after an instant: expiries are noticed only then. */
static jscope_ns tick_after(const struct jscope__adapter *adapter, jscope_ns instant_ns)
{
	const jscope_ns boot_ns = adapter->machine->boot_ns;
	const jscope_ns past_ns = (instant_ns - boot_ns) % adapter->tick_ns;

	return past_ns == 0 ? instant_ns : jscope_add_sat(instant_ns, adapter->tick_ns - past_ns);
}

static jscope_ns timer_due(struct jscope__context *context, const struct jscope__adapter *adapter,
			   uint32_t microseconds)
{
	const jscope_ns now_ns = jscope__machine_now(adapter->machine);
	const jscope_ns delay_ns = microseconds * JSCOPE_NS_PER_US;

	if (jscope__fault_strike(context, adapter->dev, JSCOPE_FAULT_early_timer))
		return jscope_add_sat(now_ns, delay_ns / 2);
	return tick_after(adapter, jscope_add_sat(now_ns, delay_ns));
}

/* Returns when it is to expire, 0 for never. Under the lock. */
static jscope_ns timer_note(struct jscope__context *context, struct jscope__adapter *adapter,
			    jscope__stor_timer_routine *routine, uint32_t microseconds)
{
	if (microseconds == 0) {
		if (adapter->timer_due_ns &&
		    jscope__fault_strike(context, adapter->dev, JSCOPE_FAULT_uncancelled_timer))
			return adapter->timer_due_ns;
		adapter->timer_due_ns = 0;
		return 0;
	}
	adapter->timer_replaced_count += adapter->timer_due_ns != 0;
	adapter->timer_due_ns = timer_due(context, adapter, microseconds);
	adapter->timer_routine = routine;
	adapter->timer_us = microseconds;
	return adapter->timer_due_ns;
}

jscope_status jscope__stor_timer_call(struct jscope__context *context,
				      struct jscope__adapter *adapter,
				      jscope__stor_timer_routine *routine, uint32_t microseconds)
{
	const bool valid = routine || microseconds == 0;
	jscope_ns due_ns = 0;

	jscope__machine_lock(adapter->machine);
	JSCOPE_PROBE(stor_timer_req, .dev = adapter->dev, .irql = context->irql,
		     .value_us = microseconds, .routine = routine ? adapter->timer.id : 0);
	if (valid)
		due_ns = timer_note(context, adapter, routine, microseconds);
	jscope__machine_unlock(adapter->machine);
	if (!valid)
		return JSCOPE_STATUS_INVALID_PARAMETER;
	if (due_ns)
		jscope__ktimer_set(context, &adapter->timer, due_ns, 0);
	else
		jscope__ktimer_cancel(context, &adapter->timer);
	return JSCOPE_STATUS_SUCCESS;
}

/* HwStorTimer, unless the call was cancelled or put off after the timer had expired. */
static void timer_dpc(struct jscope__context *context, void *state, uint64_t argument)
{
	struct jscope__adapter *adapter = state;
	jscope__stor_timer_routine *routine = NULL;

	(void)argument;
	jscope__machine_lock(adapter->machine);
	if (adapter->timer_due_ns &&
	    jscope__machine_now(adapter->machine) >= adapter->timer_due_ns) {
		routine = adapter->timer_routine;
		adapter->timer_due_ns = 0;
		JSCOPE_PROBE(stor_timer_fire, .dev = adapter->dev, .irql = context->irql,
			     .value_us = adapter->timer_us, .routine = adapter->timer.id);
	}
	jscope__machine_unlock(adapter->machine);
	if (routine)
		routine(context, adapter->extension);
}

void jscope__stor_timer_attach(struct jscope__adapter *adapter)
{
	adapter->timer_dpc.kind = JSCOPE__DPC_TIMER;
	adapter->timer_dpc.routine = timer_dpc;
	adapter->timer_dpc.state = adapter;
	jscope__ktimer_init(&adapter->timer, adapter->machine, adapter->dev, &adapter->timer_dpc);
	adapter->pause_dpc.kind = JSCOPE__DPC_TIMER;
	adapter->pause_dpc.routine = pause_dpc;
	adapter->pause_dpc.state = adapter;
	jscope__ktimer_init(&adapter->pause_timer, adapter->machine, adapter->dev,
			    &adapter->pause_dpc);
}
