/*
 * R2, a property of the judge itself: whatever part of a healthy trace is lost, as long as the trace
 * tells so, no rule is violated. Each story is told again and again, with every part of it missing.
 */
#include "rules_midi_feed.h"
#include "rules_storage_feed.h"
#include "rules_story.h"

/* Longer losses show nothing that these do not: a chain has a dozen events. */
#define LOSS_MAX 24

static bool is_violated[JSCOPE_RULE_COUNT + 1], is_inconclusive[JSCOPE_RULE_COUNT + 1];

static void verdicts_note(void)
{
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++) {
		is_violated[rule] |= feed_result(rule)->verdict == JSCOPE_VERDICT_VIOLATED;
		is_inconclusive[rule] |= feed_result(rule)->verdict == JSCOPE_VERDICT_INCONCLUSIVE;
	}
}

static void story_cut(void (*tell)(void), unsigned first, unsigned count, bool told)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_cut(first, count, told);
	tell();
	feed_end();
}

/* `counting`: rules that a part missing in silence breaks, so that the loss is what saves them. */
static void losses_excuse(void (*tell)(void), const unsigned *counting)
{
	unsigned count;

	memset(is_violated, 0, sizeof is_violated);
	memset(is_inconclusive, 0, sizeof is_inconclusive);
	story_cut(tell, 0, 0, true);
	assert_only(0);
	count = feed_count();
	for (unsigned lost = 1; lost <= LOSS_MAX; lost++) {
		/* What lies behind the last event is not there to be lost. */
		for (unsigned first = 0; first + lost < count; first++) {
			story_cut(tell, first, lost, false);
			verdicts_note();
			story_cut(tell, first, lost, true);
			assert_only(0);
			verdicts_note();
		}
	}
	for (; *counting; counting++)
		if (!is_violated[*counting] || !is_inconclusive[*counting])
			fail_msg("R%u is %sviolated without and %sinconclusive with a loss told",
				 *counting, is_violated[*counting] ? "" : "not ",
				 is_inconclusive[*counting] ? "" : "not ");
}

static void stream_tell(void)
{
	story_open();
	story_points(1, 6);
	story_close(6);
}

static void of_a_stream(void **state)
{
	static const unsigned counting[] = { 24, 30, 34, 39, 43, 44, 0 };

	(void)state;
	losses_excuse(stream_tell, counting);
}

static void storage_tell(void)
{
	FEED(ms(1), stor_init, .dev = 1, .limit = 4, .full_duplex = 1, .tick_ns = ms(10));
	for (int i = 0; i < 60; i++) {
		start(ms(10 + i), 0x20 + i % 3);
		complete(ms(10 + i) + us(500), 0x20 + i % 3, SUCCESS);
	}
}

static void of_an_adapter(void **state)
{
	static const unsigned counting[] = { 70, 0 };

	(void)state;
	losses_excuse(storage_tell, counting);
}

static void port_tell(void)
{
	FEED(ms(1), svc_create, .dev = 1, .group = GROUP);
	FEED(ms(1) + 1, midi_register, .dev = 1, .port = PORT, .group = GROUP);
	FEED(ms(1) + 2, svc_add, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 2);
	for (int i = 1; i <= 6; i++) {
		interrupt(ms(2 * i), i, GROUP);
		service_run(ms(2 * i) + us(10), i);
	}
	FEED(ms(30), svc_remove, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 1);
	FEED(ms(31), svc_destroy, .dev = 1, .group = GROUP);
}

static void of_a_port(void **state)
{
	static const unsigned counting[] = { 57, 58, 0 };

	(void)state;
	losses_excuse(port_tell, counting);
}

/* Two buffers at a time, each sent and freed. */
static void module_tell(void)
{
	for (int i = 0; i < 20; i++) {
		FEED(ms(2 * i + 1), pcn_alloc, .dev = 1, .buf = 0x100 + i, .size = 40);
		FEED(ms(2 * i + 2), pcn_send, .dev = 1, .buf = 0x100 + i);
		if (i > 0)
			FEED(ms(2 * i + 2) + 1, pcn_free, .dev = 1, .buf = 0x100 + i - 1);
	}
}

static void of_a_module(void **state)
{
	static const unsigned counting[] = { 67, 0 };

	(void)state;
	losses_excuse(module_tell, counting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_stream),
		cmocka_unit_test(of_an_adapter),
		cmocka_unit_test(of_a_port),
		cmocka_unit_test(of_a_module),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
