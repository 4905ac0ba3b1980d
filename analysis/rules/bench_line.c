/*
 * R20, R21: how well the positions of a RUN epoch keep to a straight line, by the method of the
 * published position test (DOMAIN 1.12): windows of 100 readings, a least-squares line through each
 * for the offset, errors against the nominal rate.
 */
#include "rules/bench.h"

#include <inttypes.h>
#include <math.h>

#define RULE_RATE     20
#define RULE_STRAIGHT 21

#define STREAMS_MAX  1024
#define WINDOW_SIZE  100
#define READINGS_MIN 30
#define SETTLE_NS    (100 * JSCOPE_NS_PER_MS)
#define READ_NS_MAX  JSCOPE_NS_PER_MS

#define RATE_ERROR_MAX 0.01
#define MEAN_MS_MAX    2.0
#define PEAK_MS_MAX    4.0

/* A least-squares line, grown reading by reading. */
struct line {
	unsigned long count;
	double mean_x, mean_y, sum_xx, sum_xy;
};

struct series {
	unsigned epoch; /* 0: none runs */
	jscope_ns begin_ns, last_ns;
	int64_t begin_linear;
	struct line whole; /* of the epoch: seconds, bytes */
	unsigned count;	   /* in the window */
	double seconds[WINDOW_SIZE], bytes[WINDOW_SIZE];
};

struct bench {
	struct jscope_judge *judge;
	struct jscope_map *series; /* (dev, stream): struct series */
	bool has_rate, has_straight;
	double worst_ppm, worst_std_ms, worst_peak_ms;
};

static void line_add(struct line *line, double x, double y)
{
	const double before_x = x - line->mean_x;

	line->count++;
	line->mean_x += before_x / (double)line->count;
	line->mean_y += (y - line->mean_y) / (double)line->count;
	line->sum_xx += before_x * (x - line->mean_x);
	line->sum_xy += before_x * (y - line->mean_y);
}

static double line_slope(const struct line *line)
{
	return line->sum_xx > 0 ? line->sum_xy / line->sum_xx : 0;
}

static double nominal_rate(const struct jscope__stream *facts)
{
	return (double)facts->rate_hz * (double)facts->frame_bytes;
}

/* R20 */

static void judge_rate(struct bench *bench, const struct series *series,
		       const struct jscope__stream *facts)
{
	const double error = line_slope(&series->whole) / nominal_rate(facts) - 1;
	char object[48];

	if (!bench->has_rate || fabs(error) * 1e6 > fabs(bench->worst_ppm))
		bench->worst_ppm = error * 1e6;
	bench->has_rate = true;
	if (fabs(error) <= RATE_ERROR_MAX)
		jscope__judge_pass(bench->judge, RULE_RATE);
	else
		jscope__judge_violate(
			bench->judge, RULE_RATE, series->last_ns,
			jscope__stream_name(object, facts),
			"the position moves at %.0f B/s, %+.2f %% off the nominal %.0f; "
			"beyond 1 %% the position test fails, and other devices drift "
			"away from this one",
			line_slope(&series->whole), error * 100, nominal_rate(facts));
}

/* R21 */

struct errors {
	double mean_ms, std_ms, peak_ms;
};

/*
 * Only the offset of the fitted line is taken out; a wrong rate remains an error, which grows with
 * the time since the window began.
 */
static struct errors window_errors(const struct series *series, double rate)
{
	struct line line = { 0 };
	struct errors errors = { 0 };
	double offset, sum = 0, squares = 0;

	for (unsigned i = 0; i < series->count; i++)
		line_add(&line, series->seconds[i] - series->seconds[0], series->bytes[i]);
	offset = line.mean_y - line_slope(&line) * line.mean_x;
	for (unsigned i = 0; i < series->count; i++) {
		const double seconds = series->seconds[i] - series->seconds[0];
		const double error_ms = (seconds - (series->bytes[i] - offset) / rate) * 1e3;

		sum += error_ms;
		squares += error_ms * error_ms;
		errors.peak_ms = fmax(errors.peak_ms, fabs(error_ms));
	}
	errors.mean_ms = sum / series->count;
	errors.std_ms = sqrt(fmax(squares / series->count - errors.mean_ms * errors.mean_ms, 0));
	return errors;
}

static double std_ms_max(const struct bench *bench)
{
	return jscope__judge_profile(bench->judge) == JSCOPE_PROFILE_STRICT ? 0.3 : 1.0;
}

static bool is_straight(const struct bench *bench, const struct errors *errors)
{
	const double limit = std_ms_max(bench);

	/* The strict limit is told as "exceeds", the other as "below". */
	return trunc(fabs(errors->mean_ms)) < MEAN_MS_MAX && errors->peak_ms < PEAK_MS_MAX &&
	       (limit < 1.0 ? errors->std_ms <= limit : errors->std_ms < limit);
}

static void judge_window(struct bench *bench, struct series *series,
			 const struct jscope__stream *facts)
{
	const struct errors errors = window_errors(series, nominal_rate(facts));
	char object[48];

	bench->has_straight = true;
	bench->worst_std_ms = fmax(bench->worst_std_ms, errors.std_ms);
	bench->worst_peak_ms = fmax(bench->worst_peak_ms, errors.peak_ms);
	if (is_straight(bench, &errors))
		jscope__judge_pass(bench->judge, RULE_STRAIGHT);
	else
		jscope__judge_violate(
			bench->judge, RULE_STRAIGHT, series->last_ns,
			jscope__stream_name(object, facts),
			"%u readings stray from their line by %.3f ms (standard "
			"deviation) and %.3f ms at most; the limits are %.1f and %.1f ms, "
			"since echo cancellation relies on them",
			series->count, errors.std_ms, errors.peak_ms, std_ms_max(bench),
			PEAK_MS_MAX);
	series->count = 0;
}

/* Readings */

static void series_close(struct bench *bench, struct series *series,
			 const struct jscope__stream *facts)
{
	if (series->epoch && facts && nominal_rate(facts) > 0) {
		if (series->whole.count >= READINGS_MIN)
			judge_rate(bench, series, facts);
		if (series->count >= READINGS_MIN)
			judge_window(bench, series, facts);
	}
	series->epoch = 0;
}

static void series_begin(struct series *series, const struct jscope__stream *facts,
			 const struct jscope_slots_wrt_pos *slots)
{
	*series = (struct series){ .epoch = facts->epoch,
				   .begin_ns = slots->pos_ts_ns,
				   .last_ns = JSCOPE_NS_UNKNOWN,
				   .begin_linear = slots->linear };
}

/* One reading per period is what the test takes; more often ones are thinned out to that. */
static bool is_wanted(const struct series *series, const struct jscope__stream *facts,
		      const struct jscope_vocabulary_event *event)
{
	const jscope_ns at_ns = SLOTS(event, wrt_pos)->pos_ts_ns;
	const jscope_ns period_ns = jscope__stream_time_of(facts, facts->packet_bytes);

	if (jscope_sub_sat(event->ts_ns, at_ns) >= READ_NS_MAX ||
	    jscope_sub_sat(at_ns, series->begin_ns) < SETTLE_NS)
		return false;
	return series->last_ns == JSCOPE_NS_UNKNOWN ||
	       jscope_sub_sat(at_ns, series->last_ns) > period_ns / 2;
}

static void series_add(struct bench *bench, struct series *series,
		       const struct jscope__stream *facts, const struct jscope_slots_wrt_pos *slots)
{
	const double seconds = (double)jscope_sub_sat(slots->pos_ts_ns, series->begin_ns) / 1e9;
	const double bytes = (double)jscope_sub_sat(slots->linear, series->begin_linear);

	series->last_ns = slots->pos_ts_ns;
	line_add(&series->whole, seconds, bytes);
	series->seconds[series->count] = seconds;
	series->bytes[series->count] = bytes;
	if (++series->count == WINDOW_SIZE)
		judge_window(bench, series, facts);
}

static void on_position(struct bench *bench, const struct jscope_vocabulary_event *event,
			const struct jscope__stream *facts)
{
	struct series *series = jscope_map_get(
		bench->series, jscope__key(event->slot[0], SLOTS(event, wrt_pos)->stream));

	if (facts->state != JSCOPE__STATE_RUN || nominal_rate(facts) <= 0 ||
	    SLOTS(event, wrt_pos)->pos_ts_ns == JSCOPE_NS_UNKNOWN)
		return;
	if (!series)
		series = jscope_map_put(bench->series,
					jscope__key(event->slot[0], SLOTS(event, wrt_pos)->stream));
	if (!series)
		return;
	if (series->epoch != facts->epoch)
		series_begin(series, facts, SLOTS(event, wrt_pos));
	if (is_wanted(series, facts, event))
		series_add(bench, series, facts, SLOTS(event, wrt_pos));
}

static void on_event(void *state, const struct jscope_vocabulary_event *event)
{
	struct bench *bench = state;
	const struct jscope__stream *facts;
	struct series *series;

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
			bench->worst_std_ms, std_ms_max(bench), bench->worst_peak_ms, PEAK_MS_MAX);
}

/* A stream whose state is unknown after a loss begins a series when it runs again. */
static void series_forget(struct jscope_judge *judge, void *value)
{
	(void)judge;
	((struct series *)value)->epoch = 0;
}

const struct jscope__bench_ops jscope__bench_line = {
	.size = sizeof(struct bench),
	.tables = {
		JSCOPE__TABLE(struct bench, series, struct series, STREAMS_MAX, series_forget),
	},
	.event = on_event,
	.finish = on_finish,
};
