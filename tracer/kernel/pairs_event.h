/*
 * Insides of the pairs of a kernel recording, shared by pairs*.c: what is open, and who handles
 * which event. One thread.
 */
#ifndef KERNEL_PAIRS_EVENT_H
#define KERNEL_PAIRS_EVENT_H

#include "common/map.h"
#include "pairs.h"

#define JSCOPE__PAIRS_NESTING  16 /* open handlers of a CPU */
#define JSCOPE__PAIRS_SOFTIRQS 32 /* vectors; Linux has 10 */

/* A handler that is open on a CPU. */
struct jscope__pairs_open {
	bool is_softirq;
	uint32_t id; /* line, or vector */
	jscope_ns begin_ns;
	char name[JSCOPE_KERNEL_TEXT_SIZE];
};

struct jscope__pairs_cpu {
	uint32_t lost; /* as its last record told */
	unsigned depth;
	struct jscope__pairs_open stack[JSCOPE__PAIRS_NESTING];
	jscope_ns softirqs[JSCOPE__PAIRS_SOFTIRQS]; /* entry of each that is open, else UNKNOWN */
	int64_t current_tid;			    /* -1 while unknown */
};

struct jscope__kernel_pairs {
	void (*sample)(void *state, const struct jscope_kernel_sample *sample);
	void *state;
	uint64_t loss_count;	     /* in whatever CPU */
	uint64_t refused;	     /* beside those of the maps */
	struct jscope_map *threads;  /* tid -> struct thread: those that run or are about to */
	struct jscope_map *requests; /* (dev, request) -> struct request: those with the driver */
	struct jscope_map *streams;  /* key of a stream -> struct stream */
	struct jscope_map *disks;    /* dev -> struct disk */
	uint32_t cpu_count;
	struct jscope__pairs_cpu cpus[];
};

/* A record in hand. */
struct jscope__pairs_event {
	struct jscope__kernel_pairs *pairs;
	struct jscope__pairs_cpu *cpu;
	uint32_t cpu_id;
	jscope_ns at_ns;
	const void *fields;
};

/* The pair ends here. Its value is the time that passed, or nothing where a loss lies between. */
void jscope__pairs_tell(const struct jscope__pairs_event *event, enum jscope_kernel_measure measure,
			uint64_t key, const char *name, jscope_ns begin_ns, bool lost);

typedef void jscope__pairs_handler_fn(const struct jscope__pairs_event *event);
jscope__pairs_handler_fn jscope__pairs_irq_entry, jscope__pairs_irq_exit,
	jscope__pairs_softirq_entry, jscope__pairs_softirq_exit;
jscope__pairs_handler_fn jscope__pairs_waking, jscope__pairs_wakeup_new, jscope__pairs_switch;
jscope__pairs_handler_fn jscope__pairs_issue, jscope__pairs_requeue, jscope__pairs_complete,
	jscope__pairs_disk;
jscope__pairs_handler_fn jscope__pairs_period, jscope__pairs_appl, jscope__pairs_stream_stops;

/* No softirq is open on this CPU. */
void jscope__pairs_softirqs_forget(struct jscope__pairs_cpu *cpu);
/* Ends of the handlers that are open on this CPU are among what was lost. */
void jscope__pairs_handlers_lost(const struct jscope__pairs_event *event);
/* The thread that is current on this CPU is not any more, and nobody knows which is. */
void jscope__pairs_current_leaves(struct jscope__kernel_pairs *pairs,
				  struct jscope__pairs_cpu *cpu);

/* A map with all its memory. Returns 0 or -ENOMEM; the map is the caller's in any case. */
int jscope__pairs_map_create(size_t value_size, size_t count_max, struct jscope_map **ret_map);
int jscope__pairs_threads_create(struct jscope_map **ret_threads);
int jscope__pairs_requests_create(struct jscope_map **ret_requests);
int jscope__pairs_disks_create(struct jscope_map **ret_disks);
int jscope__pairs_streams_create(struct jscope_map **ret_streams);

#endif
