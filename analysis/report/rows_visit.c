#include "rows_visit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

/* What was found of the lines of a spectrum, the strongest first. */
static void rhythm_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			 const struct jscope__stream_row *row)
{
	struct jscope__spectrum_lines lines;
	char name[JSCOPE__NAME_SIZE];

	if (!jscope__rhythm_lines(&row->rhythm, &row->jitter, &lines) || !(lines.to_hz > 0))
		return;
	visitor->figure(visitor->state, of, "spectrum_noise", "ns", lines.noise_ns);
	for (unsigned i = 0; i < lines.count; i++) {
		const struct jscope__spectrum_line *line = &lines.lines[i];

		snprintf(name, sizeof name, "line_%u_frequency", i + 1);
		visitor->figure(visitor->state, of, name, "Hz", line->frequency_hz);
		snprintf(name, sizeof name, "line_%u_amplitude", i + 1);
		visitor->figure(visitor->state, of, name, "ns", line->amplitude_ns);
		snprintf(name, sizeof name, "line_%u_share", i + 1);
		visitor->figure(visitor->state, of, name, "percent", 100 * line->share);
	}
}

/* Named by their lower bound in percent of the buffer. */
static void margin_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			 const struct jscope__margin *margin)
{
	char name[JSCOPE__NAME_SIZE];

	if (margin->seconds == 0)
		return;
	count_visit(visitor, of, "headroom_below_0", margin->steps[0]);
	for (unsigned i = 1; i < JSCOPE__MARGIN_STEPS; i++) {
		snprintf(name, sizeof name, "headroom_from_%u_percent", 10 * (i - 1));
		count_visit(visitor, of, name, margin->steps[i]);
	}
	if (margin->worst_count > 0)
		visitor->figure(visitor->state, of, "worst_second", "frames",
				(double)margin->worst[0].frames);
}

static void clock_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			const struct jscope__buffer_clock *clock)
{
	struct jscope__clock_figures figures;

	if (!jscope__clock_figures(clock, &figures))
		return;
	visitor->figure(visitor->state, of, "clock_drift", "ppm", figures.drift_ppm);
	visitor->figure(visitor->state, of, "clock_residual", "ns", figures.residual_ns);
	count_visit(visitor, of, "clock_epochs", clock->epochs);
}

static void buffer_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			 const struct jscope__stream_row *row)
{
	const struct jscope__buffer_row *buffer = &row->buffer;
	char name[JSCOPE__NAME_SIZE];

	for (enum jscope_cause cause = 0; row->glitches && cause < JSCOPE_CAUSE_COUNT; cause++) {
		snprintf(name, sizeof name, "glitches_%s", jscope_cause_name(cause));
		count_visit(visitor, of, name, buffer->causes[cause]);
	}
	for (enum jscope_defect i = 0; buffer->clock.count && i < JSCOPE_DEFECT_COUNT; i++) {
		snprintf(name, sizeof name, "positions_%s", jscope_defect_name(i));
		count_visit(visitor, of, name, buffer->defects[i].count);
	}
	margin_visit(visitor, of, jscope__headroom_margin(row));
	clock_visit(visitor, of, &buffer->clock);
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
	rhythm_visit(visitor, &of, row);
	buffer_visit(visitor, &of, row);
	dist_visit(visitor, &of, "headroom_frames", "frames", jscope__headroom_frames(row));
	dist_visit(visitor, &of, "headroom_time", "ns", jscope__headroom_ns(row));
}

static void holds_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			const char *kind, const struct jscope__holds *holds)
{
	char name[JSCOPE__NAME_SIZE];

	if (!jscope__holds_are_known(holds))
		return;
	count_visit(visitor, of, kind, holds->count);
	snprintf(name, sizeof name, "%s_cut", kind);
	count_visit(visitor, of, name, holds->cut);
	snprintf(name, sizeof name, "%s_total", kind);
	visitor->figure(visitor->state, of, name, "ns", (double)holds->total_ns);
	snprintf(name, sizeof name, "%s_longest", kind);
	visitor->figure(visitor->state, of, name, "ns", (double)holds->longest_ns);
	snprintf(name, sizeof name, "%s_held", kind);
	count_visit(visitor, of, name, holds->held);
}

static void kinds_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			const struct jscope__traffic *traffic)
{
	char name[JSCOPE__NAME_SIZE];

	for (unsigned i = 0; i < JSCOPE__KINDS; i++) {
		snprintf(name, sizeof name, "latency of %s %s",
			 jscope__op_name(i / JSCOPE__SIZE_COUNT),
			 jscope__size_name(i % JSCOPE__SIZE_COUNT));
		dist_visit(visitor, of, name, "ns", traffic->kinds[i]);
	}
	dist_visit(visitor, of, "latency of others", "ns", traffic->kinds_other);
}

static void traffic_visit(const struct jscope__visitor *visitor, const struct jscope__dist *of,
			  const struct jscope__traffic *traffic)
{
	if (jscope__traffic_span_ns(traffic) > 0)
		visitor->figure(visitor->state, of, "outstanding_mean", "count",
				jscope__traffic_mean(traffic));
	if (jscope__traffic_batch_count(traffic) > 0) {
		count_visit(visitor, of, "batches", jscope__traffic_batch_count(traffic));
		count_visit(visitor, of, "batch_max", traffic->batch_max);
	}
	dist_visit(visitor, of, "told", "ns", traffic->told);
	dist_visit(visitor, of, "beyond_told", "ns", traffic->beyond_told);
	kinds_visit(visitor, of, traffic);
	for (unsigned kind = 0; kind < JSCOPE_HOLD_KIND_COUNT; kind++)
		holds_visit(visitor, of, jscope_hold_name(kind), &traffic->holds[kind]);
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
	traffic_visit(visitor, &of, &row->traffic);
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

static void busy_dist(void *state, const struct jscope__dist *dist)
{
	(void)dist;
	*(bool *)state = true;
}

static void busy_figure(void *state, const struct jscope__dist *of, const char *name,
			const char *unit, double value)
{
	(void)of;
	(void)name;
	*(bool *)state |= strcmp(unit, "count") == 0 && value != 0;
}

bool jscope__rows_are_idle(const struct jscope_report *report)
{
	bool is_busy = false;
	const struct jscope__visitor visitor = { .state = &is_busy,
						 .dist = busy_dist,
						 .figure = busy_figure };

	jscope__rows_visit(report, &visitor);
	return !is_busy;
}
