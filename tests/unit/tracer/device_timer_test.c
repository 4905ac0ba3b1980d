/* Timers of the system, threaded DPCs, DPCs that are taken back, and lines that devices share. */
#include "../cmocka_all.h"

#include "device_capture.h"
#include "device_clock_fake.h"
#include "ktimer.h"
#include "line.h"

#define MS JSCOPE_NS_PER_MS

struct run_log {
	unsigned count;
	uint8_t irql[16];
	uint64_t who[16], argument[16];
};

static struct run_log run_log;

static void log_run(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)state;
	run_log.irql[run_log.count] = context->irql;
	run_log.who[run_log.count] = context->dpc_id;
	run_log.argument[run_log.count++] = argument;
}

static int set_up(void **state)
{
	static struct fake_clock fake;

	fake_clock_init(&fake, 1);
	run_log.count = 0;
	capture_start();
	*state = &fake;
	return 0;
}

static void timer_queues_its_dpc(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_PASSIVE);
	struct jscope__dpc dpc = { .id = 5, .kind = JSCOPE__DPC_TIMER, .routine = log_run };
	struct jscope__ktimer timer;
	const struct capture_event *event;

	jscope__ktimer_init(&timer, &fake->machine, 3, &dpc);
	jscope__ktimer_set(&context, &timer, 10 * MS, 4 * MS);
	fake_clock_leap(fake, 9 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_timer_fire), 0);
	fake_clock_leap(fake, 10 * MS);
	fake_clock_run_dpcs(fake);
	event = capture_last_of(JSCOPE_EVENT_timer_fire);
	assert_int_equal(event->as.timer_fire.due_ns, 10 * MS);
	assert_int_equal(event->as.timer_fire.dev, 3);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_entry)->as.dpc_entry.kind, 2);
	/* Two expiries before the DPC runs are one run; the next is due by the grid, not by now. */
	fake_clock_leap(fake, 19 * MS);
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 2);
	assert_int_equal(run_log.argument[1], 3);
	assert_int_equal(timer.due_ns, 22 * MS);
}

static void cancelled_timer_is_silent(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_PASSIVE);
	struct jscope__ktimer timer;

	jscope__ktimer_init(&timer, &fake->machine, 3, NULL);
	jscope__ktimer_set(&context, &timer, 10 * MS, 0);
	jscope__ktimer_set(&context, &timer, 20 * MS, 0);
	fake_clock_leap(fake, 15 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_timer_fire), 0);
	assert_true(jscope__ktimer_cancel(&context, &timer));
	assert_false(jscope__ktimer_cancel(&context, &timer));
	assert_int_equal(capture_last_of(JSCOPE_EVENT_timer_cancel)->as.timer_cancel.was_armed, 0);
	fake_clock_leap(fake, 30 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_timer_fire), 0);
}

/* The clock has let the timer go, and its owner gets the lock first. */
static void replaced_timer_expires_for_its_new_time(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_PASSIVE);
	struct jscope__dpc dpc = { .id = 5, .kind = JSCOPE__DPC_TIMER, .routine = log_run };
	struct jscope__ktimer timer;

	jscope__ktimer_init(&timer, &fake->machine, 3, &dpc);
	jscope__ktimer_set(&context, &timer, 10 * MS, 0);
	fake->now_ns = 10 * MS;
	timer.timer.armed = false;
	jscope__ktimer_set(&context, &timer, 20 * MS, 0);
	timer.timer.fire(&context, timer.timer.state);
	fake_clock_run_dpcs(fake);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_timer_fire), 0);
	assert_int_equal(run_log.count, 0);
	fake_clock_leap(fake, 20 * MS);
	fake_clock_run_dpcs(fake);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_timer_fire)->as.timer_fire.due_ns, 20 * MS);
	assert_int_equal(run_log.count, 1);
	assert_int_equal(run_log.argument[0], 1);
}

static void threaded_dpcs_run_last_and_at_passive_level(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__dpc threaded = { .id = 5, .kind = JSCOPE__DPC_THREADED, .routine = log_run };
	struct jscope__dpc ordinary = { .id = 6, .routine = log_run };

	jscope__dpc_insert(&context, &threaded, 1, 1);
	jscope__dpc_insert(&context, &ordinary, 2, 2);
	assert_int_equal(jscope__dpc_ready_ns(&fake->machine, 0, true), 0);
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 2);
	assert_int_equal(run_log.who[0], 6);
	assert_int_equal(run_log.irql[0], JSCOPE__IRQL_DISPATCH);
	assert_int_equal(run_log.who[1], 5);
	assert_int_equal(run_log.irql[1], JSCOPE__IRQL_PASSIVE);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_exit)->as.dpc_exit.kind, 1);
}

static void removed_dpc_does_not_run(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__dpc dpcs[] = { { .id = 5, .routine = log_run },
				      { .id = 6, .routine = log_run },
				      { .id = 7, .routine = log_run } };

	for (unsigned i = 0; i < 3; i++)
		jscope__dpc_insert(&context, &dpcs[i], i, i);
	assert_true(jscope__dpc_remove(&context, &dpcs[2]));
	assert_false(jscope__dpc_remove(&context, &dpcs[2]));
	assert_true(jscope__dpc_remove(&context, &dpcs[0]));
	/* The queue is whole: what comes behind the removed last one is not lost. */
	assert_true(jscope__dpc_insert(&context, &dpcs[2], 9, 9));
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 2);
	assert_int_equal(run_log.who[0], 6);
	assert_int_equal(run_log.who[1], 7);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_remove), 3);
}

/* Claims what its own line asserted. */
static bool claim_own(struct jscope__context *context, void *state,
		      const struct jscope__interrupt *interrupt)
{
	(void)context;
	return interrupt->line == state;
}

static void shared_line_asks_in_order_until_one_claims(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__line lines[3];
	const struct capture_event *entry;

	for (unsigned i = 0; i < 3; i++) {
		lines[i] = (struct jscope__line){ .number = 20, .dev = i + 1, .isr = claim_own };
		lines[i].state = &lines[i];
		if (i > 0)
			jscope__line_share(&lines[i], &lines[0]);
	}
	jscope__line_assert(&context, &lines[1], 5, 77);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_exit), 2);
	assert_int_equal(capture_at(0)->as.irq_entry.dev, 1);
	assert_int_equal(capture_at(0)->as.irq_entry.seq, 0);
	assert_int_equal(capture_at(1)->as.irq_exit.claimed, 0);
	entry = capture_last_of(JSCOPE_EVENT_irq_entry);
	assert_int_equal(entry->as.irq_entry.dev, 2);
	assert_int_equal(entry->as.irq_entry.seq, 1);
	assert_int_equal(entry->as.irq_entry.irq, 20);
	/* An interrupt that nobody claims is asked of each once. */
	lines[2].isr = NULL;
	jscope__line_assert(&context, &lines[2], 6, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 5);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_exit)->as.irq_exit.claimed, 0);
}

static void delayed_interrupts_keep_their_order(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	const struct jscope_distribution law = { .kind = JSCOPE_DISTRIBUTION_CONSTANT,
						 .a = 3 * MS,
						 .max_ns = JSCOPE_NS_PER_SEC };
	struct jscope__line line = { .number = 16, .dev = 1 };

	jscope__delay_init(&line.interrupt_delay, &fake->machine, &law, JSCOPE_DELAY_INTERRUPT, 1,
			   16);
	jscope__line_assert(&context, &line, 0, 1);
	line.interrupt_delay.distribution = NULL;
	fake->now_ns = 1 * MS;
	jscope__line_assert(&context, &line, 1 * MS, 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 0);
	fake_clock_leap(fake, 3 * MS);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_entry)->as.irq_entry.seq, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_entry)->as.irq_entry.true_ts_ns, 1 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(timer_queues_its_dpc, set_up),
		cmocka_unit_test_setup(cancelled_timer_is_silent, set_up),
		cmocka_unit_test_setup(replaced_timer_expires_for_its_new_time, set_up),
		cmocka_unit_test_setup(threaded_dpcs_run_last_and_at_passive_level, set_up),
		cmocka_unit_test_setup(removed_dpc_does_not_run, set_up),
		cmocka_unit_test_setup(shared_line_asks_in_order_until_one_claims, set_up),
		cmocka_unit_test_setup(delayed_interrupts_keep_their_order, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
