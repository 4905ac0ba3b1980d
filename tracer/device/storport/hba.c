/* The device side of the HBA: fetching commands, working on them, asserting interrupts. */
#include "hba.h"

#include "fault.h"
#include "jscope/probe.h"
#include "recorded.h"

/* No device is faster; and where all else takes no time, the run would not get ahead. */
#define DEVICE_MIN_NS JSCOPE_NS_PER_US

/* A record of virtual time until the instant shows that it tells. */
#define TOLD_NS 1

/* An interrupt that nobody has heard for so long is asserted again. */
#define REASSERT_NS (10 * JSCOPE_NS_PER_MS)

static jscope_ns min_ns(jscope_ns a, jscope_ns b)
{
	return a < b ? a : b;
}

static jscope_ns max_ns(jscope_ns a, jscope_ns b)
{
	return a > b ? a : b;
}

static struct jscope__machine *machine_of(const struct jscope__hba *hba)
{
	return hba->adapter->machine;
}

static struct jscope__hba_queue *queue_of(struct jscope__hba *hba, const struct jscope__srb *srb)
{
	return &hba->queues[srb->io.channel % hba->settings->queue_count];
}

/* An instant of a recorded request, on the clock of the machine. */
static jscope_ns instant(const struct jscope__hba *hba, jscope_ns recorded_ns)
{
	return recorded_ns == JSCOPE_NS_UNKNOWN
		       ? JSCOPE_NS_UNKNOWN
		       : jscope_add_sat(machine_of(hba)->boot_ns, recorded_ns);
}

/* When that is to be over which began at begin_ns, where it was recorded. */
static jscope_ns over_ns(const struct jscope__hba *hba, jscope_ns recorded_begin_ns,
			 jscope_ns recorded_end_ns, jscope_ns begin_ns)
{
	const jscope_ns end_ns = jscope__recorded_end(instant(hba, recorded_begin_ns),
						      instant(hba, recorded_end_ns), begin_ns);

	return end_ns == JSCOPE_NS_UNKNOWN ? INT64_MAX : jscope_sub_sat(end_ns, TOLD_NS);
}

jscope_ns jscope__hba_left_ns(const struct jscope__hba *hba, const struct jscope__srb *srb)
{
	const struct jscope_recorded_request *recorded = srb->io.recorded;
	jscope_ns left_ns;

	if (!recorded)
		return 0;
	left_ns = jscope_sub_sat(
		over_ns(hba, recorded->irq_ns, recorded->complete_ns, srb->at.irq_ns),
		jscope__machine_now(machine_of(hba)));
	if (recorded->told_100ns > 0)
		left_ns = jscope_sub_sat(left_ns, TOLD_NS);
	return jscope__machine_delay(machine_of(hba), max_ns(left_ns, 0));
}

static void build_io(struct jscope__context *context, void *extension, struct jscope__srb *srb)
{
	(void)context;
	(void)extension;
	srb->ext.due_ns = 0;
	srb->ext.programmed_ns = 0;
	srb->ext.found_index = 0;
}

static bool take(struct jscope__context *context, struct jscope__hba *hba, struct jscope__srb *srb)
{
	const struct jscope__adapter *adapter = hba->adapter;

	/* Only beside others: their completion is what the port waits for. */
	if (adapter->outstanding > 1 &&
	    jscope__fault_strike(context, adapter->dev, JSCOPE_FAULT_miniport_busy)) {
		srb->status = JSCOPE__SRB_BUSY;
		return false;
	}
	if (srb->io.recorded)
		srb->ext.due_ns = over_ns(hba, srb->io.recorded->queued_ns,
					  srb->io.recorded->issue_ns, srb->at.queued_ns);
	jscope__command_insert(&hba->waiting, srb);
	jscope__hba_arm(hba);
	return true;
}

/* Where there are channels the lists have no lock but this. */
static bool start_io(struct jscope__context *context, void *extension, struct jscope__srb *srb)
{
	struct jscope__hba *hba = extension;
	bool taken;

	if (hba->adapter->channels.count == 0)
		return take(context, hba, srb);
	jscope__machine_lock(machine_of(hba));
	taken = take(context, hba, srb);
	jscope__machine_unlock(machine_of(hba));
	return taken;
}

/* When the HBA hands over the next command; INT64_MAX: it cannot. */
static jscope_ns next_issue_ns(const struct jscope__hba *hba, jscope_ns now_ns)
{
	if (!hba->waiting.first || hba->link_down || hba->in_flight.count >= hba->settings->slots)
		return INT64_MAX;
	return max_ns(hba->waiting.first->ext.due_ns, now_ns);
}

static jscope_ns done_ns(struct jscope__context *context, struct jscope__hba *hba,
			 struct jscope__srb *srb, jscope_ns now_ns)
{
	const struct jscope_recorded_request *recorded = srb->io.recorded;

	if (recorded)
		return over_ns(hba, recorded->issue_ns, recorded->irq_ns, srb->at.issue_ns);
	return jscope_add_sat(now_ns,
			      max_ns(jscope__delay_draw(&hba->device_delay, context, srb->number),
				     DEVICE_MIN_NS));
}

/* Hand over what waits. One reading of the clock stands for all of a batch, as in storahci. */
static void issue(struct jscope__context *context, struct jscope__hba *hba)
{
	const jscope_ns now_ns = jscope__machine_now(machine_of(hba));

	while (next_issue_ns(hba, now_ns) <= now_ns) {
		struct jscope__srb *srb = jscope__command_pop(&hba->waiting);

		JSCOPE_PROBE(stor_issue, .dev = hba->adapter->dev, .irql = context->irql,
			     .srb = srb->id);
		srb->at.issue_ns = jscope__machine_stamp(machine_of(hba));
		srb->ext.programmed_ns = now_ns;
		srb->ext.due_ns = done_ns(context, hba, srb, now_ns);
		jscope__command_insert(&hba->in_flight, srb);
	}
}

/* While the link is down, nothing that the device has done gets through. */
static bool is_done(const struct jscope__hba *hba, jscope_ns now_ns)
{
	return hba->in_flight.first && !hba->link_down &&
	       hba->in_flight.first->ext.due_ns <= now_ns;
}

static void finish_due(struct jscope__hba *hba, jscope_ns now_ns)
{
	while (is_done(hba, now_ns)) {
		struct jscope__srb *srb = jscope__command_pop(&hba->in_flight);
		struct jscope__hba_queue *queue = queue_of(hba, srb);
		const jscope_ns at_ns = max_ns(srb->ext.due_ns, hba->link_up_ns);

		srb->at.device_ns = at_ns;
		jscope__command_push(&queue->completed, srb);
		if (queue->unsignalled++ == 0)
			queue->deadline_ns = jscope_add_sat(at_ns, hba->settings->batch_ns);
		if (queue->unsignalled == hba->settings->batch)
			queue->full_ns = at_ns;
	}
}

static bool has_causes(const struct jscope__hba *hba, const struct jscope__hba_queue *queue)
{
	return queue == &hba->queues[0] && hba->causes;
}

/* When a queue wants to assert its interrupt; INT64_MAX: it has no reason to. */
static jscope_ns assertion_ns(const struct jscope__hba *hba, const struct jscope__hba_queue *queue,
			      jscope_ns now_ns)
{
	if (!queue->completed.first && !has_causes(hba, queue))
		return INT64_MAX;
	if (queue->asserted_ns)
		return jscope_add_sat(queue->asserted_ns, REASSERT_NS);
	if (has_causes(hba, queue))
		return now_ns;
	return queue->full_ns ? queue->full_ns : queue->deadline_ns;
}

/* Returns a bit for each queue whose interrupt is to be asserted now, noted as on its way. */
static uint32_t assertions_due(struct jscope__hba *hba, jscope_ns now_ns)
{
	uint32_t due = 0;

	for (uint32_t i = 0; i < hba->settings->queue_count; i++) {
		struct jscope__hba_queue *queue = &hba->queues[i];
		const jscope_ns at_ns = assertion_ns(hba, queue, now_ns);

		if (at_ns > now_ns)
			continue;
		queue->asserted_ns = at_ns;
		due |= 1u << i;
	}
	return due;
}

void jscope__hba_arm(struct jscope__hba *hba)
{
	struct jscope__clock *clock = machine_of(hba)->clock;
	const jscope_ns now_ns = jscope__machine_now(machine_of(hba));
	jscope_ns next_ns = min_ns(next_issue_ns(hba, now_ns), jscope__hba_next_happening_ns(hba));

	if (hba->halted)
		return;
	if (hba->in_flight.first && !hba->link_down)
		next_ns = min_ns(next_ns, hba->in_flight.first->ext.due_ns);
	for (uint32_t i = 0; i < hba->settings->queue_count; i++)
		next_ns = min_ns(next_ns, assertion_ns(hba, &hba->queues[i], now_ns));
	if (next_ns != INT64_MAX)
		clock->ops->timer_arm(clock, &hba->timer, next_ns);
}

static void hba_fire(struct jscope__context *context, void *state)
{
	struct jscope__hba *hba = state;
	struct jscope__machine *machine = machine_of(hba);
	jscope_ns asserted_ns[JSCOPE__HBA_QUEUES];
	uint32_t due = 0;

	jscope__machine_lock(machine);
	if (!hba->halted) {
		const jscope_ns now_ns = jscope__machine_now(machine);

		jscope__hba_happen(context, hba, now_ns);
		finish_due(hba, now_ns);
		issue(context, hba);
		due = assertions_due(hba, now_ns);
		jscope__hba_arm(hba);
	}
	for (uint32_t i = 0; i < hba->settings->queue_count; i++)
		asserted_ns[i] = hba->queues[i].asserted_ns;
	jscope__machine_unlock(machine);
	for (uint32_t i = 0; i < hba->settings->queue_count; i++)
		if (due & 1u << i)
			jscope__line_assert(context, &hba->queues[i].line, asserted_ns[i], 0);
}

const struct jscope__miniport jscope__hba_miniport = {
	.build_io = build_io,
	.start_io = start_io,
	.interrupt = jscope__hba_interrupt,
	.reset_bus = jscope__hba_reset_bus,
};

void jscope__hba_init(struct jscope__hba *hba)
{
	const struct jscope_disk_settings *settings = hba->settings;
	struct jscope__adapter *adapter = hba->adapter;

	hba->timer = (struct jscope__timer){ .fire = hba_fire, .state = hba };
	jscope__delay_init(&hba->device_delay, adapter->machine, &settings->device,
			   JSCOPE_DELAY_DEVICE, adapter->dev, adapter->timer.id);
	for (uint32_t i = 0; i < settings->queue_count; i++) {
		struct jscope__hba_queue *queue = &hba->queues[i];

		queue->hba = hba;
		queue->line.isr = jscope__stor_isr;
		queue->line.state = adapter;
		queue->dpc.routine = jscope__hba_dpc;
		queue->dpc.state = queue;
	}
}
