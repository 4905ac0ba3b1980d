/* Interrupt handlers and softirqs: a stack of open handlers per CPU. */
#include "adapter_lttng.h"

static void irq_tell(struct jscope__lttng *adapter, const struct jscope__lttng_open *open,
		     unsigned cpu, jscope_ns end_ns, bool matched)
{
	const struct jscope_irq_span span = {
		.irq = (int32_t)open->id,
		.name = adapter->reader->ops->string(adapter->reader, open->name),
		.cpu = cpu,
		.begin_ns = open->begin_ns,
		.end_ns = end_ns,
		.matched = matched,
	};

	jscope__output_irq(adapter->output, &span);
}

/* An interrupt line does not nest in itself: an open one lost its exit. */
static void stale_drop(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
		       uint32_t cpu_id, int64_t irq)
{
	for (unsigned i = 0; i < cpu->depth; i++) {
		if (cpu->stack[i].kind != JSCOPE_CONTEXT_IRQ || cpu->stack[i].id != irq)
			continue;
		irq_tell(adapter, &cpu->stack[i], cpu_id, JSCOPE_NS_UNKNOWN, false);
		cpu->depth = i;
	}
}

void jscope__lttng_stack_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       uint32_t cpu_id)
{
	unsigned sure = 0;

	while (sure < cpu->depth &&
	       !jscope__output_lost_between(adapter->output, cpu->stack[sure].begin_ns,
					    adapter->output->now_ns))
		sure++;
	for (unsigned i = sure; i < cpu->depth; i++)
		if (cpu->stack[i].kind == JSCOPE_CONTEXT_IRQ)
			irq_tell(adapter, &cpu->stack[i], cpu_id, JSCOPE_NS_UNKNOWN, false);
	cpu->depth = sure;
}

static void handler_push(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			 const struct jscope__lttng_open *open)
{
	if (cpu->depth < JSCOPE__LTTNG_NESTING)
		cpu->stack[cpu->depth++] = *open;
	else
		adapter->refused++;
}

static bool handler_pop(struct jscope__lttng_cpu *cpu, enum jscope_context kind, int64_t id,
			struct jscope__lttng_open *ret_open)
{
	const struct jscope__lttng_open *top = jscope__lttng_cpu_top(cpu);

	if (!top || top->kind != kind || top->id != id)
		return false;
	*ret_open = *top;
	cpu->depth--;
	return true;
}

void jscope__lttng_irq_entry(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_irq_slots *slots = (const void *)event->slot;
	const struct jscope__lttng_open open = { .kind = JSCOPE_CONTEXT_IRQ,
						 .id = slots->irq,
						 .name = slots->name,
						 .begin_ns = event->ts_ns };

	if (!cpu)
		return;
	stale_drop(adapter, cpu, event->cpu, slots->irq);
	handler_push(adapter, cpu, &open);
}

void jscope__lttng_irq_exit(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_irq_slots *slots = (const void *)event->slot;
	struct jscope__lttng_open open;
	bool matched;

	if (!cpu)
		return;
	jscope__lttng_completion_end(adapter, cpu);
	jscope__lttng_call_end(adapter, cpu);
	matched = handler_pop(cpu, JSCOPE_CONTEXT_IRQ, slots->irq, &open);
	if (!matched)
		open = (struct jscope__lttng_open){ .id = slots->irq,
						    .begin_ns = JSCOPE_NS_UNKNOWN };
	irq_tell(adapter, &open, event->cpu, event->ts_ns, matched);
}

static struct jscope__lttng_softirq *softirq_get(struct jscope__lttng *adapter,
						 const struct jscope_event *event, int64_t vec)
{
	const struct jscope_key key = { event->cpu, (uint64_t)vec };
	struct jscope__lttng_softirq *softirq = jscope_map_put(adapter->softirqs, key);
	const struct jscope__output *output = adapter->output;

	/* Whether it was entered or left since is among what was lost. */
	if (softirq && output->loss_count) {
		softirq->pending &=
			!jscope__output_lost_between(output, softirq->raised_ns, event->ts_ns);
		softirq->open &=
			!jscope__output_lost_between(output, softirq->entry_ns, event->ts_ns);
	}
	return softirq;
}

/*
 * Which interrupt led to a softirq is known only where all its pending raises came from one
 * handler run.
 */
static void raise_note(struct jscope__lttng_softirq *softirq, const struct jscope__lttng_cpu *cpu,
		       jscope_ns at_ns)
{
	const struct jscope__lttng_open *top = jscope__lttng_cpu_top(cpu);
	bool in_irq = top && top->kind == JSCOPE_CONTEXT_IRQ;
	jscope_ns irq_ns = in_irq ? top->begin_ns : JSCOPE_NS_UNKNOWN;

	if (softirq->pending) {
		softirq->raised_once &= irq_ns == softirq->irq_ns;
		return;
	}
	softirq->pending = true;
	softirq->raised_once = in_irq;
	softirq->raised_ns = at_ns;
	softirq->irq_ns = irq_ns;
	softirq->irq_name = in_irq ? top->name : 0;
}

void jscope__lttng_softirq_raise(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_softirq_slots *slots = (const void *)event->slot;
	struct jscope__lttng_softirq *softirq = softirq_get(adapter, event, slots->vec);
	struct jscope_softirq_span span = { .vec = (uint32_t)slots->vec,
					    .cpu = event->cpu,
					    .raised_ns = event->ts_ns,
					    .entry_ns = JSCOPE_NS_UNKNOWN,
					    .at_ns = event->ts_ns };

	if (!cpu || !softirq)
		return;
	span.what = softirq->pending ? JSCOPE_SOFTIRQ_COALESCED : JSCOPE_SOFTIRQ_RAISED;
	raise_note(softirq, cpu, event->ts_ns);
	jscope__output_softirq(adapter->output, &span);
}

static struct jscope__lttng_open softirq_open(const struct jscope__lttng_softirq *softirq,
					      int64_t vec, jscope_ns at_ns)
{
	bool by_one = softirq->pending && softirq->raised_once;

	return (struct jscope__lttng_open){
		.kind = JSCOPE_CONTEXT_SOFTIRQ,
		.id = vec,
		.begin_ns = at_ns,
		.irq_ns = by_one ? softirq->irq_ns : JSCOPE_NS_UNKNOWN,
		.raised_ns = softirq->pending ? softirq->raised_ns : JSCOPE_NS_UNKNOWN,
		.irq_name = by_one ? softirq->irq_name : 0,
	};
}

void jscope__lttng_softirq_entry(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_softirq_slots *slots = (const void *)event->slot;
	struct jscope__lttng_softirq *softirq = softirq_get(adapter, event, slots->vec);
	struct jscope__lttng_open open;
	struct jscope_softirq_span span;

	if (!cpu || !softirq)
		return;
	open = softirq_open(softirq, slots->vec, event->ts_ns);
	handler_push(adapter, cpu, &open);
	span = (struct jscope_softirq_span){ .vec = (uint32_t)slots->vec,
					     .cpu = event->cpu,
					     .what = JSCOPE_SOFTIRQ_ENTERED,
					     .raised_ns = open.raised_ns,
					     .entry_ns = event->ts_ns,
					     .at_ns = event->ts_ns };
	softirq->pending = false;
	softirq->open = true;
	softirq->entry_ns = event->ts_ns;
	jscope__output_softirq(adapter->output, &span);
}

void jscope__lttng_softirq_exit(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_softirq_slots *slots = (const void *)event->slot;
	struct jscope__lttng_softirq *softirq = softirq_get(adapter, event, slots->vec);
	struct jscope_softirq_span span = { .vec = (uint32_t)slots->vec,
					    .cpu = event->cpu,
					    .what = JSCOPE_SOFTIRQ_LEFT,
					    .raised_ns = JSCOPE_NS_UNKNOWN,
					    .entry_ns = JSCOPE_NS_UNKNOWN,
					    .at_ns = event->ts_ns };
	struct jscope__lttng_open open;

	if (!cpu || !softirq)
		return;
	jscope__lttng_completion_end(adapter, cpu);
	jscope__lttng_call_end(adapter, cpu);
	if (softirq->open)
		span.entry_ns = softirq->entry_ns;
	softirq->open = false;
	handler_pop(cpu, JSCOPE_CONTEXT_SOFTIRQ, slots->vec, &open);
	jscope__output_softirq(adapter->output, &span);
}

/* Handlers that the end of the trace cut. */
void jscope__lttng_irq_finish(struct jscope__lttng *adapter)
{
	for (unsigned i = 0; i < JSCOPE__LTTNG_CPUS; i++) {
		const struct jscope__lttng_cpu *cpu = adapter->cpus[i];

		for (unsigned k = 0; cpu && k < cpu->depth; k++)
			if (cpu->stack[k].kind == JSCOPE_CONTEXT_IRQ)
				irq_tell(adapter, &cpu->stack[k], i, JSCOPE_NS_UNKNOWN, true);
	}
}
