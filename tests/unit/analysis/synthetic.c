#include "synthetic.h"

#include <string.h>

#define US     JSCOPE_NS_PER_US
#define MS     JSCOPE_NS_PER_MS
#define BEGIN  (1000 * JSCOPE_NS_PER_SEC)
#define POINTS 1000

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A product of random factors is log-normal, near enough, and integer arithmetic everywhere. */
static jscope_ns random_duration(uint64_t *state, jscope_ns typical_ns)
{
	jscope_ns duration_ns = typical_ns;

	for (int i = 0; i < 8; i++)
		duration_ns = duration_ns * (jscope_ns)(72 + random_next(state) % 64) / 100;
	return duration_ns;
}

static const struct jscope_stream_info audio = {
	.device = "dev1",
	.stream = "stream 0x1",
	.kind = "wavert",
	.index = 0,
	.path = (1u << (JSCOPE_RUN + 1)) - 1,
	.nominal_period_ns = 10 * MS,
	.rate_hz = 48000,
	.buffer_frames = 960,
	.period_frames = 480,
};

/* Point 400 waits 3 ms for its DPC, point 700 is heard 1.5 ms late. */
static void audio_instants(uint64_t k, uint64_t *random, jscope_ns *at)
{
	at[JSCOPE_DUE] = BEGIN + (jscope_ns)k * (10 * MS + 420); /* 42 ppm slow */
	at[JSCOPE_IRQ] = at[JSCOPE_DUE] + random_duration(random, 1200);
	at[JSCOPE_QUEUED] = at[JSCOPE_IRQ] + random_duration(random, 800);
	at[JSCOPE_DEFERRED] =
		at[JSCOPE_QUEUED] + random_duration(random, 4 * US) + (k == 400 ? 3 * MS : 0);
	at[JSCOPE_SIGNAL] = at[JSCOPE_DEFERRED] + random_duration(random, 2 * US);
	at[JSCOPE_RUN] =
		at[JSCOPE_SIGNAL] + random_duration(random, 40 * US) + (k == 700 ? 1500 * US : 0);
	at[JSCOPE_SERVED] = at[JSCOPE_RUN] + random_duration(random, 90 * US);
}

static void instants_forget(jscope_ns *at, enum jscope_instant from, enum jscope_instant to)
{
	for (unsigned i = from; i <= (unsigned)to; i++)
		at[i] = JSCOPE_NS_UNKNOWN;
}

static enum jscope_class audio_class(uint64_t k)
{
	switch (k) {
	case 400:
	case 700:
		return JSCOPE_CLASS_LATE;
	case 500:
		return JSCOPE_CLASS_MISSED;
	case 600:
		return JSCOPE_CLASS_MERGED;
	case POINTS:
		return JSCOPE_CLASS_CENSORED;
	}
	return JSCOPE_CLASS_ON_TIME;
}

static void audio_position(const struct jscope_timeline_sink *sink,
			   const struct jscope_notification *n)
{
	const struct jscope_position position = {
		.stream = n->stream,
		.at_ns = n->at[JSCOPE_SERVED],
		.epoch = n->epoch,
		.linear_frames = n->position_frames,
		.offset_frames = n->position_frames % 960,
		.written_frames = n->position_frames + n->headroom_frames,
		.headroom_frames = n->headroom_frames,
		.has_headroom = true,
	};

	sink->position(sink->state, &position);
}

static void audio_notification(const struct jscope_timeline_sink *sink, uint64_t k,
			       uint64_t *random)
{
	struct jscope_notification n = { .stream = &audio, .seq = k, .class = audio_class(k) };
	jscope_ns late_ns;

	n.cpu = (unsigned)(k % 2);
	n.tid = 4711;
	n.epoch = 1;
	audio_instants(k, random, n.at);
	late_ns = n.at[JSCOPE_SERVED] - n.at[JSCOPE_DUE];
	n.position_frames = (int64_t)k * 480 + late_ns * 48 / MS;
	n.headroom_frames = 480 - late_ns * 48 / MS;
	n.has_position = n.has_headroom =
		n.class != JSCOPE_CLASS_MISSED && n.class != JSCOPE_CLASS_CENSORED;
	if (n.class == JSCOPE_CLASS_MISSED)
		instants_forget(n.at, JSCOPE_IRQ, JSCOPE_SERVED);
	if (n.class == JSCOPE_CLASS_CENSORED)
		instants_forget(n.at, JSCOPE_SIGNAL, JSCOPE_SERVED);
	if (sink->notification)
		sink->notification(sink->state, &n);
	if (n.has_headroom && sink->position)
		audio_position(sink, &n);
}

void synthetic_moments(const struct jscope_timeline_sink *sink)
{
	static const uint64_t points[] = { 1, 2, 399, 400, 401, 500, 600, 700, POINTS };
	uint64_t random = 88172645463325252u;

	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
		audio_notification(sink, points[i], &random);
}

void synthetic_audio(const struct jscope_timeline_sink *sink)
{
	const struct jscope_glitch glitch = { .stream = &audio,
					      .at_ns = BEGIN + 5000 * MS,
					      .major = 1,
					      .cause = JSCOPE_CAUSE_LATE_WAKE };
	uint64_t random = 88172645463325252u;

	if (sink->stream)
		sink->stream(sink->state, &audio);
	for (uint64_t k = 1; k <= POINTS; k++)
		audio_notification(sink, k, &random);
	if (sink->glitch)
		sink->glitch(sink->state, &glitch);
}

struct jscope_trace_info synthetic_audio_info(void)
{
	return (struct jscope_trace_info){
		.path = "recordings/one-missed-one-merged",
		.reader = "babeltrace2",
		.clock = "monotonic",
		.begin_ns = BEGIN,
		.end_ns = BEGIN + 10000 * MS,
		.events = 8991,
		.streams = 2,
		.packets = 40,
		.probe_cost_ns = 92,
	};
}

static void disk_request(const struct jscope_timeline_sink *sink, uint64_t i, uint64_t *random)
{
	struct jscope_request r = { .device = "8:16", .name = "sdb", .completed = true };

	r.matched = true;
	r.id = 2048 + 8 * i;
	r.op = i % 3 ? "read" : "write";
	r.bytes = 4096;
	r.cpu = (unsigned)(i % 4);
	r.outstanding = (unsigned)(i % 32) + 1;
	r.status = i == 77 ? -5 : 0;
	r.empty = i % 50 == 49;
	r.queued_ns = BEGIN + (jscope_ns)i * 300 * US;
	r.issue_ns = r.queued_ns + random_duration(random, 2 * US);
	r.irq_ns = r.issue_ns + random_duration(random, 80 * US) + (i == 123 ? 40 * MS : 0);
	r.softirq_ns = JSCOPE_NS_UNKNOWN;
	r.complete_ns = r.irq_ns + random_duration(random, 3 * US);
	r.run_ns = r.complete_ns + random_duration(random, 20 * US);
	if (i == 499) {
		r.completed = false;
		r.irq_ns = r.complete_ns = r.run_ns = JSCOPE_NS_UNKNOWN;
	}
	sink->request(sink->state, &r);
}

static void kernel_irq(const struct jscope_timeline_sink *sink, uint64_t i, uint64_t *random)
{
	struct jscope_irq_span span = { .irq = i % 3 ? 27 : 30, .matched = true };

	span.name = i % 3 ? "ahci[0000:00:1f.2]" : "i915";
	span.begin_ns = BEGIN + (jscope_ns)i * 100 * US + random_duration(random, 10 * US);
	span.end_ns = span.begin_ns + random_duration(random, 4 * US);
	if (i == 0) {
		span.begin_ns = JSCOPE_NS_UNKNOWN;
		span.matched = false;
	}
	sink->irq(sink->state, &span);
}

static void kernel_softirq(const struct jscope_timeline_sink *sink, uint64_t i, uint64_t *random)
{
	struct jscope_softirq_span span = { .vec = i % 2 ? 4 : 9, .cpu = (unsigned)(i % 4) };
	jscope_ns raised_ns = BEGIN + (jscope_ns)i * 250 * US;

	span.raised_ns = span.entry_ns = JSCOPE_NS_UNKNOWN;
	span.at_ns = raised_ns;
	span.what = JSCOPE_SOFTIRQ_RAISED;
	sink->softirq(sink->state, &span);
	if (i % 10 == 0) {
		span.what = JSCOPE_SOFTIRQ_COALESCED;
		span.at_ns += 100;
		sink->softirq(sink->state, &span);
	}
	span.what = JSCOPE_SOFTIRQ_ENTERED;
	span.raised_ns = raised_ns;
	span.at_ns = raised_ns + random_duration(random, 5 * US);
	sink->softirq(sink->state, &span);
	span.what = JSCOPE_SOFTIRQ_LEFT;
	span.entry_ns = span.at_ns;
	span.at_ns += random_duration(random, 9 * US);
	sink->softirq(sink->state, &span);
}

static void kernel_wakeup(const struct jscope_timeline_sink *sink, uint64_t i, uint64_t *random)
{
	static const char *const names[] = { "pipewire", "jackd", "kworker/1:2", "fio", "Xorg" };
	struct jscope_wakeup wakeup = { .tid = (uint32_t)(1000 + i % 300) };

	wakeup.comm = names[i % 5];
	wakeup.context = (enum jscope_context)(i % JSCOPE_CONTEXT_COUNT);
	wakeup.waking_ns = BEGIN + (jscope_ns)i * 80 * US;
	wakeup.run_ns = wakeup.waking_ns + random_duration(random, 15 * US);
	sink->wakeup(sink->state, &wakeup);
}

void synthetic_kernel(const struct jscope_timeline_sink *sink)
{
	uint64_t random = 362436069u;

	for (uint64_t i = 0; i < 500 && sink->request; i++)
		disk_request(sink, i, &random);
	for (uint64_t i = 0; i < 900 && sink->irq; i++)
		kernel_irq(sink, i, &random);
	for (uint64_t i = 0; i < 400 && sink->softirq; i++)
		kernel_softirq(sink, i, &random);
	for (uint64_t i = 0; i < 2000 && sink->wakeup; i++)
		kernel_wakeup(sink, i, &random);
}

struct jscope_trace_info synthetic_kernel_info(void)
{
	return (struct jscope_trace_info){
		.path = "recordings/kernel",
		.reader = "babeltrace2",
		.clock = "monotonic",
		.begin_ns = BEGIN,
		.end_ns = BEGIN + 200 * MS,
		.events = 12345,
		.streams = 4,
		.packets = 16,
		.lost_events = 7,
		.wakeup_event = "sched_waking",
	};
}

static const char *const hostile_names[] = {
	"\033[31mred\033[0m\a",
	"two\nlines\rand a\ttab",
	"comma, \"quotes\", 'and' <tags> & entities ]]>",
	"=cmd|' /C calc'!A0",
	"broken \xc3( \xff \xe2\x82 \xed\xa0\x80 utf-8 \xc0\xaf",
	"turned \xe2\x80\xae over \xe2\x81\xa6 and \xc2\x9b"
	"31m C1",
	"\xe9\x9f\xb3\xe5\xa3\xb0 \xc3\xa9t\xc3\xa9",
	"a very long name that goes on and on and on, far beyond whatever column anyone may have "
	"thought of when the table was drawn, and then some more \xf0\x9f\x8e\xb5",
	"",
};

static void hostile_stream(const struct jscope_timeline_sink *sink, unsigned i)
{
	const struct jscope_stream_info info = {
		.device = hostile_names[i],
		.stream = hostile_names[i],
		.kind = "hostile",
		.index = i,
		.path = (1u << JSCOPE_IRQ) | (1u << JSCOPE_SIGNAL) | (1u << JSCOPE_RUN),
		.nominal_period_ns = i % 2 ? 1 : INT64_MAX,
		.rate_hz = i % 3 ? 1 : UINT32_MAX,
		.period_frames = i % 3 ? UINT32_MAX : 0,
	};
	struct jscope_notification n = { .stream = &info, .has_headroom = true, .epoch = i };

	for (unsigned k = 0; k < 5; k++) {
		n.seq = k % 2 ? UINT64_MAX - k : k;
		n.headroom_frames = k % 2 ? INT64_MIN + 1 : INT64_MAX;
		for (unsigned at = 0; at < JSCOPE_INSTANT_COUNT; at++)
			n.at[at] = JSCOPE_NS_UNKNOWN;
		n.at[JSCOPE_IRQ] = INT64_MIN + 1;
		n.at[JSCOPE_SIGNAL] = k % 3 ? INT64_MAX : 0;
		n.at[JSCOPE_RUN] = k % 4 ? INT64_MAX : INT64_MIN + 1;
		sink->notification(sink->state, &n);
	}
}

static void hostile_request(const struct jscope_timeline_sink *sink, unsigned i)
{
	const struct jscope_request request = {
		.device = hostile_names[i],
		.name = hostile_names[i],
		.op = hostile_names[i],
		.id = UINT64_MAX,
		.bytes = UINT64_MAX,
		.status = INT32_MIN,
		.completed = true,
		.matched = true,
		.queued_ns = INT64_MAX,
		.issue_ns = INT64_MIN + 1,
		.irq_ns = INT64_MAX,
		.softirq_ns = JSCOPE_NS_UNKNOWN,
		.complete_ns = INT64_MAX,
		.run_ns = INT64_MIN + 1,
		.outstanding = UINT32_MAX,
	};

	sink->request(sink->state, &request);
}

void synthetic_hostile(const struct jscope_timeline_sink *sink)
{
	for (unsigned i = 0; i < sizeof hostile_names / sizeof hostile_names[0]; i++) {
		const struct jscope_irq_span span = {
			INT32_MIN + (int32_t)i, hostile_names[i], 0, INT64_MIN + 1, INT64_MAX, true
		};
		const struct jscope_wakeup wakeup = { UINT32_MAX - i,	  hostile_names[i],
						      JSCOPE_CONTEXT_IRQ, INT64_MAX,
						      INT64_MIN + 1,	  false };

		if (sink->notification)
			hostile_stream(sink, i);
		if (sink->request)
			hostile_request(sink, i);
		if (sink->irq)
			sink->irq(sink->state, &span);
		if (sink->wakeup)
			sink->wakeup(sink->state, &wakeup);
	}
}

struct jscope_trace_info synthetic_hostile_info(void)
{
	struct jscope_trace_info info = {
		.path = "\033]0;title\a/tmp/\xff",
		.reader = "babeltrace2\n",
		.clock = "\033[2J",
		.begin_ns = INT64_MIN + 1,
		.end_ns = INT64_MAX,
		.events = UINT64_MAX,
		.lost_events = UINT64_MAX,
		.refused = UINT64_MAX,
		.partial = true,
		.error_count = 1000,
		.probe_cost_ns = UINT64_MAX,
	};

	for (unsigned i = 0; i < JSCOPE_TRACE_ERRORS_MAX; i++)
		info.errors[i] = hostile_names[i % 8];
	return info;
}
