/* LTTng kernel events, from tables: the names of all ages, and who is paired with whom. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#include <string.h>

static void irq(double at_us, unsigned cpu, const char *event, unsigned line)
{
	fake_add(at_us, cpu, -1, event, F("irq", line), S("name", "hda"));
}

static void soft(double at_us, unsigned cpu, const char *event, unsigned vec)
{
	fake_add(at_us, cpu, -1, event, F("vec", vec));
}

static void wake(double at_us, unsigned cpu, const char *event, unsigned tid)
{
	fake_add(at_us, cpu, -1, event, F("tid", tid));
}

static void run(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_switch", F("next_tid", tid), S("next_comm", "client"));
}

static void block(double at_us, unsigned cpu, const char *event, unsigned sector, unsigned count)
{
	fake_add(at_us, cpu, -1, event, F("dev", 8 << 20 | 1), F("sector", sector),
		 F("nr_sector", count), F("rwbs", 4), F("error", 0));
}

static void test_irq_stack(void **state)
{
	(void)state;
	fake_reset();
	irq(10, 0, "irq:irq_handler_entry", 5);
	irq(11, 0, "irq_handler_entry", 6);
	irq(12, 1, "irq_handler_entry", 5);
	irq(13, 0, "irq_handler_exit", 6);
	irq(17, 0, "irq_handler_exit", 5);
	irq(18, 0, "irq_handler_exit", 5); /* one too many */
	fake_replay(NULL);
	assert_int_equal(fake_records.irq_count, 4);
	assert_int_equal(fake_records.irqs[0].end_ns - fake_records.irqs[0].begin_ns, 2000);
	assert_int_equal(fake_records.irqs[1].end_ns - fake_records.irqs[1].begin_ns, 7000);
	assert_string_equal(fake_records.irqs[1].name, "hda");
	assert_false(fake_records.irqs[2].matched);
	assert_int_equal(fake_records.irqs[2].begin_ns, JSCOPE_NS_UNKNOWN);
	assert_int_equal(fake_records.irqs[3].end_ns, JSCOPE_NS_UNKNOWN); /* cut by the end */
}

static void softirqs_check(const char *raise, const char *entry, const char *exit)
{
	fake_reset();
	soft(1, 0, raise, 3);
	soft(2, 0, raise, 3);
	soft(3, 1, raise, 3); /* another CPU, another softirq */
	soft(5, 0, entry, 3);
	soft(6, 0, raise, 3); /* for the next run */
	soft(9, 0, exit, 3);
	soft(10, 0, exit, 3);
	fake_replay(NULL);
	assert_int_equal(fake_records.softirq_count, 7);
	assert_int_equal(fake_records.softirqs[0].what, JSCOPE_SOFTIRQ_RAISED);
	assert_int_equal(fake_records.softirqs[1].what, JSCOPE_SOFTIRQ_COALESCED);
	assert_int_equal(fake_records.softirqs[2].what, JSCOPE_SOFTIRQ_RAISED);
	assert_int_equal(fake_records.softirqs[3].what, JSCOPE_SOFTIRQ_ENTERED);
	assert_int_equal(fake_records.softirqs[3].raised_ns, fake_us(1));
	assert_int_equal(fake_records.softirqs[4].what, JSCOPE_SOFTIRQ_RAISED);
	assert_int_equal(fake_records.softirqs[5].what, JSCOPE_SOFTIRQ_LEFT);
	assert_int_equal(fake_records.softirqs[5].entry_ns, fake_us(5));
	assert_int_equal(fake_records.softirqs[6].entry_ns, JSCOPE_NS_UNKNOWN);
}

static void test_softirq_names_of_all_ages(void **state)
{
	(void)state;
	softirqs_check("softirq_raise", "softirq_entry", "softirq_exit");
	softirqs_check("irq_softirq_raise", "irq_softirq_entry", "irq_softirq_exit");
	softirqs_check("irq:softirq_raise", "irq:softirq_entry", "irq:softirq_exit");
}

static void test_wake_latency(void **state)
{
	const struct jscope_trace_info *info;

	(void)state;
	fake_reset();
	run(1, 1, 50);
	wake(2, 0, "sched_waking", 50); /* runs already */
	irq(3, 0, "irq_handler_entry", 5);
	wake(4, 0, "sched_waking", 60);
	irq(5, 0, "irq_handler_exit", 5);
	wake(6, 0, "sched_wakeup", 60); /* not where sched_waking is */
	wake(7, 0, "sched_waking", 60); /* the first one counts */
	wake(8, 0, "sched_wakeup_new", 70);
	run(10, 0, 60);
	run(12, 1, 70);
	info = fake_replay(NULL);
	assert_string_equal(info->wakeup_event, "sched_waking");
	assert_int_equal(fake_records.wakeup_count, 2);
	assert_int_equal(fake_records.wakeups[0].tid, 60);
	assert_int_equal(fake_records.wakeups[0].run_ns - fake_records.wakeups[0].waking_ns, 6000);
	assert_int_equal(fake_records.wakeups[0].context, JSCOPE_CONTEXT_IRQ);
	assert_string_equal(fake_records.wakeups[0].comm, "client");
	assert_int_equal(fake_records.wakeups[1].run_ns - fake_records.wakeups[1].waking_ns, 4000);
	assert_int_equal(fake_records.wakeups[1].context, JSCOPE_CONTEXT_TASK);
}

/* Who leaves a CPU ran there, also where the trace hides when that began. */
static void test_ran_unseen(void **state)
{
	(void)state;
	fake_reset();
	run(1, 1, 0);
	wake(2, 0, "sched_waking", 60);
	fake_add(5, 1, -1, "sched_switch", F("prev_tid", 60), F("next_tid", 0));
	wake(8, 0, "sched_waking", 60);
	run(10, 1, 60);
	fake_replay(NULL);
	assert_int_equal(fake_records.wakeup_count, 2);
	assert_true(fake_records.wakeups[0].censored);
	assert_int_equal(fake_records.wakeups[1].waking_ns, fake_us(8));
	assert_false(fake_records.wakeups[1].censored);
}

/* Woken in the trace, and run after its end: on which CPU nobody knows. */
static void test_never_ran(void **state)
{
	struct jscope_trace_options options;

	(void)state;
	jscope_trace_options_init(&options);
	options.cpu = 0;
	fake_reset();
	wake(1, 0, "sched_waking", 60);
	wake(2, 0, "sched_waking", 61);
	run(3, 0, 61);
	fake_replay(NULL);
	assert_int_equal(fake_records.wakeup_count, 2);
	assert_false(fake_records.wakeups[0].censored);
	assert_true(fake_records.wakeups[1].censored);
	assert_int_equal(fake_records.wakeups[1].tid, 60);
	assert_int_equal(fake_records.wakeups[1].run_ns, JSCOPE_NS_UNKNOWN);
	fake_replay(&options);
	assert_int_equal(fake_records.wakeup_count, 1);
}

static void test_wakeup_without_waking(void **state)
{
	(void)state;
	fake_reset();
	fake_add(2, 0, -1, "sched:sched_wakeup", F("pid", 60));
	fake_add(5, 0, -1, "sched:sched_switch", F("next_pid", 60));
	assert_string_equal(fake_replay(NULL)->wakeup_event, "sched_wakeup");
	assert_int_equal(fake_records.wakeup_count, 1);
	assert_int_equal(fake_records.wakeups[0].run_ns - fake_records.wakeups[0].waking_ns, 3000);
}

/* The interrupt raises a softirq, which completes the request and wakes who waits for it. */
static void test_request_through_softirq(void **state)
{
	const struct jscope_request *request;

	(void)state;
	fake_reset();
	block(1, 0, "block_rq_insert", 100, 8);
	block(2, 0, "block_rq_issue", 100, 8);
	irq(10, 1, "irq_handler_entry", 5);
	soft(11, 1, "softirq_raise", 4);
	irq(12, 1, "irq_handler_exit", 5);
	soft(13, 1, "softirq_entry", 4);
	block(14, 1, "block_rq_complete", 100, 8);
	wake(15, 1, "sched_waking", 60);
	soft(16, 1, "softirq_exit", 4);
	run(20, 0, 60);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 1);
	request = &fake_records.requests[0];
	assert_string_equal(request->device, "8:1");
	assert_string_equal(request->op, "read");
	assert_int_equal(request->bytes, 4096);
	assert_int_equal(request->queued_ns, fake_us(1));
	assert_int_equal(request->issue_ns, fake_us(2));
	assert_int_equal(request->irq_ns, fake_us(10));
	assert_int_equal(request->softirq_ns, fake_us(13));
	assert_int_equal(request->complete_ns, fake_us(14));
	assert_int_equal(request->run_ns, fake_us(20));
	assert_int_equal(request->outstanding, 1);
	assert_true(request->completed && request->matched);
}

static void test_request_in_irq(void **state)
{
	(void)state;
	fake_reset();
	block(2, 0, "block_rq_issue", 100, 8);
	irq(10, 1, "irq_handler_entry", 5);
	block(14, 1, "block_rq_complete", 100, 8);
	irq(15, 1, "irq_handler_exit", 5);
	wake(16, 1, "sched_waking", 60); /* for another reason: that handler is over */
	run(20, 0, 60);
	fake_replay(NULL);
	assert_int_equal(fake_records.requests[0].irq_ns, fake_us(10));
	assert_int_equal(fake_records.requests[0].softirq_ns, JSCOPE_NS_UNKNOWN);
	assert_int_equal(fake_records.requests[0].run_ns, JSCOPE_NS_UNKNOWN);
}

static void test_requests_that_do_not_pair(void **state)
{
	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue", 100, 8);
	block(2, 0, "block_rq_complete", 100, 4); /* another size */
	block(3, 0, "block_rq_issue", 200, 0);	  /* empty */
	block(4, 0, "block_rq_complete", 200, 0);
	block(5, 0, "block_rq_issue", 300, 8);
	block(6, 0, "block_rq_issue", 300, 8); /* issued again */
	block(7, 0, "block_rq_complete", 300, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 6);
	assert_true(fake_records.requests[0].empty);
	assert_false(fake_records.requests[1].matched);
	assert_int_equal(fake_records.requests[1].complete_ns, fake_us(2));
	assert_int_equal(fake_records.requests[2].issue_ns, fake_us(5));
	assert_false(fake_records.requests[2].completed);
	assert_true(fake_records.requests[3].empty);
	assert_int_equal(fake_records.requests[4].issue_ns, fake_us(6));
	assert_int_equal(fake_records.requests[4].outstanding, 2);
	assert_int_equal(fake_records.requests[5].issue_ns, fake_us(1)); /* cut by the end */
	assert_false(fake_records.requests[5].completed);
}

/* What was lost may be the end of a request, and another one of the same sector. */
static void test_request_loss(void **state)
{
	const struct jscope_request *requests = fake_records.requests;

	(void)state;
	fake_reset();
	block(1, 0, "block_rq_issue", 100, 8);
	block(2, 0, "block_rq_insert", 200, 8);
	fake_add_gap_on(3, 9, 5, 6);
	block(7, 0, "block_rq_issue", 200, 8);
	block(8, 1, "block_rq_complete", 100, 8);
	block(9, 1, "block_rq_complete", 200, 8);
	wake(10, 1, "sched_waking", 60);
	fake_add_gap_on(3, 9, 11, 12);
	run(20, 0, 60);
	fake_replay(NULL);
	assert_int_equal(fake_records.request_count, 3);
	assert_int_equal(requests[0].issue_ns, fake_us(1));
	assert_false(requests[0].completed);
	assert_int_equal(requests[1].complete_ns, fake_us(8));
	assert_int_equal(requests[1].issue_ns, JSCOPE_NS_UNKNOWN);
	assert_false(requests[1].matched);
	/* Issued behind the gap: that is sure, but not which insertion it had, nor who is left. */
	assert_true(requests[2].completed && requests[2].matched);
	assert_int_equal(requests[2].issue_ns, fake_us(7));
	assert_int_equal(requests[2].queued_ns, JSCOPE_NS_UNKNOWN);
	assert_int_equal(requests[2].outstanding, 1);
	assert_int_equal(requests[2].run_ns, JSCOPE_NS_UNKNOWN);
}

static void period(double at_us, unsigned tid)
{
	irq(at_us, 0, "irq_handler_entry", 26);
	fake_add(at_us + 1, 0, -1, "pcm_period_probe", F("ip", 1));
	fake_add(at_us + 2, 0, -1, "pcm_period_elapsed_entry", F("ip", 1));
	if (tid)
		wake(at_us + 3, 0, "sched_waking", tid);
	fake_add(at_us + 4, 0, -1, "pcm_period_elapsed_exit", F("ip", 1));
	wake(at_us + 5, 0, "sched_waking", 99); /* not for the period */
	irq(at_us + 6, 0, "irq_handler_exit", 26);
}

static void test_pcm_period(void **state)
{
	const struct fake_record *record;

	(void)state;
	fake_reset();
	period(100, 60);
	run(120, 0, 60);
	run(130, 0, 1);
	period(200, 0); /* nobody waits */
	period(300, 60);
	period(400, 60); /* before the client ran */
	run(420, 0, 60);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 4);
	record = fake_find(1, 0);
	assert_string_equal(record->notification.stream->device, "hda");
	assert_string_equal(record->notification.stream->kind, "pcm");
	assert_int_equal(record->notification.tid, 60);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_HANDLER], 3000);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_WAKE], 17000);
	assert_int_equal(record->stages.end_to_end_ns, 20000);
	assert_true(fake_find(2, 0)->stages.partial);
	assert_int_equal(fake_find(3, 0)->notification.at[JSCOPE_RUN], fake_us(420));
	assert_int_equal(fake_find(4, 0)->notification.at[JSCOPE_RUN], fake_us(420));
}

/* From a thread (USB work, a threaded handler) there is no interrupt on the path to be missed. */
static void test_pcm_period_of_thread(void **state)
{
	(void)state;
	fake_reset();
	run(0.5, 0, 70);
	fake_add(1, 0, -1, "pcm_period_elapsed_entry", F("ip", 1));
	wake(2, 0, "sched_waking", 60);
	fake_add(3, 0, -1, "pcm_period_elapsed_exit", F("ip", 1));
	run(7, 0, 60);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	assert_string_equal(fake_records.notifications[0].notification.stream->device, "pcm");
	assert_int_equal(fake_records.notifications[0].stages.end_to_end_ns, 5000);
}

/* The exit, the entry and the switch that end these may be among what was lost: none is measured. */
static void test_loss_in_between(void **state)
{
	(void)state;
	fake_reset();
	irq(1, 0, "irq_handler_entry", 5);
	soft(2, 0, "softirq_raise", 3);
	wake(3, 0, "sched_waking", 60);
	fake_add(4, 0, -1, "pcm_period_elapsed_entry", F("ip", 1));
	fake_add_gap(9, 5, 10);
	wake(11, 0, "sched_waking", 61);
	irq(12, 0, "irq_handler_exit", 5);
	soft(13, 0, "softirq_entry", 3);
	run(14, 0, 60);
	run(15, 0, 61);
	fake_replay(NULL);
	assert_int_equal(fake_records.irq_count, 2);
	assert_false(fake_records.irqs[0].matched);
	assert_false(fake_records.irqs[1].matched);
	assert_int_equal(fake_records.softirqs[1].raised_ns, JSCOPE_NS_UNKNOWN);
	assert_int_equal(fake_records.wakeup_count, 2);
	assert_true(fake_records.wakeups[0].censored);
	assert_false(fake_records.wakeups[1].censored);
	assert_int_equal(fake_records.wakeups[1].context, JSCOPE_CONTEXT_TASK);
	/* The period, and whom the line had woken before. */
	assert_int_equal(fake_records.notification_count, 2);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_CENSORED], 2);
	assert_string_equal(fake_records.notifications[0].notification.stream->kind, "pcm");
	assert_int_equal(fake_records.notifications[0].notification.at[JSCOPE_SIGNAL],
			 JSCOPE_NS_UNKNOWN);
}

/* CPU numbers, vectors and nesting that no machine has cost a bounded amount and are counted. */
static void test_hostile_numbers(void **state)
{
	(void)state;
	fake_reset();
	irq(1, 4000000000u, "irq_handler_entry", 5);
	soft(1, 0, "softirq_entry", 4000000000u);
	for (unsigned i = 0; i < 100; i++)
		irq(2 + i, 0, "irq_handler_entry", i);
	run(200, 0, 4000000000u);
	assert_int_equal(fake_replay(NULL)->refused, 1 + 100 - 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_irq_stack),
		cmocka_unit_test(test_softirq_names_of_all_ages),
		cmocka_unit_test(test_wake_latency),
		cmocka_unit_test(test_ran_unseen),
		cmocka_unit_test(test_never_ran),
		cmocka_unit_test(test_wakeup_without_waking),
		cmocka_unit_test(test_request_through_softirq),
		cmocka_unit_test(test_request_in_irq),
		cmocka_unit_test(test_requests_that_do_not_pair),
		cmocka_unit_test(test_request_loss),
		cmocka_unit_test(test_pcm_period),
		cmocka_unit_test(test_pcm_period_of_thread),
		cmocka_unit_test(test_loss_in_between),
		cmocka_unit_test(test_hostile_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
