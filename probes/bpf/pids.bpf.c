// SPDX-License-Identifier: GPL-2.0-or-later OR MIT
/*
 * Which number the kernel gives to a process that we know by another, as processes of a container
 * do: a line for each thread that we can see, read by the recorder.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "types.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "probes/kernel_programs.h"

/* In our own namespace, which is the one that our own number is given in last. */
static __always_inline __u32 number_seen(struct pid *pid)
{
	struct task_struct *us = (struct task_struct *)bpf_get_current_task_btf();
	const __u64 level = BPF_CORE_READ(us, thread_pid, level);
	const void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	int seen = 0;

	bpf_probe_read_kernel(&seen, sizeof seen,
			      numbers + level * bpf_core_type_size(struct upid) +
				      bpf_core_field_offset(struct upid, nr));
	return seen;
}

SEC("iter/task")
int thread_tell(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct jscope_kernel_number number = {};

	if (!task)
		return 0;
	number.seen = number_seen(task->thread_pid);
	number.tgid = task->tgid;
	bpf_seq_write(context->meta->seq, &number, sizeof number);
	return 0;
}

char dual_license[] SEC("license") = "Dual MIT/GPL";
