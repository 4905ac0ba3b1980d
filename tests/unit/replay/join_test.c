/* Requests that find their DPC queued already: which execution they belong to. */
#include "../cmocka_all.h"
#include "chain_story.h"

/* Ten chains of an event without a stream; then the interrupt whose execution begins at 20 us. */
static void add_before(void)
{
	fake_reset();
	for (unsigned k = 1; k <= 11; k++) {
		add_request(k, point_us(k));
		add_execution(k, 0, point_us(k));
		add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
	}
}

/* Another interrupt, whose request finds the DPC queued before the one in execution signals. */
static void add_joining(double irq_us)
{
	add_irq(12, point_us(11) + irq_us, point_us(11) + irq_us);
	add_insert(12, point_us(11) + DEFERRED_US + 4, 0);
}

static void add_next_execution(void)
{
	add_run(12, point_us(11) + 80);
	add_set(EVENT, 12, 0, point_us(11) + 85, 0);
	add_wake(EVENT, CLIENT, 12, point_us(11) + 90);
}

/* The entry is told before the request that led to it. */
static void test_joins_the_one_that_runs(void **state)
{
	(void)state;
	add_before();
	add_joining(DEFERRED_US - 5);
	replay();
	assert_int_equal(fake_records.notification_count, 12);
	assert_class(11, JSCOPE_CLASS_MERGED);
	assert_at(fake_find(12, 0), JSCOPE_SIGNAL, point_us(11) + SIGNAL_US);
}

/* It cannot have led to what had begun before it. */
static void test_comes_after_the_entry(void **state)
{
	(void)state;
	add_before();
	add_joining(DEFERRED_US + 2);
	add_next_execution();
	replay();
	assert_int_equal(fake_records.notification_count, 12);
	assert_class(11, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(12, 0), JSCOPE_IRQ, point_us(11) + DEFERRED_US + 2);
	assert_at(fake_find(12, 0), JSCOPE_SIGNAL, point_us(11) + 85);
}

/* Another execution may have begun unseen. */
static void test_lost_since_the_entry(void **state)
{
	(void)state;
	add_before();
	add_joining(DEFERRED_US - 5);
	fake_add_gap(1, point_us(11) + DEFERRED_US + 1, point_us(11) + DEFERRED_US + 2);
	add_next_execution();
	replay();
	assert_class(11, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(12, 0), JSCOPE_SIGNAL, point_us(11) + 85);
}

/* What is over is not joined, though nobody knows which interrupt it is. */
static void test_comes_after_the_exit(void **state)
{
	(void)state;
	add_before();
	add_insert(0, point_us(11) + 70, 0);
	add_next_execution();
	replay();
	assert_int_equal(fake_records.notification_count, 12);
	assert_at(fake_find(12, 0), JSCOPE_QUEUED, point_us(11) + 70);
	assert_class(12, JSCOPE_CLASS_CENSORED); /* another request has queued it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins_the_one_that_runs),
		cmocka_unit_test(test_comes_after_the_entry),
		cmocka_unit_test(test_lost_since_the_entry),
		cmocka_unit_test(test_comes_after_the_exit),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
