#include "live_thread.h"

#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/ns.h"

/* Enough for device code and the probes of a tracer, and little enough to be locked in memory. */
#define STACK_SIZE (512u << 10)

static void *thread_main(void *argument)
{
	struct jscope__thread *thread = argument;

	pthread_setname_np(pthread_self(), thread->name);
	/* Without the real-time class the kernel would round our wakes by 50 us. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	thread->run(thread->state, (uint32_t)syscall(SYS_gettid));
	return NULL;
}

static int start_with(struct jscope__thread *thread, int policy, int priority)
{
	const struct sched_param parameter = { .sched_priority = priority };
	pthread_attr_t attributes;
	int error = pthread_attr_init(&attributes);

	if (error)
		return -error;
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attributes, policy);
	pthread_attr_setschedparam(&attributes, &parameter);
	error = pthread_create(&thread->handle, &attributes, thread_main, thread);
	pthread_attr_destroy(&attributes);
	return -error;
}

static int bind(struct jscope__thread *thread)
{
	cpu_set_t set;

	if (thread->cpu >= CPU_SETSIZE)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(thread->cpu, &set);
	return pthread_setaffinity_np(thread->handle, sizeof set, &set);
}

int jscope__thread_start(struct jscope__thread *thread, bool *real_time)
{
	int error = start_with(thread, SCHED_FIFO, thread->priority);

	if (error == -EPERM) {
		*real_time = false;
		error = start_with(thread, SCHED_OTHER, 0);
	}
	if (error)
		return error;
	thread->started = true;
	if (bind(thread) != 0)
		*real_time = false;
	return 0;
}

void jscope__thread_join(struct jscope__thread *thread)
{
	if (!thread->started)
		return;
	pthread_join(thread->handle, NULL);
	thread->started = false;
}

unsigned jscope__thread_cpus(uint32_t *numbers, unsigned count_max)
{
	cpu_set_t set;
	unsigned count = 0;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) != 0)
		CPU_SET(0, &set);
	for (uint32_t i = 0; i < CPU_SETSIZE && count < count_max; i++)
		if (CPU_ISSET(i, &set))
			numbers[count++] = i;
	return count;
}

static jscope_ns cpu_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * JSCOPE_NS_PER_SEC + time.tv_nsec;
}

void jscope__thread_burn(int64_t work_ns)
{
	jscope_ns end_ns = jscope_add_sat(cpu_time(), work_ns);

	while (cpu_time() < end_ns)
		;
}
