// SPDX-License-Identifier: GPL-2.0-or-later OR MIT
/*
 * What a probe costs here: the recorder attaches these to the begin of system calls, of which its
 * thread makes many, and takes the difference between a program that does nothing and one that
 * makes a record. It also asks who it is for the kernel, which differs in a container.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <stddef.h>

#include "types.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "record.bpf.h"

__u64 who; /* tgid << 32 | tid */

SEC("raw_tp")
int ask_who(void *ctx)
{
	who = bpf_get_current_pid_tgid();
	return 0;
}

SEC("raw_tp/sys_enter")
int do_nothing(void *ctx)
{
	return 0;
}

SEC("raw_tp/sys_enter")
int make_record(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task_btf();
	struct record_sched_waking *record;

	if (bpf_get_current_pid_tgid() != who)
		return 0;
	record = record_begin(sched_waking);
	if (!record)
		return 0;
	comm_put(record->body.comm, task->comm);
	record_put(record, tid, task->pid);
	record_put(record, prio, task->prio);
	record_put(record, target_cpu, task->on_cpu);
	record_end(record);
	return 0;
}

char dual_license[] SEC("license") = "Dual MIT/GPL";
