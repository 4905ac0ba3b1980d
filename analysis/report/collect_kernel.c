/* Requests, interrupts, softirqs and wake-ups into their rows. */
#include <string.h>

#include "report_rows.h"

/*
 * Names are hashed (FNV-1a, from two starting points). Two names of one key would share a row;
 * for that, both 64-bit hashes must agree.
 */
static uint64_t text_hash(const char *text, uint64_t hash)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return hash;
}

static struct jscope_key text_key(const char *text)
{
	return (struct jscope_key){ text_hash(text, 0xcbf29ce484222325u),
				    text_hash(text, 0x9e3779b97f4a7c15u) };
}

static void *row_get(struct jscope_report *report, struct jscope__table *table,
		     struct jscope_key key)
{
	void *row = jscope__table_row(table, key);

	if (!row)
		report->unrecorded++;
	return row;
}

static void worst_add(const struct jscope_report *report, struct jscope__device_row *row,
		      const struct jscope_request *request)
{
	const jscope_ns latency_ns = jscope_request_latency(request);

	if (!report->plain && latency_ns != JSCOPE_NS_UNKNOWN &&
	    jscope__worst_wants(&row->worst, latency_ns))
		jscope__worst_request(&row->worst, request);
}

static void request_stages_add(struct jscope_report *report, struct jscope__device_row *row,
			       const struct jscope_request *request)
{
	struct jscope_hist **stages = row->stages;

	jscope__report_record_span(report, &row->queue, request->queued_ns, request->issue_ns);
	jscope__report_record_span(report, &stages[JSCOPE__SUBMIT], request->queued_ns,
				   request->issue_ns);
	if (!request->completed || !request->matched)
		return;
	if (request->route < JSCOPE_ROUTE_COUNT)
		row->routes[request->route]++;
	jscope__report_record_span(report, &row->latency, request->issue_ns, request->complete_ns);
	jscope__report_record_span(report, &stages[JSCOPE__DEVICE], request->issue_ns,
				   request->irq_ns);
	jscope__report_record_span(report, &stages[JSCOPE__COMPLETE], request->irq_ns,
				   request->complete_ns);
	jscope__report_record_span(report, &stages[JSCOPE__WAKE], request->complete_ns,
				   request->run_ns);
	worst_add(report, row, request);
}

static struct jscope__device_row *device_row(struct jscope_report *report, const char *device)
{
	struct jscope__device_row *row = row_get(report, report->devices, text_key(device));

	if (row && !row->device[0])
		jscope__clean(row->device, sizeof row->device, device);
	return row;
}

static void on_request(void *state, const struct jscope_request *request)
{
	struct jscope_report *report = state;
	struct jscope__device_row *row = device_row(report, request->device ? request->device : "");

	if (report->trigger.count)
		jscope__trigger_request(&report->trigger, request);
	if (!row)
		return;
	if (!row->name[0])
		jscope__clean(row->name, sizeof row->name, request->name);
	row->issued += request->issue_ns != JSCOPE_NS_UNKNOWN;
	row->completed += request->completed;
	row->requeued += request->requeue_count;
	if (!report->plain) {
		jscope__traffic_request(report, &row->traffic, request);
		jscope__pace_add(&row->pace, request, &report->limits);
	}
	if (request->empty) {
		row->empty += request->completed;
		return;
	}
	row->requests++;
	row->unmatched += !request->matched;
	row->censored += request->issue_ns != JSCOPE_NS_UNKNOWN && !request->completed;
	row->errors += request->completed && request->status != 0;
	if (request->outstanding > row->outstanding_max)
		row->outstanding_max = request->outstanding;
	request_stages_add(report, row, request);
}

/* Nothing under way makes no row of a device that has none. */
static void on_depth(void *state, const struct jscope_depth *depth)
{
	struct jscope_report *report = state;
	const struct jscope_key key = text_key(depth->device);
	struct jscope__device_row *row;

	if (depth->count == 0 && !jscope__table_find(report->devices, key))
		return;
	row = device_row(report, depth->device);
	if (row)
		jscope__traffic_depth(&row->traffic, depth);
}

static void on_hold(void *state, const struct jscope_hold *hold)
{
	struct jscope__device_row *row = device_row(state, hold->device);

	if (row)
		jscope__traffic_hold(&row->traffic, hold);
}

/* Entries come here in order of time. */
static void irq_interval_add(struct jscope_report *report, struct jscope__irq_row *row,
			     jscope_ns begin_ns)
{
	if (row->has_last && begin_ns < row->last_ns) {
		row->disordered++;
		return;
	}
	if (row->has_last)
		jscope__report_record_span(report, &row->interval, row->last_ns, begin_ns);
	row->has_last = true;
	row->last_ns = begin_ns;
}

/* Unsigned order of what INT64_MIN .. INT64_MAX is in signed order. */
static uint64_t unsigned_order(int64_t value)
{
	return (uint64_t)value + (UINT64_C(1) << 63);
}

static void irq_entry_add(struct jscope_report *report, struct jscope__irq_row *row,
			  jscope_ns begin_ns)
{
	struct jscope__sample entry = { unsigned_order(begin_ns), begin_ns };

	row->count++;
	if (jscope__window_push(&row->window, entry, &entry))
		irq_interval_add(report, row, entry.value);
}

static void on_irq(void *state, const struct jscope_irq_span *span)
{
	struct jscope_report *report = state;
	struct jscope_key key = { 0, unsigned_order(span->irq) };
	struct jscope__irq_row *row = row_get(report, report->irqs, key);

	if (report->trigger.count)
		jscope__trigger_irq(&report->trigger, span);
	if (!row)
		return;
	row->irq = span->irq;
	if (!row->name[0])
		jscope__clean(row->name, sizeof row->name, span->name);
	row->unmatched += !span->matched;
	if (span->begin_ns != JSCOPE_NS_UNKNOWN)
		irq_entry_add(report, row, span->begin_ns);
	if (span->matched)
		jscope__report_record_span(report, &row->duration, span->begin_ns, span->end_ns);
}

/* A coalesced raise is a raise too, one that found another pending. */
static void on_softirq(void *state, const struct jscope_softirq_span *span)
{
	struct jscope_report *report = state;
	struct jscope_key key = { 0, span->vec };
	struct jscope__softirq_row *row = row_get(report, report->softirqs, key);

	if (report->trigger.count)
		jscope__trigger_softirq(&report->trigger, span);
	if (!row)
		return;
	row->vec = span->vec;
	switch (span->what) {
	case JSCOPE_SOFTIRQ_COALESCED:
		row->coalesced++;
		row->raised++;
		break;
	case JSCOPE_SOFTIRQ_RAISED:
		row->raised++;
		break;
	case JSCOPE_SOFTIRQ_ENTERED:
		row->entered++;
		jscope__report_record_span(report, &row->raise_to_entry, span->raised_ns,
					   span->at_ns);
		break;
	case JSCOPE_SOFTIRQ_LEFT:
		row->unmatched += span->entry_ns == JSCOPE_NS_UNKNOWN;
		jscope__report_record_span(report, &row->duration, span->entry_ns, span->at_ns);
		break;
	}
}

static void on_wakeup(void *state, const struct jscope_wakeup *wakeup)
{
	struct jscope_report *report = state;
	struct jscope_key key = { 0, wakeup->tid };
	struct jscope__task_row *row;

	if (report->trigger.count)
		jscope__trigger_wakeup(&report->trigger, wakeup);
	if (wakeup->censored) {
		report->wakeups_censored++;
		return;
	}
	row = row_get(report, report->tasks, key);
	if (!row || wakeup->context >= JSCOPE_CONTEXT_COUNT)
		return;
	row->tid = wakeup->tid;
	/* Mostly the name that it had before: cleaning it costs more than the record. */
	if (wakeup->comm && wakeup->comm[0] && strcmp(row->comm, wakeup->comm) != 0)
		jscope__clean(row->comm, sizeof row->comm, wakeup->comm);
	jscope__report_record_span(report, &row->latency, wakeup->waking_ns, wakeup->run_ns);
	jscope__report_record_span(report, &report->wakeups_by_context[wakeup->context],
				   wakeup->waking_ns, wakeup->run_ns);
}

void jscope__collect_kernel(struct jscope_report *report)
{
	report->sink.request = on_request;
	report->sink.depth = on_depth;
	report->sink.hold = on_hold;
	report->sink.irq = on_irq;
	report->sink.softirq = on_softirq;
	report->sink.wakeup = on_wakeup;
}

/* Each wake-up has one context: together they are all. */
static void wakeups_sum(struct jscope_report *report)
{
	jscope_hist_destroy(report->wakeups);
	report->wakeups = NULL;
	for (size_t i = 0; i < JSCOPE_CONTEXT_COUNT; i++) {
		const struct jscope_hist *hist = report->wakeups_by_context[i];

		if (hist && !report->wakeups &&
		    jscope_hist_create(&report->limits, &report->wakeups) < 0)
			report->unrecorded++;
		if (hist && report->wakeups)
			jscope_hist_add(report->wakeups, hist);
	}
}

void jscope__collect_kernel_close(struct jscope_report *report)
{
	struct jscope__sample entry;

	wakeups_sum(report);
	for (size_t i = 0; i < jscope__table_count(report->irqs); i++) {
		struct jscope__irq_row *row = jscope__table_at(report->irqs, i);

		while (jscope__window_pop(&row->window, &entry))
			irq_interval_add(report, row, entry.value);
	}
}
