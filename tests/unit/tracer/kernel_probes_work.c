#include "kernel_probes_work.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void work_sleep(void *state)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	prctl(PR_SET_NAME, WORK_NAME);
	for (int i = *(int *)state; i > 0; i--)
		nanosleep(&pause, NULL);
}

bool work_stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	return sched_setaffinity(0, sizeof set, &set) == 0;
}

void work_visit_cpus(void *state)
{
	cpu_set_t set;

	(void)state;
	if (sched_getaffinity(0, sizeof set, &set))
		abort();
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, &set) && work_stay_on(cpu))
			work_sleep(&(int){ 4 });
}

/* Hand a letter on. */
static void relay(int from, int to)
{
	char letter;

	for (int i = 0; i < WORK_PING_PONGS; i++)
		if (read(from, &letter, 1) != 1 || write(to, &letter, 1) != 1)
			return;
}

void work_ping_pong(void *state)
{
	int there[2], back[2];
	pid_t partner;

	(void)state;
	prctl(PR_SET_NAME, WORK_NAME);
	work_stay_on(sched_getcpu());
	if (pipe(there) || pipe(back))
		abort();
	partner = fork();
	if (partner == 0) {
		relay(there[0], back[1]);
		_exit(0);
	}
	if (write(back[1], "x", 1) == 1)
		relay(back[0], there[1]);
	close(there[1]);
	waitpid(partner, NULL, 0);
}

void work_read(void *state)
{
	const struct work_reads *reads = state;
	void *block = aligned_alloc(WORK_READ_BYTES, WORK_READ_BYTES);
	const int file = open(reads->path, O_RDONLY | O_DIRECT);

	prctl(PR_SET_NAME, WORK_NAME);
	for (int i = 0; i < reads->count; i++)
		if (pread(file, block, WORK_READ_BYTES, (off_t)i * WORK_READ_BYTES) < 0)
			break;
	close(file);
	free(block);
}
