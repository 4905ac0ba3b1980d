/* Notifications, positions and glitches into the rows of their streams. */
#include <string.h>

#include "report_rows.h"

/*
 * The instant whose regularity is judged: the device's telling, as near to the client as known.
 *
 * An ALSA period signals only where a client waits for it, and none does in an xrun: there it is
 * where the handler began that tells the period, so that the gap of the xrun is seen.
 */
static enum jscope_instant jitter_instant(const struct jscope_stream_info *info)
{
	static const enum jscope_instant preferred[] = {
		JSCOPE_SIGNAL, JSCOPE_DEFERRED, JSCOPE_IRQ, JSCOPE_QUEUED, JSCOPE_RUN, JSCOPE_DUE
	};
	const size_t count = sizeof preferred / sizeof preferred[0];

	for (size_t i = !strcmp(info->kind, "pcm"); i < count; i++)
		if (info->path & 1u << preferred[i])
			return preferred[i];
	return JSCOPE_SIGNAL;
}

/* Frames tell the period exactly, where they agree with the nominal one. */
static struct jscope__ideal stream_ideal(const struct jscope_stream_info *info)
{
	struct jscope__ideal ideal = { .period_ns = info->nominal_period_ns };
	jscope_ns from_frames_ns, difference_ns;

	if (info->rate_hz == 0 || info->period_frames == 0)
		return ideal;
	from_frames_ns = jscope_muldiv(info->period_frames, JSCOPE_NS_PER_SEC, info->rate_hz);
	difference_ns = jscope_sub_sat(ideal.period_ns, from_frames_ns);
	if (difference_ns < -1 || difference_ns > 1)
		return ideal;
	ideal.rate_hz = info->rate_hz;
	ideal.period_frames = info->period_frames;
	return ideal;
}

static void row_describe(struct jscope__stream_row *row, const struct jscope_stream_info *info)
{
	jscope__clean(row->name, sizeof row->name, info->name ? info->name : "");
	row->path = info->path;
	row->jitter_instant = jitter_instant(info);
	row->jitter_at_call = info->has_call;
	row->stream_ideal = stream_ideal(info);
	row->nominal_period_ns = info->nominal_period_ns;
	row->rate_hz = info->rate_hz;
	row->buffer_frames = info->buffer_frames;
	row->period_frames = info->period_frames;
}

static bool row_begin(struct jscope_report *report, struct jscope__stream_row *row,
		      const struct jscope_stream_info *info)
{
	if (jscope__jitter_init(&row->jitter, &report->limits) < 0)
		return false;
	row->numbering.pending = report->events_lost; /* before its first point, for all we know */
	row->numbering.pending_begin_ns = INT64_MIN;
	row->numbering.pending_end_ns = INT64_MIN;
	row->jitter.periods_only = report->plain;
	jscope__jitter_wander_begin(&row->jitter, &report->wander_budget);
	jscope__rhythm_init(&row->rhythm, &report->rhythm_shared);
	jscope__clean(row->device, sizeof row->device, info->device);
	jscope__clean(row->stream, sizeof row->stream, info->stream);
	jscope__clean(row->kind, sizeof row->kind, info->kind);
	row_describe(row, info);
	return true;
}

/* The row of a stream, begun where it is new. */
static struct jscope__stream_row *stream_row(struct jscope_report *report,
					     const struct jscope_stream_info *info)
{
	struct jscope__stream_row *row =
		jscope__table_row(report->streams, (struct jscope_key){ 0, info->index });

	if (row && (row->jitter.period || row_begin(report, row, info)))
		return row;
	report->unrecorded++;
	return NULL;
}

static bool ideal_equal(const struct jscope__ideal *a, const struct jscope__ideal *b)
{
	return a->period_ns == b->period_ns && a->rate_hz == b->rate_hz &&
	       a->period_frames == b->period_frames;
}

static jscope_ns told_at(const struct jscope__stream_row *row, const struct jscope_notification *n)
{
	return row->jitter_at_call ? n->call_ns : n->at[row->jitter_instant];
}

static void jitter_add(struct jscope__stream_row *row, const struct jscope_notification *n)
{
	const struct jscope__ideal *ideal = &row->stream_ideal;
	const jscope_ns at_ns = told_at(row, n);

	if (at_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (!row->jitter_begun || n->epoch != row->epoch || !ideal_equal(ideal, &row->ideal)) {
		row->ideal = *ideal;
		row->epoch = n->epoch;
		row->jitter_begun = true;
		jscope__jitter_segment(&row->jitter, ideal);
	}
	jscope__jitter_point(&row->jitter, n->seq, at_ns);
}

/* How late it was, where its stream knows when points are due. */
static void rhythm_add(struct jscope__stream_row *row, const struct jscope_notification *n,
		       const struct jscope_stages *stages)
{
	struct jscope__rhythm_point point = {
		.of_lateness = row->path & 1u << JSCOPE_DUE,
		.epoch = n->epoch,
		.seq = n->seq,
		.nominal_period_ns = row->nominal_period_ns,
	};
	const bool excluded = row->has_due && n->due_estimated != row->due_estimated;

	point.value_ns = point.of_lateness ? stages->end_to_end_ns : told_at(row, n);
	if (!excluded && point.value_ns != JSCOPE_NS_UNKNOWN)
		jscope__rhythm_add(&row->rhythm, &point);
}

static jscope_ns first_instant(const jscope_ns *at)
{
	for (size_t i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		if (at[i] != JSCOPE_NS_UNKNOWN)
			return at[i];
	return JSCOPE_NS_UNKNOWN;
}

/* What was not answered had its headroom when nothing more happened to it. */
static jscope_ns last_instant(const jscope_ns *at)
{
	for (size_t i = JSCOPE_INSTANT_COUNT; i-- > 0;)
		if (at[i] != JSCOPE_NS_UNKNOWN)
			return at[i];
	return JSCOPE_NS_UNKNOWN;
}

/* Does the due of this chain come from the other source than that of the stream's first one? */
static bool due_differs(struct jscope__stream_row *row, const struct jscope_notification *n)
{
	if (n->at[JSCOPE_DUE] == JSCOPE_NS_UNKNOWN)
		return false;
	if (!row->has_due) {
		row->has_due = true;
		row->due_estimated = n->due_estimated;
	}
	return n->due_estimated != row->due_estimated;
}

/* Where points are due at an even pace. */
static bool hiding_is_told(const struct jscope_report *report, const struct jscope_notification *n)
{
	return !report->plain && n->stream->nominal_period_ns > 0;
}

/* What its chain hid, or that it was hidden. */
static void omission_add(struct jscope_report *report, struct jscope__stream_row *row,
			 const struct jscope_notification *n, jscope_ns end_to_end_ns)
{
	const jscope_ns begin_ns = first_instant(n->at);
	const struct jscope__omission_point point = {
		.epoch = n->epoch,
		.seq = n->seq,
		.is_numbered = n->is_numbered,
		.is_missed = n->class == JSCOPE_CLASS_MISSED,
		.period_ns = n->stream->nominal_period_ns,
		.begin_ns = begin_ns,
		.end_ns = end_to_end_ns == JSCOPE_NS_UNKNOWN
				  ? JSCOPE_NS_UNKNOWN
				  : jscope_add_sat(begin_ns, end_to_end_ns),
	};

	jscope__omission_add(&row->omission, &point, &report->limits);
}

static void stages_add(struct jscope_report *report, struct jscope__stream_row *row,
		       const struct jscope_notification *n, const struct jscope_stages *stages)
{
	bool excluded = due_differs(row, n);

	for (size_t i = 0; i < JSCOPE_STAGE_COUNT; i++) {
		/* Either of the two may begin at the due. */
		if (excluded && (i == JSCOPE_STAGE_INTERRUPT || i == JSCOPE_STAGE_UNEXPLAINED))
			continue;
		if (stages->stage_ns[i] != JSCOPE_NS_UNKNOWN)
			jscope__report_record(report, &row->stages[i], stages->stage_ns[i]);
	}
	if (stages->service_ns != JSCOPE_NS_UNKNOWN)
		jscope__report_record(report, &row->service, stages->service_ns);
	row->partial_chains += stages->partial;
	row->due_excluded += excluded;
	if (excluded)
		return;
	if (hiding_is_told(report, n))
		omission_add(report, row, n, stages->end_to_end_ns);
	if (stages->end_to_end_ns == JSCOPE_NS_UNKNOWN)
		return;
	jscope__report_record(report, &row->end_to_end, stages->end_to_end_ns);
	if (!report->plain && jscope__worst_wants(&row->worst, stages->end_to_end_ns))
		jscope__worst_notification(&row->worst, n, stages);
}

/* frames_hist in frames, ns_hist as time, which may be negative after an underrun. */
static void headroom_add(struct jscope_report *report, const struct jscope_stream_info *info,
			 int64_t frames, struct jscope_hist **frames_hist,
			 struct jscope_hist **ns_hist)
{
	jscope__report_record(report, frames_hist, frames);
	if (info->rate_hz != 0)
		jscope__report_record(report, ns_hist,
				      jscope_muldiv(frames, JSCOPE_NS_PER_SEC, info->rate_hz));
}

/* A chain that was cut, never happened or has no point has no length to be averaged. */
static bool is_measured(enum jscope_class class)
{
	return class != JSCOPE_CLASS_CENSORED && class != JSCOPE_CLASS_MISSED &&
	       class != JSCOPE_CLASS_SPURIOUS;
}

/* Points that were merged are served at once: that is one headroom, not as many as points. */
static void served_headroom_add(struct jscope_report *report, struct jscope__stream_row *row,
				const struct jscope_notification *n)
{
	const bool known = row->has_served && row->served_ns != JSCOPE_NS_UNKNOWN &&
			   row->served_ns == n->at[JSCOPE_SERVED];

	if (!n->has_headroom || known)
		return;
	row->has_served = true;
	row->served_ns = n->at[JSCOPE_SERVED];
	headroom_add(report, n->stream, n->headroom_frames, &row->headroom_frames,
		     &row->headroom_ns);
	jscope__margin_add(&row->buffer.served, last_instant(n->at), n->headroom_frames,
			   n->stream->buffer_frames);
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct jscope_report *report = state;
	struct jscope__stream_row *row = stream_row(report, notification->stream);
	struct jscope_stages stages;

	if (report->trigger.count)
		jscope__trigger_notification(&report->trigger, notification);
	if (!row || notification->class >= JSCOPE_CLASS_COUNT)
		return;
	row->counts[notification->class]++;
	row->points += notification->class != JSCOPE_CLASS_SPURIOUS;
	jscope__numbering_add(&row->numbering, notification);
	if (notification->class == JSCOPE_CLASS_MISSED && hiding_is_told(report, notification))
		omission_add(report, row, notification, JSCOPE_NS_UNKNOWN);
	if (!is_measured(notification->class))
		return;
	jscope_stages_compute(notification, &stages);
	stages_add(report, row, notification, &stages);
	jitter_add(row, notification);
	if (!report->plain)
		rhythm_add(row, notification, &stages);
	served_headroom_add(report, row, notification);
}

/* What was learnt of the stream since: every change is told. */
static void on_stream(void *state, const struct jscope_stream_info *stream)
{
	struct jscope__stream_row *row = stream_row(state, stream);

	if (row)
		row_describe(row, stream);
}

static void on_position(void *state, const struct jscope_position *position)
{
	struct jscope_report *report = state;
	struct jscope__stream_row *row = stream_row(report, position->stream);

	if (report->trigger.count)
		jscope__trigger_position(&report->trigger, position);
	if (!row)
		return;
	jscope__buffer_row_position(&row->buffer, position);
	/* The test is one for drivers of that kind; cards of others tell positions at periods only. */
	if (!report->plain && !strcmp(row->kind, "wavert"))
		jscope__hlk_row_position(&row->hlk, position);
	if (position->has_headroom)
		headroom_add(report, position->stream, position->headroom_frames,
			     &row->position_frames, &row->position_ns);
}

static void on_glitch(void *state, const struct jscope_glitch *glitch)
{
	struct jscope__stream_row *row = stream_row(state, glitch->stream);

	if (!row)
		return;
	row->glitches++;
	jscope__buffer_row_glitch(&row->buffer, glitch);
}

static void on_defect(void *state, const struct jscope_position_defect *defect)
{
	struct jscope__stream_row *row = stream_row(state, defect->stream);

	if (row)
		jscope__buffer_row_defect(&row->buffer, defect);
}

void jscope__collect_streams(struct jscope_report *report)
{
	report->sink.stream = on_stream;
	report->sink.notification = on_notification;
	report->sink.position = on_position;
	report->sink.glitch = on_glitch;
	report->sink.defect = on_defect;
}

void jscope__collect_streams_close(struct jscope_report *report)
{
	for (size_t i = 0; i < jscope__table_count(report->streams); i++) {
		struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		jscope__jitter_close(&row->jitter);
		jscope__rhythm_close(&row->rhythm);
		jscope__omission_close(&row->omission, &report->limits);
		jscope__buffer_row_close(&row->buffer);
		jscope__hlk_row_close(&row->hlk);
		report->unrecorded += row->hlk.left_out;
	}
}
