/*
 * A task of real-time priority that holds its CPU for a while, again and again: the disturbance of
 * which a test knows that it delays other tasks and nothing else.
 * usage: guest_hog BUSY_US SLEEP_US, until it is ended
 */
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void hold_cpu(int64_t busy_ns)
{
	int64_t end_ns = now_ns() + busy_ns;

	while (now_ns() < end_ns)
		;
}

static void sleep_for(int64_t sleep_ns)
{
	struct timespec time = { .tv_sec = sleep_ns / 1000000000,
				 .tv_nsec = sleep_ns % 1000000000 };

	nanosleep(&time, NULL);
}

int main(int argc, char **argv)
{
	struct sched_param param = { .sched_priority = 50 };

	if (argc != 3) {
		fprintf(stderr, "usage: guest_hog BUSY_US SLEEP_US\n");
		return 2;
	}
	if (sched_setscheduler(0, SCHED_FIFO, &param) != 0) {
		perror("guest_hog: SCHED_FIFO");
		return 1;
	}
	for (;;) {
		hold_cpu(atoll(argv[1]) * 1000);
		sleep_for(atoll(argv[2]) * 1000);
	}
}
