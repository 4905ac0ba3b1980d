/* Handlers of interrupts and softirqs: a stack of open ones per CPU. */
#include "pairs_event.h"

#include <string.h>

static const char *softirq_name(uint32_t vec)
{
	static const char *const names[] = { "HI",	 "TIMER",   "NET_TX", "NET_RX",	 "BLOCK",
					     "IRQ_POLL", "TASKLET", "SCHED",  "HRTIMER", "RCU" };

	return vec < sizeof names / sizeof names[0] ? names[vec] : "";
}

/* An interrupt line does not nest in itself: an open one lost its exit. */
static void stale_drop(struct jscope__pairs_cpu *cpu, uint32_t irq)
{
	for (unsigned i = 0; i < cpu->depth; i++)
		if (!cpu->stack[i].is_softirq && cpu->stack[i].id == irq)
			cpu->depth = i;
}

static struct jscope__pairs_open *handler_push(const struct jscope__pairs_event *event,
					       bool is_softirq, uint32_t id)
{
	struct jscope__pairs_open *open;

	if (event->cpu->depth == JSCOPE__PAIRS_NESTING) {
		event->pairs->refused++;
		return NULL;
	}
	open = &event->cpu->stack[event->cpu->depth++];
	open->is_softirq = is_softirq;
	open->id = id;
	open->begin_ns = event->at_ns;
	return open;
}

static const struct jscope__pairs_open *handler_pop(struct jscope__pairs_cpu *cpu, bool is_softirq,
						    uint32_t id)
{
	const struct jscope__pairs_open *top = cpu->depth ? &cpu->stack[cpu->depth - 1] : NULL;

	if (!top || top->is_softirq != is_softirq || top->id != id)
		return NULL;
	cpu->depth--;
	return top;
}

void jscope__pairs_irq_entry(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_irq_handler_entry *fields = event->fields;
	struct jscope__pairs_open *open;

	stale_drop(event->cpu, (uint32_t)fields->irq);
	open = handler_push(event, false, (uint32_t)fields->irq);
	if (!open)
		return;
	memcpy(open->name, fields->name, sizeof open->name);
	open->name[sizeof open->name - 1] = '\0';
}

void jscope__pairs_irq_exit(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_irq_handler_exit *fields = event->fields;
	const struct jscope__pairs_open *open =
		handler_pop(event->cpu, false, (uint32_t)fields->irq);

	if (open)
		jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_IRQ, open->id, open->name,
				   open->begin_ns, false);
}

void jscope__pairs_softirq_entry(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_irq_softirq_entry *fields = event->fields;

	if (fields->vec >= JSCOPE__PAIRS_SOFTIRQS) {
		event->pairs->refused++;
		return;
	}
	handler_push(event, true, fields->vec);
	event->cpu->softirqs[fields->vec] = event->at_ns;
}

void jscope__pairs_softirq_exit(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_irq_softirq_exit *fields = event->fields;
	jscope_ns entry_ns;

	if (fields->vec >= JSCOPE__PAIRS_SOFTIRQS)
		return;
	handler_pop(event->cpu, true, fields->vec);
	entry_ns = event->cpu->softirqs[fields->vec];
	event->cpu->softirqs[fields->vec] = JSCOPE_NS_UNKNOWN;
	if (entry_ns != JSCOPE_NS_UNKNOWN)
		jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_SOFTIRQ, fields->vec,
				   softirq_name(fields->vec), entry_ns, false);
}

void jscope__pairs_softirqs_forget(struct jscope__pairs_cpu *cpu)
{
	for (unsigned i = 0; i < JSCOPE__PAIRS_SOFTIRQS; i++)
		cpu->softirqs[i] = JSCOPE_NS_UNKNOWN;
}

void jscope__pairs_handlers_lost(const struct jscope__pairs_event *event)
{
	struct jscope__pairs_cpu *cpu = event->cpu;

	for (unsigned i = 0; i < cpu->depth; i++)
		if (!cpu->stack[i].is_softirq)
			jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_IRQ, cpu->stack[i].id,
					   cpu->stack[i].name, cpu->stack[i].begin_ns, true);
	for (uint32_t vec = 0; vec < JSCOPE__PAIRS_SOFTIRQS; vec++)
		if (cpu->softirqs[vec] != JSCOPE_NS_UNKNOWN)
			jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_SOFTIRQ, vec,
					   softirq_name(vec), cpu->softirqs[vec], true);
	cpu->depth = 0;
	jscope__pairs_softirqs_forget(cpu);
}
