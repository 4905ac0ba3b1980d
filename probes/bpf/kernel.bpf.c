// SPDX-License-Identifier: GPL-2.0-or-later OR MIT
/*
 * Our programs in the kernel: a part per noun, each probe a tracepoint or a function of the kernel.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <stddef.h>

#include "types.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "record.bpf.h"
#include "probe.bpf.h"
#include "filter.bpf.h"
#include "context.bpf.h"

#include "irq.bpf.h"
#include "sched.bpf.h"
#include "timer.bpf.h"
#include "block.bpf.h"
#if __has_include("sound.bpf.h")
#include "sound.bpf.h"
#endif

/* The kernel asks for the licence of a program before it hands over its structs. */
char dual_license[] SEC("license") = "Dual MIT/GPL";
