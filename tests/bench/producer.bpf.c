// SPDX-License-Identifier: GPL-2.0-or-later OR MIT
/*
 * Records for the bench of the recorder: each run makes PRODUCER_BURST of them, as fast as a program
 * of the kernel can, in the ring of the bench. 48 bytes each, head and all.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "producer.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, PRODUCER_RING_BYTES);
} ring SEC(".maps");

struct record {
	struct jscope_kernel_head head;
	struct jscope_kernel_timer_expire_entry body;
};
_Static_assert(sizeof(struct record) == 48, "");

__u64 produced;
__u32 lost;

SEC("syscall")
int produce(void *context)
{
	for (int i = 0; i < PRODUCER_BURST; i++) {
		struct record *record = bpf_ringbuf_reserve(&ring, sizeof *record, 0);
		__u64 *body;

		if (!record) {
			lost++;
			continue;
		}
		record->head.at_ns = bpf_ktime_get_ns();
		record->head.lost = lost;
		record->head.id = JSCOPE_KERNEL_EVENT_timer_expire_entry;
		record->head.size = sizeof record->body;
		body = (void *)&record->body;
		body[0] = 0xffff888000000000 + i;
		body[1] = record->head.at_ns;
		body[2] = 0xffffffff81000000;
		body[3] = produced++;
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	}
	return 0;
}
