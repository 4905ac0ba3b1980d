/* Device interrupts, softirqs, tasklets and work queues. */
#ifndef BPF_IRQ_H
#define BPF_IRQ_H

PROBE(irq_handler_entry, int irq, struct irqaction *action)
{
	const char *name = LOAD(action, name);
	struct record_irq_handler_entry *record;

	if (!irq_wanted(irq, name))
		return 0;
	record = record_begin(irq_handler_entry);
	if (!record)
		return 0;
	record_put(record, irq, irq);
	text_put(record->body.name, name);
	record_end(record);
	return 0;
}

PROBE(irq_handler_exit, int irq, struct irqaction *action, int ret)
{
	struct record_irq_handler_exit *record;

	if (!irq_wanted(irq, LOAD(action, name)))
		return 0;
	record = record_begin(irq_handler_exit);
	if (!record)
		return 0;
	record_put(record, irq, irq);
	record_put(record, ret, ret);
	record_end(record);
	return 0;
}

/* Three events of one shape. */
#define SOFTIRQ_RECORD(event, number)                                                              \
	do {                                                                                       \
		struct record_##event *record = record_begin(event);                               \
                                                                                                   \
		if (record) {                                                                      \
			record_put(record, vec, number);                                           \
			record_end(record);                                                        \
		}                                                                                  \
	} while (0)

PROBE(softirq_raise, unsigned int vec)
{
	SOFTIRQ_RECORD(irq_softirq_raise, vec);
	return 0;
}

/* Tasklets of both kinds run through the same tracepoint: the softirq around them tells which. */
PROBE(softirq_entry, unsigned int vec)
{
	struct jscope_kernel_cpu *cpu;

	if (group_wanted(JSCOPE_KERNEL_TASKLET)) {
		cpu = this_cpu();
		if (cpu)
			cpu->softirq = vec;
	}
	if (group_wanted(JSCOPE_KERNEL_SOFTIRQ))
		SOFTIRQ_RECORD(irq_softirq_entry, vec);
	return 0;
}

PROBE(softirq_exit, unsigned int vec)
{
	SOFTIRQ_RECORD(irq_softirq_exit, vec);
	return 0;
}

#define SOFTIRQ_HI 0

#define TASKLET_RECORD(event, which, function)                                                     \
	do {                                                                                       \
		struct record_##event *record = record_begin(event);                               \
                                                                                                   \
		if (record) {                                                                      \
			record_put(record, tasklet, (__u64)(which));                               \
			record_put(record, func, (__u64)(function));                               \
			record_end(record);                                                        \
		}                                                                                  \
	} while (0)

static __always_inline bool tasklet_is_hi(void)
{
	struct jscope_kernel_cpu *cpu = this_cpu();

	return cpu && cpu->softirq == SOFTIRQ_HI;
}

PROBE(tasklet_entry, struct tasklet_struct *tasklet, void *function)
{
	if (tasklet_is_hi())
		TASKLET_RECORD(irq_tasklet_hi_entry, tasklet, function);
	else
		TASKLET_RECORD(irq_tasklet_low_entry, tasklet, function);
	return 0;
}

PROBE(tasklet_exit, struct tasklet_struct *tasklet, void *function)
{
	if (tasklet_is_hi())
		TASKLET_RECORD(irq_tasklet_hi_exit, tasklet, function);
	else
		TASKLET_RECORD(irq_tasklet_low_exit, tasklet, function);
	return 0;
}

PROBE(workqueue_queue_work, int req_cpu, struct pool_workqueue *pool, struct work_struct *work)
{
	struct record_workqueue_queue_work *record = record_begin(workqueue_queue_work);

	if (!record)
		return 0;
	record_put(record, work, (__u64)work);
	record_put(record, function, (__u64)LOAD(work, func));
	record_put(record, req_cpu, req_cpu);
	record_end(record);
	return 0;
}

PROBE(workqueue_execute_start, struct work_struct *work)
{
	struct record_workqueue_execute_start *record = record_begin(workqueue_execute_start);

	if (!record)
		return 0;
	record_put(record, work, (__u64)work);
	record_put(record, function, (__u64)LOAD(work, func));
	record_end(record);
	return 0;
}

/*
 * The item may be gone by now. Its function is an argument of a type that the verifier lets nobody
 * take from the context, but for copying.
 */
PROBE(workqueue_execute_end, struct work_struct *work)
{
	struct record_workqueue_execute_end *record;
	__u64 function = 0;

	bpf_probe_read_kernel(&function, sizeof function, &ctx[1]);
	record = record_begin(workqueue_execute_end);
	if (!record)
		return 0;
	record_put(record, work, (__u64)work);
	record_put(record, function, function);
	record_end(record);
	return 0;
}

#endif
