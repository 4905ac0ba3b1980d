#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "common/shell.h"
#include "kernel_filter.h"
#include "kernel_view.h"
#include "output.h"
#include "probes/kernel_vocabulary.h"
#include "record.h"
#include "terminal.h"

#define RING_BYTES_MIN	((int64_t)64 << 10)
#define RING_BYTES_MAX	((int64_t)1 << 30)
#define CHUNK_BYTES_MIN ((int64_t)64 << 10)
#define CHUNK_NS_MIN	(100 * JSCOPE_NS_PER_MS)
#define KEEP_MAX	100000
#define FLIGHT_NS_MAX	(60 * JSCOPE_NS_PER_SEC)

#define BIT(group) (UINT32_C(1) << JSCOPE_KERNEL_##group)

enum preset { PRESET_IRQ, PRESET_BLOCK, PRESET_AUDIO, PRESET_MIDI, PRESET_TIMER, PRESET_ALL };

static const char *const presets[] = { "irq", "block", "audio", "midi", "timer", "all", NULL };

/* What a chain needs that begins at such a device, and no more. Without a device, hrtimers begin it. */
static const uint32_t preset_groups[] = {
	[PRESET_IRQ] =
		BIT(IRQ) | BIT(SOFTIRQ) | BIT(TASKLET) | BIT(WORKQUEUE) | BIT(WAKE) | BIT(SWITCH),
	[PRESET_BLOCK] =
		BIT(IRQ) | BIT(SOFTIRQ) | BIT(BLOCK) | BIT(WAKE) | BIT(SWITCH) | BIT(HRTIMER),
	[PRESET_AUDIO] = BIT(IRQ) | BIT(SOFTIRQ) | BIT(HRTIMER) | BIT(WORKQUEUE) | BIT(PCM) |
			 BIT(WAKE) | BIT(SWITCH),
	[PRESET_MIDI] = BIT(IRQ) | BIT(SOFTIRQ) | BIT(HRTIMER) | BIT(WORKQUEUE) | BIT(MIDI) |
			BIT(WAKE) | BIT(SWITCH),
	[PRESET_TIMER] = BIT(HRTIMER) | BIT(HRTIMER_START) | BIT(TIMER) | BIT(LOCAL_TIMER) |
			 BIT(SOFTIRQ) | BIT(WAKE) | BIT(SWITCH),
	[PRESET_ALL] = BIT(GROUP_COUNT) - 1,
};

static const char *const scheds[] = { "chain", "all", "none", NULL };

struct record_kernel_settings {
	struct jscope_record_settings record;
	int preset;
	int sched; /* -1: as the preset wants it */
	struct jscope_kernel_names names;
	uint64_t ring_bytes;
	struct jscope_extent rotate;
	int64_t keep;
	jscope_ns flight_ns;
	struct jscope_list conditions;
	bool live, list;
};

static const struct record_kernel_settings defaults = { .sched = -1 };

#define PLACE(member) offsetof(struct record_kernel_settings, member)

static const struct jscope_option options[] = {
	{ 0, "preset", "NAME", "What is recorded; else irq. --list tells the events of each.",
	  JSCOPE_OPTION_CHOICE, PLACE(preset), 0, 0, presets },
	{ 0, "irq", "LINE|NAME", "Only these interrupts, by line or name of the handler.",
	  JSCOPE_OPTION_LIST, PLACE(names.irqs), 0, 0, NULL },
	{ 0, "disk", "DISK", "Only requests to these disks, such as vda or 254:0.",
	  JSCOPE_OPTION_LIST, PLACE(names.disks), 0, 0, NULL },
	{ 0, "card", "N|ID", "Only these sound cards.", JSCOPE_OPTION_LIST, PLACE(names.cards), 0,
	  0, NULL },
	{ 0, "pid", "PID", "Only wake-ups of these processes, and requests that they issue.",
	  JSCOPE_OPTION_LIST, PLACE(names.pids), 0, 0, NULL },
	{ 0, "on-cpu", "LIST", "Only what happens on these CPUs, such as 0,2-5.",
	  JSCOPE_OPTION_LIST, PLACE(names.cpus), 0, 0, NULL },
	{ 0, "sched", "WHOSE",
	  "Wake-ups: chain (by interrupts and kernel threads; the usual), all (with preset all), none.",
	  JSCOPE_OPTION_CHOICE, PLACE(sched), 0, 0, scheds },
	{ 0, "buffer", "SIZE", "Memory per CPU, a power of two; else 32M, less on small machines.",
	  JSCOPE_OPTION_SIZE, PLACE(ring_bytes), RING_BYTES_MIN, RING_BYTES_MAX, NULL },
	{ 0, "rotate", "SIZE|T", "Begin another chunk after so much, such as 1G or 10m.",
	  JSCOPE_OPTION_EXTENT, PLACE(rotate), CHUNK_BYTES_MIN, 0, NULL },
	{ 0, "keep", "N", "Keep the last N chunks of --rotate; else all.", JSCOPE_OPTION_INTEGER,
	  PLACE(keep), 1, KEEP_MAX, NULL },
	{ 0, "flight", "T",
	  "Keep everything in memory, and write so much before and after a condition is met.",
	  JSCOPE_OPTION_DURATION, PLACE(flight_ns), JSCOPE_NS_PER_MS, FLIGHT_NS_MAX, NULL },
	{ 0, "on", "COND",
	  "Such as wake>500us, block>2ms, irq>100us, softirq>1ms, period>11ms, headroom<64.",
	  JSCOPE_OPTION_LIST, PLACE(conditions), 0, 0, NULL },
	{ 0, "live", NULL, "Show a table of latencies while recording.", JSCOPE_OPTION_FLAG,
	  PLACE(live), 0, 0, NULL },
	{ 0, "list", NULL, "List the presets and their events.", JSCOPE_OPTION_FLAG, PLACE(list), 0,
	  0, NULL },
	JSCOPE_RECORD_PLACE_OPTIONS(struct record_kernel_settings),
	{ 0 },
};

static void list_preset(enum preset preset)
{
	const struct jscope_kernel_event_desc *event;

	printf("%s:\n", presets[preset]);
	for (size_t id = 0; (event = jscope_kernel_event_describe(id)); id++)
		if (preset_groups[preset] >> event->group & 1)
			printf("  %-34s %s\n", event->name, event->sentence);
}

static int list(void)
{
	for (int preset = 0; presets[preset]; preset++)
		list_preset(preset);
	return jscope_output_finish(JSCOPE_EXIT_DONE);
}

/* Options that mean nothing without another, or beside it. */
static int check(const struct record_kernel_settings *settings)
{
	const bool rotates = settings->rotate.bytes || settings->rotate.ns;

	if (settings->ring_bytes & (settings->ring_bytes - 1))
		return jscope_error(-EINVAL, "--buffer takes a power of two, such as 4M or 8M.");
	if (settings->rotate.ns && settings->rotate.ns < CHUNK_NS_MIN)
		return jscope_error(-EINVAL, "--rotate takes 100ms or more.");
	if (settings->keep && !rotates)
		return jscope_error(-EINVAL, "--keep is for the chunks of --rotate.");
	if (settings->flight_ns && settings->conditions.count == 0)
		return jscope_error(-EINVAL,
				    "--flight wants a condition, such as --on 'wake>1ms'.");
	if (settings->conditions.count > 0 && !settings->flight_ns)
		return jscope_error(-EINVAL, "--on is for a flight recorder: --flight 50ms");
	if (settings->conditions.count > JSCOPE_KERNEL_CONDITIONS_MAX)
		return jscope_error(-EINVAL, "--on takes at most %d conditions.",
				    JSCOPE_KERNEL_CONDITIONS_MAX);
	if (settings->flight_ns && rotates)
		return jscope_error(-EINVAL, "--rotate and --flight exclude each other: a flight "
					     "recorder writes a trace per trigger.");
	return jscope_record_check_output(settings->record.output);
}

static enum jscope_kernel_sched sched_of(const struct record_kernel_settings *settings)
{
	if (settings->sched >= 0)
		return (enum jscope_kernel_sched)settings->sched;
	return settings->preset == PRESET_ALL ? JSCOPE_KERNEL_SCHED_ALL : JSCOPE_KERNEL_SCHED_CHAIN;
}

static uint32_t groups_of(const struct record_kernel_settings *settings)
{
	const uint32_t sched = BIT(WAKE) | BIT(WAKEUP) | BIT(SWITCH) | BIT(MIGRATE);
	const uint32_t groups = preset_groups[settings->preset];

	return sched_of(settings) == JSCOPE_KERNEL_SCHED_NONE ? groups & ~sched : groups;
}

/* While it records. */
struct recording {
	const struct record_kernel_settings *settings;
	struct jscope_kernel_view *view; /* NULL: no --live */
};

/* One or the other: a table that is drawn anew, or, where nobody draws one, how long it has lasted. */
static bool shows_progress(const struct recording *recording)
{
	return jscope_record_shows_progress(&recording->settings->record) &&
	       !(recording->view && jscope_terminal_redraws(stdout));
}

static void tell(void *state, const char *sentence)
{
	const struct recording *recording = state;

	if (recording->view)
		jscope_kernel_view_clear(recording->view);
	jscope_record_tell(&recording->settings->record, sentence);
}

/* Of interrupts alone: a device may come that has one. */
static void tell_strangers(const struct recording *recording)
{
	const struct jscope_list *irqs = &recording->settings->names.irqs;
	char sentence[PATH_MAX];

	for (size_t i = 0; i < irqs->count; i++) {
		if (jscope_kernel_filter_has_irq(irqs->items[i]))
			continue;
		snprintf(sentence, sizeof sentence,
			 "There is no interrupt '%s' now, see /proc/interrupts; should it come, it "
			 "is recorded.",
			 irqs->items[i]);
		tell((void *)recording, sentence);
	}
}

static void started(void *state, unsigned event_count, unsigned cpu_count)
{
	const struct recording *recording = state;
	const struct record_kernel_settings *settings = recording->settings;
	char sentence[PATH_MAX + 200];

	snprintf(sentence, sizeof sentence,
		 "Recording the kernel (preset %s: %u events, %u CPUs) into '%s'; Ctrl-C ends it.",
		 presets[settings->preset], event_count, cpu_count, settings->record.output);
	tell(state, sentence);
	tell_strangers(recording);
}

static void progress(void *state, jscope_ns elapsed_ns, uint64_t event_count)
{
	const struct recording *recording = state;

	if (recording->view)
		jscope_kernel_view_refresh(recording->view, elapsed_ns, event_count);
	if (shows_progress(recording))
		jscope_record_progress(&recording->settings->record, elapsed_ns);
}

static void sample(void *state, const struct jscope_kernel_sample *measured)
{
	const struct recording *recording = state;

	jscope_kernel_view_sample(recording->view, measured);
}

static void tell_count(const struct recording *recording, const char *what, uint64_t count,
		       const char *remedy)
{
	char sentence[300];

	if (count == 0)
		return;
	snprintf(sentence, sizeof sentence, "%s: %" PRIu64 "%s", what, count, remedy);
	tell((void *)recording, sentence);
}

/* What is not as it should be, but for losses; those have their place in the last sentence. */
static void tell_problems(const struct recording *recording,
			  const struct jscope_kernel_result *result)
{
	if (result->disk_full)
		tell((void *)recording, "The disk is full; the recording ended early.");
	tell_count(recording, "Records of the kernel that made no sense or came late",
		   result->strange_count, "; this is a fault of jitterscope.");
	tell_count(recording, "Traces that lack their beginning, which memory did not hold",
		   result->short_count, "; give a shorter --flight, or filter.");
	tell_count(recording, "Conditions met while the trace of another was written, and in that",
		   result->merged_count, ".");
	tell_count(recording, "Conditions and pairs for which there was no room any more",
		   result->refused_count, "; choose bounds that are met less often, or filter.");
}

static void size_format(char *text, size_t size, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	unsigned unit = 0;

	for (; value >= 1024 && unit < 4; unit++)
		value /= 1024;
	snprintf(text, size, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void tell_trace(const struct recording *recording, const struct jscope_kernel_result *result)
{
	const char *output = recording->settings->record.output;
	char path[PATH_MAX], size[32], chunks[40] = "", sentence[3 * PATH_MAX];

	jscope_shell_quote(path, sizeof path, output);
	size_format(size, sizeof size, result->byte_count);
	if (recording->settings->flight_ns)
		snprintf(sentence, sizeof sentence,
			 "Kept %u trace%s (%" PRIu64 " events, %s) in '%s'; %" PRIu64
			 " events were lost.%s%s%s",
			 result->trigger_count, result->trigger_count == 1 ? "" : "s",
			 result->event_count, size, output, result->lost_count,
			 result->trigger_count ? " See the first with: jitterscope report "
					       : " No condition was met",
			 result->trigger_count ? path : ".",
			 result->trigger_count ? "/trigger-001" : "");
	else {
		if (recording->settings->rotate.bytes || recording->settings->rotate.ns)
			snprintf(chunks, sizeof chunks, " in %u chunks", result->chunk_count);
		snprintf(sentence, sizeof sentence,
			 "Recorded %" PRIu64 " events (%s%s) into '%s'; %" PRIu64
			 " were lost. See it with: jitterscope report %s",
			 result->event_count, size, chunks, output, result->lost_count, path);
	}
	tell((void *)recording, sentence);
}

static int tell_result(const struct recording *recording, const struct jscope_kernel_result *result)
{
	/* A full disk ends the program like a signal does. */
	const bool killed =
		jscope_record_tell_status(&recording->settings->record, result->program_status,
					  result->interrupted || result->disk_full);
	const bool whole = result->lost_count == 0 && !result->disk_full &&
			   result->strange_count == 0 && result->short_count == 0 &&
			   result->refused_count == 0;

	tell_problems(recording, result);
	tell_trace(recording, result);
	return whole && !killed ? JSCOPE_EXIT_DONE : JSCOPE_EXIT_DEGRADED;
}

static int usage(void)
{
	jscope_error_print(stderr, -EINVAL);
	return JSCOPE_EXIT_USAGE;
}

static int record(struct recording *recording, struct jscope_kernel_settings *kernel)
{
	const jscope_ns begin_ns = jscope_ns_now();
	struct jscope_kernel_result result;
	int error = jscope_kernel_run(kernel, &result);

	if (shows_progress(recording))
		fputs("\r\033[K", stderr);
	if (recording->view && error)
		jscope_kernel_view_clear(recording->view);
	else if (recording->view)
		jscope_kernel_view_end(recording->view, jscope_ns_now() - begin_ns,
				       result.event_count, result.lost_count);
	if (error == -EINVAL)
		return usage();
	return error < 0 ? jscope_fail(error) : tell_result(recording, &result);
}

static void kernel_settings(const struct record_kernel_settings *settings, char *const *argv,
			    struct jscope_kernel_settings *kernel)
{
	kernel->output = settings->record.output;
	kernel->argv = argv[0] ? argv : NULL;
	kernel->duration_ns = settings->record.duration_ns;
	kernel->groups = groups_of(settings);
	kernel->filter.sched = sched_of(settings);
	kernel->ring_bytes = settings->ring_bytes;
	kernel->rotate_bytes = settings->rotate.bytes;
	kernel->rotate_ns = settings->rotate.ns;
	kernel->keep = (unsigned)settings->keep;
	kernel->flight_ns = settings->flight_ns;
	kernel->condition_count = settings->conditions.count;
	for (size_t i = 0; i < settings->conditions.count; i++)
		kernel->conditions[i] = settings->conditions.items[i];
	kernel->tell = tell;
	kernel->started = started;
}

static int run(const void *given, char **operands)
{
	const struct record_kernel_settings *settings = given;
	struct recording recording = { .settings = settings };
	struct jscope_kernel_settings kernel = { .state = &recording };
	int error, result;

	if (settings->list)
		return list();
	if (check(settings) < 0 ||
	    jscope_kernel_filter_check(&settings->names, groups_of(settings)) < 0)
		return usage();
	kernel_settings(settings, operands, &kernel);
	if (settings->flight_ns && jscope_kernel_check_conditions(&kernel) < 0)
		return usage();
	error = jscope_kernel_filter_make(&settings->names, &kernel.filter);
	if (error == -EINVAL)
		return usage();
	if (!error && settings->live) {
		error = jscope_kernel_view_create(&recording.view);
		kernel.sample = sample;
	}
	if (recording.view || shows_progress(&recording))
		kernel.progress = progress;
	result = error ? jscope_fail(error) : record(&recording, &kernel);
	jscope_kernel_view_destroy(recording.view);
	return result;
}

const struct jscope_command jscope_cmd_record_kernel = {
	.name = "record kernel",
	.operands = "[-- PROGRAM [ARG...]]",
	.operand_max = INT_MAX,
	.summary =
		"Record the running kernel with eBPF: real interrupts, disks, sound cards, timers.",
	.details =
		"Needs root, or CAP_BPF and CAP_PERFMON (for sound cards CAP_SYS_ADMIN, too), and a "
		"kernel with BTF (from 5.15 on); no modules, no debug information, no daemon. The "
		"trace has LTTng's kernel vocabulary, "
		"so that LTTng's tools open it. The recording ends with the program, after "
		"--duration, or on Ctrl-C; a program that still runs then is ended. A recording with "
		"--rotate is read as one trace. What may be several, such as disks and conditions, is "
		"given with commas or again. A condition may name whom: 'irq[40]>50us', "
		"'wake[pulseaudio]>1ms'. The recorder has ordinary priority and leaves its own "
		"doings out; where its CPUs have no time for it, start it with nice -n -10, or give a "
		"larger --buffer.",
	.example = "jitterscope record kernel --preset block -o /tmp/disk -- dd if=/dev/vda "
		   "of=/dev/null iflag=direct bs=4k count=1000",
	.options = options,
	.settings_size = sizeof(struct record_kernel_settings),
	.defaults = &defaults,
	.run = run,
};
