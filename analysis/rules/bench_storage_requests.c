/*
 * Requests of StorPort adapters (R70..R74, R76, R82, R83, R88).
 *
 *   HwStorStartIo entered ─▶ handed to the device ─▶ service time told ─▶ RequestComplete
 *          └─▶ HwStorStartIo returns, at any time after
 *
 * A driver may tell some of these only. A request begins with whatever is told of it first, and the
 * return of StartIo may follow the completion.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "probes/codes.h"
#include "rules/bench_storage.h"

/* The beginning */

static void outstanding_judge(struct jscope__storage *storage, struct jscope__adapter *adapter,
			      const struct jscope_vocabulary_event *event)
{
	const bool over = adapter->outstanding > adapter->limit;
	char object[48];

	if (adapter->life != JSCOPE__LIFE_READY || adapter->limit == 0)
		return;
	if (!jscope__storage_knows(storage, adapter, event->ts_ns))
		jscope__judge_abstain(storage->judge, 73);
	else if (!over)
		jscope__judge_pass(storage->judge, 73);
	else if (!adapter->over_limit)
		jscope__judge_violate(storage->judge, 73, event->ts_ns,
				      jscope__storage_object(object, adapter),
				      "%" PRIu32 " requests are outstanding, the adapter takes "
				      "%" PRIu32 "; one more has no place in its queue and is lost "
				      "or overwrites another.",
				      adapter->outstanding, adapter->limit);
	adapter->over_limit = over;
}

static struct jscope__srb *request_make(struct jscope__storage *storage,
					struct jscope__adapter *adapter,
					const struct jscope_vocabulary_event *event, int64_t srb,
					bool is_begin)
{
	const struct jscope_key key = jscope__srb_key(adapter, srb);
	struct jscope__srb *request = jscope_map_put(storage->requests, key);

	if (!request)
		return NULL;
	*request = (struct jscope__srb){ .begin_ns = is_begin ? event->ts_ns : JSCOPE_NS_UNKNOWN,
					 .issue_ns = JSCOPE_NS_UNKNOWN,
					 .path = -1,
					 .completed_before = adapter->completed_count };
	jscope__ended_remove(storage->completed, key);
	if (is_begin) {
		adapter->outstanding++;
		outstanding_judge(storage, adapter, event);
	}
	return request;
}

static bool is_counted(const struct jscope__adapter *adapter, const struct jscope__srb *request)
{
	return request->begin_ns != JSCOPE_NS_UNKNOWN && request->begin_ns >= adapter->life_ns;
}

/* It is over, and whoever uses it now makes a mistake. */
static void request_end(struct jscope__storage *storage, struct jscope__adapter *adapter,
			const struct jscope__srb *request, int64_t srb)
{
	if (is_counted(adapter, request) && adapter->outstanding > 0)
		adapter->outstanding--;
	jscope_map_remove(storage->requests, jscope__srb_key(adapter, srb));
}

bool jscope__srb_was_reset(const struct jscope__adapter *adapter, const struct jscope__srb *request)
{
	return adapter->detected_ns != JSCOPE_NS_UNKNOWN &&
	       request->begin_ns <= adapter->detected_ns;
}

/* An SRB begins anew, and the trace never saw its last use complete. */
static void restart_judge(struct jscope__storage *storage, struct jscope__adapter *adapter,
			  const struct jscope_vocabulary_event *event, int64_t srb,
			  const struct jscope__srb *request)
{
	char object[48];

	if (!jscope__judge_sees(storage->judge, request->begin_ns, event->ts_ns)) {
		jscope__judge_abstain(storage->judge, 70);
		return;
	}
	jscope__srb_object(object, adapter, srb);
	jscope__judge_violate(storage->judge, 70, event->ts_ns, object,
			      "The request is started again without a RequestComplete for its "
			      "start %.3f ms ago; each one completes exactly once, or its waiter "
			      "waits for ever.",
			      jscope__ms(jscope_sub_sat(event->ts_ns, request->begin_ns)));
	if (jscope__srb_was_reset(adapter, request))
		jscope__judge_violate(storage->judge, 82, event->ts_ns, object,
				      "The request was active at ResetDetected and did not "
				      "complete; the miniport must still complete all of them.");
}

/* A request begins whose SRB may still be under way. */
static struct jscope__srb *request_begin(struct jscope__storage *storage,
					 struct jscope__adapter *adapter,
					 const struct jscope_vocabulary_event *event, int64_t srb)
{
	const struct jscope__srb *old =
		jscope_map_get(storage->requests, jscope__srb_key(adapter, srb));

	if (old) {
		restart_judge(storage, adapter, event, srb, old);
		request_end(storage, adapter, old, srb);
	}
	return request_make(storage, adapter, event, srb, true);
}

void jscope__requests_entry(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event)
{
	struct jscope__srb *request =
		request_begin(storage, adapter, event, SLOTS(event, stor_startio_entry)->srb);

	adapter->tells_starts = true;
	if (request)
		request->entered = true;
}

/* Is this the return of a StartIo whose request has completed in the meantime? */
static bool is_late_return(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			   const struct jscope_vocabulary_event *event, int64_t srb)
{
	struct jscope__ended *ended =
		jscope__ended_get(storage->completed, jscope__srb_key(adapter, srb));

	if (!ended || ended->returned ||
	    jscope__judge_is_blind(storage->judge, ended->at_ns, event->ts_ns))
		return false;
	ended->returned = true;
	return true;
}

void jscope__requests_start(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event)
{
	const struct jscope_slots_stor_start *slots = SLOTS(event, stor_start);
	struct jscope__srb *request =
		jscope_map_get(storage->requests, jscope__srb_key(adapter, slots->srb));

	adapter->tells_starts = true;
	if ((!request || request->returned) && !is_late_return(storage, adapter, event, slots->srb))
		request = request_begin(storage, adapter, event, slots->srb);
	if (!request)
		return;
	request->returned = true;
	request->path = (uint8_t)slots->path;
}

/* Using what has ended */

const struct jscope__ended *jscope__srb_ended(struct jscope__storage *storage,
					      const struct jscope__adapter *adapter,
					      const struct jscope_vocabulary_event *event,
					      int64_t srb, unsigned rule)
{
	const struct jscope__ended *ended =
		jscope__ended_get(storage->completed, jscope__srb_key(adapter, srb));

	if (!ended)
		return NULL;
	if (!jscope__judge_is_blind(storage->judge, ended->at_ns, event->ts_ns))
		return ended;
	jscope__judge_abstain(storage->judge, rule);
	return NULL;
}

void jscope__srb_used(struct jscope__storage *storage, const struct jscope__adapter *adapter,
		      const struct jscope_vocabulary_event *event, int64_t srb,
		      const struct jscope__ended *ended)
{
	char object[48];

	jscope__judge_violate(storage->judge, 71, event->ts_ns,
			      jscope__srb_object(object, adapter, srb),
			      "%s uses the request %.3f ms after RequestComplete; from there on "
			      "it belongs to the port, which may have freed it or given it to "
			      "another command.",
			      jscope_event_describe(event->id)->name,
			      jscope__ms(jscope_sub_sat(event->ts_ns, ended->at_ns)));
}

void jscope__requests_issue(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event)
{
	const int64_t srb = SLOTS(event, stor_issue)->srb;
	struct jscope__srb *request =
		jscope_map_get(storage->requests, jscope__srb_key(adapter, srb));
	const struct jscope__ended *ended;

	adapter->tells_issues = true;
	if (!request && adapter->tells_starts) {
		ended = jscope__srb_ended(storage, adapter, event, srb, 71);
		if (ended) {
			jscope__srb_used(storage, adapter, event, srb, ended);
			return;
		}
	}
	if (!request)
		request = request_make(storage, adapter, event, srb, !adapter->tells_starts);
	else
		jscope__judge_pass(storage->judge, 71);
	if (request && request->issue_ns == JSCOPE_NS_UNKNOWN)
		request->issue_ns = event->ts_ns;
}

/* The completion */

static void status_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			 const struct jscope_vocabulary_event *event,
			 const struct jscope__srb *request)
{
	const struct jscope_slots_stor_complete *slots = SLOTS(event, stor_complete);
	const int64_t status = slots->status & JSCOPE_SRB_STATUS_MASK;
	char object[48];

	jscope__srb_object(object, adapter, slots->srb);
	if (status == JSCOPE_SRB_STATUS_PENDING)
		jscope__judge_violate(storage->judge, 72, event->ts_ns, object,
				      "RequestComplete comes with SRB_STATUS_PENDING, which says "
				      "that the request is not complete; the port cannot tell "
				      "whether data came.");
	else
		jscope__judge_pass(storage->judge, 72);
	if (!request || !adapter->tells_issues)
		return;
	if (status != JSCOPE_SRB_STATUS_BUSY || request->issue_ns == JSCOPE_NS_UNKNOWN)
		jscope__judge_pass(storage->judge, 74);
	else
		jscope__judge_violate(storage->judge, 74, event->ts_ns, object,
				      "The request ends with SRB_STATUS_BUSY %.3f ms after it was "
				      "handed to the device; the port starts a new one while the "
				      "device still works on this.",
				      jscope__ms(jscope_sub_sat(event->ts_ns, request->issue_ns)));
}

static void completion_note(struct jscope__storage *storage, struct jscope__adapter *adapter,
			    const struct jscope_vocabulary_event *event,
			    const struct jscope__srb *request)
{
	jscope_ns life_ns;

	jscope__judge_pass(storage->judge, 70);
	jscope__judge_pass(storage->judge, 88);
	if (jscope__srb_was_reset(adapter, request))
		jscope__judge_pass(storage->judge, 82);
	adapter->ran = true;
	adapter->completed_count++;
	if (request->begin_ns == JSCOPE_NS_UNKNOWN)
		return;
	life_ns = jscope_sub_sat(event->ts_ns, request->begin_ns);
	if (life_ns > adapter->longest_ns)
		adapter->longest_ns = life_ns;
}

static void request_complete(struct jscope__storage *storage, struct jscope__adapter *adapter,
			     const struct jscope_vocabulary_event *event,
			     const struct jscope__srb *request, int64_t srb)
{
	const bool returned = request->returned;
	struct jscope__ended *ended;

	jscope__service_judge(storage, adapter, event, request);
	jscope__reset_status_judge(storage, adapter, event, request);
	completion_note(storage, adapter, event, request);
	request_end(storage, adapter, request, srb);
	ended = jscope__ended_add(storage->completed, jscope__srb_key(adapter, srb), event->ts_ns);
	if (ended)
		ended->returned = returned;
}

/* A completion without a request under way: one too many, or of a request before the trace. */
static void surplus_judge(struct jscope__storage *storage, const struct jscope__adapter *adapter,
			  const struct jscope_vocabulary_event *event, int64_t srb)
{
	const struct jscope__ended *ended = jscope__srb_ended(storage, adapter, event, srb, 70);
	char object[48];

	jscope__srb_object(object, adapter, srb);
	if (ended) {
		jscope__judge_violate(storage->judge, 70, event->ts_ns, object,
				      "RequestComplete comes a second time, %.3f ms after the "
				      "first; the port completes another command by mistake or "
				      "crashes.",
				      jscope__ms(jscope_sub_sat(event->ts_ns, ended->at_ns)));
		jscope__srb_used(storage, adapter, event, srb, ended);
	} else if (adapter->tells_starts && jscope__storage_knows(storage, adapter, event->ts_ns)) {
		jscope__judge_violate(storage->judge, 73, event->ts_ns, object,
				      "A request completes that was never started; more "
				      "completions than starts make the count of outstanding "
				      "requests negative.");
	}
}

void jscope__requests_complete(struct jscope__storage *storage, struct jscope__adapter *adapter,
			       const struct jscope_vocabulary_event *event)
{
	const int64_t srb = SLOTS(event, stor_complete)->srb;
	const struct jscope__srb *request =
		jscope_map_get(storage->requests, jscope__srb_key(adapter, srb));

	status_judge(storage, adapter, event, request);
	if (request)
		request_complete(storage, adapter, event, request, srb);
	else
		surplus_judge(storage, adapter, event, srb);
}
