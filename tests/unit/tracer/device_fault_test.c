/* When faults strike, and what forged records look like. */
#include "../cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "device_capture.h"
#include "device_clock_fake.h"
#include "dpc.h"
#include "fault.h"
#include "forge.h"
#include "kevent.h"
#include "line.h"
#include "task.h"

#define MS JSCOPE_NS_PER_MS

struct fixture {
	struct fake_clock fake;
	struct jscope_scenario scenario;
	struct jscope__context context;
};

static int dev_of(void *state, const char *name)
{
	(void)state;
	return strcmp(name, "second") == 0 ? 2 : -ENOENT;
}

static int set_up(void **state)
{
	static struct fixture f;

	memset(&f.scenario, 0, sizeof f.scenario);
	fake_clock_init(&f.fake, 1);
	f.fake.now_ns = 1000 * MS;
	f.context = fake_context(&f.fake, JSCOPE__IRQL_DEVICE);
	capture_start();
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	jscope__faults_destroy(f->fake.machine.faults);
	f->fake.machine.faults = NULL;
	return 0;
}

static struct jscope_fault_settings *schedule(struct fixture *f, enum jscope_fault_kind kind)
{
	struct jscope_fault_settings *fault = &f->scenario.faults[f->scenario.fault_count++];

	fault->kind = kind;
	fault->chance = 1;
	fault->at_ns = 100 * MS;
	fault->count = 1;
	fault->length_ns = 15 * MS;
	return fault;
}

static void begin(struct fixture *f)
{
	assert_int_equal(jscope__faults_create(&f->scenario, 1, f->fake.now_ns, dev_of, NULL,
					       &f->fake.machine.faults),
			 0);
}

/* How often it strikes device `dev` when it is asked every ms from `from` on, up to `to`. */
static unsigned strikes(struct fixture *f, uint32_t dev, jscope_ns from, jscope_ns to)
{
	unsigned count = 0;

	for (f->fake.now_ns = 1000 * MS + from; f->fake.now_ns < 1000 * MS + to;
	     f->fake.now_ns += MS)
		count +=
			jscope__fault_strike(&f->context, dev, JSCOPE_FAULT_drop_interrupt) != NULL;
	return count;
}

static void strikes_once_at_its_instant(void **state)
{
	struct fixture *f = *state;

	schedule(f, JSCOPE_FAULT_drop_interrupt);
	begin(f);
	assert_int_equal(strikes(f, 1, 0, 100 * MS), 0);
	assert_int_equal(strikes(f, 1, 100 * MS, 101 * MS), 1);
	assert_int_equal(strikes(f, 1, 101 * MS, 500 * MS), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_fault), 1);
	assert_null(jscope__fault_strike(&f->context, 1, JSCOPE_FAULT_delay_dpc));
}

static void strikes_again_and_again(void **state)
{
	struct fixture *f = *state;
	struct jscope_fault_settings *fault = schedule(f, JSCOPE_FAULT_drop_interrupt);

	fault->every_ns = 50 * MS;
	fault->count = 3;
	begin(f);
	assert_int_equal(strikes(f, 1, 0, 151 * MS), 2);
	/* opportunities that nobody took are not made up for */
	assert_int_equal(strikes(f, 1, 400 * MS, 449 * MS), 1);
	assert_int_equal(strikes(f, 1, 449 * MS, 900 * MS), 0);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_fault)->as.truth_fault.number, 3);
}

static bool strikes_at(struct fixture *f, jscope_ns now_ns)
{
	f->fake.now_ns = 1000 * MS + now_ns;
	return jscope__fault_strike(&f->context, 1, JSCOPE_FAULT_drop_interrupt) != NULL;
}

/*
 * Opportunities are far apart, the instants of a series dense: after a strike the next instant is the
 * first of the series that is still ahead, be there thousands of millions in between.
 */
static void dense_series_keeps_its_instants(void **state)
{
	static const struct {
		jscope_ns every_ns, struck_ns, next_ns; /* the first one at 100 ms */
	} cases[] = {
		{ 1, 100 * MS, 100 * MS + 1 },
		{ 1, 5000 * MS, 5000 * MS + 1 },
		{ 7, 100 * MS, 100 * MS + 7 },
		{ 7, 100 * MS + 6, 100 * MS + 7 },
		{ 7, 100 * MS + 7, 100 * MS + 14 },
		{ 7, 100 * MS + 8, 100 * MS + 14 },
		{ 1000, 3600000 * MS + 999, 3600000 * MS + 1000 },
		{ 10 * MS, 130 * MS, 140 * MS },
		{ 10 * MS, 139 * MS, 140 * MS },
		{ 5000 * MS, 101 * MS, 5100 * MS },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct jscope_fault_settings *fault;

		f->scenario.fault_count = 0;
		f->fake.now_ns = 1000 * MS;
		fault = schedule(f, JSCOPE_FAULT_drop_interrupt);
		fault->every_ns = cases[i].every_ns;
		fault->count = 0;
		begin(f);
		assert_true(strikes_at(f, cases[i].struck_ns));
		/* Not again at the same instant, nor before its time. */
		assert_false(strikes_at(f, cases[i].struck_ns));
		assert_false(strikes_at(f, cases[i].next_ns - 1));
		assert_true(strikes_at(f, cases[i].next_ns));
		jscope__faults_destroy(f->fake.machine.faults);
		f->fake.machine.faults = NULL;
	}
}

/* A series that would go beyond the end of time has no further instant. */
static void series_ends_with_time(void **state)
{
	struct fixture *f = *state;
	struct jscope_fault_settings *fault = schedule(f, JSCOPE_FAULT_drop_interrupt);

	fault->every_ns = INT64_MAX;
	fault->count = 0;
	begin(f);
	assert_true(strikes_at(f, 200 * MS));
	assert_false(strikes_at(f, INT64_MAX - 1001 * MS));
}

/* It strikes and is told, but takes no time any more. */
static void length_is_over_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct jscope_fault_settings *fault = schedule(f, JSCOPE_FAULT_stretch_isr);

	fault->at_ns = 0;
	fault->count = 2;
	begin(f);
	assert_int_equal(jscope__fault_delay(&f->context, 1, JSCOPE_FAULT_stretch_isr), 15 * MS);
	atomic_store(&f->fake.machine.ending, true);
	assert_int_equal(jscope__fault_delay(&f->context, 1, JSCOPE_FAULT_stretch_isr), 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_fault), 2);
}

static void strikes_its_device_only(void **state)
{
	struct fixture *f = *state;
	struct jscope_fault_settings *fault = schedule(f, JSCOPE_FAULT_drop_interrupt);

	strcpy(fault->device, "second");
	begin(f);
	assert_int_equal(strikes(f, 1, 100 * MS, 110 * MS), 0);
	assert_int_equal(strikes(f, 2, 110 * MS, 120 * MS), 1);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_truth_fault)->as.truth_fault.dev, 2);
}

static void strikes_by_chance(void **state)
{
	struct fixture *f = *state;
	struct jscope_fault_settings *fault = schedule(f, JSCOPE_FAULT_drop_interrupt);

	fault->chance = 0.1;
	fault->count = 0;
	begin(f);
	assert_in_range(strikes(f, 1, 100 * MS, 10100 * MS), 930, 1070);
}

static void holds_for_its_length(void **state)
{
	struct fixture *f = *state;
	struct jscope_fault_settings *fault = schedule(f, JSCOPE_FAULT_delay_dpc);
	unsigned held = 0;

	fault->every_ns = 100 * MS;
	fault->count = 2;
	begin(f);
	for (f->fake.now_ns = 1000 * MS; f->fake.now_ns < 1500 * MS; f->fake.now_ns += MS)
		held += jscope__fault_holds(&f->context, 1, JSCOPE_FAULT_delay_dpc) != NULL;
	assert_int_equal(held, 2 * 15);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_truth_fault), 2);
}

static bool claim(struct jscope__context *context, void *state,
		  const struct jscope__interrupt *interrupt)
{
	(void)context;
	(void)state;
	(void)interrupt;
	return true;
}

static void dropped_interrupt_leaves_a_gap(void **state)
{
	struct fixture *f = *state;
	struct jscope__line line = { .number = 16, .dev = 1, .isr = claim };

	schedule(f, JSCOPE_FAULT_drop_interrupt)->at_ns = 0;
	begin(f);
	jscope__line_assert(&f->context, &line, 1000 * MS, 1);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_irq_entry), 0);
	jscope__line_assert(&f->context, &line, 1010 * MS, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_irq_entry)->as.irq_entry.seq, 2);
}

static void lost_wakeup_leaves_the_flag_down(void **state)
{
	struct fixture *f = *state;
	struct jscope__kevent event = { .id = 1 };
	struct jscope__task task = { .name = "waiter" };

	schedule(f, JSCOPE_FAULT_lose_wakeup)->at_ns = 0;
	begin(f);
	jscope__machine_lock(&f->fake.machine);
	jscope__kevent_wait_begin(&f->context, &event, &task);
	assert_false(jscope__kevent_set(&f->context, &event, 1));
	assert_false(event.signalled);
	assert_int_equal(f->fake.wake_count, 0);
	assert_false(jscope__kevent_set(&f->context, &event, 2));
	assert_int_equal(f->fake.wake_count, 1);
	jscope__machine_unlock(&f->fake.machine);
}

static void nothing(struct jscope__context *context, void *state, uint64_t argument)
{
	(void)context;
	(void)state;
	(void)argument;
}

static void delayed_dpc_is_ready_later(void **state)
{
	struct fixture *f = *state;
	struct jscope__dpc dpc = { .id = 5, .routine = nothing };

	schedule(f, JSCOPE_FAULT_delay_dpc)->at_ns = 0;
	begin(f);
	jscope__dpc_insert(&f->context, &dpc, 1, 1);
	assert_int_equal(jscope__dpc_ready_ns(&f->fake.machine, 0, false), 1015 * MS);
	fake_clock_run_dpcs(&f->fake);
	jscope__dpc_insert(&f->context, &dpc, 2, 2);
	assert_int_equal(jscope__dpc_ready_ns(&f->fake.machine, 0, false), 1000 * MS);
	fake_clock_run_dpcs(&f->fake);
	assert_int_equal(jscope__dpc_ready_ns(&f->fake.machine, 0, false), INT64_MAX);
}

static void stretched_routine_takes_longer_once(void **state)
{
	struct fixture *f = *state;
	struct jscope__line line = { .number = 16, .dev = 1, .isr = claim };
	const struct jscope__interrupt interrupt = { .line = &line, .seq = 1 };
	struct jscope__service service;

	schedule(f, JSCOPE_FAULT_stretch_isr)->at_ns = 0;
	begin(f);
	jscope__line_enter(&f->fake.machine, &interrupt, 0, 1, &service);
	assert_int_equal(service.delay_ns, 15 * MS);
	jscope__line_enter(&f->fake.machine, &interrupt, 0, 1, &service);
	assert_int_equal(service.delay_ns, 0);
}

static void stretched_dpc_takes_longer_once(void **state)
{
	struct fixture *f = *state;
	struct jscope__dpc dpc = { .id = 5, .dev = 1, .routine = nothing };
	struct jscope__execution execution;

	schedule(f, JSCOPE_FAULT_stretch_dpc)->at_ns = 0;
	begin(f);
	for (unsigned i = 0; i < 2; i++) {
		jscope__dpc_insert(&f->context, &dpc, i + 1, 0);
		assert_true(jscope__dpc_enter(&f->fake.machine, 0, false, 1, &execution));
		assert_int_equal(execution.delay_ns, i == 0 ? 15 * MS : 0);
		jscope__dpc_run(&execution);
	}
}

static void forged_record_differs_once(void **state)
{
	struct fixture *f = *state;

	schedule(f, JSCOPE_FAULT_alloc_raised)->at_ns = 0;
	begin(f);
	jscope__forge_install(&f->fake.machine, &f->scenario);
	JSCOPE_PROBE(wrt_alloc, .dev = 1, .stream = 77, .actual = 3840);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc.irql, 2);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc.stream, 77);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc.actual, 3840);
	JSCOPE_PROBE(wrt_alloc, .dev = 1, .stream = 78);
	assert_int_equal(capture_last_of(JSCOPE_EVENT_wrt_alloc)->as.wrt_alloc.irql, 0);
	assert_int_equal(capture_count_of(JSCOPE_EVENT_wrt_alloc), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(strikes_once_at_its_instant, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strikes_again_and_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dense_series_keeps_its_instants, set_up, tear_down),
		cmocka_unit_test_setup_teardown(series_ends_with_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(length_is_over_at_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strikes_its_device_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strikes_by_chance, set_up, tear_down),
		cmocka_unit_test_setup_teardown(holds_for_its_length, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dropped_interrupt_leaves_a_gap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lost_wakeup_leaves_the_flag_down, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(delayed_dpc_is_ready_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stretched_routine_takes_longer_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(stretched_dpc_takes_longer_once, set_up, tear_down),
		/* Last: what it installs stays. */
		cmocka_unit_test_setup_teardown(forged_record_differs_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
