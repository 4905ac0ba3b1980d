/*
 * Insides of the live clock, shared by live*.c.
 *
 *   live.c          its life
 *   live_clock.c    the operations that it offers to the machine
 *   live_machine.c  the threads of the device and of the CPUs
 *   live_task.c     the threads of the tasks
 */
#ifndef DEVICE_LIVE_PRIVATE_H
#define DEVICE_LIVE_PRIVATE_H

#include "live.h"
#include "live_thread.h"

/* Of SCHED_FIFO. */
enum {
	JSCOPE__LIVE_PRIORITY_CLIENT = 60,
	JSCOPE__LIVE_PRIORITY_DPC = 70,
	JSCOPE__LIVE_PRIORITY_DEVICE = 80,
};

/* Wakes that one holder of the lock can leave for later; more are done at once. */
#define JSCOPE__LIVE_PENDING 16

struct jscope__live_cpu {
	struct jscope__live *live;
	uint32_t index;
	pthread_cond_t kicked;
	struct jscope__thread thread;
};

struct jscope__live_task {
	struct jscope__live *live;
	struct jscope__task *task;
	pthread_cond_t woken;
	struct jscope__thread thread;
};

struct jscope__live {
	struct jscope__clock clock;
	struct jscope__machine *machine;

	pthread_mutex_t mutex;	      /* the lock of the machine; of all below, too */
	pthread_cond_t rearmed;	      /* for the device: the earliest timer has changed */
	pthread_cond_t settled;	      /* a timer has fired, or a DPC has returned */
	struct jscope__timer *timers; /* armed, unordered: a machine has a handful of devices */
	struct jscope__live_task
		*pending[JSCOPE__LIVE_PENDING]; /* to be woken when the lock is free */
	unsigned pending_count;
	bool tasks_stopping;
	bool machine_stopping;
	unsigned ended_count;

	struct jscope__thread device;
	uint32_t device_tid;
	struct jscope__live_cpu cpus[JSCOPE__CPUS_MAX];
	struct jscope__live_task *tasks;
	unsigned task_count;
};

extern const struct jscope__clock_ops jscope__live_ops;

/* Wait for a condition until `due_ns` at the latest; INT64_MAX: for as long as it takes. Under the
 * lock. */
void jscope__live_wait_until(struct jscope__live *live, pthread_cond_t *condition,
			     jscope_ns due_ns);

/*
 * Start the thread of the device, of a CPU, of a task. Clears *real_time when the system refused the
 * class or the CPU. Returns 0 or a negative errno.
 */
int jscope__live_device_start(struct jscope__live *live, bool *real_time);
int jscope__live_cpu_start(struct jscope__live_cpu *cpu, bool *real_time);
int jscope__live_task_start(struct jscope__live_task *slot, bool *real_time);

#endif
