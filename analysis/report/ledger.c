/*
 * The ledger of what is missing: how many values a loss may have kept from each distribution.
 *
 * A tracer tells how many events it lost, not which. Any of them may have been the one that a value
 * needed, so that each may have cost every distribution a value, and a period, which lies between
 * two events, two. Points that have numbers are known better: see numbering.h. A loss costs values
 * without being counted there, too: chains that were cut, requests and handlers that lack an end.
 * Those are counted where they were found, and are added.
 *
 * Where a value is paired with the event before it and nothing in the trace says that there was
 * another one in between, a lost event may also have made a value that is none; and so may one that
 * would have explained a stage.
 */
#include "report_rows.h"

/* Nobody can tell how many events were in a packet that is not there, or in what is damaged. */
uint64_t jscope__ledger_lost(const struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;

	if (info->lost_packets > 0 || info->error_count > 0 || report->has_uncounted_loss)
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

static uint64_t measured_count(const struct jscope__stream_row *row)
{
	return row->counts[JSCOPE_CLASS_ON_TIME] + row->counts[JSCOPE_CLASS_LATE] +
	       row->counts[JSCOPE_CLASS_EARLY] + row->counts[JSCOPE_CLASS_MERGED];
}

/*
 * Chains without a value, of which so many were measured and yet have none: those that were cut,
 * and those that nobody tells of. Some lack it by nature; of the others each lacks an event of its
 * own, or shares it with another one.
 */
static uint64_t chains_lacking(const struct jscope__stream_row *row, uint64_t unmeasured,
			       uint64_t lost)
{
	uint64_t lacking = unmeasured < lost ? unmeasured : lost;

	if (lost == 0 || lost == JSCOPE_HIST_UNCOUNTED)
		return lost ? lost : row->due_excluded;
	lacking = jscope__add_sat(lacking, jscope__numbering_hidden(&row->numbering, lost));
	lacking = jscope__add_sat(lacking, row->counts[JSCOPE_CLASS_CENSORED]);
	return jscope__add_sat(lacking, row->due_excluded);
}

/* What is unexplained may have been explained by what was lost, and then is none. */
static void enter_chain_hist(struct jscope_report *report, const struct jscope__stream_row *row,
			     struct jscope_hist *hist, uint64_t lost)
{
	const bool is_unexplained = hist == row->stages[JSCOPE_STAGE_UNEXPLAINED];
	const uint64_t measured = measured_count(row), count = jscope_hist_count(hist);
	const uint64_t unmeasured = measured > count ? measured - count : 0;

	enter(report, hist, chains_lacking(row, unmeasured, lost), is_unexplained ? lost : 0);
}

/* Between two points; where these have no numbers another one may have been there. */
static void enter_period(struct jscope_report *report, const struct jscope__stream_row *row,
			 uint64_t lost)
{
	const uint64_t unexplained = jscope_hist_count(row->stages[JSCOPE_STAGE_UNEXPLAINED]);
	const uint64_t unmeasured = jscope__add_sat(row->partial_chains, unexplained);
	const uint64_t missing = chains_lacking(row, unmeasured, lost);
	const bool is_numbered = jscope__numbering_is_known(&row->numbering);

	enter(report, row->jitter.period, jscope__add_sat(missing, missing),
	      is_numbered ? 0 : lost);
}

/*
 * A chain that is missing lacks here as well, and so does a point of which nobody knows how long it
 * waited. What a missed point waited is doubtful: its client may have been told earlier, of a point
 * that was lost.
 */
static void enter_corrected(struct jscope_report *report, const struct jscope__stream_row *row,
			    uint64_t lost)
{
	const uint64_t measured = measured_count(row), count = jscope_hist_count(row->end_to_end);
	const uint64_t unmeasured = measured > count ? measured - count : 0;
	uint64_t missing = chains_lacking(row, unmeasured, lost);

	if (lost)
		missing = jscope__add_sat(missing, row->omission.left_out);
	enter(report, row->corrected, missing, lost ? row->omission.known : 0);
}

static void enter_stream(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__stream_row *row = from_row;

	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		enter_chain_hist(report, row, row->stages[i], lost);
	enter_chain_hist(report, row, row->end_to_end, lost);
	enter_corrected(report, row, lost);
	enter_chain_hist(report, row, row->service, lost);
	enter_chain_hist(report, row, row->headroom_frames, lost);
	enter_chain_hist(report, row, row->headroom_ns, lost);
	enter(report, row->position_frames, lost, 0);
	enter(report, row->position_ns, lost, 0);
	enter_period(report, row, lost);
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

/*
 * A request that was not measured may have been of any kind. Where there were too many kinds, those
 * with a distribution of their own are the first to be seen, and others may have been the first.
 */
static void enter_kinds(struct jscope_report *report, const struct jscope__device_row *row,
			uint64_t lost)
{
	const struct jscope__traffic *traffic = &row->traffic;
	uint64_t missing = jscope__add_sat(lost, requests_lacking(report, row, row->latency, lost));

	if (jscope_hist_count(traffic->kinds_other) > 0)
		missing = JSCOPE_HIST_UNCOUNTED;
	for (unsigned i = 0; i < JSCOPE__KINDS; i++)
		enter(report, traffic->kinds[i], lost ? missing : 0, 0);
	enter(report, traffic->kinds_other, lost ? missing : 0, 0);
}

static void enter_device(struct jscope_report *report, const void *from_row, uint64_t lost)
{
	const struct jscope__device_row *row = from_row;

	enter_request_hist(report, row, row->latency, lost);
	enter_request_hist(report, row, row->queue, lost);
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		enter_request_hist(report, row, row->stages[i], lost);
	enter_request_hist(report, row, row->traffic.told, lost);
	enter_request_hist(report, row, row->traffic.beyond_told, lost);
	enter_kinds(report, row, lost);
	enter(report, row->pace.corrected, 0, 0); /* made of traces without loss only */
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

static void loss_add(struct jscope_report *report, const struct jscope_loss *loss)
{

	report->loss_windows++;
	report->has_uncounted_loss |= loss->events == 0;
	report->events_lost = jscope__add_sat(report->events_lost, loss->events);
	for (size_t i = 0; i < jscope__table_count(report->streams); i++) {
		struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		jscope__numbering_loss(&row->numbering, loss);
		jscope__hlk_row_break(&row->hlk);
	}
}

static void on_loss(void *state, const struct jscope_loss *loss)
{
	loss_add(state, loss);
}

/* What was counted and yet not told when: it may have been at any time. */
static void losses_untold_add(struct jscope_report *report, uint64_t lost)
{
	const struct jscope_loss untold = { .events = lost - report->events_lost,
					    .begin_ns = JSCOPE_NS_UNKNOWN,
					    .end_ns = JSCOPE_NS_UNKNOWN };

	if (lost > report->events_lost)
		loss_add(report, &untold);
}

void jscope__collect_losses(struct jscope_report *report)
{
	report->sink.loss = on_loss;
}

void jscope__ledger_keep(struct jscope_report *report)
{
	const uint64_t lost = jscope__ledger_lost(report);

	losses_untold_add(report, lost);
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
