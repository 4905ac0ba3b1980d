/* Wake-ups: from the first waking of a thread that is on no CPU to the next switch to it. */
#include "pairs_event.h"

#include <string.h>

#define THREADS_MAX 65536

/* Beginnings that may end on any CPU remember how many losses there were before them. */
struct thread {
	bool waking; /* woken, not yet running */
	jscope_ns waking_ns;
	uint64_t loss_count;
	unsigned running_count; /* CPUs that it is current on */
};

int jscope__pairs_threads_create(struct jscope_map **ret_threads)
{
	return jscope__pairs_map_create(sizeof(struct thread), THREADS_MAX, ret_threads);
}

static struct jscope_key thread_key(int64_t tid)
{
	return (struct jscope_key){ 0, (uint64_t)tid };
}

static void wake(const struct jscope__pairs_event *event, int32_t tid)
{
	struct thread *thread = jscope_map_put(event->pairs->threads, thread_key(tid));

	if (!thread || thread->waking || thread->running_count)
		return;
	thread->waking = true;
	thread->waking_ns = event->at_ns;
	thread->loss_count = event->pairs->loss_count;
}

void jscope__pairs_waking(const struct jscope__pairs_event *event)
{
	wake(event, ((const struct jscope_kernel_sched_waking *)event->fields)->tid);
}

void jscope__pairs_wakeup_new(const struct jscope__pairs_event *event)
{
	wake(event, ((const struct jscope_kernel_sched_wakeup_new *)event->fields)->tid);
}

/* What neither runs nor is about to needs no memory. */
void jscope__pairs_current_leaves(struct jscope__kernel_pairs *pairs, struct jscope__pairs_cpu *cpu)
{
	struct thread *thread = jscope_map_get(pairs->threads, thread_key(cpu->current_tid));

	if (thread && thread->running_count)
		thread->running_count--;
	if (thread && !thread->waking && !thread->running_count)
		jscope_map_remove(pairs->threads, thread_key(cpu->current_tid));
	cpu->current_tid = -1;
}

static void wake_tell(const struct jscope__pairs_event *event, int32_t tid, const char *comm,
		      const struct thread *thread, bool lost)
{
	char name[JSCOPE_KERNEL_COMM_SIZE + 1] = "";

	memcpy(name, comm, JSCOPE_KERNEL_COMM_SIZE);
	jscope__pairs_tell(event, JSCOPE_KERNEL_MEASURE_WAKE, (uint32_t)tid, name,
			   thread->waking_ns, lost);
}

/*
 * A thread leaves that the records never brought: it ran before they began, or where a virtual
 * machine hides what happens while its first process runs. Its waking is over, and nobody knows
 * since when.
 */
static void ran_unseen(const struct jscope__pairs_event *event, int32_t tid, const char *comm)
{
	struct thread *thread = jscope_map_get(event->pairs->threads, thread_key(tid));

	if (!thread || !thread->waking)
		return;
	thread->waking = false;
	wake_tell(event, tid, comm, thread, true);
	if (!thread->running_count)
		jscope_map_remove(event->pairs->threads, thread_key(tid));
}

static void thread_runs(const struct jscope__pairs_event *event, int32_t tid, const char *comm)
{
	struct thread *thread = jscope_map_put(event->pairs->threads, thread_key(tid));

	event->cpu->current_tid = tid;
	if (!thread)
		return;
	thread->running_count++;
	if (!thread->waking)
		return;
	thread->waking = false;
	wake_tell(event, tid, comm, thread, thread->loss_count != event->pairs->loss_count);
}

void jscope__pairs_switch(const struct jscope__pairs_event *event)
{
	const struct jscope_kernel_sched_switch *fields = event->fields;

	if (fields->prev_tid != event->cpu->current_tid)
		ran_unseen(event, fields->prev_tid, fields->prev_comm);
	if (event->cpu->current_tid != -1)
		jscope__pairs_current_leaves(event->pairs, event->cpu);
	thread_runs(event, fields->next_tid, fields->next_comm);
}
