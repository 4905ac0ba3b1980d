/*
 * What our BPF programs are told before they are loaded, and what they keep per CPU: between
 * probes/bpf and the part of the recorder that loads them (tracer/kernel/probes*.c).
 */
#ifndef PROBES_KERNEL_PROGRAMS_H
#define PROBES_KERNEL_PROGRAMS_H

#include <linux/types.h>

#include "probes/kernel_record.h"

#define JSCOPE_KERNEL_LIST_MAX 16

/* Thread ids are less than this on every kernel of 64 bits. */
#define JSCOPE_KERNEL_TID_COUNT (4u << 20)

enum jscope_kernel_sched_mode {
	JSCOPE_KERNEL_SCHED_MODE_CHAIN,
	JSCOPE_KERNEL_SCHED_MODE_ALL,
};

/* Constant once the programs are loaded, so that the verifier removes what is not asked for. */
struct jscope_kernel_config {
	__u32 groups;	  /* bits 1 << enum jscope_kernel_group */
	__u32 own_tgid;	  /* the recorder's process, which is left out */
	__u32 sched_mode; /* enum jscope_kernel_sched_mode */
	/* A list of none lets all through. */
	__u32 irq_count, disk_count, card_count, pid_count;
	__s32 irq_lines[JSCOPE_KERNEL_LIST_MAX];			 /* -1: by name */
	char irq_names[JSCOPE_KERNEL_LIST_MAX][JSCOPE_KERNEL_TEXT_SIZE]; /* cut like a record's */
	__u32 disks[JSCOPE_KERNEL_LIST_MAX];				 /* major << 20 | minor */
	__u32 cards[JSCOPE_KERNEL_LIST_MAX];
	__u32 pids[JSCOPE_KERNEL_LIST_MAX]; /* processes, as the kernel numbers them */
	/* Facts about this kernel that its structs do not tell. */
	__u32 switch_has_state;	  /* sched_switch has the argument prev_state */
	__u32 complete_has_errno; /* block_rq_complete tells an errno, not a blk_status_t */
};

enum jscope_kernel_cpu_mode {
	JSCOPE_KERNEL_CPU_OFF,
	JSCOPE_KERNEL_CPU_RUNS, /* filtered out: only threads that a recorded waking brought here */
	JSCOPE_KERNEL_CPU_ON,
};

/*
 * One per possible CPU, in a map that the recorder sees too. Written on its own CPU, but for mode.
 */
struct jscope_kernel_cpu {
	__u32 mode;    /* enum jscope_kernel_cpu_mode; by the recorder */
	__u32 lost;    /* records for which there was no room, modulo 2^32 */
	__u32 shown;   /* thread that runs here as far as the trace tells; 0: it does not */
	__u32 follow;  /* switches that are still recorded after a thread was brought here */
	__u32 softirq; /* the last that was entered */
	__u64 event_lost[JSCOPE_KERNEL_EVENT_COUNT]; /* the same losses by event */
} __attribute__((aligned(64)));

/* A thread, for whoever knows it by another number than the kernel. */
struct jscope_kernel_number {
	__u32 seen; /* by the recorder; 0 where it cannot see it */
	__u32 tgid; /* its process, as the kernel numbers it */
};

#endif
