/* StorPort requests: from HwStorStartIo over the device to RequestComplete. */
#include <errno.h>
#include <stdlib.h>

#include "adapter_jscope.h"

enum { SRB_STATUS_PENDING = 0, SRB_STATUS_SUCCESS = 1, SRB_STATUS_MASK = 0x3f };

struct jscope__js_request {
	struct jscope__js_device *device;
	bool entered, started, issued;
	int64_t entry_tid;  /* of the thread that entered HwStorStartIo; -1 unknown */
	jscope_ns told_ns;  /* of the last event that was of it */
	uint64_t in_flight; /* which counting of its device it is in */
	uint64_t number;    /* of its device */
	struct jscope_request record;
};

size_t jscope__js_request_size(void)
{
	return sizeof(struct jscope__js_request);
}

static const char *operation(int64_t scsi)
{
	switch (scsi) {
	case 0x08: /* READ(6), (10), (16), (12) */
	case 0x28:
	case 0x88:
	case 0xa8:
		return "read";
	case 0x0a: /* WRITE(6), (10), (16), (12) */
	case 0x2a:
	case 0x8a:
	case 0xaa:
		return "write";
	case 0x35: /* SYNCHRONIZE CACHE(10), (16) */
	case 0x91:
		return "flush";
	case 0x42: /* UNMAP */
		return "discard";
	default:
		return "";
	}
}

static struct jscope_key request_key(int64_t dev, int64_t srb)
{
	return (struct jscope_key){ (uint32_t)dev, (uint64_t)srb };
}

static void record_init(struct jscope_request *record, const struct jscope__js_device *device,
			int64_t srb, const struct jscope_event *event)
{
	*record = (struct jscope_request){ .device = device->name,
					   .name = "",
					   .id = (uint64_t)srb,
					   .op = "",
					   .cpu = event->cpu,
					   .matched = true,
					   .queued_ns = JSCOPE_NS_UNKNOWN,
					   .issue_ns = JSCOPE_NS_UNKNOWN,
					   .irq_ns = JSCOPE_NS_UNKNOWN,
					   .softirq_ns = JSCOPE_NS_UNKNOWN,
					   .complete_ns = JSCOPE_NS_UNKNOWN,
					   .run_ns = JSCOPE_NS_UNKNOWN,
					   .outstanding = device->flight.count };
}

static void request_begin(struct jscope__js *adapter, struct jscope__js_request *request,
			  int64_t srb, const struct jscope_event *event)
{
	struct jscope__js_device *device = request->device;

	request->entered = request->started = request->issued = false;
	request->told_ns = event->ts_ns;
	request->in_flight = jscope__flight_begin(&device->flight, adapter->output);
	request->number = ++device->request_number;
	record_init(&request->record, device, srb, event);
}

/* The open request of that id, made where there is none: start and issue come in either order. */
static struct jscope__js_request *request_get(struct jscope__js *adapter, int64_t dev, int64_t srb,
					      const struct jscope_event *event)
{
	struct jscope__js_device *device = jscope__js_device_get(adapter, dev);
	const struct jscope_key key = request_key(dev, srb);
	struct jscope__js_request *request;

	if (!device)
		return NULL;
	request = jscope_map_get(adapter->requests, key);
	if (!request)
		request = jscope_map_put(adapter->requests, key);
	if (request && !request->device) {
		request->device = device;
		request_begin(adapter, request, srb, event);
	}
	return request;
}

static bool has_begun(const struct jscope__js_request *request)
{
	return request->entered || request->started || request->issued;
}

/*
 * An object stands for one request after the other. Where events were lost since the trace told of
 * it last, on whatever CPU, the end of its request may be among them, and all that began the next.
 */
static bool is_doubtful(const struct jscope__js *adapter, const struct jscope__js_request *request)
{
	return jscope__output_lost_between(adapter->output, request->told_ns,
					   adapter->output->now_ns);
}

/*
 * What is told as the begin of the queue time of a request without an issue: only if that did not
 * come before, unseen.
 */
static bool is_queue_known(const struct jscope__js *adapter,
			   const struct jscope__js_request *request)
{
	if (request->issued || (request->entered && request->started))
		return true;
	if (request->entered)
		return !jscope__output_lost_between(adapter->output, request->told_ns, INT64_MAX);
	return !request->device->tells_entries && !adapter->output->loss_count;
}

static struct jscope_request record_get(const struct jscope__js *adapter,
					const struct jscope__js_request *request)
{
	struct jscope_request record = request->record;

	if (!is_queue_known(adapter, request))
		record.queued_ns = JSCOPE_NS_UNKNOWN;
	return record;
}

/* It is under way no more. */
static void request_leave(struct jscope__js *adapter, const struct jscope__js_request *request)
{
	jscope__flight_end(&request->device->flight, adapter->output, request->in_flight);
	jscope__js_hold_left(request->device, request->number);
}

/* Its end is not in the trace, or nobody can tell that it is the one that is. */
static void request_cut(struct jscope__js *adapter, const struct jscope__js_request *request)
{
	const struct jscope_request record = record_get(adapter, request);

	jscope__output_request(adapter->output, &record);
	request_leave(adapter, request);
}

/*
 * A request object that is told to begin again has lost its completion: it goes out as cut, and
 * the object stands for another request. Nothing of the first is left to the second.
 */
static void request_renew(struct jscope__js *adapter, struct jscope__js_request *request,
			  int64_t srb, const struct jscope_event *event)
{
	request_cut(adapter, request);
	request_begin(adapter, request, srb, event);
}

void jscope__js_stor_startio_entry(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_stor_startio_entry *slots = (const void *)event->slot;
	struct jscope__js_request *request = request_get(adapter, slots->dev, slots->srb, event);

	if (!request)
		return;
	if (has_begun(request))
		request_renew(adapter, request, slots->srb, event);
	request->entered = true;
	request->entry_tid = JSCOPE__JS_TID(event, stor_startio_entry);
	request->told_ns = event->ts_ns;
	request->device->tells_entries = true;
	request->record.queued_ns = event->ts_ns;
}

/* The adapter was busy: the port keeps the request and comes again. */
static void request_refuse(struct jscope__js *adapter, struct jscope__js_request *request,
			   const struct jscope_slots_stor_start *slots)
{
	request_leave(adapter, request);
	jscope_map_remove(adapter->requests, request_key(slots->dev, slots->srb));
}

/*
 * Where calls are concurrent, the request may be over when HwStorStartIo returns, and its object even
 * in use again, by another thread. So it may be where events were lost.
 */
static bool is_late_return(struct jscope__js *adapter, const struct jscope_event *event)
{
	const struct jscope_slots_stor_start *slots = (const void *)event->slot;
	const struct jscope__js_device *device = jscope__js_device_get(adapter, slots->dev);
	const struct jscope__js_request *request =
		jscope_map_get(adapter->requests, request_key(slots->dev, slots->srb));

	if (!request || !request->entered)
		return (device && device->tells_entries) ||
		       (request && is_doubtful(adapter, request));
	return request->entry_tid != JSCOPE__JS_TID(event, stor_start) ||
	       is_doubtful(adapter, request);
}

/*
 * HwStorStartIo tells when it returns, with the commands handed over already or not: only in the
 * second case is its instant the begin of a queue time.
 */
void jscope__js_stor_start(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_stor_start *slots = (const void *)event->slot;
	struct jscope__js_request *request;

	if (is_late_return(adapter, event))
		return;
	request = request_get(adapter, slots->dev, slots->srb, event);
	if (!request)
		return;
	if (!slots->ret && request->entered && !request->issued) {
		request_refuse(adapter, request, slots);
		return;
	}
	if (request->started)
		request_renew(adapter, request, slots->srb, event);
	request->started = true;
	request->told_ns = event->ts_ns;
	request->record.op = operation(slots->op);
	request->record.bytes = (uint32_t)slots->bytes;
	if (request->record.issue_ns == JSCOPE_NS_UNKNOWN)
		request->record.queued_ns = event->ts_ns;
}

void jscope__js_stor_issue(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_stor_issue *slots = (const void *)event->slot;
	struct jscope__js_request *request = request_get(adapter, slots->dev, slots->srb, event);

	if (!request)
		return;
	if (request->issued || (has_begun(request) && is_doubtful(adapter, request)))
		request_renew(adapter, request, slots->srb, event);
	request->issued = true;
	request->told_ns = event->ts_ns;
	request->record.issue_ns = event->ts_ns;
}

/* Of 100 ns each; more than anybody can mean are as many as there can be. */
static int64_t ticks_of(const struct jscope_slots_stor_service *slots)
{
	const uint64_t ticks = (uint64_t)slots->duration_100ns;

	return ticks > INT64_MAX ? INT64_MAX : (int64_t)ticks;
}

/* The latest instant at which a request can have been issued whose service time is told now. */
static jscope_ns issued_latest_ns(const struct jscope_slots_stor_service *slots, jscope_ns now_ns)
{
	enum { CLOCKS_APART = 1000 }; /* one of so many: whose clock measured it is not known */
	const int64_t ticks = ticks_of(slots);
	const int64_t sure = ticks - ticks / CLOCKS_APART - (ticks > 0);

	return jscope_sub_sat(now_ns, jscope_muldiv(sure, 100, 1));
}

/* Whether a service time is that of the request that the trace knows, where events were lost. */
static bool is_told_of(const struct jscope__js *adapter, const struct jscope__js_request *request,
		       const struct jscope_slots_stor_service *slots, jscope_ns now_ns)
{
	const jscope_ns latest_ns = issued_latest_ns(slots, now_ns);

	return latest_ns >= request->record.issue_ns &&
	       !jscope__output_lost_between(adapter->output, request->told_ns, latest_ns);
}

/*
 * The device tells how long a request took, right before its completion: where nothing was lost
 * until it must have been issued, it is the one that the trace knows.
 */
void jscope__js_stor_service(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_stor_service *slots = (const void *)event->slot;
	struct jscope__js_request *request =
		jscope_map_get(adapter->requests, request_key(slots->dev, slots->srb));

	if (!request || !request->issued)
		return;
	if (adapter->output->loss_count && !is_told_of(adapter, request, slots, event->ts_ns))
		return;
	request->told_ns = event->ts_ns;
	request->record.told_ns = jscope_muldiv(ticks_of(slots), 100, 1);
}

/*
 * The handlers that are open where the completion runs led to it, unless they have ended unseen and
 * others have begun.
 */
static void context_note(const struct jscope__js *adapter, struct jscope__js_place *place,
			 struct jscope_request *record)
{
	struct jscope__js_open *top = place->depth ? &place->stack[place->depth - 1] : NULL;

	if (!top ||
	    jscope__output_lost_between(adapter->output, top->begin_ns, adapter->output->now_ns))
		return;
	if (top->irq_ns >= record->issue_ns)
		record->irq_ns = top->irq_ns;
	if (top->is_dpc && top->begin_ns >= record->issue_ns)
		record->softirq_ns = top->begin_ns;
	record->batch_index = jscope__batch_next(&top->batch, record->device);
}

void jscope__js_request_attach(struct jscope__js_place *place, struct jscope__js_node *node)
{
	node->has_request = place->has_request;
	if (place->has_request)
		node->request = place->request;
	place->has_request = false;
}

void jscope__js_request_settle(struct jscope__js *adapter, struct jscope__js_place *place)
{
	if (place && place->has_request)
		jscope__output_request(adapter->output, &place->request);
	if (place)
		place->has_request = false;
}

/* Take the open request of that id, or stand in for one that the trace lacks. */
static void request_take(struct jscope__js *adapter, struct jscope__js_device *device,
			 const struct jscope_event *event, struct jscope_request *ret_record)
{
	const struct jscope_slots_stor_complete *slots = (const void *)event->slot;
	const struct jscope_key key = request_key(slots->dev, slots->srb);
	const struct jscope__js_request *request = jscope_map_get(adapter->requests, key);
	const bool is_cut = request && is_doubtful(adapter, request);

	if (is_cut)
		request_cut(adapter, request);
	if (!request || is_cut) {
		record_init(ret_record, device, slots->srb, event);
		ret_record->outstanding = jscope__flight_count(&device->flight, adapter->output);
		ret_record->matched = false;
	} else {
		*ret_record = record_get(adapter, request);
		ret_record->matched = ret_record->issue_ns != JSCOPE_NS_UNKNOWN;
		request_leave(adapter, request);
	}
	if (request)
		jscope_map_remove(adapter->requests, key);
}

/* Whom it is to be told to shows what comes next here: a signal, or the end of the handler. */
void jscope__js_stor_complete(void *state, const struct jscope_event *event)
{
	struct jscope__js *adapter = state;
	const struct jscope_slots_stor_complete *slots = (const void *)event->slot;
	struct jscope__js_device *device = jscope__js_device_get(adapter, slots->dev);
	int status = (int)(slots->status & SRB_STATUS_MASK);
	struct jscope_request alone, *record;
	struct jscope__js_place *place;

	if (!device)
		return;
	place = jscope__js_place_get(adapter, event, JSCOPE__JS_TID(event, stor_complete));
	record = place ? &place->request : &alone;
	jscope__js_request_settle(adapter, place);
	device->is_storage = true;
	request_take(adapter, device, event, record);
	record->completed = true;
	record->complete_ns = event->ts_ns;
	record->bytes = (uint32_t)slots->bytes;
	record->status = status == SRB_STATUS_SUCCESS ? 0 : status;
	if (place) {
		context_note(adapter, place, record);
		place->has_request = true;
	} else {
		jscope__output_request(adapter->output, record);
	}
}

static jscope_ns begin_of(const struct jscope_request *record)
{
	return record->queued_ns != JSCOPE_NS_UNKNOWN ? record->queued_ns : record->issue_ns;
}

static int by_begin(const void *a, const void *b)
{
	const struct jscope__js_request *const *left = a, *const *right = b;
	jscope_ns left_ns = begin_of(&(*left)->record), right_ns = begin_of(&(*right)->record);

	if (left_ns != right_ns)
		return left_ns < right_ns ? -1 : 1;
	return ((*left)->record.id > (*right)->record.id) -
	       ((*left)->record.id < (*right)->record.id);
}

static int by_number(const void *a, const void *b)
{
	const struct jscope__js_device *const *left = a, *const *right = b;

	return ((*left)->dev > (*right)->dev) - ((*left)->dev < (*right)->dev);
}

static void requests_open_finish(struct jscope__js *adapter)
{
	size_t count = jscope_map_count(adapter->requests), cursor = 0, i = 0;
	struct jscope__js_request **open =
		calloc(count ? count : 1, sizeof(struct jscope__js_request *));
	struct jscope_key key;
	void *value;

	if (!open) {
		adapter->refused += count;
		return;
	}
	while (i < count && jscope_map_next(adapter->requests, &cursor, &key, &value))
		open[i++] = value;
	qsort(open, i, sizeof(struct jscope__js_request *), by_begin);
	for (size_t k = 0; k < i; k++)
		request_cut(adapter, open[k]);
	free(open);
}

/* The place whose request was completed first and is not handed over yet; NULL for none. */
static struct jscope__js_place *place_oldest(struct jscope__js *adapter)
{
	struct jscope__js_place *oldest = NULL;
	struct jscope_key key;
	size_t cursor = 0;
	void *value;

	while (jscope_map_next(adapter->places, &cursor, &key, &value)) {
		struct jscope__js_place *place = *(void **)value;

		if (place && place->has_request &&
		    (!oldest || place->request.complete_ns < oldest->request.complete_ns))
			oldest = place;
	}
	return oldest;
}

/* What is told of whole devices, in the order of their numbers: a map has none. */
static void devices_finish(struct jscope__js *adapter)
{
	struct jscope__js_device *devices[JSCOPE__JS_DEVICES];
	size_t cursor = 0, count = 0;
	struct jscope_key key;
	void *value;

	while (jscope_map_next(adapter->devices, &cursor, &key, &value))
		if (*(void **)value)
			devices[count++] = *(void **)value;
	qsort(devices, count, sizeof(struct jscope__js_device *), by_number);
	for (size_t i = 0; i < count; i++) {
		jscope__flight_finish(&devices[i]->flight, adapter->output);
		jscope__js_hold_finish(adapter, devices[i]);
	}
}

void jscope__js_request_finish(struct jscope__js *adapter)
{
	struct jscope__js_place *place;

	while ((place = place_oldest(adapter)))
		jscope__js_request_settle(adapter, place);
	requests_open_finish(adapter);
	devices_finish(adapter);
}
