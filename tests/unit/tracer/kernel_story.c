#include "kernel_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In memory of exactly its size, so that a sanitizer sees who reads behind it. */
static void tell(struct story *story, uint32_t cpu, enum jscope_kernel_event event,
		 const void *fields, size_t size)
{
	struct jscope_kernel_head *head = malloc(sizeof *head + size);

	if (!head)
		abort();
	head->at_ns = (uint64_t)story->at_ns;
	head->lost = story->lost[cpu];
	head->id = (uint16_t)event;
	head->size = (uint16_t)size;
	memcpy(head + 1, fields, size);
	story->record(story->state, cpu, head);
	free(head);
}

#define TELL(story, cpu, event, ...)                                                               \
	do {                                                                                       \
		const struct jscope_kernel_##event fields = { __VA_ARGS__ };                       \
                                                                                                   \
		tell(story, cpu, JSCOPE_KERNEL_EVENT_##event, &fields, sizeof fields);             \
	} while (0)

void story_irq_entry(struct story *story, uint32_t cpu, int32_t irq, const char *name)
{
	struct jscope_kernel_irq_handler_entry fields = { .irq = irq };

	snprintf(fields.name, sizeof fields.name, "%s", name);
	tell(story, cpu, JSCOPE_KERNEL_EVENT_irq_handler_entry, &fields, sizeof fields);
}

void story_irq_exit(struct story *story, uint32_t cpu, int32_t irq)
{
	TELL(story, cpu, irq_handler_exit, .irq = irq, .ret = 1);
}

void story_softirq_raise(struct story *story, uint32_t cpu, uint32_t vec)
{
	TELL(story, cpu, irq_softirq_raise, .vec = vec);
}

void story_softirq_entry(struct story *story, uint32_t cpu, uint32_t vec)
{
	TELL(story, cpu, irq_softirq_entry, .vec = vec);
}

void story_softirq_exit(struct story *story, uint32_t cpu, uint32_t vec)
{
	TELL(story, cpu, irq_softirq_exit, .vec = vec);
}

void story_waking(struct story *story, uint32_t cpu, int32_t tid)
{
	TELL(story, cpu, sched_waking, .tid = tid, .target_cpu = (int32_t)cpu);
}

void story_wakeup_new(struct story *story, uint32_t cpu, int32_t tid)
{
	TELL(story, cpu, sched_wakeup_new, .tid = tid, .target_cpu = (int32_t)cpu);
}

/* All 16 letters are the name's: there is no NUL in a record where it is that long. */
static void comm_fill(char *comm, int32_t tid)
{
	char name[32];

	snprintf(name, sizeof name, "thread %09d", tid);
	memcpy(comm, name, JSCOPE_KERNEL_COMM_SIZE);
}

void story_switch(struct story *story, uint32_t cpu, int32_t prev_tid, int32_t next_tid)
{
	struct jscope_kernel_sched_switch fields = { .prev_tid = prev_tid, .next_tid = next_tid };

	comm_fill(fields.prev_comm, prev_tid);
	comm_fill(fields.next_comm, next_tid);
	tell(story, cpu, JSCOPE_KERNEL_EVENT_sched_switch, &fields, sizeof fields);
}

void story_issue(struct story *story, uint32_t cpu, uint32_t dev, uint64_t rq, uint32_t nr_sector)
{
	TELL(story, cpu, block_rq_issue, .dev = dev, .rq = rq, .nr_sector = nr_sector,
	     .bytes = nr_sector * 512);
}

void story_complete(struct story *story, uint32_t cpu, uint32_t dev, uint64_t rq,
		    uint32_t nr_sector)
{
	TELL(story, cpu, block_rq_complete, .dev = dev, .rq = rq, .nr_sector = nr_sector,
	     .bytes = nr_sector * 512);
}

void story_requeue(struct story *story, uint32_t cpu, uint32_t dev, uint64_t rq)
{
	TELL(story, cpu, block_rq_requeue, .dev = dev, .rq = rq);
}

void story_disk(struct story *story, uint32_t dev, const char *name)
{
	struct jscope_kernel_lttng_statedump_block_device fields = { .dev = dev };

	snprintf(fields.diskname, sizeof fields.diskname, "%s", name);
	tell(story, 0, JSCOPE_KERNEL_EVENT_lttng_statedump_block_device, &fields, sizeof fields);
}

#define PCM(pcm)                                                                                   \
	.card = 1, .device = (pcm)->device, .stream = (pcm)->stream, .hw_ptr = (pcm)->hw_ptr,      \
	.appl_ptr = (pcm)->appl_ptr, .boundary = (pcm)->boundary, .buffer_size = 1920,             \
	.period_size = 480, .rate = 48000, .state = (pcm)->state

void story_period(struct story *story, uint32_t cpu, const struct story_pcm *pcm)
{
	TELL(story, cpu, snd_pcm_period_elapsed_exit, PCM(pcm), .id = "Card");
}

void story_appl(struct story *story, uint32_t cpu, const struct story_pcm *pcm)
{
	TELL(story, cpu, snd_pcm_appl_ptr, PCM(pcm));
}

void story_xrun(struct story *story, uint32_t cpu, const struct story_pcm *pcm)
{
	TELL(story, cpu, snd_pcm_xrun, PCM(pcm));
}
