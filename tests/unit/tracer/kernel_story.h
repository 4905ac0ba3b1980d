/*
 * Made-up records of a kernel for tests of who reads them: one call each, in the order of time.
 */
#ifndef TESTS_KERNEL_STORY_H
#define TESTS_KERNEL_STORY_H

#include "common/ns.h"
#include "probes/kernel_record.h"

#define STORY_CPUS 4

struct story {
	void (*record)(void *state, uint32_t cpu, const struct jscope_kernel_head *head);
	void *state;
	jscope_ns at_ns;	   /* of the next records */
	uint32_t lost[STORY_CPUS]; /* what those of a CPU tell; may be set */
};

void story_irq_entry(struct story *story, uint32_t cpu, int32_t irq, const char *name);
void story_irq_exit(struct story *story, uint32_t cpu, int32_t irq);
void story_softirq_raise(struct story *story, uint32_t cpu, uint32_t vec);
void story_softirq_entry(struct story *story, uint32_t cpu, uint32_t vec);
void story_softirq_exit(struct story *story, uint32_t cpu, uint32_t vec);
void story_waking(struct story *story, uint32_t cpu, int32_t tid);
void story_wakeup_new(struct story *story, uint32_t cpu, int32_t tid);
/* The thread is called "thread TID". */
void story_switch(struct story *story, uint32_t cpu, int32_t prev_tid, int32_t next_tid);
void story_issue(struct story *story, uint32_t cpu, uint32_t dev, uint64_t rq, uint32_t nr_sector);
void story_complete(struct story *story, uint32_t cpu, uint32_t dev, uint64_t rq,
		    uint32_t nr_sector);
void story_requeue(struct story *story, uint32_t cpu, uint32_t dev, uint64_t rq);
void story_disk(struct story *story, uint32_t dev, const char *name);

/*
 * A stream of card 1: 48 kHz, periods of 480 frames, a buffer of 1920, positions modulo `boundary`.
 */
struct story_pcm {
	uint32_t device, stream, state;
	uint64_t hw_ptr, appl_ptr, boundary;
};
void story_period(struct story *story, uint32_t cpu, const struct story_pcm *pcm);
void story_appl(struct story *story, uint32_t cpu, const struct story_pcm *pcm);
void story_xrun(struct story *story, uint32_t cpu, const struct story_pcm *pcm);

#endif
