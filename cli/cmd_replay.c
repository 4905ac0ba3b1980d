#include "cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "analysis/timeline_writer.h"
#include "common/error.h"
#include "guard.h"
#include "pacer.h"
#include "playback/playback.h"
#include "replay/reader.h"
#include "source.h"
#include "terminal.h"

/* How long after its first instant the line of a live session is taken for final. */
#define SETTLE_NS (500 * JSCOPE_NS_PER_MS)

struct replay_settings {
	struct jscope_source_settings source;
	int what, format;
	int64_t speed_millionths; /* 0: as fast as can be */
	bool is_view;
};

enum what { WHAT_NOTIFICATIONS, WHAT_REQUESTS, WHAT_POSITIONS, WHAT_ALL, WHAT_USUAL };

static const struct replay_settings defaults = { .source = { .cpu = -1 }, .what = WHAT_USUAL };

static const char *const whats[] = { "notifications", "requests", "positions", "all", NULL };
static const char *const formats[] = { "text", "csv", "ndjson", NULL };

static const struct jscope_option options[] = {
	{ 0, "what", "WHAT",
	  "notifications, requests, positions or all; else the first two, in csv the first.",
	  JSCOPE_OPTION_CHOICE, offsetof(struct replay_settings, what), 0, 0, whats },
	{ 'f', "format", "FORMAT", "text, csv or ndjson.", JSCOPE_OPTION_CHOICE,
	  offsetof(struct replay_settings, format), 0, 0, formats },
	{ 0, "speed", "X",
	  "Lines come as fast as it happened (1), slower (0.1), faster (10): from 0.000001 to "
	  "1000000; 0, the default, is all at once.",
	  JSCOPE_OPTION_FACTOR, offsetof(struct replay_settings, speed_millionths), 0,
	  JSCOPE_SPEED_MAX, NULL },
	{ 0, "view", NULL,
	  "On the terminal, full screen: the buffer, the chain and the lines, to be paused, stepped "
	  "and sought. The pace is that of --speed, else 1.",
	  JSCOPE_OPTION_FLAG, offsetof(struct replay_settings, is_view), 0, 0, NULL },
	JSCOPE_SOURCE_OPTIONS(struct replay_settings),
	{ 0 },
};

struct follower {
	struct jscope_trace *trace;
	struct jscope_timeline_writer *writer;
	uint64_t events; /* when it last looked */
};

/*
 * Lines of a live session are final when no chain can come before them any more; where nothing more
 * comes at all, they are. Returns whether they can go nowhere any more.
 */
static bool hand_on(void *state)
{
	struct follower *follower = state;
	const struct jscope_trace_info *info = jscope_trace_info(follower->trace);
	bool goes_on = info->events != follower->events;
	jscope_ns before_ns = goes_on ? jscope_sub_sat(info->end_ns, SETTLE_NS) : INT64_MAX;

	follower->events = info->events;
	return jscope_timeline_writer_release(follower->writer, before_ns) < 0;
}

/* Lines at the pace of the trace. */
struct paced {
	struct jscope_pacer pacer;
	bool is_stopped; /* by a person, with lines left */
};

static bool wants_no_more(void *state)
{
	(void)state;
	jscope_guard_progress();
	return jscope_source_interrupted();
}

static bool line_await(void *state, jscope_ns at_ns)
{
	struct paced *paced = state;

	paced->is_stopped = !jscope_pacer_await(&paced->pacer, at_ns, wants_no_more, NULL);
	return !paced->is_stopped;
}

static int replay(struct jscope_trace *trace, struct jscope_timeline_writer *writer)
{
	struct follower follower = { .trace = trace, .writer = writer };
	const struct jscope_live_watch watch = { hand_on, &follower, SETTLE_NS };
	int error;

	jscope_timeline_writer_count_from(writer, &jscope_trace_info(trace)->begin_ns);
	jscope_live_watch(&watch);
	error = jscope_trace_replay(trace, jscope_timeline_writer_sink(writer));
	jscope_live_watch(NULL);
	return error < 0 ? error : jscope_timeline_writer_finish(writer);
}

static void tell_lines(const struct replay_settings *settings, const struct jscope_trace_info *info,
		       const struct jscope_timeline_writer *writer)
{
	uint64_t count = jscope_timeline_writer_disordered(writer);

	if (settings->source.quiet)
		return;
	if (info->events && !jscope_timeline_writer_written(writer))
		fputs("jitterscope: The trace holds nothing of what was asked for, or all of it lies "
		      "outside the window: see 'jitterscope report', or 'jitterscope events' for "
		      "all that it holds.\n",
		      stderr);
	if (count)
		fprintf(stderr, "jitterscope: %" PRIu64 " lines came too late to stand in order.\n",
			count);
}

/* Bits of JSCOPE_WHAT_... The columns of csv are those of one kind. */
static unsigned what_of(const struct replay_settings *settings)
{
	switch ((enum what)settings->what) {
	case WHAT_NOTIFICATIONS:
		return JSCOPE_WHAT_NOTIFICATIONS;
	case WHAT_REQUESTS:
		return JSCOPE_WHAT_REQUESTS;
	case WHAT_POSITIONS:
		return JSCOPE_WHAT_POSITIONS;
	case WHAT_ALL:
		return JSCOPE_WHAT_ALL;
	case WHAT_USUAL:
		break;
	}
	return settings->format == JSCOPE_LINE_CSV
		       ? JSCOPE_WHAT_NOTIFICATIONS
		       : JSCOPE_WHAT_NOTIFICATIONS | JSCOPE_WHAT_REQUESTS;
}

static void tell_pace(const struct replay_settings *settings, const struct paced *paced)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	if (settings->speed_millionths && !settings->source.quiet)
		fprintf(stderr, "jitterscope: No line came later than %s after its instant.\n",
			jscope_ns_format(text, paced->pacer.behind_ns_max));
}

static void pace_set(const struct replay_settings *settings, struct paced *paced,
		     struct jscope_timeline_writer *writer)
{
	const struct jscope_line_pace pace = { line_await, paced };

	if (!settings->speed_millionths)
		return;
	jscope_pacer_init(&paced->pacer, &jscope_pacer_monotonic, settings->speed_millionths);
	jscope_timeline_writer_pace(writer, &pace);
}

static int write_timelines(const struct replay_settings *settings, struct jscope_trace *trace,
			   struct paced *paced)
{
	struct jscope_timeline_writer *writer = NULL;
	int error, closed;
	FILE *stream;

	error = jscope_output_open(settings->source.output, &stream);
	if (error < 0)
		return error;
	error = jscope_timeline_writer_create(stream, (enum jscope_line_format)settings->format,
					      what_of(settings), &writer);
	if (error == 0) {
		pace_set(settings, paced, writer);
		error = replay(trace, writer);
		tell_lines(settings, jscope_trace_info(trace), writer);
		tell_pace(settings, paced);
	}
	jscope_timeline_writer_destroy(writer);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static int refuse_view(const struct replay_settings *settings)
{
	if (settings->format != JSCOPE_LINE_TEXT || settings->source.output)
		return jscope_error(-EINVAL, "--view draws on the terminal: leave --format and "
					     "--output out, or --view.");
	if (!jscope_terminal_redraws(stdout) || !isatty(STDIN_FILENO))
		return jscope_error(-EINVAL,
				    "--view needs a terminal that can be redrawn, for its keys as "
				    "well: leave it out where output or input is none.");
	return 0;
}

/* What cannot be asked for, with a sentence. */
static int refuse_impossible(const struct replay_settings *settings, const char *path)
{
	if (settings->what == WHAT_ALL && settings->format == JSCOPE_LINE_CSV)
		return jscope_error(-EINVAL,
				    "Columns differ between kinds of records: with --format csv "
				    "ask for one, such as --what requests.");
	if ((settings->speed_millionths || settings->is_view) && jscope_path_is_live(path))
		return jscope_error(-EINVAL,
				    "'%s' is a live session, which has a pace of its own: leave "
				    "--speed and --view out, or record it and play the recording.",
				    path);
	return settings->is_view ? refuse_view(settings) : 0;
}

/* Where all has been read by then the trace itself is whole. */
static int verdict(const struct replay_settings *settings, const struct jscope_trace *trace,
		   bool is_stopped)
{
	const struct jscope_trace_info *info = jscope_trace_info(trace);
	int result = jscope_source_verdict(trace, &settings->source);

	if (!is_stopped || info->partial)
		return result;
	if (!settings->source.quiet)
		fprintf(stderr, "jitterscope: Stopped before the end of '%s'.\n", info->path);
	return JSCOPE_EXIT_DEGRADED;
}

static int play(const struct replay_settings *settings, const char *path)
{
	struct jscope_source_settings source = settings->source;
	struct paced paced = { 0 };
	struct jscope_trace *trace;
	int result;

	source.is_steady = settings->speed_millionths > 0;
	result = jscope_source_open(path, &source, &trace);
	if (result < 0)
		return jscope_fail(result);
	result = write_timelines(settings, trace, &paced);
	result = result < 0 ? jscope_fail(result) : verdict(settings, trace, paced.is_stopped);
	jscope_source_close(trace);
	return result;
}

static int view(const struct replay_settings *settings, const char *path)
{
	const struct jscope_playback_settings playback = {
		.source = &settings->source,
		.speed_millionths =
			settings->speed_millionths ? settings->speed_millionths : JSCOPE_SPEED_ONE,
		.listed_what = settings->what == WHAT_USUAL ? JSCOPE_WHAT_ALL : what_of(settings),
	};

	return jscope_playback_run(path, &playback);
}

static int run(const void *given, char **operands)
{
	const struct replay_settings *settings = given;

	if (refuse_impossible(settings, operands[0]) < 0) {
		jscope_error_print(stderr, -EINVAL);
		return JSCOPE_EXIT_USAGE;
	}
	return settings->is_view ? view(settings, operands[0]) : play(settings, operands[0]);
}

const struct jscope_command jscope_cmd_replay = {
	.name = "replay",
	.operands = "SOURCE",
	.operand_min = 1,
	.operand_max = 1,
	.summary = "Print the timelines of a recording: each notification, request or position.",
	.details =
		"One line per record. A notification shows the instants of its chain (due, irq, "
		"queued, deferred, signal, run, served), its class and its stages, which sum to its "
		"end-to-end time. With positions come their defects (stale, backward, jump, burst) "
		"and glitches with their cause, each as a line of its own, all in order of time. "
		"What the trace does not tell is left out. Of a live session "
		"(lttng-live://HOST[:PORT]/host/TARGET/SESSION) lines come half a second after "
		"they are final. With --speed each line comes at its instant, counted from the "
		"first line on. --view plays on the terminal; ? lists its keys.",
	.example = "jitterscope replay --format ndjson --from 2s --to 3s /tmp/first",
	.options = options,
	.settings_size = sizeof(struct replay_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
