/* Tables of the text report: requests, interrupts, softirqs and wake-ups. */
#include <inttypes.h>
#include <stdlib.h>

#include "report_text.h"
#include "text_chart.h"
#include "text_metrology.h"
#include "text_table.h"
#include "text_traffic.h"

#define ROWS_FIRST 6

/* Labels and rows of one table; NULL from begin() where memory is short. */
struct rows {
	size_t count;
	char labels[JSCOPE__TEXT_ROWS_MAX][2 * JSCOPE__NAME_SIZE];
	struct jscope__text_row rows[JSCOPE__TEXT_ROWS_MAX];
};

typedef const struct jscope_hist *label_fn(const void *row, char *label, size_t size);

static void rows_add(struct rows *rows, const void *row, label_fn *label)
{
	char *text = rows->labels[rows->count];
	const struct jscope_hist *hist = label(row, text, sizeof rows->labels[0]);

	rows->rows[rows->count++] = (struct jscope__text_row){ text, hist, -1, false };
}

/* The rows of a table that have the distribution, heaviest tail first. */
static int tail_compare(const void *a, const void *b)
{
	int64_t x = jscope_hist_max(((const struct jscope__text_row *)a)->hist);
	int64_t y = jscope_hist_max(((const struct jscope__text_row *)b)->hist);

	return (x < y) - (x > y);
}

static void rows_fill(struct rows *rows, const struct jscope__table *table, label_fn *label)
{
	size_t kept = 0;

	for (size_t i = 0; i < jscope__table_count(table); i++)
		rows_add(rows, jscope__table_at(table, i), label);
	if (jscope__table_other(table))
		rows_add(rows, jscope__table_other(table), label);
	for (size_t i = 0; i < rows->count; i++)
		if (jscope_hist_count(rows->rows[i].hist) > 0)
			rows->rows[kept++] = rows->rows[i];
	rows->count = kept;
}

static void table_write(struct jscope__page *page, const struct jscope__table *table,
			const char *title, label_fn *label)
{
	struct rows *rows = calloc(1, sizeof *rows);
	size_t shown;

	if (!rows)
		return;
	rows_fill(rows, table, label);
	shown = rows->count;
	if (!page->verbose && shown > ROWS_FIRST) {
		qsort(rows->rows, rows->count, sizeof rows->rows[0], tail_compare);
		shown = ROWS_FIRST;
	}
	jscope__text_table(page, title, rows->rows, shown);
	if (shown < rows->count)
		fprintf(page->stream, " %zu more with a lower max; -v shows them\n",
			rows->count - shown);
	free(rows);
}

static const struct jscope_hist *irq_duration(const void *from_row, char *label, size_t size)
{
	const struct jscope__irq_row *row = from_row;

	snprintf(label, size, "%" PRId32 " %s", row->irq, row->name);
	return row->duration;
}

static const struct jscope_hist *irq_interval(const void *from_row, char *label, size_t size)
{
	irq_duration(from_row, label, size);
	return ((const struct jscope__irq_row *)from_row)->interval;
}

static const struct jscope_hist *softirq_raise(const void *from_row, char *label, size_t size)
{
	const struct jscope__softirq_row *row = from_row;

	snprintf(label, size, "%" PRIu32 " %s", row->vec, jscope__softirq_name(row->vec));
	return row->raise_to_entry;
}

static const struct jscope_hist *softirq_duration(const void *from_row, char *label, size_t size)
{
	softirq_raise(from_row, label, size);
	return ((const struct jscope__softirq_row *)from_row)->duration;
}

static const struct jscope_hist *task_latency(const void *from_row, char *label, size_t size)
{
	const struct jscope__task_row *row = from_row;

	snprintf(label, size, "%s %" PRIu32, row->comm, row->tid);
	return row->latency;
}

static const struct jscope_hist *timer_label(const struct jscope__stream_row *row, bool has_thread,
					     const struct jscope_hist *hist, char *label,
					     size_t size)
{
	if (!jscope__row_is_timer(row) || has_thread != !!(row->path & 1u << JSCOPE_RUN))
		return NULL;
	if (has_thread)
		snprintf(label, size, "%s %s", row->device, row->stream);
	else
		snprintf(label, size, "%s", row->stream);
	return hist;
}

static const struct jscope_hist *timer_run(const void *from_row, char *label, size_t size)
{
	const struct jscope__stream_row *row = from_row;

	return timer_label(row, true, row->end_to_end, label, size);
}

static const struct jscope_hist *timer_expiry(const void *from_row, char *label, size_t size)
{
	const struct jscope__stream_row *row = from_row;

	return timer_label(row, true, row->stages[JSCOPE_STAGE_INTERRUPT], label, size);
}

static const struct jscope_hist *timer_wake(const void *from_row, char *label, size_t size)
{
	const struct jscope__stream_row *row = from_row;

	return timer_label(row, true, row->stages[JSCOPE_STAGE_WAKE], label, size);
}

static const struct jscope_hist *timer_function(const void *from_row, char *label, size_t size)
{
	const struct jscope__stream_row *row = from_row;

	return timer_label(row, false, row->stages[JSCOPE_STAGE_INTERRUPT], label, size);
}

static void timers_write(struct jscope__page *page, const struct jscope_report *report)
{
	char right[64];

	if (jscope__timer_count(report) < 2)
		return;
	snprintf(right, sizeof right, "%zu threads and functions", jscope__timer_count(report));
	fputc('\n', page->stream);
	jscope__page_title(page, "timers", right);
	table_write(page, report->streams, "due to run", timer_run);
	if (page->verbose) {
		table_write(page, report->streams, "due to expiry", timer_expiry);
		table_write(page, report->streams, "wake", timer_wake);
	}
	table_write(page, report->streams, "due to expiry of", timer_function);
}

static void irqs_write(struct jscope__page *page, const struct jscope_report *report)
{
	const struct jscope__table *table = report->irqs;
	uint64_t count = 0, unmatched = 0;
	char right[64];

	if (jscope__table_count(table) == 0)
		return;
	for (size_t i = 0; i < jscope__table_count(table); i++) {
		const struct jscope__irq_row *row = jscope__table_at(table, i);

		count += row->count;
		unmatched += row->unmatched;
	}
	snprintf(right, sizeof right, "%" PRIu64 " entries, %" PRIu64 " unmatched", count,
		 unmatched);
	fputc('\n', page->stream);
	jscope__page_title(page, "interrupts", right);
	table_write(page, table, "duration", irq_duration);
	if (page->verbose)
		table_write(page, table, "interval", irq_interval);
}

static void softirqs_write(struct jscope__page *page, const struct jscope_report *report)
{
	const struct jscope__table *table = report->softirqs;
	uint64_t raised = 0, coalesced = 0;
	char right[64];

	if (jscope__table_count(table) == 0)
		return;
	for (size_t i = 0; i < jscope__table_count(table); i++) {
		const struct jscope__softirq_row *row = jscope__table_at(table, i);

		raised += row->raised;
		coalesced += row->coalesced;
	}
	snprintf(right, sizeof right, "%" PRIu64 " raised, %" PRIu64 " coalesced", raised,
		 coalesced);
	fputc('\n', page->stream);
	jscope__page_title(page, "softirqs", right);
	table_write(page, table, "since raise", softirq_raise);
	if (page->verbose)
		table_write(page, table, "duration", softirq_duration);
}

/* Where requests were completed, where the trace tells it. */
static void routes_write(struct jscope__page *page, const struct jscope__device_row *row)
{
	const char *before = " completed in ";

	for (enum jscope_route i = JSCOPE_ROUTE_UNKNOWN + 1; i < JSCOPE_ROUTE_COUNT; i++) {
		if (row->routes[i] == 0)
			continue;
		fprintf(page->stream, "%s%s %" PRIu64, before, jscope_route_name(i),
			row->routes[i]);
		before = ", ";
	}
	if (before[0] == ',')
		fputc('\n', page->stream);
}

static void counts_write(struct jscope__page *page, const struct jscope__device_row *row)
{
	fprintf(page->stream, " empty %" PRIu64 ", errors %" PRIu64 ", unmatched %" PRIu64,
		row->empty, row->errors, row->unmatched);
	if (row->requeued > 0)
		fprintf(page->stream, ", requeued %" PRIu64, row->requeued);
	fprintf(page->stream, ", outstanding at most %u", row->outstanding_max);
	if (jscope__traffic_span_ns(&row->traffic) > 0)
		fprintf(page->stream, ", %.2f on average", jscope__traffic_mean(&row->traffic));
	fputc('\n', page->stream);
	routes_write(page, row);
	jscope__text_traffic(page, &row->traffic);
	jscope__text_pace(page, row);
}

static void device_write(struct jscope__page *page, const struct jscope__device_row *row,
			 bool has_picture)
{
	struct jscope__text_row rows[JSCOPE__REQUEST_STAGE_COUNT + 3];
	char left[2 * JSCOPE__NAME_SIZE + 16], right[96];
	size_t count = 0;

	snprintf(left, sizeof left, "requests of %s%s%s", row->device, row->name[0] ? " " : "",
		 row->name);
	snprintf(right, sizeof right, "%" PRIu64 " issued, %" PRIu64 " completed", row->issued,
		 row->completed);
	fputc('\n', page->stream);
	jscope__page_title(page, left, right);
	counts_write(page, row);
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		rows[count++] = (struct jscope__text_row){ jscope__request_stage_name(i),
							   row->stages[i], -1, false };
	rows[count++] = (struct jscope__text_row){ "latency", row->latency, -1, true };
	rows[count++] = (struct jscope__text_row){ "device's word", row->traffic.told, -1, false };
	rows[count++] =
		(struct jscope__text_row){ "beyond that", row->traffic.beyond_told, -1, false };
	jscope__text_table(page, "stage", rows, count);
	if (page->verbose)
		jscope__text_kinds(page, &row->traffic);
	if (has_picture)
		jscope__text_chart(page, "latency, issue to complete", row->latency);
}

/* No stream has a part of the page. */
static bool is_kernel_only(const struct jscope_report *report)
{
	size_t timers = jscope__timer_count(report);

	return jscope__table_count(report->streams) == (timers > 1 ? timers : 0);
}

static void devices_write(struct jscope__page *page, const struct jscope_report *report)
{
	size_t count = jscope__table_count(report->devices);
	size_t shown = page->verbose || count < ROWS_FIRST ? count : ROWS_FIRST;
	bool has_picture = is_kernel_only(report) && count == 1;

	for (size_t i = 0; i < shown; i++)
		device_write(page, jscope__table_at(report->devices, i),
			     page->verbose || has_picture);
	if (page->verbose && jscope__table_other(report->devices))
		device_write(page, jscope__table_other(report->devices), false);
	else if (shown < count || jscope__table_other(report->devices))
		fprintf(page->stream, "\n %zu more devices; -v shows them\n",
			count - shown + (size_t)jscope__table_folded(report->devices));
}

static void wakeups_write(struct jscope__page *page, const struct jscope_report *report)
{
	struct jscope__text_row rows[JSCOPE_CONTEXT_COUNT + 1];
	char labels[JSCOPE_CONTEXT_COUNT][32];
	const char *event = report->info.wakeup_event;
	size_t count = 0;

	if (jscope_hist_count(report->wakeups) == 0)
		return;
	fputc('\n', page->stream);
	jscope__page_title(page, "wake-ups", event ? event : "");
	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++) {
		snprintf(labels[i], sizeof labels[i], "from %s", jscope_context_name(i));
		rows[count++] = (struct jscope__text_row){ labels[i], report->wakeups_by_context[i],
							   -1, false };
	}
	rows[count++] = (struct jscope__text_row){ "all", report->wakeups, -1, true };
	jscope__text_table(page, "latency", rows, count);
	if (page->verbose || is_kernel_only(report))
		table_write(page, report->tasks, "task", task_latency);
}

void jscope__text_kernel(struct jscope__page *page, const struct jscope_report *report)
{
	timers_write(page, report);
	devices_write(page, report);
	irqs_write(page, report);
	softirqs_write(page, report);
	wakeups_write(page, report);
}
