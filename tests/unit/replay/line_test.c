/* Interrupt lines as notifications: from the handler to whom it wakes. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#include <string.h>

#define UNKNOWN JSCOPE_NS_UNKNOWN

static void irq(double at_us, const char *event, unsigned line, const char *name)
{
	fake_add(at_us, 0, -1, event, F("irq", line), S("name", name), F("ret", 1));
}

static void soft(double at_us, const char *event)
{
	fake_add(at_us, 0, -1, event, F("vec", 3));
}

static void wake(double at_us, unsigned tid)
{
	fake_add(at_us, 0, -1, "sched_waking", F("tid", tid));
}

static void run(double at_us, unsigned tid)
{
	fake_add(at_us, 1, -1, "sched_switch", F("next_tid", tid), S("next_comm", "client"));
}

static void stages_check(const struct fake_record *record, jscope_ns handler_ns,
			 jscope_ns end_to_end_ns)
{
	assert_string_equal(record->notification.stream->kind, "irq");
	assert_string_equal(record->notification.stream->device, "eth0");
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_HANDLER], handler_ns);
	assert_int_equal(record->stages.end_to_end_ns, end_to_end_ns);
	assert_int_equal(record->notification.class, JSCOPE_CLASS_ON_TIME);
}

/* The first that is woken is whom it was for; an interrupt that wakes nobody tells nothing. */
static void test_handler(void **state)
{
	(void)state;
	fake_reset();
	irq(1, "irq_handler_entry", 5, "eth0");
	wake(3, 60);
	wake(4, 61);
	irq(5, "irq_handler_exit", 5, "eth0");
	run(10, 61);
	run(11, 60);
	irq(20, "irq_handler_entry", 5, "eth0");
	irq(21, "irq_handler_exit", 5, "eth0");
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	assert_int_equal(fake_records.notifications[0].notification.tid, 60);
	stages_check(&fake_records.notifications[0], 2000, 10000);
}

/* In what it led to; where two lines raised it nobody can tell whose it is. */
static void test_softirq(void **state)
{
	(void)state;
	for (unsigned line = 5; line < 7; line++) {
		fake_reset();
		irq(1, "irq_handler_entry", 5, "eth0");
		soft(2, "softirq_raise");
		irq(3, "irq_handler_exit", 5, "eth0");
		irq(4, "irq_handler_entry", 6, "eth1");
		if (line == 6)
			soft(4.5, "softirq_raise");
		irq(5, "irq_handler_exit", 6, "eth1");
		soft(6, "softirq_entry");
		wake(9, 60);
		soft(10, "softirq_exit");
		run(21, 60);
		fake_replay(NULL);
		assert_int_equal(fake_records.notification_count, line == 5);
		if (line == 5)
			stages_check(&fake_records.notifications[0], 3000, 20000);
	}
}

/* What has a chain of its own is not told again as that of its line. */
static void test_told_otherwise(void **state)
{
	(void)state;
	fake_reset();
	irq(1, "irq_handler_entry", 5, "eth0");
	fake_add(2, 0, -1, "block_rq_complete", F("dev", 1), F("sector", 8), F("nr_sector", 8));
	wake(3, 60);
	wake(4, 61);
	irq(5, "irq_handler_exit", 5, "eth0");
	run(10, 60);
	run(11, 61);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 0);
	assert_int_equal(fake_records.request_count, 1);
}

/* Who was woken never ran, or ran unseen. */
static void test_cut(void **state)
{
	(void)state;
	for (unsigned lost = 0; lost < 2; lost++) {
		fake_reset();
		irq(1, "irq_handler_entry", 5, "eth0");
		wake(3, 60);
		irq(5, "irq_handler_exit", 5, "eth0");
		if (lost) {
			fake_add_gap_on(1, 3, 6, 7);
			run(10, 60);
		}
		fake_replay(NULL);
		assert_int_equal(fake_records.notification_count, 1);
		assert_int_equal(fake_records.notifications[0].notification.class,
				 JSCOPE_CLASS_CENSORED);
		assert_int_equal(fake_records.notifications[0].notification.at[JSCOPE_RUN],
				 UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handler),
		cmocka_unit_test(test_softirq),
		cmocka_unit_test(test_told_otherwise),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
