/* High-resolution timers as notifications: when they were due, and whom they wake. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#include <string.h>

#define UNKNOWN	 JSCOPE_NS_UNKNOWN
#define REALTIME INT64_C(1700000000000000000)

/* A timer of a clock that is `clock_ns` ahead of the trace's; `now` was read 1 us before the event. */
static void expire(double at_us, unsigned cpu, double due_us, int64_t clock_ns)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_expire_entry", F("hrtimer", 7), F("function", 0xf0),
		 F("now", fake_us(at_us - 1) + clock_ns),
		 F("softexpires", fake_us(due_us) + clock_ns));
}

static void expired(double at_us, unsigned cpu)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_expire_exit", F("hrtimer", 7));
}

static void wake(double at_us, unsigned cpu, unsigned tid)
{
	fake_add(at_us, cpu, -1, "sched_waking", F("tid", tid));
}

static void run(double at_us, unsigned cpu, unsigned tid, const char *comm)
{
	fake_add(at_us, cpu, -1, "sched_switch", F("next_tid", tid), S("next_comm", comm));
}

static void reset(void)
{
	fake_reset();
	fake_add(0, 0, -1, "timer_hrtimer_start", F("hrtimer", 7));
}

static void stream_check(const struct fake_record *record, const char *device, const char *stream)
{
	assert_string_equal(record->notification.stream->kind, "hrtimer");
	assert_string_equal(record->notification.stream->device, device);
	assert_string_equal(record->notification.stream->stream, stream);
}

static void test_thread(void **state)
{
	const struct fake_record *record = &fake_records.notifications[0];

	(void)state;
	reset();
	expire(110, 0, 100, 0);
	wake(112, 0, 60);
	wake(113, 0, 61); /* the first one is who waited for it */
	expired(114, 0);
	run(130, 1, 60, "cyclictest");
	run(140, 1, 61, "other");
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 1);
	stream_check(record, "cyclictest", "60");
	assert_int_equal(record->notification.tid, 60);
	assert_int_equal(record->notification.seq, 1);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_INTERRUPT], 10000);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_HANDLER], 2000);
	assert_int_equal(record->stages.stage_ns[JSCOPE_STAGE_WAKE], 18000);
	assert_int_equal(record->stages.end_to_end_ns, 30000);
}

/* Late by more than 100 us; nobody is woken, or only who runs already. */
static void test_function(void **state)
{
	const struct fake_record *records = fake_records.notifications;

	(void)state;
	reset();
	run(10, 1, 60, "busy");
	expire(110, 0, 100, 0);
	expired(114, 0);
	expire(310, 0, 200, 0);
	wake(311, 0, 60);
	expired(314, 0);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	stream_check(&records[0], "hrtimer", "0xf0");
	assert_ptr_equal(records[0].notification.stream, records[1].notification.stream);
	assert_int_equal(records[0].stages.end_to_end_ns, 10000);
	assert_int_equal(records[1].stages.end_to_end_ns, 110000);
	assert_int_equal(records[1].notification.seq, 2);
}

/* The clock of wall time lies elsewhere, and is found; its least distance counts from then on. */
static void test_other_clock(void **state)
{
	const struct fake_record *records = fake_records.notifications;

	(void)state;
	reset();
	expire(110, 0, 100, REALTIME);
	expired(114, 0);
	expire(210, 0, 200, 0);
	expired(214, 0);
	fake_add(330, 0, -1, "timer_hrtimer_expire_entry", F("hrtimer", 7), F("function", 0xf0),
		 F("now", fake_us(310) + REALTIME), F("softexpires", fake_us(300) + REALTIME));
	expired(334, 0);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 3);
	assert_int_equal(records[0].notification.at[JSCOPE_DUE], fake_us(101));
	assert_int_equal(records[1].notification.at[JSCOPE_DUE], fake_us(200));
	/* It waited 20 us behind another one of the same interrupt. */
	assert_int_equal(records[2].notification.at[JSCOPE_DUE], fake_us(301));
}

static void test_too_many_clocks(void **state)
{
	(void)state;
	reset();
	for (unsigned i = 0; i < 6; i++) {
		expire(110 + 100 * i, 0, 100 + 100 * i, (i + 1) * (REALTIME / 10));
		expired(114 + 100 * i, 0);
	}
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 4);
}

static void test_loss(void **state)
{
	const struct fake_record *records = fake_records.notifications;

	(void)state;
	reset();
	expire(110, 0, 100, 0);
	wake(112, 0, 60);
	expired(114, 0);
	expire(116, 0, 115, 0);
	fake_add_gap_on(0, 3, 120, 121);
	expired(123, 0);
	run(130, 1, 60, "cyclictest");
	expire(150, 0, 140, 0); /* and the trace ends */
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(records[i].notification.class, JSCOPE_CLASS_CENSORED);
	stream_check(&records[0], "hrtimer", "0xf0");
	stream_check(&records[1], "cyclictest", "60");
}

/* An expiry of the same timer cannot begin while one lasts. */
static void test_exit_missing(void **state)
{
	(void)state;
	reset();
	expire(110, 0, 100, 0);
	expire(210, 0, 200, 0);
	expired(214, 0);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_CENSORED], 1);
}

/* Recorded as what interrupts for others, they are not what somebody looks at. */
static void test_only_where_asked(void **state)
{
	(void)state;
	fake_reset();
	expire(110, 0, 100, 0);
	wake(112, 0, 60);
	expired(114, 0);
	run(130, 1, 60, "cyclictest");
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 0);
}

/* As LTTng tells them: when it is due with the start, and the expiry just behind a cancel. */
static void set(double at_us, unsigned cpu, unsigned timer, double due_us)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_start", F("hrtimer", timer), F("function", 0xf0),
		 F("softexpires", fake_us(due_us)));
}

static void unset(double at_us, unsigned cpu, unsigned timer)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_cancel", F("hrtimer", timer));
}

static void expire_plain(double at_us, unsigned cpu, unsigned timer)
{
	fake_add(at_us, cpu, -1, "timer_hrtimer_expire_entry", F("hrtimer", timer),
		 F("function", 0xf0), F("now", fake_us(at_us - 1)));
	fake_add(at_us + 1, cpu, -1, "timer_hrtimer_expire_exit", F("hrtimer", timer));
}

static void due_check(unsigned i, jscope_ns due_ns, enum jscope_class class)
{
	const struct jscope_notification *notification =
		&fake_records.notifications[i].notification;

	assert_int_equal(notification->at[JSCOPE_DUE], due_ns);
	assert_int_equal(notification->class, class);
}

static void test_due_of_start(void **state)
{
	(void)state;
	fake_reset();
	set(10, 0, 7, 100);
	set(11, 0, 8, 90);
	unset(12, 0, 8); /* never expires: */
	set(13, 0, 8, 120);
	unset(109, 1, 7);
	expire_plain(110, 1, 7);
	unset(129, 0, 8);
	unset(130, 1, 8); /* elsewhere, and of nothing */
	expire_plain(131, 0, 8);
	set(132, 0, 10, 200);
	unset(133, 0, 10);
	expire_plain(140, 0, 9); /* set before the trace began */
	set(141, 0, 9, 150);
	expire_plain(151, 0, 9); /* a trace without cancels */
	expire_plain(160, 0, 9); /* each start is for one expiry */
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 5);
	due_check(0, fake_us(100), JSCOPE_CLASS_ON_TIME);
	due_check(1, fake_us(120), JSCOPE_CLASS_ON_TIME);
	due_check(2, UNKNOWN, JSCOPE_CLASS_CENSORED);
	due_check(3, fake_us(150), JSCOPE_CLASS_ON_TIME);
	due_check(4, UNKNOWN, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_records.notifications[0].stages.end_to_end_ns, 10000);
}

/* How much later it was free to come; our recorder tells that with the expiry. */
static void test_slack(void **state)
{
	(void)state;
	fake_reset();
	fake_add(10, 0, -1, "timer_hrtimer_start", F("hrtimer", 7), F("function", 0xf0),
		 F("softexpires", fake_us(100)), F("expires", fake_us(150)));
	expire_plain(140, 0, 7);
	set(150, 0, 7, 200);
	expire_plain(205, 0, 7); /* how late it may come is not told */
	fake_add(250, 0, -1, "timer_hrtimer_expire_entry", F("hrtimer", 8), F("function", 0xf0),
		 F("now", fake_us(249)), F("softexpires", fake_us(240)),
		 F("expires", fake_us(247)));
	expired(251, 0);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 3);
	assert_int_equal(fake_records.notifications[0].notification.slack_ns, 50000);
	assert_int_equal(fake_records.notifications[1].notification.slack_ns, 0);
}

/* Between its start and its expiry something was lost: it may have been set anew. */
static void test_start_lost(void **state)
{
	(void)state;
	fake_reset();
	set(10, 0, 7, 100);
	set(11, 0, 8, 100);
	unset(12, 1, 8);
	fake_add_gap_on(1, 3, 20, 21);
	expire_plain(110, 0, 7);
	expire_plain(112, 1, 8);
	fake_replay(NULL);
	assert_int_equal(fake_records.notification_count, 2);
	due_check(0, UNKNOWN, JSCOPE_CLASS_CENSORED);
	due_check(1, UNKNOWN, JSCOPE_CLASS_CENSORED);
}

/* Threads without number: 254 of both kinds have streams, the rest two together. */
static void test_many_threads(void **state)
{
	unsigned others = 0;

	(void)state;
	reset();
	for (unsigned i = 0; i < 400; i++) {
		expire(100 + 10 * i, 0, 99 + 10 * i, 0);
		wake(102 + 10 * i, 0, 1000 + i);
		expired(103 + 10 * i, 0);
		run(104 + 10 * i, 1, 1000 + i, "t");
	}
	assert_int_equal(fake_replay(NULL)->refused, 0);
	assert_int_equal(fake_records.notification_count, 400);
	for (unsigned i = 0; i < 400; i++)
		others +=
			!strcmp(fake_records.notifications[i].notification.stream->device, "other");
	assert_int_equal(others, 400 - 254);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_function),
		cmocka_unit_test(test_other_clock),
		cmocka_unit_test(test_too_many_clocks),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_exit_missing),
		cmocka_unit_test(test_only_where_asked),
		cmocka_unit_test(test_due_of_start),
		cmocka_unit_test(test_slack),
		cmocka_unit_test(test_start_lost),
		cmocka_unit_test(test_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
