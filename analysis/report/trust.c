/* How far the figures of a report can be trusted, and why not further. */
#include "report_rows.h"
#include "rows_visit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/*
 * The thresholds, all in one place.
 *
 * Invalid, since the figures would mislead:
 *   - nothing was read that any of them could be made from;
 *   - at least half of the events were lost;
 *   - more than half of the chains were cut by loss or by the ends of the trace;
 *   - every distribution may lack more values than it has.
 * Degraded, since they are right but not whole:
 *   - nothing happened, or lies in the window, so that there are none;
 *   - anything was lost, refused, not recorded, or read only in part;
 *   - over 1 % of the chains were cut. Two chains per stream are the ends of any trace;
 *   - over 10 % of the chains do not span their path, so that end_to_end speaks for the rest only;
 *   - a spectrum leaves points out for which there was no memory, or whose period is not the first one.
 * A distribution by itself is degraded where it may lack values, or have some that are none, and
 * invalid where those may be more than it has.
 */
#define CENSORED_INVALID_PERCENT  50
#define CENSORED_DEGRADED_PERCENT 1
#define CENSORED_ENDS		  2 /* per stream */
#define PARTIAL_DEGRADED_PERCENT  10
#define LOST_INVALID_PERCENT	  50
#define LACKING_INVALID_PERCENT	  100 /* of the values that there are */

const char *jscope__trust_name(enum jscope_trust trust)
{
	static const char *const names[] = { "trusted", "degraded", "invalid" };

	return names[trust];
}

static bool exceeds(uint64_t part, uint64_t whole, unsigned percent)
{
	return (double)part * 100 > (double)whole * percent;
}

enum jscope_trust jscope__hist_trust(const struct jscope_hist *hist)
{
	const struct jscope_hist_doubt doubt = jscope_hist_doubt(hist);

	if (doubt.missing == JSCOPE_HIST_UNCOUNTED)
		return JSCOPE_DEGRADED;
	if (exceeds(doubt.missing, jscope_hist_count(hist), LACKING_INVALID_PERCENT) ||
	    exceeds(doubt.wrong, jscope_hist_count(hist), LACKING_INVALID_PERCENT))
		return JSCOPE_INVALID;
	return doubt.missing + doubt.wrong > 0 ? JSCOPE_DEGRADED : JSCOPE_TRUSTED;
}

__attribute__((format(printf, 3, 4))) static void
reason_add(struct jscope_report *report, enum jscope_trust trust, const char *format, ...)
{
	va_list arguments;

	if (trust > report->trust)
		report->trust = trust;
	if (report->reason_count == JSCOPE__REASONS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(report->reasons[report->reason_count++], JSCOPE__REASON_SIZE, format, arguments);
	va_end(arguments);
}

static void totals_add_stream(struct jscope__totals *totals, const struct jscope__stream_row *row)
{
	totals->points += row->points;
	totals->partial_chains += row->partial_chains;
	totals->due_excluded += row->due_excluded;
	totals->disordered += row->jitter.disordered;
	for (size_t i = 0; i < JSCOPE_CLASS_COUNT; i++)
		totals->counts[i] += row->counts[i];
	for (size_t i = 0; i < JSCOPE_STAGE_COUNT; i++)
		totals->overflow += jscope_hist_overflow(row->stages[i]);
	totals->overflow += jscope_hist_overflow(row->end_to_end);
	totals->overflow += jscope_hist_overflow(row->omission.hidden);
	totals->overflow += jscope_hist_overflow(row->service);
	totals->overflow += jscope_hist_overflow(jscope__headroom_frames(row));
	totals->overflow += jscope_hist_overflow(jscope__headroom_ns(row));
	totals->overflow += jscope_hist_overflow(row->jitter.period);
}

static void totals_add_device(struct jscope__totals *totals, const struct jscope__device_row *row)
{
	totals->request_unmatched += row->unmatched;
	totals->request_censored += row->censored;
	totals->overflow += jscope__traffic_overflow(&row->traffic);
	totals->overflow += jscope_hist_overflow(row->pace.corrected);
	totals->overflow += jscope_hist_overflow(row->latency) + jscope_hist_overflow(row->queue);
	for (size_t i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		totals->overflow += jscope_hist_overflow(row->stages[i]);
}

static void totals_add_irq(struct jscope__totals *totals, const struct jscope__irq_row *row)
{
	totals->irq_unmatched += row->unmatched;
	totals->disordered += row->disordered;
	totals->overflow +=
		jscope_hist_overflow(row->duration) + jscope_hist_overflow(row->interval);
}

static void totals_add_softirq(struct jscope__totals *totals, const struct jscope__softirq_row *row)
{
	totals->softirq_unmatched += row->unmatched;
	totals->overflow +=
		jscope_hist_overflow(row->raise_to_entry) + jscope_hist_overflow(row->duration);
}

static void totals_add_tasks(struct jscope__totals *totals, const struct jscope_report *report)
{
	for (size_t i = 0; i < jscope__table_count(report->tasks); i++) {
		const struct jscope__task_row *row = jscope__table_at(report->tasks, i);

		totals->overflow += jscope_hist_overflow(row->latency);
	}
	totals->overflow += jscope_hist_overflow(report->wakeups);
	for (size_t i = 0; i < JSCOPE_CONTEXT_COUNT; i++)
		totals->overflow += jscope_hist_overflow(report->wakeups_by_context[i]);
}

/* Row `i` of a table, `other` behind the last of them; NULL behind that. */
static const void *row_or_other(const struct jscope__table *table, size_t i)
{
	size_t count = jscope__table_count(table);

	if (i < count)
		return jscope__table_at(table, i);
	return i == count ? jscope__table_other(table) : NULL;
}

void jscope__totals_sum(const struct jscope_report *report, struct jscope__totals *ret_totals)
{
	const void *row;

	*ret_totals = (struct jscope__totals){ 0 };
	for (size_t i = 0; (row = row_or_other(report->streams, i)); i++)
		totals_add_stream(ret_totals, row);
	for (size_t i = 0; (row = row_or_other(report->devices, i)); i++)
		totals_add_device(ret_totals, row);
	for (size_t i = 0; (row = row_or_other(report->irqs, i)); i++)
		totals_add_irq(ret_totals, row);
	for (size_t i = 0; (row = row_or_other(report->softirqs, i)); i++)
		totals_add_softirq(ret_totals, row);
	totals_add_tasks(ret_totals, report);
}

static bool is_empty(const struct jscope_report *report)
{
	return jscope__table_count(report->streams) == 0 &&
	       jscope__table_count(report->devices) == 0 &&
	       jscope__table_count(report->irqs) == 0 &&
	       jscope__table_count(report->softirqs) == 0 &&
	       jscope__table_count(report->tasks) == 0;
}

static void judge_reading(struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;

	if (info->events == 0)
		reason_add(report, JSCOPE_INVALID, "the trace holds no events");
	else if (is_empty(report))
		reason_add(report, JSCOPE_INVALID,
			   "none of its %" PRIu64 " events is of a known vocabulary, or all lie "
			   "outside the window",
			   info->events);
	else if (jscope__rows_are_idle(report))
		reason_add(report, JSCOPE_DEGRADED,
			   "nothing to measure: nothing happened in the trace, or in the window");
	if (info->partial)
		reason_add(report, JSCOPE_DEGRADED, "reading stopped before the end of the trace");
	else if (info->error_count > 0)
		reason_add(report, JSCOPE_DEGRADED, "%u errors while reading", info->error_count);
	if (info->refused > 0)
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64 " records refused by tables at their limit", info->refused);
}

static void judge_loss(struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;
	bool most =
		exceeds(info->lost_events, info->events + info->lost_events, LOST_INVALID_PERCENT);

	if (info->lost_events > 0)
		reason_add(report, most ? JSCOPE_INVALID : JSCOPE_DEGRADED,
			   "%" PRIu64 " events lost by the tracer", info->lost_events);
	if (info->lost_packets > 0)
		reason_add(report, JSCOPE_DEGRADED, "%" PRIu64 " packets lost by the tracer",
			   info->lost_packets);
}

static void judge_chains(struct jscope_report *report, const struct jscope__totals *totals)
{
	uint64_t censored = totals->counts[JSCOPE_CLASS_CENSORED];
	uint64_t ends = CENSORED_ENDS * (uint64_t)jscope__table_count(report->streams);

	if (exceeds(censored, totals->points, CENSORED_INVALID_PERCENT))
		reason_add(report, JSCOPE_INVALID,
			   "%" PRIu64 " of %" PRIu64
			   " chains are cut by loss or an end of the trace",
			   censored, totals->points);
	else if (censored > ends && exceeds(censored, totals->points, CENSORED_DEGRADED_PERCENT))
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64 " of %" PRIu64
			   " chains are cut by loss or an end of the trace",
			   censored, totals->points);
	if (exceeds(totals->partial_chains, totals->points, PARTIAL_DEGRADED_PERCENT))
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64 " of %" PRIu64 " chains do not span their path",
			   totals->partial_chains, totals->points);
	if (totals->due_excluded > 0)
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64
			   " chains left out, as recorded and estimated due times do not "
			   "mix",
			   totals->due_excluded);
}

static void judge_memory(struct jscope_report *report, const struct jscope__totals *totals)
{
	if (totals->overflow > 0)
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64 " values found no place in their histogram",
			   totals->overflow);
	if (totals->disordered > 0)
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64 " records came too late to be put in order",
			   totals->disordered);
	if (report->unrecorded > 0)
		reason_add(report, JSCOPE_DEGRADED, "%" PRIu64 " records dropped, memory was short",
			   report->unrecorded);
}

static void judge_rhythms(struct jscope_report *report)
{
	const size_t count = jscope__table_count(report->streams);
	unsigned is_short = 0, foreign = 0;

	for (size_t i = 0; i < count; i++) {
		const struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		is_short += row->rhythm.spectrum.is_short;
		foreign += row->rhythm.spectrum.segments > 0 && row->rhythm.foreign > 0;
	}
	if (is_short > 0)
		reason_add(report, JSCOPE_DEGRADED,
			   "of %u of %zu streams rhythms are coarse or missing, memory was short",
			   is_short, count);
	if (foreign > 0)
		reason_add(report, JSCOPE_DEGRADED,
			   "of %u of %zu streams rhythms speak for the first period only", foreign,
			   count);
}

static void judge_distributions(struct jscope_report *report)
{
	const struct jscope__ledger *ledger = &report->ledger;
	const bool all = ledger->invalid > 0 && ledger->invalid == ledger->distributions;

	if (ledger->degraded == 0)
		return;
	if (ledger->uncounted)
		reason_add(report, JSCOPE_DEGRADED,
			   "how many values that cost is not known: percentiles have no bounds");
	else if (ledger->invalid > 0)
		reason_add(report, all ? JSCOPE_INVALID : JSCOPE_DEGRADED,
			   "%" PRIu64 " of %" PRIu64
			   " distributions may lack more values than they have",
			   ledger->invalid, ledger->distributions);
	else
		reason_add(report, JSCOPE_DEGRADED,
			   "%" PRIu64 " of %" PRIu64
			   " distributions may lack values: their percentiles have bounds",
			   ledger->degraded, ledger->distributions);
}

void jscope__trust_judge(struct jscope_report *report)
{
	struct jscope__totals totals;

	jscope__totals_sum(report, &totals);
	report->trust = JSCOPE_TRUSTED;
	report->reason_count = 0;
	judge_reading(report);
	judge_loss(report);
	judge_chains(report, &totals);
	judge_memory(report, &totals);
	judge_rhythms(report);
	judge_distributions(report);
}
