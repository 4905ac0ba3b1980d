/* The ground truth of requests, from the instants that they carry with them. */
#include "stor.h"

#include "jscope/probe.h"

/*
 * What its client, if it has one, was told: by the interrupt that found the request, or by a reset without one. The
 * object is the event, which stands for all that its client has outstanding; a client of a disk has
 * nothing to answer.
 */
static void tell_chain(struct jscope__context *context, const struct jscope__adapter *adapter,
		       const struct jscope__srb *srb)
{
	const struct jscope__srb_instants *at = &srb->at;

	JSCOPE_PROBE(truth_chain, .dev = adapter->dev, .irql = context->irql,
		     .object = srb->io.event, .event = srb->io.event, .seq = srb->number,
		     .due_ns = (uint64_t)at->asserted_ns, .irq_seq = at->irq_seq,
		     .irq_ns = (uint64_t)at->irq_ns, .queued_ns = (uint64_t)at->insert_ns,
		     .deferred_ns = (uint64_t)at->deferred_ns, .run = at->dpc_run,
		     .signal_ns = (uint64_t)at->signal_ns, .run_ns = (uint64_t)at->run_ns);
}

void jscope__stor_tell(struct jscope__context *context, const struct jscope__adapter *adapter,
		       const struct jscope__srb *srb)
{
	const struct jscope__srb_instants *at = &srb->at;

	JSCOPE_PROBE(truth_request, .dev = adapter->dev, .irql = context->irql, .srb = srb->id,
		     .number = srb->number, .queued_ns = (uint64_t)at->queued_ns,
		     .issue_ns = (uint64_t)at->issue_ns, .device_ns = (uint64_t)at->device_ns,
		     .irq_ns = (uint64_t)at->irq_ns, .complete_ns = (uint64_t)at->complete_ns,
		     .run_ns = (uint64_t)at->run_ns, .status = srb->status);
	if (srb->io.event && (at->irq_ns || at->signal_ns))
		tell_chain(context, adapter, srb);
}
