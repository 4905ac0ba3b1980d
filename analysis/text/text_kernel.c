/* Timers, interrupts, softirqs and wake-ups in the text report. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "report_text.h"
#include "text_line.h"
#include "text_rows.h"

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

/* A table of its own under a title; where rows are left out the one that matter most are there. */
static void table_write(struct jscope__page *page, const struct jscope__table *table,
			const char *title, jscope__text_label_fn *label, size_t most)
{
	struct jscope__text_rows rows = { 0 };

	jscope__text_rows_add(&rows, table, label);
	if (!page->verbose)
		jscope__text_rows_sort(&rows);
	jscope__text_rows_write(page, title, &rows, most);
	jscope__text_rows_finish(&rows);
}

__attribute__((format(printf, 5, 6))) static void title_write(const struct jscope__page *page,
							      const char *title, size_t count,
							      size_t most, const char *format, ...)
{
	char right[96];
	va_list arguments;
	size_t used;

	va_start(arguments, format);
	used = (size_t)vsnprintf(right, sizeof right, format, arguments);
	va_end(arguments);
	if (count > most && used < sizeof right)
		snprintf(right + used, sizeof right - used, "%s%zu of %zu (-v: all)",
			 used ? ", " : "", most, count);
	fputc('\n', page->stream);
	jscope__page_title(page, title, right);
}

static void timers_write(struct jscope__page *page, const struct jscope_report *report, size_t most)
{
	const size_t count = jscope__timer_count(report);

	if (count < 2)
		return;
	title_write(page, "timers", count, most, "%zu threads and functions", count);
	table_write(page, report->streams, "due to run", timer_run, most);
	if (page->verbose) {
		table_write(page, report->streams, "due to expiry", timer_expiry, most);
		table_write(page, report->streams, "wake", timer_wake, most);
	}
	table_write(page, report->streams, "due to expiry of", timer_function, most);
}

static const struct jscope_hist *line_run(const void *from_row, char *label, size_t size)
{
	const struct jscope__stream_row *row = from_row;

	if (!jscope__row_is_line(row))
		return NULL;
	snprintf(label, size, "%s", row->device);
	return row->end_to_end;
}

/* A verbose page has all of each of them. */
static void lines_write(struct jscope__page *page, const struct jscope_report *report, size_t most)
{
	const size_t count = jscope__line_count(report);

	if (count == 0 || page->verbose)
		return;
	title_write(page, "interrupts to threads", count, most, "%zu lines", count);
	table_write(page, report->streams, "entry to run", line_run, most);
}

struct totals {
	uint64_t irqs, irqs_unmatched, raised, coalesced;
};

static struct totals totals_of(const struct jscope_report *report)
{
	struct totals totals = { 0 };

	for (size_t i = 0; i < jscope__table_count(report->irqs); i++) {
		const struct jscope__irq_row *row = jscope__table_at(report->irqs, i);

		totals.irqs += row->count;
		totals.irqs_unmatched += row->unmatched;
	}
	for (size_t i = 0; i < jscope__table_count(report->softirqs); i++) {
		const struct jscope__softirq_row *row = jscope__table_at(report->softirqs, i);

		totals.raised += row->raised;
		totals.coalesced += row->coalesced;
	}
	return totals;
}

static void irqs_write(struct jscope__page *page, const struct jscope_report *report, size_t most)
{
	const struct jscope__table *table = report->irqs;
	const struct totals totals = totals_of(report);

	if (jscope__table_count(table) == 0)
		return;
	title_write(page, "interrupts", jscope__table_count(table), most,
		    "%" PRIu64 " entries, %" PRIu64 " unmatched", totals.irqs,
		    totals.irqs_unmatched);
	table_write(page, table, "duration", irq_duration, most);
	if (page->verbose)
		table_write(page, table, "interval", irq_interval, most);
}

static void softirqs_write(struct jscope__page *page, const struct jscope_report *report,
			   size_t most)
{
	const struct jscope__table *table = report->softirqs;
	const struct totals totals = totals_of(report);

	if (jscope__table_count(table) == 0)
		return;
	title_write(page, "softirqs", jscope__table_count(table), most,
		    "%" PRIu64 " raised, %" PRIu64 " coalesced", totals.raised, totals.coalesced);
	table_write(page, table, "since raise", softirq_raise, most);
	if (page->verbose)
		table_write(page, table, "duration", softirq_duration, most);
}

static void contexts_write(struct jscope__page *page, const struct jscope_report *report)
{
	struct jscope__text_row rows[JSCOPE_CONTEXT_COUNT + 1];
	char labels[JSCOPE_CONTEXT_COUNT][32];
	size_t count = 0;

	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++) {
		snprintf(labels[i], sizeof labels[i], "from %s", jscope_context_name(i));
		rows[count++] = (struct jscope__text_row){ .label = labels[i],
							   .hist = report->wakeups_by_context[i],
							   .share = -1 };
	}
	rows[count++] = (struct jscope__text_row){
		.label = "all", .hist = report->wakeups, .share = -1, .strong = true
	};
	jscope__text_table(page, "latency", rows, count);
}

static void wakeups_write(struct jscope__page *page, const struct jscope_report *report,
			  size_t most)
{
	const char *event = report->info.wakeup_event;

	if (jscope_hist_count(report->wakeups) == 0)
		return;
	title_write(page, "wake-ups", jscope__table_count(report->tasks), most, "%s",
		    event ? event : "");
	contexts_write(page, report);
	table_write(page, report->tasks, "task", task_latency, most);
}

void jscope__text_kernel(struct jscope__page *page, const struct jscope_report *report, size_t most)
{
	timers_write(page, report, most);
	irqs_write(page, report, most);
	lines_write(page, report, most);
	softirqs_write(page, report, most);
	wakeups_write(page, report, most);
}

unsigned jscope__text_kernel_tables(const struct jscope_report *report)
{
	return (jscope__timer_count(report) > 1) + (jscope__line_count(report) > 0) +
	       (jscope__table_count(report->irqs) > 0) +
	       (jscope__table_count(report->softirqs) > 0) +
	       2 * (jscope_hist_count(report->wakeups) > 0);
}

/* The same label with what it is before it. */
static const struct jscope_hist *prefixed(const char *prefix, const void *row, char *label,
					  size_t size, jscope__text_label_fn *of)
{
	char own[JSCOPE__TEXT_LABEL_SIZE];
	const struct jscope_hist *hist = of(row, own, sizeof own);

	snprintf(label, size, "%s %.*s", prefix, (int)(size - strlen(prefix) - 2), own);
	return hist;
}

static const struct jscope_hist *brief_irq(const void *row, char *label, size_t size)
{
	return prefixed("irq", row, label, size, irq_duration);
}

static const struct jscope_hist *brief_softirq(const void *row, char *label, size_t size)
{
	return prefixed("raise of", row, label, size, softirq_raise);
}

static const struct jscope_hist *brief_timer(const void *row, char *label, size_t size)
{
	return prefixed("timer of", row, label, size, timer_run);
}

static const struct jscope_hist *brief_line_run(const void *row, char *label, size_t size)
{
	return prefixed("thread of", row, label, size, line_run);
}

/* Where there is no room for a table, the longest of all. */
static void brief_line(const struct jscope__page *page, const struct totals *totals,
		       const struct jscope__text_entry *longest)
{
	char text[JSCOPE_NS_TEXT_SIZE], said[160 + JSCOPE__TEXT_LABEL_SIZE];

	snprintf(said, sizeof said,
		 "machine: %" PRIu64 " interrupts, %" PRIu64 " softirqs raised; longest: %s %s",
		 totals->irqs, totals->raised, longest->label,
		 jscope_ns_format(text, jscope_hist_max(longest->hist)));
	fputc('\n', page->stream);
	jscope__text_wrap(page, 1, said);
}

void jscope__text_kernel_brief(struct jscope__page *page, const struct jscope_report *report,
			       size_t most)
{
	const struct totals totals = totals_of(report);
	struct jscope__text_rows rows = { 0 };

	if (jscope__timer_count(report) > 1)
		jscope__text_rows_add(&rows, report->streams, brief_timer);
	jscope__text_rows_add(&rows, report->streams, brief_line_run);
	jscope__text_rows_add_one(&rows, "wake-ups", report->wakeups);
	jscope__text_rows_add(&rows, report->irqs, brief_irq);
	jscope__text_rows_add(&rows, report->softirqs, brief_softirq);
	jscope__text_rows_sort(&rows);
	if (rows.count > 0 && most > 0) {
		title_write(page, "machine", rows.count, most,
			    "%" PRIu64 " interrupts, %" PRIu64 " softirqs raised", totals.irqs,
			    totals.raised);
		jscope__text_rows_write(page, "time of", &rows, most);
	} else if (rows.count > 0) {
		brief_line(page, &totals, &rows.entries[0]);
	}
	jscope__text_rows_finish(&rows);
}
