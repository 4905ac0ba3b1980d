/* High-resolution timers, the timer wheel, and the interrupt of a CPU's own timer. */
#ifndef BPF_TIMER_H
#define BPF_TIMER_H

PROBE(hrtimer_start, struct hrtimer *timer, unsigned int mode)
{
	struct record_timer_hrtimer_start *record = record_begin(timer_hrtimer_start);

	if (!record)
		return 0;
	record_put(record, hrtimer, (__u64)timer);
	record_put(record, function, (__u64)LOAD(timer, function));
	record_put(record, expires, LOAD(timer, node.expires));
	record_put(record, softexpires, LOAD(timer, _softexpires));
	record_put(record, mode, mode);
	record_end(record);
	return 0;
}

PROBE(hrtimer_expire_entry, struct hrtimer *timer, const __s64 *now)
{
	struct record_timer_hrtimer_expire_entry *record;
	__s64 now_ns = 0;

	record = record_begin(timer_hrtimer_expire_entry);
	if (!record)
		return 0;
	bpf_probe_read_kernel(&now_ns, sizeof now_ns, now);
	record_put(record, hrtimer, (__u64)timer);
	record_put(record, now, now_ns);
	record_put(record, function, (__u64)LOAD(timer, function));
	record_put(record, softexpires, LOAD(timer, _softexpires));
	record_put(record, expires, LOAD(timer, node.expires));
	record_end(record);
	return 0;
}

/* The timer itself may be gone by now. */
PROBE(hrtimer_expire_exit, struct hrtimer *timer)
{
	struct record_timer_hrtimer_expire_exit *record = record_begin(timer_hrtimer_expire_exit);

	if (!record)
		return 0;
	record_put(record, hrtimer, (__u64)timer);
	record_end(record);
	return 0;
}

PROBE(timer_expire_entry, struct timer_list *timer, unsigned long baseclk)
{
	struct record_timer_expire_entry *record = record_begin(timer_expire_entry);

	if (!record)
		return 0;
	record_put(record, timer, (__u64)timer);
	record_put(record, now, bpf_jiffies64());
	record_put(record, function, (__u64)LOAD(timer, function));
	record_put(record, baseclk, baseclk);
	record_end(record);
	return 0;
}

PROBE(timer_expire_exit, struct timer_list *timer)
{
	struct record_timer_expire_exit *record = record_begin(timer_expire_exit);

	if (!record)
		return 0;
	record_put(record, timer, (__u64)timer);
	record_end(record);
	return 0;
}

PROBE(local_timer_entry, int vector)
{
	struct record_x86_irq_vectors_local_timer_entry *record =
		record_begin(x86_irq_vectors_local_timer_entry);

	if (!record)
		return 0;
	record_put(record, vector, vector);
	record_end(record);
	return 0;
}

PROBE(local_timer_exit, int vector)
{
	struct record_x86_irq_vectors_local_timer_exit *record =
		record_begin(x86_irq_vectors_local_timer_exit);

	if (!record)
		return 0;
	record_put(record, vector, vector);
	record_end(record);
	return 0;
}

#endif
