/* The interrupt side of the miniport: HwStorInterrupt, its DPC, and the completion of requests. */
#include "hba.h"

#include "common/error.h"
#include "fault.h"
#include "jscope/probe.h"

static struct jscope__hba_queue *queue_find(struct jscope__hba *hba,
					    const struct jscope__line *line)
{
	for (uint32_t i = 0; i < hba->settings->queue_count; i++)
		if (&hba->queues[i].line == line)
			return &hba->queues[i];
	return NULL;
}

/* What one interrupt has found. */
struct finding {
	uint32_t causes;
	struct jscope__srb_list completed;
};

/* Read and clear the registers of a queue. Returns false when there was nothing. */
static bool registers_take(struct jscope__hba *hba, struct jscope__hba_queue *queue,
			   struct finding *ret_finding)
{
	const struct finding finding = { queue == &hba->queues[0] ? hba->causes : 0,
					 queue->completed };

	queue->asserted_ns = 0;
	queue->full_ns = 0;
	queue->unsignalled = 0;
	queue->completed = (struct jscope__srb_list){ 0 };
	hba->causes &= ~finding.causes;
	*ret_finding = finding;
	return finding.causes || finding.completed.first;
}

static void irq_note(const struct jscope__context *context, struct finding *finding,
		     const struct jscope__interrupt *interrupt)
{
	for (struct jscope__srb *srb = finding->completed.first; srb; srb = srb->ext.next) {
		srb->at.irq_seq = interrupt->seq;
		srb->at.asserted_ns = interrupt->asserted_ns;
		srb->at.irq_ns = context->entered_ns;
	}
}

/* Leave what was found to the DPC, which serves all that was found before it was entered. */
static void defer(struct jscope__context *context, struct jscope__hba_queue *queue,
		  struct finding *finding, uint64_t seq)
{
	struct jscope__hba *hba = queue->hba;
	const uint64_t found_count = queue->found_count + finding->completed.count;
	jscope_ns insert_ns;

	hba->causes_found |= finding->causes;
	jscope__stor_issue_dpc(context, hba->adapter, &queue->dpc, seq, found_count);
	insert_ns = jscope__machine_stamp(hba->adapter->machine);
	while (finding->completed.first) {
		struct jscope__srb *srb = jscope__command_pop(&finding->completed);

		srb->at.insert_ns = insert_ns;
		srb->ext.found_index = ++queue->found_count;
		jscope__command_push(&queue->found, srb);
	}
}

/* Storage drivers that are in a hurry complete right here, unless there is more to do than that. */
static bool serve_in_isr(const struct jscope__hba *hba, const struct finding *finding)
{
	return hba->settings->from_isr && !finding->causes;
}

bool jscope__hba_interrupt(struct jscope__context *context, void *extension,
			   const struct jscope__interrupt *interrupt)
{
	struct jscope__hba *hba = extension;
	struct jscope__machine *machine = hba->adapter->machine;
	struct jscope__hba_queue *queue = queue_find(hba, interrupt->line);
	struct finding finding = { 0 };
	bool found;

	jscope__machine_lock(machine);
	found = queue && !hba->halted && registers_take(hba, queue, &finding);
	if (found) {
		jscope__line_ack(context, &queue->line, interrupt->seq);
		irq_note(context, &finding, interrupt);
		if (!serve_in_isr(hba, &finding))
			defer(context, queue, &finding, interrupt->seq);
	}
	jscope__machine_unlock(machine);
	while (finding.completed.first)
		jscope__hba_complete(context, hba, jscope__command_pop(&finding.completed),
				     jscope__machine_now(machine));
	return found;
}

static bool strikes(struct jscope__context *context, const struct jscope__hba *hba,
		    enum jscope_fault_kind kind)
{
	return jscope__fault_strike(context, hba->adapter->dev, kind) != NULL;
}

static void tell_service(struct jscope__context *context, struct jscope__hba *hba,
			 struct jscope__srb *srb, uint64_t duration_100ns)
{
	jscope__stor_notification(context, JSCOPE__STOR_IO_TARGET_REQUEST_SERVICE_TIME, hba,
				  duration_100ns, srb);
}

/* What is done with a request that belongs to the port again. The sentences are for nobody. */
static void err_after_completion(struct jscope__context *context, struct jscope__hba *hba,
				 struct jscope__srb *srb, uint64_t duration_100ns,
				 bool service_late)
{
	if (service_late)
		tell_service(context, hba, srb, duration_100ns);
	if (strikes(context, hba, JSCOPE_FAULT_double_completion))
		jscope__stor_notification(context, JSCOPE__STOR_REQUEST_COMPLETE, hba, srb);
	if (strikes(context, hba, JSCOPE_FAULT_use_after_completion))
		JSCOPE_PROBE(stor_issue, .dev = hba->adapter->dev, .irql = context->irql,
			     .srb = srb->id);
	if (strikes(context, hba, JSCOPE_FAULT_completion_after_free))
		hba->stale = srb;
	jscope_error_clear();
}

static uint8_t status_of(struct jscope__context *context, const struct jscope__hba *hba,
			 const struct jscope__srb *srb)
{
	if (strikes(context, hba, JSCOPE_FAULT_complete_pending))
		return JSCOPE__SRB_PENDING;
	if (strikes(context, hba, JSCOPE_FAULT_busy_after_issue))
		return JSCOPE__SRB_BUSY;
	return srb->io.recorded ? srb->io.recorded->status : JSCOPE__SRB_SUCCESS;
}

static uint64_t service_100ns(const struct jscope__srb *srb, jscope_ns done_ns)
{
	if (srb->io.recorded)
		return srb->io.recorded->told_100ns;
	return (uint64_t)(done_ns - srb->ext.programmed_ns) / 100;
}

/* A request that was programmed and done within one tick of the clock has no time to tell. */
void jscope__hba_complete(struct jscope__context *context, struct jscope__hba *hba,
			  struct jscope__srb *srb, jscope_ns done_ns)
{
	const uint64_t duration_100ns = service_100ns(srb, done_ns);
	const bool tells = hba->settings->service_times && duration_100ns > 0;
	const bool late = tells && strikes(context, hba, JSCOPE_FAULT_service_after_completion);

	if (strikes(context, hba, JSCOPE_FAULT_lose_completion))
		return;
	srb->status = status_of(context, hba, srb);
	srb->bytes_done =
		srb->status == JSCOPE__SRB_SUCCESS || srb->io.recorded ? srb->io.bytes : 0;
	if (tells && !late)
		tell_service(context, hba, srb,
			     strikes(context, hba, JSCOPE_FAULT_zero_service) ? 0 : duration_100ns);
	jscope__stor_notification(context, JSCOPE__STOR_REQUEST_COMPLETE, hba, srb);
	err_after_completion(context, hba, srb, duration_100ns, late);
}

/*
 * Take the next request that this run stands for, into the hand of the DPC. A recorded one is not
 * completed before it was then: the run goes on later.
 */
static struct jscope__srb *found_take(struct jscope__context *context,
				      struct jscope__hba_queue *queue, uint64_t last_index,
				      uint32_t put_down)
{
	struct jscope__hba *hba = queue->hba;
	struct jscope__srb *srb = NULL;

	jscope__machine_lock(hba->adapter->machine);
	hba->in_hand -= put_down;
	if (!hba->halted && queue->found.first &&
	    queue->found.first->ext.found_index <= last_index) {
		context->more_ns = jscope__hba_left_ns(hba, queue->found.first);
		if (context->more_ns == 0)
			srb = jscope__command_pop(&queue->found);
	}
	hba->in_hand += srb != NULL;
	jscope__machine_unlock(hba->adapter->machine);
	return srb;
}

static uint32_t causes_take(struct jscope__hba_queue *queue)
{
	struct jscope__hba *hba = queue->hba;
	uint32_t causes = 0;

	if (queue != &hba->queues[0])
		return 0;
	jscope__machine_lock(hba->adapter->machine);
	causes = hba->halted ? 0 : hba->causes_found;
	hba->causes_found = 0;
	jscope__machine_unlock(hba->adapter->machine);
	return causes;
}

void jscope__hba_dpc(struct jscope__context *context, void *state, uint64_t argument)
{
	struct jscope__hba_queue *queue = state;
	struct jscope__hba *hba = queue->hba;
	const jscope_ns done_ns = jscope__machine_now(hba->adapter->machine);
	struct jscope__srb *srb = found_take(context, queue, argument, 0);

	while (srb) {
		jscope__hba_complete(context, hba, srb, done_ns);
		srb = found_take(context, queue, argument, 1);
	}
	if (context->more_ns > 0)
		return;
	jscope__hba_act(context, hba, causes_take(queue));
	jscope__hba_err(context, hba);
}

struct jscope__srb_list jscope__hba_take_all(struct jscope__hba *hba)
{
	struct jscope__srb_list *stations[2 + 2 * JSCOPE__HBA_QUEUES] = { &hba->waiting,
									  &hba->in_flight };
	struct jscope__srb_list all = { 0 };
	unsigned count = 2;

	for (uint32_t i = 0; i < hba->settings->queue_count; i++) {
		stations[count++] = &hba->queues[i].completed;
		stations[count++] = &hba->queues[i].found;
		hba->queues[i].unsignalled = 0;
		hba->queues[i].full_ns = 0;
	}
	for (unsigned i = 0; i < count; i++)
		while (stations[i]->first)
			jscope__command_push(&all, jscope__command_pop(stations[i]));
	return all;
}
