/* DPC queues, events and interrupt lines of the modelled machine. */
#include "../cmocka_all.h"

#include "device_capture.h"
#include "device_clock_fake.h"
#include "kevent.h"
#include "line.h"
#include "task.h"

struct run_log {
	unsigned count;
	uint64_t who[16];
	uint64_t argument[16];
};

static struct run_log run_log;

static void log_run(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)state;
	assert_int_equal(context->irql, JSCOPE__IRQL_DISPATCH);
	run_log.who[run_log.count] = context->dpc_id;
	run_log.argument[run_log.count++] = argument;
}

static struct jscope__dpc make_dpc(uint64_t id, enum jscope__importance importance)
{
	return (struct jscope__dpc){ .id = id, .importance = importance, .routine = log_run };
}

static int set_up(void **state)
{
	static struct fake_clock fake;

	fake_clock_init(&fake, 2);
	run_log.count = 0;
	capture_start();
	*state = &fake;
	return 0;
}

static void queued_dpc_merges(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__dpc dpc = make_dpc(5, JSCOPE__IMPORTANCE_MEDIUM);

	assert_true(jscope__dpc_insert(&context, &dpc, 1, 11));
	assert_false(jscope__dpc_insert(&context, &dpc, 2, 12));
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_insert)->as.dpc_insert.inserted, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_insert)->as.dpc_insert.caller_seq, 2);
	fake_clock_run_dpcs(fake);
	/* one execution for both, and it knows of the later one */
	assert_int_equal(run_log.count, 1);
	assert_int_equal(run_log.argument[0], 12);
	assert_true(jscope__dpc_insert(&context, &dpc, 3, 13));
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_exit)->as.dpc_exit.run, 2);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_entry), 2);
}

static void requeue_once(struct jscope__context *context, void *state, uint64_t argument)
{
	struct jscope__dpc *dpc = state;

	log_run(context, state, argument);
	if (argument == 1)
		assert_true(jscope__dpc_insert(context, dpc, 2, 2));
}

static void running_dpc_can_be_queued_again(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__dpc dpc = make_dpc(5, JSCOPE__IMPORTANCE_MEDIUM);

	dpc.routine = requeue_once;
	dpc.state = &dpc;
	jscope__dpc_insert(&context, &dpc, 1, 1);
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 2);
	assert_int_equal(run_log.argument[1], 2);
}

static void queue_keeps_order_and_importance(void **state)
{
	static const enum jscope__importance importances[] = {
		JSCOPE__IMPORTANCE_LOW,	 JSCOPE__IMPORTANCE_HIGH,	 JSCOPE__IMPORTANCE_MEDIUM,
		JSCOPE__IMPORTANCE_HIGH, JSCOPE__IMPORTANCE_MEDIUM_HIGH,
	};
	static const uint64_t expected[] = { 4, 2, 1, 3, 5 };
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__dpc dpcs[5];

	for (unsigned i = 0; i < 5; i++) {
		dpcs[i] = make_dpc(i + 1, importances[i]);
		jscope__dpc_insert(&context, &dpcs[i], 1, 0);
	}
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 5);
	assert_memory_equal(run_log.who, expected, sizeof expected);
	/* the queue is whole again after it ran empty */
	jscope__dpc_insert(&context, &dpcs[0], 2, 0);
	jscope__dpc_insert(&context, &dpcs[2], 2, 0);
	fake_clock_run_dpcs(fake);
	assert_int_equal(run_log.count, 7);
	assert_int_equal(run_log.who[5], 1);
	assert_int_equal(run_log.who[6], 3);
}

static void cpus_have_queues_of_their_own(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	struct jscope__dpc dpc = make_dpc(1, JSCOPE__IMPORTANCE_MEDIUM);

	fake->machine.cpus[1].number = 9;
	dpc.cpu = 1;
	jscope__dpc_insert(&context, &dpc, 1, 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_dpc_insert)->as.dpc_insert.target_cpu, 9);
	assert_false(jscope__dpc_run_next(&fake->machine, 0, 1));
	assert_true(jscope__dpc_run_next(&fake->machine, 1, 1));
}

static bool locked_set(struct fake_clock *fake, struct jscope__kevent *event)
{
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DISPATCH);
	bool prev;

	jscope__machine_lock(&fake->machine);
	prev = jscope__kevent_set(&context, event, 3);
	jscope__machine_unlock(&fake->machine);
	return prev;
}

static void locked_wait(struct fake_clock *fake, struct jscope__kevent *event,
			struct jscope__task *task)
{
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_PASSIVE);

	jscope__machine_lock(&fake->machine);
	jscope__kevent_wait_begin(&context, event, task);
	jscope__machine_unlock(&fake->machine);
}

static bool locked_wake(struct fake_clock *fake, struct jscope__kevent *event,
			struct jscope__task *task)
{
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_PASSIVE);
	bool woken;

	jscope__machine_lock(&fake->machine);
	woken = jscope__kevent_wait_end(&context, event, task);
	jscope__machine_unlock(&fake->machine);
	return woken;
}

static void set_tells_what_was_not_consumed(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__kevent event = { .id = 1 };
	struct jscope__task task = { .name = "t" };

	assert_false(locked_set(fake, &event));
	assert_true(locked_set(fake, &event));
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.prev, 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_set)->as.ev_set.packet, 3);
	locked_wait(fake, &event, &task);
	assert_true(locked_wake(fake, &event, &task));
	/* two sets, one wake; the next set is news again */
	assert_false(locked_wake(fake, &event, &task));
	assert_int_equal(capture_count_of(JSCOPE_EVENT_ev_wake), 1);
	assert_false(locked_set(fake, &event));
}

static void synchronisation_event_wakes_the_longest_waiting(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__kevent event = { .id = 1 };
	struct jscope__task first = { .name = "1" }, second = { .name = "2" };

	locked_wait(fake, &event, &first);
	locked_wait(fake, &event, &second);
	locked_set(fake, &event);
	assert_int_equal(fake->wake_count, 1);
	assert_ptr_equal(fake->woken_last, &first);
	assert_true(locked_wake(fake, &event, &first));
	assert_false(event.signalled);
	locked_set(fake, &event);
	assert_ptr_equal(fake->woken_last, &second);
	assert_true(locked_wake(fake, &event, &second));
	assert_int_equal(capture_last_of(JSCOPE_EVENT_ev_wake)->as.ev_wake.count, 2);
	assert_null(event.waiters);
}

static void notification_event_wakes_all_and_stays(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__kevent event = { .id = 1, .kind = JSCOPE__KEVENT_NOTIFICATION };
	struct jscope__task first = { .name = "1" }, second = { .name = "2" };

	locked_wait(fake, &event, &first);
	locked_wait(fake, &event, &second);
	locked_set(fake, &event);
	assert_int_equal(fake->wake_count, 2);
	assert_true(locked_wake(fake, &event, &second));
	assert_true(locked_wake(fake, &event, &first));
	assert_true(jscope__kevent_clear(&event));
	assert_false(jscope__kevent_clear(&event));
	assert_null(event.waiters);
}

static bool claim_even(struct jscope__context *context, void *state,
		       const struct jscope__interrupt *interrupt)
{
	assert_int_equal(context->irql, JSCOPE__IRQL_DEVICE);
	assert_null(state);
	return interrupt->seq % 2 == 0;
}

static void line_numbers_its_interrupts(void **state)
{
	struct fake_clock *fake = *state;
	struct jscope__line line = { .number = 16, .dev = 3, .isr = claim_even };
	struct jscope__context context = fake_context(fake, JSCOPE__IRQL_DEVICE);
	const struct capture_event *event;

	jscope__line_assert(&context, &line, 100, 0);
	event = capture_last_of(JSCOPE_EVENT_irq_exit);
	assert_int_equal(event->as.irq_exit.claimed, 0);
	jscope__line_assert(&context, &line, 200, 0);
	event = capture_last_of(JSCOPE_EVENT_irq_exit);
	assert_int_equal(event->as.irq_exit.claimed, 1);
	assert_int_equal(event->as.irq_exit.seq, 2);
	event = capture_last_of(JSCOPE_EVENT_irq_entry);
	assert_int_equal(event->as.irq_entry.true_ts_ns, 200);
	assert_int_equal(event->as.irq_entry.dev, 3);
	/* with nobody connected it is nobody's */
	line.isr = NULL;
	jscope__line_assert(&context, &line, 300, 0);
	event = capture_last_of(JSCOPE_EVENT_irq_exit);
	assert_int_equal(event->as.irq_exit.claimed, 0);
}

static void nothing_takes_time_at_the_end(void **state)
{
	struct fake_clock *fake = *state;

	assert_int_equal(jscope__machine_delay(&fake->machine, 100), 100);
	atomic_store(&fake->machine.ending, true);
	assert_int_equal(jscope__machine_delay(&fake->machine, 100), 0);
	assert_int_equal(jscope__machine_delay(&fake->machine, INT64_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(queued_dpc_merges, set_up),
		cmocka_unit_test_setup(running_dpc_can_be_queued_again, set_up),
		cmocka_unit_test_setup(queue_keeps_order_and_importance, set_up),
		cmocka_unit_test_setup(cpus_have_queues_of_their_own, set_up),
		cmocka_unit_test_setup(set_tells_what_was_not_consumed, set_up),
		cmocka_unit_test_setup(synchronisation_event_wakes_the_longest_waiting, set_up),
		cmocka_unit_test_setup(notification_event_wakes_all_and_stays, set_up),
		cmocka_unit_test_setup(line_numbers_its_interrupts, set_up),
		cmocka_unit_test_setup(nothing_takes_time_at_the_end, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
