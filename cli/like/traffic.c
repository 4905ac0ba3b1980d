#include "traffic.h"

#include <errno.h>
#include <stdlib.h>

#include "lanes.h"

/* Records of virtual time from the entry of a DPC to a completion in it. */
#define COMPLETE_TOLD_NS 3

/* And from the queuing of a request to its issue. */
#define ISSUE_TOLD_NS 1

/* Completions without an interrupt that follow each other so closely have one. */
#define TOGETHER_NS 8

static bool is_known(jscope_ns at_ns)
{
	return at_ns != JSCOPE_NS_UNKNOWN;
}

static bool is_within(jscope_ns at_ns, jscope_ns begin_ns, jscope_ns end_ns)
{
	return is_known(at_ns) && at_ns >= begin_ns && at_ns <= end_ns;
}

static int by_completion(const void *left, const void *right)
{
	const struct jscope__like_request *a = left, *b = right;

	if (a->complete_ns != b->complete_ns)
		return a->complete_ns < b->complete_ns ? -1 : 1;
	return (a->issue_ns > b->issue_ns) - (a->issue_ns < b->issue_ns);
}

static int by_arrival(const void *left, const void *right)
{
	const struct jscope__like_request *a = left, *b = right;

	if (a->queued_ns != b->queued_ns)
		return a->queued_ns < b->queued_ns ? -1 : 1;
	return (a->issue_ns > b->issue_ns) - (a->issue_ns < b->issue_ns);
}

static int list_copy(const struct jscope__like_requests *requests, unsigned disk,
		     struct jscope__like_traffic *traffic)
{
	traffic->requests = malloc((requests->count + 1) * sizeof *traffic->requests);
	if (!traffic->requests)
		return -ENOMEM;
	for (size_t i = 0; i < requests->count; i++)
		if (requests->list[i].disk == disk)
			traffic->requests[traffic->count++] = requests->list[i];
	return 0;
}

/*
 * The virtual adapter has an interrupt for each request: where none is known, right before what is. A run
 * that stands for several interrupts does not tell which of them found what; again it is to stand for two.
 */
static jscope_ns interrupt_before(const struct jscope__like_request *request,
				  const struct jscope__like_request *last)
{
	jscope_ns at_ns =
		jscope_sub_sat(request->complete_ns, JSCOPE__LIKE_ENTRY_TOLD_NS + COMPLETE_TOLD_NS);

	if (is_known(request->softirq_ns) && last && last->softirq_ns == request->softirq_ns)
		at_ns = jscope_sub_sat(request->softirq_ns, 2 * JSCOPE__LIKE_ENTRY_TOLD_NS);
	else if (is_known(request->softirq_ns))
		at_ns = jscope_sub_sat(request->softirq_ns, 4 * JSCOPE__LIKE_ENTRY_TOLD_NS);
	else if (last && !is_known(last->softirq_ns) &&
		 jscope_sub_sat(request->complete_ns, last->complete_ns) <= TOGETHER_NS)
		at_ns = last->irq_ns;
	return at_ns > request->issue_ns ? at_ns : request->issue_ns;
}

/* Its instants in their order. last: the one completed before, if it had no interrupt; else NULL. */
static bool instants_settle(struct jscope__like_request *request,
			    const struct jscope__like_request *last)
{
	const jscope_ns issue_ns = request->issue_ns;

	if (!is_known(issue_ns))
		return true;
	if (!is_within(request->queued_ns, INT64_MIN, issue_ns))
		request->queued_ns = jscope_sub_sat(issue_ns, ISSUE_TOLD_NS);
	if (!is_known(request->complete_ns))
		return true;
	if (request->complete_ns < issue_ns)
		request->complete_ns = issue_ns;
	if (!is_within(request->softirq_ns, issue_ns, request->complete_ns))
		request->softirq_ns = JSCOPE_NS_UNKNOWN;
	if (is_known(request->softirq_ns) && request->irq_ns > request->softirq_ns)
		request->softirq_ns = JSCOPE_NS_UNKNOWN;
	if (!is_within(request->run_ns, request->complete_ns, INT64_MAX))
		request->run_ns = JSCOPE_NS_UNKNOWN;
	if (is_within(request->irq_ns, issue_ns, request->complete_ns))
		return true;
	request->irq_ns = interrupt_before(request, last);
	return false;
}

/* Both are 32 bits of the request that the virtual adapter takes. */
static bool is_capped(const struct jscope__like_request *request)
{
	return request->bytes > UINT32_MAX || request->told_ns / 100 > UINT32_MAX;
}

static void settle(struct jscope__like_traffic *traffic)
{
	const struct jscope__like_request *last = NULL;

	qsort(traffic->requests, traffic->count, sizeof traffic->requests[0], by_completion);
	for (size_t i = 0; i < traffic->count; i++) {
		struct jscope__like_request *request = &traffic->requests[i];

		traffic->unqueued += !is_known(request->queued_ns);
		if (instants_settle(request, last)) {
			last = NULL;
		} else {
			traffic->uninterrupted++;
			last = request;
		}
		traffic->capped += is_capped(request);
		traffic->unheard += is_known(request->complete_ns) && !is_known(request->run_ns);
	}
	qsort(traffic->requests, traffic->count, sizeof traffic->requests[0], by_arrival);
}

/* Only an adapter of ours completes in its routines and leaves the telling to a DPC. */
static bool is_from_isr(const struct jscope__like_traffic *traffic, bool is_adapter)
{
	for (size_t i = 0; i < traffic->count; i++)
		if (is_known(traffic->requests[i].softirq_ns) ||
		    is_known(traffic->requests[i].run_ns))
			return false;
	return is_adapter && traffic->uninterrupted == 0;
}

/* Who handles them: requests of one handler are found together. */
static bool handler_claim(const struct jscope__like_request *request,
			  struct jscope__like_claim *claim)
{
	claim->key = is_known(request->softirq_ns) ? request->softirq_ns : request->irq_ns;
	claim->begin_ns = request->irq_ns;
	claim->end_ns = request->complete_ns;
	return is_known(request->complete_ns);
}

/* Who waits for them: those of one wake have one client. */
static bool wake_claim(const struct jscope__like_request *request, struct jscope__like_claim *claim)
{
	claim->key = claim->end_ns = request->run_ns;
	claim->begin_ns = request->complete_ns;
	return is_known(request->complete_ns) && is_known(request->run_ns);
}

static size_t claims_make(const struct jscope__like_traffic *traffic,
			  bool (*make)(const struct jscope__like_request *,
				       struct jscope__like_claim *),
			  struct jscope__like_claim *claims)
{
	size_t count = 0;

	for (size_t i = 0; i < traffic->count; i++) {
		claims[count].owner = i;
		count += make(&traffic->requests[i], &claims[count]);
	}
	return count;
}

static int lanes_deal(struct jscope__like_traffic *traffic, struct jscope__like_claim *claims,
		      unsigned queue_max)
{
	struct jscope__like_lanes queues, clients;
	size_t count = claims_make(traffic, handler_claim, claims);
	int error = jscope__like_lanes_deal(claims, count, queue_max, &queues);

	if (error)
		return error;
	for (size_t i = 0; i < count; i++)
		traffic->recorded[claims[i].owner].queue = (uint8_t)claims[i].lane;
	count = claims_make(traffic, wake_claim, claims);
	error = jscope__like_lanes_deal(claims, count, JSCOPE_DISK_CLIENTS_MAX, &clients);
	if (error)
		return error;
	for (size_t i = 0; i < count; i++)
		traffic->recorded[claims[i].owner].client = (uint8_t)claims[i].lane;
	traffic->queue_count = queues.count ? queues.count : 1;
	traffic->client_count = clients.count;
	traffic->crowded = queues.crowded + clients.crowded;
	return 0;
}

static struct jscope_recorded_request recorded_of(const struct jscope__like_request *request)
{
	const uint64_t told_100ns = (uint64_t)request->told_ns / 100;
	const bool is_over = is_known(request->complete_ns);

	return (struct jscope_recorded_request){
		.queued_ns = request->queued_ns,
		.issue_ns = request->issue_ns,
		.irq_ns = is_over ? request->irq_ns : JSCOPE_NS_UNKNOWN,
		.complete_ns = request->complete_ns,
		.bytes = request->bytes < UINT32_MAX ? (uint32_t)request->bytes : UINT32_MAX,
		.told_100ns = told_100ns < UINT32_MAX ? (uint32_t)told_100ns : UINT32_MAX,
		.op = request->op,
		.status = request->status,
		.client = JSCOPE_CLIENT_NONE,
	};
}

static int ns_compare(const void *left, const void *right)
{
	const jscope_ns a = *(const jscope_ns *)left, b = *(const jscope_ns *)right;

	return (a > b) - (a < b);
}

/* ends: room for all of them. */
static uint32_t depth_find(const struct jscope__like_traffic *traffic, jscope_ns *ends)
{
	size_t over = 0, end_count = 0, most = 1;

	for (size_t i = 0; i < traffic->count; i++)
		if (is_known(traffic->requests[i].complete_ns))
			ends[end_count++] = traffic->requests[i].complete_ns;
	if (end_count > 0)
		qsort(ends, end_count, sizeof *ends, ns_compare);
	for (size_t i = 0; i < traffic->count; i++) {
		while (over < end_count && ends[over] < traffic->requests[i].queued_ns)
			over++;
		if (i + 1 - over > most)
			most = i + 1 - over;
	}
	return most < JSCOPE__LIKE_DEPTH_MAX ? (uint32_t)most : JSCOPE__LIKE_DEPTH_MAX;
}

int jscope__like_traffic_make(const struct jscope__like_requests *requests, unsigned disk,
			      unsigned queue_max, struct jscope__like_traffic *ret_traffic)
{
	struct jscope__like_traffic *traffic = ret_traffic;
	struct jscope__like_claim *claims;
	jscope_ns *ends;
	int error;

	*traffic = (struct jscope__like_traffic){ .requests = NULL };
	error = list_copy(requests, disk, traffic);
	if (error)
		return error;
	settle(traffic);
	traffic->from_isr = is_from_isr(traffic, jscope__like_is_adapter(requests->disks[disk]));
	traffic->recorded = malloc((traffic->count + 1) * sizeof *traffic->recorded);
	claims = calloc(traffic->count + 1, sizeof *claims);
	ends = malloc((traffic->count + 1) * sizeof *ends);
	error = traffic->recorded && claims && ends ? 0 : -ENOMEM;
	for (size_t i = 0; !error && i < traffic->count; i++)
		traffic->recorded[i] = recorded_of(&traffic->requests[i]);
	if (!error)
		error = lanes_deal(traffic, claims, queue_max);
	if (!error)
		traffic->depth = depth_find(traffic, ends);
	traffic->is_full = traffic->depth == JSCOPE__LIKE_DEPTH_MAX;
	free(claims);
	free(ends);
	return error;
}

void jscope__like_traffic_finish(struct jscope__like_traffic *traffic)
{
	free(traffic->requests);
	free(traffic->recorded);
}

jscope_ns jscope__like_traffic_end(const struct jscope__like_traffic *traffic)
{
	jscope_ns end_ns = INT64_MIN;

	for (size_t i = 0; i < traffic->count; i++) {
		const struct jscope__like_request *request = &traffic->requests[i];
		jscope_ns last_ns = request->queued_ns;

		if (is_known(request->issue_ns))
			last_ns = request->issue_ns;
		if (is_known(request->complete_ns))
			last_ns = request->complete_ns;
		if (is_known(request->run_ns))
			last_ns = request->run_ns;
		if (last_ns > end_ns)
			end_ns = last_ns;
	}
	return end_ns;
}
