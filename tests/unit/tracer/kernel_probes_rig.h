/*
 * Our programs in this kernel, something done meanwhile, and the records of it in the order of
 * their times.
 */
#ifndef TESTS_UNIT_TRACER_KERNEL_PROBES_RIG_H
#define TESTS_UNIT_TRACER_KERNEL_PROBES_RIG_H

#include <stdbool.h>

#include "probes.h"

#define RIG_SENTENCES 32
#define RIG_CPUS      1024 /* the most that tests of ours are run on */
/*
 * Of so many events that many are seen at least: some kernels run no programs while a process runs
 * that is protected from being looked at, such as the agent of a virtual machine.
 */
#define RIG_MOST(count) ((count)*3 / 4)

#define GROUP(group) (UINT32_C(1) << JSCOPE_KERNEL_##group)

struct rig_record {
	const struct jscope_kernel_head *head; /* fields follow */
	uint32_t cpu;
};

struct rig {
	struct jscope__kernel_probes_settings settings;
	struct jscope_kernel_filter filter;
	struct jscope__kernel_probes *probes;
	struct rig_record *records; /* owned, as are their heads */
	size_t record_count;
	char sentences[RIG_SENTENCES][320]; /* that were told */
	unsigned sentence_count;
};

/* Exits with 77 where this user or kernel cannot run our programs. */
void rig_need_rights(void);

/* For groups, without filters, all threads, and rings that nothing overflows. */
struct rig *rig_create(uint32_t groups);
void rig_destroy(struct rig *rig);

/* Load, attach, do what is to be recorded, detach, and take the records. */
void rig_run(struct rig *rig, void (*action)(void *state), void *state);

/* The records that came since. */
void rig_take(struct rig *rig);

/* The next record of the event from *at on, which is moved behind it; NULL if there is none. */
const struct rig_record *rig_next(const struct rig *rig, enum jscope_kernel_event event,
				  size_t *at);
size_t rig_count(const struct rig *rig, enum jscope_kernel_event event);
uint64_t rig_lost(const struct rig *rig, enum jscope_kernel_event event);

/*
 * Whether a name in a record is that of a process of ours at work. In a container we know its
 * number by another than the kernel.
 */
bool rig_is_work(const char *comm);

/* Fields of a record: `const struct jscope_kernel_sched_waking *waking = RIG_BODY(record)`. */
#define RIG_BODY(record) ((const void *)((record)->head + 1))

/* Run in a process of its own, and wait for its end. */
void rig_child(void (*action)(void *state), void *state);
void rig_wait(int pid);

#endif
