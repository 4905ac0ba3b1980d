#include "tracer/simulation.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "disturbance.h"
#include "forge.h"
#include "output.h"
#include "random.h"
#include "rig.h"
#include "sim.h"
#include "writer.h"

/* Whether it is over is looked at after so many occasions; the real clock after so many looks. */
#define OCCASIONS_PER_LOOK 64
#define LOOKS_PER_CLOCK	   256
#define PROGRESS_NS	   (200 * JSCOPE_NS_PER_MS)

struct simulation {
	const struct jscope_simulation_settings *settings;
	struct jscope__output output;
	struct jscope__machine machine;
	struct jscope__sim *sim;
	struct jscope__rig *rig;
	struct jscope__ctf_writer *writer;
	struct jscope__disturbances *disturbances;
	jscope_ns told_ns; /* real time of the last progress */
	unsigned look_count;
};

/* Signals */

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGXFSZ };
#define SIGNAL_COUNT (sizeof signals / sizeof signals[0])

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/*
 * The second signal of a kind does what it did before we came. A file that may grow no further is an
 * error like a full disk, and no reason to die.
 */
static void signals_take(struct sigaction before[SIGNAL_COUNT])
{
	const struct sigaction ours = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };
	const struct sigaction ignored = { .sa_handler = SIG_IGN };

	interrupted = 0;
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		sigaction(signals[i], NULL, &before[i]);
		if (signals[i] == SIGXFSZ)
			sigaction(signals[i], &ignored, NULL);
		else if (before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &ours, NULL);
	}
}

static void signals_give_back(const struct sigaction before[SIGNAL_COUNT])
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &before[i], NULL);
}

/* Life */

/* Recordings of one name and seed are the same trace, all others are another. */
static void uuid_make(uint8_t uuid[16], const struct jscope_simulation_settings *settings)
{
	struct jscope__random random;
	uint64_t place = settings->event_count ^ (uint64_t)settings->duration_ns << 20;
	uint64_t halves[2];

	for (const char *letter = settings->name; *letter; letter++)
		place = (place ^ (uint8_t)*letter) * UINT64_C(0x100000001B3);
	jscope__random_init(&random, settings->seed, place);
	halves[0] = jscope__random_next(&random);
	halves[1] = jscope__random_next(&random);
	memcpy(uuid, halves, sizeof halves);
	/* RFC 4122: version 4, variant 1. */
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

static int build(struct simulation *simulation)
{
	const struct jscope_simulation_settings *settings = simulation->settings;
	const struct jscope_scenario *scenario = settings->scenario;
	int error = jscope__sim_create(scenario->machine.cpu_count, &simulation->machine,
				       &simulation->sim);

	if (!error)
		error = jscope__rig_create(scenario, &simulation->machine, settings->seed,
					   &simulation->rig);
	if (error)
		return jscope_error(error,
				    "The devices of the scenario cannot be built: %s; give "
				    "it fewer devices and clients.",
				    strerror(-error));
	return 0;
}

static int record_begin(struct simulation *simulation)
{
	const struct jscope_simulation_settings *settings = simulation->settings;
	struct jscope__ctf_origin origin = { .scenario = settings->name, .seed = settings->seed };
	int error;

	uuid_make(origin.uuid, settings);
	error = jscope__ctf_writer_create(
		simulation->output.path, settings->scenario->machine.cpu_count, &origin,
		jscope__sim_present(simulation->sim), &simulation->writer);
	if (error)
		return error;
	jscope__forge_install(&simulation->machine, settings->scenario);
	error = jscope__disturbances_create(settings->scenario, simulation->sim,
					    &simulation->machine, simulation->writer,
					    &simulation->disturbances);
	if (!error)
		error = jscope__sim_start(simulation->sim, simulation->rig->tasks,
					  simulation->rig->task_count);
	return error ? jscope_error(error, "No memory for the simulated machine.") : 0;
}

static jscope_ns elapsed(const struct simulation *simulation)
{
	return jscope__sim_present(simulation->sim)->time_ns - simulation->machine.boot_ns;
}

static void look_at_clock(struct simulation *simulation, uint64_t event_count)
{
	const struct jscope_simulation_settings *settings = simulation->settings;
	const jscope_ns now_ns = jscope_ns_now();

	if (!settings->progress || now_ns - simulation->told_ns < PROGRESS_NS)
		return;
	simulation->told_ns = now_ns;
	settings->progress(settings->state, elapsed(simulation), event_count);
}

static bool is_over(struct simulation *simulation)
{
	const struct jscope_simulation_settings *settings = simulation->settings;
	const uint64_t event_count = jscope__ctf_writer_counts(simulation->writer).event_count;

	if (++simulation->look_count % LOOKS_PER_CLOCK == 0)
		look_at_clock(simulation, event_count);
	return interrupted || jscope__sim_ended(simulation->sim) > 0 ||
	       (settings->event_count && event_count >= settings->event_count) ||
	       jscope__ctf_writer_has_failed(simulation->writer) ||
	       jscope__sim_error(simulation->sim);
}

static void run(struct simulation *simulation)
{
	const jscope_ns duration_ns = simulation->settings->duration_ns;
	const jscope_ns end_ns =
		duration_ns ? jscope_add_sat(simulation->machine.boot_ns, duration_ns) : INT64_MAX;
	bool goes_on = true;

	simulation->told_ns = jscope_ns_now();
	while (goes_on && !is_over(simulation))
		for (int i = 0; goes_on && i < OCCASIONS_PER_LOOK; i++)
			goes_on = jscope__sim_advance(simulation->sim, end_ns);
	jscope__sim_stop(simulation->sim);
}

static int record_end(struct simulation *simulation, struct jscope_simulation_result *result)
{
	const struct jscope__ctf_counts counts = jscope__ctf_writer_counts(simulation->writer);
	int error = jscope__ctf_writer_finish(simulation->writer);

	result->elapsed_ns = elapsed(simulation);
	result->event_count = counts.event_count;
	result->truth_count = counts.truth_count;
	result->discarded_count = counts.discarded_count;
	result->refused_count = jscope__sim_refused(simulation->sim);
	result->interrupted = interrupted;
	if (!error && jscope__sim_error(simulation->sim))
		error = jscope_error(-ENOMEM, "No memory for the timers of the scenario; give it "
					      "fewer devices.");
	return error ? error : jscope__rig_verdict(simulation->rig);
}

static int record(struct simulation *simulation, struct jscope_simulation_result *result)
{
	struct sigaction before[SIGNAL_COUNT];
	int error = record_begin(simulation);

	if (error)
		return error;
	signals_take(before);
	run(simulation);
	error = record_end(simulation, result);
	signals_give_back(before);
	return error;
}

static void finish(struct simulation *simulation)
{
	jscope__ctf_writer_destroy(simulation->writer);
	jscope__disturbances_destroy(simulation->disturbances);
	jscope__rig_destroy(simulation->rig);
	jscope__sim_destroy(simulation->sim);
}

int jscope_simulation_run(const struct jscope_simulation_settings *settings,
			  struct jscope_simulation_result *ret_result)
{
	struct simulation simulation = { .settings = settings };
	int error = jscope__disturbances_check(settings->scenario);

	memset(ret_result, 0, sizeof *ret_result);
	if (!error)
		error = build(&simulation);
	if (!error)
		error = jscope__output_prepare(settings->output, &simulation.output);
	if (!error)
		error = record(&simulation, ret_result);
	finish(&simulation);
	return error;
}
