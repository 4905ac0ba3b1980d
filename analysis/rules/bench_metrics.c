/* R27, R91..R93: what the timelines say of the notifications: when, and by which stage. */
#include "rules/bench.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/hist.h"
#include "omission.h"

#define RULE_ON_TIME   27
#define RULE_STAGES    91
#define RULE_NO_MISS   92
#define RULE_IN_PERIOD 93

#define MISSED_NAMED 3

#define STREAMS_MAX 4096

/* Of the stages a share of the period is kept, in parts per million. */
#define PPM 1000000

/* What a profile allows of the period: to 99 of 100, and to all. */
struct limits {
	int64_t p99_ppm, max_ppm;
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_hist *stages[JSCOPE_STAGE_COUNT]; /* share of the period, ppm */
	struct jscope_hist *raw;			/* end to end, ns */
	struct jscope_map *omissions;			/* (0, stream): struct jscope__omission */
	uint64_t points, missed, merged, late, early, too_long;
	unsigned named_count;
	uint64_t named[MISSED_NAMED]; /* the first ones missed */
};

static void release(void *state)
{
	struct bench *bench = state;
	struct jscope_key key;
	void *value;

	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		jscope_hist_destroy(bench->stages[i]);
	jscope_hist_destroy(bench->raw);
	for (size_t i = 0; bench->omissions && jscope_map_next(bench->omissions, &i, &key, &value);)
		jscope__omission_finish(value);
}

static int init(void *state)
{
	struct bench *bench = state;
	int error = 0;

	for (unsigned i = 0; !error && i < JSCOPE_STAGE_COUNT; i++)
		error = jscope_hist_create(NULL, &bench->stages[i]);
	if (!error)
		error = jscope_hist_create(NULL, &bench->raw);
	return error;
}

static const char *name_of(char object[48], const struct jscope_notification *notification)
{
	snprintf(object, 48, "%s %s", notification->stream->device, notification->stream->stream);
	return object;
}

/* The first instant that the trace knows of it; a point that is missed may have none. */
static jscope_ns instant_of(const struct jscope_notification *notification)
{
	for (unsigned i = 0; i < JSCOPE_INSTANT_COUNT; i++)
		if (notification->at[i] != JSCOPE_NS_UNKNOWN)
			return notification->at[i];
	return JSCOPE_NS_UNKNOWN;
}

/* R27 */

static const char *unpunctuality(enum jscope_class class)
{
	switch (class) {
	case JSCOPE_CLASS_LATE:
		return "late, so its client has less time to answer";
	case JSCOPE_CLASS_MERGED:
		return "merged with a later one, so its client was not told in its time";
	case JSCOPE_CLASS_MISSED:
		return "missed: no interrupt or DPC served it, and its client was never told";
	default:
		return NULL;
	}
}

static void judge_on_time(struct bench *bench, const struct jscope_notification *notification)
{
	const char *fault = unpunctuality(notification->class);
	char object[48];

	if (fault)
		jscope__judge_violate(bench->judge, RULE_ON_TIME, instant_of(notification),
				      name_of(object, notification), "point %" PRIu64 " was %s",
				      notification->seq, fault);
	else if (notification->class == JSCOPE_CLASS_CENSORED)
		jscope__judge_abstain(bench->judge, RULE_ON_TIME);
	else if (notification->class != JSCOPE_CLASS_SPURIOUS)
		jscope__judge_pass(bench->judge, RULE_ON_TIME);
}

/* R91, R93 */

static struct limits limits_of(const struct bench *bench)
{
	if (jscope__judge_profile(bench->judge) == JSCOPE_PROFILE_STRICT)
		return (struct limits){ PPM / 10, PPM / 2 };
	return (struct limits){ PPM / 2, PPM };
}

static void note_stages(struct bench *bench, const struct jscope_stages *stages,
			jscope_ns period_ns)
{
	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		if (stages->stage_ns[i] != JSCOPE_NS_UNKNOWN)
			jscope_hist_record(bench->stages[i],
					   jscope_muldiv(stages->stage_ns[i], PPM, period_ns));
}

/* What a long chain kept waiting counts with the chains (coordinated omission, DOMAIN 6.3). */
static void note_hidden(struct bench *bench, const struct jscope_notification *notification,
			jscope_ns latency_ns)
{
	const jscope_ns begin_ns = instant_of(notification);
	const struct jscope__omission_point point = {
		.epoch = notification->epoch,
		.seq = notification->seq,
		.is_numbered = notification->is_numbered,
		.is_missed = notification->class == JSCOPE_CLASS_MISSED,
		.period_ns = notification->stream->nominal_period_ns,
		.begin_ns = begin_ns,
		.end_ns = latency_ns == JSCOPE_NS_UNKNOWN ? JSCOPE_NS_UNKNOWN
							  : jscope_add_sat(begin_ns, latency_ns),
	};
	struct jscope__omission *omission =
		jscope_map_put(bench->omissions, jscope__key(0, notification->stream->index));

	if (omission)
		jscope__omission_add(omission, &point, NULL);
}

static void judge_in_period(struct bench *bench, const struct jscope_notification *notification,
			    jscope_ns latency_ns, jscope_ns period_ns)
{
	char object[48], latency[JSCOPE_NS_TEXT_SIZE], period[JSCOPE_NS_TEXT_SIZE];

	jscope_hist_record(bench->raw, latency_ns);
	if (latency_ns <= period_ns) {
		jscope__judge_pass(bench->judge, RULE_IN_PERIOD);
		return;
	}
	bench->too_long++;
	jscope__judge_violate(bench->judge, RULE_IN_PERIOD, instant_of(notification),
			      name_of(object, notification),
			      "point %" PRIu64
			      " took %s from end to end, longer than the period of "
			      "%s; the chains behind it waited, so percentiles need the correction",
			      notification->seq, jscope_ns_format(latency, latency_ns),
			      jscope_ns_format(period, period_ns));
}

static void note_chain(struct bench *bench, const struct jscope_notification *notification)
{
	const jscope_ns period_ns = notification->stream->nominal_period_ns;
	struct jscope_stages stages;

	if (period_ns <= 0)
		return;
	jscope_stages_compute(notification, &stages);
	note_stages(bench, &stages, period_ns);
	note_hidden(bench, notification, stages.end_to_end_ns);
	if (stages.end_to_end_ns != JSCOPE_NS_UNKNOWN)
		judge_in_period(bench, notification, stages.end_to_end_ns, period_ns);
}

static void judge_stage(struct bench *bench, enum jscope_stage stage, jscope_ns end_ns)
{
	const struct limits limits = limits_of(bench);
	const struct jscope_hist *hist = bench->stages[stage];
	const int64_t max_ppm = jscope_hist_max(hist);
	const int64_t p99_ppm =
		jscope_hist_has_quantile(hist, 0.99) ? jscope_hist_quantile(hist, 0.99) : 0;

	if (jscope_hist_count(hist) == 0)
		return;
	if (p99_ppm <= limits.p99_ppm && max_ppm <= limits.max_ppm)
		jscope__judge_pass(bench->judge, RULE_STAGES);
	else
		jscope__judge_violate(
			bench->judge, RULE_STAGES, end_ns, jscope_stage_name(stage),
			"99 of 100 took up to %.1f %% of the period, the longest %.1f %%; "
			"the limits are %.0f %% and %.0f %%, or the other stages have no "
			"time left",
			(double)p99_ppm / 1e4, (double)max_ppm / 1e4, (double)limits.p99_ppm / 1e4,
			(double)limits.max_ppm / 1e4);
}

static void tell_worst_stage(struct bench *bench)
{
	enum jscope_stage worst = 0;

	for (enum jscope_stage i = 1; i < JSCOPE_STAGE_COUNT; i++)
		if (jscope_hist_max(bench->stages[i]) > jscope_hist_max(bench->stages[worst]))
			worst = i;
	if (jscope_hist_count(bench->stages[worst]) > 0)
		jscope__judge_figure(bench->judge, RULE_STAGES,
				     "longest: %s, %.1f %% of the period", jscope_stage_name(worst),
				     (double)jscope_hist_max(bench->stages[worst]) / 1e4);
}

/* Of all streams together. Returns -ENOMEM where not all of it is in there. */
static int corrected_make(struct bench *bench, struct jscope_hist *corrected)
{
	int error = jscope_hist_add(corrected, bench->raw);
	struct jscope_key key;
	void *value;

	for (size_t i = 0; jscope_map_next(bench->omissions, &i, &key, &value);) {
		struct jscope__omission *omission = value;

		jscope__omission_close(omission, NULL);
		if (omission->hidden && jscope_hist_add(corrected, omission->hidden) < 0)
			error = -ENOMEM;
	}
	return error;
}

static void tell_p99(struct bench *bench, const struct jscope_hist *corrected)
{
	char raw_text[JSCOPE_NS_TEXT_SIZE], corrected_text[JSCOPE_NS_TEXT_SIZE];

	jscope__judge_figure(
		bench->judge, RULE_IN_PERIOD, "p99 %s raw, %s corrected, %" PRIu64 " too long",
		jscope_ns_format(raw_text, jscope_hist_quantile(bench->raw, 0.99)),
		jscope_ns_format(corrected_text, jscope_hist_quantile(corrected, 0.99)),
		bench->too_long);
}

static void tell_latencies(struct bench *bench)
{
	char raw[JSCOPE_NS_TEXT_SIZE];
	struct jscope_hist *corrected;

	if (jscope_hist_count(bench->raw) == 0)
		return;
	if (!jscope_hist_has_quantile(bench->raw, 0.99)) {
		jscope__judge_figure(bench->judge, RULE_IN_PERIOD, "longest %s",
				     jscope_ns_format(raw, jscope_hist_max(bench->raw)));
		return;
	}
	if (jscope_hist_create(NULL, &corrected) < 0) {
		jscope__judge_refuse(bench->judge, 1);
		return;
	}
	jscope__judge_refuse(bench->judge, corrected_make(bench, corrected) < 0);
	tell_p99(bench, corrected);
	jscope_hist_destroy(corrected);
}

/* R92 */

static void note_class(struct bench *bench, const struct jscope_notification *notification)
{
	const enum jscope_class class = notification->class;
	char object[48];

	bench->points += class != JSCOPE_CLASS_SPURIOUS && class != JSCOPE_CLASS_CENSORED;
	bench->merged += class == JSCOPE_CLASS_MERGED;
	bench->late += class == JSCOPE_CLASS_LATE;
	bench->early += class == JSCOPE_CLASS_EARLY;
	if (class == JSCOPE_CLASS_SPURIOUS || class == JSCOPE_CLASS_CENSORED)
		return;
	if (class != JSCOPE_CLASS_MISSED) {
		jscope__judge_pass(bench->judge, RULE_NO_MISS);
		return;
	}
	bench->missed++;
	if (bench->named_count < MISSED_NAMED)
		bench->named[bench->named_count++] = notification->seq;
	jscope__judge_violate(bench->judge, RULE_NO_MISS, instant_of(notification),
			      name_of(object, notification),
			      "point %" PRIu64 " was missed; none may be, as each is a packet that "
			      "the client does not know of",
			      notification->seq);
}

static void tell_classes(struct bench *bench)
{
	char named[64] = "";
	size_t length = 0;

	if (bench->points == 0)
		return;
	for (unsigned i = 0; i < bench->named_count && length < sizeof named - 24; i++)
		length += (size_t)snprintf(named + length, sizeof named - length, "%s%" PRIu64,
					   i ? ", " : " (", bench->named[i]);
	if (length > 0)
		snprintf(named + length, sizeof named - length, "%s)",
			 bench->missed > bench->named_count ? ", ..." : "");
	jscope__judge_figure(bench->judge, RULE_NO_MISS,
			     "%" PRIu64 " missed%s, %" PRIu64 " merged, %" PRIu64 " late, %" PRIu64
			     " early",
			     bench->missed, named, bench->merged, bench->late, bench->early);
}

/* Together */

static bool is_judged(const struct jscope_stream_info *stream)
{
	return strcmp(stream->kind, "wavert") == 0;
}

static void on_notification(void *state, const struct jscope_notification *notification)
{
	struct bench *bench = state;
	const enum jscope_class class = notification->class;

	if (!is_judged(notification->stream))
		return;
	/* What the ends of the trace cut is not judged; what a loss cut cannot be. */
	if (class == JSCOPE_CLASS_CENSORED &&
	    jscope__judge_blind_until(bench->judge) == JSCOPE_NS_UNKNOWN)
		return;
	judge_on_time(bench, notification);
	note_class(bench, notification);
	if (class == JSCOPE_CLASS_CENSORED || class == JSCOPE_CLASS_SPURIOUS)
		return;
	note_chain(bench, notification);
}

static void on_finish(void *state, jscope_ns end_ns)
{
	struct bench *bench = state;

	for (enum jscope_stage i = 0; i < JSCOPE_STAGE_COUNT; i++)
		judge_stage(bench, i, end_ns);
	tell_worst_stage(bench);
	tell_classes(bench);
	tell_latencies(bench);
}

/* Points on both sides of a loss hide nothing from each other. */
static void omission_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	jscope__omission_close(value, NULL);
}

const struct jscope__bench_ops jscope__bench_metrics = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, omissions, struct jscope__omission, STREAMS_MAX,
			      omission_forget),
	},
	.init = init,
	.notification = on_notification,
	.finish = on_finish,
	.release = release,
};
