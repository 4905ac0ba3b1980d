/*
 * Recording the running kernel with eBPF. Blocks until the recording ends; the caller's SIGINT,
 * SIGTERM and SIGHUP end it cleanly. One recording at a time per process; one thread.
 */
#ifndef TRACER_KERNEL_H
#define TRACER_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/ns.h"
#include "probes/kernel_record.h"

#define JSCOPE_KERNEL_FILTER_MAX     16
#define JSCOPE_KERNEL_CONDITIONS_MAX 8

/* Which threads' wake-ups and switches are recorded. */
enum jscope_kernel_sched {
	JSCOPE_KERNEL_SCHED_CHAIN, /* of threads that an interrupt, a softirq or a kernel thread woke */
	JSCOPE_KERNEL_SCHED_ALL,
	JSCOPE_KERNEL_SCHED_NONE,
};

/* What the programs in the kernel let through. A count of 0 lets all through. */
struct jscope_kernel_filter {
	struct {
		int line;	  /* -1: by name */
		const char *name; /* of the handler, whole; borrowed */
	} irqs[JSCOPE_KERNEL_FILTER_MAX];
	size_t irq_count;
	dev_t disks[JSCOPE_KERNEL_FILTER_MAX];
	size_t disk_count;
	uint32_t cards[JSCOPE_KERNEL_FILTER_MAX]; /* sound cards by number */
	size_t card_count;
	pid_t pids
		[JSCOPE_KERNEL_FILTER_MAX]; /* processes: wake-ups and switches of their threads, and
						 requests that they issue */
	size_t pid_count;
	uint32_t cpus[JSCOPE_KERNEL_FILTER_MAX];
	size_t cpu_count;
	enum jscope_kernel_sched sched;
};

/* What was measured while recording: the end of a pair of events. For a view, and for triggers. */
enum jscope_kernel_measure {
	JSCOPE_KERNEL_MEASURE_IRQ,	/* handler entry to exit; key: line */
	JSCOPE_KERNEL_MEASURE_SOFTIRQ,	/* entry to exit; key: vector */
	JSCOPE_KERNEL_MEASURE_WAKE,	/* waking to switch; key: thread */
	JSCOPE_KERNEL_MEASURE_BLOCK,	/* issue to completion; key: device as in the trace */
	JSCOPE_KERNEL_MEASURE_PERIOD,	/* period elapsed to the next; key: stream */
	JSCOPE_KERNEL_MEASURE_HEADROOM, /* frames left when a period elapsed; key: stream */
	JSCOPE_KERNEL_MEASURE_COUNT
};

struct jscope_kernel_sample {
	enum jscope_kernel_measure measure;
	uint64_t key; /* a stream: card << 24 | device << 16 | substream << 8 | direction */
	const char *
		name; /* of the handler, thread, disk or card; "" where unknown; until the call ends */
	uint32_t cpu;  /* where it ended */
	bool lost;     /* records were lost meanwhile, or hide when it ended: the value is 0 */
	int64_t value; /* ns, or frames */
	jscope_ns begin_ns, end_ns;
};

struct jscope_kernel_settings {
	const char *output;    /* directory of the trace: new, or existing and empty */
	char *const *argv;     /* program that the recording lasts for, NULL-terminated; or NULL */
	jscope_ns duration_ns; /* 0: until a signal, or the end of the program */
	uint32_t groups;       /* bits 1 << enum jscope_kernel_group */
	struct jscope_kernel_filter filter;
	size_t ring_bytes;     /* per CPU, a power of two; 0 for the usual */
	uint64_t rotate_bytes; /* begin a new chunk after so much; 0: never */
	jscope_ns rotate_ns;   /* ... or after so long; 0: never */
	unsigned keep;	       /* chunks; older ones are removed. 0: all */
	jscope_ns flight_ns;   /* flight recorder: so much before and after a trigger; 0: no */
	size_t flight_bytes;   /* memory for what comes before a trigger; 0 for the usual */
	const char *conditions[JSCOPE_KERNEL_CONDITIONS_MAX]; /* "wake>500us"; borrowed */
	size_t condition_count;
	void (*tell)(void *state, const char *sentence); /* a line for people. May be NULL. */
	/* Everything is attached, before the program starts; CPUs that are online. May be NULL. */
	void (*started)(void *state, unsigned event_count, unsigned cpu_count);
	void (*progress)(void *state, jscope_ns elapsed_ns,
			 uint64_t event_count); /* 5 times a second. May be NULL. */
	void (*sample)(void *state,
		       const struct jscope_kernel_sample *sample); /* NULL: not measured */
	void *state;
};

struct jscope_kernel_result {
	uint64_t event_count;	/* in the trace, or traces */
	uint64_t lost_count;	/* for which a ring had no room */
	uint64_t byte_count;	/* written, chunks that were removed included */
	unsigned chunk_count;	/* made, removed ones included */
	unsigned trigger_count; /* flight recorder: traces that were kept */
	unsigned short_count;	/* ... whose beginning the memory did not hold any more */
	uint64_t merged_count;	/* conditions met while the trace of another was written */
	uint64_t
		refused_count; /* conditions met when there were traces enough; pairs not measured */
	uint64_t strange_count; /* records that were no records, or late */
	unsigned missing_count; /* probes that could not be attached; each has been told */
	int program_status;	/* as wait() tells it; -1 without a program */
	bool interrupted;	/* ended by a signal */
	bool disk_full;		/* ended early, before the disk was full */
};

/*
 * Returns 0 (look at the result), or a negative errno with a sentence that names the remedy: -EPERM
 * (which capability is missing), -ENOTSUP (no BTF, no such tracepoints, lockdown), -EEXIST (output is
 * there), -ENOENT (no such program, disk or card), -EINVAL (a condition that nobody understands),
 * -ENOSPC, -ENOMEM, -EIO.
 */
int jscope_kernel_run(const struct jscope_kernel_settings *settings,
		      struct jscope_kernel_result *ret_result);

/*
 * Whether the conditions of these settings can be understood, and their groups tell what they need: 0, or
 * -EINVAL with a sentence. jscope_kernel_run() asks this, too.
 */
int jscope_kernel_check_conditions(const struct jscope_kernel_settings *settings);

/*
 * Whether this machine and user can record the kernel, without recording: 0, or a negative errno with a
 * sentence as above.
 */
int jscope_kernel_check(void);

#endif
