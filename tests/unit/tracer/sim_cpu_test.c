/* The CPUs of the simulated clock: who interrupts whom, and what that costs to the nanosecond. */
#include <string.h>

#include "../cmocka_all.h"
#include "device_capture.h"
#include "dpc.h"
#include "line.h"
#include "sim.h"

#define US     JSCOPE_NS_PER_US
#define ORDERS 8

#define STORM_END_US 5000000

/* What happened when, in us since the beginning. */
static struct {
	const char *what;
	jscope_ns at_us;
} happened[64];
static unsigned happened_count;

static struct jscope__machine machine;
static struct jscope__sim *sim;
static struct jscope_distribution laws[ORDERS];
static unsigned law_count;

static jscope_ns elapsed_us(void)
{
	return (jscope__machine_now(&machine) - JSCOPE__SIM_BEGIN_NS) / US;
}

static void happen(const char *what)
{
	happened[happened_count].what = what;
	happened[happened_count++].at_us = elapsed_us();
}

/* The whole course: pairs of a name and an instant. */
static void expect(unsigned index, const char *what, jscope_ns at_us)
{
	assert_true(index < happened_count);
	assert_string_equal(happened[index].what, what);
	assert_int_equal(happened[index].at_us, at_us);
}

static void constant(struct jscope__delay *delay, jscope_ns us)
{
	struct jscope_distribution *law = &laws[law_count++];

	*law = (struct jscope_distribution){ .kind = JSCOPE_DISTRIBUTION_CONSTANT,
					     .a = (double)(us * US),
					     .max_ns = JSCOPE_NS_PER_SEC };
	jscope__delay_init(delay, &machine, law, JSCOPE_DELAY_HANDLER, 1, law_count);
}

/* The parts that every test puts together as it likes. */
static struct jscope__line line;
static struct jscope__dpc dpc, threaded;

static bool isr(struct jscope__context *context, void *state,
		const struct jscope__interrupt *interrupt)
{
	(void)context;
	(void)interrupt;
	happen(state);
	return true;
}

static void routine(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)context;
	(void)argument;
	happen(state);
}

static void dpc_make(struct jscope__dpc *new_dpc, enum jscope__dpc_kind kind, const char *name,
		     jscope_ns work_us)
{
	*new_dpc = (struct jscope__dpc){ .id = jscope__machine_id(&machine),
					 .dev = 1,
					 .kind = kind,
					 .routine = routine,
					 .state = (void *)name };
	constant(&new_dpc->handler_delay, work_us);
}

/* Something that a device does at an instant. */
struct order {
	struct jscope__timer timer;
	struct jscope__dpc *dpc;
	struct jscope__kevent *event;
	jscope_ns stall_us;
	jscope_ns again_us; /* once more so much later, up to STORM_END_US */
};

static struct order orders[ORDERS];
static unsigned order_count;

static void order_fire(struct jscope__context *context, void *state)
{
	struct order *order = state;

	if (order->dpc) {
		jscope__dpc_insert(context, order->dpc, 0, 0);
	} else if (order->event) {
		jscope__kevent_set(context, order->event, 0);
	} else if (order->stall_us) {
		jscope__sim_stall(sim, 0, order->stall_us * US);
	} else {
		jscope__line_assert(context, &line, jscope__machine_now(&machine), 0);
	}
	if (order->again_us && elapsed_us() < STORM_END_US)
		machine.clock->ops->timer_arm(machine.clock, &order->timer,
					      order->timer.due_ns + order->again_us * US);
}

static void order_at(jscope_ns at_us, struct order order)
{
	struct order *place = &orders[order_count++];

	*place = order;
	place->timer = (struct jscope__timer){ .fire = order_fire, .state = place };
	machine.clock->ops->timer_arm(machine.clock, &place->timer,
				      JSCOPE__SIM_BEGIN_NS + at_us * US);
}

#define INTERRUPT ((struct order){ 0 })

static void run_until(jscope_ns at_us)
{
	while (jscope__sim_advance(sim, JSCOPE__SIM_BEGIN_NS + at_us * US))
		;
}

static int set_up(void **state)
{
	(void)state;
	capture_start();
	happened_count = 0;
	order_count = 0;
	law_count = 0;
	assert_int_equal(jscope__sim_create(2, &machine, &sim), 0);
	line = (struct jscope__line){ .number = 16, .dev = 1, .isr = isr, .state = (void *)"isr" };
	constant(&line.dispatch_delay, 10);
	dpc_make(&dpc, JSCOPE__DPC_ORDINARY, "dpc", 50);
	dpc_make(&threaded, JSCOPE__DPC_THREADED, "threaded", 40);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	jscope__sim_destroy(sim);
	return 0;
}

static void test_isr_delays_dpc(void **state)
{
	(void)state;
	order_at(0, (struct order){ .dpc = &dpc });
	order_at(20, INTERRUPT);
	run_until(1000);
	assert_int_equal(happened_count, 2);
	expect(0, "isr", 30);
	expect(1, "dpc", 60);
}

static unsigned calls_left;

static void routine_in_parts(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)argument;
	happen(state);
	context->more_ns = calls_left-- > 0 ? 30 * US : 0;
}

/* A routine that goes on is one run: what interrupts it delays the rest, and it leaves once. */
static void test_dpc_goes_on(void **state)
{
	(void)state;
	dpc.routine = routine_in_parts;
	calls_left = 2;
	order_at(0, (struct order){ .dpc = &dpc });
	order_at(60, INTERRUPT);
	run_until(1000);
	assert_int_equal(happened_count, 4);
	expect(0, "dpc", 50);
	expect(1, "isr", 70);
	expect(2, "dpc", 90);
	expect(3, "dpc", 120);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_entry), 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_dpc_exit), 1);
}

static void test_other_cpu_is_free(void **state)
{
	(void)state;
	line.cpu = 1;
	order_at(0, (struct order){ .dpc = &dpc });
	order_at(20, INTERRUPT);
	run_until(1000);
	expect(0, "isr", 30);
	expect(1, "dpc", 50);
}

static void test_interrupts_wait_in_order(void **state)
{
	(void)state;
	order_at(0, INTERRUPT);
	order_at(3, INTERRUPT);
	order_at(4, INTERRUPT);
	run_until(1000);
	expect(0, "isr", 10);
	expect(1, "isr", 20);
	expect(2, "isr", 30);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_entry)->as.irq_entry.seq, 3);
}

static void test_dpc_interrupts_threaded(void **state)
{
	(void)state;
	order_at(0, (struct order){ .dpc = &threaded });
	order_at(30, (struct order){ .dpc = &dpc });
	order_at(40, INTERRUPT);
	run_until(1000);
	expect(0, "isr", 50);
	expect(1, "dpc", 90);
	expect(2, "threaded", 100);
}

static void test_dpc_waits_for_its_delay(void **state)
{
	(void)state;
	constant(&dpc.queue_delay, 200);
	order_at(0, (struct order){ .dpc = &dpc });
	run_until(1000);
	expect(0, "dpc", 250);
}

static void test_stall_delays_all(void **state)
{
	(void)state;
	order_at(0, (struct order){ .dpc = &dpc });
	order_at(20, (struct order){ .stall_us = 1000 });
	order_at(500, INTERRUPT);
	run_until(5000);
	expect(0, "isr", 1030);
	expect(1, "dpc", 1060);
}

/* A storm that no CPU can serve is counted, not kept for ever. */
static void test_too_many_interrupts(void **state)
{
	struct jscope__context context = { .machine = &machine };

	(void)state;
	for (int i = 0; i < 1000; i++)
		jscope__line_assert(&context, &line, jscope__machine_now(&machine), 0);
	assert_int_equal(jscope__sim_refused(sim), 1000 - 256);
}

/* Tasks */

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		TEST(test_isr_delays_dpc),
		TEST(test_dpc_goes_on),
		TEST(test_other_cpu_is_free),
		TEST(test_interrupts_wait_in_order),
		TEST(test_dpc_interrupts_threaded),
		TEST(test_dpc_waits_for_its_delay),
		TEST(test_stall_delays_all),
		TEST(test_too_many_interrupts),
		TEST(test_dpc_interrupts_task),
		TEST(test_higher_priority_goes_first),
		TEST(test_equal_priority_waits),
		TEST(test_wake_has_its_delay),
		TEST(test_drain_lets_time_pass),
		TEST(test_settle_serves_interrupts),
		TEST(test_settle_waits_for_what_is_later),
		TEST(test_stop),
		TEST(test_stop_ends_what_holds_itself_up),
		TEST(test_stop_waits_for_what_comes_to_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
