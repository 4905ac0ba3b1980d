/*
 * Block requests: issue to completion. They are paired by the request where the trace names it, else by
 * device and sector with equal size.
 *
 *   insert ─▶ issue ─▶ (requeue ─▶ issue)* ─▶ (complete a part)* ─▶ complete the rest
 *
 * A driver that sends a request back did not take it: the latency begins at the last issue, as the
 * kernel itself counts it, and the queue lasts from the first insertion to that. Requests that were
 * never inserted went to the driver directly; sent back, they are queued since their first issue.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapter_lttng.h"
#include "flight.h"

struct device {
	char name[24];
	char disk[32]; /* as the trace tells it, else "" */
	struct jscope__flight flight;
};

/* One that waits for its issue. */
struct queued {
	jscope_ns at_ns;
	int64_t dev;
	uint64_t sector;
	uint64_t done_bytes;	/* before it was sent back */
	unsigned requeue_count; /* how often that was */
};

/* One that is issued, and its place in the counting of its device. */
struct issued {
	struct jscope_request request;
	struct device *device; /* that it was issued to */
	uint64_t in_flight;
	uint64_t left_bytes;
};

size_t jscope__lttng_queued_size(void)
{
	return sizeof(struct queued);
}

size_t jscope__lttng_issued_size(void)
{
	return sizeof(struct issued);
}

/* LTTng keeps the device number of the kernel: 12 bits major, 20 bits minor. */
static struct device *device_get(struct jscope__lttng *adapter, int64_t dev)
{
	struct device **known =
		jscope_map_put(adapter->devices, (struct jscope_key){ 0, (uint64_t)dev });

	if (!known)
		return NULL;
	if (!*known) {
		*known = calloc(1, sizeof **known);
		if (!*known)
			return NULL;
		snprintf((*known)->name, sizeof(*known)->name, "%u:%u",
			 (unsigned)((uint32_t)dev >> 20), (unsigned)((uint32_t)dev & 0xfffff));
		(*known)->flight.device = (*known)->name;
	}
	return *known;
}

void jscope__lttng_disk_told(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_disk_slots *slots = (const void *)event->slot;
	struct device *device = device_get(adapter, slots->dev);

	if (device)
		snprintf(device->disk, sizeof device->disk, "%s",
			 adapter->reader->ops->string(adapter->reader, slots->name));
}

/* No device has the number of a request. */
static struct jscope_key request_key(const struct jscope__lttng_block_slots *slots)
{
	if (slots->rq)
		return (struct jscope_key){ UINT64_MAX, (uint64_t)slots->rq };
	return (struct jscope_key){ (uint64_t)slots->dev, (uint64_t)slots->sector };
}

static uint64_t byte_count(const struct jscope__lttng_block_slots *slots)
{
	return (uint64_t)(uint32_t)slots->nr_sector * 512;
}

/* RWBS_FLAG_* of lttng-modules; a write that discards is a discard. */
static const char *operation(int64_t rwbs)
{
	static const struct {
		unsigned bit;
		const char *name;
	} operations[] = { { 1, "discard" }, { 8, "flush" }, { 0, "write" }, { 2, "read" } };

	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if (rwbs & 1 << operations[i].bit)
			return operations[i].name;
	return "";
}

static struct jscope_request request_make(const struct jscope__lttng *adapter,
					  struct device *device, const struct jscope_event *event)
{
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;

	return (struct jscope_request){
		.device = device->name,
		.name = device->disk,
		.id = (uint64_t)slots->sector,
		.op = operation(slots->rwbs),
		.bytes = byte_count(slots),
		.has_tag = slots->tag >= 0,
		.tag = (int)slots->tag,
		.cpu = event->cpu,
		.empty = !(uint32_t)slots->nr_sector,
		.matched = true,
		.queued_ns = JSCOPE_NS_UNKNOWN,
		.issue_ns = JSCOPE_NS_UNKNOWN,
		.irq_ns = JSCOPE_NS_UNKNOWN,
		.softirq_ns = JSCOPE_NS_UNKNOWN,
		.complete_ns = JSCOPE_NS_UNKNOWN,
		.run_ns = JSCOPE_NS_UNKNOWN,
		.outstanding = jscope__flight_count(&device->flight, adapter->output),
	};
}

/*
 * One sector is asked for again and again. Where events were lost since an instant, what was told
 * then may be over, and what is told now may be of the next request, on whatever CPU.
 */
static bool is_doubtful(const struct jscope__lttng *adapter, jscope_ns since_ns)
{
	return jscope__output_lost_between(adapter->output, since_ns, adapter->output->now_ns);
}

/* An insertion that follows on being sent back is not the first one. */
void jscope__lttng_block_insert(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct queued *queued = jscope_map_put(adapter->inserts, request_key(slots));

	if (!queued)
		return;
	if (queued->requeue_count && queued->dev == slots->dev &&
	    queued->sector == (uint64_t)slots->sector)
		return;
	*queued = (struct queued){ .at_ns = event->ts_ns,
				   .dev = slots->dev,
				   .sector = (uint64_t)slots->sector };
}

/*
 * Whether an insertion belongs to an issue. Others may have been merged into the request in between,
 * at either end of it; one that was itself merged into another ends without an issue, and then its
 * object is that of any other request.
 */
static bool is_of(const struct queued *queued, const struct jscope__lttng_block_slots *slots)
{
	uint64_t from_begin = queued->sector - (uint64_t)slots->sector;

	return queued->dev == slots->dev &&
	       (from_begin == 0 || from_begin < (uint32_t)slots->nr_sector);
}

static void queued_take(struct jscope__lttng *adapter,
			const struct jscope__lttng_block_slots *slots,
			struct jscope_request *request)
{
	const struct queued *queued = jscope_map_get(adapter->inserts, request_key(slots));

	if (!queued)
		return;
	if (!is_doubtful(adapter, queued->at_ns) && is_of(queued, slots)) {
		request->queued_ns = queued->at_ns;
		request->requeue_count = queued->requeue_count;
		request->bytes += queued->done_bytes;
	}
	jscope_map_remove(adapter->inserts, request_key(slots));
}

static void flight_end(const struct jscope__lttng *adapter, const struct issued *issued)
{
	if (!issued->request.empty)
		jscope__flight_end(&issued->device->flight, adapter->output, issued->in_flight);
}

/*
 * The request that is issued. Disks of one controller share their requests: where the end of one is
 * not in the trace, another disk's may have its object.
 */
static struct issued *issued_get(struct jscope__lttng *adapter, const struct device *device,
				 const struct jscope__lttng_block_slots *slots)
{
	struct issued *issued = jscope_map_get(adapter->requests, request_key(slots));

	return issued && issued->device == device ? issued : NULL;
}

/* Its end is not in the trace, or nobody can tell that it is the one that is. */
static void issued_cut(struct jscope__lttng *adapter, const struct issued *issued)
{
	jscope__output_request(adapter->output, &issued->request);
	flight_end(adapter, issued);
}

/* A request issued again under the same key replaces the first, which never completes. */
static void issue_store(struct jscope__lttng *adapter, struct device *device,
			const struct jscope__lttng_block_slots *slots,
			struct jscope_request *request)
{
	const struct jscope_key key = request_key(slots);
	struct issued *known = jscope_map_get(adapter->requests, key);
	struct issued issued = { .device = device, .left_bytes = byte_count(slots) };

	if (known)
		issued_cut(adapter, known);
	if (!request->empty) {
		issued.in_flight = jscope__flight_begin(&device->flight, adapter->output);
		request->outstanding = device->flight.count;
	}
	issued.request = *request;
	known = jscope_map_put(adapter->requests, key);
	if (known)
		*known = issued;
	else
		issued_cut(adapter, &issued);
}

/* Without its name the completion of an empty request cannot be told from that of others. */
void jscope__lttng_block_issue(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct device *device = device_get(adapter, slots->dev);
	struct jscope_request request;

	if (!device)
		return;
	request = request_make(adapter, device, event);
	queued_take(adapter, slots, &request);
	request.issue_ns = event->ts_ns;
	if (request.empty && !slots->rq)
		jscope__output_request(adapter->output, &request);
	else
		issue_store(adapter, device, slots, &request);
}

/* The driver could not take it now: it waits again. */
void jscope__lttng_block_requeue(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct device *device = device_get(adapter, slots->dev);
	const struct issued *issued = device ? issued_get(adapter, device, slots) : NULL;
	struct queued *queued;

	if (!issued)
		return;
	queued = jscope_map_put(adapter->inserts, request_key(slots));
	if (queued)
		*queued = (struct queued){
			.at_ns = issued->request.queued_ns != JSCOPE_NS_UNKNOWN
					 ? issued->request.queued_ns
					 : issued->request.issue_ns,
			.dev = slots->dev,
			.sector = (uint64_t)slots->sector,
			.done_bytes = issued->request.bytes - issued->left_bytes,
			.requeue_count = issued->request.requeue_count + 1,
		};
	flight_end(adapter, issued);
	jscope_map_remove(adapter->requests, request_key(slots));
}

static enum jscope_route route_of(const struct jscope__lttng_open *top)
{
	if (!top)
		return JSCOPE_ROUTE_TASK;
	if (top->kind == JSCOPE_CONTEXT_SOFTIRQ)
		return JSCOPE_ROUTE_SOFTIRQ;
	switch (top->what) {
	case JSCOPE__LTTNG_IRQ:
		return JSCOPE_ROUTE_IRQ;
	case JSCOPE__LTTNG_IRQ_THREAD:
		return JSCOPE_ROUTE_THREAD;
	case JSCOPE__LTTNG_WORK:
		return JSCOPE_ROUTE_WORK;
	default:
		return JSCOPE_ROUTE_TIMER;
	}
}

/*
 * Where the completion runs tells how the interrupt came to it: in the handler itself, or in what
 * one interrupt deferred to a softirq, a thread, or a work item.
 */
static void context_note(struct jscope_request *request, struct jscope__lttng_cpu *cpu, bool sure)
{
	struct jscope__lttng_open *top = cpu->depth ? &cpu->stack[cpu->depth - 1] : cpu->thread;

	request->route = sure ? route_of(top) : JSCOPE_ROUTE_UNKNOWN;
	if (!top)
		return;
	top->is_told = true;
	request->irq_ns = top->irq_ns;
	request->softirq_ns = top->deferred_ns;
	if (!request->empty)
		request->batch_index = jscope__batch_next(&top->batch, request->device);
	/* A handler entered before the issue served another request. */
	if (request->issue_ns != JSCOPE_NS_UNKNOWN && request->irq_ns < request->issue_ns)
		request->irq_ns = JSCOPE_NS_UNKNOWN;
	if (request->issue_ns != JSCOPE_NS_UNKNOWN && request->softirq_ns < request->issue_ns)
		request->softirq_ns = JSCOPE_NS_UNKNOWN;
}

/* The request that a completion is of: by its name, or of the same size. */
static struct issued *issued_find(struct jscope__lttng *adapter, const struct device *device,
				  const struct jscope__lttng_block_slots *slots)
{
	struct issued *issued = issued_get(adapter, device, slots);

	if (slots->rq || !issued)
		return issued;
	return byte_count(slots) && issued->request.bytes == byte_count(slots) ? issued : NULL;
}

/*
 * To flush, the block layer issues a request of its own, and ends the one that asked for it behind
 * that: this one never went to a driver, and whoever it wakes waited for the flush.
 */
static bool is_of_flush(const struct jscope__lttng_block_slots *slots)
{
	return slots->rq && slots->tag < 0 && !byte_count(slots);
}

/* A driver may complete a request part by part. */
static bool is_part(struct issued *issued, const struct jscope__lttng_block_slots *slots)
{
	if (byte_count(slots) >= issued->left_bytes)
		return false;
	issued->left_bytes -= byte_count(slots);
	return true;
}

/* The issued request that ends here; else one that is only counted. */
static struct jscope_request issued_take(struct jscope__lttng *adapter, struct device *device,
					 const struct issued *issued,
					 const struct jscope_event *event)
{
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct jscope_request request = request_make(adapter, device, event);

	request.matched = false;
	if (!issued)
		return request;
	if (is_doubtful(adapter, issued->request.issue_ns)) {
		issued_cut(adapter, issued);
		request.outstanding = device->flight.count;
	} else {
		request = issued->request;
		flight_end(adapter, issued);
	}
	jscope_map_remove(adapter->requests, request_key(slots));
	return request;
}

void jscope__lttng_block_complete(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct device *device = device_get(adapter, slots->dev);
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct issued *issued;

	if (!device || !cpu)
		return;
	issued = issued_find(adapter, device, slots);
	if (!issued && is_of_flush(slots))
		return;
	jscope__lttng_completion_end(adapter, cpu);
	jscope__lttng_call_bound(adapter, cpu);
	if (issued && is_part(issued, slots))
		return;
	cpu->completed = issued_take(adapter, device, issued, event);
	cpu->completed.completed = true;
	cpu->completed.complete_ns = event->ts_ns;
	cpu->completed.status = (int)(slots->error ? slots->error : slots->errors);
	context_note(&cpu->completed, cpu, jscope__lttng_cpu_is_sure(cpu));
	cpu->completed_depth = cpu->depth;
	cpu->has_completed = true;
}

void jscope__lttng_completion_end(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu)
{
	if (cpu->has_completed)
		jscope__output_request(adapter->output, &cpu->completed);
	cpu->has_completed = false;
}

static int by_issue(const void *a, const void *b)
{
	const struct jscope_request *left = *(const struct jscope_request *const *)a;
	const struct jscope_request *right = *(const struct jscope_request *const *)b;

	if (left->issue_ns != right->issue_ns)
		return left->issue_ns < right->issue_ns ? -1 : 1;
	return left->id < right->id ? -1 : left->id > right->id;
}

static void flights_finish(struct jscope__lttng *adapter)
{
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (jscope_map_next(adapter->devices, &cursor, &key, &value))
		if (*(struct device **)value)
			jscope__flight_finish(&(*(struct device **)value)->flight, adapter->output);
}

/* Requests that the end of the trace cut, in the order of their issue: a map has none. */
static void requests_finish(struct jscope__lttng *adapter)
{
	size_t count = jscope_map_count(adapter->requests), cursor = 0, i = 0;
	struct jscope_request **open = calloc(count ? count : 1, sizeof(struct jscope_request *));
	struct jscope_key key;
	void *value;

	if (!open) {
		adapter->refused += count;
		return;
	}
	while (i < count && jscope_map_next(adapter->requests, &cursor, &key, &value))
		open[i++] = &((struct issued *)value)->request;
	qsort(open, i, sizeof(struct jscope_request *), by_issue);
	for (size_t k = 0; k < i; k++)
		jscope__output_request(adapter->output, open[k]);
	free(open);
}

void jscope__lttng_block_finish(struct jscope__lttng *adapter)
{
	requests_finish(adapter);
	flights_finish(adapter);
}
