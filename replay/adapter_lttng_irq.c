/* Interrupt handlers and softirqs, and which interrupt led to a softirq. */
#include "adapter_lttng.h"

#define IRQ_WAKE_THREAD 2 /* of enum irqreturn */

void jscope__lttng_irq_tell(struct jscope__lttng *adapter, const struct jscope__lttng_open *open,
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

void jscope__lttng_irq_entry(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	const struct jscope__lttng_irq_slots *slots = (const void *)event->slot;
	const struct jscope__lttng_open open = { .what = JSCOPE__LTTNG_IRQ,
						 .kind = JSCOPE_CONTEXT_IRQ,
						 .id = slots->irq,
						 .name = slots->name,
						 .begin_ns = event->ts_ns,
						 .path = 1u << JSCOPE_IRQ,
						 .irq_ns = event->ts_ns,
						 .raised_ns = JSCOPE_NS_UNKNOWN,
						 .deferred_ns = JSCOPE_NS_UNKNOWN,
						 .irq_name = slots->name,
						 .due_ns = JSCOPE_NS_UNKNOWN };

	if (cpu)
		jscope__lttng_push(adapter, cpu, event->cpu, &open);
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
	matched = jscope__lttng_pop(cpu, JSCOPE__LTTNG_IRQ, slots->irq, &open);
	if (!matched)
		open = (struct jscope__lttng_open){ .id = slots->irq,
						    .begin_ns = JSCOPE_NS_UNKNOWN,
						    .irq_ns = JSCOPE_NS_UNKNOWN };
	jscope__lttng_left(adapter, cpu, matched);
	jscope__lttng_irq_tell(adapter, &open, event->cpu, event->ts_ns, matched);
	if (slots->ret == IRQ_WAKE_THREAD)
		jscope__lttng_thread_ask(adapter, cpu, &open);
}

static struct jscope__lttng_softirq *softirq_get(struct jscope__lttng *adapter,
						 const struct jscope_event *event, int64_t vec)
{
	const struct jscope_key key = { event->cpu, (uint64_t)vec };
	struct jscope__lttng_softirq *softirq = jscope_map_put(adapter->softirqs, key);

	/* Whether it was entered or left since is among what was lost. */
	if (softirq && adapter->output->loss_count) {
		softirq->pending &=
			!jscope__lttng_cpu_lost(adapter, event->cpu, softirq->raised_ns);
		softirq->open &= !jscope__lttng_cpu_lost(adapter, event->cpu, softirq->entry_ns);
	}
	return softirq;
}

/* An interrupt does, and so does its thread; what a softirq raises may be for any of its own raises. */
static bool leads_to_softirq(const struct jscope__lttng_open *top)
{
	return top && top->irq_ns != JSCOPE_NS_UNKNOWN &&
	       (top->kind == JSCOPE_CONTEXT_IRQ || top->what == JSCOPE__LTTNG_IRQ_THREAD);
}

/*
 * Which interrupt led to a softirq is known only where all its pending raises came from one
 * handler run.
 */
static void raise_note(struct jscope__lttng_softirq *softirq, const struct jscope__lttng_cpu *cpu,
		       jscope_ns at_ns, bool first_lost)
{
	const struct jscope__lttng_open *top = jscope__lttng_cpu_top(cpu);
	bool in_irq = leads_to_softirq(top);
	jscope_ns irq_ns = in_irq ? top->irq_ns : JSCOPE_NS_UNKNOWN;

	if (softirq->pending) {
		softirq->raised_once &= irq_ns == softirq->irq_ns;
		return;
	}
	softirq->pending = true;
	softirq->first_lost = first_lost;
	softirq->raised_once = in_irq;
	softirq->raised_ns = at_ns;
	softirq->irq_ns = irq_ns;
	softirq->irq_name = in_irq ? top->irq_name : 0;
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
	raise_note(softirq, cpu, event->ts_ns,
		   jscope__lttng_cpu_lost(adapter, event->cpu, softirq->clear_ns));
	jscope__output_softirq(adapter->output, &span);
}

/*
 * Interrupts raise softirqs, and those of timers are raised by that of the CPU's timer: where a trace
 * does not tell it there is none on their path.
 */
static unsigned softirq_path(const struct jscope__lttng *adapter, int64_t vec)
{
	const unsigned of_timers =
		1u << 1 | 1u << 7 | 1u << 8 | 1u << 9; /* TIMER SCHED HRTIMER RCU */
	const unsigned deferred = 1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED;
	bool is_timer = vec >= 0 && vec < 10 && of_timers & 1u << vec;

	if (is_timer && !jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_LOCAL_TIMER_EXIT))
		return deferred;
	return deferred | 1u << JSCOPE_IRQ;
}

static struct jscope__lttng_open softirq_open(const struct jscope__lttng *adapter,
					      const struct jscope__lttng_softirq *softirq,
					      int64_t vec, jscope_ns at_ns)
{
	bool is_told = softirq->pending && !softirq->first_lost;
	bool by_one = is_told && softirq->raised_once;

	return (struct jscope__lttng_open){
		.what = JSCOPE__LTTNG_SOFTIRQ,
		.kind = JSCOPE_CONTEXT_SOFTIRQ,
		.id = vec,
		.begin_ns = at_ns,
		.path = softirq_path(adapter, vec),
		.deferred_ns = at_ns,
		.due_ns = JSCOPE_NS_UNKNOWN,
		.irq_ns = by_one ? softirq->irq_ns : JSCOPE_NS_UNKNOWN,
		.raised_ns = is_told ? softirq->raised_ns : JSCOPE_NS_UNKNOWN,
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
	open = softirq_open(adapter, softirq, slots->vec, event->ts_ns);
	jscope__lttng_push(adapter, cpu, event->cpu, &open);
	span = (struct jscope_softirq_span){ .vec = (uint32_t)slots->vec,
					     .cpu = event->cpu,
					     .what = JSCOPE_SOFTIRQ_ENTERED,
					     .raised_ns = open.raised_ns,
					     .entry_ns = event->ts_ns,
					     .at_ns = event->ts_ns };
	softirq->pending = false;
	softirq->clear_ns = event->ts_ns;
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
	if (softirq->open)
		span.entry_ns = softirq->entry_ns;
	softirq->open = false;
	jscope__lttng_left(adapter, cpu,
			   jscope__lttng_pop(cpu, JSCOPE__LTTNG_SOFTIRQ, slots->vec, &open));
	jscope__output_softirq(adapter->output, &span);
}

/* Handlers that the end of the trace cut. */
void jscope__lttng_irq_finish(struct jscope__lttng *adapter)
{
	for (unsigned i = 0; i < JSCOPE__LTTNG_CPUS; i++) {
		const struct jscope__lttng_cpu *cpu = adapter->cpus[i];

		for (unsigned k = 0; cpu && k < cpu->depth; k++)
			if (cpu->stack[k].what == JSCOPE__LTTNG_IRQ)
				jscope__lttng_irq_tell(adapter, &cpu->stack[k], i,
						       JSCOPE_NS_UNKNOWN, true);
			else if (cpu->stack[k].what == JSCOPE__LTTNG_HRTIMER)
				jscope__lttng_timer_unheard(adapter, &cpu->stack[k], i,
							    JSCOPE_CLASS_CENSORED);
	}
}
