/* Events without a stream, of which the trace lost a part: what led to a signal, and who sent it. */
#include "../cmocka_all.h"
#include "chain_story.h"

/* The chain of an event without a stream. */
static void add_bare(unsigned k)
{
	add_request(k, point_us(k));
	add_execution(k, 0, point_us(k));
	add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
}

/* Forget all, then ten of them. */
static void add_bares(void)
{
	fake_reset();
	for (unsigned k = 1; k <= 10; k++)
		add_bare(k);
}

/* An interrupt whose execution was lost is not one of the next execution. */
static void test_lost_execution_of_event(void **state)
{
	(void)state;
	add_bares();
	add_request(11, point_us(11));
	fake_add_gap(9, point_us(11) + QUEUED_US + 4, point_us(12) - 10);
	add_irq(12, point_us(12), point_us(12) + IRQ_US);
	add_insert(12, point_us(12) + QUEUED_US, 0);
	add_execution(12, 0, point_us(12));
	add_wake(EVENT, CLIENT, 12, point_us(12) + RUN_US);
	replay();
	assert_null(fake_find(11, 0));
	assert_at(fake_find(12, 0), JSCOPE_SIGNAL, point_us(12) + SIGNAL_US);
}

/* The execution is that of the interrupt that is told, and perhaps of others: then they merged. */
static void test_lost_request(void **state)
{
	(void)state;
	for (unsigned lost = 0; lost <= 1; lost++) {
		add_bares();
		add_request(11, point_us(11));
		if (lost)
			fake_add_gap(9, point_us(11) + QUEUED_US + 4, point_us(11) + 15);
		add_execution(11, 0, point_us(11));
		add_wake(EVENT, CLIENT, 11, point_us(11) + RUN_US);
		replay();
		assert_class(11, lost ? JSCOPE_CLASS_CENSORED : JSCOPE_CLASS_ON_TIME);
		assert_at(fake_find(11, 0), JSCOPE_IRQ, point_us(11) + IRQ_US);
	}
}

/* What led to a request for the DPC was lost, though nothing since the request. */
static void test_lost_begin(void **state)
{
	(void)state;
	add_bares();
	fake_add_gap(2, point_us(11), point_us(11) + QUEUED_US - 1);
	add_insert(0, point_us(11) + QUEUED_US, 1);
	add_execution(11, 0, point_us(11));
	add_wake(EVENT, CLIENT, 11, point_us(11) + RUN_US);
	replay();
	assert_int_equal(fake_records.notification_count, 11);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_CENSORED], 1);
}

/* A timer's DPC asks for another, long after the expiry of the timer was lost. */
static void test_lost_timer(void **state)
{
	const double timer_us = point_us(12);

	(void)state;
	add_bares();
	fake_add_gap(2, point_us(11) - 200, point_us(11) - 100);
	add_bare(11);
	fake_add(timer_us, 1, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC + 1), F("run", 1),
		 F("kind", 2));
	fake_add(timer_us + 1, 1, 2, "jscope:dpc_insert", F("dev", DEV), F("dpc", DPC),
		 F("caller_seq", 0), F("inserted", 1));
	fake_add(timer_us + 2, 1, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC + 1),
		 F("run", 1), F("kind", 2));
	add_execution(12, 0, timer_us);
	add_wake(EVENT, CLIENT, 12, timer_us + RUN_US);
	replay();
	assert_int_equal(fake_records.notification_count, 12);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_CENSORED], 1);
}

/* A signal of a thread, told by an interrupt routine that may have ended before it. */
static void test_lost_routine(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned k = 1; k <= 12; k++) {
		if (k == 11) {
			fake_add(point_us(k), 1, 2, "jscope:irq_entry", F("dev", DEV), F("irq", 16),
				 F("seq", k));
			fake_add_gap(1, point_us(k) + 1, point_us(k) + 2);
		}
		fake_add(point_us(k) + SIGNAL_US, 1, 2, "jscope:ev_set", F("dev", DEV),
			 F("event", EVENT), F("prev", 0), F("dpc", 0), F("run", 0), F("packet", 0));
		add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
	}
	replay();
	for (unsigned k = 1; k <= 12; k++)
		if (k < 11)
			assert_class(k, JSCOPE_CLASS_ON_TIME);
	assert_class(11, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_find(11, 0)->notification.at[JSCOPE_IRQ], UNKNOWN);
}

/* The entry of an interrupt that the request for its DPC names. */
static void test_lost_entry(void **state)
{
	(void)state;
	add_bares();
	fake_add_gap(1, point_us(11), point_us(11) + IRQ_US + 1);
	add_insert(11, point_us(11) + QUEUED_US, 1);
	add_execution(11, 0, point_us(11));
	add_wake(EVENT, CLIENT, 11, point_us(11) + RUN_US);
	replay();
	assert_class(10, JSCOPE_CLASS_ON_TIME);
	assert_class(11, JSCOPE_CLASS_CENSORED);
}

/* It was lost before the signal of another execution: nothing since then tells so. */
static void test_lost_entry_before_another(void **state)
{
	(void)state;
	add_bares();
	add_bare(11);
	fake_add_gap(1, point_us(11) + QUEUED_US + 4, point_us(11) + QUEUED_US + 5);
	add_insert(12, point_us(11) + DEFERRED_US + 1, 1);
	add_run(12, point_us(11) + 80);
	add_set(EVENT, 12, 0, point_us(11) + 85, 0);
	add_wake(EVENT, CLIENT, 12, point_us(11) + 90);
	replay();
	assert_class(12, JSCOPE_CLASS_CENSORED);
}

/* The same where nothing is lost: a driver that has stopped telling of entries, and lacks nothing. */
static void test_untold_entry(void **state)
{
	(void)state;
	add_bares();
	add_insert(11, point_us(11) + QUEUED_US, 1);
	add_execution(11, 0, point_us(11));
	add_wake(EVENT, CLIENT, 11, point_us(11) + RUN_US);
	replay();
	assert_class(11, JSCOPE_CLASS_ON_TIME);
}

/* A driver that never tells of them: what is lost later is none of them. */
static void test_no_entries(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned k = 1; k <= 12; k++) {
		if (k == 11)
			fake_add_gap(1, point_us(k) - 200, point_us(k) - 100);
		add_insert(k, point_us(k) + QUEUED_US, 1);
		add_execution(k, 0, point_us(k));
		add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
	}
	replay();
	/* Before that is believed they may have been cut by the begin of the trace. */
	assert_class(1, JSCOPE_CLASS_CENSORED);
	for (unsigned k = 10; k <= 12; k++)
		assert_class(k, JSCOPE_CLASS_ON_TIME);
}

/*
 * Who asks for the DPC does so in another one that may have ended before: the events were lost before
 * the last signal, and nothing since then tells so.
 */
static void test_lost_asker(void **state)
{
	const double at_us = point_us(11);

	(void)state;
	add_bares();
	fake_add(at_us - 20, 0, 3, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC + 1),
		 F("run", 1));
	fake_add_gap(1, at_us - 10, at_us - 9);
	add_bare(11);
	fake_add(at_us + 70, 0, 3, "jscope:dpc_insert", F("dev", DEV), F("dpc", DPC),
		 F("caller_seq", 0), F("inserted", 1));
	fake_add(at_us + 71, 0, 3, "jscope:dpc_exit", F("dev", DEV), F("dpc", DPC + 1),
		 F("run", 1));
	add_run(12, at_us + 80);
	add_set(EVENT, 12, 0, at_us + 85, 0);
	add_wake(EVENT, CLIENT, 12, at_us + 90);
	replay();
	assert_class(11, JSCOPE_CLASS_ON_TIME);
	assert_class(12, JSCOPE_CLASS_CENSORED);
}

/* The thread that a DPC woke tells a listener with a buffer; it may have woken anew for another. */
static void add_buffer(unsigned k)
{
	const double at_us = point_us(k) + RUN_US;

	fake_add(at_us + 20, 0, CLIENT, "jscope:pcn_alloc", F("dev", DEV), F("buf", 7));
	fake_add(at_us + 21, 0, CLIENT, "jscope:pcn_send", F("dev", DEV), F("buf", 7));
	fake_add(at_us + 22, 0, CLIENT, "jscope:ev_set", F("dev", DEV), F("event", EVENT_TWO),
		 F("prev", 0), F("dpc", 0), F("run", 0), F("packet", 0));
	fake_add(at_us + 23, 0, CLIENT, "jscope:pcn_free", F("dev", DEV), F("buf", 7));
	add_wake(EVENT_TWO, CLIENT + 1, k, at_us + 30);
}

/* Whatever it does for that execution may be for another, from the signal to the listener's on. */
static void assert_sent_by_another(double gap_begin_us, double gap_end_us)
{
	unsigned told = 0;

	fake_reset();
	for (unsigned k = 1; k <= 12; k++) {
		add_bare(k);
		if (k == 11)
			fake_add_gap(2, point_us(k) + gap_begin_us, point_us(k) + gap_end_us);
		add_buffer(k);
	}
	replay();
	for (unsigned i = 0; i < fake_records.notification_count; i++) {
		const struct jscope_notification *notification =
			&fake_records.notifications[i].notification;
		const bool is_behind =
			notification->at[JSCOPE_RUN] == fake_us(point_us(11) + RUN_US + 30);

		assert_int_equal(notification->class == JSCOPE_CLASS_CENSORED, is_behind);
		if (is_behind)
			assert_int_equal(notification->at[JSCOPE_DEFERRED], UNKNOWN);
		told += is_behind;
	}
	assert_int_equal(told, 1);
}

static void test_lost_sender(void **state)
{
	(void)state;
	assert_sent_by_another(SIGNAL_US + 1, RUN_US - 1);
	assert_sent_by_another(RUN_US + 1, RUN_US + 19);
	assert_sent_by_another(RUN_US + 20.2, RUN_US + 20.8);
	assert_sent_by_another(RUN_US + 21.2, RUN_US + 21.8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_execution_of_event),
		cmocka_unit_test(test_lost_request),
		cmocka_unit_test(test_lost_begin),
		cmocka_unit_test(test_lost_timer),
		cmocka_unit_test(test_lost_routine),
		cmocka_unit_test(test_lost_entry),
		cmocka_unit_test(test_lost_entry_before_another),
		cmocka_unit_test(test_untold_entry),
		cmocka_unit_test(test_no_entries),
		cmocka_unit_test(test_lost_asker),
		cmocka_unit_test(test_lost_sender),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
