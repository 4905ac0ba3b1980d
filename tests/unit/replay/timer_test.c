/* Timers: what is due because of one, and what is not. */
#include "../cmocka_all.h"
#include "chain_story.h"

static void add_fire(double at_us, unsigned dev)
{
	fake_add(at_us, 0, 1, "jscope:timer_fire", F("dev", dev), F("timer", 5),
		 F("due_ns", fake_us(at_us - 2)));
}

/* A DPC that no interrupt asked for, and the event that it signals. */
static void add_dpc(double at_us, unsigned dpc, unsigned run, unsigned kind)
{
	const unsigned event = EVENT + dpc - DPC;

	fake_add(at_us, 0, 2, "jscope:dpc_entry", F("dev", DEV), F("dpc", dpc), F("run", run),
		 F("kind", kind));
	fake_add(at_us + 1, 0, 2, "jscope:ev_set", F("dev", DEV), F("event", event), F("prev", 0),
		 F("dpc", dpc), F("run", run), F("packet", 0));
	fake_add(at_us + 2, 0, 2, "jscope:dpc_exit", F("dev", DEV), F("dpc", dpc), F("run", run));
	add_wake(event, CLIENT, run, at_us + 10);
}

static void add_asked(double at_us, unsigned dpc)
{
	fake_add(at_us, 0, 1, "jscope:dpc_insert", F("dev", DEV), F("dpc", dpc), F("caller_seq", 0),
		 F("inserted", 1));
	add_dpc(at_us + 5, dpc, 1, 2);
}

static jscope_ns due_of(unsigned stream_index)
{
	const struct fake_record *record = fake_find(1, stream_index);

	assert_non_null(record);
	return record->notification.at[JSCOPE_DUE];
}

static void test_asks_for_its_dpc(void **state)
{
	(void)state;
	fake_reset();
	add_fire(100, DEV);
	add_asked(101, DPC);
	replay();
	assert_int_equal(due_of(0), fake_us(98));
	assert_class(1, JSCOPE_CLASS_ON_TIME);
}

/* What comes next where it fired is asked for by something else. */
static void test_asks_once(void **state)
{
	(void)state;
	fake_reset();
	add_fire(100, DEV);
	add_asked(101, DPC);
	add_asked(121, DPC + 1);
	replay();
	assert_int_equal(due_of(0), fake_us(98));
	assert_int_equal(due_of(1), UNKNOWN);
}

static void test_of_another_device(void **state)
{
	(void)state;
	fake_reset();
	add_fire(100, DEV + 1);
	add_asked(101, DPC);
	replay();
	assert_int_equal(due_of(0), UNKNOWN);
}

/* Its DPC may have been asked for unseen, and this one by something else. */
static void test_lost_since_it_fired(void **state)
{
	(void)state;
	fake_reset();
	add_fire(100, DEV);
	fake_add_gap(1, 100.2, 100.8);
	add_asked(101, DPC);
	replay();
	assert_int_equal(due_of(0), UNKNOWN);
	assert_class(1, JSCOPE_CLASS_CENSORED);
}

/* A DPC of a timer needs no request, any other one has lost it. */
static void test_unasked(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind <= 2; kind += 2) {
		fake_reset();
		add_dpc(100, DPC, 1, kind);
		replay();
		assert_class(1, kind ? JSCOPE_CLASS_ON_TIME : JSCOPE_CLASS_CENSORED);
	}
}

/* RequestTimerCall and HwStorTimer. */
static void add_call(double at_us)
{
	fake_add(at_us, 0, 1, "jscope:stor_timer_req", F("dev", DEV), F("value_us", 500),
		 F("routine", 0x60));
}

static void add_called(double at_us)
{
	fake_add(at_us, 0, 1, "jscope:stor_timer_fire", F("dev", DEV), F("value_us", 500),
		 F("routine", 0x60));
}

static void test_calls_once(void **state)
{
	(void)state;
	fake_reset();
	add_call(10);
	add_called(517);
	add_called(800); /* asked for before the trace began, if at all */
	replay();
	assert_int_equal(fake_records.notification_count, 2);
	assert_at(&fake_records.notifications[0], JSCOPE_DUE, 510);
	assert_int_equal(fake_records.notifications[1].notification.at[JSCOPE_DUE], UNKNOWN);
}

/* There may have been another RequestTimerCall, which replaces the one before. */
static void test_lost_since_the_call(void **state)
{
	(void)state;
	fake_reset();
	add_call(10);
	fake_add_gap(1, 100, 101);
	add_called(517);
	replay();
	assert_int_equal(fake_records.notification_count, 1);
	assert_int_equal(fake_records.notifications[0].notification.at[JSCOPE_DUE], UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asks_for_its_dpc),
		cmocka_unit_test(test_asks_once),
		cmocka_unit_test(test_of_another_device),
		cmocka_unit_test(test_lost_since_it_fired),
		cmocka_unit_test(test_unasked),
		cmocka_unit_test(test_calls_once),
		cmocka_unit_test(test_lost_since_the_call),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
