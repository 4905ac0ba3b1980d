#include "probes_points.h"

#include <stddef.h>

#define BIT(group) (UINT32_C(1) << JSCOPE_KERNEL_##group)
#define POINT(name, groups, event, without)                                                        \
	{                                                                                          \
		name, groups, { JSCOPE_KERNEL_EVENT_##event }, 1, without                          \
	}
#define POINT_OF_TWO(name, groups, first, second, without)                                         \
	{                                                                                          \
		name, groups, { JSCOPE_KERNEL_EVENT_##first, JSCOPE_KERNEL_EVENT_##second }, 2,    \
			without                                                                    \
	}

static const struct jscope__kernel_point points[] = {
	POINT("irq_handler_entry", BIT(IRQ), irq_handler_entry, "interrupts will be missing"),
	POINT("irq_handler_exit", BIT(IRQ), irq_handler_exit,
	      "handlers of interrupts will have no end"),
	POINT("softirq_raise", BIT(SOFTIRQ), irq_softirq_raise,
	      "softirqs will not show who asked for them"),
	POINT("softirq_entry", BIT(SOFTIRQ) | BIT(TASKLET), irq_softirq_entry,
	      "softirqs will be missing"),
	POINT("softirq_exit", BIT(SOFTIRQ), irq_softirq_exit, "softirqs will have no end"),
	POINT_OF_TWO("tasklet_entry", BIT(TASKLET), irq_tasklet_low_entry, irq_tasklet_hi_entry,
		     "tasklets will be missing"),
	POINT_OF_TWO("tasklet_exit", BIT(TASKLET), irq_tasklet_low_exit, irq_tasklet_hi_exit,
		     "tasklets will have no end"),
	POINT("workqueue_queue_work", BIT(WORKQUEUE), workqueue_queue_work,
	      "work items will not show when they were queued"),
	POINT("workqueue_execute_start", BIT(WORKQUEUE), workqueue_execute_start,
	      "work items will be missing"),
	POINT("workqueue_execute_end", BIT(WORKQUEUE), workqueue_execute_end,
	      "work items will have no end"),
	POINT("hrtimer_start", BIT(HRTIMER_START), timer_hrtimer_start,
	      "high-resolution timers will not show when they were set"),
	POINT("hrtimer_expire_entry", BIT(HRTIMER), timer_hrtimer_expire_entry,
	      "expiries of high-resolution timers will be missing"),
	POINT("hrtimer_expire_exit", BIT(HRTIMER), timer_hrtimer_expire_exit,
	      "expiries of high-resolution timers will have no end"),
	POINT("timer_expire_entry", BIT(TIMER), timer_expire_entry,
	      "expiries of timers of the wheel will be missing"),
	POINT("timer_expire_exit", BIT(TIMER), timer_expire_exit,
	      "expiries of timers of the wheel will have no end"),
	POINT("local_timer_entry", BIT(LOCAL_TIMER), x86_irq_vectors_local_timer_entry,
	      "interrupts of the CPUs' own timers will be missing"),
	POINT("local_timer_exit", BIT(LOCAL_TIMER), x86_irq_vectors_local_timer_exit,
	      "interrupts of the CPUs' own timers will have no end"),
	POINT("sched_waking", BIT(WAKE), sched_waking, "wake-ups will be missing"),
	POINT("sched_wakeup_new", BIT(WAKE), sched_wakeup_new,
	      "first wake-ups of new threads will be missing"),
	POINT("sched_wakeup", BIT(WAKEUP), sched_wakeup,
	      "wake-ups will not show when the thread was queued"),
	POINT("sched_switch", BIT(SWITCH), sched_switch,
	      "it will be missing when threads began to run"),
	POINT("sched_migrate_task", BIT(MIGRATE), sched_migrate_task,
	      "moves of threads to other CPUs will be missing"),
	POINT("cpu_idle", BIT(IDLE), power_cpu_idle, "idle times of CPUs will be missing"),
	POINT("block_rq_insert", BIT(BLOCK), block_rq_insert,
	      "block requests will have no insertion time"),
	POINT("block_rq_issue", BIT(BLOCK), block_rq_issue, "block requests will be missing"),
	POINT("block_rq_complete", BIT(BLOCK), block_rq_complete,
	      "block requests will have no end"),
	POINT("block_rq_requeue", BIT(BLOCK), block_rq_requeue,
	      "block requests that go back to the queue will not show it"),
};

#define POINT_COUNT (sizeof points / sizeof points[0])
_Static_assert(POINT_COUNT <= JSCOPE__KERNEL_POINT_MAX, "who loads them has room for so many");

const struct jscope__kernel_point *jscope__kernel_point(unsigned index)
{
	return index < POINT_COUNT ? &points[index] : NULL;
}
