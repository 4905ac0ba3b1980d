/* R56..R65: MIDI ports and service groups on made-up events. */
#include "rules_feed.h"

#define PASSED	       JSCOPE_VERDICT_PASSED
#define VIOLATED       JSCOPE_VERDICT_VIOLATED
#define INCONCLUSIVE   JSCOPE_VERDICT_INCONCLUSIVE
#define NOT_APPLICABLE JSCOPE_VERDICT_NOT_APPLICABLE

#define PORT  0x10
#define GROUP 0x20
#define SINK  0x30
#define DPC   0x40

static int64_t runs; /* of the DPC, for the timer */

static void port_begin_in(enum jscope_profile profile)
{
	runs = 0;
	feed_begin(profile);
	FEED(ms(1), svc_create, .dev = 1, .group = GROUP);
	FEED(ms(1) + 1, midi_register, .dev = 1, .port = PORT, .group = GROUP);
	FEED(ms(1) + 2, svc_add, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 2);
}

static void port_begin(void)
{
	port_begin_in(JSCOPE_PROFILE_NONE);
}

static void isr_begin(jscope_ns at_ns, int64_t seq)
{
	FEED(at_ns, irq_entry, .dev = 1, .irql = 5, .irq = 7, .seq = seq);
	FEED(at_ns + 1, irq_ack, .dev = 1, .irql = 5, .irq = 7, .seq = seq);
}

static void isr_end(jscope_ns at_ns, int64_t seq)
{
	FEED(at_ns, irq_exit, .dev = 1, .irql = 5, .irq = 7, .seq = seq, .claimed = 1);
}

static void request(jscope_ns at_ns, int64_t seq)
{
	FEED(at_ns, svc_request, .dev = 1, .irql = 5, .group = GROUP);
	FEED(at_ns + 1, dpc_insert, .dev = 1, .irql = 5, .dpc = DPC, .caller_seq = seq,
	     .importance = 2, .inserted = 1);
}

static void interrupt(jscope_ns at_ns, int64_t seq, int64_t group)
{
	isr_begin(at_ns, seq);
	FEED(at_ns + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = group,
	     .seq = seq);
	request(at_ns + 20, seq);
	isr_end(at_ns + 100, seq);
}

static void dpc_begin(jscope_ns at_ns, int64_t run)
{
	FEED(at_ns, dpc_entry, .dev = 1, .irql = 2, .dpc = DPC, .run = run);
}

static void dpc_end(jscope_ns at_ns, int64_t run)
{
	FEED(at_ns, dpc_exit, .dev = 1, .irql = 2, .dpc = DPC, .run = run);
}

static void serve(jscope_ns at_ns, int64_t sink, int64_t run)
{
	FEED(at_ns, svc_serve, .dev = 1, .irql = 2, .sink = sink, .run = run);
}

static void service_run(jscope_ns at_ns, int64_t run)
{
	dpc_begin(at_ns, run);
	serve(at_ns + 10, SINK, run);
	dpc_end(at_ns + 100, run);
}

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

static void test_request_that_queues_nothing_breaks_r58(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	isr_begin(ms(4), 2);
	FEED(ms(4) + 10, midi_notify, .dev = 1, .irql = 5, .port = PORT, .group = GROUP, .seq = 2);
	FEED(ms(4) + 20, svc_request, .dev = 1, .irql = 5, .group = GROUP);
	isr_end(ms(4) + 100, 2);
	feed_end();
	assert_verdict(58, VIOLATED);
	assert_verdict(57, PASSED);
}

static void test_each_member_is_served_once_per_run(void **state)
{
	(void)state;
	port_begin(); /* passed by */
	FEED(ms(1) + 5, svc_add, .dev = 1, .group = GROUP, .sink = 0x31, .ref_after = 2);
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	feed_end();
	assert_only(58);
	assert_string_equal(feed_result(58)->violations[0].object, "dev1 sink 0x31");

	port_begin(); /* twice */
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
	serve(ms(3) + 10, SINK, 1);
	serve(ms(3) + 20, SINK, 1);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(58);

	port_begin(); /* at device level */
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
	FEED(ms(3) + 10, svc_serve, .dev = 1, .irql = 5, .sink = SINK, .run = 1);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(58);
}

static void test_member_added_twice_is_served_twice(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(1) + 5, svc_add, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 3);
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
	serve(ms(3) + 10, SINK, 1);
	serve(ms(3) + 20, SINK, 1);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(0);
}

static void test_runs_on_two_cpus_do_not_mix(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	service_run(ms(3), 1);
	interrupt(ms(4), 2, GROUP);
	feed_at(1, 2);
	dpc_begin(ms(5), 2);
	feed_at(0, 1);
	interrupt(ms(5) + 5, 3, GROUP);
	dpc_begin(ms(5) + 200, 3);
	serve(ms(5) + 210, SINK, 3);
	feed_at(1, 2);
	serve(ms(5) + 220, SINK, 2);
	dpc_end(ms(5) + 230, 2);
	feed_at(0, 1);
	dpc_end(ms(5) + 300, 3);
	feed_end();
	assert_verdict(58, PASSED);
	assert_verdict(56, PASSED);
	assert_verdict(57, PASSED);
}

static void test_lost_events_make_r58_inconclusive(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	dpc_begin(ms(3), 1);
	feed_loss(ms(3) + 5, ms(3) + 50);
	dpc_end(ms(3) + 100, 1);
	feed_end();
	assert_only(0);
	assert_verdict(58, INCONCLUSIVE);
}

static void test_members_from_before_the_trace_are_unknown(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	interrupt(ms(2), 7, GROUP);
	service_run(ms(3), 7);
	FEED(ms(4), svc_remove, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 1);
	FEED(ms(5), svc_destroy, .dev = 1, .group = GROUP);
	feed_end();
	assert_only(0);
}

static void test_serving_a_removed_member_breaks_r59(void **state)
{
	(void)state;
	port_begin();
	interrupt(ms(2), 1, GROUP);
	FEED(ms(3), svc_remove, .dev = 1, .group = GROUP, .sink = SINK, .ref_after = 1);
	dpc_begin(ms(4), 1);
	serve(ms(4) + 10, SINK, 1);
	dpc_end(ms(4) + 20, 1);
	feed_end();
	assert_verdict(59, VIOLATED);
	assert_verdict(58, PASSED);
}

static void test_group_that_dies_with_members_breaks_r59(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(2), svc_destroy, .dev = 1, .group = GROUP);
	feed_end();
	assert_verdict(59, VIOLATED);
	assert_int_equal(feed_result(59)->class, JSCOPE_RULE_ERROR);
}

static void test_references_change_by_one(void **state)
{
	(void)state;
	port_begin();
	FEED(ms(2), svc_add, .dev = 1, .group = GROUP + 1, .sink = SINK, .ref_after = 4);
	feed_end();
	assert_only(59);
	assert_int_equal(feed_result(59)->class, JSCOPE_RULE_WARNING);

	port_begin();
	FEED(ms(2), svc_add, .dev = 1, .group = GROUP + 1, .sink = SINK, .ref_after = 1);
	feed_end();
	assert_only(59);
	assert_int_equal(feed_result(59)->class, JSCOPE_RULE_ERROR);
}

static void support(jscope_ns at_ns)
{
	FEED(at_ns, svc_support_delay, .dev = 1, .group = GROUP);
}

/* T8: negative is relative to the call. */
static void delay(jscope_ns at_ns, jscope_ns after_ns)
{
	FEED(at_ns, svc_delay, .dev = 1, .group = GROUP, .due = -(after_ns / 100),
	     .due_ns = at_ns + after_ns);
}

static void timer_service(jscope_ns at_ns)
{
	FEED(at_ns, svc_request, .dev = 1, .irql = 2, .group = GROUP, .origin = 1);
	FEED(at_ns + 1, dpc_insert, .dev = 1, .irql = 2, .dpc = DPC, .inserted = 1);
	service_run(at_ns + 10, ++runs);
}

static void test_delayed_service_in_time_passes(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	delay(ms(3), ms(5));
	timer_service(ms(8));
	delay(ms(9), ms(5));
	delay(ms(10), ms(6)); /* in place of the other */
	timer_service(ms(16) + us(3));
	delay(ms(17), ms(5));
	FEED(ms(18), svc_cancel, .dev = 1, .group = GROUP);
	feed_end();
	assert_only(0);
	assert_verdict(60, PASSED);
	assert_verdict(61, PASSED);
}

static void test_support_comes_first_and_once(void **state)
{
	(void)state;
	port_begin();
	delay(ms(3), ms(5));
	feed_end();
	assert_only(60);

	port_begin();
	support(ms(2));
	support(ms(3));
	feed_end();
	assert_only(60);

	feed_begin(JSCOPE_PROFILE_NONE); /* of a group that was there before */
	delay(ms(3), ms(5));
	feed_end();
	assert_only(0);
	assert_verdict(60, INCONCLUSIVE);
}

static void test_early_service_breaks_r61(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	delay(ms(3), ms(5));
	timer_service(ms(7));
	feed_end();
	assert_only(61);
}

static void test_relative_delay_that_is_taken_for_absolute_breaks_r61(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	FEED(ms(3), svc_delay, .dev = 1, .group = GROUP, .due = -50000, .due_ns = ms(3));
	timer_service(ms(3) + us(10));
	feed_end();
	assert_only(61);
}

static void test_service_after_cancel_breaks_r61(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	delay(ms(3), ms(5));
	FEED(ms(4), svc_cancel, .dev = 1, .group = GROUP);
	timer_service(ms(8));
	feed_end();
	assert_only(61);

	port_begin(); /* queued by then */
	support(ms(2));
	delay(ms(3), ms(5));
	FEED(ms(8) + 1, svc_cancel, .dev = 1, .group = GROUP);
	timer_service(ms(8) + us(5));
	feed_end();
	assert_only(0);
	assert_verdict(61, PASSED);
}

static void test_replaced_service_on_its_way_is_accepted(void **state)
{
	(void)state;
	port_begin();
	support(ms(2));
	delay(ms(3), ms(1));
	delay(ms(4) + us(1), ms(5));
	timer_service(ms(4) + us(3)); /* the first */
	timer_service(ms(9) + us(2));
	feed_end();
	assert_only(0);
	assert_verdict(61, PASSED);
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

static void write_bytes(jscope_ns at_ns, int64_t req, int64_t done, jscope_ns sched_ns)
{
	FEED(at_ns, midi_xfer, .dev = 1, .irql = 2, .stream = 0x50, .req = req, .done = done,
	     .sched_ns = sched_ns);
}

static void test_write_takes_all_or_fours_or_none(void **state)
{
	static const struct {
		int64_t req, done;
		bool passes;
	} cases[] = { { 3, 3, true },	{ 10, 8, true }, { 10, 0, true },
		      { 10, 3, false }, { 3, 4, false }, { 10, 12, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(JSCOPE_PROFILE_NONE);
		write_bytes(ms(1), cases[i].req, cases[i].done, 0);
		feed_end();
		assert_only(cases[i].passes ? 0 : 63);
	}
}

static void test_writes_that_never_take_anything_are_a_warning(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	for (int i = 0; i <= 1100; i++)
		write_bytes(ms(1 + i), 3, i % 900 == 899 ? 3 : 0, 0);
	feed_end();
	assert_only(0);

	feed_begin(JSCOPE_PROFILE_NONE);
	for (int i = 0; i <= 1100; i++)
		write_bytes(ms(1 + i), 3, 0, 0);
	feed_end();
	assert_only(63);
	assert_int_equal(feed_result(63)->violated, 1);
	assert_int_equal(feed_result(63)->class, JSCOPE_RULE_WARNING);
}

static void wire(jscope_ns begin_ns, int64_t bytes, jscope_ns byte_ns)
{
	FEED(begin_ns + bytes * byte_ns, midi_wire, .dev = 1, .stream = 0x50, .bytes = bytes,
	     .begin_ns = begin_ns, .end_ns = begin_ns + bytes * byte_ns);
}

static void test_wire_has_its_speed(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	wire(ms(1), 3, us(320));
	wire(ms(1) + us(960), 1, us(320));
	feed_end();
	assert_only(0);
	assert_verdict(64, PASSED);

	feed_begin(JSCOPE_PROFILE_NONE);
	wire(ms(1), 3, us(160));
	feed_end();
	assert_only(64);

	feed_begin(JSCOPE_PROFILE_NONE); /* one on top of the other */
	wire(ms(1), 1, us(320));
	wire(ms(1) + us(200), 1, us(320));
	feed_end();
	assert_only(64);
}

/* The second message is 2 ms late on the wire, behind the first. */
static void late_message(enum jscope_profile profile)
{
	feed_begin(profile);
	write_bytes(ms(10), 3, 3, ms(10));
	wire(ms(10), 3, us(320));
	write_bytes(ms(22), 3, 3, ms(20));
	wire(ms(22), 3, us(320));
	feed_end();
}

static void test_jitter_is_judged_in_a_profile_only(void **state)
{
	(void)state;
	late_message(JSCOPE_PROFILE_NONE);
	assert_verdict(65, PASSED);
	assert_string_equal(feed_result(65)->figure, "max 2.000 ms of 1 ms, 2 messages");
	late_message(JSCOPE_PROFILE_STRICT);
	assert_only(65);
	assert_int_equal(feed_result(65)->violations[0].at_ns, ms(22));
}

/* What a write brings waits in the FIFO for what is there before it. */
static void test_jitter_is_that_on_the_wire(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	write_bytes(ms(10), 8, 8, ms(10));
	write_bytes(ms(10) + us(20), 3, 3, ms(10));
	wire(ms(10), 11, us(320));
	feed_end();
	assert_string_equal(feed_result(65)->figure, "max 2.560 ms of 1 ms, 2 messages");
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
		cmocka_unit_test(test_request_that_queues_nothing_breaks_r58),
		cmocka_unit_test(test_each_member_is_served_once_per_run),
		cmocka_unit_test(test_member_added_twice_is_served_twice),
		cmocka_unit_test(test_runs_on_two_cpus_do_not_mix),
		cmocka_unit_test(test_lost_events_make_r58_inconclusive),
		cmocka_unit_test(test_members_from_before_the_trace_are_unknown),
		cmocka_unit_test(test_serving_a_removed_member_breaks_r59),
		cmocka_unit_test(test_group_that_dies_with_members_breaks_r59),
		cmocka_unit_test(test_references_change_by_one),
		cmocka_unit_test(test_delayed_service_in_time_passes),
		cmocka_unit_test(test_support_comes_first_and_once),
		cmocka_unit_test(test_early_service_breaks_r61),
		cmocka_unit_test(test_relative_delay_that_is_taken_for_absolute_breaks_r61),
		cmocka_unit_test(test_service_after_cancel_breaks_r61),
		cmocka_unit_test(test_replaced_service_on_its_way_is_accepted),
		cmocka_unit_test(test_late_registration_breaks_r62),
		cmocka_unit_test(test_write_takes_all_or_fours_or_none),
		cmocka_unit_test(test_writes_that_never_take_anything_are_a_warning),
		cmocka_unit_test(test_wire_has_its_speed),
		cmocka_unit_test(test_jitter_is_judged_in_a_profile_only),
		cmocka_unit_test(test_jitter_is_that_on_the_wire),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
