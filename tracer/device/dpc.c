#include "dpc.h"

#include "jscope/probe.h"

static void queue_at_head(struct jscope__cpu *cpu, struct jscope__dpc *dpc)
{
	dpc->next = cpu->dpc_first;
	cpu->dpc_first = dpc;
	if (!cpu->dpc_last)
		cpu->dpc_last = dpc;
}

static void queue_at_tail(struct jscope__cpu *cpu, struct jscope__dpc *dpc)
{
	dpc->next = NULL;
	if (cpu->dpc_last)
		cpu->dpc_last->next = dpc;
	else
		cpu->dpc_first = dpc;
	cpu->dpc_last = dpc;
}

static struct jscope__dpc *queue_take(struct jscope__cpu *cpu)
{
	struct jscope__dpc *dpc = cpu->dpc_first;

	if (!dpc)
		return NULL;
	cpu->dpc_first = dpc->next;
	if (!cpu->dpc_first)
		cpu->dpc_last = NULL;
	return dpc;
}

static void enqueue(struct jscope__machine *machine, struct jscope__dpc *dpc)
{
	struct jscope__cpu *cpu = &machine->cpus[dpc->cpu];

	dpc->queued = true;
	if (dpc->importance == JSCOPE__IMPORTANCE_HIGH)
		queue_at_head(cpu, dpc);
	else
		queue_at_tail(cpu, dpc);
	machine->clock->ops->kick(machine->clock, dpc->cpu);
}

bool jscope__dpc_insert(struct jscope__context *context, struct jscope__dpc *dpc,
			uint64_t caller_seq, uint64_t argument)
{
	struct jscope__machine *machine = context->machine;
	bool inserted;

	jscope__machine_lock(machine);
	inserted = !dpc->queued;
	dpc->argument = argument;
	/* Told before the CPU can see it, so that the trace never shows an entry without its
	 * insert. */
	JSCOPE_PROBE(dpc_insert, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
		     .caller_seq = caller_seq, .target_cpu = machine->cpus[dpc->cpu].number,
		     .importance = (uint8_t)dpc->importance, .inserted = inserted);
	if (inserted)
		enqueue(machine, dpc);
	jscope__machine_unlock(machine);
	return inserted;
}

bool jscope__dpc_is_pending(const struct jscope__machine *machine, uint32_t cpu)
{
	return machine->cpus[cpu].dpc_first != NULL;
}

/* The entry: the object leaves the queue and may be queued again from here on. */
static struct jscope__dpc *enter(struct jscope__context *context, uint32_t cpu,
				 uint64_t *ret_argument)
{
	struct jscope__dpc *dpc;

	jscope__machine_lock(context->machine);
	dpc = queue_take(&context->machine->cpus[cpu]);
	if (dpc) {
		dpc->queued = false;
		dpc->running_count++;
		context->dpc_id = dpc->id;
		context->dpc_run = ++dpc->run_count;
		*ret_argument = dpc->argument;
		JSCOPE_PROBE(dpc_entry, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
			     .run = context->dpc_run);
	}
	jscope__machine_unlock(context->machine);
	return dpc;
}

static void leave(struct jscope__context *context, struct jscope__dpc *dpc)
{
	jscope__machine_lock(context->machine);
	JSCOPE_PROBE(dpc_exit, .dev = dpc->dev, .irql = context->irql, .dpc = dpc->id,
		     .run = context->dpc_run);
	dpc->running_count--;
	jscope__machine_unlock(context->machine);
}

bool jscope__dpc_run_next(struct jscope__machine *machine, uint32_t cpu, uint32_t tid)
{
	struct jscope__context context = { .machine = machine,
					   .irql = JSCOPE__IRQL_DISPATCH,
					   .tid = tid };
	uint64_t argument = 0;
	struct jscope__dpc *dpc = enter(&context, cpu, &argument);

	if (!dpc)
		return false;
	dpc->routine(&context, dpc->state, argument);
	leave(&context, dpc);
	return true;
}
