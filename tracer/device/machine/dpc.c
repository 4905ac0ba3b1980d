#include "dpc.h"

#include "fault.h"
#include "jscope/probe.h"

static struct jscope__dpc_queue *queue_of(struct jscope__machine *machine,
					  const struct jscope__dpc *dpc)
{
	struct jscope__cpu *cpu = &machine->cpus[dpc->cpu];

	return dpc->kind == JSCOPE__DPC_THREADED ? &cpu->threaded : &cpu->dpcs;
}

static void queue_at_head(struct jscope__dpc_queue *queue, struct jscope__dpc *dpc)
{
	dpc->next = queue->first;
	queue->first = dpc;
	if (!queue->last)
		queue->last = dpc;
}

static void queue_at_tail(struct jscope__dpc_queue *queue, struct jscope__dpc *dpc)
{
	dpc->next = NULL;
	if (queue->last)
		queue->last->next = dpc;
	else
		queue->first = dpc;
	queue->last = dpc;
}

static void queue_remove(struct jscope__dpc_queue *queue, struct jscope__dpc *dpc)
{
	struct jscope__dpc **link = &queue->first, *before = NULL;

	while (*link != dpc) {
		before = *link;
		link = &before->next;
	}
	*link = dpc->next;
	if (queue->last == dpc)
		queue->last = before;
}

static void enqueue(struct jscope__context *context, struct jscope__dpc *dpc, uint64_t seq)
{
	struct jscope__machine *machine = context->machine;
	const jscope_ns delay_ns =
		jscope_add_sat(jscope__delay_draw(&dpc->queue_delay, context, seq),
			       jscope__fault_delay(context, dpc->dev, JSCOPE_FAULT_delay_dpc));

	dpc->queued = true;
	dpc->queued_ns = jscope__machine_stamp(machine);
	dpc->ready_ns = jscope_add_sat(jscope__machine_now(machine), delay_ns);
	if (dpc->importance == JSCOPE__IMPORTANCE_HIGH)
		queue_at_head(queue_of(machine, dpc), dpc);
	else
		queue_at_tail(queue_of(machine, dpc), dpc);
	machine->clock->ops->kick(machine->clock, dpc->cpu);
}

bool jscope__dpc_insert_locked(struct jscope__context *context, struct jscope__dpc *dpc,
			       uint64_t caller_seq, uint64_t argument)
{
	struct jscope__machine *machine = context->machine;
	const bool inserted = !dpc->queued;

	dpc->argument = argument;
	/* Told before the CPU can see it, so that the trace never shows an entry without its
	 * insert. */
	JSCOPE_PROBE(dpc_insert, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
		     .caller_seq = caller_seq, .target_cpu = machine->cpus[dpc->cpu].number,
		     .importance = (uint8_t)dpc->importance, .inserted = inserted);
	if (inserted)
		enqueue(context, dpc, caller_seq);
	return inserted;
}

bool jscope__dpc_insert(struct jscope__context *context, struct jscope__dpc *dpc,
			uint64_t caller_seq, uint64_t argument)
{
	bool inserted;

	jscope__machine_lock(context->machine);
	inserted = jscope__dpc_insert_locked(context, dpc, caller_seq, argument);
	jscope__machine_unlock(context->machine);
	return inserted;
}

bool jscope__dpc_remove(struct jscope__context *context, struct jscope__dpc *dpc)
{
	struct jscope__machine *machine = context->machine;
	bool removed;

	jscope__machine_lock(machine);
	removed = dpc->queued;
	if (removed) {
		dpc->queued = false;
		queue_remove(queue_of(machine, dpc), dpc);
		machine->clock->ops->kick(machine->clock, dpc->cpu);
	}
	JSCOPE_PROBE(dpc_remove, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
		     .removed = removed);
	jscope__machine_unlock(machine);
	return removed;
}

jscope_ns jscope__dpc_ready_ns(const struct jscope__machine *machine, uint32_t cpu, bool threaded)
{
	const struct jscope__cpu *place = &machine->cpus[cpu];
	const struct jscope__dpc *dpc = threaded ? place->threaded.first : place->dpcs.first;

	return dpc ? dpc->ready_ns : INT64_MAX;
}

static struct jscope__dpc *queue_take(struct jscope__dpc_queue *queue)
{
	struct jscope__dpc *dpc = queue->first;

	if (dpc)
		queue_remove(queue, dpc);
	return dpc;
}

/* The entry: the object leaves the queue and may be queued again from here on. */
static void enter(struct jscope__execution *execution, struct jscope__dpc *dpc)
{
	struct jscope__context *context = &execution->context;

	dpc->queued = false;
	dpc->running_count++;
	execution->dpc = dpc;
	execution->argument = dpc->argument;
	context->dpc_id = dpc->id;
	context->dpc_run = ++dpc->run_count;
	if (dpc->kind != JSCOPE__DPC_THREADED)
		context->irql = JSCOPE__IRQL_DISPATCH;
	JSCOPE_PROBE(dpc_entry, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
		     .kind = (uint8_t)dpc->kind, .run = context->dpc_run);
	context->entered_ns = jscope__machine_stamp(context->machine);
	execution->delay_ns =
		jscope_add_sat(jscope__delay_draw(&dpc->handler_delay, context, context->dpc_run),
			       jscope__fault_delay(context, dpc->dev, JSCOPE_FAULT_stretch_dpc));
}

bool jscope__dpc_enter(struct jscope__machine *machine, uint32_t cpu, bool threaded, uint32_t tid,
		       struct jscope__execution *ret_execution)
{
	struct jscope__cpu *place = &machine->cpus[cpu];
	struct jscope__dpc *dpc;

	*ret_execution = (struct jscope__execution){
		.context = { .machine = machine, .cpu = cpu, .tid = tid },
	};
	jscope__machine_lock(machine);
	dpc = queue_take(threaded ? &place->threaded : &place->dpcs);
	if (dpc)
		enter(ret_execution, dpc);
	jscope__machine_unlock(machine);
	return dpc != NULL;
}

jscope_ns jscope__dpc_run(struct jscope__execution *execution)
{
	struct jscope__context *context = &execution->context;
	struct jscope__dpc *dpc = execution->dpc;

	context->more_ns = 0;
	dpc->routine(context, dpc->state, execution->argument);
	if (context->more_ns > 0)
		return context->more_ns;
	jscope__machine_lock(context->machine);
	JSCOPE_PROBE(dpc_exit, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
		     .kind = (uint8_t)dpc->kind, .run = context->dpc_run);
	dpc->running_count--;
	jscope__machine_unlock(context->machine);
	return 0;
}

bool jscope__dpc_run_next(struct jscope__machine *machine, uint32_t cpu, uint32_t tid)
{
	struct jscope__execution execution;

	if (!jscope__dpc_enter(machine, cpu, false, tid, &execution) &&
	    !jscope__dpc_enter(machine, cpu, true, tid, &execution))
		return false;
	while (jscope__dpc_run(&execution) > 0)
		;
	return true;
}
