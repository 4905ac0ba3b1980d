/* Chains whose events could be taken for another's: numbers, lines and wakes decide. */
#include "../cmocka_all.h"
#include "chain_story.h"

/* An interrupt of whose assertion nobody knows the instant. */
static void add_untimed_irq(unsigned seq, double at_us)
{
	fake_add(at_us, 0, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16), F("seq", seq),
		 F("true_ts_ns", 0));
	fake_add(at_us + 3, 0, 1, "jscope:irq_exit", F("dev", DEV), F("irq", 16), F("seq", seq),
		 F("claimed", 1));
}

/* Both interrupts come after both points: the numbers tell which is whose. */
static void test_untimed_and_late(void **state)
{
	(void)state;
	add_setup();
	add_point(1, point_us(1));
	add_point(2, point_us(2));
	add_untimed_irq(1, point_us(2) + 100);
	add_insert(1, point_us(2) + 102, 1);
	add_untimed_irq(2, point_us(2) + 110);
	add_insert(2, point_us(2) + 112, 0);
	add_run(1, point_us(2) + 120);
	add_set(EVENT, 1, 2, point_us(2) + 125, 0);
	add_wake(EVENT, CLIENT, 1, point_us(2) + 160);
	replay();
	assert_class(1, JSCOPE_CLASS_MERGED);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(1, 0), JSCOPE_IRQ, point_us(2) + 100);
	assert_at(fake_find(2, 0), JSCOPE_IRQ, point_us(2) + 110);
}

/* A number is missing: that point had an interrupt, and nobody saw it. */
static void test_untimed_and_dropped(void **state)
{
	(void)state;
	add_setup();
	add_point(1, point_us(1));
	add_point(2, point_us(2));
	add_untimed_irq(2, point_us(2) + IRQ_US);
	add_insert(2, point_us(2) + QUEUED_US, 1);
	add_execution(1, 2, point_us(2));
	add_wake(EVENT, CLIENT, 1, point_us(2) + RUN_US);
	replay();
	assert_class(1, JSCOPE_CLASS_MISSED);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
}

/* A delayed interrupt and the one after the next in one execution: the one between was dropped. */
static void test_dropped_between_delayed(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 3; k++)
		add_point(k, point_us(k));
	add_irq(1, point_us(1), point_us(3) + 100);
	add_insert(1, point_us(3) + 102, 1);
	add_irq(3, point_us(3), point_us(3) + 110);
	add_insert(3, point_us(3) + 112, 0);
	add_run(1, point_us(3) + 120);
	add_set(EVENT, 1, 3, point_us(3) + 125, 0);
	add_wake(EVENT, CLIENT, 1, point_us(3) + 160);
	replay();
	assert_class(1, JSCOPE_CLASS_MERGED);
	assert_class(2, JSCOPE_CLASS_MISSED);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
}

/* A device on a shared line that is only asked has no interrupt, whatever table it would go in. */
static void test_shared_line(void **state)
{
	(void)state;
	add_chains(1);
	add_point(2, point_us(2));
	fake_add(point_us(2) + 2, 0, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16),
		 F("seq", 0), F("true_ts_ns", 0));
	fake_add(point_us(2) + 3, 0, 1, "jscope:irq_exit", F("dev", DEV), F("irq", 16), F("seq", 0),
		 F("claimed", 0));
	add_request(2, point_us(2));
	add_execution(2, 2, point_us(2));
	add_wake(EVENT, CLIENT, 2, point_us(2) + RUN_US);
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	assert_at(fake_find(2, 0), JSCOPE_IRQ, point_us(2) + IRQ_US);
	assert_int_equal(fake_records.irq_count, 3);
	for (unsigned i = 0; i < fake_records.irq_count; i++)
		assert_true(fake_records.irqs[i].matched);
}

static void test_unclaimed(void **state)
{
	(void)state;
	add_chains(1);
	fake_add(point_us(1) + 4000, 0, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16),
		 F("seq", 2), F("true_ts_ns", fake_us(point_us(1) + 3999)));
	fake_add(point_us(1) + 4001, 0, 1, "jscope:irq_exit", F("dev", DEV), F("irq", 16),
		 F("seq", 2), F("claimed", 0));
	replay();
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_SPURIOUS], 1);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_ON_TIME], 1);
}

/* Nobody runs for the second set; the wake that follows is the third one's. */
static void test_lost_wakeup(void **state)
{
	(void)state;
	add_chains(1);
	add_signal(2);
	add_signal(3);
	add_wake(EVENT, CLIENT, 2, point_us(3) + RUN_US);
	add_packet(4, CLIENT, point_us(3) + SERVED_US);
	add_signal(4);
	add_wake(EVENT, CLIENT, 3, point_us(4) + RUN_US);
	replay();
	assert_int_equal(fake_records.notification_count, 4);
	assert_int_equal(fake_find(2, 0)->notification.at[JSCOPE_RUN], UNKNOWN);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
	assert_true(fake_find(2, 0)->stages.partial);
	assert_at(fake_find(3, 0), JSCOPE_RUN, point_us(3) + RUN_US);
	assert_at(fake_find(3, 0), JSCOPE_SERVED, point_us(3) + SERVED_US);
	assert_at(fake_find(4, 0), JSCOPE_RUN, point_us(4) + RUN_US);
}

/* The lines of one device count alike: the routine that is open tells which one asks. */
static void test_lines_of_one_device(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned line = 0; line < 2; line++) {
		fake_add(1 + line, line, 1 + line, "jscope:irq_entry", F("dev", DEV),
			 F("irq", 16 + line), F("seq", 1), F("true_ts_ns", fake_us(line * 0.5)));
		fake_add(5 + line, line, 1 + line, "jscope:dpc_insert", F("dev", DEV),
			 F("dpc", DPC + line), F("caller_seq", 1), F("inserted", 1));
		fake_add(10 + line, line, 1 + line, "jscope:dpc_entry", F("dev", DEV),
			 F("dpc", DPC + line), F("run", 1));
		fake_add(12 + line, line, 1 + line, "jscope:ev_set", F("dev", DEV),
			 F("event", EVENT + line), F("dpc", DPC + line), F("run", 1));
		add_wake(EVENT + line, CLIENT + line, 1, 20 + line);
	}
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	for (unsigned line = 0; line < 2; line++) {
		assert_at(&fake_records.notifications[line], JSCOPE_IRQ, 1 + line);
		assert_at(&fake_records.notifications[line], JSCOPE_DUE, line * 0.5);
	}
}

/* The device passes a point and says nothing of it. */
static void test_point_never_told(void **state)
{
	(void)state;
	add_chains(1);
	add_chain(3);
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_class(2, JSCOPE_CLASS_MISSED);
	assert_int_equal(fake_find(2, 0)->notification.at[JSCOPE_DUE], UNKNOWN);
}

/* The DPC runs again on another CPU while its first execution has yet to signal. */
static void test_dpc_overtakes_itself(void **state)
{
	const double at_us = point_us(1);

	(void)state;
	add_setup();
	add_point(1, at_us);
	add_request(1, at_us);
	fake_add(at_us + DEFERRED_US, 1, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC),
		 F("run", 1));
	add_point(2, point_us(2));
	add_request(2, point_us(2));
	add_execution(2, 2, point_us(2));
	add_wake(EVENT, CLIENT, 1, point_us(2) + 60);
	add_set(EVENT, 1, 1, point_us(2) + 100, 0);
	fake_add(point_us(2) + 101, 1, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC),
		 F("run", 1));
	add_wake(EVENT, CLIENT, 2, point_us(2) + 120);
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	assert_class(1, JSCOPE_CLASS_LATE);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(1, 0), JSCOPE_IRQ, at_us + IRQ_US);
	assert_at(fake_find(1, 0), JSCOPE_SIGNAL, point_us(2) + 100);
	assert_at(fake_find(1, 0), JSCOPE_RUN, point_us(2) + 120);
}

/* One interrupt for two points, of which the second is lost: when it was due nobody knows. */
static void test_due_is_of_its_own(void **state)
{
	(void)state;
	add_chains(1);
	add_point(2, point_us(2));
	fake_add_gap(1, point_us(3), point_us(3));
	add_irq(2, point_us(2), point_us(3) + 10);
	add_insert(2, point_us(3) + 11, 1);
	add_run(2, point_us(3) + 12);
	add_set(EVENT, 2, 3, point_us(3) + 15, 0);
	add_wake(EVENT, CLIENT, 2, point_us(3) + 30);
	replay();
	assert_at(fake_find(2, 0), JSCOPE_DUE, point_us(2));
	assert_class(3, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_find(3, 0)->notification.at[JSCOPE_DUE], UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untimed_and_late),
		cmocka_unit_test(test_untimed_and_dropped),
		cmocka_unit_test(test_dropped_between_delayed),
		cmocka_unit_test(test_shared_line),
		cmocka_unit_test(test_unclaimed),
		cmocka_unit_test(test_lost_wakeup),
		cmocka_unit_test(test_lines_of_one_device),
		cmocka_unit_test(test_point_never_told),
		cmocka_unit_test(test_dpc_overtakes_itself),
		cmocka_unit_test(test_due_is_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
