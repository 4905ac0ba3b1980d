/* R31..R38, R41, R42: interrupts, deferred procedure calls, and how they nest. */
#include "rules_story.h"

enum { ORDINARY, THREADED, TIMER };
enum { LOW, MEDIUM, HIGH };

static unsigned importance = MEDIUM;

static void insert(jscope_ns at_ns, int64_t dpc, unsigned inserted)
{
	FEED(at_ns, dpc_insert, .dev = DEV, .dpc = dpc, .target_cpu = 1, .importance = importance,
	     .inserted = inserted);
}

static void enter_as(jscope_ns at_ns, int64_t dpc, unsigned run, unsigned kind, unsigned irql)
{
	FEED(at_ns, dpc_entry, .dev = DEV, .irql = irql, .dpc = dpc, .kind = kind, .run = run);
}

static void enter(jscope_ns at_ns, int64_t dpc, unsigned run)
{
	enter_as(at_ns, dpc, run, ORDINARY, 2);
}

static void leave(jscope_ns at_ns, int64_t dpc, unsigned run)
{
	FEED(at_ns, dpc_exit, .dev = DEV, .irql = 2, .dpc = dpc, .run = run);
}

/* On CPU 1, where the DPCs of these tests run, with a run of each behind it. */
static void begin(void)
{
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_at(1, 2);
	importance = MEDIUM;
	for (int64_t dpc = DPC; dpc < DPC + 3; dpc++) {
		insert(ms(1) + us(10) * (dpc - DPC), dpc, 1);
		enter(ms(1) + us(10) * (dpc - DPC) + us(2), dpc, 1);
		leave(ms(1) + us(10) * (dpc - DPC) + us(5), dpc, 1);
	}
}

/* R31, R32 */

static void interrupt(unsigned claimed, unsigned first, unsigned second)
{
	const jscope_ns at_ns = point_ns(2);

	feed_begin(JSCOPE_PROFILE_NONE);
	story_open();
	story_points(1, 1);
	story_cross(2);
	feed_at(1, 1);
	FEED(at_ns + us(5), irq_entry, .dev = DEV, .irq = 16, .seq = 2);
	for (unsigned i = 0; i < first; i++)
		insert(at_ns + us(6), DPC, i == 0);
	for (unsigned i = 0; i < second; i++)
		insert(at_ns + us(7), DPC + 1, i == 0);
	FEED(at_ns + us(8), irq_exit, .dev = DEV, .irq = 16, .seq = 2, .claimed = claimed);
	feed_end();
}

static void a_claimed_interrupt_asks_for_one_dpc(void **state)
{
	(void)state;
	interrupt(1, 1, 0);
	assert_only(0);
	interrupt(1, 1, 1); /* two streams, each with its own */
	assert_only(0);
	interrupt(1, 0, 0);
	assert_only(31);
	interrupt(1, 2, 0);
	assert_only(31);
}

static void an_unclaimed_interrupt_asks_for_none(void **state)
{
	(void)state;
	interrupt(0, 0, 0);
	assert_verdict(32, JSCOPE_VERDICT_PASSED);
	interrupt(0, 1, 0);
	assert_only(32);
}

/* R33 */

static void an_insert_says_what_it_did(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	insert(ms(3), DPC, 0);
	enter(ms(4), DPC, 2);
	leave(ms(4) + us(5), DPC, 2);
	feed_end();
	assert_only(0);

	begin();
	insert(ms(2), DPC, 0); /* though it is not queued */
	feed_end();
	assert_only(33);

	begin();
	insert(ms(2), DPC, 1);
	insert(ms(3), DPC, 1); /* though it is */
	enter(ms(4), DPC, 2);
	leave(ms(4) + us(5), DPC, 2);
	feed_end();
	assert_only(33);
}

/* Another CPU takes the DPC out of the queue while it is queued again; either event may come first. */
static void an_insert_races_with_a_run(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	insert(ms(3), DPC, 1);
	enter(ms(3) + us(1), DPC, 2);
	leave(ms(3) + us(5), DPC, 2);
	enter(ms(3) + us(200), DPC, 3);
	leave(ms(3) + us(205), DPC, 3);
	insert(ms(4), DPC, 1);
	enter(ms(4) + us(10), DPC, 4);
	insert(ms(4) + us(11), DPC, 0);
	leave(ms(4) + us(15), DPC, 4);
	enter(ms(5), DPC, 5);
	insert(ms(5) + us(1), DPC, 1); /* told after it has led to a run */
	leave(ms(5) + us(5), DPC, 5);
	feed_end();
	assert_only(0);
}

/* R34 */

static void a_dpc_runs_without_being_queued(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	enter(ms(2) + us(5), DPC, 2);
	leave(ms(2) + us(9), DPC, 2);
	enter(ms(3), DPC, 3);
	leave(ms(3) + us(9), DPC, 3);
	insert(ms(4), DPC, 1);
	feed_end();
	assert_only(34);

	begin();
	insert(ms(2), DPC, 1);
	FEED(ms(2) + us(1), dpc_remove, .dev = DEV, .dpc = DPC, .removed = 1);
	enter(ms(3), DPC, 2);
	leave(ms(4), DPC, 2);
	feed_end();
	assert_only(34);

	/* Unless its timer queued it. */
	begin();
	enter_as(ms(3), DPC, 2, TIMER, 2);
	feed_end();
	assert_only(0);

	begin();
	feed_loss(ms(2), ms(3));
	enter(ms(4), DPC, 7);
	feed_end();
	assert_verdict(34, JSCOPE_VERDICT_INCONCLUSIVE);
}

static void a_run_leaves_no_trace(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	enter(ms(2) + us(5), DPC, 3);
	feed_end();
	assert_only(34);
}

/* R35 */

static void a_dpc_begins_at_its_level_and_place(void **state)
{
	static const struct {
		unsigned cpu, kind, irql;
		bool fits;
	} cases[] = {
		{ 1, ORDINARY, 2, true }, { 1, ORDINARY, 0, false }, { 1, THREADED, 0, true },
		{ 1, THREADED, 2, true }, { 1, ORDINARY, 3, false }, { 0, ORDINARY, 2, false }
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin();
		insert(ms(2), DPC, 1);
		feed_at(cases[i].cpu, 2);
		enter_as(ms(2) + us(5), DPC, 2, cases[i].kind, cases[i].irql);
		feed_end();
		assert_only(cases[i].fits ? 0 : 35);
	}
}

/* R36 */

static void run_in_order(int64_t first, int64_t second)
{
	enter(ms(5), first, 2);
	leave(ms(5) + us(5), first, 2);
	enter(ms(6), second, 2);
	leave(ms(6) + us(5), second, 2);
	feed_end();
}

static void dpcs_run_in_the_order_of_their_queue(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	insert(ms(3), DPC + 1, 1);
	run_in_order(DPC, DPC + 1);
	assert_only(0);

	begin();
	insert(ms(2), DPC, 1);
	insert(ms(3), DPC + 1, 1);
	run_in_order(DPC + 1, DPC);
	assert_only(36);

	begin();
	insert(ms(2), DPC, 1);
	importance = HIGH;
	insert(ms(3), DPC + 1, 1);
	run_in_order(DPC + 1, DPC);
	assert_only(0);

	begin();
	insert(ms(2), DPC, 1);
	importance = HIGH;
	insert(ms(3), DPC + 1, 1);
	run_in_order(DPC, DPC + 1);
	assert_only(36);
}

/* R37 */

static void a_storage_dpc_overlaps_itself(void **state)
{
	(void)state;
	for (unsigned is_storage = 0; is_storage <= 1; is_storage++) {
		begin();
		if (is_storage)
			FEED(ms(1) + us(50), stor_init, .dev = DEV, .limit = 32, .tick_ns = 1);
		insert(ms(2), DPC, 1);
		enter(ms(3), DPC, 2);
		insert(ms(4), DPC, 1);
		feed_at(1, 3); /* another thread of that CPU */
		enter(ms(5), DPC, 3);
		feed_end();
		assert_only(is_storage ? 37 : 0);
	}
}

/* R38 */

static void a_dpc_interrupts_a_dpc(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	insert(ms(2) + us(1), DPC + 1, 1);
	enter(ms(3), DPC, 2);
	enter(ms(3) + us(5), DPC + 1, 2);
	feed_end();
	assert_only(38);
}

static void interrupts_and_threaded_dpcs_nest(void **state)
{
	(void)state;
	begin();
	insert(ms(2), DPC, 1);
	enter_as(ms(3), DPC, 2, THREADED, 0);
	insert(ms(3) + us(1), DPC + 1, 1);
	enter(ms(3) + us(2), DPC + 1, 2);
	FEED(ms(3) + us(3), irq_entry, .dev = DEV, .irq = 3, .seq = 1);
	FEED(ms(3) + us(4), irq_exit, .dev = DEV, .irq = 3, .seq = 1, .claimed = 1);
	leave(ms(3) + us(5), DPC + 1, 2);
	leave(ms(3) + us(6), DPC, 2);
	feed_end();
	assert_only(0);

	begin();
	FEED(ms(2), irq_entry, .dev = DEV, .irq = 3, .seq = 1);
	FEED(ms(2) + us(4), irq_exit, .dev = DEV, .irq = 3, .seq = 1);
	FEED(ms(3), irq_entry, .dev = DEV, .irq = 3, .seq = 2);
	insert(ms(3) + us(1), DPC, 1);
	enter(ms(3) + us(2), DPC, 2);
	feed_end();
	assert_only(38);
}

/* Where ends are not recorded nothing shows that one ran inside the other. */
static void ends_may_not_be_recorded(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_at(1, -1);
	for (unsigned run = 1; run < 40; run++) {
		insert(ms(run), DPC + run % 2, 1);
		enter(ms(run) + us(5), DPC + run % 2, run / 2 + 1);
	}
	feed_end();
	assert_verdict(38, JSCOPE_VERDICT_PASSED);
	assert_int_equal(feed_result(38)->checked, 1);
}

/* R41 */

static void routines_take_too_long(void **state)
{
	static const struct {
		bool is_storage, is_isr;
		int64_t took_us;
		enum jscope_profile profile;
		bool fits;
	} cases[] = { { false, true, 25, JSCOPE_PROFILE_HLK, true },
		      { false, true, 26, JSCOPE_PROFILE_HLK, false },
		      { false, true, 26, JSCOPE_PROFILE_NONE, true },
		      { true, true, 50, JSCOPE_PROFILE_HLK, true },
		      { true, true, 51, JSCOPE_PROFILE_HLK, false },
		      { false, false, 100, JSCOPE_PROFILE_HLK, true },
		      { false, false, 101, JSCOPE_PROFILE_HLK, false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		feed_begin(cases[i].profile);
		feed_at(1, 2);
		if (cases[i].is_storage)
			FEED(ms(1), stor_init, .dev = DEV, .limit = 32, .tick_ns = 1);
		if (cases[i].is_isr) {
			FEED(ms(2), irq_entry, .dev = DEV, .irq = 3, .seq = 1);
			FEED(ms(2) + us(cases[i].took_us), irq_exit, .dev = DEV, .irq = 3, .seq = 1,
			     .claimed = 1);
		} else {
			enter(ms(2), DPC, 1);
			leave(ms(2) + us(cases[i].took_us), DPC, 1);
		}
		feed_end();
		assert_only(cases[i].fits ? 0 : 41);
	}
	assert_string_equal(feed_result(41)->figure, "longest ISR -, longest DPC 101.0 us");
}

/* R42 */

static void what_follows_comes_first(void **state)
{
	(void)state;
	feed_begin(JSCOPE_PROFILE_NONE);
	FEED(ms(2), irq_entry, .dev = DEV, .irq = 3, .seq = 1, .true_ts_ns = ms(2) + 1);
	feed_end();
	assert_only(42);

	feed_begin(JSCOPE_PROFILE_NONE);
	feed_at(1, 2);
	enter(ms(2), DPC, 1);
	FEED(ms(2) + us(1), ev_set, .dev = DEV, .event = EVENT, .dpc = DPC, .run = 2);
	feed_end();
	assert_only(42);

	/* The run may have begun in what was lost. */
	feed_begin(JSCOPE_PROFILE_NONE);
	feed_at(1, 2);
	enter(ms(2), DPC, 1);
	feed_loss(ms(2) + us(1), ms(2) + us(2));
	FEED(ms(2) + us(3), ev_set, .dev = DEV, .event = EVENT, .dpc = DPC, .run = 2);
	feed_end();
	assert_only(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_claimed_interrupt_asks_for_one_dpc),
		cmocka_unit_test(an_unclaimed_interrupt_asks_for_none),
		cmocka_unit_test(an_insert_says_what_it_did),
		cmocka_unit_test(an_insert_races_with_a_run),
		cmocka_unit_test(a_dpc_runs_without_being_queued),
		cmocka_unit_test(a_run_leaves_no_trace),
		cmocka_unit_test(a_dpc_begins_at_its_level_and_place),
		cmocka_unit_test(dpcs_run_in_the_order_of_their_queue),
		cmocka_unit_test(a_storage_dpc_overlaps_itself),
		cmocka_unit_test(a_dpc_interrupts_a_dpc),
		cmocka_unit_test(interrupts_and_threaded_dpcs_nest),
		cmocka_unit_test(ends_may_not_be_recorded),
		cmocka_unit_test(routines_take_too_long),
		cmocka_unit_test(what_follows_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, feed_finish);
}
