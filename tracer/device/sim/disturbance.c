#include "disturbance.h"

#include <errno.h>
#include <stdlib.h>

#include "common/error.h"
#include "fault.h"
#include "jscope/probe.h"

struct disturbance {
	struct jscope__disturbances *all;
	const struct jscope_fault_settings *settings;
	struct jscope__timer begin, end;
	jscope_ns next_ns;
};

struct jscope__disturbances {
	const struct jscope_scenario *scenario;
	struct jscope__sim *sim;
	struct jscope__machine *machine;
	struct jscope__ctf_writer *writer;
	jscope_ns kept_from_ns[JSCOPE__CPUS_MAX];   /* the end of the latest loss of a CPU */
	struct disturbance list[JSCOPE_FAULTS_MAX]; /* by number of the fault in the scenario */
};

static bool is_ours(enum jscope_fault_kind kind)
{
	return kind == JSCOPE_FAULT_trace_loss || kind == JSCOPE_FAULT_clock_step ||
	       kind == JSCOPE_FAULT_stalled_cpu;
}

static bool has_cpu(enum jscope_fault_kind kind)
{
	return kind == JSCOPE_FAULT_trace_loss || kind == JSCOPE_FAULT_stalled_cpu;
}

int jscope__disturbances_check(const struct jscope_scenario *scenario)
{
	for (unsigned i = 0; i < scenario->fault_count; i++) {
		const struct jscope_fault_settings *fault = &scenario->faults[i];

		if (has_cpu(fault->kind) &&
		    (fault->amount < 0 || fault->amount >= (int64_t)scenario->machine.cpu_count))
			return jscope_error(-EINVAL,
					    "The %s of line %u is for CPU %lld, but there are %u; "
					    "write amount = 0 to %u, or more [machine] cpus.",
					    jscope_fault_name(fault->kind), fault->head.line,
					    (long long)fault->amount, scenario->machine.cpu_count,
					    scenario->machine.cpu_count - 1);
	}
	return 0;
}

static void lose(struct jscope__disturbances *all, const struct jscope_fault_settings *settings)
{
	const uint32_t cpu = (uint32_t)settings->amount;
	struct disturbance *disturbance = &all->list[settings - all->scenario->faults];
	const jscope_ns end_ns =
		jscope_add_sat(jscope__machine_now(all->machine), settings->length_ns);

	JSCOPE_PROBE(truth_loss, .cpu = cpu, .length_ns = (uint64_t)settings->length_ns);
	jscope__ctf_writer_lose(all->writer, cpu);
	if (end_ns > all->kept_from_ns[cpu])
		all->kept_from_ns[cpu] = end_ns;
	all->machine->clock->ops->timer_arm(all->machine->clock, &disturbance->end, end_ns);
}

static void lost(struct jscope__context *context, void *state)
{
	struct disturbance *disturbance = state;
	struct jscope__disturbances *all = disturbance->all;
	const uint32_t cpu = (uint32_t)disturbance->settings->amount;

	(void)context;
	if (jscope__machine_now(all->machine) >= all->kept_from_ns[cpu])
		jscope__ctf_writer_keep(all->writer, cpu);
}

static void apply(struct jscope__disturbances *all, const struct jscope_fault_settings *settings)
{
	if (settings->kind == JSCOPE_FAULT_trace_loss)
		lose(all, settings);
	else if (settings->kind == JSCOPE_FAULT_clock_step)
		jscope__present_step(jscope__sim_present(all->sim), settings->amount);
	else
		jscope__sim_stall(all->sim, (uint32_t)settings->amount, settings->length_ns);
}

static void arm(struct disturbance *disturbance)
{
	struct jscope__clock *clock = disturbance->all->machine->clock;

	clock->ops->timer_arm(clock, &disturbance->begin, disturbance->next_ns);
}

static void strike(struct jscope__context *context, void *state)
{
	struct disturbance *disturbance = state;
	const struct jscope_fault_settings *settings = disturbance->settings;
	const struct jscope_fault_settings *struck =
		jscope__fault_strike(context, 0, settings->kind);

	if (struck)
		apply(disturbance->all, struck);
	if (settings->every_ns == 0)
		return;
	disturbance->next_ns = jscope_add_sat(disturbance->next_ns, settings->every_ns);
	arm(disturbance);
}

int jscope__disturbances_create(const struct jscope_scenario *scenario, struct jscope__sim *sim,
				struct jscope__machine *machine, struct jscope__ctf_writer *writer,
				struct jscope__disturbances **ret_disturbances)
{
	struct jscope__disturbances *all = calloc(1, sizeof *all);

	if (!all)
		return -ENOMEM;
	all->scenario = scenario;
	all->sim = sim;
	all->machine = machine;
	all->writer = writer;
	for (unsigned i = 0; i < scenario->fault_count; i++) {
		struct disturbance *disturbance = &all->list[i];

		if (!is_ours(scenario->faults[i].kind))
			continue;
		disturbance->all = all;
		disturbance->settings = &scenario->faults[i];
		disturbance->begin = (struct jscope__timer){ .fire = strike, .state = disturbance };
		disturbance->end = (struct jscope__timer){ .fire = lost, .state = disturbance };
		disturbance->next_ns = jscope_add_sat(machine->boot_ns, scenario->faults[i].at_ns);
		arm(disturbance);
	}
	*ret_disturbances = all;
	return 0;
}

void jscope__disturbances_destroy(struct jscope__disturbances *disturbances)
{
	free(disturbances);
}
