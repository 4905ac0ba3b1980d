/*
 * The records that our BPF programs leave in the kernel's rings, one ring per CPU: a head, and
 * behind it the fields of an event of kernel_events.def without padding, as they lie in the trace.
 * Included by the programs (probes/bpf) and by the recorder (tracer/kernel).
 */
#ifndef PROBES_KERNEL_RECORD_H
#define PROBES_KERNEL_RECORD_H

#include <linux/types.h>

#define JSCOPE_KERNEL_COMM_SIZE 16
#define JSCOPE_KERNEL_TEXT_SIZE 24

/* 16 bytes; the fields follow. */
struct jscope_kernel_head {
	__u64 at_ns; /* CLOCK_MONOTONIC */
	__u32 lost;  /* records of this CPU for which there was no room so far, modulo 2^32 */
	__u16 id;    /* enum jscope_kernel_event */
	__u16 size;  /* bytes that follow */
};

/* What is switched on and off together. */
enum jscope_kernel_group {
	JSCOPE_KERNEL_IRQ,
	JSCOPE_KERNEL_SOFTIRQ,
	JSCOPE_KERNEL_TASKLET,
	JSCOPE_KERNEL_WORKQUEUE,
	JSCOPE_KERNEL_HRTIMER,
	JSCOPE_KERNEL_HRTIMER_START, /* beside it, since it is frequent and rarely needed */
	JSCOPE_KERNEL_TIMER,
	JSCOPE_KERNEL_LOCAL_TIMER,
	JSCOPE_KERNEL_WAKE,
	JSCOPE_KERNEL_WAKEUP,
	JSCOPE_KERNEL_SWITCH,
	JSCOPE_KERNEL_MIGRATE,
	JSCOPE_KERNEL_IDLE,
	JSCOPE_KERNEL_BLOCK,
	JSCOPE_KERNEL_PCM,
	JSCOPE_KERNEL_MIDI,
	JSCOPE_KERNEL_TOLD, /* by the recorder */
	JSCOPE_KERNEL_GROUP_COUNT
};

#define KERNEL_EVENT(name, group, sentence, fields) JSCOPE_KERNEL_EVENT_##name,
enum jscope_kernel_event {
#include "probes/kernel_events.def"
	JSCOPE_KERNEL_EVENT_COUNT
};
#undef KERNEL_EVENT
#undef KERNEL_PCM_FIELDS
#undef KERNEL_PCM_POSITION

/* struct jscope_kernel_<event>: its fields. */
#define KERNEL_TYPE_u32(name)		   __u32 name
#define KERNEL_TYPE_i32(name)		   __s32 name
#define KERNEL_TYPE_u64(name)		   __u64 name
#define KERNEL_TYPE_i64(name)		   __s64 name
#define KERNEL_TYPE_x64(name)		   __u64 name
#define KERNEL_TYPE_comm(name)		   char name[JSCOPE_KERNEL_COMM_SIZE]
#define KERNEL_TYPE_text(name)		   char name[JSCOPE_KERNEL_TEXT_SIZE]
#define KERNEL_FIELD(name, type, sentence) KERNEL_TYPE_##type(name);
#define KERNEL_EVENT(name, group, sentence, fields)                                                \
	struct jscope_kernel_##name {                                                              \
		fields                                                                             \
	} __attribute__((packed));
#include "probes/kernel_events.def"
#undef KERNEL_EVENT
#undef KERNEL_FIELD
#undef KERNEL_PCM_FIELDS
#undef KERNEL_PCM_POSITION

#endif
