#include "line.h"

#include "jscope/probe.h"

void jscope__line_assert(struct jscope__machine *machine, struct jscope__line *line,
			 jscope_ns asserted_ns)
{
	machine->clock->ops->interrupt(machine->clock, line, ++line->seq_last, asserted_ns);
}

void jscope__line_deliver(struct jscope__machine *machine, struct jscope__line *line, uint64_t seq,
			  jscope_ns asserted_ns, uint32_t tid)
{
	struct jscope__context context = { .machine = machine,
					   .irql = JSCOPE__IRQL_DEVICE,
					   .tid = tid };
	bool claimed;

	JSCOPE_PROBE(irq_entry, .dev = line->dev, .irql = context.irql, .irq = line->number,
		     .seq = seq, .true_ts_ns = (uint64_t)asserted_ns);
	claimed = line->isr && line->isr(&context, line->state, seq);
	JSCOPE_PROBE(irq_exit, .dev = line->dev, .irql = context.irql, .irq = line->number,
		     .seq = seq, .claimed = claimed);
}

void jscope__line_ack(struct jscope__context *context, struct jscope__line *line, uint64_t seq)
{
	JSCOPE_PROBE(irq_ack, .dev = line->dev, .irql = context->irql, .irq = line->number,
		     .seq = seq);
}
