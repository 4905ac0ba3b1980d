/* The CPUs of the simulated clock: who interrupts whom, and what that costs to the nanosecond. */
#include "../cmocka_all.h"
#include "device_capture.h"
#include "sim_course.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		COURSE(test_isr_delays_dpc),	      COURSE(test_dpc_goes_on),
		COURSE(test_other_cpu_is_free),	      COURSE(test_interrupts_wait_in_order),
		COURSE(test_dpc_interrupts_threaded), COURSE(test_dpc_waits_for_its_delay),
		COURSE(test_stall_delays_all),	      COURSE(test_too_many_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
