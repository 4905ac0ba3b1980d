/* Who holds each CPU, change by change: by the kernel's events, by a device's own, and by both. */
#include "../cmocka_all.h"
#include "fake_trace.h"

#include <string.h>

#define CHANGES_MAX 64

static struct {
	unsigned count, migration_count;
	struct jscope_occupancy changes[CHANGES_MAX];
	struct jscope_occupant unseen[CHANGES_MAX];
	char names[CHANGES_MAX][16];
	struct jscope_migration migration;
} told;

static void keep_change(void *state, const struct jscope_occupancy *occupancy)
{
	(void)state;
	assert_true(told.count < CHANGES_MAX);
	told.changes[told.count] = *occupancy;
	if (occupancy->unseen)
		told.unseen[told.count] = *occupancy->unseen;
	strncpy(told.names[told.count++], occupancy->by.name, sizeof told.names[0] - 1);
}

static void keep_migration(void *state, const struct jscope_migration *migration)
{
	(void)state;
	told.migration = *migration;
	told.migration_count++;
}

static void replay(void)
{
	const struct jscope_timeline_sink sink = { .occupancy = keep_change,
						   .migration = keep_migration };

	memset(&told, 0, sizeof told);
	assert_int_equal(fake_replay_into(&sink, NULL)->refused, 0);
}

/* Change `i`, and that there is one more behind it or none. */
static const struct jscope_occupancy *
assert_held(unsigned i, double at_us, enum jscope_holder holder, uint64_t id, double begin_us)
{
	const struct jscope_occupancy *change = &told.changes[i];

	assert_true(i < told.count);
	assert_int_equal(change->at_ns, fake_us(at_us));
	assert_int_equal(change->by.holder, holder);
	assert_int_equal(change->by.id, id);
	assert_int_equal(change->by.begin_ns, fake_us(begin_us));
	return change;
}

static void irq(double at_us, const char *event)
{
	fake_add(at_us, 0, -1, event, F("irq", 5), S("name", "hda"));
}

static void soft(double at_us, const char *event)
{
	fake_add(at_us, 0, -1, event, F("vec", 3));
}

static void run(double at_us, unsigned prev, unsigned next)
{
	fake_add(at_us, 0, -1, "sched_switch", F("prev_tid", prev), S("prev_comm", "before"),
		 F("next_tid", next), S("next_comm", "client"));
}

static void test_kernel(void **state)
{
	(void)state;
	fake_reset();
	soft(5, "irq_softirq_entry");
	soft(6, "irq_softirq_exit");
	run(10, 3, 7);
	irq(20, "irq_handler_entry");
	soft(21, "irq_softirq_entry");
	soft(24, "irq_softirq_exit");
	irq(25, "irq_handler_exit");
	run(30, 7, 0);
	replay();
	assert_int_equal(told.count, 8);
	assert_held(0, 5, JSCOPE_HOLDER_SOFTIRQ, 3, 5);
	assert_int_equal(told.changes[1].by.holder, JSCOPE_HOLDER_UNKNOWN); /* no switch by then */
	assert_held(2, 10, JSCOPE_HOLDER_THREAD, 7, 10);
	assert_string_equal(told.names[2], "client");
	assert_held(3, 20, JSCOPE_HOLDER_IRQ, 5, 20);
	assert_string_equal(told.names[3], "hda");
	assert_held(4, 21, JSCOPE_HOLDER_SOFTIRQ, 3, 21);
	/* What was interrupted goes on, and is told when it began. */
	assert_held(5, 24, JSCOPE_HOLDER_IRQ, 5, 20);
	assert_held(6, 25, JSCOPE_HOLDER_THREAD, 7, 10);
	assert_held(7, 30, JSCOPE_HOLDER_IDLE, 0, 30);
	assert_false(told.changes[7].is_modelled);
	for (unsigned i = 0; i < told.count; i++)
		assert_null(told.changes[i].unseen);
}

/* A recorder that leaves switches out: who leaves is not who came. */
static void test_unseen_switch(void **state)
{
	(void)state;
	fake_reset();
	run(10, 7, 0);
	run(20, 9, 7);
	run(30, 7, 8);
	replay();
	assert_int_equal(told.count, 3);
	assert_null(told.changes[0].unseen);
	assert_non_null(told.changes[1].unseen);
	assert_int_equal(told.unseen[1].holder, JSCOPE_HOLDER_THREAD);
	assert_int_equal(told.unseen[1].id, 9);
	assert_null(told.changes[2].unseen);
}

/* Whoever leaves waits for something, was preempted, or gave way: LTTng tells that by 0 or 0x100. */
static void test_asleep(void **state)
{
	static const struct {
		int64_t state;
		bool is_asleep;
	} cases[] = { { 0, false }, { 1, true }, { 2, true }, { 0x100, false }, { 0x40, true } };
	const unsigned count = sizeof cases / sizeof cases[0];

	(void)state;
	fake_reset();
	for (unsigned i = 0; i < count; i++)
		fake_add(10 + i, 0, -1, "sched_switch", F("prev_tid", 7 + i), F("next_tid", 8 + i),
			 F("prev_state", cases[i].state));
	irq(30, "irq_handler_entry");
	replay();
	assert_int_equal(told.count, count + 1);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(told.changes[i].left_asleep, cases[i].is_asleep);
	assert_false(told.changes[count].left_asleep);
}

static void test_migration(void **state)
{
	(void)state;
	fake_reset();
	fake_add(10, 0, -1, "sched_migrate_task", F("tid", 7), F("orig_cpu", 2), F("dest_cpu", 1));
	replay();
	assert_int_equal(told.migration_count, 1);
	assert_int_equal(told.migration.tid, 7);
	assert_int_equal(told.migration.from, 2);
	assert_int_equal(told.migration.to, 1);
	assert_int_equal(told.migration.at_ns, fake_us(10));
}

/* The device's own events; `by` is the thread that does it. */

static void isr(double at_us, unsigned dev, const char *event)
{
	fake_add(at_us, 0, 50, event, F("dev", dev), F("irq", 4), F("seq", 1), F("claimed", 1),
		 F("true_ts_ns", 0));
}

static void insert(double at_us, unsigned dpc, unsigned importance, unsigned inserted)
{
	fake_add(at_us, 0, 50, "jscope:dpc_insert", F("dev", 1), F("dpc", dpc), F("caller_seq", 1),
		 F("target_cpu", 0), F("importance", importance), F("inserted", inserted));
}

static void dpc(double at_us, unsigned object, const char *event)
{
	fake_add(at_us, 0, 51, event, F("dev", 1), F("dpc", object), F("kind", 0), F("run", 1));
}

static void wake(double at_us, unsigned tid)
{
	fake_add(at_us, 0, tid, "jscope:ev_wake", F("dev", 1), F("event", 0x30), F("tid", tid),
		 F("count", 1));
}

static void wait_again(double at_us, unsigned tid)
{
	fake_add(at_us, 0, tid, "jscope:ev_wait", F("dev", 1), F("event", 0x30), F("tid", tid));
}

/* Of two clients one interrupts the other; an ISR goes before both, and a DPC behind the ISR. */
static void test_device_levels(void **state)
{
	(void)state;
	fake_reset();
	wake(10, 100);
	wake(20, 101);
	isr(30, 1, "jscope:irq_entry");
	dpc(35, 0x20, "jscope:dpc_entry"); /* not before the ISR has returned */
	isr(40, 1, "jscope:irq_exit");
	dpc(50, 0x20, "jscope:dpc_exit");
	wait_again(60, 101);
	wait_again(70, 100);
	replay();
	assert_int_equal(told.count, 7);
	assert_held(0, 10, JSCOPE_HOLDER_THREAD, 100, 10);
	assert_held(1, 20, JSCOPE_HOLDER_THREAD, 101, 20);
	assert_int_equal(assert_held(2, 30, JSCOPE_HOLDER_IRQ, 4, 30)->by.dev, 1);
	assert_held(3, 40, JSCOPE_HOLDER_DPC, 0x20, 35);
	assert_held(4, 50, JSCOPE_HOLDER_THREAD, 101, 20);
	assert_held(5, 60, JSCOPE_HOLDER_THREAD, 100, 10);
	assert_int_equal(told.changes[6].by.holder, JSCOPE_HOLDER_NONE);
	assert_true(told.changes[6].is_modelled);
}

/* Who is first in the queue: high importance goes to its head, a merged insert changes nothing. */
static void test_device_queue(void **state)
{
	static const uint64_t first[] = { 0x20, 0x21, 0x21, 0x20, 0x20, 0x22 };

	(void)state;
	fake_reset();
	insert(10, 0x20, 1, 1);
	insert(11, 0x20, 1, 0);
	insert(12, 0x21, 2, 1);
	insert(13, 0x22, 1, 1);
	dpc(20, 0x21, "jscope:dpc_entry");
	dpc(21, 0x21, "jscope:dpc_exit");
	fake_add(22, 0, 50, "jscope:dpc_remove", F("dev", 1), F("dpc", 0x20), F("removed", 1));
	replay();
	assert_int_equal(told.count, sizeof first / sizeof first[0]);
	for (unsigned i = 0; i < told.count; i++)
		assert_int_equal(told.changes[i].ahead, first[i]);
	assert_held(2, 20, JSCOPE_HOLDER_DPC, 0x21, 20); /* runs, and is about to leave the queue */
	assert_int_equal(told.changes[3].by.holder, JSCOPE_HOLDER_DPC);
}

/* The kernel says which thread runs, the device's events what it is at. */
static void test_both(void **state)
{
	(void)state;
	fake_reset();
	run(10, 0, 51);
	dpc(11, 0x20, "jscope:dpc_entry");
	run(15, 51, 9); /* the thread of the DPC is preempted */
	run(20, 9, 51);
	dpc(25, 0x20, "jscope:dpc_exit");
	replay();
	assert_int_equal(told.count, 5);
	assert_held(0, 10, JSCOPE_HOLDER_THREAD, 51, 10);
	assert_held(1, 11, JSCOPE_HOLDER_DPC, 0x20, 11);
	assert_held(2, 15, JSCOPE_HOLDER_THREAD, 9, 15);
	assert_held(3, 20, JSCOPE_HOLDER_DPC, 0x20, 11);
	assert_held(4, 25, JSCOPE_HOLDER_THREAD, 51, 20);
	assert_false(told.changes[1].is_modelled);
}

/* What lost events are behind may have ended among them. */
static void test_lost_exit(void **state)
{
	(void)state;
	fake_reset();
	isr(10, 1, "jscope:irq_entry");
	fake_add_gap(3, 11, 19);
	wake(20, 100);
	replay();
	assert_int_equal(told.count, 2);
	assert_held(1, 20, JSCOPE_HOLDER_THREAD, 100, 20);
}

/* Nobody who does not ask is told, and pays. */
static void test_not_asked(void **state)
{
	const struct jscope_timeline_sink sink = { .migration = keep_migration };

	(void)state;
	fake_reset();
	run(10, 0, 7);
	fake_add(20, 0, -1, "sched_migrate_task", F("tid", 7), F("orig_cpu", 2), F("dest_cpu", 1));
	memset(&told, 0, sizeof told);
	fake_replay_into(&sink, NULL);
	assert_int_equal(told.migration_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel),	     cmocka_unit_test(test_unseen_switch),
		cmocka_unit_test(test_migration),    cmocka_unit_test(test_device_levels),
		cmocka_unit_test(test_device_queue), cmocka_unit_test(test_both),
		cmocka_unit_test(test_asleep),	     cmocka_unit_test(test_lost_exit),
		cmocka_unit_test(test_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
