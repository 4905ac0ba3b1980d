/* What a CPU is at, where the trace does not tell: no chain is told shorter than it was. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#define UNKNOWN JSCOPE_NS_UNKNOWN

static void irq(double at_us, unsigned cpu, const char *event, unsigned ret)
{
	fake_add(at_us, cpu, -1, event, F("irq", 5), S("name", "hda"), F("ret", ret));
}

static void soft(double at_us, unsigned cpu, const char *event)
{
	fake_add(at_us, cpu, -1, event, F("vec", 4));
}

static void wake(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_waking", F("tid", tid));
}

static void run(double at_us, unsigned cpu, unsigned tid, const char *comm)
{
	fake_add(at_us, cpu, -1, "sched_switch", F("next_tid", tid), S("next_comm", comm));
}

static void work(double at_us, unsigned cpu, const char *event, unsigned item)
{
	fake_add(at_us, cpu, -1, event, F("work", item));
}

/* A period that wakes the client, which runs on CPU 3. */
static void period(double at_us, unsigned cpu)
{
	fake_add(at_us, cpu, -1, "pcm_period_elapsed_entry", F("ip", 1));
	wake(at_us + 1, cpu, 60);
	fake_add(at_us + 2, cpu, -1, "pcm_period_elapsed_exit", F("ip", 1));
	run(at_us + 5, 3, 60, "client");
}

static const struct jscope_notification *replay_one(void)
{
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	return &fake_records.notifications[0].notification;
}

/* Told as far as it is known, and not as a whole. */
static void cut_check(void)
{
	const struct jscope_notification *notification = replay_one();

	assert_int_equal(notification->class, JSCOPE_CLASS_CENSORED);
	assert_true(notification->at[JSCOPE_SIGNAL] != UNKNOWN);
	assert_int_equal(notification->at[JSCOPE_IRQ], UNKNOWN);
	assert_int_equal(fake_records.notifications[0].stages.end_to_end_ns, UNKNOWN);
}

static void whole_check(double begin_us, double end_us)
{
	assert_int_equal(replay_one()->class, JSCOPE_CLASS_ON_TIME);
	assert_int_equal(fake_records.notifications[0].stages.end_to_end_ns,
			 fake_us(end_us) - fake_us(begin_us));
}

/* The trace may begin in a handler: the first thread that comes shows that it does not. */
static void test_begin(void **state)
{
	(void)state;
	fake_reset();
	period(10, 0);
	cut_check();
	fake_reset();
	run(1, 0, 70, "driver");
	period(10, 0);
	whole_check(11, 15);
}

/* Of the CPU in question: what others lost does not matter. */
static void test_loss(void **state)
{
	(void)state;
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		fake_reset();
		run(1, 0, 70, "driver");
		fake_add_gap_on(cpu, 3, 5, 6);
		period(10, 0);
		if (cpu == 0)
			cut_check();
		else
			whole_check(11, 15);
	}
}

static void test_handler_beside_loss(void **state)
{
	(void)state;
	fake_reset();
	irq(1, 0, "irq_handler_entry", 0);
	fake_add_gap_on(1, 3, 5, 6);
	period(10, 0);
	irq(20, 0, "irq_handler_exit", 1);
	whole_check(1, 15);
}

/* Threads for interrupts and work of which nothing is known; others run for themselves. */
static void test_threads(void **state)
{
	static const struct {
		const char *comm;
		bool is_cut;
	} threads[] = { { "irq/5-hda", true }, { "kworker/0:1", true }, { "irqbalance", false } };

	(void)state;
	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
		fake_reset();
		irq(0.1, 2, "irq_handler_entry", 0);
		irq(0.2, 2, "irq_handler_exit", 1);
		work(0.3, 2, "workqueue_execute_end", 7);
		run(1, 0, 70, threads[i].comm);
		period(10, 0);
		if (threads[i].is_cut)
			cut_check();
		else
			whole_check(11, 15);
	}
}

/* Work that is queued where nobody knows what led to that. */
static void test_work(void **state)
{
	const struct jscope_notification *notification;

	(void)state;
	fake_reset();
	work(1, 0, "workqueue_queue_work", 7);
	run(2, 1, 90, "kworker/1:0");
	work(3, 1, "workqueue_execute_start", 7);
	period(10, 1);
	work(20, 1, "workqueue_execute_end", 7);
	notification = replay_one();
	assert_int_equal(notification->at[JSCOPE_QUEUED], fake_us(1));
	assert_int_equal(fake_records.notifications[0].stages.end_to_end_ns, UNKNOWN);
	assert_true(fake_records.notifications[0].stages.partial);
}

/* The worker that executes it is not the thread that came before events were lost. */
static void test_worker_unseen(void **state)
{
	(void)state;
	fake_reset();
	run(1, 0, 70, "driver");
	fake_add_gap_on(0, 3, 4, 5);
	work(6, 0, "workqueue_execute_start", 7);
	run(8, 1, 70, "driver");
	period(10, 1);
	whole_check(11, 15);
	assert_int_equal(fake_records.notifications[0].notification.at[JSCOPE_DEFERRED], UNKNOWN);
}

/* What was lost may have raised it first. */
static void test_raise_lost(void **state)
{
	const struct jscope_notification *notification;

	(void)state;
	for (unsigned known = 0; known < 2; known++) {
		fake_reset();
		fake_add_gap_on(0, 3, 1, 2);
		soft(3, 0, "softirq_entry");
		soft(4, 0, "softirq_exit");
		fake_add_gap_on(known, 3, 5, 6);
		irq(10, 0, "irq_handler_entry", 0);
		soft(11, 0, "softirq_raise");
		irq(12, 0, "irq_handler_exit", 1);
		soft(13, 0, "softirq_entry");
		period(20, 0);
		soft(30, 0, "softirq_exit");
		notification = replay_one();
		assert_int_equal(notification->at[JSCOPE_QUEUED], known ? fake_us(11) : UNKNOWN);
		assert_int_equal(notification->at[JSCOPE_IRQ], known ? fake_us(10) : UNKNOWN);
		assert_int_equal(notification->at[JSCOPE_DEFERRED], fake_us(13));
	}
}

/* Who is woken left its CPU unseen, from which nothing has come since. */
static void test_woken_runs_no_more(void **state)
{
	(void)state;
	fake_reset();
	run(1, 3, 60, "client");
	run(1, 0, 70, "driver");
	fake_add_gap_on(3, 3, 5, 6);
	period(10, 0);
	whole_check(11, 15);
}

/* Who was woken may have run unseen: when it runs next is not when it ran. */
static void test_run_lost(void **state)
{
	(void)state;
	fake_reset();
	run(1, 0, 70, "driver");
	fake_add(10, 0, -1, "pcm_period_elapsed_entry", F("ip", 1));
	wake(11, 0, 60);
	fake_add(12, 0, -1, "pcm_period_elapsed_exit", F("ip", 1));
	fake_add_gap_on(1, 3, 13, 14);
	run(15, 3, 60, "client");
	assert_int_equal(replay_one()->class, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_records.notifications[0].notification.at[JSCOPE_RUN], UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_handler_beside_loss),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_worker_unseen),
		cmocka_unit_test(test_raise_lost),
		cmocka_unit_test(test_woken_runs_no_more),
		cmocka_unit_test(test_run_lost),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
