/* Chains of our own vocabulary: who is joined with whom, from tables of events. */
#include "../cmocka_all.h"
#include "chain_story.h"
#include "fake_trace.h"

static void test_whole_chain(void **state)
{
	const struct fake_record *record;
	const struct jscope_stream_info *info;

	(void)state;
	add_chains(3);
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	record = fake_find(2, 0);
	assert_non_null(record);
	info = record->notification.stream;
	assert_string_equal(info->device, "dev1");
	assert_string_equal(info->stream, "stream 0x10");
	assert_string_equal(info->kind, "wavert");
	assert_int_equal(info->nominal_period_ns, 10000000);
	assert_int_equal(info->rate_hz, 48000);
	assert_int_equal(info->buffer_frames, 960);
	assert_int_equal(info->period_frames, 480);
	assert_int_equal(info->path, (1u << JSCOPE_SERVED) - 1);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
	assert_int_equal(record->notification.epoch, 1);
	assert_int_equal(record->notification.tid, CLIENT);
	assert_at(record, JSCOPE_DUE, point_us(2));
	assert_at(record, JSCOPE_IRQ, point_us(2) + IRQ_US);
	assert_at(record, JSCOPE_QUEUED, point_us(2) + QUEUED_US);
	assert_at(record, JSCOPE_DEFERRED, point_us(2) + DEFERRED_US);
	assert_at(record, JSCOPE_SIGNAL, point_us(2) + SIGNAL_US);
	assert_at(record, JSCOPE_RUN, point_us(2) + RUN_US);
	assert_at(record, JSCOPE_SERVED, point_us(2) + SERVED_US);
	assert_int_equal(record->stages.end_to_end_ns, RUN_US * 1000);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_QUEUE],
			 (DEFERRED_US - QUEUED_US) * 1000);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_UNEXPLAINED], UNKNOWN);
	assert_false(record->stages.partial);
}

/* Two interrupts, one execution: the insert that found the DPC queued joins its group. */
static void test_merged(void **state)
{
	const struct fake_record *record;

	(void)state;
	add_chains(1);
	add_point(2, point_us(2));
	add_request(2, point_us(2));
	add_point(3, point_us(3));
	add_irq(3, point_us(3), point_us(3) + IRQ_US);
	add_insert(3, point_us(3) + QUEUED_US, 0);
	add_execution(2, 3, point_us(3));
	add_wake(EVENT, CLIENT, 2, point_us(3) + RUN_US);
	add_packet(4, CLIENT, point_us(3) + SERVED_US);
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_class(2, JSCOPE_CLASS_MERGED);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
	record = fake_find(2, 0);
	assert_at(record, JSCOPE_IRQ, point_us(2) + IRQ_US);
	assert_at(record, JSCOPE_QUEUED, point_us(2) + QUEUED_US);
	assert_at(record, JSCOPE_DEFERRED, point_us(3) + DEFERRED_US);
	assert_at(record, JSCOPE_RUN, point_us(3) + RUN_US);
	assert_at(fake_find(3, 0), JSCOPE_IRQ, point_us(3) + IRQ_US);
}

/* A level-triggered line: asserted for point 2, entered after point 3, which it serves as well. */
static void test_pending_line_serves_both(void **state)
{
	(void)state;
	add_chains(1);
	add_point(2, point_us(2));
	add_point(3, point_us(3));
	add_irq(2, point_us(2), point_us(3) + IRQ_US);
	add_insert(2, point_us(3) + QUEUED_US, 1);
	add_execution(2, 3, point_us(3));
	add_wake(EVENT, CLIENT, 2, point_us(3) + RUN_US);
	add_chain(4);
	replay();
	assert_class(2, JSCOPE_CLASS_MERGED);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(3, 0), JSCOPE_IRQ, point_us(3) + IRQ_US);
}

/* The client sleeps through a set: both notifications end in the one wake that follows. */
static void test_set_while_signalled(void **state)
{
	(void)state;
	add_setup();
	add_signal(1);
	add_point(2, point_us(2));
	add_request(2, point_us(2));
	add_run(2, point_us(2) + DEFERRED_US);
	add_set(EVENT, 2, 2, point_us(2) + SIGNAL_US, 1);
	add_wake(EVENT, CLIENT, 1, point_us(2) + RUN_US);
	add_packet(2, CLIENT, point_us(2) + SERVED_US);
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	assert_at(fake_find(1, 0), JSCOPE_RUN, point_us(2) + RUN_US);
	assert_at(fake_find(2, 0), JSCOPE_RUN, point_us(2) + RUN_US);
	assert_at(fake_find(1, 0), JSCOPE_SERVED, point_us(2) + SERVED_US);
	assert_class(1, JSCOPE_CLASS_ON_TIME);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
}

/* A set with prev=0 opens a wake of its own, even where the wake before is told late. */
static void test_wakes_keep_their_sets(void **state)
{
	(void)state;
	add_setup();
	add_signal(1);
	add_signal(2);
	add_wake(EVENT, CLIENT, 1, point_us(2) + 30);
	add_wake(EVENT, CLIENT, 2, point_us(2) + 60);
	replay();
	assert_at(fake_find(1, 0), JSCOPE_RUN, point_us(2) + 30);
	assert_at(fake_find(2, 0), JSCOPE_RUN, point_us(2) + 60);
}

/* Only the thread that woke can answer. */
static void test_served_by_its_thread(void **state)
{
	(void)state;
	add_setup();
	add_signal(1);
	add_wake(EVENT, CLIENT, 1, point_us(1) + RUN_US);
	add_packet(2, CLIENT + 1, point_us(1) + 100);
	add_packet(2, CLIENT, point_us(1) + SERVED_US);
	replay();
	assert_at(fake_find(1, 0), JSCOPE_SERVED, point_us(1) + SERVED_US);
}

static void test_not_served(void **state)
{
	(void)state;
	add_setup();
	add_signal(1);
	add_wake(EVENT, CLIENT, 1, point_us(1) + RUN_US);
	fake_add(point_us(1) + 300, 0, CLIENT, "jscope:ev_wait", F("dev", DEV), F("event", EVENT),
		 F("tid", CLIENT));
	add_packet(2, CLIENT, point_us(1) + 400);
	replay();
	assert_int_equal(fake_find(1, 0)->notification.at[JSCOPE_SERVED], UNKNOWN);
	assert_class(1, JSCOPE_CLASS_ON_TIME);
	assert_false(fake_find(1, 0)->stages.partial);
}

static void test_two_events(void **state)
{
	(void)state;
	add_setup();
	add_register(-47, EVENT_TWO);
	for (unsigned k = 1; k <= 3; k++) {
		add_chain(k);
		add_set(EVENT_TWO, k, k, point_us(k) + SIGNAL_US + 1, 0);
		add_wake(EVENT_TWO, CLIENT + 1, k, point_us(k) + RUN_US + 100);
	}
	replay();
	assert_int_equal(fake_records.notification_count, 6);
	assert_string_equal(fake_find(2, 0)->notification.stream->stream, "stream 0x10 event 0x30");
	assert_string_equal(fake_find(2, 1)->notification.stream->stream, "stream 0x10 event 0x31");
	assert_int_equal(fake_find(2, 0)->notification.tid, CLIENT);
	assert_int_equal(fake_find(2, 1)->notification.tid, CLIENT + 1);
	assert_at(fake_find(2, 1), JSCOPE_RUN, point_us(2) + RUN_US + 100);
	assert_int_equal(fake_find(2, 1)->notification.at[JSCOPE_SERVED], UNKNOWN);
}

/* Each step on another CPU. */
static void test_migration(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 2; k++) {
		add_point(k, point_us(k));
		fake_add(point_us(k) + 5, k + 3, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16),
			 F("seq", k), F("true_ts_ns", fake_us(point_us(k))));
		add_insert(k, point_us(k) + 7, 1);
		fake_add(point_us(k) + 20, 7 - k, 2, "jscope:dpc_entry", F("dev", DEV),
			 F("dpc", DPC), F("run", k));
		fake_add(point_us(k) + 25, 7, 2, "jscope:ev_set", F("dev", DEV), F("event", EVENT),
			 F("prev", 0), F("dpc", DPC), F("run", k), F("packet", k));
		fake_add(point_us(k) + 60, k, CLIENT, "jscope:ev_wake", F("dev", DEV),
			 F("event", EVENT), F("tid", CLIENT), F("count", k));
	}
	replay();
	assert_int_equal(fake_find(2, 0)->stages.end_to_end_ns, 60000);
	assert_int_equal(fake_find(2, 0)->notification.cpu, 5);
}

/* The DPC is queued again while it runs: two executions are open at once. */
static void test_requeued_while_running(void **state)
{
	(void)state;
	add_setup();
	add_point(1, point_us(1));
	add_irq(1, point_us(1), point_us(1) + 5);
	add_insert(1, point_us(1) + 7, 1);
	fake_add(point_us(1) + 20, 1, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", DPC),
		 F("run", 1));
	add_point(2, point_us(2));
	add_irq(2, point_us(2), point_us(2) + 5);
	add_insert(2, point_us(2) + 7, 1);
	add_set(EVENT, 1, 1, point_us(2) + 10, 0);
	add_wake(EVENT, CLIENT, 1, point_us(2) + 15);
	add_run(2, point_us(2) + 20);
	add_set(EVENT, 2, 2, point_us(2) + 25, 0);
	add_wake(EVENT, CLIENT, 2, point_us(2) + 60);
	replay();
	assert_class(1, JSCOPE_CLASS_LATE);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(1, 0), JSCOPE_DEFERRED, point_us(1) + 20);
	assert_at(fake_find(1, 0), JSCOPE_IRQ, point_us(1) + 5);
	assert_at(fake_find(2, 0), JSCOPE_IRQ, point_us(2) + 5);
}

/* A driver that tells interrupts, DPCs and events only. */
static void test_bare_event(void **state)
{
	(void)state;
	fake_reset();
	for (unsigned k = 1; k <= 3; k++) {
		fake_add(point_us(k) + 5, 0, 1, "jscope:irq_entry", F("dev", DEV), F("irq", 16),
			 F("seq", k));
		add_insert(k, point_us(k) + QUEUED_US, 1);
		add_run(k, point_us(k) + DEFERRED_US);
		fake_add(point_us(k) + SIGNAL_US, 1, 2, "jscope:ev_set", F("dev", DEV),
			 F("event", EVENT), F("dpc", DPC), F("run", k));
		add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
	}
	replay();
	assert_int_equal(fake_records.notification_count, 3);
	assert_string_equal(fake_find(2, 0)->notification.stream->kind, "event");
	assert_string_equal(fake_find(2, 0)->notification.stream->stream, "event 0x30");
	assert_int_equal(fake_find(2, 0)->notification.at[JSCOPE_DUE], UNKNOWN);
	assert_int_equal(fake_find(2, 0)->stages.end_to_end_ns, (RUN_US - IRQ_US) * 1000);
}

/* What was signalled before the registration is told is not forgotten with the old name. */
static void test_registered_after_signal(void **state)
{
	(void)state;
	add_setup();
	add_insert(1, 10, 1);
	add_run(1, 20);
	add_set(EVENT_TWO, 1, 0, 25, 0);
	add_register(30, EVENT_TWO);
	replay();
	assert_int_equal(fake_records.notification_count, 1);
	assert_string_equal(fake_records.notifications[0].notification.stream->kind, "event");
}

/* A long stall: one execution for a hundred interrupts. */
static void test_long_merge(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 100; k++) {
		add_point(k, point_us(k));
		add_irq(k, point_us(k), point_us(k) + IRQ_US);
		add_insert(k, point_us(k) + QUEUED_US, k == 1);
	}
	add_execution(1, 100, point_us(100));
	add_wake(EVENT, CLIENT, 1, point_us(100) + RUN_US);
	add_packet(101, CLIENT, point_us(100) + SERVED_US);
	assert_int_equal(fake_replay(NULL)->refused, 0);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_MERGED], 99);
	assert_at(fake_find(1, 0), JSCOPE_IRQ, point_us(1) + IRQ_US);
	assert_class(100, JSCOPE_CLASS_ON_TIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_chain),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_pending_line_serves_both),
		cmocka_unit_test(test_set_while_signalled),
		cmocka_unit_test(test_wakes_keep_their_sets),
		cmocka_unit_test(test_served_by_its_thread),
		cmocka_unit_test(test_not_served),
		cmocka_unit_test(test_two_events),
		cmocka_unit_test(test_migration),
		cmocka_unit_test(test_requeued_while_running),
		cmocka_unit_test(test_bare_event),
		cmocka_unit_test(test_registered_after_signal),
		cmocka_unit_test(test_long_merge),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
