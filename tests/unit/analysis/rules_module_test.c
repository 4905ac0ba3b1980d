/* R66..R69: audio-module notifications on made-up events. */
#include "rules_feed.h"

#define PASSED	       JSCOPE_VERDICT_PASSED
#define VIOLATED       JSCOPE_VERDICT_VIOLATED
#define INCONCLUSIVE   JSCOPE_VERDICT_INCONCLUSIVE
#define NOT_APPLICABLE JSCOPE_VERDICT_NOT_APPLICABLE

#define AUDIO_MODULE "f020229ca6d95c4da036573857fd50d2"
#define OURS	     "00112233445566778899aabbccddeeff"
#define THEIRS	     "ff112233445566778899aabbccddeeff"

static int64_t audio_module, ours, theirs;

static void begin(void)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	audio_module = feed_text(AUDIO_MODULE);
	ours = feed_text(OURS);
	theirs = feed_text(THEIRS);
	FEED(ms(1), pcn_device, .dev = 1, .device = ours);
}

static void alloc(jscope_ns at_ns, int64_t buf)
{
	FEED(at_ns, pcn_alloc, .dev = 1, .irql = 2, .buf = buf, .pool = 1, .size = 48);
}

static void send(jscope_ns at_ns, int64_t buf)
{
	FEED(at_ns, pcn_send, .dev = 1, .buf = buf, .id = audio_module, .size = 48, .device = ours);
}

static void give_back(jscope_ns at_ns, int64_t buf)
{
	FEED(at_ns, pcn_free, .dev = 1, .buf = buf, .pool = 1, .size = 48);
}

static void rounds(jscope_ns from_ns, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		alloc(from_ns + ms(i), 0x100);
		send(from_ns + ms(i) + us(10), 0x100);
		give_back(from_ns + ms(i) + us(20), 0x100);
	}
}

static void test_notifications_that_are_sent_and_freed_pass(void **state)
{
	(void)state;
	begin();
	rounds(ms(2), 20);
	alloc(ms(30), 0x200); /* under way at the end */
	feed_end();
	assert_only(0);
	assert_verdict(66, PASSED);
	assert_verdict(67, PASSED);
	assert_verdict(68, NOT_APPLICABLE);
	assert_verdict(69, PASSED);
}

static void test_levels(void **state)
{
	(void)state;
	begin();
	FEED(ms(2), pcn_alloc, .dev = 1, .irql = 2, .buf = 0, .pool = 0, .size = 48, .status = -1);
	feed_end();
	assert_only(66);

	begin();
	FEED(ms(2), pcn_alloc, .dev = 1, .irql = 5, .buf = 0x10, .pool = 1, .size = 48);
	feed_end();
	assert_only(66);

	begin();
	FEED(ms(2), pcn_alloc, .dev = 1, .irql = 0, .buf = 0x10, .pool = 0, .size = 48);
	FEED(ms(3), pcn_free, .dev = 1, .irql = 2, .buf = 0x10);
	feed_end();
	assert_only(66);

	begin();
	alloc(ms(2), 0x10);
	FEED(ms(3), pcn_send, .dev = 1, .irql = 2, .buf = 0x10, .id = audio_module, .size = 48,
	     .device = ours);
	feed_end();
	assert_only(66);
}

static void test_freeing_or_sending_what_is_freed_breaks_r67(void **state)
{
	(void)state;
	begin();
	rounds(ms(2), 1);
	give_back(ms(3), 0x100);
	feed_end();
	assert_verdict(67, VIOLATED);
	assert_verdict(68, NOT_APPLICABLE);

	begin();
	rounds(ms(2), 1);
	send(ms(3), 0x100);
	feed_end();
	assert_verdict(67, VIOLATED);
	assert_verdict(68, NOT_APPLICABLE);

	begin();
	alloc(ms(2), 0x10);
	send(ms(3), 0x10);
	send(ms(4), 0x10);
	give_back(ms(5), 0x10);
	feed_end();
	assert_only(67);
}

static void test_a_leak_shows_at_the_end(void **state)
{
	(void)state;
	begin();
	alloc(ms(2), 0x10);
	send(ms(3), 0x10);
	rounds(ms(4), 8);
	feed_end();
	assert_only(67);
	assert_int_equal(feed_result(67)->class, JSCOPE_RULE_ERROR);
	assert_int_equal(feed_result(67)->violations[0].at_ns, ms(2));

	begin(); /* kept for later, perhaps */
	alloc(ms(2), 0x10);
	rounds(ms(4), 8);
	feed_end();
	assert_only(67);
	assert_int_equal(feed_result(67)->class, JSCOPE_RULE_WARNING);
}

static void test_lost_events_make_r67_inconclusive(void **state)
{
	(void)state;
	begin();
	rounds(ms(2), 1);
	feed_loss(ms(4), ms(5));
	give_back(ms(6), 0x100);
	feed_end();
	assert_only(0);
	assert_verdict(67, INCONCLUSIVE);

	begin();
	alloc(ms(2), 0x10);
	send(ms(3), 0x10);
	feed_loss(ms(3), ms(4));
	rounds(ms(5), 8);
	feed_end();
	assert_only(0);
	assert_verdict(67, INCONCLUSIVE);
}

static void test_buffers_from_before_the_trace_are_not_judged(void **state)
{
	(void)state;
	begin();
	send(ms(2), 0x10);
	give_back(ms(3), 0x10);
	give_back(ms(4), 0x10);
	feed_end();
	assert_only(0);
	assert_verdict(67, NOT_APPLICABLE);
}

static void test_buffers_of_two_devices_do_not_mix(void **state)
{
	(void)state;
	begin();
	alloc(ms(2), 0x10);
	FEED(ms(3), pcn_alloc, .dev = 2, .buf = 0x10, .pool = 1, .size = 48);
	give_back(ms(4), 0x10);
	FEED(ms(5), pcn_free, .dev = 2, .buf = 0x10);
	feed_end();
	assert_only(0);
}

static void test_using_a_failed_allocation_breaks_r68(void **state)
{
	(void)state;
	begin();
	FEED(ms(2), pcn_alloc, .dev = 1, .buf = 0, .pool = 1, .size = 48, .status = -1);
	feed_end();
	assert_only(0);
	assert_verdict(68, PASSED);

	begin();
	FEED(ms(2), pcn_alloc, .dev = 1, .buf = 0, .pool = 1, .size = 48, .status = -1);
	give_back(ms(3), 0);
	feed_end();
	assert_only(68);

	begin();
	FEED(ms(2), pcn_alloc, .dev = 1, .buf = 0x10, .pool = 1, .size = 48, .status = -1);
	send(ms(3), 0x10);
	feed_end();
	assert_only(68);
}

static void send_payload(int64_t id, int64_t size, int64_t device)
{
	alloc(ms(2), 0x10);
	FEED(ms(3), pcn_send, .dev = 1, .buf = 0x10, .id = id, .size = size, .device = device);
	feed_end();
}

static void test_payload(void **state)
{
	(void)state;
	begin();
	send_payload(audio_module, 40, ours);
	assert_only(0);
	begin();
	send_payload(feed_text("9c2220f0d9a64d5ca036573857fd50d2"), 39, ours);
	assert_only(69);
	begin();
	send_payload(audio_module, 40, theirs);
	assert_only(69);
	assert_int_equal(feed_result(69)->class, JSCOPE_RULE_ERROR);
	begin();
	send_payload(feed_text("44d8896332bb4c4ca802f4b4b77afead"), 8, theirs);
	assert_only(0);
	assert_verdict(69, PASSED);
	begin();
	send_payload(theirs, 40, ours);
	assert_only(69);
	assert_int_equal(feed_result(69)->class, JSCOPE_RULE_WARNING);
	begin(); /* a driver that does not tell */
	send_payload(0, 40, 0);
	assert_only(0);
	assert_verdict(69, INCONCLUSIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notifications_that_are_sent_and_freed_pass),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_freeing_or_sending_what_is_freed_breaks_r67),
		cmocka_unit_test(test_a_leak_shows_at_the_end),
		cmocka_unit_test(test_lost_events_make_r67_inconclusive),
		cmocka_unit_test(test_buffers_from_before_the_trace_are_not_judged),
		cmocka_unit_test(test_buffers_of_two_devices_do_not_mix),
		cmocka_unit_test(test_using_a_failed_allocation_breaks_r68),
		cmocka_unit_test(test_payload),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
