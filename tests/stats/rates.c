/*
 * rates [--pairs N] [--power N] [--jobs N] DIRECTORY: how often a comparison names what did not move,
 * and how often it finds what did. Simulated recordings that are never written, replayed, reported
 * and compared as `jitterscope compare` does it; every seed is fixed, so that the same build gives
 * the same table. Exit status 1 where a rate breaks what the comparison promises.
 *
 * False alarms: N pairs of two seeds of one scenario, nothing changed; also of several runs a side,
 * each with a wake that is a little faster or slower as a whole, as machines are from run to run.
 * Power: N pairs in which one stage was scaled: by 1.10, or by what the comparison of that very
 * baseline with an unchanged run had told as detectable.
 *
 * With --scenario NAME only its trials; of a scenario without any, the false alarms of --duration S.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/compare.h"
#include "common/error.h"
#include "memory_sim.h"
#include "trace_private.h"

#define PAIRS_DEFAULT	 1000
#define POWER_DEFAULT	 200
#define DURATION_DEFAULT 30 /* of a scenario by name */
#define JOBS_MAX	 16

/* By so much of itself the wake of one run differs from that of the next. */
#define RUNS_DEVIATION 0.03

/* Promised: of a thousand pairs at most fifty alarms. */
#define ALARMS_MAX 0.05
#define FOUND_MIN  0.95
#define ALONE_MIN  0.95
#define LEAST_MIN  0.90

/* Five stages, end to end, service and headroom: a comparison of nothing names nothing, either. */
#define FIGURES_MIN 8

static const char *directory;

static void die(const char *what, int error)
{
	fprintf(stderr, "rates: %s\n", what);
	jscope_error_print(stderr, error);
	exit(2);
}

static struct jscope_scenario *scenario_read(const char *name)
{
	struct jscope_scenario *scenario;
	int error = jscope_scenario_find(directory, name, &scenario);

	if (error)
		die(name, error);
	return scenario;
}

static struct jscope_report *report_make(const struct jscope_scenario *scenario, uint64_t seed,
					 jscope_ns duration_ns)
{
	struct jscope_trace_options options;
	struct jscope_report *report;
	struct jscope_trace *trace;

	jscope_trace_options_init(&options);
	options.threads = 1;
	memory_sim_set(scenario, seed, duration_ns);
	if (jscope_report_create(&report))
		die("no memory", -1);
	jscope_report_make_plain(report);
	jscope_report_keep_order(report);
	if (jscope__trace_open_with(&memory_sim_ops, "simulated", &options, &trace) ||
	    jscope_trace_replay(trace, jscope_report_sink(report)) ||
	    jscope_report_finish(report, jscope_trace_info(trace)))
		die("replaying failed", -1);
	jscope_trace_destroy(trace);
	return report;
}

static struct jscope_compare *compare_make(struct jscope_report *a, struct jscope_report *b)
{
	struct jscope_compare *compare;

	if (jscope_compare_create(&compare) || jscope_compare_add(compare, JSCOPE_SIDE_A, a) ||
	    jscope_compare_add(compare, JSCOPE_SIDE_B, b) || jscope_compare_finish(compare, NULL))
		die("comparing failed", -1);
	return compare;
}

/* The delay of a stage by the name that it has in a report. */
static struct jscope_distribution *stage_of(struct jscope_scenario *scenario, const char *name)
{
	struct jscope_delay_settings *delays = jscope_scenario_general_delays(scenario);
	const struct {
		const char *name;
		struct jscope_distribution *distribution;
	} stages[] = {
		{ "interrupt", &delays->interrupt }, { "dispatch", &delays->dispatch },
		{ "queue", &delays->queue },	     { "handler", &delays->handler },
		{ "wake", &delays->wake },
	};

	for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
		if (strcmp(stages[i].name, name) == 0)
			return stages[i].distribution;
	die(name, -1);
	return NULL;
}

/* sigma and shape stay. */
static void stage_scale(struct jscope_scenario *scenario, const char *name, double ratio)
{
	struct jscope_distribution *stage = stage_of(scenario, name);

	stage->a *= ratio;
	if (stage->kind == JSCOPE_DISTRIBUTION_BURST || stage->kind == JSCOPE_DISTRIBUTION_UNIFORM)
		stage->b *= ratio;
	if (stage->max_ns < INT64_MAX / 16)
		stage->max_ns = (jscope_ns)((double)stage->max_ns * ratio);
}

/* One row of the table: what is tried, and what must come of it. */
struct trial {
	const char *scenario, *stage; /* stage NULL: nothing moves */
	double ratio;		      /* 0: what was told as detectable */
	jscope_ns duration_ns;
	uint64_t seed;
	/* Of either side; 0: one of each, all of which are alike. Else the wake of each is scaled. */
	unsigned runs[JSCOPE_SIDE_COUNT];
};

/* Of many pairs. */
struct outcome {
	uint64_t pairs;
	uint64_t alarms; /* reports that name anything but the stage and what follows from it */
	uint64_t found;
	uint64_t blind; /* reports that could compare less than they should */
	double ratio;	/* sum of what was tried */
};

static bool is_stage(const struct jscope_figure_standing *figure, const char *stage)
{
	return stage && !strcmp(figure->section, "notification") && !strcmp(figure->name, stage);
}

static void outcome_add(struct outcome *outcome, const struct jscope_compare *compare,
			const char *stage)
{
	struct jscope_figure_standing figure;
	bool alarm = false;

	outcome->pairs++;
	for (unsigned i = 0; jscope_compare_figure(compare, i, &figure); i++) {
		if (figure.standing != JSCOPE_STANDING_MOVED)
			continue;
		outcome->found += is_stage(&figure, stage);
		alarm |= !is_stage(&figure, stage);
	}
	outcome->alarms += alarm;
	outcome->blind += jscope_compare_count(compare, JSCOPE_STANDING_MOVED) +
				  jscope_compare_count(compare, JSCOPE_STANDING_FOLLOWS) +
				  jscope_compare_count(compare, JSCOPE_STANDING_STILL) <
			  FIGURES_MIN;
}

/* What a comparison of two unchanged runs tells as detectable in that stage. */
static double detectable(const struct trial *trial, struct jscope_scenario *scenario, uint64_t seed)
{
	struct jscope_compare *compare =
		compare_make(report_make(scenario, seed, trial->duration_ns),
			     report_make(scenario, seed + 1, trial->duration_ns));
	struct jscope_figure_standing figure;
	double ratio = 0;

	for (unsigned i = 0; jscope_compare_figure(compare, i, &figure); i++)
		if (is_stage(&figure, trial->stage))
			ratio = figure.detectable_ratio;
	jscope_compare_destroy(compare);
	if (ratio <= 0)
		die("nothing is told as detectable", -1);
	return 1 + ratio;
}

/* Standard normal, of a seed: two uniform numbers after splitmix64, and Box and Muller. */
static double normal_of(uint64_t seed)
{
	double uniform[2];

	for (size_t i = 0; i < 2; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15u;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		uniform[i] = (double)((z ^ z >> 31) >> 11) * 0x1p-53;
	}
	return sqrt(-2 * log(1 - uniform[0])) * cos(2 * M_PI * uniform[1]);
}

static struct jscope_report *wandering_make(const struct trial *trial, uint64_t seed)
{
	struct jscope_scenario *scenario = scenario_read(trial->scenario);
	struct jscope_report *report;

	stage_scale(scenario, "wake", exp(RUNS_DEVIATION * normal_of(seed)));
	report = report_make(scenario, seed, trial->duration_ns);
	jscope_scenario_destroy(scenario);
	return report;
}

static void wandering_run(const struct trial *trial, uint64_t index, struct outcome *outcome)
{
	uint64_t seed = trial->seed + 2 * JSCOPE_COMPARE_RUNS_MAX * index;
	struct jscope_compare *compare;

	if (jscope_compare_create(&compare))
		die("no memory", -1);
	for (enum jscope_side side = 0; side < JSCOPE_SIDE_COUNT; side++)
		for (unsigned run = 0; run < trial->runs[side]; run++)
			if (jscope_compare_add(compare, side, wandering_make(trial, seed++)))
				die("too many runs", -1);
	if (jscope_compare_finish(compare, NULL))
		die("comparing failed", -1);
	outcome_add(outcome, compare, NULL);
	jscope_compare_destroy(compare);
}

static void pair_run(const struct trial *trial, uint64_t index, struct outcome *outcome)
{
	struct jscope_scenario *a = scenario_read(trial->scenario);
	struct jscope_scenario *b = scenario_read(trial->scenario);
	const uint64_t seed = trial->seed + 3 * index;
	struct jscope_compare *compare;
	double ratio = trial->ratio;

	if (trial->stage && ratio <= 0)
		ratio = detectable(trial, a, seed);
	if (trial->stage)
		stage_scale(b, trial->stage, ratio);
	compare = compare_make(report_make(a, seed, trial->duration_ns),
			       report_make(b, seed + 2, trial->duration_ns));
	outcome_add(outcome, compare, trial->stage);
	outcome->ratio += ratio;
	jscope_compare_destroy(compare);
	jscope_scenario_destroy(a);
	jscope_scenario_destroy(b);
}

/* Every `jobs`-th pair in a process of its own. */
static int part_start(const struct trial *trial, uint64_t pairs, unsigned jobs, unsigned job)
{
	struct outcome outcome = { 0 };
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0)
		die("no pipe", -1);
	fflush(NULL);
	child = fork();
	if (child < 0)
		die("no process", -1);
	if (child > 0) {
		close(ends[1]);
		return ends[0];
	}
	for (uint64_t i = job; i < pairs; i += jobs)
		trial->runs[0] > 0 ? wandering_run(trial, i, &outcome)
				   : pair_run(trial, i, &outcome);
	_exit(write(ends[1], &outcome, sizeof outcome) == sizeof outcome ? 0 : 2);
}

static struct outcome trial_run(const struct trial *trial, uint64_t pairs, unsigned jobs)
{
	struct outcome sum = { 0 }, part;
	int ends[JOBS_MAX];

	for (unsigned job = 0; job < jobs; job++)
		ends[job] = part_start(trial, pairs, jobs, job);
	for (unsigned job = 0; job < jobs; job++) {
		if (read(ends[job], &part, sizeof part) != sizeof part)
			die("a process ended early", -1);
		close(ends[job]);
		sum.pairs += part.pairs;
		sum.alarms += part.alarms;
		sum.found += part.found;
		sum.blind += part.blind;
		sum.ratio += part.ratio;
	}
	while (wait(NULL) > 0)
		;
	return sum;
}

static unsigned runs_of(const struct trial *trial, enum jscope_side side)
{
	return trial->runs[side] > 0 ? trial->runs[side] : 1;
}

static bool trial_tell(const struct trial *trial, const struct outcome *outcome)
{
	const double pairs = (double)outcome->pairs;
	const double alarms = (double)outcome->alarms / pairs;
	const double found = (double)outcome->found / pairs;
	const double least = trial->ratio > 0 ? FOUND_MIN : LEAST_MIN;
	const bool is_right =
		trial->stage ? found >= least && alarms <= 1 - ALONE_MIN : alarms <= ALARMS_MAX;
	/* Where runs differ that nothing can be told is an answer, too. */
	const bool kept = is_right && (outcome->blind == 0 || trial->runs[0] > 0);

	printf("%-12s %u %u  %-10s", trial->scenario, runs_of(trial, JSCOPE_SIDE_A),
	       runs_of(trial, JSCOPE_SIDE_B), trial->stage ? trial->stage : "-");
	if (trial->stage)
		printf(" %6.4f%s %6" PRIu64 " %6.1f %%", outcome->ratio / pairs,
		       trial->ratio > 0 ? " " : "*", outcome->pairs, 100 * found);
	else
		printf(" %6s  %6" PRIu64 " %8s", "1", outcome->pairs, "-");
	printf(" %7" PRIu64 " %6" PRIu64 "  %s\n", outcome->alarms, outcome->blind,
	       kept ? "kept" : "BROKEN");
	fflush(stdout);
	return kept;
}

static const struct trial trials[] = {
	{ "independent", NULL, 1, 50 * JSCOPE_NS_PER_SEC, 1000000, { 0 } },
	{ "bursts", NULL, 1, 25 * JSCOPE_NS_PER_SEC, 2000000, { 0 } },
	{ "independent", NULL, 1, 10 * JSCOPE_NS_PER_SEC, 11000000, { 3, 3 } },
	{ "independent", NULL, 1, 10 * JSCOPE_NS_PER_SEC, 12000000, { 5, 1 } },
	{ "independent", "interrupt", 1.10, 200 * JSCOPE_NS_PER_SEC, 3000000, { 0 } },
	{ "independent", "dispatch", 1.10, 200 * JSCOPE_NS_PER_SEC, 4000000, { 0 } },
	{ "independent", "queue", 1.10, 200 * JSCOPE_NS_PER_SEC, 5000000, { 0 } },
	{ "independent", "handler", 1.10, 200 * JSCOPE_NS_PER_SEC, 6000000, { 0 } },
	{ "independent", "wake", 1.10, 200 * JSCOPE_NS_PER_SEC, 7000000, { 0 } },
	{ "wide", "wake", 0, 200 * JSCOPE_NS_PER_SEC, 8000000, { 0 } },
	{ "pareto", "wake", 0, 200 * JSCOPE_NS_PER_SEC, 9000000, { 0 } },
};

struct arguments {
	uint64_t pairs, power, jobs, duration_s;
	const char *scenario; /* NULL: all trials */
};

static int arguments_read(int argc, char **argv, struct arguments *arguments)
{
	int i = 1;

	for (; i + 1 < argc; i += 2) {
		uint64_t *number = !strcmp(argv[i], "--pairs")	    ? &arguments->pairs
				   : !strcmp(argv[i], "--power")    ? &arguments->power
				   : !strcmp(argv[i], "--jobs")	    ? &arguments->jobs
				   : !strcmp(argv[i], "--duration") ? &arguments->duration_s
								    : NULL;

		if (number)
			*number = strtoull(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--scenario"))
			arguments->scenario = argv[i + 1];
		else
			return -1;
	}
	directory = argv[i];
	return i + 1 == argc && arguments->jobs >= 1 && arguments->jobs <= JOBS_MAX ? 0 : -1;
}

static bool try(const struct trial *trial, const struct arguments *arguments)
{
	const uint64_t pairs = trial->stage ? arguments->power : arguments->pairs;
	struct outcome outcome;

	if (pairs == 0)
		return true;
	outcome = trial_run(trial, pairs, (unsigned)arguments->jobs);
	return trial_tell(trial, &outcome);
}

/* A scenario that is not in the table: its false alarms. */
static bool other_try(const struct arguments *arguments)
{
	const struct trial trial = { arguments->scenario,
				     NULL,
				     1,
				     (jscope_ns)arguments->duration_s * JSCOPE_NS_PER_SEC,
				     10000000,
				     { 0 } };

	return try(&trial, arguments);
}

int main(int argc, char **argv)
{
	struct arguments arguments = { PAIRS_DEFAULT, POWER_DEFAULT, 1, DURATION_DEFAULT, NULL };
	bool kept = true, is_listed = false;

	if (arguments_read(argc, argv, &arguments) < 0) {
		fprintf(stderr, "usage: rates [--pairs N] [--power N] [--jobs N] [--scenario NAME] "
				"[--duration SECONDS] DIRECTORY\n");
		return 2;
	}
	puts("scenario     runs stage      ratio    pairs    found  alarms  blind");
	for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
		if (arguments.scenario && strcmp(arguments.scenario, trials[i].scenario) != 0)
			continue;
		is_listed = true;
		kept &= try(&trials[i], &arguments);
	}
	if (!is_listed)
		kept = other_try(&arguments);
	puts("* as told by the comparison with an unchanged run; the mean is shown");
	return kept ? 0 : 1;
}
