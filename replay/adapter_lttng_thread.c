/*
 * What a thread runs for: a threaded interrupt, or an item of a work queue.
 *
 *   irq_handler_exit ret=2 ─▶ sched_waking of the thread ─▶ sched_switch to it ─▶ what it does
 *     irq: its handler           queued                        deferred
 *   workqueue_queue_work ─▶ workqueue_execute_start ─▶ what it does ─▶ workqueue_execute_end
 *     queued, in an interrupt       deferred
 *
 * A thread may be preempted, sleep and move to another CPU meanwhile, so that this belongs to it and
 * not to a CPU. An interrupt thread serves its next interrupt behind its next waking.
 */
#include <stdlib.h>
#include <string.h>

#include "adapter_lttng.h"

#define PATH_DEFERRED (1u << JSCOPE_QUEUED | 1u << JSCOPE_DEFERRED)
#define PATH_IRQ      (1u << JSCOPE_IRQ)

struct thread {
	struct jscope__lttng_open open; /* what it runs for; first, as CPUs point to it */
	int64_t tid;			/* as it is known by */
	struct jscope__lttng_cpu *cpu;	/* that points to it, or NULL */
};

static struct jscope_key tid_key(int64_t tid)
{
	return (struct jscope_key){ 0, (uint64_t)tid };
}

static struct thread *thread_get(const struct jscope__lttng *adapter, int64_t tid)
{
	struct thread **known = jscope_map_get(adapter->threads, tid_key(tid));

	return known ? *known : NULL;
}

static struct thread *thread_put(struct jscope__lttng *adapter, int64_t tid)
{
	struct thread **known = jscope_map_put(adapter->threads, tid_key(tid));

	if (known && !*known) {
		*known = calloc(1, sizeof **known);
		if (*known)
			(*known)->tid = tid;
	}
	return known ? *known : NULL;
}

static void thread_forget(struct jscope__lttng *adapter, struct thread *thread)
{
	if (thread->cpu)
		thread->cpu->thread = NULL;
	jscope_map_remove(adapter->threads, tid_key(thread->tid));
	free(thread);
}

/* That a CPU points to by its first member, or NULL. */
static struct thread *thread_of(const struct jscope__lttng_cpu *cpu)
{
	return (struct thread *)(void *)cpu->thread;
}

static bool is_doubtful(const struct jscope__lttng *adapter, const struct jscope__lttng_open *open)
{
	return jscope__output_lost_between(adapter->output, open->begin_ns,
					   adapter->output->now_ns);
}

void jscope__lttng_thread_doubt(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu)
{
	cpu->wakes_thread = cpu->wakes_thread && !is_doubtful(adapter, &cpu->waker);
	if (cpu->thread && is_doubtful(adapter, cpu->thread)) {
		thread_forget(adapter, thread_of(cpu));
		cpu->is_unknown_work = true;
	}
}

static struct jscope_key line_key(const struct jscope__lttng_open *handler)
{
	return (struct jscope_key){ (uint64_t)handler->name, (uint64_t)handler->id };
}

/*
 * A thread that is still at work is not woken again, and what it does from now on may be for either
 * interrupt.
 */
void jscope__lttng_thread_ask(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			      const struct jscope__lttng_open *handler)
{
	const int64_t *tid = jscope_map_get(adapter->lines, line_key(handler));
	struct thread *thread = tid ? thread_get(adapter, *tid) : NULL;

	if (thread)
		thread->open.irq_ns = thread->open.raised_ns = JSCOPE_NS_UNKNOWN;
	cpu->wakes_thread = true;
	cpu->waker = *handler;
	cpu->waker.begin_ns = adapter->output->now_ns;
}

/* A worker at its work serves no interrupt: the thread that was asked for had not slept. */
static bool is_at_work(const struct jscope__lttng *adapter, const struct thread *thread)
{
	return thread->open.what == JSCOPE__LTTNG_WORK && !is_doubtful(adapter, &thread->open);
}

void jscope__lttng_thread_woken(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
				int64_t tid, jscope_ns at_ns)
{
	struct thread *thread = thread_put(adapter, tid);
	int64_t *line_tid;

	cpu->wakes_thread = false;
	if (!thread || is_at_work(adapter, thread))
		return;
	line_tid = jscope_map_put(adapter->lines, line_key(&cpu->waker));
	if (line_tid)
		*line_tid = tid;
	thread->open = (struct jscope__lttng_open){ .what = JSCOPE__LTTNG_IRQ_THREAD,
						    .kind = JSCOPE_CONTEXT_TASK,
						    .id = cpu->waker.id,
						    .name = cpu->waker.name,
						    .begin_ns = at_ns,
						    .path = PATH_IRQ | PATH_DEFERRED,
						    .irq_ns = cpu->waker.irq_ns,
						    .raised_ns = at_ns,
						    .deferred_ns = JSCOPE_NS_UNKNOWN,
						    .irq_name = cpu->waker.name,
						    .due_ns = JSCOPE_NS_UNKNOWN };
}

/* Another interrupt that the trace does not tell may have woken another thread than that of ours. */
static bool is_named_so(const struct jscope__lttng *adapter, const struct thread *thread,
			int64_t comm)
{
	return thread->open.what != JSCOPE__LTTNG_IRQ_THREAD ||
	       !strncmp(adapter->reader->ops->string(adapter->reader, comm), "irq/", 4);
}

static void thread_go_on(struct jscope__lttng_cpu *cpu, struct thread *thread, jscope_ns at_ns)
{
	if (thread->cpu)
		thread->cpu->thread = NULL;
	thread->cpu = cpu;
	cpu->thread = &thread->open;
	if (thread->open.deferred_ns == JSCOPE_NS_UNKNOWN)
		thread->open.deferred_ns = at_ns;
}

static void thread_pause(struct jscope__lttng_cpu *cpu)
{
	if (cpu->thread)
		thread_of(cpu)->cpu = NULL;
	cpu->thread = NULL;
}

/* Only what asks for it makes us remember who queued what. */
static bool works_are_told(const struct jscope__lttng *adapter)
{
	return jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_CAUSES) &&
	       jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_WORK_END);
}

/*
 * A thread of which nothing is known serves an interrupt or a work item all the same, by its name: how
 * that began is not in the trace.
 */
static bool runs_for_unknown(const struct jscope__lttng *adapter, int64_t comm)
{
	const char *name;

	if (!jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_CAUSES))
		return false;
	name = adapter->reader->ops->string(adapter->reader, comm);
	if (!strncmp(name, "irq/", 4))
		return jscope__lttng_tells(adapter, JSCOPE__LTTNG_TOLD_IRQ_EXIT);
	return !strncmp(name, "kworker/", 8) && works_are_told(adapter);
}

void jscope__lttng_thread_runs(struct jscope__lttng *adapter, struct jscope__lttng_cpu *cpu,
			       int64_t tid, int64_t comm, jscope_ns at_ns)
{
	struct thread *thread;

	thread_pause(cpu);
	cpu->is_unknown_work = false;
	thread = jscope_map_count(adapter->threads) ? thread_get(adapter, tid) : NULL;
	if (thread && !is_doubtful(adapter, &thread->open) && is_named_so(adapter, thread, comm)) {
		thread_go_on(cpu, thread, at_ns);
		return;
	}
	if (thread)
		thread_forget(adapter, thread);
	cpu->is_unknown_work = runs_for_unknown(adapter, comm);
}

static struct jscope_key work_key(const struct jscope_event *event)
{
	const struct jscope__lttng_work_slots *slots = (const void *)event->slot;

	return (struct jscope_key){ 0, (uint64_t)slots->work };
}

static struct jscope__lttng_open work_make(const struct jscope_event *event)
{
	const struct jscope__lttng_work_slots *slots = (const void *)event->slot;

	return (struct jscope__lttng_open){ .what = JSCOPE__LTTNG_WORK,
					    .kind = JSCOPE_CONTEXT_TASK,
					    .id = slots->work,
					    .begin_ns = event->ts_ns,
					    .path = PATH_DEFERRED,
					    .irq_ns = JSCOPE_NS_UNKNOWN,
					    .raised_ns = JSCOPE_NS_UNKNOWN,
					    .deferred_ns = JSCOPE_NS_UNKNOWN,
					    .due_ns = JSCOPE_NS_UNKNOWN };
}

void jscope__lttng_work_queue(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	const struct jscope__lttng_open *top;
	struct jscope__lttng_cpu *cpu;
	struct jscope__lttng_open *work;

	if (!works_are_told(adapter))
		return;
	cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	work = cpu ? jscope_map_put(adapter->works, work_key(event)) : NULL;
	if (!work)
		return;
	*work = work_make(event);
	work->raised_ns = event->ts_ns;
	top = jscope__lttng_cpu_top(cpu);
	if (!jscope__lttng_cpu_is_sure(cpu))
		work->path |= PATH_IRQ;
	if (!top)
		return;
	work->path |= top->path & PATH_IRQ;
	work->irq_ns = top->irq_ns;
	work->irq_name = top->irq_name;
}

/* The item as it was queued, unless that is not in the trace. */
static struct jscope__lttng_open work_take(struct jscope__lttng *adapter,
					   const struct jscope_event *event)
{
	const struct jscope__lttng_open *queued = jscope_map_get(adapter->works, work_key(event));
	struct jscope__lttng_open work = work_make(event);

	if (queued && !is_doubtful(adapter, queued))
		work = *queued;
	work.begin_ns = work.deferred_ns = event->ts_ns;
	jscope_map_remove(adapter->works, work_key(event));
	return work;
}

/* A worker that was never seen to be switched to is the only one of its CPU that we do not know. */
static int64_t worker_tid(const struct jscope__lttng_cpu *cpu, uint32_t cpu_id)
{
	return cpu->current_tid >= 0 ? cpu->current_tid : -1 - (int64_t)cpu_id;
}

/*
 * An item that a softirq executes is part of that, as a tasklet is: the thread that it interrupts does
 * not run for it.
 */
void jscope__lttng_work_start(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu;
	struct jscope__lttng_open work;
	struct thread *thread;

	if (!works_are_told(adapter))
		return;
	cpu = jscope__lttng_cpu_get(adapter, event->cpu);
	if (!cpu)
		return;
	jscope__lttng_call_bound(adapter, cpu);
	work = work_take(adapter, event);
	thread = cpu->depth ? NULL : thread_put(adapter, worker_tid(cpu, event->cpu));
	if (!thread)
		return;
	thread_pause(cpu);
	thread->open = work;
	thread_go_on(cpu, thread, event->ts_ns);
}

void jscope__lttng_work_end(void *state, const struct jscope_event *event)
{
	struct jscope__lttng *adapter = state;
	struct jscope__lttng_cpu *cpu = jscope__lttng_cpu_get(adapter, event->cpu);

	if (!cpu)
		return;
	if (cpu->depth <= cpu->completed_depth)
		jscope__lttng_completion_end(adapter, cpu);
	jscope__lttng_call_left(adapter, cpu, cpu->depth > cpu->call.depth);
	if (!cpu->depth && cpu->thread && cpu->thread->what == JSCOPE__LTTNG_WORK)
		thread_forget(adapter, thread_of(cpu));
}
