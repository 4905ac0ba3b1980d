/*
 * firehose RATE SECONDS [FILE [fork]]: emits RATE events a second for SECONDS, paced by absolute time in
 * bursts of 100 us, and prints how many it emitted (into FILE as well, every 10 ms, so that a
 * killed one can be counted too). Each event is ev_set with a running number in `event`. With `fork`
 * a forked child does the same beside it.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jscope/probe.h>

#define BURST_NS  100000
#define PER_SEC	  INT64_C(1000000000)
#define NOTE_EACH 100

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * PER_SEC + now.tv_nsec;
}

static void sleep_until(int64_t at_ns)
{
	const struct timespec at = { at_ns / PER_SEC, at_ns % PER_SEC };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static void note(FILE *stream, uint64_t count)
{
	if (!stream)
		return;
	rewind(stream);
	fprintf(stream, "%20" PRIu64 "\n", count);
	fflush(stream);
}

static uint64_t spray(uint64_t rate, int64_t duration_ns, FILE *stream)
{
	const int64_t begin_ns = now_ns();
	uint64_t count = 0, wanted = 0;

	for (int64_t burst = 1; !ended && burst * BURST_NS <= duration_ns; burst++) {
		sleep_until(begin_ns + burst * BURST_NS);
		wanted = rate * (uint64_t)burst / (PER_SEC / BURST_NS);
		for (; count < wanted; count++)
			JSCOPE_PROBE(ev_set, .dev = 1, .irql = 2, .event = count + 1);
		if (burst % NOTE_EACH == 0)
			note(stream, count);
	}
	note(stream, count);
	return count;
}

int main(int argc, char **argv)
{
	FILE *stream = argc > 3 ? fopen(argv[3], "w") : NULL;
	pid_t child = -1;

	if (argc < 3 || (argc > 3 && !stream))
		return 2;
	signal(SIGTERM, on_signal);
	if (argc > 4)
		child = fork();
	printf("%" PRIu64 "\n",
	       spray(strtoull(argv[1], NULL, 10), (int64_t)(strtod(argv[2], NULL) * 1e9),
		     child == 0 ? NULL : stream));
	if (child > 0)
		waitpid(child, NULL, 0);
	return 0;
}
