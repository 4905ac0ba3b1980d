#include "../cmocka_all.h"

#include "whatif_feed.h"

#define PERIOD (10 * MS)

struct jscope_stream_info feed_info = {
	.device = "dev1",
	.stream = "stream 0x1",
	.kind = "wavert",
	.name = "",
	.path = 1u << JSCOPE_DUE | 1u << JSCOPE_IRQ | 1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED |
		1u << JSCOPE_SIGNAL | 1u << JSCOPE_RUN,
	.nominal_period_ns = PERIOD,
	.rate_hz = 48000,
	.buffer_frames = 960,
	.period_frames = 480,
	.by_packet = true,
};

struct jscope_notification feed_notification(uint64_t seq, struct feed_delays delays)
{
	struct jscope_notification n = {
		.stream = &feed_info, .seq = seq, .epoch = 1, .is_numbered = true
	};

	n.at[JSCOPE_DUE] = (jscope_ns)seq * PERIOD;
	n.at[JSCOPE_IRQ] = n.at[JSCOPE_DUE] + delays.interrupt;
	n.at[JSCOPE_QUEUED] = n.at[JSCOPE_IRQ] + delays.dispatch;
	n.at[JSCOPE_DEFERRED] = n.at[JSCOPE_QUEUED] + delays.queue;
	n.at[JSCOPE_SIGNAL] = n.at[JSCOPE_DEFERRED] + delays.handler;
	n.at[JSCOPE_RUN] = n.at[JSCOPE_SIGNAL] + delays.wake;
	n.at[JSCOPE_SERVED] = n.at[JSCOPE_RUN] + delays.service;
	return n;
}

void feed_series(struct jscope__delays *series, const struct feed_delays *delays, size_t count)
{
	size_t budget = count;

	*series = (struct jscope__delays){ .period_ns = PERIOD };
	for (size_t i = 0; i < count; i++) {
		const struct jscope_notification n = feed_notification(i + 1, delays[i]);

		assert_int_equal(jscope__delays_add(series, &n, &budget), 0);
	}
	assert_int_equal(jscope__delays_settle(series), 0);
}
