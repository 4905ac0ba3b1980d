/* R20, R21: how well the positions of a RUN epoch keep to a straight line (hlk.h). */
#include "rules/bench.h"

#include <math.h>

#include "hlk.h"

#define RULE_RATE     20
#define RULE_STRAIGHT 21

#define STREAMS_MAX 1024

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *series; /* (dev, stream): struct jscope__hlk */
	bool has_rate, has_straight;
	double worst_ppm, worst_std_ms, worst_peak_ms;
};

static double nominal_rate(const struct jscope__stream *facts)
{
	return (double)facts->rate_hz * (double)facts->frame_bytes;
}

static const struct jscope__hlk_limit *limits_of(const struct bench *bench)
{
	return jscope__judge_profile(bench->judge) == JSCOPE_PROFILE_STRICT ? jscope__hlk_strict
									    : jscope__hlk_published;
}

/* R20 */

static void judge_rate(struct bench *bench, const struct jscope__hlk *series,
		       const struct jscope__stream *facts, double error)
{
	const struct jscope__hlk_limit *limit = &limits_of(bench)[JSCOPE__HLK_RATE];
	char object[48];

	if (!bench->has_rate || fabs(error) * 1e6 > fabs(bench->worst_ppm))
		bench->worst_ppm = error * 1e6;
	bench->has_rate = true;
	if (!jscope__hlk_exceeds(limit, error * 1e6))
		jscope__judge_pass(bench->judge, RULE_RATE);
	else
		jscope__judge_violate(
			bench->judge, RULE_RATE, series->last_ns,
			jscope__stream_name(object, facts),
			"the position moves at %.0f B/s, %+.2f %% off the nominal %.0f; "
			"beyond %.0f %% the position test fails, and other devices drift "
			"away from this one",
			(error + 1) * nominal_rate(facts), error * 100, nominal_rate(facts),
			limit->value / 1e4);
}

/* R21 */

static void judge_window(struct bench *bench, const struct jscope__hlk *series,
			 const struct jscope__stream *facts,
			 const struct jscope__hlk_errors *errors)
{
	const struct jscope__hlk_limit *limits = limits_of(bench);
	char object[48];

	bench->has_straight = true;
	bench->worst_std_ms = fmax(bench->worst_std_ms, errors->deviation_ms);
	bench->worst_peak_ms = fmax(bench->worst_peak_ms, errors->largest_ms);
	if (jscope__hlk_is_straight(limits, errors))
		jscope__judge_pass(bench->judge, RULE_STRAIGHT);
	else
		jscope__judge_violate(
			bench->judge, RULE_STRAIGHT, series->last_ns,
			jscope__stream_name(object, facts),
			"%u readings stray from their line by %.3f ms (standard "
			"deviation) and %.3f ms at most; the limits are %.1f and %.1f ms, "
			"since echo cancellation relies on them",
			errors->readings, errors->deviation_ms, errors->largest_ms,
			limits[JSCOPE__HLK_DEVIATION].value, limits[JSCOPE__HLK_LARGEST].value);
}

/* Readings */

static void series_close(struct bench *bench, struct jscope__hlk *series,
			 const struct jscope__stream *facts)
{
	struct jscope__hlk_errors errors;
	double rate_error;

	if (series->epoch && facts && nominal_rate(facts) > 0) {
		if (jscope__hlk_rate_error(series, &rate_error))
			judge_rate(bench, series, facts, rate_error);
		if (jscope__hlk_rest(series, &errors))
			judge_window(bench, series, facts, &errors);
	}
	series->epoch = 0;
}

static void on_position(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *facts)
{
	const struct jscope_slots_wrt_pos *slots = SLOTS(event, wrt_pos);
	const struct jscope__hlk_reading reading = {
		.epoch = facts->epoch,
		.at_ns = slots->pos_ts_ns,
		.read_ns = event->ts_ns,
		.position = slots->linear,
		.rate = nominal_rate(facts),
		.period_ns = jscope__stream_time_of(facts, facts->packet_bytes),
	};
	struct jscope__hlk_errors errors;
	struct jscope__hlk *series;

	if (facts->state != JSCOPE__STATE_RUN || reading.rate <= 0 ||
	    reading.at_ns == JSCOPE_NS_UNKNOWN)
		return;
	series = jscope_map_put(bench->series, jscope__key(event->slot[0], slots->stream));
	if (!series)
		return;
	if (series->epoch != facts->epoch)
		jscope__hlk_begin(series, &reading);
	if (jscope__hlk_add(series, &reading, &errors))
		judge_window(bench, series, facts, &errors);
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;
	const struct jscope__stream *facts;
	struct jscope__hlk *series;

	if (event->id != JSCOPE_EVENT_wrt_pos && event->id != JSCOPE_EVENT_wrt_state)
		return;
	facts = jscope__judge_stream(bench->judge, event->slot[0], SLOTS(event, wrt_pos)->stream);
	if (!facts)
		return;
	if (event->id == JSCOPE_EVENT_wrt_pos) {
		on_position(bench, event, facts);
	} else if (SLOTS(event, wrt_state)->status >= 0) {
		series = jscope_map_get(bench->series,
					jscope__key(event->slot[0], SLOTS(event, wrt_pos)->stream));
		if (series)
			series_close(bench, series, facts);
	}
}

static void on_finish(void *state, jscope_ns end_ns)
{
	struct bench *bench = state;
	struct jscope_key key;
	void *value;

	(void)end_ns;
	for (size_t cursor = 0; jscope_map_next(bench->series, &cursor, &key, &value);)
		series_close(
			bench, value,
			jscope__judge_stream(bench->judge, (int64_t)key.high, (int64_t)key.low));
	if (bench->has_rate)
		jscope__judge_figure(bench->judge, RULE_RATE, "%+.3f ppm", bench->worst_ppm);
	if (bench->has_straight)
		jscope__judge_figure(
			bench->judge, RULE_STRAIGHT,
			"deviation %.3f ms of %.1f ms, largest error %.3f ms of %.1f ms",
			bench->worst_std_ms, limits_of(bench)[JSCOPE__HLK_DEVIATION].value,
			bench->worst_peak_ms, limits_of(bench)[JSCOPE__HLK_LARGEST].value);
}

/* A stream whose state is unknown after a loss begins a series when it runs again. */
static void series_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	((struct jscope__hlk *)value)->epoch = 0;
}

const struct jscope__bench_ops jscope__bench_line = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, series, struct jscope__hlk, STREAMS_MAX, series_forget),
	},
	.event = on_event,
	.finish = on_finish,
};
