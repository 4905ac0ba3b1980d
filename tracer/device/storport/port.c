/* The port: its queue of requests, what it starts, and what becomes of the completed ones. */
#include "stor.h"

#include "fault.h"
#include "jscope/probe.h"

/* Nothing comes from the adapter any more, and nothing goes to it. */
static bool is_gone(const struct jscope__adapter *adapter)
{
	return adapter->removed || adapter->overrun;
}

/* A block taken from the free ones for a request that is not started yet. Under the lock. */
static struct jscope__srb *srb_take(struct jscope__adapter *adapter, const struct jscope__io *io)
{
	struct jscope__srb *srb = jscope__srb_pop(&adapter->free);

	if (srb)
		*srb = (struct jscope__srb){ .id = srb->id,
					     .io = *io,
					     .state = JSCOPE__SRB_STATE_QUEUED };
	return srb;
}

/* Built, and to be started. */
static void srb_enqueue(struct jscope__adapter *adapter, struct jscope__srb *srb)
{
	srb->number = ++adapter->number_last;
	jscope__srb_push(&adapter->queue, srb);
}

/* The next request that is to be built, told as such; NULL for none. */
static struct jscope__srb *asked_take(struct jscope__context *context,
				      struct jscope__adapter *adapter)
{
	struct jscope__srb *srb = NULL;

	jscope__machine_lock(adapter->machine);
	if (adapter->initialised && !is_gone(adapter))
		srb = jscope__srb_pop(&adapter->asked);
	if (srb)
		JSCOPE_PROBE(stor_build, .dev = adapter->dev, .irql = context->irql,
			     .srb = srb->id);
	jscope__machine_unlock(adapter->machine);
	return srb;
}

/* HwStorBuildIo for all that has been asked for. */
static void srb_build(struct jscope__context *context, struct jscope__adapter *adapter)
{
	struct jscope__context raised = *context;
	struct jscope__srb *srb;

	raised.irql = JSCOPE__IRQL_DISPATCH;
	while ((srb = asked_take(&raised, adapter))) {
		adapter->miniport->build_io(&raised, adapter->extension, srb);
		jscope__machine_lock(adapter->machine);
		srb_enqueue(adapter, srb);
		jscope__machine_unlock(adapter->machine);
	}
}

static void srb_free(struct jscope__adapter *adapter, struct jscope__srb *srb)
{
	srb->state = JSCOPE__SRB_STATE_FREE;
	jscope__srb_push(&adapter->free, srb);
}

/*
 * The miniport had no room: the port discards the request and issues a new one for the same client
 * (DOMAIN 4.3). Nothing is started until another request has made room.
 */
static bool retry(struct jscope__context *context, struct jscope__adapter *adapter,
		  struct jscope__srb *srb)
{
	struct jscope__srb *again = srb_take(adapter, &srb->io);

	if (!again)
		return false;
	adapter->busy = adapter->outstanding > 0;
	jscope__srb_push(&adapter->asked, again);
	jscope__stor_tell(context, adapter, srb);
	srb_free(adapter, srb);
	return true;
}

static void deliver(struct jscope__context *context, struct jscope__srb *srb)
{
	if (context->dpc_id) {
		srb->at.deferred_ns = context->entered_ns;
		srb->at.dpc_run = context->dpc_run;
	}
	srb->io.done(context, srb->io.client, srb);
}

void jscope__stor_finish(struct jscope__context *context, struct jscope__adapter *adapter,
			 struct jscope__srb *srb)
{
	JSCOPE_PROBE(stor_complete, .dev = adapter->dev, .irql = context->irql, .srb = srb->id,
		     .status = srb->status, .bytes = srb->bytes_done);
	srb->at.complete_ns = jscope__machine_stamp(adapter->machine);
	srb->state = JSCOPE__SRB_STATE_DONE;
	adapter->outstanding--;
	if (srb->status == JSCOPE__SRB_BUSY && retry(context, adapter, srb))
		return;
	adapter->busy = false;
	if (context->irql > JSCOPE__IRQL_DISPATCH) {
		srb->done_index = ++adapter->done_count;
		jscope__srb_push(&adapter->done, srb);
	} else {
		deliver(context, srb);
	}
}

static bool may_start(struct jscope__context *context, const struct jscope__adapter *adapter)
{
	const uint32_t dev = adapter->dev;

	if (!adapter->initialised || is_gone(adapter) || adapter->resetting || adapter->busy ||
	    !adapter->queue.first)
		return false;
	if (adapter->outstanding >= adapter->limit)
		return adapter->outstanding == adapter->limit && !adapter->link_down &&
		       !adapter->paused &&
		       jscope__fault_strike(context, dev, JSCOPE_FAULT_start_beyond_limit);
	return (!adapter->link_down && !adapter->paused) ||
	       jscope__fault_strike(context, dev, JSCOPE_FAULT_start_while_paused);
}

/* Another call of StartIo before the first has returned, where only one is allowed. */
static bool overlaps(struct jscope__context *context, const struct jscope__adapter *adapter)
{
	return adapter->channels.count == 0 && adapter->queue.first &&
	       adapter->outstanding < adapter->limit &&
	       jscope__fault_strike(context, adapter->dev, JSCOPE_FAULT_overlapping_startio);
}

/* Without channels under the lock, in one piece; with them the miniport locks for itself. */
static bool start_io(struct jscope__context *context, struct jscope__adapter *adapter,
		     struct jscope__srb *srb)
{
	const struct jscope__miniport *miniport = adapter->miniport;
	bool taken;

	if (adapter->channels.count == 0)
		return miniport->start_io(context, adapter->extension, srb);
	jscope__machine_unlock(adapter->machine);
	taken = miniport->start_io(context, adapter->extension, srb);
	jscope__machine_lock(adapter->machine);
	return taken;
}

/*
 * A request is queued from the return of StartIo on, as long as the device does not have it; it may
 * even be over by then, and its block another request.
 */
static void start_return(const struct jscope__adapter *adapter, struct jscope__srb *srb,
			 uint64_t number)
{
	if (srb->number == number && srb->state == JSCOPE__SRB_STATE_STARTED && !srb->at.issue_ns)
		srb->at.queued_ns = jscope__machine_stamp(adapter->machine);
}

/* In a channel, if there are any. Under the lock. */
static void start_one(struct jscope__context *context, struct jscope__adapter *adapter)
{
	struct jscope__srb *srb = jscope__srb_pop(&adapter->queue);
	const struct jscope__io io = srb->io;
	const uint64_t number = srb->number;
	bool taken;

	JSCOPE_PROBE(stor_startio_entry, .dev = adapter->dev, .irql = context->irql,
		     .srb = srb->id);
	srb->at.queued_ns = jscope__machine_stamp(adapter->machine);
	srb->state = JSCOPE__SRB_STATE_STARTED;
	adapter->outstanding++;
	if (overlaps(context, adapter))
		start_one(context, adapter);
	taken = start_io(context, adapter, srb);
	JSCOPE_PROBE(stor_start, .dev = adapter->dev, .irql = context->irql, .srb = srb->id,
		     .tag = (uint32_t)(srb - adapter->srbs), .path = io.path, .target = io.target,
		     .lun = io.lun, .op = io.op, .bytes = io.bytes, .ret = taken);
	start_return(adapter, srb, number);
	if (!taken) {
		context->irql = JSCOPE__IRQL_DISPATCH;
		jscope__stor_finish(context, adapter, srb);
	}
}

void jscope__stor_start(struct jscope__context *context, struct jscope__adapter *adapter)
{
	bool started = context->irql <= JSCOPE__IRQL_DISPATCH;

	while (started) {
		struct jscope__context raised = *context;
		pthread_mutex_t *channel;

		srb_build(context, adapter);
		channel = jscope__channel_enter(&adapter->channels, context->tid);
		jscope__machine_lock(adapter->machine);
		started = may_start(context, adapter);
		if (started) {
			raised.irql =
				adapter->full_duplex ? JSCOPE__IRQL_DISPATCH : JSCOPE__IRQL_DEVICE;
			if (jscope__fault_strike(context, adapter->dev,
						 JSCOPE_FAULT_startio_at_passive))
				raised.irql = JSCOPE__IRQL_PASSIVE;
			start_one(&raised, adapter);
		}
		jscope__machine_unlock(adapter->machine);
		jscope__channel_leave(channel);
	}
}

jscope_status jscope__stor_ask(struct jscope__adapter *adapter, const struct jscope__io *io)
{
	struct jscope__srb *srb;
	bool gone;

	jscope__machine_lock(adapter->machine);
	gone = is_gone(adapter);
	srb = gone ? NULL : srb_take(adapter, io);
	if (srb)
		jscope__srb_push(&adapter->asked, srb);
	jscope__machine_unlock(adapter->machine);
	if (gone)
		return JSCOPE_STATUS_DEVICE_DOES_NOT_EXIST;
	return srb ? JSCOPE_STATUS_SUCCESS : JSCOPE_STATUS_INSUFFICIENT_RESOURCES;
}

jscope_status jscope__stor_submit(struct jscope__context *context, struct jscope__adapter *adapter,
				  const struct jscope__io *io)
{
	const jscope_status status = jscope__stor_ask(adapter, io);

	if (status == JSCOPE_STATUS_SUCCESS)
		jscope__stor_start(context, adapter);
	return status;
}

void jscope__stor_release_locked(struct jscope__context *context, struct jscope__adapter *adapter,
				 struct jscope__srb *srb)
{
	jscope__stor_tell(context, adapter, srb);
	srb_free(adapter, srb);
}

void jscope__stor_release(struct jscope__context *context, struct jscope__adapter *adapter,
			  struct jscope__srb *srb)
{
	jscope__machine_lock(adapter->machine);
	jscope__stor_release_locked(context, adapter, srb);
	jscope__machine_unlock(adapter->machine);
}

bool jscope__stor_issue_dpc(struct jscope__context *context, struct jscope__adapter *adapter,
			    struct jscope__dpc *dpc, uint64_t caller_seq, uint64_t argument)
{
	/* A port that forgets that the DPC is at work elsewhere: it runs beside itself. */
	if (!dpc->queued && dpc->running_count > 0 && adapter->machine->cpu_count > 1 &&
	    jscope__fault_strike(context, adapter->dev, JSCOPE_FAULT_overlapping_dpc))
		dpc->cpu = (dpc->cpu + 1) % adapter->machine->cpu_count;
	return jscope__dpc_insert_locked(context, dpc, caller_seq, argument);
}

/*
 * What the miniport has completed in its ISR goes on in a DPC: one for all of an interrupt. So does
 * what it was too busy for, which is to be built again at dispatch level.
 */
static void done_defer(struct jscope__context *context, struct jscope__adapter *adapter,
		       uint64_t seq)
{
	jscope_ns insert_ns;

	if (!adapter->asked.first && (!adapter->done.last || adapter->done.last->at.insert_ns))
		return;
	jscope__stor_issue_dpc(context, adapter, &adapter->done_dpc, seq, adapter->done_count);
	insert_ns = jscope__machine_stamp(adapter->machine);
	for (struct jscope__srb *srb = adapter->done.first; srb; srb = srb->next)
		if (!srb->at.insert_ns)
			srb->at.insert_ns = insert_ns;
}

bool jscope__stor_isr(struct jscope__context *context, void *state,
		      const struct jscope__interrupt *interrupt)
{
	struct jscope__adapter *adapter = state;
	bool works, claimed;

	jscope__machine_lock(adapter->machine);
	works = adapter->initialised && !adapter->removed;
	jscope__machine_unlock(adapter->machine);
	claimed = works && adapter->miniport->interrupt(context, adapter->extension, interrupt);
	if (claimed) {
		jscope__machine_lock(adapter->machine);
		done_defer(context, adapter, interrupt->seq);
		jscope__machine_unlock(adapter->machine);
	}
	return claimed;
}

static void done_dpc(struct jscope__context *context, void *state, uint64_t argument)
{
	struct jscope__adapter *adapter = state;
	bool more;

	do {
		jscope__machine_lock(adapter->machine);
		more = adapter->done.first && adapter->done.first->done_index <= argument;
		if (more)
			deliver(context, jscope__srb_pop(&adapter->done));
		jscope__machine_unlock(adapter->machine);
	} while (more);
	jscope__stor_start(context, adapter);
}

void jscope__stor_attach(struct jscope__adapter *adapter)
{
	struct jscope__machine *machine = adapter->machine;

	for (uint32_t i = 0; i < adapter->srb_count; i++) {
		adapter->srbs[i].id = jscope__machine_id(machine);
		srb_free(adapter, &adapter->srbs[i]);
	}
	jscope__channels_init(&adapter->channels);
	adapter->done_dpc.routine = done_dpc;
	adapter->done_dpc.state = adapter;
	jscope__stor_timer_attach(adapter);
	adapter->next = machine->adapters;
	machine->adapters = adapter;
}

void jscope__stor_detach(struct jscope__adapter *adapter)
{
	jscope__channels_finish(&adapter->channels);
}

void jscope__stor_initialise(struct jscope__context *context, struct jscope__adapter *adapter)
{
	jscope__machine_lock(adapter->machine);
	JSCOPE_PROBE(stor_init, .dev = adapter->dev, .irql = context->irql, .limit = adapter->limit,
		     .channels = adapter->channels.count, .full_duplex = adapter->full_duplex,
		     .tick_ns = (uint64_t)adapter->tick_ns);
	adapter->initialised = true;
	jscope__machine_unlock(adapter->machine);
	jscope__stor_start(context, adapter);
}

static void timers_stop(struct jscope__context *context, struct jscope__adapter *adapter)
{
	const struct jscope__clock_ops *ops = adapter->machine->clock->ops;

	if (!adapter->overrun) {
		jscope__ktimer_cancel(context, &adapter->timer);
		jscope__ktimer_cancel(context, &adapter->pause_timer);
	}
	ops->drain(adapter->machine->clock, &adapter->timer_dpc);
	ops->drain(adapter->machine->clock, &adapter->pause_dpc);
	ops->drain(adapter->machine->clock, &adapter->done_dpc);
}

void jscope__stor_remove(struct jscope__context *context, struct jscope__adapter *adapter)
{
	jscope__channels_hold(&adapter->channels);
	jscope__machine_lock(adapter->machine);
	adapter->removed = true;
	adapter->timer_due_ns = 0;
	jscope__machine_unlock(adapter->machine);
	jscope__channels_release(&adapter->channels);
	timers_stop(context, adapter);
	jscope__machine_lock(adapter->machine);
	for (uint32_t i = 0; i < adapter->srb_count; i++)
		if (adapter->srbs[i].state == JSCOPE__SRB_STATE_STARTED ||
		    adapter->srbs[i].state == JSCOPE__SRB_STATE_DONE)
			jscope__stor_tell(context, adapter, &adapter->srbs[i]);
	/* After an overrun nothing comes from the adapter any more. */
	if (!adapter->overrun)
		JSCOPE_PROBE(stor_remove, .dev = adapter->dev, .irql = context->irql, .path = 255);
	jscope__machine_unlock(adapter->machine);
}
