/* Resets of the bus, noticed and asked for (R82, R83), and what is open at the end (R70). */
#include <inttypes.h>
#include <stdlib.h>

#include "probes/codes.h"
#include "rules/bench_storage.h"

/*
 * A request that is open at the end has been forgotten when so many others have completed since it
 * began, and it has taken so many times longer than any of them.
 */
#define FORGOTTEN_OTHERS 32
#define FORGOTTEN_TIMES	 10

void jscope__requests_detected(struct jscope__storage *storage, struct jscope__adapter *adapter,
			       const struct jscope_vocabulary_event *event)
{
	(void)storage;
	adapter->detected_ns = event->ts_ns;
}

void jscope__requests_reset(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event)
{
	(void)storage;
	adapter->reset.open = true;
	adapter->reset.path = (uint8_t)SLOTS(event, stor_reset_bus)->path;
	adapter->reset.since_ns = event->ts_ns;
	adapter->reset.place = jscope__place(event);
}

static bool is_on_path(const struct jscope__srb *request, uint8_t path)
{
	return request->path >= 0 && (path == UINT8_MAX || request->path == path);
}

void jscope__reset_status_judge(struct jscope__storage *storage,
				const struct jscope__adapter *adapter,
				const struct jscope_vocabulary_event *event,
				const struct jscope__srb *request)
{
	const struct jscope_slots_stor_complete *slots = SLOTS(event, stor_complete);
	char object[48];

	/* What another CPU completes meanwhile had been done before the reset. */
	if (!adapter->reset.open ||
	    !jscope__place_equal(adapter->reset.place, jscope__place(event)) ||
	    !is_on_path(request, adapter->reset.path))
		return;
	if ((slots->status & JSCOPE_SRB_STATUS_MASK) != JSCOPE_SRB_STATUS_BUS_RESET)
		jscope__judge_violate_as(storage->judge, 83, JSCOPE_RULE_WARNING, event->ts_ns,
					 jscope__srb_object(object, adapter, slots->srb),
					 "HwStorResetBus completes the request with %s; "
					 "SRB_STATUS_BUS_RESET would tell the class driver to try "
					 "it again.",
					 jscope_srb_status_name(slots->status));
}

/* Requests that the reset has left open. */
struct leftovers {
	unsigned count;
	uint64_t srb;	       /* the one with the smallest number */
	unsigned unsure_count; /* their completion may be among lost events */
};

static struct leftovers leftovers_find(struct jscope__storage *storage,
				       const struct jscope__adapter *adapter, jscope_ns now_ns)
{
	struct leftovers left = { 0 };
	size_t cursor = 0;
	struct jscope_key key;
	void *value;

	while (jscope_map_next(storage->requests, &cursor, &key, &value)) {
		const struct jscope__srb *request = value;

		if (key.high != adapter->dev || request->begin_ns > adapter->reset.since_ns ||
		    !is_on_path(request, adapter->reset.path))
			continue;
		if (!jscope__judge_sees(storage->judge, request->begin_ns, now_ns))
			left.unsure_count++;
		else if (left.count++ == 0 || key.low < left.srb)
			left.srb = key.low;
	}
	return left;
}

void jscope__requests_reset_done(struct jscope__storage *storage, struct jscope__adapter *adapter,
				 const struct jscope_vocabulary_event *event)
{
	struct leftovers left;
	char object[48];

	if (!adapter->reset.open)
		return;
	adapter->reset.open = false;
	left = leftovers_find(storage, adapter, event->ts_ns);
	if (left.count > 0)
		jscope__judge_violate(
			storage->judge, 83, event->ts_ns, jscope__storage_object(object, adapter),
			"HwStorResetBus returns with %u requests of path %u open (srb "
			"0x%" PRIx64 " is one); it must complete all of them, the port "
			"has nothing else to end them with.",
			left.count, adapter->reset.path, left.srb);
	else if (left.unsure_count > 0)
		jscope__judge_abstain(storage->judge, 83);
	else
		jscope__judge_pass(storage->judge, 83);
}

/* The end of the trace */

struct open_request {
	struct jscope_key key;
	const struct jscope__srb *request;
};

static int by_begin(const void *a, const void *b)
{
	const struct open_request *left = a, *right = b;

	if (left->request->begin_ns != right->request->begin_ns)
		return left->request->begin_ns < right->request->begin_ns ? -1 : 1;
	if (left->key.high != right->key.high)
		return left->key.high < right->key.high ? -1 : 1;
	return (left->key.low > right->key.low) - (left->key.low < right->key.low);
}

static bool is_forgotten(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			 const struct jscope__srb *request, jscope_ns end_ns)
{
	return jscope__judge_sees(storage->judge, request->begin_ns, end_ns) &&
	       adapter->completed_count - request->completed_before >= FORGOTTEN_OTHERS &&
	       (jscope_sub_sat(end_ns, request->begin_ns)) / FORGOTTEN_TIMES > adapter->longest_ns;
}

static void forgotten_tell(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			   const struct open_request *open, jscope_ns end_ns)
{
	const jscope_ns open_ns = jscope_sub_sat(end_ns, open->request->begin_ns);
	char object[48];

	jscope__srb_object(object, adapter, (int64_t)open->key.low);
	jscope__judge_violate_as(
		storage->judge, 70, JSCOPE_RULE_WARNING, open->request->begin_ns, object,
		"The request is still active at the end of the trace, after %.3f ms "
		"and %" PRIu64 " completions of others (the longest took %.3f ms); "
		"it seems forgotten.",
		jscope__ms(open_ns), adapter->completed_count - open->request->completed_before,
		jscope__ms(adapter->longest_ns));
	if (jscope__srb_was_reset(adapter, open->request))
		jscope__judge_violate(
			storage->judge, 82, adapter->detected_ns, object,
			"The request was active at ResetDetected and has not completed "
			"since, while %" PRIu64 " others have; a reset does not end "
			"requests, the miniport must.",
			adapter->completed_count - open->request->completed_before);
}

static size_t open_collect(struct jscope__storage *storage, struct open_request *open)
{
	size_t count = 0, cursor = 0;
	struct jscope_key key;
	void *value;

	while (jscope_map_next(storage->requests, &cursor, &key, &value))
		open[count++] = (struct open_request){ key, value };
	qsort(open, count, sizeof *open, by_begin);
	return count;
}

void jscope__requests_finish(struct jscope__storage *storage, jscope_ns end_ns)
{
	const size_t count_max = jscope_map_count(storage->requests);
	struct open_request *open;
	size_t count;

	if (count_max == 0)
		return;
	jscope__judge_figure(storage->judge, 70, "%zu still active at the end", count_max);
	open = calloc(count_max, sizeof *open);
	if (!open) {
		jscope__judge_refuse(storage->judge, count_max);
		return;
	}
	count = open_collect(storage, open);
	for (size_t i = 0; i < count; i++) {
		const struct jscope__adapter *adapter = jscope_map_get(
			storage->adapters, (struct jscope_key){ 0, open[i].key.high });

		if (is_forgotten(storage, adapter, open[i].request, end_ns))
			forgotten_tell(storage, adapter, &open[i], end_ns);
		else if (!jscope__judge_sees(storage->judge, open[i].request->begin_ns, end_ns))
			jscope__judge_abstain(storage->judge, 70);
	}
	free(open);
}
