/* What a CPU does next, and how long it takes. */
#include "sim_private.h"

#include <stdio.h>

/* CPU time of a routine that is being called: it is over when it returns. */
#define FOREVER INT64_MAX

void jscope__sim_cpu_init(struct jscope__sim_cpu *cpu, struct jscope__sim *sim, uint32_t index)
{
	cpu->sim = sim;
	cpu->index = index;
	cpu->running = JSCOPE__SIM_NOTHING;
	snprintf(cpu->procname, sizeof cpu->procname, "jscope-dpc/%u", index % 1000);
	snprintf(cpu->procname_threaded, sizeof cpu->procname_threaded, "jscope-thr/%u",
		 index % 1000);
}

static enum jscope__sim_level top(const struct jscope__sim_cpu *cpu)
{
	int level = JSCOPE__SIM_LEVELS - 1;

	while (level >= 0 && !cpu->active[level])
		level--;
	return (enum jscope__sim_level)level;
}

/* Take the CPU time that has passed from what ran. Nothing runs afterwards. */
static void account(struct jscope__sim_cpu *cpu)
{
	const jscope_ns now_ns = jscope__sim_now(cpu->sim);

	if (cpu->running != JSCOPE__SIM_NOTHING && cpu->left_ns[cpu->running] != FOREVER)
		cpu->left_ns[cpu->running] -= now_ns - cpu->since_ns;
	cpu->running = JSCOPE__SIM_NOTHING;
}

static void go_on(struct jscope__sim_cpu *cpu)
{
	cpu->running = top(cpu);
	cpu->since_ns = jscope__sim_now(cpu->sim);
}

static void begin(struct jscope__sim_cpu *cpu, enum jscope__sim_level level, jscope_ns left_ns)
{
	cpu->active[level] = true;
	cpu->left_ns[level] = left_ns;
}

/* On behalf of which thread the CPU does what is not a task's. */
static uint32_t tid_of(const struct jscope__sim_cpu *cpu, enum jscope__sim_level level)
{
	const uint32_t worker = JSCOPE__SIM_TID_DEVICE + 1 + cpu->index;

	return level == JSCOPE__SIM_THREADED ? worker + cpu->sim->machine->cpu_count : worker;
}

static void set_present(const struct jscope__sim_cpu *cpu, enum jscope__sim_level level)
{
	struct jscope__present *present = &cpu->sim->present;

	present->cpu = cpu->index;
	present->tid = (int32_t)tid_of(cpu, level);
	present->procname = level == JSCOPE__SIM_THREADED ? cpu->procname_threaded : cpu->procname;
}

static void interrupt_begin(struct jscope__sim_cpu *cpu)
{
	const struct jscope__interrupt *interrupt = &cpu->interrupts[cpu->interrupt_first];

	set_present(cpu, JSCOPE__SIM_ISR);
	cpu->interrupt_first = (cpu->interrupt_first + 1) % JSCOPE__SIM_INTERRUPTS;
	cpu->interrupt_count--;
	jscope__line_enter(cpu->sim->machine, interrupt, cpu->index, tid_of(cpu, JSCOPE__SIM_ISR),
			   &cpu->service);
	begin(cpu, JSCOPE__SIM_ISR, cpu->service.delay_ns);
}

static bool dpc_begin(struct jscope__sim_cpu *cpu, enum jscope__sim_level level)
{
	const bool threaded = level == JSCOPE__SIM_THREADED;
	struct jscope__machine *machine = cpu->sim->machine;

	if (jscope__dpc_ready_ns(machine, cpu->index, threaded) > jscope__sim_now(cpu->sim))
		return false;
	set_present(cpu, level);
	jscope__dpc_enter(machine, cpu->index, threaded, tid_of(cpu, level),
			  &cpu->execution[level]);
	begin(cpu, level, cpu->execution[level].delay_ns);
	return true;
}

/* Begin what goes before the present level. Returns whether there was something. */
static bool begin_higher(struct jscope__sim_cpu *cpu, enum jscope__sim_level level)
{
	if (level < JSCOPE__SIM_ISR && cpu->interrupt_count > 0) {
		interrupt_begin(cpu);
		return true;
	}
	if (level < JSCOPE__SIM_DPC && dpc_begin(cpu, JSCOPE__SIM_DPC))
		return true;
	if (level < JSCOPE__SIM_THREADED && dpc_begin(cpu, JSCOPE__SIM_THREADED))
		return true;
	if (level <= JSCOPE__SIM_TASK && jscope__sim_task_is_next(cpu)) {
		jscope__sim_task_dispatch(cpu);
		return true;
	}
	return false;
}

/* The CPU time of a level is over: now it has its effect. */
static void finish(struct jscope__sim_cpu *cpu, enum jscope__sim_level level)
{
	jscope_ns more_ns = 0;

	if (level == JSCOPE__SIM_TASK) {
		jscope__sim_task_step(cpu);
		return;
	}
	set_present(cpu, level);
	cpu->left_ns[level] = FOREVER;
	if (level == JSCOPE__SIM_ISR) {
		jscope__line_serve(&cpu->service);
		cpu->served_count++;
	} else {
		more_ns = jscope__dpc_run(&cpu->execution[level]);
	}
	cpu->active[level] = more_ns > 0;
	cpu->left_ns[level] = more_ns;
}

static bool change(struct jscope__sim_cpu *cpu)
{
	const enum jscope__sim_level level = top(cpu);

	if (level != JSCOPE__SIM_NOTHING && cpu->left_ns[level] <= 0) {
		finish(cpu, level);
		return true;
	}
	return begin_higher(cpu, level);
}

static jscope_ns min_ns(jscope_ns a, jscope_ns b)
{
	return a < b ? a : b;
}

/* When the next change comes without anything new. */
static jscope_ns next_change(const struct jscope__sim_cpu *cpu)
{
	const struct jscope__machine *machine = cpu->sim->machine;
	const enum jscope__sim_level level = top(cpu);
	jscope_ns next_ns = INT64_MAX;

	if (jscope__sim_now(cpu->sim) < cpu->stalled_until_ns)
		return cpu->stalled_until_ns;
	if (level != JSCOPE__SIM_NOTHING && cpu->left_ns[level] != FOREVER)
		next_ns = jscope_add_sat(jscope__sim_now(cpu->sim), cpu->left_ns[level]);
	if (level < JSCOPE__SIM_DPC)
		next_ns = min_ns(next_ns, jscope__dpc_ready_ns(machine, cpu->index, false));
	if (level < JSCOPE__SIM_THREADED)
		next_ns = min_ns(next_ns, jscope__dpc_ready_ns(machine, cpu->index, true));
	return next_ns;
}

void jscope__sim_cpu_attend(struct jscope__sim_cpu *cpu)
{
	struct jscope__sim *sim = cpu->sim;
	jscope_ns next_ns;

	sim->attended = cpu;
	account(cpu);
	while (jscope__sim_now(sim) >= cpu->stalled_until_ns && change(cpu))
		account(cpu);
	if (jscope__sim_now(sim) >= cpu->stalled_until_ns)
		go_on(cpu);
	sim->attended = NULL;
	next_ns = next_change(cpu);
	if (next_ns == INT64_MAX)
		jscope__occasions_remove(&sim->occasions, &cpu->place);
	else
		jscope__sim_occasion(sim, JSCOPE__OCCASION_CPU, cpu, &cpu->place, next_ns);
}

void jscope__sim_cpu_kick(struct jscope__sim_cpu *cpu)
{
	struct jscope__sim *sim = cpu->sim;

	if (sim->attended != cpu)
		jscope__sim_occasion(sim, JSCOPE__OCCASION_CPU, cpu, &cpu->place,
				     jscope__sim_now(sim));
}

bool jscope__sim_cpu_is_idle(const struct jscope__sim_cpu *cpu)
{
	const struct jscope__cpu *queues = &cpu->sim->machine->cpus[cpu->index];

	return top(cpu) == JSCOPE__SIM_NOTHING && cpu->interrupt_count == 0 && !cpu->ready &&
	       !queues->dpcs.first && !queues->threaded.first;
}

void jscope__sim_stall(struct jscope__sim *sim, uint32_t cpu_index, jscope_ns length_ns)
{
	struct jscope__sim_cpu *cpu = &sim->cpus[cpu_index];
	const jscope_ns until_ns = jscope_add_sat(jscope__sim_now(sim),
						  jscope__machine_delay(sim->machine, length_ns));

	account(cpu);
	if (until_ns > cpu->stalled_until_ns)
		cpu->stalled_until_ns = until_ns;
	jscope__sim_cpu_kick(cpu);
}
