#include "own_run.h"

#define BIT(holder) (1u << JSCOPE_HOLDER_##holder)

#define IRQ_HOLDERS	 (BIT(IRQ) | BIT(LOCAL_TIMER) | BIT(TIMER))
#define DEFERRED_HOLDERS (BIT(DPC) | BIT(THREADED_DPC) | BIT(SOFTIRQ) | BIT(TASKLET) | BIT(TIMER))

/* The run of a handler that began at an instant, probably on that CPU. */
static struct jscope__own_run run_seek(const struct jscope__holders *holders, jscope_ns at_ns,
				       unsigned kinds, unsigned cpu)
{
	const struct jscope__seek seek = { at_ns, kinds, 0 };
	struct jscope__own_run run = { .begin_ns = at_ns, .cpu = cpu };
	struct jscope__change change;
	unsigned found;

	if (at_ns != JSCOPE_NS_UNKNOWN &&
	    jscope__holders_seek(holders, &seek, cpu, &found, &change)) {
		run.is_found = true;
		run.cpu = found;
		run.occupant = change.told;
	}
	return run;
}

struct jscope__own_run jscope__irq_seek(const struct jscope__holders *holders, jscope_ns at_ns,
					unsigned cpu)
{
	return run_seek(holders, at_ns, IRQ_HOLDERS, cpu);
}

/* The thread of an interrupt, or a worker, holds its CPU as a thread. */
struct jscope__own_run jscope__deferred_seek(const struct jscope__holders *holders, jscope_ns at_ns,
					     unsigned cpu)
{
	struct jscope__own_run run = run_seek(holders, at_ns, DEFERRED_HOLDERS, cpu);

	return run.is_found ? run : run_seek(holders, at_ns, BIT(THREAD), cpu);
}

unsigned jscope__client_cpu(const struct jscope__holders *holders, jscope_ns at_ns, uint32_t tid,
			    unsigned cpu)
{
	const struct jscope__seek seek = { at_ns, BIT(THREAD), tid };
	struct jscope__change change;
	unsigned found;

	if (at_ns == JSCOPE_NS_UNKNOWN ||
	    !jscope__holders_seek(holders, &seek, cpu, &found, &change))
		return JSCOPE_CPU_UNKNOWN;
	return found;
}
