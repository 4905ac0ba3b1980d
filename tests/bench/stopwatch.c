/*
 * stopwatch FILE COMMAND [ARG...]: run the command, and write into FILE what it took:
 *
 *   wall_ns user_ns system_ns peak_kib exit_status
 *
 * A small program of its own, since Linux counts the memory of whoever starts a program towards its
 * peak. Where the command has children, theirs count as well: their time in full, and of all peaks
 * the highest. An exit status of 128 and more is 128 and a signal, as shells tell it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int64_t duration_ns(struct timeval duration)
{
	return duration.tv_sec * INT64_C(1000000000) + duration.tv_usec * INT64_C(1000);
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int measure(FILE *stream, char **command)
{
	const int64_t begin_ns = now_ns();
	const pid_t child = fork();
	struct rusage usage;
	int status;

	if (child == 0) {
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0)
		return -1;
	fprintf(stream, "%" PRId64 " %" PRId64 " %" PRId64 " %ld %d\n", now_ns() - begin_ns,
		duration_ns(usage.ru_utime), duration_ns(usage.ru_stime), usage.ru_maxrss,
		exit_status(status));
	return 0;
}

int main(int argc, char **argv)
{
	FILE *stream = argc > 2 ? fopen(argv[1], "we") : NULL;

	if (!stream) {
		fprintf(stderr, "usage: stopwatch FILE COMMAND [ARG...]\n");
		return 2;
	}
	if (measure(stream, argv + 2) < 0 || fclose(stream)) {
		perror("stopwatch");
		return 1;
	}
	return 0;
}
