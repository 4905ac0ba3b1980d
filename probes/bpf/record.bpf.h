/*
 * Records: room in the ring of this CPU, the time, what was lost before.
 *
 *	struct record_irq_softirq_entry *record = record_begin(irq_softirq_entry);
 *
 *	if (record) {
 *		record_put(record, vec, vec);
 *		record_end(record);
 *	}
 *
 * Room is reserved first and the clock read then: what interrupts us between the two leaves records
 * behind ours that are earlier, which the recorder puts right. Nothing is lost in silence but what
 * a program interrupted by itself misses, which the kernel counts (recursion_misses).
 */
#ifndef BPF_RECORD_H
#define BPF_RECORD_H

#include "probes/kernel_programs.h"

const volatile struct jscope_kernel_config config SEC(".rodata.config");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set to the possible CPUs, like that of the rings */
	__type(key, __u32);
	__type(value, struct jscope_kernel_cpu);
} cpus SEC(".maps");

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct ring);
} rings SEC(".maps");

/* struct record_<event>: a record of it. */
#define KERNEL_FIELD(name, type, sentence)
#define KERNEL_EVENT(name, group, sentence, fields)                                                \
	struct record_##name {                                                                     \
		struct jscope_kernel_head head;                                                    \
		struct jscope_kernel_##name body;                                                  \
	};
#include "probes/kernel_events.def"
#undef KERNEL_EVENT
#undef KERNEL_FIELD
#undef KERNEL_PCM_FIELDS
#undef KERNEL_PCM_POSITION

static __always_inline bool group_wanted(enum jscope_kernel_group group)
{
	return config.groups >> group & 1;
}

static __always_inline struct jscope_kernel_cpu *cpu_get(__u32 cpu)
{
	return bpf_map_lookup_elem(&cpus, &cpu);
}

static __always_inline struct jscope_kernel_cpu *this_cpu(void)
{
	return cpu_get(bpf_get_smp_processor_id());
}

static __always_inline void record_lost(struct jscope_kernel_cpu *state, __u16 id)
{
	__sync_fetch_and_add(&state->lost, 1);
	__sync_fetch_and_add(&state->event_lost[id], 1);
}

/* mode: what this CPU must be in at least (enum jscope_kernel_cpu_mode). */
static __always_inline void *record_reserve(__u16 id, __u16 size, __u32 mode)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct jscope_kernel_cpu *state = bpf_map_lookup_elem(&cpus, &cpu);
	struct jscope_kernel_head *head;
	void *ring;

	if (!state || state->mode < mode)
		return NULL;
	ring = bpf_map_lookup_elem(&rings, &cpu);
	if (!ring)
		return NULL;
	head = bpf_ringbuf_reserve(ring, sizeof *head + size, 0);
	if (!head) {
		record_lost(state, id);
		return NULL;
	}
	head->at_ns = bpf_ktime_get_ns();
	head->lost = state->lost;
	head->id = id;
	head->size = size;
	return head;
}

#define record_begin_on(event, mode)                                                               \
	((struct record_##event *)record_reserve(JSCOPE_KERNEL_EVENT_##event,                      \
						 sizeof(struct jscope_kernel_##event), mode))
#define record_begin(event) record_begin_on(event, JSCOPE_KERNEL_CPU_ON)

static __always_inline void record_end(void *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* Fields are packed, which by itself would be written byte by byte. */
#define record_put(record, field, value)                                                           \
	(*(typeof((record)->body.field) *)(void *)&(record)->body.field = (value))

static __always_inline void comm_put(void *to, const void *from)
{
	((__u64 *)to)[0] = ((const __u64 *)from)[0];
	((__u64 *)to)[1] = ((const __u64 *)from)[1];
}

/* What `from` points to in the kernel, cut to what a text holds. */
static __always_inline void text_put(char *to, const char *from)
{
	if (bpf_probe_read_kernel_str(to, JSCOPE_KERNEL_TEXT_SIZE, from) < 0)
		to[0] = 0;
}

#endif
