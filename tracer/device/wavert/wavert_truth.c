#include "wavert_truth.h"

#include <string.h>

#include "jscope/probe.h"

static void tell(const struct jscope__ledger *ledger, const struct jscope__truth_chain *chain)
{
	const struct jscope__truth_point *point = &chain->point;

	JSCOPE_PROBE(truth_chain, .dev = ledger->dev, .object = ledger->stream,
		     .event = chain->event->id, .seq = point->point,
		     .due_ns = (uint64_t)point->due_ns, .irq_seq = point->irq_seq,
		     .irq_ns = (uint64_t)point->irq_ns, .queued_ns = (uint64_t)point->queued_ns,
		     .deferred_ns = (uint64_t)chain->deferred_ns, .run = chain->run,
		     .signal_ns = (uint64_t)chain->signal_ns, .run_ns = (uint64_t)chain->run_ns,
		     .served_ns = (uint64_t)chain->served_ns);
}

/* The points */

static void points_drop(struct jscope__ledger *ledger, unsigned count)
{
	ledger->point_count -= count;
	memmove(ledger->points, ledger->points + count,
		ledger->point_count * sizeof ledger->points[0]);
}

void jscope__ledger_cross(struct jscope__ledger *ledger, uint64_t point, jscope_ns due_ns)
{
	if (ledger->point_count == JSCOPE__LEDGER_POINTS) {
		ledger->refused_count++;
		points_drop(ledger, 1);
	}
	ledger->points[ledger->point_count++] =
		(struct jscope__truth_point){ .point = point, .due_ns = due_ns };
}

static struct jscope__truth_point *point_find(struct jscope__ledger *ledger, uint64_t point)
{
	for (unsigned i = 0; i < ledger->point_count; i++)
		if (ledger->points[i].point == point)
			return &ledger->points[i];
	return NULL;
}

void jscope__ledger_interrupt(struct jscope__ledger *ledger, uint64_t point, uint64_t irq_seq,
			      jscope_ns irq_ns)
{
	struct jscope__truth_point *found = point_find(ledger, point);

	if (!found)
		return;
	found->irq_seq = irq_seq;
	found->irq_ns = irq_ns;
}

void jscope__ledger_queue(struct jscope__ledger *ledger, uint64_t point, jscope_ns queued_ns)
{
	struct jscope__truth_point *found = point_find(ledger, point);

	if (found)
		found->queued_ns = queued_ns;
}

/* The chains */

static struct jscope__truth_chain *chain_add(struct jscope__ledger *ledger)
{
	if (ledger->chain_count == JSCOPE__LEDGER_CHAINS) {
		tell(ledger, &ledger->chains[0]);
		ledger->refused_count++;
		ledger->chain_count--;
		memmove(ledger->chains, ledger->chains + 1,
			ledger->chain_count * sizeof ledger->chains[0]);
	}
	return &ledger->chains[ledger->chain_count++];
}

/*
 * The wake that takes the flag down is the next one of the event, since only one client waits for
 * it. Where the flag is down already after it was set, that wake-up was lost.
 */
static void chain_open(struct jscope__ledger *ledger, const struct jscope__context *context,
		       const struct jscope__kevent *event, const struct jscope__truth_point *point,
		       jscope_ns signal_ns)
{
	struct jscope__truth_chain chain = { .event = event, .point = *point };

	if (point->queued_ns) {
		chain.deferred_ns = context->entered_ns;
		chain.run = context->dpc_run;
		chain.signal_ns = signal_ns;
	}
	if (!chain.signal_ns || !event->signalled) {
		tell(ledger, &chain);
		return;
	}
	chain.wake = event->wake_count + 1;
	*chain_add(ledger) = chain;
}

void jscope__ledger_signal(struct jscope__ledger *ledger, struct jscope__context *context,
			   const struct jscope__kevent *event, uint64_t point, jscope_ns signal_ns)
{
	for (unsigned i = 0; i < ledger->point_count && ledger->points[i].point <= point; i++)
		chain_open(ledger, context, event, &ledger->points[i], signal_ns);
}

void jscope__ledger_forget(struct jscope__ledger *ledger, uint64_t point)
{
	unsigned count = 0;

	while (count < ledger->point_count && ledger->points[count].point <= point)
		count++;
	points_drop(ledger, count);
}

void jscope__ledger_run(struct jscope__ledger *ledger, const struct jscope__kevent *event,
			jscope_ns run_ns)
{
	for (unsigned i = 0; i < ledger->chain_count; i++) {
		struct jscope__truth_chain *chain = &ledger->chains[i];

		if (chain->event == event && !chain->run_ns && chain->wake <= event->wake_count)
			chain->run_ns = run_ns;
	}
}

void jscope__ledger_answer(struct jscope__ledger *ledger, const struct jscope__kevent *event,
			   jscope_ns served_ns)
{
	for (unsigned i = 0; i < ledger->chain_count; i++) {
		struct jscope__truth_chain *chain = &ledger->chains[i];

		if (chain->event == event && chain->run_ns && !chain->served_ns)
			chain->served_ns = served_ns;
	}
}

/* Tell the chains of an event, all or those that ran, and keep the others in order. */
static void chains_tell(struct jscope__ledger *ledger, const struct jscope__kevent *event, bool all)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < ledger->chain_count; i++) {
		const struct jscope__truth_chain *chain = &ledger->chains[i];

		if (chain->event == event && (all || chain->run_ns))
			tell(ledger, chain);
		else
			ledger->chains[kept++] = *chain;
	}
	ledger->chain_count = kept;
}

void jscope__ledger_settle(struct jscope__ledger *ledger, const struct jscope__kevent *event)
{
	chains_tell(ledger, event, false);
}

void jscope__ledger_close_event(struct jscope__ledger *ledger, const struct jscope__kevent *event)
{
	chains_tell(ledger, event, true);
}

void jscope__ledger_close_points(struct jscope__ledger *ledger,
				 struct jscope__kevent *const *events, unsigned event_count)
{
	for (unsigned i = 0; i < ledger->point_count; i++)
		for (unsigned j = 0; j < event_count; j++) {
			const struct jscope__truth_chain chain = { .event = events[j],
								   .point = ledger->points[i] };

			tell(ledger, &chain);
		}
	ledger->point_count = 0;
}
