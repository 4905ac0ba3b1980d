#include "line.h"

#include "fault.h"
#include "jscope/probe.h"

void jscope__line_share(struct jscope__line *line, struct jscope__line *shared)
{
	struct jscope__line *last = shared;

	if (!shared->shared_next)
		shared->shared_next = shared;
	while (last->shared_next != shared)
		last = last->shared_next;
	last->shared_next = line;
	line->shared_next = shared;
}

static void pass_on(struct jscope__context *context, const struct jscope__interrupt *interrupt)
{
	struct jscope__clock *clock = context->machine->clock;

	clock->ops->interrupt(clock, interrupt);
}

static bool pending_take(struct jscope__context *context, struct jscope__line *line,
			 struct jscope__interrupt *ret_interrupt)
{
	struct jscope__machine *machine = context->machine;
	bool due;

	jscope__machine_lock(machine);
	due = line->pending_count > 0 &&
	      line->pending_due_ns[line->pending_first] <= jscope__machine_now(machine);
	if (due) {
		*ret_interrupt = line->pending[line->pending_first];
		line->pending_first = (line->pending_first + 1) % JSCOPE__LINE_PENDING;
		line->pending_count--;
	} else if (line->pending_count > 0) {
		machine->clock->ops->timer_arm(machine->clock, &line->timer,
					       line->pending_due_ns[line->pending_first]);
	}
	jscope__machine_unlock(machine);
	return due;
}

static void pending_fire(struct jscope__context *context, void *state)
{
	struct jscope__interrupt interrupt;

	while (pending_take(context, state, &interrupt))
		pass_on(context, &interrupt);
}

/* Hold an interrupt back until its delay is over, and never before one that was asserted earlier. */
static bool pending_put(struct jscope__context *context, const struct jscope__interrupt *interrupt,
			jscope_ns due_ns)
{
	struct jscope__line *line = interrupt->line;
	unsigned place = (line->pending_first + line->pending_count) % JSCOPE__LINE_PENDING;
	unsigned newest = (place + JSCOPE__LINE_PENDING - 1) % JSCOPE__LINE_PENDING;

	if (line->pending_count == JSCOPE__LINE_PENDING)
		return false;
	if (line->pending_count > 0 && line->pending_due_ns[newest] > due_ns)
		due_ns = line->pending_due_ns[newest];
	line->pending[place] = *interrupt;
	line->pending_due_ns[place] = due_ns;
	if (line->pending_count++ == 0) {
		line->timer.fire = pending_fire;
		line->timer.state = line;
		context->machine->clock->ops->timer_arm(context->machine->clock, &line->timer,
							due_ns);
	}
	return true;
}

void jscope__line_assert(struct jscope__context *context, struct jscope__line *line,
			 jscope_ns asserted_ns, uint64_t argument)
{
	struct jscope__machine *machine = context->machine;
	struct jscope__interrupt interrupt = { line, ++line->seq_last, asserted_ns, argument };
	jscope_ns delay_ns;
	bool held;

	if (jscope__fault_strike(context, line->dev, JSCOPE_FAULT_drop_interrupt))
		return;
	jscope__machine_lock(machine);
	delay_ns = jscope__delay_draw(&line->interrupt_delay, context, interrupt.seq);
	held = delay_ns != JSCOPE__DELAY_NEVER && (delay_ns > 0 || line->pending_count > 0) &&
	       pending_put(context, &interrupt,
			   jscope_add_sat(jscope__machine_now(machine), delay_ns));
	jscope__machine_unlock(machine);
	if (!held && delay_ns != JSCOPE__DELAY_NEVER)
		pass_on(context, &interrupt);
}

static void tell_entry(struct jscope__service *service, const struct jscope__line *line)
{
	const struct jscope__interrupt *interrupt = &service->interrupt;

	JSCOPE_PROBE(irq_entry, .dev = line->dev, .irql = service->context.irql,
		     .irq = line->number, .seq = line == interrupt->line ? interrupt->seq : 0,
		     .true_ts_ns = (uint64_t)interrupt->asserted_ns);
	service->context.entered_ns = jscope__machine_stamp(service->context.machine);
}

static struct jscope__line *first_asked(const struct jscope__interrupt *interrupt)
{
	struct jscope__line *line = interrupt->line;
	uint32_t dev = line->dev;

	/* The ring is in the order of connection from the lowest device number on. */
	for (struct jscope__line *next = line->shared_next; next && next != interrupt->line;
	     next = next->shared_next)
		if (next->dev < dev) {
			line = next;
			dev = next->dev;
		}
	return line;
}

void jscope__line_enter(struct jscope__machine *machine, const struct jscope__interrupt *interrupt,
			uint32_t cpu, uint32_t tid, struct jscope__service *ret_service)
{
	*ret_service = (struct jscope__service){
		.context = { .machine = machine,
			     .cpu = cpu,
			     .irql = JSCOPE__IRQL_DEVICE,
			     .tid = tid },
		.interrupt = *interrupt,
	};
	tell_entry(ret_service, first_asked(interrupt));
	jscope__machine_lock(machine);
	ret_service->delay_ns = jscope__delay_draw(&interrupt->line->dispatch_delay,
						   &ret_service->context, interrupt->seq);
	jscope__machine_unlock(machine);
	ret_service->delay_ns =
		jscope_add_sat(ret_service->delay_ns,
			       jscope__fault_delay(&ret_service->context, interrupt->line->dev,
						   JSCOPE_FAULT_stretch_isr));
}

/* The routine of a line, which whoever shares the line may disconnect meanwhile. */
static jscope__isr_fn *routine_of(struct jscope__machine *machine, const struct jscope__line *line)
{
	jscope__isr_fn *isr;

	jscope__machine_lock(machine);
	isr = line->isr;
	jscope__machine_unlock(machine);
	return isr;
}

/* Ask one device. Returns whether it claimed the interrupt. */
static bool ask(struct jscope__service *service, struct jscope__line *line)
{
	const struct jscope__interrupt *interrupt = &service->interrupt;
	jscope__isr_fn *const isr = routine_of(service->context.machine, line);
	const bool claimed = isr && isr(&service->context, line->state, interrupt);

	JSCOPE_PROBE(irq_exit, .dev = line->dev, .irql = service->context.irql, .irq = line->number,
		     .seq = line == interrupt->line ? interrupt->seq : 0, .claimed = claimed);
	return claimed;
}

void jscope__line_serve(struct jscope__service *service)
{
	struct jscope__line *first = first_asked(&service->interrupt), *line = first;

	while (!ask(service, line) && line->shared_next && line->shared_next != first) {
		line = line->shared_next;
		tell_entry(service, line);
	}
}

void jscope__line_deliver(struct jscope__machine *machine,
			  const struct jscope__interrupt *interrupt, uint32_t cpu, uint32_t tid)
{
	struct jscope__service service;

	jscope__line_enter(machine, interrupt, cpu, tid, &service);
	jscope__line_serve(&service);
}

void jscope__line_ack(struct jscope__context *context, struct jscope__line *line, uint64_t seq)
{
	JSCOPE_PROBE(irq_ack, .dev = line->dev, .irql = context->irql, .irq = line->number,
		     .seq = seq);
}
