#include "disks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CPUS_MAX 64

/* The machine has come up by then, and its first requests find it ready. */
#define READY_NS JSCOPE_NS_PER_US

/* What is over when the session ends is told before it does. */
#define LAST_TOLD_NS JSCOPE_NS_PER_US

/* The recorded instants lie so long before the begin of the trace as it takes to tell the first event. */
#define BEGIN_TOLD_NS 1

/* Records that virtual time takes until an end shows: the entry; what a routine tells to a completion. */
#define ENTRY_TOLD_NS	 1
#define SERVICE_TOLD_NS	 1
#define COMPLETE_TOLD_NS 2
#define WAKE_TOLD_NS	 1

/* Which delay of a lane belongs to a request; returns the lane, or -1 where there is none. */
typedef int delay_of(const struct jscope__like_traffic *traffic, size_t index,
		     struct jscope_recorded_delay *ret_delay);

static int handler_delay(const struct jscope__like_traffic *traffic, size_t index,
			 struct jscope_recorded_delay *ret_delay)
{
	const struct jscope__like_request *request = &traffic->requests[index];
	jscope_ns end_ns = request->softirq_ns;

	if (end_ns == JSCOPE_NS_UNKNOWN)
		end_ns = request->irq_ns;
	if (request->complete_ns == JSCOPE_NS_UNKNOWN)
		return -1;
	if (traffic->from_isr)
		end_ns = request->complete_ns;
	else if (end_ns - request->irq_ns <= JSCOPE__LIKE_ENTRY_TOLD_NS)
		end_ns = request->irq_ns; /* it came at once */
	*ret_delay =
		(struct jscope_recorded_delay){ .begin_ns = request->irq_ns, .end_ns = end_ns };
	return traffic->recorded[index].queue;
}

static int wake_delay(const struct jscope__like_traffic *traffic, size_t index,
		      struct jscope_recorded_delay *ret_delay)
{
	const struct jscope__like_request *request = &traffic->requests[index];

	if (traffic->recorded[index].client == JSCOPE_CLIENT_NONE)
		return -1;
	*ret_delay = (struct jscope_recorded_delay){ .begin_ns = request->complete_ns,
						     .end_ns = request->run_ns };
	return traffic->recorded[index].client;
}

static int by_begin(const void *left, const void *right)
{
	const struct jscope_recorded_delay *a = left, *b = right;

	if (a->begin_ns != b->begin_ns)
		return a->begin_ns < b->begin_ns ? -1 : 1;
	return (a->end_ns > b->end_ns) - (a->end_ns < b->end_ns);
}

/* Of those that begin at once, the one that is over first. Returns how many are kept. */
static size_t delays_settle(struct jscope_recorded_delay *delays, size_t count, jscope_ns origin_ns)
{
	size_t kept = 0;

	if (count > 0)
		qsort(delays, count, sizeof *delays, by_begin);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && delays[i].begin_ns - origin_ns == delays[kept - 1].begin_ns)
			continue;
		delays[kept].begin_ns = delays[i].begin_ns - origin_ns;
		delays[kept++].end_ns = delays[i].end_ns - origin_ns;
	}
	return kept;
}

/* The law of one lane. delays: room for all requests. */
static int law_make(struct jscope_scenario *scenario, const struct jscope__like_traffic *traffic,
		    delay_of *of, unsigned lane, jscope_ns origin_ns,
		    struct jscope_recorded_delay *delays, struct jscope_distribution *ret_law)
{
	struct jscope_recorded_delay delay;
	size_t count = 0;

	for (size_t i = 0; i < traffic->count; i++)
		if (of(traffic, i, &delay) == (int)lane)
			delays[count++] = delay;
	count = delays_settle(delays, count, origin_ns);
	if (count == 0)
		return 0;
	ret_law->recorded = jscope_scenario_recorded(scenario, delays, count);
	if (!ret_law->recorded)
		return -ENOMEM;
	ret_law->kind = JSCOPE_DISTRIBUTION_RECORDED;
	ret_law->recorded_count = count;
	return 0;
}

static bool tells_service(const struct jscope__like_traffic *traffic)
{
	for (size_t i = 0; i < traffic->count; i++)
		if (traffic->recorded[i].told_100ns > 0)
			return true;
	return false;
}

static jscope_ns handler_told_ns(const struct jscope__like_traffic *traffic)
{
	if (!traffic->from_isr)
		return ENTRY_TOLD_NS;
	return COMPLETE_TOLD_NS + (tells_service(traffic) ? SERVICE_TOLD_NS : 0);
}

static int laws_make(struct jscope_scenario *scenario, const struct jscope__like_traffic *traffic,
		     jscope_ns origin_ns, struct jscope_recorded_traffic *recorded)
{
	struct jscope_recorded_delay *delays = malloc((traffic->count + 1) * sizeof *delays);
	int error = delays ? 0 : -ENOMEM;

	for (unsigned i = 0; !error && i < traffic->queue_count; i++) {
		recorded->queue[i].told_ns = handler_told_ns(traffic);
		error = law_make(scenario, traffic, handler_delay, i, origin_ns, delays,
				 &recorded->queue[i]);
	}
	for (unsigned i = 0; !error && i < traffic->client_count; i++) {
		recorded->wake[i].told_ns = WAKE_TOLD_NS;
		error = law_make(scenario, traffic, wake_delay, i, origin_ns, delays,
				 &recorded->wake[i]);
	}
	free(delays);
	return error;
}

static jscope_ns since(jscope_ns at_ns, jscope_ns origin_ns)
{
	return at_ns == JSCOPE_NS_UNKNOWN ? at_ns : jscope_sub_sat(at_ns, origin_ns);
}

static void requests_rebase(struct jscope__like_traffic *traffic, jscope_ns origin_ns)
{
	for (size_t i = 0; i < traffic->count; i++) {
		struct jscope_recorded_request *request = &traffic->recorded[i];

		request->queued_ns = since(request->queued_ns, origin_ns);
		request->issue_ns = since(request->issue_ns, origin_ns);
		request->irq_ns = since(request->irq_ns, origin_ns);
		request->complete_ns = since(request->complete_ns, origin_ns);
	}
}

static int settings_make(struct jscope_scenario *scenario, struct jscope__like_traffic *traffic,
			 jscope_ns origin_ns, struct jscope_disk_settings *settings)
{
	struct jscope_recorded_traffic recorded = { .requests = traffic->recorded,
						    .count = traffic->count };
	int error = laws_make(scenario, traffic, origin_ns, &recorded);

	if (error)
		return error;
	requests_rebase(traffic, origin_ns);
	settings->traffic = jscope_scenario_traffic(scenario, &recorded);
	settings->queue_count = traffic->queue_count;
	settings->depth = settings->slots = traffic->depth;
	settings->client_count = traffic->client_count;
	settings->outstanding = 0;
	settings->batch_ns = 0;
	settings->from_isr = traffic->from_isr;
	settings->service_times = tells_service(traffic);
	settings->client_cpu = scenario->machine.cpu_count;
	settings->cpu = scenario->machine.cpu_count + 1;
	scenario->machine.cpu_count += 1 + traffic->queue_count;
	return settings->traffic ? 0 : -ENOMEM;
}

/* Of what the new session begins with, on the trace clock. */
static jscope_ns origin_find(const struct jscope__like_session *session)
{
	const jscope_ns origin_ns = jscope_sub_sat(session->begin_ns, BEGIN_TOLD_NS);
	jscope_ns ready_ns = origin_ns;

	for (size_t i = 0; i < session->requests.count; i++) {
		const struct jscope__like_request *request = &session->requests.list[i];
		const jscope_ns first_ns =
			jscope_sub_sat(request->queued_ns == JSCOPE_NS_UNKNOWN ? request->issue_ns
									       : request->queued_ns,
				       READY_NS);

		if (first_ns < ready_ns)
			ready_ns = first_ns;
	}
	return ready_ns;
}

static int disk_make(struct jscope_scenario *scenario, const struct jscope__like_session *session,
		     unsigned index, unsigned queue_max, struct jscope__like_disks *disks)
{
	const jscope_ns origin_ns = origin_find(session);
	struct jscope__like_traffic traffic;
	struct jscope_disk_settings *settings;
	char name[JSCOPE_NAME_SIZE];
	jscope_ns end_ns;
	int error = jscope__like_traffic_make(&session->requests, index, queue_max, &traffic);

	snprintf(name, sizeof name, "like-disk-%u", index);
	settings = error ? NULL : jscope_scenario_disk(scenario, name);
	if (!error)
		error = settings ? settings_make(scenario, &traffic, origin_ns, settings) : -E2BIG;
	if (!error) {
		end_ns = jscope_add_sat(
			jscope_sub_sat(jscope__like_traffic_end(&traffic), origin_ns),
			LAST_TOLD_NS);
		if (end_ns > disks->end_ns)
			disks->end_ns = end_ns;
		disks->disks[disks->count++] = (struct jscope__like_disk){
			.name = session->requests.disks[index],
			.is_full = traffic.is_full,
			.count = traffic.count,
			.unqueued = traffic.unqueued,
			.uninterrupted = traffic.uninterrupted,
			.unheard = traffic.unheard,
			.capped = traffic.capped,
			.crowded = traffic.crowded,
		};
	}
	jscope__like_traffic_finish(&traffic);
	return error;
}

int jscope__like_disks_make(struct jscope_scenario *scenario,
			    const struct jscope__like_session *session,
			    struct jscope__like_disks *ret_disks)
{
	const unsigned count = session->requests.disk_count;
	unsigned queue_max;
	int error = 0;

	*ret_disks = (struct jscope__like_disks){ .count = 0 };
	if (count == 0)
		return 0;
	queue_max = (CPUS_MAX - scenario->machine.cpu_count) / count - 1;
	if (queue_max > JSCOPE_QUEUES_MAX)
		queue_max = JSCOPE_QUEUES_MAX;
	for (unsigned i = 0; !error && i < count; i++)
		error = disk_make(scenario, session, i, queue_max, ret_disks);
	return error;
}
