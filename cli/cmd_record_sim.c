#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/shell.h"
#include "like.h"
#include "output.h"
#include "paths.h"
#include "record.h"
#include "replay/reader.h"
#include "tracer/simulation.h"

#define DURATION_NS (10 * JSCOPE_NS_PER_SEC)

struct record_sim_settings {
	struct jscope_record_settings record;
	const char *scenario; /* NULL: the default one */
	const char *like;     /* a recording; NULL for none */
	int64_t seed;
	int64_t event_count;
	bool list;
};

static const struct record_sim_settings defaults = {
	.seed = 1,
};

static const struct jscope_option options[] = {
	{ 0, "scenario", "FILE|NAME", "What devices and clients to run; else wavert-10ms.",
	  JSCOPE_OPTION_FILE, offsetof(struct record_sim_settings, scenario), 0, 0, NULL },
	{ 0, "like", "DIR",
	  "Play this recording again, point by point; with --scenario take only its delays.",
	  JSCOPE_OPTION_FILE, offsetof(struct record_sim_settings, like), 0, 0, NULL },
	{ 0, "seed", "N", "Seed of all random delays and faults; else 1.", JSCOPE_OPTION_INTEGER,
	  offsetof(struct record_sim_settings, seed), 0, INT64_MAX, NULL },
	{ 0, "events", "N", "End when so many events are written.", JSCOPE_OPTION_INTEGER,
	  offsetof(struct record_sim_settings, event_count), 1, INT64_MAX, NULL },
	{ 0, "list", NULL, "List the named scenarios, and the faults that a scenario can have.",
	  JSCOPE_OPTION_FLAG, offsetof(struct record_sim_settings, list), 0, 0, NULL },
	JSCOPE_RECORD_OPTIONS(struct record_sim_settings),
	{ 0 },
};

static void print_row(void *state, const char *name, const char *sentence)
{
	(void)state;
	printf("  %-26s %s\n", name, sentence);
}

static void print_fault(enum jscope_fault_kind kind)
{
	const char *heading = jscope_fault_heading(kind);

	if (heading)
		printf("\n%s:\n", heading);
	print_row(NULL, jscope_fault_name(kind), jscope_fault_sentence(kind));
}

static int list(void)
{
	char directory[PATH_MAX];
	int error = jscope_path_scenarios(directory);

	puts("Scenarios (--scenario NAME):");
	if (error == 0)
		error = jscope_scenario_list(directory, print_row, NULL);
	if (error < 0)
		return jscope_fail(error);
	puts("\nFaults ([fault] kind = NAME, in a scenario):");
	for (int kind = 0; kind < JSCOPE_FAULT_COUNT; kind++)
		print_fault(kind);
	return jscope_output_finish(JSCOPE_EXIT_DONE);
}

/* "wavert-3ms" of a name or of a path of any directory. */
static void scenario_name(char *name, size_t size, const char *name_or_file)
{
	const char *slash = strrchr(name_or_file, '/');
	char *dot;

	snprintf(name, size, "%s", slash ? slash + 1 : name_or_file);
	dot = strrchr(name, '.');
	if (dot && strcmp(dot, ".ini") == 0)
		*dot = '\0';
}

static bool shows_progress(const struct record_sim_settings *settings)
{
	return !settings->record.quiet && isatty(STDERR_FILENO);
}

static void progress(void *state, jscope_ns elapsed_ns, uint64_t event_count)
{
	(void)state;
	fprintf(stderr, "\rsimulating: %.1f s, %" PRIu64 " events (Ctrl-C ends it) ",
		(double)elapsed_ns / 1e9, event_count);
}

/* What was kept from the trace on purpose is part of the scenario; what the model refused is not. */
static int tell_result(const struct record_sim_settings *settings,
		       const struct jscope_simulation_result *result)
{
	char path[PATH_MAX];

	jscope_shell_quote(path, sizeof path, settings->record.output);
	if (result->refused_count > 0)
		fprintf(stderr,
			"jitterscope: %" PRIu64 " interrupts were lost, because their CPU had more "
			"than it can do; give the scenario less load.\n",
			result->refused_count);
	if (!settings->record.quiet)
		fprintf(stderr,
			"jitterscope: Simulated %.3f s into '%s': %" PRIu64 " events, %" PRIu64
			" of ground truth, %" PRIu64
			" lost by its faults. See it with: jitterscope report %s\n",
			(double)result->elapsed_ns / 1e9, settings->record.output,
			result->event_count, result->truth_count, result->discarded_count, path);
	return result->refused_count > 0 ? JSCOPE_EXIT_DEGRADED : JSCOPE_EXIT_DONE;
}

/* An end that nobody asked for would be none: the scenario's own, or ten seconds. */
static void end_set(struct jscope_simulation_settings *simulation,
		    const struct record_sim_settings *settings)
{
	const struct jscope_machine_settings *machine = &simulation->scenario->machine;

	simulation->duration_ns = settings->record.duration_ns;
	simulation->event_count = (uint64_t)settings->event_count;
	if (simulation->duration_ns || simulation->event_count)
		return;
	simulation->duration_ns = machine->duration_ns;
	simulation->event_count = (uint64_t)machine->event_count;
	if (!simulation->duration_ns && !simulation->event_count)
		simulation->duration_ns = DURATION_NS;
}

static int simulate(const struct record_sim_settings *settings,
		    const struct jscope_scenario *scenario)
{
	char name[NAME_MAX + 1];
	struct jscope_simulation_settings simulation = {
		.scenario = scenario,
		.name = name,
		.output = settings->record.output,
		.seed = (uint64_t)settings->seed,
		.progress = shows_progress(settings) ? progress : NULL,
	};
	struct jscope_simulation_result result;
	int error;

	scenario_name(name, sizeof name,
		      settings->scenario ? settings->scenario
		      : settings->like	 ? settings->like
					 : JSCOPE_SCENARIO_DEFAULT);
	end_set(&simulation, settings);
	error = jscope_simulation_run(&simulation, &result);
	if (shows_progress(settings))
		fputs("\r\033[K", stderr);
	return error < 0 ? jscope_fail(error) : tell_result(settings, &result);
}

/* What is to be simulated: by file or name, by example, or both. Returns 1 where that one lost something. */
static int scenario_make(const struct record_sim_settings *settings,
			 struct jscope_scenario **ret_scenario)
{
	const char *name = settings->scenario ? settings->scenario : JSCOPE_SCENARIO_DEFAULT;
	const bool geometry = settings->like && !settings->scenario;
	char directory[PATH_MAX];
	int error;

	if (geometry)
		error = jscope_scenario_create(ret_scenario);
	else
		error = jscope_path_scenarios(directory);
	if (error == 0 && !geometry)
		error = jscope_scenario_find(directory, name, ret_scenario);
	if (error == 0 && settings->like)
		error = jscope_like_apply(*ret_scenario, settings->like, geometry);
	return error;
}

/* What cannot be asked for, with a sentence. */
static int refuse_impossible(const struct record_sim_settings *settings)
{
	if (settings->like && jscope_path_is_live(settings->like))
		return jscope_error(-EINVAL,
				    "'%s' is a live session, which has no end: record it, and name "
				    "the recording with --like.",
				    settings->like);
	return jscope_record_check_output(settings->record.output);
}

static int run(const void *given, char **operands)
{
	const struct record_sim_settings *settings = given;
	struct jscope_scenario *scenario = NULL;
	int error, result;

	(void)operands;
	if (settings->list)
		return list();
	if (refuse_impossible(settings) < 0) {
		jscope_error_print(stderr, -EINVAL);
		return JSCOPE_EXIT_USAGE;
	}
	error = scenario_make(settings, &scenario);
	result = error < 0 ? jscope_fail(error) : simulate(settings, scenario);
	if (error > 0 && result == JSCOPE_EXIT_DONE)
		result = JSCOPE_EXIT_DEGRADED;
	jscope_scenario_destroy(scenario);
	return result;
}

const struct jscope_command jscope_cmd_record_sim = {
	.name = "record sim",
	.operands = "",
	.summary = "Run the virtual device in virtual time, and record it.",
	.details =
		"The same scenarios as record live, as fast as the computer can and without its "
		"jitter: every delay is the scenario's, and the same seed gives the same bytes. Needs "
		"no privileges and no tracer. Ends after --duration of virtual time, after --events, "
		"when the scenario says so, or else after 10 s; Ctrl-C ends it as well. The trace "
		"holds the ground truth (truth_*) in a stream of its own. "
		"--like DIR plays the streams and requests of a recording again, of whatever kind it "
		"is: as they were set up, as long as they ran, with the delays of each point and "
		"request in their order, so that a glitch that was seen once comes again at its point. "
		"With --scenario its "
		"streams, in their order, take the delays of the recorded ones at that time, and all "
		"other devices draw from what was recorded. What does not come again is said.",
	.example = "jitterscope record sim --scenario wavert-3ms --duration 1m -o /tmp/virtual",
	.options = options,
	.settings_size = sizeof(struct record_sim_settings),
	.defaults = &defaults,
	.run = run,
};
