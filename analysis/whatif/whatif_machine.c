#include "whatif_machine.h"

void jscope__machine_restart(struct jscope__whatif_machine *machine)
{
	machine->line_free_ns = INT64_MIN;
	machine->deferred_ns = INT64_MIN;
	machine->signalled_ns = INT64_MIN;
	machine->signal_first = 0;
	machine->signal_count = 0;
	machine->point_count = 0;
	machine->execution_count = 0;
	machine->state = JSCOPE__CLIENT_WAITS;
}

static jscope_ns max_ns(jscope_ns a, jscope_ns b)
{
	return a > b ? a : b;
}

/* When something that begins then is over. */
static jscope_ns end_of(struct jscope__whatif_machine *machine, size_t index,
			enum jscope_instant to, jscope_ns at_ns)
{
	return jscope_add_sat(at_ns, jscope__force_delay(machine->force, index, to, at_ns));
}

/* Signals */

static struct jscope__machine_signal *signal_at(struct jscope__whatif_machine *machine,
						unsigned place)
{
	return &machine->signals[(machine->signal_first + place) % JSCOPE__MACHINE_SIGNALS];
}

/* Without room it is told with the last one that has some, which is later than it should be. */
static void signal_put(struct jscope__whatif_machine *machine, jscope_ns at_ns, size_t index,
		       uint64_t point)
{
	if (machine->signal_count == JSCOPE__MACHINE_SIGNALS) {
		signal_at(machine, machine->signal_count - 1)->last = point;
		machine->refused++;
		return;
	}
	*signal_at(machine, machine->signal_count++) =
		(struct jscope__machine_signal){ at_ns, index, point, point };
}

/* The points of an execution, or of one that waits for the same. */
static void signal_merge(struct jscope__whatif_machine *machine, uint64_t point)
{
	if (machine->signal_count > 0)
		signal_at(machine, machine->signal_count - 1)->last = point;
}

/* The CPU */

/* The execution in the middle of which that instant lies, NULL where none does. */
static const struct jscope__machine_execution *execution_at(struct jscope__whatif_machine *machine,
							    jscope_ns at_ns)
{
	uint64_t left = machine->force->series->shares_cpu ? machine->execution_count : 0;

	for (unsigned i = 0; left > 0 && i < JSCOPE__MACHINE_EXECUTIONS; i++, left--) {
		const struct jscope__machine_execution *execution =
			&machine->executions[(left - 1) % JSCOPE__MACHINE_EXECUTIONS];

		if (execution->end_ns <= at_ns)
			break;
		if (execution->begin_ns <= at_ns)
			return execution;
	}
	return NULL;
}

/* How much of the time from one instant to the other executions took. */
static jscope_ns taken_ns(struct jscope__whatif_machine *machine, jscope_ns from_ns,
			  jscope_ns to_ns)
{
	uint64_t left = machine->force->series->shares_cpu ? machine->execution_count : 0;
	jscope_ns sum_ns = 0;

	for (unsigned i = 0; left > 0 && i < JSCOPE__MACHINE_EXECUTIONS; i++, left--) {
		const struct jscope__machine_execution *execution =
			&machine->executions[(left - 1) % JSCOPE__MACHINE_EXECUTIONS];
		const jscope_ns begin_ns = max_ns(execution->begin_ns, from_ns);
		const jscope_ns end_ns = execution->end_ns < to_ns ? execution->end_ns : to_ns;

		if (execution->end_ns <= from_ns)
			break;
		if (end_ns > begin_ns)
			sum_ns += end_ns - begin_ns;
	}
	return sum_ns;
}

/* The client */

static void points_tell(struct jscope__whatif_machine *machine,
			const struct jscope__machine_signal *signal, jscope_ns run_ns)
{
	for (uint64_t point = signal->first; point <= signal->last; point++)
		if (machine->point_count - point < JSCOPE__MACHINE_DUES)
			machine->watch->run(machine->watch->state,
					    run_ns - machine->dues[point % JSCOPE__MACHINE_DUES]);
}

/* It runs, and takes the flag down: of all that was signalled until now. */
static void client_run(struct jscope__whatif_machine *machine, jscope_ns run_ns)
{
	while (machine->signal_count > 0 && signal_at(machine, 0)->at_ns <= run_ns) {
		points_tell(machine, signal_at(machine, 0), run_ns);
		machine->signal_first = (machine->signal_first + 1) % JSCOPE__MACHINE_SIGNALS;
		machine->signal_count--;
	}
	machine->state = JSCOPE__CLIENT_WORKS;
	machine->counted_ns = run_ns;
	machine->next_ns = end_of(machine, machine->index, JSCOPE_SERVED, run_ns);
}

/* It wakes when the CPU is free. */
static void client_come(struct jscope__whatif_machine *machine)
{
	const struct jscope__machine_execution *busy = execution_at(machine, machine->next_ns);

	if (busy)
		machine->next_ns = busy->end_ns;
	else
		client_run(machine, machine->next_ns);
}

static void client_wake(struct jscope__whatif_machine *machine)
{
	const struct jscope__machine_signal *signal = signal_at(machine, 0);

	machine->index = signal->index;
	machine->state = JSCOPE__CLIENT_WAKES;
	machine->next_ns = end_of(machine, signal->index, JSCOPE_RUN, signal->at_ns);
}

/* The flag was up when it came back from its work: it does not wait at all. */
static void client_done(struct jscope__whatif_machine *machine)
{
	const jscope_ns now_ns = machine->next_ns;
	const jscope_ns lost_ns = taken_ns(machine, machine->counted_ns, now_ns);

	if (lost_ns > 0) {
		machine->counted_ns = now_ns;
		machine->next_ns = jscope_add_sat(now_ns, lost_ns);
		return;
	}
	machine->watch->answer(machine->watch->state, now_ns);
	machine->state = JSCOPE__CLIENT_WAITS;
	if (machine->signal_count == 0 || signal_at(machine, 0)->at_ns > now_ns)
		return;
	machine->index = signal_at(machine, 0)->index;
	client_run(machine, now_ns);
}

void jscope__machine_advance(struct jscope__whatif_machine *machine, jscope_ns until_ns)
{
	for (;;) {
		if (machine->state == JSCOPE__CLIENT_WAITS) {
			if (machine->signal_count == 0 || signal_at(machine, 0)->at_ns > until_ns)
				return;
			client_wake(machine);
		} else if (machine->next_ns > until_ns) {
			return;
		} else if (machine->state == JSCOPE__CLIENT_WAKES) {
			client_come(machine);
		} else {
			client_done(machine);
		}
	}
}

/* Interrupt and deferral */

static void execute(struct jscope__whatif_machine *machine, jscope_ns queued_ns, size_t index,
		    uint64_t point)
{
	const jscope_ns ready_ns = end_of(machine, index, JSCOPE_DEFERRED, queued_ns);

	machine->deferred_ns = max_ns(ready_ns, machine->signalled_ns);
	machine->signalled_ns = end_of(machine, index, JSCOPE_SIGNAL, machine->deferred_ns);
	machine->executions[machine->execution_count++ % JSCOPE__MACHINE_EXECUTIONS] =
		(struct jscope__machine_execution){ machine->deferred_ns, machine->signalled_ns };
	signal_put(machine, machine->signalled_ns, index, point);
}

void jscope__machine_point(struct jscope__whatif_machine *machine, jscope_ns due_ns, size_t index)
{
	const uint64_t point = machine->point_count++;
	const jscope_ns irq_ns = end_of(machine, index, JSCOPE_IRQ, due_ns);
	jscope_ns queued_ns;

	machine->dues[point % JSCOPE__MACHINE_DUES] = due_ns;
	if (irq_ns == JSCOPE__LOST_NS)
		return;
	queued_ns = end_of(machine, index, JSCOPE_QUEUED, max_ns(irq_ns, machine->line_free_ns));
	machine->line_free_ns = queued_ns;
	if (queued_ns < machine->deferred_ns)
		signal_merge(machine, point);
	else
		execute(machine, queued_ns, index, point);
}
