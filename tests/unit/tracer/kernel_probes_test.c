/* Our programs record what happens in this kernel. */
#include "kernel_probes_rig.h"

#include "../cmocka_all.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "kernel_probes_work.h"
#include "probes/kernel_vocabulary.h"
#include "probes_cost.h"

#define SLEEPS 20

static void sleep_as_child(void *state)
{
	(void)state;
	rig_child(work_sleep, &(int){ SLEEPS });
}

static bool is_waking(const struct rig_record *record)
{
	const struct jscope_kernel_sched_waking *waking = RIG_BODY(record);

	return record->head->id == JSCOPE_KERNEL_EVENT_sched_waking && rig_is_work(waking->comm);
}

static bool is_switch(const struct rig_record *record)
{
	const struct jscope_kernel_sched_switch *body = RIG_BODY(record);

	return record->head->id == JSCOPE_KERNEL_EVENT_sched_switch && rig_is_work(body->next_comm);
}

/* Wakings of the thread that a switch to it follows before the next. */
static unsigned wakes_count(const struct rig *rig)
{
	unsigned count = 0;
	bool woken = false;

	for (size_t i = 0; i < rig->record_count; i++) {
		if (is_waking(&rig->records[i]))
			woken = true;
		if (!is_switch(&rig->records[i]))
			continue;
		count += woken;
		woken = false;
	}
	return count;
}

static void a_sleeper_is_woken_and_runs(enum jscope_kernel_sched sched)
{
	struct rig *rig = rig_create(GROUP(WAKE) | GROUP(SWITCH));

	rig->filter.sched = sched;
	rig_run(rig, sleep_as_child, NULL);
	assert_true(wakes_count(rig) >= RIG_MOST(SLEEPS));
	rig_destroy(rig);
}

static void a_sleeper_is_woken_and_runs_among_all(void **state)
{
	(void)state;
	a_sleeper_is_woken_and_runs(JSCOPE_KERNEL_SCHED_ALL);
}

static void a_sleeper_is_woken_and_runs_in_chains(void **state)
{
	(void)state;
	a_sleeper_is_woken_and_runs(JSCOPE_KERNEL_SCHED_CHAIN);
}

static void names_priorities_and_states_are_told(void **state)
{
	struct rig *rig = rig_create(GROUP(SWITCH));
	size_t at = 0;
	unsigned asleep = 0, dead = 0;
	const struct rig_record *record;

	(void)state;
	rig_run(rig, sleep_as_child, NULL);
	while ((record = rig_next(rig, JSCOPE_KERNEL_EVENT_sched_switch, &at))) {
		const struct jscope_kernel_sched_switch *body = RIG_BODY(record);

		if (!rig_is_work(body->prev_comm))
			continue;
		assert_int_equal(body->prev_prio, 20 + getpriority(PRIO_PROCESS, 0));
		asleep += body->prev_state == 1;
		dead += body->prev_state == 16 || body->prev_state == 32;
	}
	assert_true(asleep >= RIG_MOST(SLEEPS));
	assert_true(dead <= 1);
	rig_destroy(rig);
}

static void ping_pong_as_child(void *state)
{
	(void)state;
	rig_child(work_ping_pong, NULL);
}

static void threads_that_wake_each_other_are_in_no_chain(void **state)
{
	struct rig *rig = rig_create(GROUP(WAKE) | GROUP(SWITCH));

	(void)state;
	rig->filter.sched = JSCOPE_KERNEL_SCHED_CHAIN;
	rig_run(rig, ping_pong_as_child, NULL);
	assert_true(wakes_count(rig) < WORK_PING_PONGS / 10);
	rig_destroy(rig);

	rig = rig_create(GROUP(WAKE) | GROUP(SWITCH));
	rig_run(rig, ping_pong_as_child, NULL);
	assert_true(wakes_count(rig) >= WORK_PING_PONGS / 2);
	rig_destroy(rig);
}

/* A thread that the trace shows running was not woken meanwhile, as replay takes it. */
static void chains_show_threads_leave_before_they_are_woken(void **state)
{
	struct rig *rig = rig_create(GROUP(WAKE) | GROUP(SWITCH));
	bool shown[RIG_CPUS] = { false };
	unsigned wakings = 0, hidden = 0;

	(void)state;
	rig->filter.sched = JSCOPE_KERNEL_SCHED_CHAIN;
	rig_run(rig, sleep_as_child, NULL);
	for (size_t i = 0; i < rig->record_count; i++) {
		const struct rig_record *record = &rig->records[i];

		if (record->head->id == JSCOPE_KERNEL_EVENT_sched_switch) {
			const struct jscope_kernel_sched_switch *body = RIG_BODY(record);

			shown[record->cpu] = rig_is_work(body->next_comm);
		} else if (record->head->id == JSCOPE_KERNEL_EVENT_sched_waking) {
			const struct jscope_kernel_sched_waking *body = RIG_BODY(record);

			wakings += rig_is_work(body->comm);
			for (int cpu = 0; cpu < RIG_CPUS; cpu++)
				hidden += rig_is_work(body->comm) && shown[cpu];
		}
	}
	assert_true(wakings >= RIG_MOST(SLEEPS));
	assert_true(hidden <= wakings / 10);
	rig_destroy(rig);
}

/*
 * Interrupts of the CPUs' own timers so far. Some virtual machines have none, since their timers
 * interrupt otherwise.
 */
static unsigned long long local_timer_interrupts(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	unsigned long long sum = 0, count;
	char word[64] = "";

	while (file && fscanf(file, "%63s", word) == 1 && strcmp(word, "LOC:") != 0)
		;
	while (file && fscanf(file, "%llu", &count) == 1)
		sum += count;
	if (file)
		fclose(file);
	return sum;
}

static void timers_and_their_interrupts_are_recorded(void **state)
{
	const unsigned long long before = local_timer_interrupts();
	struct rig *rig = rig_create(GROUP(HRTIMER) | GROUP(HRTIMER_START) | GROUP(LOCAL_TIMER) |
				     GROUP(SOFTIRQ));
	size_t at = 0;
	const struct rig_record *record;

	(void)state;
	rig_run(rig, sleep_as_child, NULL);
	assert_true(rig_count(rig, JSCOPE_KERNEL_EVENT_timer_hrtimer_start) >= RIG_MOST(SLEEPS));
	assert_true(rig_count(rig, JSCOPE_KERNEL_EVENT_timer_hrtimer_expire_exit) >=
		    RIG_MOST(SLEEPS));
	if (local_timer_interrupts() > before)
		assert_true(rig_count(rig, JSCOPE_KERNEL_EVENT_x86_irq_vectors_local_timer_entry) >
			    0);
	assert_true(rig_count(rig, JSCOPE_KERNEL_EVENT_irq_softirq_entry) > 0);
	while ((record = rig_next(rig, JSCOPE_KERNEL_EVENT_timer_hrtimer_expire_entry, &at))) {
		const struct jscope_kernel_timer_hrtimer_expire_entry *body = RIG_BODY(record);

		assert_true(body->hrtimer && body->function);
		assert_true(body->now >= body->softexpires);
	}
	rig_destroy(rig);
}

/* Every entry of a CPU has its exit, but for the first and the last. */
static void handlers_end_as_often_as_they_begin(void **state)
{
	struct rig *rig = rig_create(GROUP(IRQ) | GROUP(SOFTIRQ) | GROUP(WORKQUEUE));
	static const enum jscope_kernel_event pairs[][2] = {
		{ JSCOPE_KERNEL_EVENT_irq_handler_entry, JSCOPE_KERNEL_EVENT_irq_handler_exit },
		{ JSCOPE_KERNEL_EVENT_irq_softirq_entry, JSCOPE_KERNEL_EVENT_irq_softirq_exit },
		{ JSCOPE_KERNEL_EVENT_workqueue_execute_start,
		  JSCOPE_KERNEL_EVENT_workqueue_execute_end },
	};
	const long apart = 64 + 2 * sysconf(_SC_NPROCESSORS_ONLN);

	(void)state;
	rig_run(rig, sleep_as_child, NULL);
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const long begun = (long)rig_count(rig, pairs[i][0]);
		const long ended = (long)rig_count(rig, pairs[i][1]);

		assert_in_range(begun - ended + apart + begun / 4, 0, 2 * apart + begun / 2);
	}
	rig_destroy(rig);
}

static bool has_all(const struct rig *rig, uint32_t groups)
{
	const struct jscope_kernel_event_desc *event;

	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++)
		if (groups >> event->group & 1 &&
		    !jscope__kernel_probes_has(rig->probes, (enum jscope_kernel_event)id))
			return false;
	return true;
}

/* What is missing is told, and what is not missing is there. */
static void what_is_missing_is_told(void **state)
{
	struct rig *rig = rig_create(UINT32_MAX & ~GROUP(TOLD));
	/* The last are of x86. */
	const uint32_t sound = GROUP(PCM) | GROUP(MIDI), old = GROUP(TASKLET) | GROUP(LOCAL_TIMER);

	(void)state;
	rig_run(rig, sleep_as_child, NULL);
	assert_true(has_all(rig, UINT32_MAX & ~GROUP(TOLD) & ~sound & ~old));
	if (has_all(rig, UINT32_MAX & ~GROUP(TOLD)))
		assert_int_equal(jscope__kernel_probes_missing(rig->probes), 0);
	else
		assert_true(rig->sentence_count > 0 &&
			    jscope__kernel_probes_missing(rig->probes) > 0);
	rig_destroy(rig);
}

/* On a machine that is busy otherwise the difference of two times may be none. */
static void what_a_probe_costs_is_measured(void **state)
{
	uint64_t cost_ns = 0;
	uint32_t own_tgid, cpu_count;

	(void)state;
	assert_int_equal(jscope__kernel_probes_cpus_possible(&cpu_count), 0);
	for (int i = 0; i < 10 && cost_ns < 20; i++)
		assert_int_equal(jscope__kernel_cost_measure(cpu_count, &own_tgid, &cost_ns), 0);
	assert_in_range(cost_ns, 20, 50000);
}

static uint64_t cpu_lost(const struct rig *rig, uint32_t cpu)
{
	uint64_t lost = 0;

	for (int event = 0; event < JSCOPE_KERNEL_EVENT_COUNT; event++)
		lost += jscope__kernel_probes_lost(rig->probes, cpu, event);
	return lost;
}

static void visit_as_child(void *state)
{
	(void)state;
	rig_child(work_visit_cpus, NULL);
}

static void what_has_no_room_is_counted(void **state)
{
	struct rig *rig = rig_create(GROUP(SWITCH) | GROUP(WAKE));
	uint64_t before[RIG_CPUS] = { 0 }, lost = 0;
	cpu_set_t visited;

	(void)state;
	rig->settings.ring_bytes = (size_t)sysconf(_SC_PAGESIZE);
	rig_run(rig, ping_pong_as_child, NULL);
	assert_true(rig_lost(rig, JSCOPE_KERNEL_EVENT_sched_switch) > 0);
	assert_true(rig_lost(rig, JSCOPE_KERNEL_EVENT_sched_waking) > 0);
	assert_int_equal(sched_getaffinity(0, sizeof visited, &visited), 0);
	for (uint32_t cpu = 0; cpu < RIG_CPUS; cpu++)
		if (CPU_ISSET(cpu, &visited))
			lost += before[cpu] = cpu_lost(rig, cpu);
	assert_true(lost > WORK_PING_PONGS);

	/* The rings are empty again: what comes now tells of the loss before it. */
	rig_run(rig, visit_as_child, NULL);
	assert_true(rig->record_count > 0);
	for (size_t i = 0; i < rig->record_count; i++) {
		const struct rig_record *record = &rig->records[i];

		assert_in_range(record->head->lost, before[record->cpu],
				cpu_lost(rig, record->cpu));
		lost -= before[record->cpu];
		before[record->cpu] = 0;
	}
	assert_int_equal(lost, 0);
	rig_destroy(rig);
}

static void nothing_comes_after_detaching(void **state)
{
	struct rig *rig = rig_create(GROUP(SWITCH) | GROUP(WAKE));

	(void)state;
	rig_run(rig, sleep_as_child, NULL);
	assert_true(rig->record_count > 0);
	sleep_as_child(NULL);
	rig_take(rig);
	assert_int_equal(rig->record_count, 0);
	rig_destroy(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sleeper_is_woken_and_runs_among_all),
		cmocka_unit_test(a_sleeper_is_woken_and_runs_in_chains),
		cmocka_unit_test(names_priorities_and_states_are_told),
		cmocka_unit_test(threads_that_wake_each_other_are_in_no_chain),
		cmocka_unit_test(chains_show_threads_leave_before_they_are_woken),
		cmocka_unit_test(timers_and_their_interrupts_are_recorded),
		cmocka_unit_test(handlers_end_as_often_as_they_begin),
		cmocka_unit_test(what_is_missing_is_told),
		cmocka_unit_test(what_a_probe_costs_is_measured),
		cmocka_unit_test(what_has_no_room_is_counted),
		cmocka_unit_test(nothing_comes_after_detaching),
	};

	rig_need_rights();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
