/* Who holds a CPU by the device's own events: handlers, and threads between two of their waits. */
#include <string.h>

#include "adapter_jscope.h"
#include "occupancy.h"

#define IMPORTANCE_HIGH 2
#define KIND_THREADED	1

static struct jscope__occupancy *occupancy_of(void *state)
{
	struct jscope__js *adapter = state;

	return adapter->output->occupancy;
}

static uint32_t thread_of(int64_t tid)
{
	return tid > 0 ? (uint32_t)tid : 0;
}

/* A line belongs to a device: others that share it are asked one by one, and each is told. */
static struct jscope_occupant isr_make(const struct jscope_event *event, int64_t dev, int64_t irq,
				       int64_t tid)
{
	return (struct jscope_occupant){ .holder = JSCOPE_HOLDER_IRQ,
					 .dev = (uint32_t)dev,
					 .id = (uint64_t)irq,
					 .tid = thread_of(tid),
					 .begin_ns = event->ts_ns,
					 .name = "" };
}

static void irq_entered(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_irq_entry *slots = (const void *)event->slot;
	const struct jscope_occupant by =
		isr_make(event, slots->dev, slots->irq, JSCOPE__JS_TID(event, irq_entry));

	jscope__occupancy_begin(occupancy_of(state), event->cpu, &by);
}

static void irq_left(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_irq_exit *slots = (const void *)event->slot;
	const struct jscope_occupant by =
		isr_make(event, slots->dev, slots->irq, JSCOPE__JS_TID(event, irq_exit));

	jscope__occupancy_end(occupancy_of(state), event->cpu, &by);
}

static void dpc_asked(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_dpc_insert *slots = (const void *)event->slot;

	if (slots->inserted)
		jscope__occupancy_queue(occupancy_of(state), (uint32_t)slots->target_cpu,
					(uint32_t)slots->dev, (uint64_t)slots->dpc,
					slots->importance == IMPORTANCE_HIGH);
}

static void dpc_taken_back(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_dpc_remove *slots = (const void *)event->slot;

	jscope__occupancy_unqueue(occupancy_of(state), event->cpu, (uint32_t)slots->dev,
				  (uint64_t)slots->dpc);
}

static struct jscope_occupant dpc_make(const struct jscope_event *event, int64_t dev, int64_t dpc,
				       int64_t kind, int64_t tid)
{
	return (struct jscope_occupant){ .holder = kind == KIND_THREADED
							   ? JSCOPE_HOLDER_THREADED_DPC
							   : JSCOPE_HOLDER_DPC,
					 .dev = (uint32_t)dev,
					 .id = (uint64_t)dpc,
					 .tid = thread_of(tid),
					 .begin_ns = event->ts_ns,
					 .name = "" };
}

/* It leaves the queue at the instant at which it holds the CPU. */
static void dpc_entered(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_dpc_entry *slots = (const void *)event->slot;
	const struct jscope_occupant by = dpc_make(event, slots->dev, slots->dpc, slots->kind,
						   JSCOPE__JS_TID(event, dpc_entry));

	jscope__occupancy_begin(occupancy_of(state), event->cpu, &by);
	jscope__occupancy_unqueue(occupancy_of(state), event->cpu, (uint32_t)slots->dev,
				  (uint64_t)slots->dpc);
}

static void dpc_left(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_dpc_exit *slots = (const void *)event->slot;
	const struct jscope_occupant by = dpc_make(event, slots->dev, slots->dpc, slots->kind,
						   JSCOPE__JS_TID(event, dpc_exit));

	jscope__occupancy_end(occupancy_of(state), event->cpu, &by);
}

/* dev is the device whose event it waits for: a thread may wait for those of several in turn. */
static struct jscope_occupant thread_make(const struct jscope_event *event, int64_t tid,
					  int64_t thread)
{
	return (struct jscope_occupant){ .holder = JSCOPE_HOLDER_THREAD,
					 .id = (uint64_t)tid,
					 .tid = thread_of(thread),
					 .begin_ns = event->ts_ns,
					 .name = "" };
}

static void thread_woke(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_ev_wake *slots = (const void *)event->slot;
	const struct jscope_occupant by =
		thread_make(event, slots->tid, JSCOPE__JS_TID(event, ev_wake));

	jscope__occupancy_begin(occupancy_of(state), event->cpu, &by);
}

static void thread_waits(void *state, const struct jscope_event *event)
{
	const struct jscope_slots_ev_wait *slots = (const void *)event->slot;
	const struct jscope_occupant by =
		thread_make(event, slots->tid, JSCOPE__JS_TID(event, ev_wait));

	jscope__occupancy_end(occupancy_of(state), event->cpu, &by);
}

jscope__handler_fn *jscope__js_occupied(const char *name)
{
	static const struct {
		const char *name;
		jscope__handler_fn *watch;
	} watches[] = {
		{ "irq_entry", irq_entered }, { "irq_exit", irq_left },
		{ "dpc_insert", dpc_asked },  { "dpc_remove", dpc_taken_back },
		{ "dpc_entry", dpc_entered }, { "dpc_exit", dpc_left },
		{ "ev_wake", thread_woke },   { "ev_wait", thread_waits },
	};

	for (size_t i = 0; i < sizeof watches / sizeof watches[0]; i++)
		if (!strcmp(watches[i].name, name))
			return watches[i].watch;
	return NULL;
}
