/* Interrupts and the deferred procedure calls that they ask for. */
#include <string.h>

#include "adapter_jscope.h"

/* Keeps the interrupts of neighbouring lines apart in the table. */
#define LINE_STRIDE 37

/* Each line of a device counts its interrupts for itself. */
static struct jscope__js_irq *irq_slot(struct jscope__js_device *device, int64_t line, uint64_t seq)
{
	return &device->irqs[(seq + (uint32_t)line * (uint64_t)LINE_STRIDE) % JSCOPE__JS_IRQS];
}

static bool irq_is(const struct jscope__js_irq *irq, uint64_t seq)
{
	return seq && irq->entry_ns != JSCOPE_NS_UNKNOWN && irq->seq == seq;
}

static const struct jscope__js_irq *irq_find(struct jscope__js_device *device, int64_t line,
					     uint64_t seq)
{
	const struct jscope__js_irq *irq = irq_slot(device, line, seq);

	return irq_is(irq, seq) && irq->line == (uint32_t)line ? irq : NULL;
}

/* Of any line: of several the latest. */
static const struct jscope__js_irq *irq_find_any(struct jscope__js_device *device, uint64_t seq)
{
	const struct jscope__js_irq *found = NULL;

	for (unsigned i = 0; i < JSCOPE__JS_IRQS; i++) {
		const struct jscope__js_irq *irq = &device->irqs[i];

		if (irq_is(irq, seq) && (!found || found->entry_ns < irq->entry_ns))
			found = irq;
	}
	return found;
}

bool jscope__js_irq_is_known(struct jscope__js_device *device, uint64_t seq)
{
	return irq_find_any(device, seq) != NULL;
}

bool jscope__js_irq_is_disowned(struct jscope__js_device *device, uint64_t seq)
{
	const struct jscope__js_irq *irq = irq_find_any(device, seq);

	return irq && irq->is_disowned;
}

/*
 * Room for a handler that opens, to be filled in; NULL where there is none. What is open already
 * and does not nest in itself has lost its exit.
 */
static struct jscope__js_open *open_push(struct jscope__js *adapter, struct jscope__js_place *place,
					 bool is_dpc, uint64_t line)
{
	if (!place)
		return NULL;
	for (unsigned i = 0; i < place->depth; i++)
		if (place->stack[i].is_dpc == is_dpc && place->stack[i].line == line)
			place->depth = i;
	if (place->depth < JSCOPE__JS_NESTING)
		return &place->stack[place->depth++];
	adapter->refused++;
	return NULL;
}

/* An exit ends its handler and those above it, whose exits were lost. */
static void open_pop(struct jscope__js_place *place, bool is_dpc, uint64_t id)
{
	unsigned i = place ? place->depth : 0;

	while (i > 0 && (place->stack[i - 1].is_dpc != is_dpc || place->stack[i - 1].id != id))
		i--;
	if (i > 0)
		place->depth = i - 1;
}

void jscope__js_irq_entry(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_irq_entry *slots = (const void *)event->slot;
	struct jscope__js_device *device = jscope__js_device_get(adapter, slots->dev);
	const uint64_t line = (uint64_t)slots->dev << 32 | (uint32_t)slots->irq;
	const struct jscope__js_irq irq = { .seq = (uint64_t)slots->seq,
					    .line = (uint32_t)slots->irq,
					    .entry_ns = event->ts_ns,
					    .asserted_ns = slots->true_ts_ns,
					    .cpu = event->cpu };
	struct jscope__js_open *open;

	if (!device)
		return;
	/* Number 0: a device on a shared line that is asked, and has asserted nothing. */
	if (irq.seq)
		*irq_slot(device, slots->irq, irq.seq) = irq;
	open = open_push(adapter,
			 jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, irq_entry)),
			 false, line);
	if (open)
		*open = (struct jscope__js_open){ .line = line,
						  .id = irq.seq,
						  .begin_ns = event->ts_ns,
						  .irq_ns = event->ts_ns,
						  .irq = irq };
}

/* The interrupt of that number whose routine is open here: lines of one device count alike. */
static const struct jscope__js_irq *irq_around(const struct jscope__js_place *place, uint32_t dev,
					       uint64_t seq)
{
	for (unsigned i = place ? place->depth : 0; i > 0; i--) {
		const struct jscope__js_open *open = &place->stack[i - 1];

		if (!open->is_dpc && open->id == seq && open->line >> 32 == dev)
			return &open->irq;
	}
	return NULL;
}

void jscope__js_irq_exit(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_irq_exit *slots = (const void *)event->slot;
	struct jscope__js_device *device = jscope__js_device_get(adapter, slots->dev);
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, irq_exit));
	const struct jscope__js_irq *found =
		irq_around(place, (uint32_t)slots->dev, (uint64_t)slots->seq);
	struct jscope_irq_span span = { .irq = (int32_t)slots->irq,
					.cpu = event->cpu,
					.begin_ns = JSCOPE_NS_UNKNOWN,
					.end_ns = event->ts_ns };
	struct jscope__js_irq irq;

	if (!device)
		return;
	if (!found)
		found = irq_find(device, slots->irq, (uint64_t)slots->seq);
	span.name = device->name;
	span.matched = found != NULL;
	irq = found ? *found : (struct jscope__js_irq){ 0 };
	if (found)
		span.begin_ns = irq.entry_ns;
	jscope__js_request_settle(adapter, place);
	open_pop(place, false, (uint64_t)slots->seq);
	if (irq.seq && !slots->claimed && irq_slot(device, irq.line, irq.seq)->seq == irq.seq)
		irq_slot(device, irq.line, irq.seq)->is_disowned = true;
	jscope__output_irq(adapter->output, &span);
	if (irq.seq && !slots->claimed && device->client)
		jscope__js_client_unclaimed(adapter, device->client, &irq);
}

static struct jscope__js_dpc *dpc_get(struct jscope__js *adapter, int64_t dev, int64_t id)
{
	const struct jscope_key key = { (uint32_t)dev, (uint64_t)id };
	struct jscope__js_dpc *dpc = jscope__js_known(adapter->dpcs, key);

	if (dpc)
		return dpc;
	dpc = jscope__js_object_make(adapter->dpcs, key, sizeof *dpc);
	if (dpc)
		dpc->dev = (uint32_t)dev;
	return dpc;
}

struct jscope__js_run *jscope__js_run_find(struct jscope__js_dpc *dpc, uint64_t run)
{
	struct jscope__js_run *known = &dpc->runs[run % JSCOPE__JS_RUNS];

	return known->known && known->run == run ? known : NULL;
}

static void group_add(struct jscope__js *adapter, struct jscope__js_group *group,
		      const struct jscope__js_cause *cause)
{
	if (group->count < JSCOPE__JS_GROUP) {
		group->causes[group->count++] = *cause;
		return;
	}
	group->incomplete = true;
	adapter->refused++;
}

/* Of a group only what it holds: the table is as large as the longest stall. */
static void group_copy(struct jscope__js_group *group, const struct jscope__js_group *from)
{
	group->count = from->count;
	group->incomplete = from->incomplete;
	memcpy(group->causes, from->causes, from->count * sizeof from->causes[0]);
}

struct jscope__js_cause jscope__js_cause_make(struct jscope__js_device *device, uint64_t seq,
					      const struct jscope__js_place *place,
					      const struct jscope_event *event)
{
	const struct jscope__js_irq *irq =
		device && seq ? irq_around(place, device->dev, seq) : NULL;

	if (!irq && seq && device)
		irq = irq_find_any(device, seq);
	return (struct jscope__js_cause){
		.seq = seq,
		.asserted_ns = irq ? irq->asserted_ns : JSCOPE_NS_UNKNOWN,
		.irq_ns = irq ? irq->entry_ns : JSCOPE_NS_UNKNOWN,
		.queued_ns = event->ts_ns,
		.cpu = irq ? irq->cpu : event->cpu,
	};
}

/*
 * Which execution a request belongs to that found the DPC queued already: the one that is queued;
 * where the trace tells the entry before the request, the one that has just begun, unless the
 * interrupt came after it, or another may have begun unseen; else one whose begin the trace lacks.
 */
static struct jscope__js_group *group_to_join(const struct jscope__js *adapter,
					      struct jscope__js_dpc *dpc,
					      const struct jscope__js_cause *cause)
{
	struct jscope__js_run *latest = dpc->latest;

	if (dpc->queued)
		return &dpc->queue;
	if (latest && !latest->left && cause->irq_ns <= latest->entry_ns &&
	    !jscope__js_lost_since(adapter, latest->entry_ns))
		return &latest->group;
	dpc->queued = true;
	dpc->queue.count = 0;
	dpc->queue.incomplete = true;
	return &dpc->queue;
}

void jscope__js_timer_fire(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_timer_fire *slots = (const void *)event->slot;
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, timer_fire));

	if (!place)
		return;
	place->timer_dev = (uint32_t)slots->dev;
	place->timer_due_ns = slots->due_ns;
	place->timer_fire_ns = event->ts_ns;
}

/* A timer that has just fired where its DPC is asked for is what it is asked for. */
static jscope_ns timer_take(const struct jscope__js *adapter, struct jscope__js_place *place,
			    uint32_t dev)
{
	jscope_ns due_ns = JSCOPE_NS_UNKNOWN;

	if (place && place->timer_due_ns != JSCOPE_NS_UNKNOWN && place->timer_dev == dev &&
	    !jscope__js_lost_since(adapter, place->timer_fire_ns))
		due_ns = place->timer_due_ns;
	if (place)
		place->timer_due_ns = JSCOPE_NS_UNKNOWN;
	return due_ns;
}

/* The execution that asks for another DPC of its device: what led to the one leads to the other. */
static const struct jscope__js_group *group_around(const struct jscope__js *adapter,
						   const struct jscope__js_place *place,
						   const struct jscope__js_dpc *dpc)
{
	const struct jscope__js_open *top = jscope__js_place_sure(adapter, place);

	return top && top->is_dpc && top->dpc != dpc && top->dpc->dev == dpc->dev ? &top->run->group
										  : NULL;
}

static void causes_inherit(struct jscope__js *adapter, struct jscope__js_group *group,
			   const struct jscope__js_group *from, const struct jscope_event *event)
{
	group->incomplete |= from->incomplete;
	for (unsigned i = 0; i < from->count; i++) {
		struct jscope__js_cause cause = from->causes[i];

		cause.queued_ns = event->ts_ns;
		group_add(adapter, group, &cause);
	}
}

void jscope__js_dpc_insert(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_dpc_insert *slots = (const void *)event->slot;
	struct jscope__js_dpc *dpc = dpc_get(adapter, slots->dev, slots->dpc);
	struct jscope__js_device *device = jscope__js_device_get(adapter, slots->dev);
	struct jscope__js_place *place =
		jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, dpc_insert));
	const struct jscope__js_group *around;
	struct jscope__js_group *group;
	struct jscope__js_cause cause;

	if (!dpc)
		return;
	cause = jscope__js_cause_make(device, (uint64_t)slots->caller_seq, place, event);
	if (!cause.seq)
		cause.asserted_ns = timer_take(adapter, place, (uint32_t)slots->dev);
	if (slots->inserted) {
		dpc->queued = true;
		dpc->queue.count = 0;
		dpc->queue.incomplete = false;
	}
	group = slots->inserted ? &dpc->queue : group_to_join(adapter, dpc, &cause);
	around = cause.seq || cause.asserted_ns != JSCOPE_NS_UNKNOWN
			 ? NULL
			 : group_around(adapter, place, dpc);
	group->incomplete |= jscope__js_place_is_doubtful(adapter, place) && !cause.seq;
	if (around && (around->count || around->incomplete))
		causes_inherit(adapter, group, around, event);
	else
		group_add(adapter, group, &cause);
}

void jscope__js_dpc_remove(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_dpc_remove *slots = (const void *)event->slot;
	struct jscope__js_dpc *dpc = dpc_get(adapter, slots->dev, slots->dpc);

	if (dpc && slots->removed)
		dpc->queued = false;
}

/* Of several interrupts none is the one, and others may have come unseen. */
static jscope_ns group_irq_ns(const struct jscope__js_group *group)
{
	return group->count == 1 && !group->incomplete ? group->causes[0].irq_ns
						       : JSCOPE_NS_UNKNOWN;
}

/* Requests since which something was lost: an execution in between may have served them. */
static void group_drop_doubtful(const struct jscope__js *adapter, struct jscope__js_group *group)
{
	unsigned count = 0;

	while (count < group->count &&
	       jscope__js_lost_since(adapter, group->causes[count].queued_ns))
		count++;
	group->count -= count;
	memmove(group->causes, group->causes + count, group->count * sizeof group->causes[0]);
}

/*
 * What asked for the DPC since it was queued; all of it, unless events were lost since. Executions
 * are numbered: of one that follows on the last, what was asked for since is surely this one's.
 */
static void group_take(const struct jscope__js *adapter, struct jscope__js_group *group,
		       const struct jscope__js_group *queue, bool follows)
{
	group_copy(group, queue);
	if (!group->count || !jscope__js_lost_since(adapter, group->causes[0].queued_ns))
		return;
	group->incomplete = true;
	if (!follows)
		group_drop_doubtful(adapter, group);
}

/* A timer asks for its DPC unseen by nature, unless that, or why it did, was lost. */
static bool timer_is_lost(const struct jscope__js *adapter, const struct jscope__js_run *run,
			  jscope_ns since_ns)
{
	const struct jscope__js_group *group = &run->group;

	return run->is_timer &&
	       (!group->count || group->causes[0].asserted_ns == JSCOPE_NS_UNKNOWN) &&
	       jscope__js_lost_since(adapter, since_ns);
}

/* The execution that begins, with what asked for it. */
static struct jscope__js_run *run_begin(const struct jscope__js *adapter,
					struct jscope__js_dpc *dpc,
					const struct jscope_event *event)
{
	enum { KIND_TIMER = 2 };
	const struct jscope_slots_dpc_entry *slots = (const void *)event->slot;
	struct jscope__js_run *run = &dpc->runs[(uint64_t)slots->run % JSCOPE__JS_RUNS];
	const jscope_ns since_ns = dpc->latest ? dpc->latest->entry_ns : JSCOPE_NS_UNKNOWN;
	const bool follows = dpc->latest && dpc->latest->run + 1 == (uint64_t)slots->run;

	run->run = (uint64_t)slots->run;
	run->known = true;
	run->left = run->signalled = false;
	run->is_timer = slots->kind == KIND_TIMER;
	run->entry_ns = event->ts_ns;
	if (dpc->queued) {
		group_take(adapter, &run->group, &dpc->queue, follows);
	} else {
		run->group.count = 0;
		run->group.incomplete = !run->is_timer;
	}
	run->group.incomplete |= timer_is_lost(adapter, run, since_ns);
	dpc->queued = false;
	dpc->latest = run;
	return run;
}

void jscope__js_dpc_entry(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_dpc_entry *slots = (const void *)event->slot;
	struct jscope__js_dpc *dpc = dpc_get(adapter, slots->dev, slots->dpc);
	struct jscope__js_run *run;
	struct jscope__js_open *open;

	if (!dpc)
		return;
	run = run_begin(adapter, dpc, event);
	open = open_push(adapter,
			 jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, dpc_entry)),
			 true, 0);
	if (open)
		*open = (struct jscope__js_open){ .is_dpc = true,
						  .id = (uint64_t)slots->dpc,
						  .begin_ns = event->ts_ns,
						  .irq_ns = group_irq_ns(&run->group),
						  .dpc = dpc,
						  .run = run };
}

void jscope__js_dpc_exit(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_dpc_exit *slots = (const void *)event->slot;
	struct jscope__js_dpc *dpc = dpc_get(adapter, slots->dev, slots->dpc);
	struct jscope__js_place *place;
	struct jscope__js_run *run;

	if (!dpc)
		return;
	place = jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, dpc_exit));
	jscope__js_request_settle(adapter, place);
	open_pop(place, true, (uint64_t)slots->dpc);
	run = jscope__js_run_find(dpc, (uint64_t)slots->run);
	if (!run)
		return;
	run->left = true;
	if (!run->signalled && dpc->client)
		jscope__js_client_unsignalled(adapter, dpc->client, run);
}
