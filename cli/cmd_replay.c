#include "cmd.h"

#include <errno.h>
#include <inttypes.h>

#include "analysis/timeline_writer.h"
#include "common/error.h"
#include "source.h"

/* How long after its first instant the line of a live session is taken for final. */
#define SETTLE_NS (500 * JSCOPE_NS_PER_MS)

struct replay_settings {
	struct jscope_source_settings source;
	int what, format;
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

static int write_timelines(const struct replay_settings *settings, struct jscope_trace *trace)
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
		error = replay(trace, writer);
		tell_lines(settings, jscope_trace_info(trace), writer);
	}
	jscope_timeline_writer_destroy(writer);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static bool is_possible(const struct replay_settings *settings)
{
	if (settings->what != WHAT_ALL || settings->format != JSCOPE_LINE_CSV)
		return true;
	jscope_error(-EINVAL,
		     "Columns differ between kinds of records: with --format csv ask for one, "
		     "such as --what requests");
	return false;
}

static int run(const void *given, char **operands)
{
	const struct replay_settings *settings = given;
	struct jscope_trace *trace;
	int result;

	if (!is_possible(settings)) {
		jscope_error_print(stderr, -EINVAL);
		return JSCOPE_EXIT_USAGE;
	}
	result = jscope_source_open(operands[0], &settings->source, &trace);
	if (result < 0)
		return jscope_fail(result);
	result = write_timelines(settings, trace);
	result = result < 0 ? jscope_fail(result) : jscope_source_verdict(trace, &settings->source);
	jscope_source_close(trace);
	return result;
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
		"they are final.",
	.example = "jitterscope replay --format ndjson --from 2s --to 3s /tmp/first",
	.options = options,
	.settings_size = sizeof(struct replay_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
