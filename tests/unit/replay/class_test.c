/* What a chain of our own vocabulary is called: missed, late, early, spurious. */
#include "../cmocka_all.h"
#include "chain_story.h"
#include "fake_trace.h"

static void test_missed(void **state)
{
	(void)state;
	add_chains(1);
	add_point(2, point_us(2)); /* its interrupt never comes */
	add_chain(3);
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_class(2, JSCOPE_CLASS_MISSED);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
	assert_int_equal(fake_find(2, 0)->notification.at[JSCOPE_IRQ], UNKNOWN);
	assert_int_equal(fake_find(2, 0)->notification.at[JSCOPE_SIGNAL], UNKNOWN);
}

/* The device clock is fast: the next point comes before the nominal period is over. */
static void test_missed_with_drift(void **state)
{
	(void)state;
	add_chains(1);
	add_point(2, point_us(2));
	add_point(3, point_us(3) - 20);
	add_irq(3, point_us(3) - 20, point_us(3) + IRQ_US);
	add_insert(3, point_us(3) + QUEUED_US, 1);
	add_execution(3, 3, point_us(3));
	add_wake(EVENT, CLIENT, 2, point_us(3) + RUN_US);
	replay();
	assert_class(2, JSCOPE_CLASS_MISSED);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
}

static void test_late_and_bound(void **state)
{
	struct jscope_trace_options options;

	(void)state;
	add_setup();
	add_point(1, point_us(1));
	add_request(1, point_us(1));
	add_run(1, point_us(1) + 1100);
	add_set(EVENT, 1, 1, point_us(1) + 1105, 0);
	add_wake(EVENT, CLIENT, 1, point_us(1) + 1200);
	replay();
	assert_class(1, JSCOPE_CLASS_LATE); /* 10 % of 10 ms is 1 ms */
	jscope_trace_options_init(&options);
	options.late_bound_ns = 2 * JSCOPE_NS_PER_MS;
	fake_replay(&options);
	assert_class(1, JSCOPE_CLASS_ON_TIME);
}

/* Signalled long before the device gets there. */
static void test_early(void **state)
{
	(void)state;
	add_chains(1);
	add_request(2, point_us(2) - 2000);
	add_execution(2, 2, point_us(2) - 2000);
	add_wake(EVENT, CLIENT, 2, point_us(2) - 2000 + RUN_US);
	add_packet(3, CLIENT, point_us(2) - 2000 + SERVED_US);
	add_point(2, point_us(2));
	add_chain(3);
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_class(2, JSCOPE_CLASS_EARLY);
	assert_at(fake_find(2, 0), JSCOPE_DUE, point_us(2));
}

static void test_spurious(void **state)
{
	(void)state;
	add_chains(1);
	add_request(2, point_us(1) + 4000);
	add_execution(2, 1, point_us(1) + 4000);
	add_wake(EVENT, CLIENT, 2, point_us(1) + 4000 + RUN_US);
	add_packet(2, CLIENT, point_us(1) + 4000 + SERVED_US);
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_SPURIOUS], 1);
	assert_int_equal(fake_records.notifications[1].notification.at[JSCOPE_DUE], UNKNOWN);
}

/* The same, and the driver sees that there is nothing to tell. */
static void test_spurious_unsignalled(void **state)
{
	(void)state;
	add_chains(1);
	add_request(2, point_us(1) + 4000);
	add_run(2, point_us(1) + 4000 + DEFERRED_US);
	add_chain(3);
	replay();
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_SPURIOUS], 1);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_ON_TIME], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missed),	       cmocka_unit_test(test_missed_with_drift),
		cmocka_unit_test(test_late_and_bound), cmocka_unit_test(test_early),
		cmocka_unit_test(test_spurious),       cmocka_unit_test(test_spurious_unsignalled),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
