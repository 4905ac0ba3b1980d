/* What leads to a completion or a wake-up: timers, tasklets, threads of interrupts, work items. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#define UNKNOWN JSCOPE_NS_UNKNOWN

static void irq(double at_us, unsigned cpu, const char *event, unsigned ret)
{
	fake_add(at_us, cpu, -1, event, F("irq", 5), S("name", "disk"), F("ret", ret));
}

static void soft(double at_us, unsigned cpu, const char *event, unsigned vec)
{
	fake_add(at_us, cpu, -1, event, F("vec", vec));
}

static void timer(double at_us, unsigned cpu, const char *event, unsigned which)
{
	fake_add(at_us, cpu, -1, event, F("hrtimer", which), F("vector", 236), F("tasklet", which));
}

static void work(double at_us, unsigned cpu, const char *event, unsigned which)
{
	fake_add(at_us, cpu, -1, event, F("work", which));
}

static void wake(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_waking", F("tid", tid));
}

static void run(double at_us, unsigned cpu, unsigned tid, const char *comm)
{
	fake_add(at_us, cpu, -1, "sched_switch", F("next_tid", tid), S("next_comm", comm));
}

static void block(double at_us, unsigned cpu, const char *event)
{
	fake_add(at_us, cpu, -1, event, F("dev", 1), F("sector", 100), F("nr_sector", 8),
		 F("rq", 0xa0));
}

/* The only request, whose instants are in us; 0: unknown. */
static void request_check(enum jscope_route route, double irq_us, double softirq_us, double run_us)
{
	const struct jscope_request *request = &fake_records.requests[0];

	assert_int_equal(fake_records.request_count, 1);
	assert_true(request->completed && request->matched);
	assert_int_equal(request->route, route);
	assert_int_equal(request->irq_ns, irq_us > 0 ? fake_us(irq_us) : UNKNOWN);
	assert_int_equal(request->softirq_ns, softirq_us > 0 ? fake_us(softirq_us) : UNKNOWN);
	assert_int_equal(request->run_ns, run_us > 0 ? fake_us(run_us) : UNKNOWN);
}

/* null_blk: a timer is its interrupt, told or not told that of the CPU's timer around it. */
static void expiry_check(bool has_local_timer)
{
	fake_reset();
	block(1, 0, "block_rq_issue");
	if (has_local_timer)
		timer(9, 0, "x86_irq_vectors_local_timer_entry", 0);
	timer(10, 0, "timer_hrtimer_expire_entry", 77);
	block(11, 0, "block_rq_complete");
	wake(12, 0, 60);
	timer(13, 0, "timer_hrtimer_expire_exit", 77);
	if (has_local_timer)
		timer(14, 0, "x86_irq_vectors_local_timer_exit", 0);
	run(20, 0, 60, "dd");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_TIMER, 10, 0, 20);
	assert_int_equal(fake_records.wakeups[0].context, JSCOPE_CONTEXT_IRQ);
}

static void test_expiry(void **state)
{
	(void)state;
	expiry_check(false);
	expiry_check(true);
}

/* scsi_debug: the timer raises the softirq, whose vector is of no timer. */
static void test_softirq_of_expiry(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	timer(10, 0, "hrtimer_expire_entry", 77);
	soft(11, 0, "softirq_raise", 4);
	timer(12, 0, "hrtimer_expire_exit", 77);
	soft(13, 0, "softirq_entry", 4);
	timer(14, 0, "hrtimer_expire_entry", 78); /* interrupts it */
	wake(14.5, 0, 61);
	timer(15, 0, "hrtimer_expire_exit", 78);
	block(16, 0, "block_rq_complete");
	timer(17, 0, "hrtimer_expire_entry", 78);
	wake(17.5, 0, 62); /* not for the request, and its handler goes on */
	timer(18, 0, "hrtimer_expire_exit", 78);
	wake(19, 0, 60);
	soft(20, 0, "softirq_exit", 4);
	run(21, 0, 62, "other");
	run(25, 0, 60, "dd");
	run(26, 0, 61, "other");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_SOFTIRQ, 10, 13, 25);
	assert_int_equal(fake_records.wakeups[0].context, JSCOPE_CONTEXT_IRQ);
	assert_int_equal(fake_records.wakeups[1].context, JSCOPE_CONTEXT_SOFTIRQ);
}

/* A timer that expires in the softirq of timers is no interrupt. */
static void test_expiry_in_softirq(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	timer(9, 0, "x86_irq_vectors_local_timer_entry", 0);
	soft(10, 0, "softirq_raise", 8);
	timer(11, 0, "x86_irq_vectors_local_timer_exit", 0);
	soft(13, 0, "softirq_entry", 8);
	timer(14, 0, "timer_hrtimer_expire_entry", 77);
	block(15, 0, "block_rq_complete");
	wake(16, 0, 60);
	timer(17, 0, "timer_hrtimer_expire_exit", 77);
	soft(18, 0, "softirq_exit", 8);
	run(20, 0, 60, "dd");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_SOFTIRQ, 9, 13, 20);
	assert_int_equal(fake_records.wakeups[0].context, JSCOPE_CONTEXT_SOFTIRQ);
}

static void test_tasklet(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	irq(10, 0, "irq_handler_entry", 0);
	soft(11, 0, "softirq_raise", 6);
	irq(12, 0, "irq_handler_exit", 1);
	soft(13, 0, "softirq_entry", 6);
	timer(14, 0, "irq_tasklet_low_entry", 5);
	block(15, 0, "block_rq_complete");
	wake(16, 0, 60);
	timer(17, 0, "irq_tasklet_low_exit", 5);
	soft(18, 0, "softirq_exit", 6);
	run(20, 0, 60, "dd");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_SOFTIRQ, 10, 13, 20);
	assert_int_equal(fake_records.wakeups[0].context, JSCOPE_CONTEXT_SOFTIRQ);
}

/* The handler at 10 us wakes its thread at 12, which runs at 20 on another CPU. */
static void thread_begin(const char *comm)
{
	block(1, 0, "block_rq_issue");
	irq(10, 0, "irq_handler_entry", 0);
	irq(11, 0, "irq_handler_exit", 2);
	wake(12, 0, 50);
	wake(13, 0, 51); /* for another reason */
	run(20, 1, 50, comm);
}

static void thread_end(void)
{
	block(30, 1, "block_rq_complete");
	wake(31, 1, 60);
	run(32, 1, 0, "swapper/1");
	run(40, 0, 60, "dd");
}

static void test_irq_thread(void **state)
{
	(void)state;
	fake_reset();
	thread_begin("irq/5-disk");
	thread_end();
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_THREAD, 10, 20, 40);
	assert_int_equal(fake_records.wakeups[fake_records.wakeup_count - 1].context,
			 JSCOPE_CONTEXT_TASK);
}

/* AHCI in threads: the thread of the interrupt raises the softirq that completes. */
static void test_softirq_of_irq_thread(void **state)
{
	(void)state;
	fake_reset();
	thread_begin("irq/5-disk");
	soft(22, 1, "softirq_raise", 4);
	soft(23, 1, "softirq_entry", 4);
	block(24, 1, "block_rq_complete");
	wake(25, 1, 60);
	soft(26, 1, "softirq_exit", 4);
	run(40, 0, 60, "dd");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_SOFTIRQ, 10, 23, 40);
}

/* The thread was preempted and went on elsewhere, which does not change why it runs. */
static void test_irq_thread_moves(void **state)
{
	(void)state;
	fake_reset();
	thread_begin("irq/5-disk");
	run(22, 1, 70, "hog");
	run(25, 1, 50, "irq/5-disk");
	thread_end();
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_THREAD, 10, 20, 40);
}

/* Another interrupt while the thread works: it is not woken again, and may serve either. */
static void test_irq_thread_asked_again(void **state)
{
	(void)state;
	fake_reset();
	thread_begin("irq/5-disk");
	irq(21, 0, "irq_handler_entry", 0);
	irq(22, 0, "irq_handler_exit", 2);
	run(23, 0, 0, "swapper/0");
	wake(24, 0, 80); /* behind a switch: not the thread */
	thread_end();
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_THREAD, 0, 20, 40);
}

/* Somebody else was woken first; that name is of no interrupt thread. */
static void test_not_an_irq_thread(void **state)
{
	(void)state;
	fake_reset();
	thread_begin("kworker/1:0");
	thread_end();
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_TASK, 0, 0, 40);
}

static void test_irq_thread_loss(void **state)
{
	(void)state;
	fake_reset();
	irq(10, 0, "irq_handler_entry", 0);
	irq(11, 0, "irq_handler_exit", 2);
	wake(12, 0, 50);
	fake_add_gap(3, 14, 15);
	block(16, 0, "block_rq_issue");
	run(20, 1, 50, "irq/5-disk");
	thread_end();
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_UNKNOWN, 0, 0, 40);
}

/* Queued by an interrupt; the worker sleeps in between. */
static void work_story(bool is_lost)
{
	fake_reset();
	block(1, 0, "block_rq_issue");
	irq(10, 0, "irq_handler_entry", 0);
	work(11, 0, "workqueue_queue_work", 3);
	irq(12, 0, "irq_handler_exit", 1);
	run(19, 1, 90, "kworker/1:0");
	if (is_lost) {
		fake_add_gap_on(0, 3, 19.1, 19.2);
		block(19.5, 0, "block_rq_issue");
	}
	work(20, 1, "workqueue_execute_start", 3);
	run(21, 1, 0, "swapper/1");
	run(25, 1, 90, "kworker/1:0");
	block(30, 1, "block_rq_complete");
	wake(31, 1, 60);
	work(32, 1, "workqueue_execute_end", 3);
	run(40, 0, 60, "dd");
	fake_replay(NULL);
}

static void test_work(void **state)
{
	(void)state;
	work_story(false);
	request_check(JSCOPE_ROUTE_WORK, 10, 20, 40);
}

static void test_work_loss(void **state)
{
	(void)state;
	work_story(true);
	assert_int_equal(fake_records.request_count, 2);
	assert_int_equal(fake_records.requests[1].route, JSCOPE_ROUTE_WORK);
	assert_int_equal(fake_records.requests[1].irq_ns, UNKNOWN);
}

/* Behind its end, and where no switch tells who runs. */
static void test_work_end(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	work(10, 0, "workqueue_execute_start", 3);
	work(11, 0, "workqueue_execute_end", 3);
	block(12, 0, "block_rq_complete");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_UNKNOWN, 0, 0, 0);
}

/* An entry whose exit the trace cannot tell would stay open for ever. */
static void test_entries_alone(void **state)
{
	(void)state;
	fake_reset();
	timer(1, 0, "timer_hrtimer_expire_entry", 77);
	timer(2, 0, "x86_irq_vectors_local_timer_entry", 0);
	timer(3, 0, "irq_tasklet_hi_entry", 5);
	wake(12, 0, 60);
	run(13, 0, 60, "dd");
	fake_replay(NULL);
	assert_int_equal(fake_records.wakeups[0].context, JSCOPE_CONTEXT_TASK);
}

/* USB serves its requests so: the item is part of the softirq, the worker under it goes on behind that. */
static void test_work_in_softirq(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	irq(2, 0, "irq_handler_entry", 0);
	work(3, 0, "workqueue_queue_work", 7);
	irq(4, 0, "irq_handler_exit", 1);
	run(5, 0, 9, "kworker/0:1");
	work(6, 0, "workqueue_execute_start", 7);
	soft(7, 0, "softirq_entry", 6);
	work(8, 0, "workqueue_execute_start", 8);
	work(9, 0, "workqueue_execute_end", 8);
	soft(10, 0, "softirq_exit", 6);
	block(11, 0, "block_rq_complete");
	work(12, 0, "workqueue_execute_end", 7);
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_WORK, 2, 6, 0);
}

/* The thread of the interrupt was awake: who is woken next is a worker that sleeps in its work. */
static void test_worker_is_no_irq_thread(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	run(5, 1, 9, "kworker/1:1");
	work(6, 1, "workqueue_execute_start", 7);
	run(7, 1, 0, "swapper/1");
	irq(8, 0, "irq_handler_entry", 0);
	irq(9, 0, "irq_handler_exit", 2);
	wake(10, 0, 9);
	run(11, 1, 9, "kworker/1:1");
	block(12, 1, "block_rq_complete");
	work(13, 1, "workqueue_execute_end", 7);
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_WORK, 0, 6, 0);
}

/* A handler that begins again has lost its end: whom it wakes does not wait for what ended in it before. */
static void test_handler_begins_again(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue");
	irq(10, 0, "irq_handler_entry", 0);
	block(11, 0, "block_rq_complete");
	irq(20, 0, "irq_handler_entry", 0);
	wake(21, 0, 60);
	irq(22, 0, "irq_handler_exit", 1);
	run(30, 0, 60, "dd");
	fake_replay(NULL);
	request_check(JSCOPE_ROUTE_IRQ, 10, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_softirq_of_expiry),
		cmocka_unit_test(test_expiry_in_softirq),
		cmocka_unit_test(test_tasklet),
		cmocka_unit_test(test_irq_thread),
		cmocka_unit_test(test_softirq_of_irq_thread),
		cmocka_unit_test(test_irq_thread_moves),
		cmocka_unit_test(test_irq_thread_asked_again),
		cmocka_unit_test(test_not_an_irq_thread),
		cmocka_unit_test(test_irq_thread_loss),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_work_loss),
		cmocka_unit_test(test_work_end),
		cmocka_unit_test(test_entries_alone),
		cmocka_unit_test(test_work_in_softirq),
		cmocka_unit_test(test_worker_is_no_irq_thread),
		cmocka_unit_test(test_handler_begins_again),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
