/*
 * Threads of the live clock: named, bound to a CPU and in the real-time class where the system lets
 * us; where it does not, ordinary threads that do the same later.
 */
#ifndef DEVICE_LIVE_THREAD_H
#define DEVICE_LIVE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define JSCOPE__CPU_ANY UINT32_MAX

struct jscope__thread {
	pthread_t handle;
	bool started;
	char name[16];
	int priority; /* of SCHED_FIFO */
	uint32_t cpu; /* number of the CPU, or JSCOPE__CPU_ANY */
	void (*run)(void *state, uint32_t tid);
	void *state;
};

/*
 * Start a thread whose fields are filled in; it must stay where it is until joined. Clears
 * *real_time when the system refused the class or the CPU. Returns 0 or a negative errno.
 */
int jscope__thread_start(struct jscope__thread *thread, bool *real_time);

/* Wait for the end of a thread; nothing for one that never started. */
void jscope__thread_join(struct jscope__thread *thread);

/* Numbers of the CPUs that we may run on, at most `count_max`. Returns how many, at least 1. */
unsigned jscope__thread_cpus(uint32_t *numbers, unsigned count_max);

/* Burn `work_ns` of the calling thread's CPU time. */
void jscope__thread_burn(int64_t work_ns);

#endif
