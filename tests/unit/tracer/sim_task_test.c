/* Tasks on the CPUs of the simulated clock: what interrupts them, what they wait for, and how they end. */
#include <string.h>

#include "../cmocka_all.h"
#include "sim_course.h"

struct worker {
	const char *name;
	struct jscope__kevent event;
	jscope_ns work_us;
	void (*when_woken)(struct worker *worker);
};

static struct jscope__action step(struct jscope__context *context, void *state,
				  enum jscope__cause cause)
{
	struct worker *worker = state;

	(void)context;
	if (cause == JSCOPE__CAUSE_STOPPING) {
		happen("stopping");
		return (struct jscope__action){ .kind = JSCOPE__ACTION_END };
	}
	if (cause == JSCOPE__CAUSE_WOKEN && worker->when_woken)
		worker->when_woken(worker);
	else if (cause == JSCOPE__CAUSE_WOKEN)
		return (struct jscope__action){ .kind = JSCOPE__ACTION_WORK,
						.work_ns = worker->work_us * US };
	if (cause == JSCOPE__CAUSE_WORKED)
		happen(worker->name);
	return (struct jscope__action){ .kind = JSCOPE__ACTION_WAIT, .event = &worker->event };
}

static struct jscope__task tasks[2];
static struct worker workers[2];

static void start_tasks(uint32_t first_priority, uint32_t second_priority)
{
	static const char *const names[] = { "first", "second" };

	memset(tasks, 0, sizeof tasks);
	memset(workers, 0, sizeof workers);
	for (int i = 0; i < 2; i++) {
		workers[i].name = names[i];
		workers[i].work_us = 100;
		workers[i].event.id = jscope__machine_id(&machine);
		tasks[i].priority = i ? second_priority : first_priority;
		tasks[i].step = step;
		tasks[i].state = &workers[i];
	}
	assert_int_equal(jscope__sim_start(sim, tasks, 2), 0);
}

static void test_dpc_interrupts_task(void **state)
{
	(void)state;
	start_tasks(8, 8);
	order_at(0, (struct order){ .event = &workers[0].event });
	order_at(30, (struct order){ .dpc = &dpc });
	order_at(40, INTERRUPT);
	run_until(1000);
	expect(0, "isr", 50);
	expect(1, "dpc", 90);
	expect(2, "first", 160);
}

static void test_higher_priority_goes_first(void **state)
{
	(void)state;
	start_tasks(8, 9);
	order_at(0, (struct order){ .event = &workers[0].event });
	order_at(40, (struct order){ .event = &workers[1].event });
	run_until(1000);
	expect(0, "second", 140);
	expect(1, "first", 200);
}

static void test_equal_priority_waits(void **state)
{
	(void)state;
	start_tasks(8, 8);
	order_at(0, (struct order){ .event = &workers[0].event });
	order_at(40, (struct order){ .event = &workers[1].event });
	run_until(1000);
	expect(0, "first", 100);
	expect(1, "second", 200);
}

static void test_wake_has_its_delay(void **state)
{
	(void)state;
	start_tasks(8, 8);
	constant(&tasks[0].wake_delay, 70);
	order_at(0, (struct order){ .event = &workers[0].event });
	run_until(1000);
	expect(0, "first", 170);
}

static void drain_first(struct worker *worker)
{
	(void)worker;
	machine.clock->ops->drain(machine.clock, &dpc);
	happen("drained");
}

/* Time goes on inside the call, for the task's own CPU and for other tasks on it, too. */
static void test_drain_lets_time_pass(void **state)
{
	(void)state;
	start_tasks(8, 8);
	workers[0].when_woken = drain_first;
	constant(&dpc.queue_delay, 200);
	order_at(0, (struct order){ .dpc = &dpc });
	order_at(10, (struct order){ .event = &workers[0].event });
	order_at(20, (struct order){ .event = &workers[1].event });
	run_until(1000);
	assert_int_equal(happened_count, 3);
	expect(0, "second", 120);
	expect(1, "dpc", 250);
	expect(2, "drained", 250);
}

static void settle_first(struct worker *worker)
{
	(void)worker;
	machine.clock->ops->timer_settle(machine.clock, &orders[1].timer);
	happen("settled");
}

/* A timer that is settled fires now, and what it interrupts has been served. */
static void test_settle_serves_interrupts(void **state)
{
	(void)state;
	start_tasks(8, 8);
	workers[0].when_woken = settle_first;
	order_at(10, (struct order){ .event = &workers[0].event });
	order_at(500, INTERRUPT);
	run_until(1000);
	assert_int_equal(happened_count, 2);
	expect(0, "isr", 20);
	expect(1, "settled", 20);
}

static void settle_both(struct worker *worker)
{
	machine.clock->ops->timer_settle(machine.clock, &orders[1].timer);
	machine.clock->ops->timer_settle(machine.clock, &line.timer);
	happen("settled");
	(void)worker;
}

/* A timer that is armed again for later takes until then. */
static void test_settle_waits_for_what_is_later(void **state)
{
	(void)state;
	start_tasks(8, 8);
	workers[0].when_woken = settle_both;
	constant(&line.interrupt_delay, 100);
	order_at(10, (struct order){ .event = &workers[0].event });
	order_at(500, INTERRUPT);
	run_until(1000);
	expect(0, "isr", 120);
	expect(1, "settled", 120);
}

/* Those that wait and those that work are told at once; what is queued still runs, on any CPU. */
static void test_stop(void **state)
{
	(void)state;
	start_tasks(8, 8);
	dpc.cpu = 1;
	order_at(0, (struct order){ .event = &workers[0].event });
	order_at(31, (struct order){ .dpc = &dpc });
	run_until(32);
	jscope__sim_stop(sim);
	assert_int_equal(jscope__sim_ended(sim), 2);
	assert_int_equal(happened_count, 3);
	expect(0, "stopping", 32);
	expect(1, "stopping", 32);
	expect(2, "dpc", 81);
}

static bool isr_unseen(struct jscope__context *context, void *state,
		       const struct jscope__interrupt *interrupt)
{
	(void)context;
	(void)state;
	(void)interrupt;
	return true;
}

/*
 * A service routine takes twice as long as the next interrupt takes to come, and the tasks of its CPU
 * never get to run: a second after the end nothing takes time any more.
 */
static void test_stop_ends_what_holds_itself_up(void **state)
{
	(void)state;
	start_tasks(8, 8);
	line.isr = isr_unseen;
	constant(&line.dispatch_delay, 2000);
	order_at(0, (struct order){ .again_us = 1000 });
	run_until(100000);
	jscope__sim_stop(sim);
	assert_int_equal(jscope__sim_ended(sim), 2);
	assert_in_range(elapsed_us(), 1100000, 1104000);
	assert_true(atomic_load(&machine.ending));
}

static void test_stop_waits_for_what_comes_to_rest(void **state)
{
	(void)state;
	start_tasks(8, 8);
	order_at(0, (struct order){ .dpc = &dpc });
	run_until(10);
	jscope__sim_stop(sim);
	assert_int_equal(jscope__sim_ended(sim), 2);
	expect(0, "dpc", 50);
	assert_false(atomic_load(&machine.ending));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COURSE(test_dpc_interrupts_task),
		COURSE(test_higher_priority_goes_first),
		COURSE(test_equal_priority_waits),
		COURSE(test_wake_has_its_delay),
		COURSE(test_drain_lets_time_pass),
		COURSE(test_settle_serves_interrupts),
		COURSE(test_settle_waits_for_what_is_later),
		COURSE(test_stop),
		COURSE(test_stop_ends_what_holds_itself_up),
		COURSE(test_stop_waits_for_what_comes_to_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
