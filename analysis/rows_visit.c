#include "rows_visit.h"

#include <inttypes.h>
#include <stdio.h>

/* Visit one distribution of `of`, unless it is empty. */
static void dist_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
		       const char *name, const char *unit, const struct jscope_hist *hist)
{
	struct jscope__dist dist = *of;

	if (jscope_hist_count(hist) == 0)
		return;
	dist.name = name;
	dist.unit = unit;
	dist.hist = hist;
	visitor->dist(visitor->state, &dist);
}

static void count_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			const char *name, uint64_t count)
{
	visitor->figure(visitor->state, of, name, "count", (double)count);
}

static void jitter_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			 const struct jscope__jitter *jitter)
{
	double ppm;

	dist_visit(visitor, of, "period", "ns", jitter->period);
	if (jitter->has_cycle)
		visitor->figure(visitor->state, of, "cycle_to_cycle_max", "ns",
				(double)jitter->cycle_to_cycle_max_ns);
	if (jitter->has_tie)
		visitor->figure(visitor->state, of, "tie_peak_to_peak", "ns",
				(double)jitter->tie_peak_to_peak_ns);
	if (jscope__jitter_drift_ppm(jitter, &ppm))
		visitor->figure(visitor->state, of, "drift", "ppm", ppm);
	if (jitter->has_rfc3550)
		visitor->figure(visitor->state, of, "rfc3550", "ns", jitter->rfc3550_ns);
}

static void stream_visit(const struct jscope__visitor *visitor, const void *from_row)
{
	const struct jscope__stream_row *row = from_row;
	const struct jscope__dist of = { .section = "notification",
					 .device = row->device,
					 .stream = row->stream };

	count_visit(visitor, &of, "points", row->points);
	for (enum jscope_class class = 0; class < JSCOPE_CLASS_COUNT; class ++)
		count_visit(visitor, &of, jscope_class_name(class), row->counts[class]);
	count_visit(visitor, &of, "partial_chains", row->partial_chains);
	count_visit(visitor, &of, "glitches", row->glitches);
	for (enum jscope_stage stage = 0; stage < JSCOPE_STAGE_COUNT; stage++)
		dist_visit(visitor, &of, jscope_stage_name(stage), "ns", row->stages[stage]);
	dist_visit(visitor, &of, "end_to_end", "ns", row->end_to_end);
	dist_visit(visitor, &of, "service", "ns", row->service);
	jitter_visit(visitor, &of, &row->jitter);
	dist_visit(visitor, &of, "headroom_frames", "frames", jscope__headroom_frames(row));
	dist_visit(visitor, &of, "headroom_time", "ns", jscope__headroom_ns(row));
}

static void device_visit(const struct jscope__visitor *visitor, const void *from_row)
{
	const struct jscope__device_row *row = from_row;
	const struct jscope__dist of = { .section = "request",
					 .device = row->device,
					 .stream = row->name };

	count_visit(visitor, &of, "issued", row->issued);
	count_visit(visitor, &of, "completed", row->completed);
	count_visit(visitor, &of, "empty", row->empty);
	count_visit(visitor, &of, "errors", row->errors);
	count_visit(visitor, &of, "outstanding_max", row->outstanding_max);
	dist_visit(visitor, &of, "latency", "ns", row->latency);
	dist_visit(visitor, &of, "queue", "ns", row->queue);
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		dist_visit(visitor, &of, jscope__request_stage_name(i), "ns", row->stages[i]);
}

static void irq_visit(const struct jscope__visitor *visitor, const void *from_row)
{
	const struct jscope__irq_row *row = from_row;
	char number[16];
	const struct jscope__dist of = { .section = "irq", .device = number, .stream = row->name };

	snprintf(number, sizeof number, "%" PRId32, row->irq);
	count_visit(visitor, &of, "count", row->count);
	count_visit(visitor, &of, "unmatched", row->unmatched);
	dist_visit(visitor, &of, "duration", "ns", row->duration);
	dist_visit(visitor, &of, "interval", "ns", row->interval);
}

static void softirq_visit(const struct jscope__visitor *visitor, const void *from_row)
{
	const struct jscope__softirq_row *row = from_row;
	char number[16];
	const struct jscope__dist of = { .section = "softirq",
					 .device = number,
					 .stream = jscope__softirq_name(row->vec) };

	snprintf(number, sizeof number, "%" PRIu32, row->vec);
	count_visit(visitor, &of, "raised", row->raised);
	count_visit(visitor, &of, "coalesced", row->coalesced);
	count_visit(visitor, &of, "entered", row->entered);
	dist_visit(visitor, &of, "raise_to_entry", "ns", row->raise_to_entry);
	dist_visit(visitor, &of, "duration", "ns", row->duration);
}

static void task_visit(const struct jscope__visitor *visitor, const void *from_row)
{
	const struct jscope__task_row *row = from_row;
	char number[16];
	const struct jscope__dist of = { .section = "wakeup",
					 .device = row->comm,
					 .stream = number };

	snprintf(number, sizeof number, "%" PRIu32, row->tid);
	dist_visit(visitor, &of, "latency", "ns", row->latency);
}

static void wakeups_visit(const struct jscope__visitor *visitor, const struct jscope_report *report)
{
	const struct jscope__dist of = { .section = "wakeup", .device = "", .stream = "" };

	dist_visit(visitor, &of, "all", "ns", report->wakeups);
	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++)
		dist_visit(visitor, &of, jscope_context_name(i), "ns",
			   report->wakeups_by_context[i]);
}

static void table_visit(const struct jscope__visitor *visitor, const struct jscope__table *table,
			void (*visit)(const struct jscope__visitor *visitor, const void *row))
{
	for (size_t i = 0; i < jscope__table_count(table); i++)
		visit(visitor, jscope__table_at(table, i));
	if (jscope__table_other(table))
		visit(visitor, jscope__table_other(table));
}

void jscope__rows_visit(const struct jscope_report *report, const struct jscope__visitor *visitor)
{
	table_visit(visitor, report->streams, stream_visit);
	table_visit(visitor, report->devices, device_visit);
	table_visit(visitor, report->irqs, irq_visit);
	table_visit(visitor, report->softirqs, softirq_visit);
	wakeups_visit(visitor, report);
	table_visit(visitor, report->tasks, task_visit);
}
