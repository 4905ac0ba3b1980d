/*
 * The ledger of what is missing: how many values a loss may have kept from each distribution.
 *
 * A tracer tells how many events it lost, not which. Any of them may have been the one that a value
 * needed, so that each may have cost every distribution a value, and a period, which lies between
 * two events, two. A loss costs values without being counted there, too: chains that were cut,
 * requests and handlers that lack an end. Those are counted where they were found, and are added.
 *
 * Where a value is paired with the event before it and nothing in the trace says that there was
 * another one in between, a lost event may also have made a value that is none; and so may one that
 * would have explained a stage.
 */
#include "report_rows.h"

/* Nobody can tell how many events were in a packet that is not there, or in what is damaged. */
static uint64_t lost_count(const struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;

	if (info->lost_packets > 0 || info->error_count > 0)
		return JSCOPE_HIST_UNCOUNTED;
	return jscope__add_sat(jscope__add_sat(info->lost_events, info->refused),
			       report->unrecorded);
}

/* What a distribution lacks, entered in its histogram and in the sums of the report. */
static void enter(struct jscope_report *report, struct jscope_hist *hist, uint64_t missing,
		  uint64_t wrong)
{
	struct jscope__ledger *ledger = &report->ledger;

	if (jscope_hist_count(hist) == 0)
		return;
	jscope_hist_doubt_set(hist, (struct jscope_hist_doubt){ missing, wrong });
	ledger->distributions++;
	switch (jscope__hist_trust(hist)) {
	case JSCOPE_TRUSTED:
		return;
	case JSCOPE_INVALID:
		ledger->invalid++;
		/* fall through */
	case JSCOPE_DEGRADED:
		ledger->degraded++;
	}
	ledger->uncounted |= missing == JSCOPE_HIST_UNCOUNTED;
}

/*
 * Chains that were cut. Some are partial by nature; of the others each lacks an event of its own, or
 * shares it with another one.
 */
static uint64_t cut_count(const struct jscope__stream_row *row, uint64_t lost)
{
	uint64_t partial = row->partial_chains < lost ? row->partial_chains : lost;

	return jscope__add_sat(row->counts[JSCOPE_CLASS_CENSORED], partial);
}

static void enter_stream(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__stream_row *row = from_row;
	uint64_t missing = lost ? jscope__add_sat(lost, cut_count(row, lost)) : 0;

	missing = jscope__add_sat(missing, row->due_excluded);
	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		enter(report, row->stages[i], missing, i == JSCOPE_STAGE_UNEXPLAINED ? lost : 0);
	enter(report, row->end_to_end, missing, 0);
	enter(report, row->service, missing, 0);
	enter(report, row->headroom_frames, missing, 0);
	enter(report, row->headroom_ns, missing, 0);
	enter(report, row->position_frames, missing, 0);
	enter(report, row->position_ns, missing, 0);
	enter(report, row->jitter.period, jscope__add_sat(missing, missing), lost);
}

/*
 * Requests that have no value here, though the trace tells of them. Some have none by nature; of
 * the others each lacks an event, or was in flight in a window of loss, so that nobody can tell which
 * completion is its own.
 */
static uint64_t requests_lacking(const struct jscope_report *report,
				 const struct jscope__device_row *row,
				 const struct jscope_hist *hist, uint64_t lost)
{
	const uint64_t lacking = row->requests - jscope_hist_count(hist);
	uint64_t cut;

	if (__builtin_mul_overflow(report->loss_windows, row->outstanding_max, &cut))
		cut = UINT64_MAX;
	cut = jscope__add_sat(cut, lost);
	return lacking < cut ? lacking : cut;
}

static void enter_request_hist(struct jscope_report *report, const struct jscope__device_row *row,
			       struct jscope_hist *hist, uint64_t lost)
{
	const uint64_t lacking = lost ? requests_lacking(report, row, hist, lost) : 0;

	enter(report, hist, jscope__add_sat(lost, lacking), 0);
}

static void enter_device(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__device_row *row = from_row;

	enter_request_hist(report, row, row->latency, lost);
	enter_request_hist(report, row, row->queue, lost);
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		enter_request_hist(report, row, row->stages[i], lost);
}

static void enter_irq(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__irq_row *row = from_row;

	enter(report, row->duration, lost ? jscope__add_sat(lost, row->unmatched) : 0, 0);
	enter(report, row->interval, jscope__add_sat(jscope__add_sat(lost, lost), row->disordered),
	      lost);
}

static void enter_softirq(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__softirq_row *row = from_row;
	uint64_t missing = lost ? jscope__add_sat(lost, row->unmatched) : 0;

	enter(report, row->raise_to_entry, missing, lost);
	enter(report, row->duration, missing, 0);
}

static uint64_t wakeups_missing(const struct jscope_report *report, uint64_t lost)
{
	return lost ? jscope__add_sat(lost, report->wakeups_censored) : 0;
}

static void enter_task(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__task_row *row = from_row;

	enter(report, row->latency, wakeups_missing(report, lost), lost);
}

static void enter_rows(struct jscope_report *report, const struct jscope__table *table,
		       void (*enter_row)(struct jscope_report *report, const void *row,
					 uint64_t lost),
		       uint64_t lost)
{
	for (size_t i = 0; i < jscope__table_count(table); i++)
		enter_row(report, jscope__table_at(table, i), lost);
	if (jscope__table_other(table))
		enter_row(report, jscope__table_other(table), lost);
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	struct jscope_report *report = state;

	(void)loss;
	report->loss_windows++;
}

void jscope__collect_losses(struct jscope_report *report)
{
	report->sink.loss = on_loss;
}

void jscope__ledger_keep(struct jscope_report *report)
{
	const uint64_t lost = lost_count(report);

	report->ledger = (struct jscope__ledger){ 0 };
	enter_rows(report, report->streams, enter_stream, lost);
	enter_rows(report, report->devices, enter_device, lost);
	enter_rows(report, report->irqs, enter_irq, lost);
	enter_rows(report, report->softirqs, enter_softirq, lost);
	enter_rows(report, report->tasks, enter_task, lost);
	enter(report, report->wakeups, wakeups_missing(report, lost), lost);
	for (enum jscope_context i = 0; i < JSCOPE_CONTEXT_COUNT; i++)
		enter(report, report->wakeups_by_context[i], wakeups_missing(report, lost), lost);
}
