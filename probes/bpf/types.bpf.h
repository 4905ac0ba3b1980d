/*
 * What we read of the kernel's structs, and no more: libbpf finds the fields of the running kernel
 * by their names when it loads the programs. Fields and structs that only some kernels have are in
 * structs of their own (name___since).
 */
#ifndef BPF_TYPES_H
#define BPF_TYPES_H

#include <linux/types.h>
#include <stdbool.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct thread_info {
	__u32 cpu;
};

struct sched_entity {
	unsigned char sched_delayed; /* since 6.12: still queued, but asleep */
};

struct upid {
	int nr;
};

struct pid {
	unsigned int level; /* of the namespace it was made in */
	struct upid numbers[1]; /* by level */
};

struct task_struct {
	struct thread_info thread_info;
	void *stack;
	unsigned int __state;
	int exit_state;
	unsigned int flags;
	int on_cpu;
	int on_rq;
	int prio;
	struct sched_entity se;
	struct pid *thread_pid;
	__u32 pid;
	__u32 tgid;
	char comm[16];
};

/* Until 5.15. */
struct task_struct___5_15 {
	unsigned int cpu;
};

struct irqaction {
	const char *name;
};

struct tasklet_struct;

struct work_struct {
	void *func;
};

struct pool_workqueue;

struct timerqueue_node {
	__s64 expires;
};

struct hrtimer {
	struct timerqueue_node node;
	__s64 _softexpires;
	void *function;
};

struct timer_list {
	void *function;
};

struct gendisk {
	int major;
	int first_minor;
};

struct request_queue {
	void *elevator; /* its scheduler, or NULL */
	struct gendisk *disk;
};

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	int tag;
	unsigned int __data_len;
	__u64 __sector;
};

/* Until 5.16. */
struct request___5_16 {
	struct gendisk *rq_disk;
};

/* The registers of x86, by the names that the kernel has for them inside. */
struct pt_regs___inside {
	unsigned long orig_ax;
};

/* What an iterator over threads is given. */
struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task; /* NULL at the end */
};

#pragma clang attribute pop

/* Numbers that are the kernel's own affair come from its BTF, too. */
enum req_op {
	REQ_OP_READ = 0,
	REQ_OP_WRITE = 1,
	REQ_OP_FLUSH = 2,
	REQ_OP_DISCARD = 3,
	REQ_OP_SECURE_ERASE = 5,
};

#define REQ_OP_PASSTHROUGH 32 /* from here on: commands that address no sectors */

enum req_flag_bits {
	__REQ_SYNC = 11,
	__REQ_META = 12,
	__REQ_FUA = 17,
	__REQ_PREFLUSH = 18,
	__REQ_RAHEAD = 19,
};

#endif
