/*
 * What is let through. Lists of none cost nothing: the verifier knows their counts and removes the
 * search. Filters come before the reservation of a record.
 *
 * The recorder's own process is left out where that changes nobody else's times: what wakes it, and
 * the requests that it makes. Switches to and from it stay, since without them another thread would
 * seem to run while it does; so do wakings by it, without which those threads would seem to run
 * unasked, and interrupts and timers, which carry no owner.
 */
#ifndef BPF_FILTER_H
#define BPF_FILTER_H

static __always_inline bool list_has(const volatile __u32 *list, __u32 count, __u32 wanted)
{
	for (__u32 i = 0; i < JSCOPE_KERNEL_LIST_MAX; i++)
		if (i < count && list[i] == wanted)
			return true;
	return false;
}

static __always_inline bool irq_name_is(const volatile char *wanted, const char *name)
{
	const volatile __u64 *a = (const volatile __u64 *)wanted;
	const __u64 *b = (const __u64 *)name;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

static __always_inline bool irq_wanted(int line, const char *name)
{
	__u64 text[JSCOPE_KERNEL_TEXT_SIZE / 8] = {};

	if (!config.irq_count)
		return true;
	text_put((char *)text, name);
	for (__u32 i = 0; i < JSCOPE_KERNEL_LIST_MAX; i++) {
		if (i >= config.irq_count)
			break;
		if (config.irq_lines[i] >= 0 ? config.irq_lines[i] == line
					     : irq_name_is(config.irq_names[i], (char *)text))
			return true;
	}
	return false;
}

/* By its number, for probes on sound. */
static __always_inline bool card_wanted(__u32 card)
{
	return !config.card_count || list_has(config.cards, config.card_count, card);
}

static __always_inline bool disk_wanted(__u32 dev)
{
	return !config.disk_count || list_has(config.disks, config.disk_count, dev);
}

static __always_inline bool pid_listed(__u32 tgid)
{
	return list_has(config.pids, config.pid_count, tgid);
}

#endif
