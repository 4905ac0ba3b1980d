#include "requests.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session.h"

enum { SRB_STATUS_SUCCESS = 0x01, SRB_STATUS_ERROR = 0x04, SRB_STATUS_BUSY = 0x05 };

bool jscope__like_is_adapter(const char *device)
{
	return strchr(device, ':') == NULL;
}

static uint8_t operation(const char *op)
{
	static const struct {
		const char *name;
		uint8_t code;
	} operations[] = {
		{ "read", 0x28 },    /* READ(10) */
		{ "write", 0x2a },   /* WRITE(10) */
		{ "flush", 0x35 },   /* SYNCHRONIZE CACHE(10) */
		{ "discard", 0x42 }, /* UNMAP */
	};

	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if (strcmp(op, operations[i].name) == 0)
			return operations[i].code;
	return 0x00; /* TEST UNIT READY: none of them */
}

/* A port takes a busy one for one to be tried again, which the recorded one was not. */
static uint8_t status_of(const struct jscope_request *request)
{
	if (request->status == 0)
		return SRB_STATUS_SUCCESS;
	if (!jscope__like_is_adapter(request->device) || request->status == SRB_STATUS_BUSY)
		return SRB_STATUS_ERROR;
	return (uint8_t)request->status;
}

/* The number of a disk by its name, a new one if need be; JSCOPE_DISKS_MAX: there is no room. */
static unsigned disk_find(struct jscope__like_requests *requests, const char *name)
{
	unsigned i = 0;

	while (i < requests->disk_count && strcmp(requests->disks[i], name) != 0)
		i++;
	if (i == requests->disk_count && i < JSCOPE_DISKS_MAX) {
		snprintf(requests->disks[i], sizeof requests->disks[i], "%s", name);
		requests->disk_count++;
	}
	return i;
}

static int request_add(struct jscope__like_requests *requests, const struct jscope_request *request,
		       unsigned disk)
{
	struct jscope__like_request *list =
		jscope__like_grow(requests->list, requests->count, &requests->size, sizeof *list);

	if (!list)
		return -ENOMEM;
	requests->list = list;
	list[requests->count++] = (struct jscope__like_request){
		.queued_ns = request->queued_ns,
		.issue_ns = request->issue_ns,
		.irq_ns = request->irq_ns,
		.softirq_ns = request->softirq_ns,
		.complete_ns = request->completed ? request->complete_ns : JSCOPE_NS_UNKNOWN,
		.run_ns = request->run_ns,
		.told_ns = request->told_ns,
		.bytes = request->bytes,
		.op = operation(request->op),
		.status = status_of(request),
		.disk = disk,
	};
	return 0;
}

/* One that waited to the end of the trace never was issued. */
static bool is_placed(const struct jscope_request *request)
{
	if (!request->matched)
		return false;
	return request->issue_ns != JSCOPE_NS_UNKNOWN ||
	       (request->queued_ns != JSCOPE_NS_UNKNOWN && !request->completed);
}

void jscope__like_requests_settle(struct jscope__like_requests *requests)
{
	size_t kept = 0;

	for (size_t i = 0; i < requests->count; i++)
		if (!requests->is_lossy || requests->list[i].complete_ns != JSCOPE_NS_UNKNOWN)
			requests->list[kept++] = requests->list[i];
	requests->cut += requests->count - kept;
	requests->count = kept;
}

int jscope__like_requests_note(struct jscope__like_requests *requests,
			       const struct jscope_request *request)
{
	unsigned disk;

	requests->total++;
	if (request->empty) {
		requests->empty++;
		return 0;
	}
	if (!is_placed(request)) {
		requests->cut++;
		return 0;
	}
	disk = disk_find(requests, request->device);
	if (disk == JSCOPE_DISKS_MAX || requests->count == JSCOPE__LIKE_REQUESTS_MAX) {
		requests->left_out++;
		return 0;
	}
	return request_add(requests, request, disk);
}
