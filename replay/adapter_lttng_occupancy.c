/* Who holds a CPU by the kernel's events: the innermost open handler, else the thread. */
#include "adapter_lttng.h"
#include "occupancy.h"

static enum jscope_holder holder_of(enum jscope__lttng_what what)
{
	switch (what) {
	case JSCOPE__LTTNG_IRQ:
		return JSCOPE_HOLDER_IRQ;
	case JSCOPE__LTTNG_LOCAL_TIMER:
		return JSCOPE_HOLDER_LOCAL_TIMER;
	case JSCOPE__LTTNG_HRTIMER:
		return JSCOPE_HOLDER_TIMER;
	case JSCOPE__LTTNG_SOFTIRQ:
		return JSCOPE_HOLDER_SOFTIRQ;
	case JSCOPE__LTTNG_TASKLET:
		return JSCOPE_HOLDER_TASKLET;
	case JSCOPE__LTTNG_IRQ_THREAD:
	case JSCOPE__LTTNG_WORK:
		break;
	}
	return JSCOPE_HOLDER_THREAD;
}

static const struct jscope__departure no_departure = { 0 };

static const char *text(const struct jscope__lttng *adapter, int64_t string)
{
	return string ? adapter->reader->ops->string(adapter->reader, string) : "";
}

static struct jscope_occupant handler_make(const struct jscope__lttng *adapter,
					   const struct jscope__lttng_open *open)
{
	return (struct jscope_occupant){ .holder = holder_of(open->what),
					 .id = (uint64_t)open->id,
					 .begin_ns = open->begin_ns,
					 .name = text(adapter, open->name) };
}

/* Thread 0 is the idle task of any CPU. */
static struct jscope_occupant thread_make(const struct jscope__lttng *adapter, uint32_t cpu_id,
					  int64_t tid, int64_t comm, jscope_ns since_ns)
{
	return (struct jscope_occupant){ .holder = tid == 0 ? JSCOPE_HOLDER_IDLE
							    : JSCOPE_HOLDER_THREAD,
					 .id = tid == 0 ? cpu_id : (uint64_t)tid,
					 .tid = (uint32_t)tid,
					 .begin_ns = since_ns,
					 .name = text(adapter, comm) };
}

static struct jscope_occupant current_make(const struct jscope__lttng *adapter,
					   const struct jscope__lttng_cpu *cpu, uint32_t cpu_id)
{
	if (cpu->depth)
		return handler_make(adapter, &cpu->stack[cpu->depth - 1]);
	if (cpu->told_tid < 0)
		return (struct jscope_occupant){ .begin_ns = JSCOPE_NS_UNKNOWN, .name = "" };
	return thread_make(adapter, cpu_id, cpu->told_tid, cpu->current_comm,
			   cpu->current_since_ns);
}

void jscope__lttng_occupied(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct jscope_occupant by;

	if (!cpu)
		return;
	by = current_make(adapter, cpu, event->cpu);
	jscope__occupancy_kernel(adapter->output->occupancy, event->cpu, &by, &no_departure);
}

/* The lower bits of its state: those above tell how it was taken from the CPU. */
static bool is_asleep(int64_t prev_state)
{
	return prev_state & 0xff;
}

/* Some recorders tell only of those switches that concern what they follow. */
void jscope__lttng_occupied_anew(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_switch_slots *slots = (const void *)event->slot;
	const int64_t prev_tid = slots->prev_tid >= 0 ? slots->prev_tid : slots->prev_pid;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	struct jscope__departure departure = { .is_asleep = is_asleep(slots->prev_state) };
	struct jscope_occupant by, unseen;

	if (!cpu)
		return;
	if (cpu->told_tid >= 0 && prev_tid >= 0 && prev_tid != cpu->told_tid) {
		unseen = thread_make(adapter, event->cpu, prev_tid, slots->prev_comm,
				     JSCOPE_NS_UNKNOWN);
		departure.unseen = &unseen;
	}
	cpu->told_tid = slots->next_tid >= 0 ? slots->next_tid : slots->next_pid;
	cpu->current_comm = slots->next_comm;
	cpu->current_since_ns = event->ts_ns;
	by = current_make(adapter, cpu, event->cpu);
	jscope__occupancy_kernel(adapter->output->occupancy, event->cpu, &by, &departure);
}

void jscope__lttng_migrated(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_migrate_slots *slots = (const void *)event->slot;
	const struct jscope_timeline_sink *sink = adapter->output->sink;
	const struct jscope_migration migration = {
		.tid = (uint32_t)(slots->tid >= 0 ? slots->tid : slots->pid),
		.at_ns = event->ts_ns,
		.from = (unsigned)slots->orig_cpu,
		.to = (unsigned)slots->dest_cpu,
	};

	if (sink->migration)
		sink->migration(sink->state, &migration);
}
