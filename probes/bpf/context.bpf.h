/*
 * Who runs on this CPU, and whether an interrupt or a softirq does.
 *
 * The count that the kernel keeps of that is a variable which programs cannot find on every kernel,
 * so we look where our stack lies. Interrupts and softirqs have one of their own per CPU, but for
 * an interrupt that comes from user mode, which finds the thread's stack empty and takes that. It
 * is told by the registers that were saved then: there was no system call. So was there none at a
 * page fault, which counts as an interrupt here: when in doubt, it is one.
 */
#ifndef BPF_CONTEXT_H
#define BPF_CONTEXT_H

#define TASK_STACK_BYTES 16384

/*
 * The lower half of where our stack lies. All of it would be a pointer, with which the verifier
 * lets nobody do sums.
 */
static __always_inline __u32 stack_here(void)
{
	__u64 here;

	asm volatile("w1 = w10\n\t%0 = r1" : "=r"(here) : : "r1");
	return here;
}

static __always_inline struct task_struct *task_current(void)
{
	return (struct task_struct *)bpf_get_current_task_btf();
}

static __always_inline bool came_by_system_call(struct task_struct *task)
{
#ifdef __TARGET_ARCH_x86
	const struct pt_regs___inside *registers = (void *)bpf_task_pt_regs((void *)task);

	return (long)registers->orig_ax >= 0;
#else
	return true;
#endif
}

/* Not in an interrupt or a softirq; a kernel thread may be. */
static __always_inline bool in_thread(struct task_struct *current)
{
	__u32 below = stack_here() - (__u32)(__u64)current->stack;

	return below < TASK_STACK_BYTES && came_by_system_call(current);
}

#define TASK_KERNEL_THREAD 0x00200000 /* in task_struct.flags */

#endif
