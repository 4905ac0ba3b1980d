#include "cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "paths.h"
#include "record.h"
#include "output.h"
#include "tracer/scenario.h"

struct record_live_settings {
	struct jscope_record_settings record;
	const char *scenario;
	int64_t seed;
	bool list;
};

static const struct record_live_settings defaults = {
	.record = { .duration_ns = 10 * JSCOPE_NS_PER_SEC, .grace_ns = 5 * JSCOPE_NS_PER_SEC },
	.scenario = JSCOPE_SCENARIO_DEFAULT,
	.seed = 1,
};

static const struct jscope_option options[] = {
	{ 0, "scenario", "FILE|NAME", "What device and client to run; else wavert-10ms.",
	  JSCOPE_OPTION_FILE, offsetof(struct record_live_settings, scenario), 0, 0, NULL },
	{ 0, "seed", "N", "Seed of all random delays and faults; else 1.", JSCOPE_OPTION_INTEGER,
	  offsetof(struct record_live_settings, seed), 0, INT64_MAX, NULL },
	{ 0, "list", NULL, "List the named scenarios.", JSCOPE_OPTION_FLAG,
	  offsetof(struct record_live_settings, list), 0, 0, NULL },
	JSCOPE_RECORD_OPTIONS(struct record_live_settings),
	{ 0 },
};

/* A scenario with a fault is told before anything is recorded. */
static int check_scenario(const char *name)
{
	char directory[PATH_MAX];
	struct jscope_scenario *scenario = NULL;
	int error = jscope_path_scenarios(directory);

	if (error == 0)
		error = jscope_scenario_find(directory, name, &scenario);
	jscope_scenario_destroy(scenario);
	return error;
}

static int run(const void *given, char **operands)
{
	const struct record_live_settings *settings = given;
	char device[PATH_MAX], duration[JSCOPE_NS_TEXT_SIZE], seed[24];
	char *argv[] = { device,
			 (char *)"--scenario",
			 (char *)settings->scenario,
			 (char *)"--duration",
			 duration,
			 (char *)"--seed",
			 seed,
			 NULL };
	char *list[] = { device, (char *)"--list", NULL };
	int error = jscope_path_device(device);

	(void)operands;
	/* The device keeps the time itself: it starts later than the recording. */
	snprintf(duration, sizeof duration, "%" PRId64 "ns", settings->record.duration_ns);
	snprintf(seed, sizeof seed, "%" PRId64, settings->seed);
	if (error == 0 && !settings->list)
		error = check_scenario(settings->scenario);
	if (error < 0)
		return jscope_fail(error);
	if (!settings->list)
		return jscope_record_program(&settings->record, argv);
	execv(device, list);
	perror(device);
	return JSCOPE_EXIT_FAILED;
}

const struct jscope_command jscope_cmd_record_live = {
	.name = "record live",
	.operands = "",
	.summary = "Run the virtual device with real threads in real time, and record it.",
	.details =
		"A scenario describes the device, its buffer and its clients. Real-time priority is "
		"used where the system allows it; where it does not, that is said. Ends after "
		"--duration (10s), or on Ctrl-C.",
	.example = "jitterscope record live --scenario wavert-3ms --duration 10s -o /tmp/first",
	.options = options,
	.settings_size = sizeof(struct record_live_settings),
	.defaults = &defaults,
	.run = run,
};
