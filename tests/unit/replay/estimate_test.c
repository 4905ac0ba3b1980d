/* Streams whose points nobody recorded: their due comes from the fitted clock of the device. */
#include <stdlib.h>

#include "../cmocka_all.h"
#include "chain_story.h"

#define DRIFT 1.0002 /* the device is slow by 200 ppm */

/* Within which the device says that its positions are right. */
static unsigned accuracy_bytes = 4;

static double due_us(unsigned k)
{
	return point_us(k) * DRIFT;
}

/* What a driver tells of a point that it knows by its interrupt only. */
static void add_untold(unsigned k, unsigned seq, double behind_us)
{
	double at_us = due_us(k) + behind_us;

	fake_add(at_us, 0, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16), F("seq", seq),
		 F("true_ts_ns", 0));
	add_insert(seq, at_us + QUEUED_US, 1);
	fake_add(at_us + 3, 0, 1, "jscope:irq_exit", F("dev", DEV), F("irq", 16), F("seq", seq),
		 F("claimed", 1));
	add_run(seq, at_us + DEFERRED_US);
	fake_add(at_us + DEFERRED_US + 1, 1, 2, "jscope:wrt_pos", F("dev", DEV),
		 F("stream", STREAM),
		 F("linear", (int64_t)((at_us + DEFERRED_US + 1) / DRIFT * 48 / 1000) * 4),
		 F("pos_ts_ns", fake_us(at_us + DEFERRED_US + 1)), F("source", 1),
		 F("accuracy", accuracy_bytes));
	add_set(EVENT, seq, k, at_us + SIGNAL_US, 0);
	add_wake(EVENT, CLIENT, seq, at_us + RUN_US);
}

static void assert_estimated(unsigned k)
{
	const struct jscope_notification *notification = &fake_find(k, 0)->notification;

	assert_true(notification->due_estimated);
	assert_in_range(notification->due_error_ns, 1, 200000);
	assert_true(llabs(notification->at[JSCOPE_DUE] - fake_us(due_us(k))) <=
		    notification->due_error_ns);
}

static void test_estimated(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 100; k++)
		add_untold(k, k, k * 7 % 40);
	replay();
	assert_int_equal(fake_records.notification_count, 100);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_ON_TIME], 100);
	for (unsigned k = 1; k < 30; k++)
		assert_int_equal(fake_find(k, 0)->notification.at[JSCOPE_DUE], UNKNOWN);
	for (unsigned k = 30; k <= 100; k++)
		assert_estimated(k);
	assert_false(fake_find(100, 0)->stages.partial);
}

static jscope_ns error_by_accuracy_ns(unsigned bytes)
{
	accuracy_bytes = bytes;
	add_setup();
	for (unsigned k = 1; k <= 40; k++)
		add_untold(k, k, k * 7 % 40);
	replay();
	accuracy_bytes = 4;
	return fake_find(40, 0)->notification.due_error_ns;
}

/* Twice what the device may be off by, at 192 bytes per millisecond; a frame at the least. */
static void test_accuracy(void **state)
{
	const jscope_ns frame_ns = error_by_accuracy_ns(4);

	(void)state;
	assert_int_equal(error_by_accuracy_ns(0), frame_ns);
	assert_int_equal(error_by_accuracy_ns(4 + 96), frame_ns + JSCOPE_NS_PER_MS);
}

/* A number that is missing is a point that was missed, and it is known when that was due. */
static void test_missed(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 50; k++)
		if (k != 40)
			add_untold(k, k, 5);
	replay();
	assert_int_equal(fake_records.notification_count, 50);
	assert_class(40, JSCOPE_CLASS_MISSED);
	assert_estimated(40);
	assert_class(41, JSCOPE_CLASS_ON_TIME);
}

/* The slope lasts over a pause, and the part of a period that was over already. */
static void test_pause(void **state)
{
	const double paused_us = 3000;

	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 40; k++)
		add_untold(k, k, 5);
	add_state(due_us(40) + 4000, 3, 2, 40 * PACKET + 4 * 192);
	add_state(due_us(40) + 4000 + paused_us, 2, 3, 40 * PACKET + 4 * 192);
	add_irq(41, 0, due_us(41) + paused_us + 5);
	fake_add(due_us(41) + paused_us + 6, 1, 2, "jscope:wrt_pos", F("dev", DEV),
		 F("stream", STREAM), F("linear", 41 * PACKET),
		 F("pos_ts_ns", fake_us(due_us(41) + paused_us + 6)), F("accuracy", 4));
	fake_add(due_us(41) + paused_us + 9, 1, 2, "jscope:ev_set", F("dev", DEV),
		 F("event", EVENT), F("packet", 41));
	add_wake(EVENT, CLIENT, 41, due_us(41) + paused_us + RUN_US);
	replay();
	assert_true(fake_find(41, 0)->notification.due_estimated);
	assert_true(llabs(fake_find(41, 0)->notification.at[JSCOPE_DUE] -
			  fake_us(due_us(41) + paused_us)) <=
		    fake_find(41, 0)->notification.due_error_ns);
}

/* Where the assertion is told it is the due, and nothing is estimated. */
static void test_assertion_told(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 3; k++) {
		add_request(k, point_us(k));
		add_execution(k, k, point_us(k));
		add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
	}
	replay();
	assert_at(fake_find(2, 0), JSCOPE_DUE, point_us(2));
	assert_false(fake_find(2, 0)->notification.due_estimated);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_estimated),      cmocka_unit_test(test_accuracy),
		cmocka_unit_test(test_missed),	       cmocka_unit_test(test_pause),
		cmocka_unit_test(test_assertion_told),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
