/* Block requests: issue to completion, by device and sector. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "adapter_lttng.h"
#include "flight.h"

struct device {
	char name[24];
	struct jscope__flight flight;
};

/* One that is issued, and its place in the counting of its device. */
struct issued {
	struct jscope_request request;
	uint64_t in_flight;
};

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
	}
	return *known;
}

static struct jscope_key request_key(const struct jscope__lttng_block_slots *slots)
{
	return (struct jscope_key){ (uint64_t)slots->dev, (uint64_t)slots->sector };
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
		.name = "",
		.id = (uint64_t)slots->sector,
		.op = operation(slots->rwbs),
		.bytes = (uint64_t)(uint32_t)slots->nr_sector * 512,
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

void jscope__lttng_block_insert(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	jscope_ns *insert_ns = jscope_map_put(adapter->inserts, request_key(slots));

	if (insert_ns)
		*insert_ns = event->ts_ns;
}

/*
 * One sector is asked for again and again. Where events were lost since an instant, what was told
 * then may be over, and what is told now may be of the next request, on whatever CPU.
 */
static bool is_doubtful(const struct jscope__lttng *adapter, jscope_ns since_ns)
{
	return jscope__output_lost_between(adapter->output, since_ns, adapter->output->now_ns);
}

static jscope_ns insert_take(struct jscope__lttng *adapter, struct jscope_key key)
{
	const jscope_ns *known = jscope_map_get(adapter->inserts, key);
	jscope_ns insert_ns = JSCOPE_NS_UNKNOWN;

	if (!known)
		return insert_ns;
	if (!is_doubtful(adapter, *known))
		insert_ns = *known;
	jscope_map_remove(adapter->inserts, key);
	return insert_ns;
}

/* Its end is not in the trace, or nobody can tell that it is the one that is. */
static void issued_cut(struct jscope__lttng *adapter, struct device *device,
		       const struct issued *issued)
{
	jscope__output_request(adapter->output, &issued->request);
	jscope__flight_end(&device->flight, issued->in_flight);
}

/* A request issued again under the same key replaces the first, which never completes. */
static void issue_store(struct jscope__lttng *adapter, struct device *device, struct jscope_key key,
			struct jscope_request *request)
{
	struct issued *known = jscope_map_get(adapter->requests, key);
	struct issued issued;

	if (known)
		issued_cut(adapter, device, known);
	issued.in_flight = jscope__flight_begin(&device->flight, adapter->output);
	request->outstanding = device->flight.count;
	issued.request = *request;
	known = jscope_map_put(adapter->requests, key);
	if (known)
		*known = issued;
	else
		issued_cut(adapter, device, &issued);
}

void jscope__lttng_block_issue(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct device *device = device_get(adapter, slots->dev);
	struct jscope_request request;

	if (!device)
		return;
	request = request_make(adapter, device, event);
	request.queued_ns = insert_take(adapter, request_key(slots));
	request.issue_ns = event->ts_ns;
	if (request.empty)
		jscope__output_request(adapter->output, &request);
	else
		issue_store(adapter, device, request_key(slots), &request);
}

/*
 * Where the completion runs tells how the interrupt came to it: in the handler itself, or in what
 * one interrupt deferred to a softirq, a thread, or a work item.
 */
static void context_note(struct jscope_request *request, const struct jscope__lttng_cpu *cpu)
{
	const struct jscope__lttng_open *top = jscope__lttng_cpu_top(cpu);

	if (!top)
		return;
	request->irq_ns = top->irq_ns;
	request->softirq_ns = top->deferred_ns;
	/* A handler entered before the issue served another request. */
	if (request->issue_ns != JSCOPE_NS_UNKNOWN && request->irq_ns < request->issue_ns)
		request->irq_ns = JSCOPE_NS_UNKNOWN;
	if (request->issue_ns != JSCOPE_NS_UNKNOWN && request->softirq_ns < request->issue_ns)
		request->softirq_ns = JSCOPE_NS_UNKNOWN;
}

/* The request that a completion closes: same key, same size. Else one that is only counted. */
static struct jscope_request issue_take(struct jscope__lttng *adapter, struct device *device,
					const struct jscope_event *event)
{
	const struct jscope__lttng_block_slots *slots = (const void *)event->slot;
	struct jscope_request request = request_make(adapter, device, event);
	const struct issued *issued = jscope_map_get(adapter->requests, request_key(slots));

	if (request.empty || !issued || issued->request.bytes != request.bytes) {
		request.matched = false;
		return request;
	}
	if (is_doubtful(adapter, issued->request.issue_ns)) {
		issued_cut(adapter, device, issued);
		request.matched = false;
		request.outstanding = device->flight.count;
	} else {
		request = issued->request;
		jscope__flight_end(&device->flight, issued->in_flight);
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

	if (!device || !cpu)
		return;
	jscope__lttng_completion_end(adapter, cpu);
	cpu->completed = issue_take(adapter, device, event);
	cpu->completed.completed = true;
	cpu->completed.complete_ns = event->ts_ns;
	cpu->completed.status = (int)(slots->error ? slots->error : slots->errors);
	context_note(&cpu->completed, cpu);
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

/* Requests that the end of the trace cut, in the order of their issue: a map has none. */
void jscope__lttng_block_finish(struct jscope__lttng *adapter)
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
