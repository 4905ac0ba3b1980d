/* Chains of streams that are not all there: lost, cut, out of the window, too many. */
#include "../cmocka_all.h"
#include "chain_story.h"
#include "fake_trace.h"

/* What lies in a window of loss and is not whole is censored; a whole chain is not. */
static void test_loss_in_the_middle(void **state)
{
	(void)state;
	add_chains(2);
	fake_add_gap(5, point_us(3) - 100, point_us(4) - 100);
	add_point(3, point_us(3)); /* the rest of it is lost */
	add_chain(4);
	add_point(5, point_us(5)); /* and this one is really missed */
	add_signal(6);
	add_wake(EVENT, CLIENT, 5, point_us(6) + RUN_US);
	fake_add_gap(1, point_us(6) + SIGNAL_US + 1, point_us(6) + 500);
	replay();
	assert_class(3, JSCOPE_CLASS_CENSORED);
	assert_class(4, JSCOPE_CLASS_ON_TIME);
	assert_class(5, JSCOPE_CLASS_MISSED);
	assert_class(6, JSCOPE_CLASS_ON_TIME);
	assert_int_equal(fake_records.loss_count, 2);
}

/* A point whose interrupt never comes, while the events of some CPU are lost. */
static void lose_on(uint32_t cpu)
{
	add_setup();
	for (unsigned k = 1; k <= 20; k++)
		if (k != 15)
			add_chain(k);
	fake_add_gap_on(cpu, 5, point_us(15) - 10, point_us(15) + 500);
	add_point(15, point_us(15));
	replay();
}

/* Where chains went so far proves nothing: for the first time it may have gone to any CPU. */
static void test_loss_on_a_cpu(void **state)
{
	const uint32_t cpus[] = { 0, 1, 2, 63, JSCOPE_CPU_UNKNOWN };

	(void)state;
	for (unsigned i = 0; i < sizeof cpus / sizeof cpus[0]; i++) {
		lose_on(cpus[i]);
		assert_class(15, JSCOPE_CLASS_CENSORED);
		assert_class(14, JSCOPE_CLASS_ON_TIME);
		assert_class(16, JSCOPE_CLASS_ON_TIME);
	}
}

/* The execution of point 2 is lost, and is not the one of point 3, which names that one only. */
static void test_lost_execution(void **state)
{
	(void)state;
	add_chains(10);
	add_point(11, point_us(11));
	fake_add_gap(9, point_us(11) + 2, point_us(12) - 5000);
	add_point(12, point_us(12));
	add_execution(12, 12, point_us(12));
	add_wake(EVENT, CLIENT, 12, point_us(12) + RUN_US);
	replay();
	assert_class(11, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_find(11, 0)->notification.at[JSCOPE_SIGNAL], UNKNOWN);
	assert_at(fake_find(12, 0), JSCOPE_SIGNAL, point_us(12) + SIGNAL_US);
}

/* The thread may have answered, waited and woken again in the window: the answer is another's. */
static void test_lost_answer(void **state)
{
	(void)state;
	add_chains(10);
	add_signal(11);
	add_wake(EVENT, CLIENT, 11, point_us(11) + RUN_US);
	fake_add_gap(9, point_us(11) + RUN_US + 1, point_us(12) - 5000);
	add_packet(13, CLIENT, point_us(12) - 4000);
	replay();
	assert_class(11, JSCOPE_CLASS_ON_TIME);
	assert_int_equal(fake_find(11, 0)->notification.at[JSCOPE_SERVED], UNKNOWN);
}

static void test_lost_wake(void **state)
{
	(void)state;
	add_chains(1);
	fake_add_gap(1, point_us(2) - 10, point_us(3) - 10);
	add_signal(2); /* its wake, number 2, is lost */
	add_signal(3);
	add_wake(EVENT, CLIENT, 3, point_us(3) + RUN_US);
	replay();
	assert_class(2, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_find(2, 0)->notification.at[JSCOPE_RUN], UNKNOWN);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
	assert_at(fake_find(3, 0), JSCOPE_RUN, point_us(3) + RUN_US);
}

/* Nothing of the execution of point 11 is told; the next one is not its, whatever is lost of that. */
static void test_lost_interrupt(void **state)
{
	(void)state;
	add_chains(10);
	add_point(11, point_us(11));
	add_irq(11, point_us(11), point_us(11) + IRQ_US);
	add_point(12, point_us(12));
	fake_add_gap(9, point_us(11) + IRQ_US + 4, point_us(12) + IRQ_US + 1);
	add_insert(12, point_us(12) + QUEUED_US, 1);
	add_execution(12, 12, point_us(12));
	add_wake(EVENT, CLIENT, 12, point_us(12) + RUN_US);
	add_chain(13);
	replay();
	assert_class(11, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_find(11, 0)->notification.at[JSCOPE_SIGNAL], UNKNOWN);
	assert_class(12, JSCOPE_CLASS_CENSORED);
	assert_class(13, JSCOPE_CLASS_ON_TIME);
}

/* Executions are numbered: where none is missing, the point that a signal names is surely its own. */
static void test_numbers_prove(void **state)
{
	(void)state;
	for (unsigned run = 11; run <= 12; run++) {
		add_chains(10);
		add_point(11, point_us(11));
		fake_add_gap(2, point_us(11) + 2, point_us(11) + IRQ_US + 4);
		add_insert(11, point_us(11) + QUEUED_US, 1);
		add_execution(run, 11, point_us(11));
		add_wake(EVENT, CLIENT, 11, point_us(11) + RUN_US);
		replay();
		assert_class(11, JSCOPE_CLASS_CENSORED);
		if (run == 11)
			assert_at(fake_find(11, 0), JSCOPE_SIGNAL, point_us(11) + SIGNAL_US);
		else
			assert_int_equal(fake_find(11, 0)->notification.at[JSCOPE_SIGNAL], UNKNOWN);
	}
}

/* A set is lost, and its wake is not that of the set before, nor is that one's the wake before it. */
static void test_lost_set(void **state)
{
	(void)state;
	add_setup();
	add_signal(1);
	add_signal(2);
	add_wake(EVENT, CLIENT, 0, point_us(2) + RUN_US);
	fake_add_gap(5, point_us(3) - 10, point_us(3) + SIGNAL_US + 10);
	add_wake(EVENT, CLIENT, 0, point_us(3) + RUN_US);
	replay();
	for (unsigned k = 1; k <= 2; k++) {
		assert_class(k, JSCOPE_CLASS_CENSORED);
		assert_int_equal(fake_find(k, 0)->notification.at[JSCOPE_RUN], UNKNOWN);
	}
}

/* Two executions name point 11, of which the first was lost with the point: it served it. */
static void test_lost_point(void **state)
{
	const double spurious_us = point_us(11) + 200;

	(void)state;
	add_chains(10);
	fake_add_gap(9, point_us(11) - 10, point_us(11) + 100);
	add_request(12, spurious_us);
	add_execution(12, 11, spurious_us);
	add_wake(EVENT, CLIENT, 12, spurious_us + RUN_US);
	add_point(12, point_us(12));
	replay();
	assert_class(11, JSCOPE_CLASS_CENSORED);
	assert_int_equal(fake_find(11, 0)->notification.at[JSCOPE_SIGNAL], UNKNOWN);
}

/*
 * A stream whose points nobody recorded, of which something was lost around packet 11: its execution
 * is the first to name that, and all its interrupts are told, or nobody knows.
 */
static void test_packet_behind_a_gap(void **state)
{
	static const struct {
		double gap_begin_us, gap_end_us; /* behind the assertion */
		unsigned number; /* of the interrupt and the execution: 12 where one was lost */
		enum jscope_class class;
	} cases[] = {
		{ -100, -50, 11, JSCOPE_CLASS_ON_TIME },
		{ -100, -50, 12, JSCOPE_CLASS_ON_TIME },
		{ IRQ_US + 0.5, IRQ_US + 1, 11, JSCOPE_CLASS_ON_TIME },
		{ IRQ_US + 0.5, IRQ_US + 1, 12, JSCOPE_CLASS_CENSORED },
		{ QUEUED_US + 4, QUEUED_US + 5, 11, JSCOPE_CLASS_CENSORED },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		add_setup();
		for (unsigned k = 1; k <= 11; k++) {
			const unsigned number = k == 11 ? cases[i].number : k;

			add_request(number, point_us(k));
			add_execution(number, k, point_us(k));
			add_wake(EVENT, CLIENT, k, point_us(k) + RUN_US);
		}
		fake_add_gap(1, point_us(11) + cases[i].gap_begin_us,
			     point_us(11) + cases[i].gap_end_us);
		replay();
		assert_class(11, cases[i].class);
		if (cases[i].class == JSCOPE_CLASS_ON_TIME)
			assert_at(fake_find(11, 0), JSCOPE_IRQ, point_us(11) + IRQ_US);
	}
}

/* Wherever the trace is cut, nothing is called missed, late or spurious that is not. */
static void test_truncation(void **state)
{
	(void)state;
	for (int from = 0; from < 300; from += 4)
		for (int to = 0; to < 300; to += 4) {
			add_chains(5);
			fake_cut(point_us(1) + from, point_us(4) + to);
			replay();
			assert_int_equal(fake_records.classes[JSCOPE_CLASS_MISSED], 0);
			assert_int_equal(fake_records.classes[JSCOPE_CLASS_LATE], 0);
			assert_int_equal(fake_records.classes[JSCOPE_CLASS_SPURIOUS], 0);
			assert_int_equal(fake_records.classes[JSCOPE_CLASS_EARLY], 0);
			for (unsigned i = 0; i < fake_records.notification_count; i++) {
				const struct jscope_stages *stages =
					&fake_records.notifications[i].stages;

				if (fake_records.notifications[i].notification.class !=
				    JSCOPE_CLASS_CENSORED)
					assert_true(stages->partial ||
						    stages->end_to_end_ns == RUN_US * 1000);
			}
		}
}

static void test_cut_at_both_ends(void **state)
{
	(void)state;
	add_chains(4);
	fake_cut(point_us(1) + SIGNAL_US - 1, point_us(4) + SIGNAL_US + 1);
	replay();
	/* The first signal has lost its begin and, with the set-up, its stream; the last its wake. */
	assert_int_equal(fake_records.notification_count, 4);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_CENSORED], 2);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_ON_TIME], 2);
	assert_string_equal(fake_records.notifications[1].notification.stream->stream,
			    "stream 0x10");
}

/* Each record counts by its first known instant. */
static void test_window(void **state)
{
	struct jscope_trace_options options;

	(void)state;
	add_chains(5);
	jscope_trace_options_init(&options);
	options.from.ns = fake_us(point_us(2));
	options.to = (struct jscope_trace_when){ 50000 + 4 * PERIOD_US * 1000 - 1, true };
	fake_replay(&options);
	assert_int_equal(fake_records.notification_count, 2);
	assert_class(2, JSCOPE_CLASS_ON_TIME);
	assert_class(3, JSCOPE_CLASS_ON_TIME);
	jscope_trace_options_init(&options);
	options.last_ns = PERIOD_US * 1000 + SERVED_US * 1000;
	fake_replay(&options);
	assert_int_equal(fake_records.notification_count, 2);
	assert_class(5, JSCOPE_CLASS_ON_TIME);
	jscope_trace_options_init(&options);
	options.device = "dev2";
	fake_replay(&options);
	assert_int_equal(fake_records.notification_count, 0);
}

/* A client that never wakes holds a bounded number of notifications, and none gets lost. */
static void test_bounded(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 600; k++)
		add_signal(k);
	replay();
	assert_int_equal(fake_records.notification_count, 600);
}

/* Points that nobody signals for longer than we can wait are cut by us, not missed by the driver. */
static void test_points_beyond_the_table(void **state)
{
	(void)state;
	add_setup();
	for (unsigned k = 1; k <= 600; k++)
		add_point(k, point_us(k));
	assert_int_equal(fake_replay(NULL)->refused, 600 - 512);
	assert_int_equal(fake_records.classes[JSCOPE_CLASS_CENSORED], 600);
}

/*
 * Whatever is lost, and wherever: the stages of each notification sum exactly to its end-to-end
 * time, each point is told at most once, and nothing whole is off by a nanosecond.
 */
static void test_stages_sum_under_loss(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 200; seed++) {
		unsigned char seen[64] = { 0 };

		add_chains(59);
		fake_lose(seed, seed % 10 * 0.05);
		replay();
		for (unsigned i = 0; i < fake_records.notification_count; i++) {
			const struct fake_record *record = &fake_records.notifications[i];
			jscope_ns sum = 0;

			for (unsigned s = 0; s < JSCOPE_STAGE_COUNT; s++)
				if (record->stages.stage_ns[s] != UNKNOWN)
					sum += record->stages.stage_ns[s];
			if (record->stages.end_to_end_ns != UNKNOWN) {
				assert_int_equal(sum, record->stages.end_to_end_ns);
				if (record->notification.class == JSCOPE_CLASS_ON_TIME)
					assert_int_equal(sum, RUN_US * 1000);
			}
			assert_int_not_equal(record->notification.class, JSCOPE_CLASS_MISSED);
			assert_int_not_equal(record->notification.class, JSCOPE_CLASS_EARLY);
			if (record->notification.at[JSCOPE_DUE] != UNKNOWN &&
			    record->notification.seq < 64)
				assert_true(seen[record->notification.seq]++ < 2);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loss_in_the_middle),
		cmocka_unit_test(test_loss_on_a_cpu),
		cmocka_unit_test(test_lost_execution),
		cmocka_unit_test(test_lost_answer),
		cmocka_unit_test(test_lost_wake),
		cmocka_unit_test(test_lost_interrupt),
		cmocka_unit_test(test_numbers_prove),
		cmocka_unit_test(test_lost_set),
		cmocka_unit_test(test_lost_point),
		cmocka_unit_test(test_packet_behind_a_gap),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_cut_at_both_ends),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_points_beyond_the_table),
		cmocka_unit_test(test_stages_sum_under_loss),
	};

	return cmocka_run_group_tests(tests, NULL, fake_finish);
}
