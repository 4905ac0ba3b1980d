/*
 * What is open on a CPU: a stack of interrupt handlers, softirqs, and what runs inside of them.
 *
 *   local timer ▸ hrtimer            an expiry in an interrupt is an interrupt itself
 *   softirq ▸ tasklet, hrtimer       what runs in a softirq has its raise and entry
 */
#include "adapter_lttng.h"

/* One whose end the trace does not tell. */
static void lost_tell(struct jscope__lttng *adapter, const struct jscope__lttng_open *open,
		      uint32_t cpu_id)
{
	if (open->what == JSCOPE__LTTNG_IRQ)
		jscope__lttng_irq_tell(adapter, open, cpu_id, JSCOPE_NS_UNKNOWN, false);
	else if (open->what == JSCOPE__LTTNG_HRTIMER)
		jscope__lttng_timer_unheard(adapter, open, cpu_id, JSCOPE_CLASS_CENSORED);
}

/* Nothing of these nests in itself: an open one lost its exit, and so did what is above it. */
static void stale_drop(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
		       uint32_t cpu_id, const struct jscope__lttng_open *again)
{
	for (unsigned i = 0; i < cpu->depth; i++) {
		const struct jscope__lttng_open *open = &cpu->stack[i];

		if (open->what != again->what || open->id != again->id)
			continue;
		lost_tell(adapter, open, cpu_id);
		cpu->depth = i;
		jscope__lttng_left(adapter, cpu, false);
	}
}

void jscope__lttng_push(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			uint32_t cpu_id, const struct jscope__lttng_open *open)
{
	if (open->what != JSCOPE__LTTNG_SOFTIRQ)
		stale_drop(adapter, cpu, cpu_id, open);
	cpu->wakes_thread = false;
	jscope__lttng_call_bound(adapter, cpu);
	if (cpu->depth == JSCOPE__LTTNG_NESTING) {
		adapter->refused++;
		return;
	}
	cpu->stack[cpu->depth] = *open;
	/* It may be made from what it is part of. */
	cpu->stack[cpu->depth].is_told = false;
	cpu->stack[cpu->depth++].batch = (struct jscope__batch){ 0 };
}

bool jscope__lttng_pop(struct jscope__lttng_cpu *cpu, enum jscope__lttng_what what, int64_t id,
		       struct jscope__lttng_open *ret_open)
{
	const struct jscope__lttng_open *top = cpu->depth ? &cpu->stack[cpu->depth - 1] : NULL;

	if (!top || top->what != what || top->id != id)
		return false;
	*ret_open = *top;
	cpu->depth--;
	return true;
}

void jscope__lttng_stack_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       uint32_t cpu_id)
{
	unsigned sure = 0;

	while (sure < cpu->depth &&
	       !jscope__lttng_cpu_lost(adapter, cpu_id, cpu->stack[sure].begin_ns))
		sure++;
	for (unsigned i = sure; i < cpu->depth; i++)
		lost_tell(adapter, &cpu->stack[i], cpu_id);
	cpu->depth = sure;
}

const struct jscope__lttng_open *jscope__lttng_cpu_top(const struct jscope__lttng_cpu *cpu)
{
	return cpu->depth ? &cpu->stack[cpu->depth - 1] : cpu->thread;
}

bool jscope__lttng_cpu_is_sure(const struct jscope__lttng_cpu *cpu)
{
	return cpu->depth || cpu->thread || (cpu->current_tid != -1 && !cpu->is_unknown_work);
}

enum jscope_context jscope__lttng_cpu_context(const struct jscope__lttng_cpu *cpu)
{
	return cpu->depth ? cpu->stack[cpu->depth - 1].kind : JSCOPE_CONTEXT_TASK;
}

void jscope__lttng_left(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu, bool matched)
{
	if (!matched || cpu->depth < cpu->completed_depth)
		jscope__lttng_completion_end(adapter, cpu);
	jscope__lttng_call_left(adapter, cpu, matched);
}

/* An interrupt that no irq_handler_entry tells. */
static struct jscope__lttng_open interrupt_make(enum jscope__lttng_what what, int64_t id,
						jscope_ns at_ns)
{
	return (struct jscope__lttng_open){ .what = what,
					    .kind = JSCOPE_CONTEXT_IRQ,
					    .id = id,
					    .begin_ns = at_ns,
					    .path = 1u << JSCOPE_IRQ,
					    .irq_ns = at_ns,
					    .raised_ns = JSCOPE_NS_UNKNOWN,
					    .deferred_ns = JSCOPE_NS_UNKNOWN,
					    .due_ns = JSCOPE_NS_UNKNOWN };
}

/* The softirq in which timers expire that may not do so in an interrupt. */
#define HRTIMER_SOFTIRQ 8

/* The innermost open handler where it is a softirq. */
static const struct jscope__lttng_open *softirq_top(const struct jscope__lttng_cpu *cpu)
{
	const struct jscope__lttng_open *top = cpu->depth ? &cpu->stack[cpu->depth - 1] : NULL;

	return top && top->what == JSCOPE__LTTNG_SOFTIRQ ? top : NULL;
}

/* Part of a softirq: what led to that led to it. */
static struct jscope__lttng_open part_make(const struct jscope__lttng_open *softirq,
					   enum jscope__lttng_what what, int64_t id,
					   jscope_ns at_ns)
{
	struct jscope__lttng_open open = *softirq;

	open.what = what;
	open.id = id;
	open.begin_ns = at_ns;
	open.due_ns = JSCOPE_NS_UNKNOWN;
	return open;
}

static bool part_end(struct jscope__lttng *adapter, uint32_t cpu_id, enum jscope__lttng_what what,
		     int64_t id, struct jscope__lttng_open *ret_open)
{
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, cpu_id);
	bool matched = cpu && jscope__lttng_pop(cpu, what, id, ret_open);

	if (cpu)
		jscope__lttng_left(adapter, cpu, matched);
	return matched;
}

void jscope__lttng_local_timer_entry(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_timer_slots *slots = (const void *)event->slot;
	struct jscope__lttng_open open;

	if (!cpu || !jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_LOCAL_TIMER_EXIT))
		return;
	open = interrupt_make(JSCOPE__LTTNG_LOCAL_TIMER, slots->vector, event->ts_ns);
	jscope__lttng_push(adapter, cpu, event->cpu, &open);
}

void jscope__lttng_local_timer_exit(void *state, const struct jscope_event *event)
{
	const struct jscope__lttng_timer_slots *slots = (const void *)event->slot;

	struct jscope__lttng_open open;

	part_end(state, event->cpu, JSCOPE__LTTNG_LOCAL_TIMER, slots->vector, &open);
}

/*
 * A timer that expires in the softirq for that is part of it; all others expire in an interrupt, also
 * where one interrupts another softirq.
 */
void jscope__lttng_hrtimer_entry(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;
	const struct jscope__lttng_open *softirq;
	struct jscope__lttng_open open;

	if (!cpu || !jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_HRTIMER_EXIT))
		return;
	softirq = softirq_top(cpu);
	if (softirq && softirq->id == HRTIMER_SOFTIRQ)
		open = part_make(softirq, JSCOPE__LTTNG_HRTIMER, slots->hrtimer, event->ts_ns);
	else
		open = interrupt_make(JSCOPE__LTTNG_HRTIMER, slots->hrtimer, event->ts_ns);
	jscope__lttng_timer_begin(adapter, cpu, event, &open);
	jscope__lttng_push(adapter, cpu, event->cpu, &open);
}

void jscope__lttng_hrtimer_exit(void *state, const struct jscope_event *event)
{
	const struct jscope__lttng_hrtimer_slots *slots = (const void *)event->slot;

	struct jscope__lttng_open open;

	if (part_end(state, event->cpu, JSCOPE__LTTNG_HRTIMER, slots->hrtimer, &open))
		jscope__lttng_timer_unheard(state, &open, event->cpu, JSCOPE_CLASS_ON_TIME);
}

/* Where a trace has no softirqs, the tasklet itself is what was deferred. */
void jscope__lttng_tasklet_entry(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_tasklet_slots *slots = (const void *)event->slot;
	const struct jscope__lttng_open *softirq;
	struct jscope__lttng_open alone;

	if (!cpu || !jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_TASKLET_EXIT))
		return;
	alone = interrupt_make(JSCOPE__LTTNG_TASKLET, slots->tasklet, event->ts_ns);
	alone.kind = JSCOPE_CONTEXT_SOFTIRQ;
	alone.path = 1u << JSCOPE_DEFERRED;
	alone.irq_ns = JSCOPE_NS_UNKNOWN;
	alone.deferred_ns = event->ts_ns;
	softirq = softirq_top(cpu);
	if (!jscope__lttng_cpu_is_sure(cpu))
		alone.path |= 1u << JSCOPE_QUEUED;
	if (softirq)
		alone = part_make(softirq, JSCOPE__LTTNG_TASKLET, slots->tasklet, event->ts_ns);
	jscope__lttng_push(adapter, cpu, event->cpu, &alone);
}

void jscope__lttng_tasklet_exit(void *state, const struct jscope_event *event)
{
	const struct jscope__lttng_tasklet_slots *slots = (const void *)event->slot;

	struct jscope__lttng_open open;

	part_end(state, event->cpu, JSCOPE__LTTNG_TASKLET, slots->tasklet, &open);
}
