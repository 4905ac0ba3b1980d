/* The simulated clock: occasions, timers, and the operations that device code calls. */
#include "sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim_private.h"

/* How long what is left over may go on after the tasks have ended. */
#define DRY_NS JSCOPE_NS_PER_SEC

static struct jscope__sim *sim_of(struct jscope__clock *clock)
{
	return (struct jscope__sim *)clock;
}

void jscope__sim_occasion(struct jscope__sim *sim, enum jscope__occasion_kind kind, void *object,
			  size_t *place, jscope_ns due_ns)
{
	const int error = jscope__occasions_put(&sim->occasions, kind, object, place, due_ns);

	if (error)
		sim->error = error;
}

/* Occasions */

static void set_device_present(struct jscope__sim *sim)
{
	static const char procname[JSCOPE__PROCNAME_SIZE] = "jscope-dev";

	sim->present.cpu = 0;
	sim->present.tid = JSCOPE__SIM_TID_DEVICE;
	sim->present.procname = procname;
}

static void timer_fire(struct jscope__sim *sim, struct jscope__timer *timer)
{
	struct jscope__context context = { .machine = sim->machine,
					   .irql = JSCOPE__IRQL_DEVICE,
					   .tid = JSCOPE__SIM_TID_DEVICE };

	set_device_present(sim);
	timer->armed = false;
	timer->firing = true;
	timer->fire(&context, timer->state);
	timer->firing = false;
}

void jscope__sim_do_first(struct jscope__sim *sim)
{
	const struct jscope__occasion occasion = *jscope__occasions_first(&sim->occasions);

	if (occasion.due_ns > sim->present.time_ns)
		sim->present.time_ns = occasion.due_ns;
	jscope__occasions_remove(&sim->occasions, occasion.place);
	switch (occasion.kind) {
	case JSCOPE__OCCASION_TIMER:
		timer_fire(sim, occasion.object);
		break;
	case JSCOPE__OCCASION_CPU:
		jscope__sim_cpu_attend(occasion.object);
		break;
	case JSCOPE__OCCASION_TASK:
		jscope__sim_task_ready(occasion.object);
		break;
	}
}

/* Who was running runs on; only the time stays what it is. */
static void thread_restore(struct jscope__sim *sim, const struct jscope__present *before)
{
	sim->present.cpu = before->cpu;
	sim->present.tid = before->tid;
	sim->present.procname = before->procname;
}

/* What has not come to rest by itself so long after the end takes no more time. */
static void hurry(struct jscope__sim *sim)
{
	if (sim->present.time_ns > jscope_add_sat(sim->end_ns, DRY_NS))
		atomic_store(&sim->machine->ending, true);
}

/*
 * Time goes on inside a call of a task or DPC, until `is_done`. What then happens on its own CPU is
 * not seen by whoever attends to that CPU already, hence the change of `attended`.
 */
static void go_on_until(struct jscope__sim *sim,
			bool (*is_done)(const struct jscope__sim *sim, const void *state),
			const void *state)
{
	const struct jscope__present before = sim->present;
	struct jscope__sim_cpu *attended = sim->attended;

	sim->attended = NULL;
	if (attended && !is_done(sim, state))
		jscope__sim_cpu_kick(attended);
	while (!is_done(sim, state) && sim->occasions.count > 0) {
		jscope__sim_do_first(sim);
		hurry(sim);
	}
	sim->attended = attended;
	thread_restore(sim, &before);
}

/* The operations */

static jscope_ns sim_now(struct jscope__clock *clock)
{
	return jscope__sim_now(sim_of(clock));
}

static jscope_ns sim_stamp(struct jscope__clock *clock)
{
	const struct jscope__present *present = &sim_of(clock)->present;

	return present->stamp_ns == JSCOPE_NS_UNKNOWN ? present->time_ns : present->stamp_ns;
}

/* One thread needs no lock. */
static void sim_lock(struct jscope__clock *clock)
{
	(void)clock;
}

static void sim_timer_arm(struct jscope__clock *clock, struct jscope__timer *timer,
			  jscope_ns due_ns)
{
	timer->due_ns = due_ns;
	timer->armed = true;
	jscope__sim_occasion(sim_of(clock), JSCOPE__OCCASION_TIMER, timer, &timer->place, due_ns);
}

static bool sim_timer_cancel(struct jscope__clock *clock, struct jscope__timer *timer)
{
	timer->armed = false;
	return jscope__occasions_remove(&sim_of(clock)->occasions, &timer->place);
}

/* The interrupts that have been accepted by some instant. */
struct marks {
	uint64_t accepted[JSCOPE__CPUS_MAX];
};

static bool are_served(const struct jscope__sim *sim, const void *state)
{
	const struct marks *marks = state;

	for (uint32_t i = 0; i < sim->machine->cpu_count; i++)
		if (sim->cpus[i].served_count < marks->accepted[i])
			return false;
	return true;
}

static bool is_settled(const struct jscope__sim *sim, const void *state)
{
	const struct jscope__timer *timer = state;

	(void)sim;
	return !timer->armed && !timer->firing;
}

static void timer_fire_now(struct jscope__sim *sim, struct jscope__timer *timer)
{
	const struct jscope__present before = sim->present;

	jscope__occasions_remove(&sim->occasions, &timer->place);
	timer_fire(sim, timer);
	thread_restore(sim, &before);
}

/*
 * The timer fires at once; where it is then armed for later, until then. What it interrupts is served
 * as it would be live, where the routine is over before `fire` returns.
 */
static void sim_timer_settle(struct jscope__clock *clock, struct jscope__timer *timer)
{
	struct jscope__sim *sim = sim_of(clock);
	struct marks marks;

	if (timer->armed)
		timer_fire_now(sim, timer);
	go_on_until(sim, is_settled, timer);
	for (uint32_t i = 0; i < sim->machine->cpu_count; i++)
		marks.accepted[i] = sim->cpus[i].accepted_count;
	go_on_until(sim, are_served, &marks);
}

static void sim_interrupt(struct jscope__clock *clock, const struct jscope__interrupt *interrupt)
{
	struct jscope__sim *sim = sim_of(clock);
	struct jscope__sim_cpu *cpu = &sim->cpus[interrupt->line->cpu];
	const unsigned place =
		(cpu->interrupt_first + cpu->interrupt_count) % JSCOPE__SIM_INTERRUPTS;

	if (cpu->interrupt_count == JSCOPE__SIM_INTERRUPTS) {
		sim->refused_count++;
		return;
	}
	cpu->interrupts[place] = *interrupt;
	cpu->interrupt_count++;
	cpu->accepted_count++;
	jscope__sim_cpu_kick(cpu);
}

static void sim_kick(struct jscope__clock *clock, uint32_t cpu)
{
	jscope__sim_cpu_kick(&sim_of(clock)->cpus[cpu]);
}

static bool is_drained(const struct jscope__sim *sim, const void *state)
{
	const struct jscope__dpc *dpc = state;

	(void)sim;
	return !dpc->queued && dpc->running_count == 0;
}

static void sim_drain(struct jscope__clock *clock, struct jscope__dpc *dpc)
{
	go_on_until(sim_of(clock), is_drained, dpc);
}

static void sim_wake(struct jscope__clock *clock, struct jscope__task *task)
{
	(void)clock;
	jscope__sim_task_wake(task->clock_data);
}

static const struct jscope__clock_ops sim_ops = {
	.is_virtual = true,
	.now = sim_now,
	.stamp = sim_stamp,
	.lock = sim_lock,
	.unlock = sim_lock,
	.timer_arm = sim_timer_arm,
	.timer_cancel = sim_timer_cancel,
	.timer_settle = sim_timer_settle,
	.interrupt = sim_interrupt,
	.kick = sim_kick,
	.drain = sim_drain,
	.wake = sim_wake,
};

/* Life */

int jscope__sim_create(uint32_t cpu_count, struct jscope__machine *machine,
		       struct jscope__sim **ret_sim)
{
	struct jscope__sim *sim = calloc(1, sizeof *sim);

	if (!sim)
		return -ENOMEM;
	sim->clock.ops = &sim_ops;
	sim->machine = machine;
	sim->present.time_ns = JSCOPE__SIM_BEGIN_NS;
	sim->end_ns = INT64_MAX;
	sim->present.stamp_ns = JSCOPE_NS_UNKNOWN;
	set_device_present(sim);
	jscope__machine_init(machine, &sim->clock, cpu_count);
	for (uint32_t i = 0; i < cpu_count; i++)
		jscope__sim_cpu_init(&sim->cpus[i], sim, i);
	*ret_sim = sim;
	return 0;
}

void jscope__sim_destroy(struct jscope__sim *sim)
{
	if (!sim)
		return;
	jscope__occasions_finish(&sim->occasions);
	free(sim->tasks);
	free(sim);
}

struct jscope__present *jscope__sim_present(struct jscope__sim *sim)
{
	return &sim->present;
}

/* Tasks that may run anywhere are dealt out to the CPUs in turn. */
int jscope__sim_start(struct jscope__sim *sim, struct jscope__task *tasks, unsigned task_count)
{
	const uint32_t cpu_count = sim->machine->cpu_count;
	uint32_t turn = 0;

	sim->tasks = calloc(task_count ? task_count : 1, sizeof *sim->tasks);
	if (!sim->tasks)
		return -ENOMEM;
	sim->task_count = task_count;
	for (unsigned i = 0; i < task_count; i++) {
		struct jscope__sim_task *task = &sim->tasks[i];
		const uint32_t cpu = tasks[i].cpu < cpu_count ? tasks[i].cpu : turn++ % cpu_count;

		task->sim = sim;
		task->task = &tasks[i];
		task->cpu = &sim->cpus[cpu];
		task->tid = (int32_t)(JSCOPE__SIM_TID_DEVICE + 1 + 2 * cpu_count + i);
		memcpy(task->procname, tasks[i].name, sizeof tasks[i].name);
		task->cause = JSCOPE__CAUSE_START;
		task->state = JSCOPE__SIM_WAITING;
		tasks[i].clock_data = task;
		jscope__sim_task_ready(task);
	}
	return sim->error;
}

bool jscope__sim_advance(struct jscope__sim *sim, jscope_ns until_ns)
{
	const struct jscope__occasion *first = jscope__occasions_first(&sim->occasions);

	sim->end_ns = until_ns;
	if (!first || first->due_ns > until_ns) {
		/* Without a limit, time ends where nothing more happens. */
		if (until_ns < INT64_MAX && sim->present.time_ns < until_ns)
			sim->present.time_ns = until_ns;
		return false;
	}
	jscope__sim_do_first(sim);
	return true;
}

static bool is_dry(const struct jscope__sim *sim)
{
	for (uint32_t i = 0; i < sim->machine->cpu_count; i++)
		if (!jscope__sim_cpu_is_idle(&sim->cpus[i]))
			return false;
	return true;
}

void jscope__sim_stop(struct jscope__sim *sim)
{
	const jscope_ns end_ns = jscope_add_sat(jscope__sim_now(sim), DRY_NS);

	sim->stopping = true;
	sim->end_ns = jscope__sim_now(sim);
	for (unsigned i = 0; i < sim->task_count; i++)
		jscope__sim_task_stop(&sim->tasks[i]);
	while (sim->ended_count < sim->task_count && sim->occasions.count > 0) {
		jscope__sim_do_first(sim);
		hurry(sim);
	}
	while (!is_dry(sim) && jscope__sim_now(sim) < end_ns && jscope__sim_advance(sim, end_ns))
		;
}

unsigned jscope__sim_ended(const struct jscope__sim *sim)
{
	return sim->ended_count;
}

uint64_t jscope__sim_refused(const struct jscope__sim *sim)
{
	return sim->refused_count;
}

int jscope__sim_error(const struct jscope__sim *sim)
{
	return sim->error;
}
