/*
 * jitterscope-device: runs the virtual device of a scenario until its time is over or a signal ends
 * it. An ordinary program with probes: what it does is seen by whoever records them.
 */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "tracer/device.h"

enum { EXIT_COULD_NOT = 1, EXIT_WRONG_USAGE = 2 };

/* How often we look whether the device has given up by itself. */
#define LOOK_NS (200 * JSCOPE_NS_PER_MS)

struct settings {
	const char *scenario;
	jscope_ns duration_ns; /* 0: until a signal */
	uint64_t seed;
	bool list;
};

static const struct argp_option options[] = {
	{ "scenario", 's', "FILE|NAME", 0,
	  "What to run (default " JSCOPE_SCENARIO_DEFAULT "); a NAME is one of --list", 0 },
	{ "duration", 'd', "TIME", 0, "End after this long, e.g. 10s (default: SIGINT or SIGTERM)",
	  0 },
	{ "seed", 'S', "N", 0, "Of all random delays and faults (default 1)", 0 },
	{ "list", 'l', NULL, 0, "List the scenarios that are installed", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t seed_parse(const char *text, struct argp_state *state, uint64_t *ret_seed)
{
	char *end_of_number;

	errno = 0;
	*ret_seed = strtoull(text, &end_of_number, 10);
	if (text[strspn(text, "0123456789")] || end_of_number == text || errno)
		argp_error(state, "'%s' is not a seed; write a whole number", text);
	return 0;
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case 's':
		settings->scenario = argument;
		return 0;
	case 'd':
		if (jscope_ns_parse(argument, &settings->duration_ns) != 0 ||
		    settings->duration_ns <= 0)
			argp_error(state,
				   "'%s' is not a duration; write a number and a unit, "
				   "such as 10s",
				   argument);
		return 0;
	case 'S':
		return seed_parse(argument, state, &settings->seed);
	case 'l':
		settings->list = true;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp parser = {
	.options = options,
	.parser = option_parse,
	.doc = "Run the virtual device of jitterscope in real time.",
};

/* ../../share/jitterscope/scenarios as seen from the program, built or installed. */
static int scenario_directory(char *path, size_t size)
{
	static const char relative[] = "/../../share/jitterscope/scenarios";
	ssize_t length = readlink("/proc/self/exe", path, size);
	char *slash;

	if (length < 0 || (size_t)length >= size)
		return jscope_error(-ENOENT, "The program does not find itself in /proc/self/exe; "
					     "mount /proc, or give --scenario a file with a '/'.");
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash - path) + sizeof relative > size)
		return jscope_error(-ENAMETOOLONG, "The path of the program is too long.");
	strcpy(slash, relative);
	return 0;
}

static void scenario_print(void *state, const char *name, const char *summary)
{
	(void)state;
	printf("%-28s %s\n", name, summary);
}

/* Until the time is over, a signal comes, or the device has given up. */
static void wait_for_end(struct jscope_device *device, const sigset_t *signals,
			 jscope_ns duration_ns)
{
	jscope_ns end_ns = duration_ns ? jscope_add_sat(jscope_ns_now(), duration_ns) : INT64_MAX;
	jscope_ns left_ns;

	while ((left_ns = end_ns - jscope_ns_now()) > 0 && !jscope_device_is_over(device)) {
		jscope_ns pause_ns = left_ns < LOOK_NS ? left_ns : LOOK_NS;
		struct timespec pause = { .tv_nsec = pause_ns };

		if (sigtimedwait(signals, NULL, &pause) > 0)
			return;
	}
}

static void advise(bool real_time, bool locked)
{
	if (!real_time)
		fprintf(stderr, "jitterscope-device: No real-time priority (needs CAP_SYS_NICE or "
				"`ulimit -r 80`): expect more jitter than the device has.\n");
	if (!locked)
		fprintf(stderr, "jitterscope-device: Memory cannot be locked (needs CAP_IPC_LOCK "
				"or `ulimit -l unlimited`): a page fault may add jitter.\n");
}

static int run(const struct jscope_scenario *scenario, const struct settings *settings)
{
	struct jscope_device *device;
	sigset_t signals;
	bool real_time, locked;
	int error;

	/* Before the threads are made, so that a signal finds none of them. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/*
	 * Before the stream runs: it takes milliseconds to bring in the buffers of a tracer, and
	 * each thread that touches new memory meanwhile waits for it.
	 */
	locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
	error = jscope_device_start(scenario, settings->seed, &device, &real_time);
	if (error)
		return error;
	advise(real_time, locked);
	wait_for_end(device, &signals, settings->duration_ns);
	error = jscope_device_stop(device);
	jscope_device_destroy(device);
	return error;
}

int main(int argc, char **argv)
{
	struct settings settings = { .scenario = JSCOPE_SCENARIO_DEFAULT, .seed = 1 };
	struct jscope_scenario *scenario = NULL;
	char directory[PATH_MAX];
	int error;

	argp_err_exit_status = EXIT_WRONG_USAGE;
	if (argp_parse(&parser, argc, argv, 0, NULL, &settings) != 0)
		return EXIT_WRONG_USAGE;
	error = scenario_directory(directory, sizeof directory);
	if (!error && settings.list)
		error = jscope_scenario_list(directory, scenario_print, NULL);
	else if (!error)
		error = jscope_scenario_find(directory, settings.scenario, &scenario);
	if (!error && !settings.list)
		error = run(scenario, &settings);
	jscope_scenario_destroy(scenario);
	if (error)
		jscope_error_print(stderr, error);
	return error ? EXIT_COULD_NOT : EXIT_SUCCESS;
}
