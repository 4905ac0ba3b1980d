/*
 * A witness of when the machine itself stood still, independent of the device under test: one
 * thread per CPU, above all that the device runs, wakes at absolute instants and remembers when it
 * was kept from running.
 *
 * usage: live_witness > FILE, until SIGTERM, SIGINT or the end of its parent
 *
 * Lines, all instants of CLOCK_MONOTONIC in ns:
 *
 *   real-time yes|no          without SCHED_FIFO a gap would say nothing, and no other line follows
 *   watched CPU BEGIN END
 *   stall CPU BEGIN END       from when it should have run to when it did
 *   lost COUNT                stalls that the table had no room for
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

#include "common/ns.h"

#define TICK_NS	     (100 * JSCOPE_NS_PER_US)
#define STALL_MIN_NS (100 * JSCOPE_NS_PER_US)
#define STALLS_MAX   16384
#define STACK_SIZE   (128u << 10)
#define PRIORITY     95

struct stall {
	jscope_ns begin_ns, end_ns;
};

struct watch {
	pthread_t thread;
	int cpu;
	jscope_ns begin_ns, end_ns;
	struct stall stalls[STALLS_MAX];
	unsigned stall_count, lost_count;
};

static atomic_bool stopping;

static void sleep_until(jscope_ns due_ns)
{
	const struct timespec time = { .tv_sec = due_ns / JSCOPE_NS_PER_SEC,
				       .tv_nsec = due_ns % JSCOPE_NS_PER_SEC };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

static void stall_note(struct watch *watch, jscope_ns begin_ns, jscope_ns end_ns)
{
	if (end_ns - begin_ns < STALL_MIN_NS)
		return;
	if (watch->stall_count < STALLS_MAX)
		watch->stalls[watch->stall_count++] = (struct stall){ begin_ns, end_ns };
	else
		watch->lost_count++;
}

static void *watch_run(void *state)
{
	struct watch *watch = state;

	watch->begin_ns = watch->end_ns = jscope_ns_now();
	while (!atomic_load(&stopping)) {
		const jscope_ns due_ns = watch->end_ns + TICK_NS;

		sleep_until(due_ns);
		watch->end_ns = jscope_ns_now();
		stall_note(watch, due_ns, watch->end_ns);
	}
	return NULL;
}

/* Returns whether the system lets us run there before everybody else. */
static bool watch_start(struct watch *watch, int cpu)
{
	const struct sched_param parameter = { .sched_priority = PRIORITY };
	pthread_attr_t attributes;
	cpu_set_t set;
	bool started;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	watch->cpu = cpu;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
	pthread_attr_setschedparam(&attributes, &parameter);
	pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
	started = pthread_create(&watch->thread, &attributes, watch_run, watch) == 0;
	pthread_attr_destroy(&attributes);
	return started;
}

static void watch_tell(const struct watch *watch)
{
	printf("watched %d %" PRId64 " %" PRId64 "\n", watch->cpu, watch->begin_ns, watch->end_ns);
	for (unsigned i = 0; i < watch->stall_count; i++)
		printf("stall %d %" PRId64 " %" PRId64 "\n", watch->cpu, watch->stalls[i].begin_ns,
		       watch->stalls[i].end_ns);
	if (watch->lost_count > 0)
		printf("lost %u\n", watch->lost_count);
}

/* Signals wait until they are asked for, in all threads. */
static sigset_t signals_block(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	return set;
}

/* One on each CPU of the set. Returns whether all run. */
static bool watches_start(struct watch *watches, const cpu_set_t *set)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, set) && !watch_start(watches++, cpu))
			return false;
	return true;
}

static void watches_end(struct watch *watches, int count)
{
	atomic_store(&stopping, true);
	for (int i = 0; i < count; i++) {
		pthread_join(watches[i].thread, NULL);
		watch_tell(&watches[i]);
	}
}

int main(void)
{
	const sigset_t signals = signals_block();
	struct watch *watches;
	cpu_set_t set;
	int signal;

	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return 1;
	watches = calloc((size_t)CPU_COUNT(&set), sizeof *watches);
	if (!watches)
		return 1;
	if (!watches_start(watches, &set)) {
		puts("real-time no");
		return 0;
	}
	puts("real-time yes");
	mlockall(MCL_CURRENT);
	sigwait(&signals, &signal);
	watches_end(watches, CPU_COUNT(&set));
	free(watches);
	return 0;
}
