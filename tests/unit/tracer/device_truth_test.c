/* The ground truth of a WaveRT stream's notifications, and the faults that it is there for. */
#include "device_wavert_fixture.h"

/* The chain of a point as it was told; it must be there once. */
static const struct jscope_event_truth_chain *chain_of(uint64_t point)
{
	const struct jscope_event_truth_chain *found = NULL;

	for (size_t i = 0; i < capture_count(); i++)
		if (capture_at(i)->id == JSCOPE_EVENT_truth_chain &&
		    capture_at(i)->as.truth_chain.seq == point) {
			assert_null(found);
			found = &capture_at(i)->as.truth_chain;
		}
	assert_non_null(found);
	return found;
}

/* The client of the event runs, answers or not, and is done. */
static void client_runs(struct fixture *f, jscope_ns answer_ns)
{
	struct jscope__ledger *ledger = &f->stream.ledger;

	f->event.signalled = false;
	f->event.wake_count++;
	jscope__ledger_run(ledger, &f->event, f->fake.now_ns);
	if (answer_ns)
		jscope__ledger_answer(ledger, &f->event, answer_ns);
	jscope__ledger_settle(ledger, &f->event);
}

static void a_served_point_has_every_instant(void **state)
{
	struct fixture *f = *state;
	const struct jscope_event_truth_chain *chain;

	fake_clock_leap(&f->fake, 1010 * MS + 5);
	f->fake.now_ns = 1010 * MS + 20;
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 0);
	f->fake.now_ns = 1010 * MS + 30;
	client_runs(f, 1010 * MS + 40);
	chain = chain_of(1);
	assert_int_equal(chain->object, f->stream.id);
	assert_int_equal(chain->event, 99);
	assert_int_equal(chain->due_ns, 1010 * MS);
	assert_int_equal(chain->irq_seq, 1);
	assert_int_equal(chain->irq_ns, 1010 * MS + 5);
	assert_int_equal(chain->queued_ns, 1010 * MS + 5);
	assert_int_equal(chain->deferred_ns, 1010 * MS + 20);
	assert_int_equal(chain->run, 1);
	assert_int_equal(chain->signal_ns, 1010 * MS + 20);
	assert_int_equal(chain->run_ns, 1010 * MS + 30);
	assert_int_equal(chain->served_ns, 1010 * MS + 40);
}

static struct jscope__execution elsewhere;

/* A CPU that enters the DPC as soon as the lock is free, 7 ns later. */
static void enter_elsewhere(struct fake_clock *fake)
{
	fake->unlocked = NULL;
	fake->now_ns += 7;
	if (!jscope__dpc_enter(&fake->machine, 0, false, 2, &elsewhere))
		fake->unlocked = enter_elsewhere;
}

/* The other CPU waits for the lock when the service routine asks for the DPC. */
static void dpc_enters_after_it_was_queued(void **state)
{
	struct fixture *f = *state;
	const struct jscope_event_truth_chain *chain;

	f->fake.unlocked = enter_elsewhere;
	fake_clock_leap(&f->fake, 1010 * MS);
	assert_ptr_equal(elsewhere.dpc, &f->stream.dpc);
	jscope__dpc_run(&elsewhere);
	client_runs(f, 0);
	chain = chain_of(1);
	assert_int_equal(chain->run, 1);
	assert_int_equal(chain->deferred_ns, chain->queued_ns + 7);
}

/* Two interrupts, one execution: each keeps its interrupt, both share the rest. */
static void merged_points_share_the_execution(void **state)
{
	struct fixture *f = *state;

	fake_clock_leap(&f->fake, 1010 * MS);
	fake_clock_leap(&f->fake, 1020 * MS);
	fake_clock_run_dpcs(&f->fake);
	client_runs(f, 0);
	assert_int_equal(chain_of(1)->irq_ns, 1010 * MS);
	assert_int_equal(chain_of(2)->irq_ns, 1020 * MS);
	assert_int_equal(chain_of(1)->run, 1);
	assert_int_equal(chain_of(2)->run, 1);
	assert_int_equal(chain_of(1)->served_ns, 0);
}

/* The interrupt of point 1 is lost: served with point 2, and missed all the same. */
static void a_lost_interrupt_is_a_missed_point(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_drop_interrupt, 1, 0, 0);
	pass_to(f, 1010 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_set), 0);
	pass_to(f, 1020 * MS);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 2);
	assert_int_equal(chain_of(1)->due_ns, 1010 * MS);
	assert_int_equal(chain_of(1)->irq_seq, 0);
	assert_int_equal(chain_of(1)->signal_ns, 0);
	client_runs(f, 0);
	assert_int_equal(chain_of(2)->irq_seq, 2);
	assert_int_equal(chain_of(2)->run_ns, 1020 * MS);
}

/* Claimed but not queued: there was an interrupt, and nothing came of it. */
static void a_forgotten_dpc_ends_the_chain(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_forget_dpc, 1, 0, 0);
	pass_to(f, 1010 * MS);
	pass_to(f, 1020 * MS);
	assert_int_equal(chain_of(1)->irq_seq, 1);
	assert_int_equal(chain_of(1)->queued_ns, 0);
	assert_int_equal(chain_of(1)->run, 0);
}

static void a_lost_wakeup_ends_with_its_signal(void **state)
{
	struct fixture *f = *state;

	fixture_fault(f, JSCOPE_FAULT_lose_wakeup, 1, 0, 0);
	pass_to(f, 1010 * MS);
	assert_int_equal(chain_of(1)->signal_ns, 1010 * MS);
	assert_int_equal(chain_of(1)->run_ns, 0);
	pass_to(f, 1020 * MS);
	client_runs(f, 0);
	assert_int_equal(chain_of(2)->run_ns, 1020 * MS);
}

/* A signal that comes while the client runs already is the next wake's. */
static void a_wake_owns_the_signals_before_it(void **state)
{
	struct fixture *f = *state;

	pass_to(f, 1010 * MS);
	f->event.signalled = false;
	f->event.wake_count++;
	pass_to(f, 1020 * MS);
	jscope__ledger_run(&f->stream.ledger, &f->event, 1021 * MS);
	jscope__ledger_settle(&f->stream.ledger, &f->event);
	assert_int_equal(chain_of(1)->run_ns, 1021 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain), 1);
	client_runs(f, 0);
	assert_int_equal(chain_of(2)->run_ns, 1020 * MS);
}

/* What is open when the stream leaves RUN or the event goes is told as far as it came. */
static void open_chains_are_told_at_the_end(void **state)
{
	struct fixture *f = *state;

	pass_to(f, 1010 * MS);
	fixture_fault(f, JSCOPE_FAULT_drop_interrupt, 1, 0, 0);
	pass_to(f, 1020 * MS);
	assert_int_equal(go(f, JSCOPE__KSSTATE_PAUSE), 0);
	assert_int_equal(chain_of(2)->due_ns, 1020 * MS);
	jscope__stream_unregister(&f->context, &f->stream, &f->event);
	assert_int_equal(chain_of(1)->signal_ns, 1010 * MS);
	assert_int_equal(chain_of(1)->run_ns, 0);
}

/* The bounds: the oldest chain is told, the oldest point forgotten, and both counted. */
static void ledger_is_bounded(void **state)
{
	static struct jscope__ledger ledger;
	struct fixture *f = *state;
	const uint64_t last = JSCOPE__LEDGER_POINTS + 10;

	for (uint64_t point = 1; point <= last; point++)
		jscope__ledger_cross(&ledger, point, (jscope_ns)point);
	assert_int_equal(ledger.refused_count, 10);
	assert_int_equal(ledger.points[0].point, 11);
	for (uint64_t point = 1; point <= last; point++)
		jscope__ledger_queue(&ledger, point, 1);
	f->event.signalled = true;
	jscope__ledger_signal(&ledger, &f->context, &f->event, last, 5);
	assert_int_equal(ledger.chain_count, JSCOPE__LEDGER_CHAINS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_chain),
			 JSCOPE__LEDGER_POINTS - JSCOPE__LEDGER_CHAINS);
	assert_int_equal(ledger.refused_count, 10 + JSCOPE__LEDGER_POINTS - JSCOPE__LEDGER_CHAINS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_run, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_served_point_has_every_instant),
		TEST(merged_points_share_the_execution),
		TEST(dpc_enters_after_it_was_queued),
		TEST(a_lost_interrupt_is_a_missed_point),
		TEST(a_forgotten_dpc_ends_the_chain),
		TEST(a_lost_wakeup_ends_with_its_signal),
		TEST(a_wake_owns_the_signals_before_it),
		TEST(open_chains_are_told_at_the_end),
		TEST(ledger_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
