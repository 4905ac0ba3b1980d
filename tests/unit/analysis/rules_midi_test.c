/* R56, R57, R62: MIDI ports that notify, on made-up events. */
#include "rules_midi_feed.h"

static void test_healthy_port_breaks_nothing(void **state)
{
	(void)state;
	port_begin();
	for (int i = 1; i <= 10; i++) {
		interrupt(ms(2 * i), i, GROUP);
		service_run(ms(2 * i) + us(10), i);
	}
	FEED(ms(30), svc_remove, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 1);
	FEED(ms(31), svc_destroy, .dev = 1, .group = GROUP);
	feed_end();
	assert_only(0);
	for (unsigned rule = 56; rule <= 59; rule++)
		assert_verdict(rule, PASSED);
	assert_verdict(60, NOT_APPLICABLE);
	assert_verdict(62, PASSED);
}

static void test_notify_before_the_source_is_cleared_breaks_r56(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	FEED(ms(4), irq_entry, .dev = 1, .irql = 5, .irq = 7, .seq = 2);
	FEED(ms(4) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 2);
	request(ms(4) + 20, 2);
	FEED(ms(4) + 50, irq_ack, .dev = 1, .irql = 5, .irq = 7, .seq = 2);
	isr_end(ms(4) + 100, 2);
	feed_end();
	assert_only(56);
}

static void test_notify_outside_an_isr_breaks_r56(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
	serve(ms(3) + 10, SINK, 1);
	FEED(ms(3) + 20, midi_notify, .dev = 1, .irql = 2, .port = PORT, .group = GROUP);
	request(ms(3) + 30, 0);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(56);
}

/* No interrupts told, or none cleared: then nobody can say. */
static void test_drivers_that_tell_less_are_not_judged_by_r56(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(2), midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 1);
	feed_end();
	assert_only(0);
	assert_verdict(56, NOT_APPLICABLE);
	assert_verdict(57, NOT_APPLICABLE);

	port_begin();
	FEED(ms(2), irq_entry, .dev = 1, .irql = 5, .irq = 7, .seq = 1);
	FEED(ms(2) + 1, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 1);
	isr_end(ms(2) + 2, 1);
	feed_end();
	assert_only(0);
	assert_verdict(56, PASSED);
}

static void notify_without_request(void)
{
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	isr_begin(ms(4), 2);
	FEED(ms(4) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 2);
	isr_end(ms(4) + 100, 2);
}

static void test_notify_leads_to_one_request(void **state)
{
	(void)state;
	port_begin();
	notify_without_request();
	feed_end();
	assert_verdict(57, VIOLATED);
	assert_int_equal(feed_result(57)->violated, 1);

	port_begin();
	notify_without_request();
	feed_loss(ms(4), ms(4) + 50);
	feed_end();
	assert_verdict(57, VIOLATED); /* judged before the loss was known */

	port_begin();
	interrupt(ms(2), 1, GROUP);
	isr_begin(ms(4), 2);
	FEED(ms(4) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 2);
	feed_loss(ms(4) + 11, ms(4) + 50);
	isr_end(ms(4) + 100, 2);
	feed_end();
	assert_verdict(57, INCONCLUSIVE);

	port_begin();
	isr_begin(ms(4), 1);
	FEED(ms(4) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 1);
	request(ms(4) + 20, 1);
	request(ms(4) + 30, 1);
	isr_end(ms(4) + 100, 1);
	feed_end();
	assert_verdict(57, VIOLATED);
}

static void notify_null(enum jscope_profile profile, bool requested)
{
	port_begin_in(profile);
	isr_begin(ms(2), 1);
	request(ms(2) + 5, 1);
	FEED(ms(2) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .seq = 1);
	if (requested)
		request(ms(2) + 20, 1);
	isr_end(ms(2) + 100, 1);
	feed_end();
}

static void test_notify_of_null_is_judged_as_reactos_does(void **state)
{
	(void)state;
	notify_null(JSCOPE_PROFILE_NONE, false);
	assert_verdict(57, NOT_APPLICABLE);
	notify_null(JSCOPE_PROFILE_REACTOS, true);
	assert_verdict(57, PASSED);
	notify_null(JSCOPE_PROFILE_REACTOS, false);
	assert_verdict(57, VIOLATED);
	assert_int_equal(feed_result(57)->class, JSCOPE_RULE_WARNING);
}

static void test_late_registration_breaks_r62(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(1), svc_create, .dev = 1, .group = GROUP);
	isr_begin(ms(2), 1);
	isr_end(ms(2) + 10, 1);
	FEED(ms(3), midi_register, .dev = 1, .port = PORT, .group = GROUP);
	feed_end();
	assert_only(62);

	feed_begin(JSCOPE_PROFILE_NONE); /* the beginning is not in the trace */
	isr_begin(ms(2), 9);
	isr_end(ms(2) + 10, 9);
	FEED(ms(3), midi_register, .dev = 1, .port = PORT, .group = GROUP);
	feed_end();
	assert_only(0);
	assert_verdict(62, INCONCLUSIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_healthy_port_breaks_nothing),
		cmocka_unit_test(test_notify_before_the_source_is_cleared_breaks_r56),
		cmocka_unit_test(test_notify_outside_an_isr_breaks_r56),
		cmocka_unit_test(test_drivers_that_tell_less_are_not_judged_by_r56),
		cmocka_unit_test(test_notify_leads_to_one_request),
		cmocka_unit_test(test_notify_of_null_is_judged_as_reactos_does),
		cmocka_unit_test(test_late_registration_breaks_r62),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
