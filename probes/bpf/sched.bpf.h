/*
 * Who is woken and who runs.
 *
 * With all threads asked for every event is recorded. With processes listed: those of their
 * threads. Else only what a chain needs: wakings by an interrupt, a softirq or a kernel thread, the
 * switch that brings such a thread to a CPU, and those that follow there until the CPU is idle, at
 * most so many. For this a byte per thread says that its waking was recorded and that it has not
 * run since.
 *
 * The switches that follow are for readers that keep who runs where, as LTTng's traces let them: to
 * such a reader a waking of a thread that runs is none. So it must see woken threads leave, and the
 * threads behind them, too, since these may be woken next. For the same reason a waking of a thread
 * that runs, which no switch will follow, is recorded only where the trace shows that thread
 * running.
 */
#ifndef BPF_SCHED_H
#define BPF_SCHED_H

/* 4 MiB, made small by the recorder where it is not needed. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, JSCOPE_KERNEL_TID_COUNT);
} pendings SEC(".maps");

#define PRIO_REALTIME_MAX 100
#define CHAIN_FOLLOWED	  16 /* switches */

static __always_inline __u8 *pending_of(__u32 tid)
{
	__u32 first = 0;
	__u8 *pending = bpf_map_lookup_elem(&pendings, &first);

	return pending ? &pending[tid & (JSCOPE_KERNEL_TID_COUNT - 1)] : NULL;
}

static __always_inline bool chain_only(void)
{
	return config.sched_mode == JSCOPE_KERNEL_SCHED_MODE_CHAIN && !config.pid_count;
}

static __always_inline void task_comm_put(bool typed, void *to, struct task_struct *task)
{
	if (typed)
		comm_put(to, task->comm);
	else
		bpf_probe_read_kernel(to, JSCOPE_KERNEL_COMM_SIZE, task->comm);
}

static __always_inline int task_cpu(bool typed, struct task_struct *task)
{
	struct task_struct___5_15 *old = (void *)task;

	return bpf_core_field_exists(old->cpu) ? LOAD(old, cpu) : LOAD(task, thread_info.cpu);
}

static __always_inline int task_prio(bool typed, struct task_struct *task)
{
	return LOAD(task, prio) - PRIO_REALTIME_MAX;
}

/* It goes on running: not asleep, and not on its way to sleep. */
static __always_inline bool task_runs(bool typed, struct task_struct *task)
{
	if (!LOAD(task, on_cpu) || !LOAD(task, on_rq))
		return false;
	return !bpf_core_field_exists(task->se.sched_delayed) || !LOAD(task, se.sched_delayed);
}

static __always_inline bool chain_shows(bool typed, struct task_struct *task)
{
	struct jscope_kernel_cpu *cpu = cpu_get(task_cpu(typed, task));

	return cpu && cpu->shown == LOAD(task, pid);
}

static __always_inline bool is_by_user_thread(void)
{
	struct task_struct *current = task_current();

	return !(current->flags & TASK_KERNEL_THREAD) && in_thread(current);
}

static __always_inline bool chain_waking(bool typed, struct task_struct *task)
{
	__u8 *pending;

	if (is_by_user_thread())
		return false;
	if (task_runs(typed, task))
		return chain_shows(typed, task);
	pending = pending_of(LOAD(task, pid));
	if (pending)
		*pending = 1;
	return true;
}

static __always_inline bool waking_wanted(bool typed, struct task_struct *task)
{
	__u32 tgid = LOAD(task, tgid);

	if (config.pid_count)
		return pid_listed(tgid);
	if (tgid == config.own_tgid)
		return false;
	return !chain_only() || chain_waking(typed, task);
}

/* What happens to a thread between its waking and its run. */
static __always_inline bool woken_wanted(bool typed, struct task_struct *task)
{
	__u32 tgid = LOAD(task, tgid);
	__u8 *pending;

	if (config.pid_count)
		return pid_listed(tgid);
	if (!chain_only())
		return tgid != config.own_tgid;
	pending = pending_of(LOAD(task, pid));
	return pending && *pending;
}

/* Four records of one shape so far. */
#define WAKE_RECORD(event, task)                                                                   \
	do {                                                                                       \
		struct record_##event *record = record_begin(event);                               \
                                                                                                   \
		if (record) {                                                                      \
			task_comm_put(typed, record->body.comm, task);                             \
			record_put(record, tid, LOAD(task, pid));                                  \
			record_put(record, prio, task_prio(typed, task));                          \
			record_put(record, target_cpu, task_cpu(typed, task));                     \
			record_end(record);                                                        \
		}                                                                                  \
	} while (0)

PROBE(sched_waking, struct task_struct *task)
{
	if (waking_wanted(typed, task))
		WAKE_RECORD(sched_waking, task);
	return 0;
}

PROBE(sched_wakeup_new, struct task_struct *task)
{
	if (waking_wanted(typed, task))
		WAKE_RECORD(sched_wakeup_new, task);
	return 0;
}

PROBE(sched_wakeup, struct task_struct *task)
{
	if (woken_wanted(typed, task))
		WAKE_RECORD(sched_wakeup, task);
	return 0;
}

PROBE(sched_migrate_task, struct task_struct *task, int dest_cpu)
{
	struct record_sched_migrate_task *record;

	if (!woken_wanted(typed, task))
		return 0;
	record = record_begin(sched_migrate_task);
	if (!record)
		return 0;
	task_comm_put(typed, record->body.comm, task);
	record_put(record, tid, LOAD(task, pid));
	record_put(record, prio, task_prio(typed, task));
	record_put(record, orig_cpu, task_cpu(typed, task));
	record_put(record, dest_cpu, dest_cpu);
	record_end(record);
	return 0;
}

/* Bits of a thread's state that its visitors are told, and two states that hide behind others. */
#define STATE_TOLD	  0x7f
#define STATE_WAITS	  0x02
#define STATE_DEAD	  0x80
#define STATE_IDLE	  0x402
#define STATE_RTLOCK_WAIT 0x1000
#define STATE_FROZEN	  0x8000
#define TOLD_IDLE	  0x80
#define TOLD_PREEMPTED	  0x100

/* As LTTng tells it: the highest bit, that of idle kernel threads, or that of being preempted. */
static __always_inline __s64 state_told(bool typed, bool preempt, __u32 state,
					struct task_struct *task)
{
	__u32 told = state & STATE_TOLD;

	if (preempt)
		return TOLD_PREEMPTED;
	if (state & STATE_DEAD)
		told |= LOAD(task, exit_state) & STATE_TOLD;
	if (state == STATE_IDLE)
		return TOLD_IDLE;
	if (state & (STATE_RTLOCK_WAIT | STATE_FROZEN))
		return STATE_WAITS;
	told |= told >> 1;
	told |= told >> 2;
	told |= told >> 4;
	return told - (told >> 1);
}

/* Whether the next thread was brought by a waking, or follows one that was. */
static __always_inline bool chain_follows(struct jscope_kernel_cpu *cpu, __u8 *pending)
{
	if (*pending) {
		*pending = 0;
		cpu->follow = CHAIN_FOLLOWED;
		return true;
	}
	if (!cpu->follow)
		return false;
	cpu->follow--;
	return true;
}

static __always_inline bool chain_switch(bool typed, struct task_struct *next)
{
	struct jscope_kernel_cpu *cpu = this_cpu();
	__u32 tid = LOAD(next, pid);
	__u8 *pending = pending_of(tid);
	bool wanted;

	if (!cpu || !pending)
		return false;
	wanted = chain_follows(cpu, pending);
	cpu->shown = wanted ? tid : 0;
	if (!tid) /* nobody wakes the idle thread */
		cpu->follow = 0;
	return wanted;
}

static __always_inline bool switch_wanted(bool typed, struct task_struct *prev,
					  struct task_struct *next)
{
	if (config.pid_count)
		return pid_listed(LOAD(prev, tgid)) || pid_listed(LOAD(next, tgid));
	return !chain_only() || chain_switch(typed, next);
}

PROBE(sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	__u32 mode = chain_only() ? JSCOPE_KERNEL_CPU_RUNS : JSCOPE_KERNEL_CPU_ON;
	struct record_sched_switch *record;
	__u32 state;

	if (!switch_wanted(typed, prev, next))
		return 0;
	record = record_begin_on(sched_switch, mode);
	if (!record)
		return 0;
	state = config.switch_has_state ? ctx[3] : LOAD(prev, __state);
	task_comm_put(typed, record->body.prev_comm, prev);
	record_put(record, prev_tid, LOAD(prev, pid));
	record_put(record, prev_prio, task_prio(typed, prev));
	record_put(record, prev_state, state_told(typed, preempt, state, prev));
	task_comm_put(typed, record->body.next_comm, next);
	record_put(record, next_tid, LOAD(next, pid));
	record_put(record, next_prio, task_prio(typed, next));
	record_end(record);
	return 0;
}

PROBE(cpu_idle, unsigned int state, unsigned int cpu)
{
	struct record_power_cpu_idle *record = record_begin(power_cpu_idle);

	if (!record)
		return 0;
	record_put(record, state, state);
	record_put(record, cpu_id, cpu);
	record_end(record);
	return 0;
}

#endif
