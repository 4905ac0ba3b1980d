#include "tracer/kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "common/error.h"
#include "drain.h"
#include "output.h"
#include "probes.h"
#include "program.h"
#include "sink.h"
#include "span.h"

#define PROGRESS_NS (200 * JSCOPE_NS_PER_MS)
#define LOOK_NS	    (500 * JSCOPE_NS_PER_MS) /* at what was lost */
/* Programs that still run when they are detached may take so long to end; then the trace does. */
#define DRY_NS (200 * JSCOPE_NS_PER_MS)

/* The usual room of a ring: for a tenth of a second of all that a CPU can make. */
#define RING_BYTES_MOST	 ((size_t)32 << 20)
#define RING_BYTES_LEAST ((size_t)256 << 10)

struct recorder {
	const struct jscope_kernel_settings *settings;
	struct jscope__output output;
	struct jscope__kernel_probes *probes;
	struct jscope__kernel_ring **rings; /* owned, of cpu_count */
	uint32_t cpu_count;
	uint32_t *lost; /* owned, of cpu_count: as last looked at */
	struct jscope__kernel_drain *drain;
	struct jscope__kernel_sink sink;
	struct jscope__kernel_span span;
	jscope_ns safe_ns; /* no record before comes any more */
	jscope_ns look_ns, progress_ns;
	bool disk_full;
	int error; /* of writing, without a sentence */
};

static void tell(const struct recorder *recorder, const char *sentence)
{
	if (recorder->settings->tell)
		recorder->settings->tell(recorder->settings->state, sentence);
}

/* Before it begins */

/*
 * All rings together take at most a sixteenth of the memory. Virtual machines may have many more
 * possible CPUs than are there.
 */
static size_t ring_bytes_usual(uint32_t cpu_count)
{
	const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	const uint64_t memory_bytes = pages > 0 ? (uint64_t)pages * (uint64_t)page : 0;
	size_t bytes = RING_BYTES_MOST;

	while (bytes > RING_BYTES_LEAST && (uint64_t)bytes * cpu_count > memory_bytes / 16)
		bytes /= 2;
	return bytes;
}

static int64_t clock_offset_ns(void)
{
	struct timespec real;
	const jscope_ns before = jscope_ns_now();
	jscope_ns after;

	clock_gettime(CLOCK_REALTIME, &real);
	after = jscope_ns_now();
	return (int64_t)real.tv_sec * JSCOPE_NS_PER_SEC + real.tv_nsec -
	       (before + (after - before) / 2);
}

static struct jscope__kernel_origin origin_of(const struct recorder *recorder)
{
	struct jscope__kernel_origin origin = {
		.clock_offset_ns = clock_offset_ns(),
		.probe_cost_ns = jscope__kernel_probes_cost_ns(recorder->probes),
		.cpu_count = recorder->cpu_count,
		.groups = recorder->settings->groups | UINT32_C(1) << JSCOPE_KERNEL_TOLD,
	};

	/* Only to tell traces from each other: without randomness the time does. */
	if (getrandom(origin.uuid, sizeof origin.uuid, 0) < 0)
		memcpy(origin.uuid, &origin.clock_offset_ns, sizeof origin.clock_offset_ns);
	return origin;
}

static int probes_load(struct recorder *recorder)
{
	const struct jscope_kernel_settings *settings = recorder->settings;
	struct jscope__kernel_probes_settings probes = {
		.groups = settings->groups,
		.filter = &settings->filter,
		.ring_bytes = settings->ring_bytes,
		.tell = settings->tell,
		.state = settings->state,
	};
	uint32_t cpu_count;
	int error = jscope__kernel_probes_cpus_possible(&cpu_count);

	if (error)
		return error;
	if (!probes.ring_bytes)
		probes.ring_bytes = ring_bytes_usual(cpu_count);
	return jscope__kernel_probes_create(&probes, &recorder->probes);
}

static int rings_open(struct recorder *recorder)
{
	const size_t size = jscope__kernel_probes_ring_bytes(recorder->probes);

	recorder->cpu_count = jscope__kernel_probes_cpus(recorder->probes);
	recorder->rings = calloc(recorder->cpu_count, sizeof *recorder->rings);
	recorder->lost = calloc(recorder->cpu_count, sizeof *recorder->lost);
	if (!recorder->rings || !recorder->lost)
		return jscope_error(-ENOMEM, "No memory for %u CPUs", recorder->cpu_count);
	for (uint32_t cpu = 0; cpu < recorder->cpu_count; cpu++) {
		const int fd = jscope__kernel_probes_ring_fd(recorder->probes, cpu);
		const int error = jscope__kernel_ring_create(fd, size, &recorder->rings[cpu]);

		if (error)
			return jscope_error(error, "Cannot map the ring of CPU %u: %s", cpu,
					    strerror(-error));
	}
	return 0;
}

static int drain_open(struct recorder *recorder)
{
	const struct jscope__kernel_drain_settings drain = {
		.rings = recorder->rings,
		.cpu_count = recorder->cpu_count,
		.ring_bytes = jscope__kernel_probes_ring_bytes(recorder->probes),
		.by_time = jscope__kernel_sink_wants_order(&recorder->sink),
		.record = jscope__kernel_sink_record,
		.state = &recorder->sink,
	};
	const int error = jscope__kernel_drain_create(&drain, &recorder->drain);

	return error ? jscope_error(error, "No memory to empty rings with") : 0;
}

static void recorder_close(struct recorder *recorder)
{
	jscope__kernel_drain_destroy(recorder->drain);
	for (uint32_t cpu = 0; recorder->rings && cpu < recorder->cpu_count; cpu++)
		jscope__kernel_ring_destroy(recorder->rings[cpu]);
	free(recorder->rings);
	free(recorder->lost);
	jscope__kernel_probes_destroy(recorder->probes);
	jscope__kernel_sink_finish(&recorder->sink);
}

static unsigned events_attached(const struct recorder *recorder)
{
	unsigned count = 0;

	for (int event = 0; event < JSCOPE_KERNEL_EVENT_COUNT; event++)
		count += jscope__kernel_probes_has(recorder->probes, event);
	return count;
}

/* Up to the first record. */
static int recorder_open(struct recorder *recorder)
{
	struct jscope__kernel_origin origin;
	int error = probes_load(recorder);

	if (!error)
		error = rings_open(recorder);
	if (error)
		return error;
	origin = origin_of(recorder);
	error = jscope__kernel_sink_init(&recorder->sink, recorder->settings, recorder->output.path,
					 &origin, jscope_ns_now());
	if (error)
		return error;
	error = drain_open(recorder);
	if (!error)
		error = jscope__kernel_probes_attach(recorder->probes);
	jscope__kernel_span_wait(&recorder->span, 0);
	if (!error && recorder->span.over)
		error = jscope_error(-EINTR, "Interrupted before anything was recorded");
	return error;
}

/* On success records flow, and the program runs. */
static int recorder_begin(struct recorder *recorder)
{
	const struct jscope_kernel_settings *settings = recorder->settings;
	int error = recorder_open(recorder);

	if (!error) {
		if (settings->started)
			settings->started(settings->state, events_attached(recorder),
					  (unsigned)sysconf(_SC_NPROCESSORS_ONLN));
		error = jscope__kernel_span_start(&recorder->span, settings->argv,
						  settings->duration_ns);
	}
	if (error)
		jscope__kernel_sink_discard(&recorder->sink);
	return error;
}

/* While it records */

/* Modulo 2^32, as records tell it. */
static void losses_look(struct recorder *recorder)
{
	for (uint32_t cpu = 0; cpu < recorder->cpu_count; cpu++) {
		uint64_t lost = 0;

		for (int event = 0; event < JSCOPE_KERNEL_EVENT_COUNT; event++)
			lost += jscope__kernel_probes_lost(recorder->probes, cpu, event);
		recorder->lost[cpu] = (uint32_t)lost;
	}
}

static void losses_tell(struct recorder *recorder)
{
	for (uint32_t cpu = 0; cpu < recorder->cpu_count; cpu++)
		jscope__kernel_sink_lost(&recorder->sink, cpu, recorder->lost[cpu],
					 recorder->safe_ns);
}

static void disk_check(struct recorder *recorder)
{
	if (recorder->error == -ENOSPC ||
	    jscope__output_free_bytes(recorder->output.path) < JSCOPE__OUTPUT_STOP_BYTES)
		recorder->disk_full = true;
}

/* What was lost before the pass is told behind the records that the pass finds. */
static void recorder_pass(struct recorder *recorder)
{
	const jscope_ns now = jscope_ns_now();
	const bool looks = now - recorder->look_ns >= LOOK_NS;

	if (looks) {
		recorder->look_ns = now;
		losses_look(recorder);
	}
	recorder->safe_ns = jscope__kernel_drain_pass(recorder->drain);
	if (looks && recorder->safe_ns >= now)
		losses_tell(recorder);
	if (!recorder->error)
		recorder->error = jscope__kernel_sink_passed(&recorder->sink, recorder->safe_ns);
	disk_check(recorder);
}

static void recorder_show(struct recorder *recorder)
{
	const struct jscope_kernel_settings *settings = recorder->settings;
	const jscope_ns now = jscope_ns_now();

	if (!settings->progress || now - recorder->progress_ns < PROGRESS_NS)
		return;
	recorder->progress_ns = now;
	settings->progress(settings->state, now - recorder->span.begin_ns, recorder->sink.count);
}

static void recorder_run(struct recorder *recorder)
{
	while (!recorder->span.over) {
		recorder_pass(recorder);
		recorder_show(recorder);
		if (recorder->disk_full || recorder->error)
			jscope__kernel_span_stop(&recorder->span);
		else
			jscope__kernel_span_wait(&recorder->span,
						 jscope__kernel_drain_pause_ns(recorder->drain));
	}
}

/* When it ends */

static void recorder_dry(struct recorder *recorder)
{
	const struct timespec step = { 0, JSCOPE_NS_PER_MS };
	const jscope_ns limit_ns = jscope_ns_now() + DRY_NS;

	/* The first pass takes what is there; a second one is for what was still being written. */
	recorder->safe_ns = jscope__kernel_drain_pass(recorder->drain);
	while (!jscope__kernel_drain_is_dry(recorder->drain) && jscope_ns_now() < limit_ns) {
		nanosleep(&step, NULL);
		recorder->safe_ns = jscope__kernel_drain_pass(recorder->drain);
	}
	if (!jscope__kernel_drain_is_dry(recorder->drain))
		tell(recorder, "A program in the kernel did not end its last record; what lies "
			       "behind it is not in the trace.");
}

static uint64_t lost_of(const struct recorder *recorder, enum jscope_kernel_event event)
{
	uint64_t lost = jscope__kernel_probes_missed(recorder->probes, event);

	for (uint32_t cpu = 0; cpu < recorder->cpu_count; cpu++)
		lost += jscope__kernel_probes_lost(recorder->probes, cpu, event);
	return lost;
}

/* Returns how many records were lost in all. */
static uint64_t probes_tell(struct recorder *recorder)
{
	uint64_t lost_count = 0;

	for (int event = 0; event < JSCOPE_KERNEL_EVENT_COUNT; event++) {
		const uint64_t lost = lost_of(recorder, event);

		lost_count += lost;
		if (jscope__kernel_probes_has(recorder->probes, event))
			jscope__kernel_sink_tell_probe(&recorder->sink, event, lost,
						       recorder->safe_ns);
	}
	return lost_count;
}

static int output_check(const struct recorder *recorder)
{
	const char *path = recorder->output.path;

	if (access(path, F_OK) == 0)
		return 0;
	return jscope_error(-ENOENT, "'%s' was removed while it was recorded into: record again",
			    path);
}

/* A full disk is no error: the trace ends before. */
static int recorder_end(struct recorder *recorder, struct jscope_kernel_result *result)
{
	int error;

	jscope__kernel_probes_detach(recorder->probes);
	recorder_dry(recorder);
	losses_look(recorder);
	losses_tell(recorder);
	result->lost_count = probes_tell(recorder);
	error = jscope__kernel_sink_end(&recorder->sink, recorder->safe_ns);
	if (error == -ENOSPC) {
		recorder->disk_full = true;
		jscope_error_clear();
		error = 0;
	}
	jscope__kernel_sink_result(&recorder->sink, result);
	result->strange_count += jscope__kernel_drain_broken(recorder->drain);
	result->missing_count = jscope__kernel_probes_missing(recorder->probes);
	result->disk_full = recorder->disk_full;
	return error ? error : output_check(recorder);
}

static int recorder_record(struct recorder *recorder, struct jscope_kernel_result *result)
{
	int error = jscope__kernel_span_begin(&recorder->span);

	if (error)
		return error;
	error = recorder_begin(recorder);
	if (!error) {
		recorder_run(recorder);
		error = recorder_end(recorder, result);
	}
	recorder_close(recorder);
	jscope__kernel_span_end(&recorder->span);
	result->program_status = recorder->span.program_status;
	result->interrupted = recorder->span.interrupted;
	return error;
}

int jscope_kernel_run(const struct jscope_kernel_settings *settings,
		      struct jscope_kernel_result *ret_result)
{
	struct recorder recorder = { .settings = settings };
	struct jscope_kernel_result result = { 0 };
	int error = settings->argv ? jscope__program_find(settings->argv[0]) : 0;

	if (!error)
		error = jscope__output_prepare(settings->output, &recorder.output);
	if (error)
		return error;
	error = recorder_record(&recorder, &result);
	if (error) {
		jscope__output_discard(&recorder.output);
		return error;
	}
	*ret_result = result;
	return 0;
}
