#include "run_feed.h"

#include <math.h>
#include <stdlib.h>

#include "../cmocka_all.h"

#define PERIOD_NS (10 * JSCOPE_NS_PER_MS)
#define BEGIN_NS  JSCOPE_NS_PER_SEC
#define RATE_HZ	  48000

double run_uniform(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

double run_normal(uint64_t *seed)
{
	const double radius = sqrt(-2 * log(1 - run_uniform(seed)));

	return radius * cos(2 * M_PI * run_uniform(seed));
}

struct state {
	const struct run_feed *feed;
	uint64_t seed;
	double last; /* standard normal, of the wake stage */
};

static double factor(double scale)
{
	return scale > 0 ? scale : 1;
}

static jscope_ns stage_draw(struct state *state, enum jscope_stage stage)
{
	static const double medians_ns[] = { 6000, 3000, 5000, 5000, 25000 };
	const double kept = stage == JSCOPE_STAGE_WAKE ? state->feed->persistence : 0;
	const double drawn = run_normal(&state->seed) * sqrt(1 - kept * kept);
	const double normal = kept * state->last + drawn;

	if (stage == JSCOPE_STAGE_WAKE)
		state->last = normal;
	return (jscope_ns)(medians_ns[stage] * factor(state->feed->scale[stage]) *
			   exp(0.4 * normal));
}

static void notification_feed(struct state *state, const struct jscope_timeline_sink *sink,
			      const struct jscope_stream_info *stream, unsigned k)
{
	struct jscope_notification n = { .stream = stream, .seq = k, .epoch = 1 };

	n.at[JSCOPE_DUE] = BEGIN_NS + (jscope_ns)k * PERIOD_NS;
	for (enum jscope_stage i = 0; i <= JSCOPE_STAGE_WAKE; i++)
		n.at[JSCOPE_IRQ + i] = n.at[JSCOPE_DUE + i] + stage_draw(state, i);
	n.at[JSCOPE_SERVED] =
		n.at[JSCOPE_RUN] + (jscope_ns)(150000 * factor(state->feed->work_scale) *
					       exp(0.3 * run_normal(&state->seed)));
	n.has_headroom = true;
	n.headroom_frames =
		960 - (n.at[JSCOPE_SERVED] - n.at[JSCOPE_DUE]) / (JSCOPE_NS_PER_SEC / RATE_HZ);
	sink->notification(sink->state, &n);
}

static void feed_all(const struct run_feed *feed, const struct jscope_timeline_sink *sink)
{
	const struct jscope_stream_info stream = {
		.device = "dev1",
		.stream = feed->stream ? feed->stream : "stream 0x1",
		.kind = "wavert",
		.name = "",
		.path = (1u << JSCOPE_INSTANT_COUNT) - 1,
		.nominal_period_ns = PERIOD_NS,
		.rate_hz = RATE_HZ,
		.buffer_frames = 960,
		.period_frames = 480,
	};
	struct state state = { .feed = feed, .seed = feed->seed };

	sink->stream(sink->state, &stream);
	state.last = run_normal(&state.seed);
	for (unsigned k = 0; k < feed->count; k++)
		notification_feed(&state, sink, &stream, k);
	for (unsigned k = 0; k < feed->glitches; k++) {
		const struct jscope_glitch glitch = { .stream = &stream,
						      .at_ns = BEGIN_NS + k * PERIOD_NS };

		sink->glitch(sink->state, &glitch);
	}
}

struct jscope_report *run_report(const struct run_feed *feed)
{
	const struct jscope_trace_info info = {
		.path = "made up",
		.reader = "none",
		.clock = "monotonic",
		.begin_ns = BEGIN_NS,
		.end_ns = BEGIN_NS + feed->count * PERIOD_NS,
		.events = feed->is_empty ? 0 : 1 + 10 * (uint64_t)feed->count,
		.lost_events = feed->lost_events,
	};
	struct jscope_report *report;

	assert_int_equal(jscope_report_create(&report), 0);
	jscope_report_make_plain(report);
	if (!feed->forgets_order)
		jscope_report_keep_order(report);
	if (!feed->is_empty)
		feed_all(feed, jscope_report_sink(report));
	assert_int_equal(jscope_report_finish(report, &info), 0);
	return report;
}
