#include "cmd.h"

#include <inttypes.h>

#include "source.h"

struct events_settings {
	struct jscope_source_settings source;
	struct jscope_when around;
	jscope_ns window_ns;
};

static const struct events_settings defaults = {
	.source = { .cpu = -1, .as_text = true },
	.window_ns = JSCOPE_NS_PER_MS,
};

static const struct jscope_option options[] = {
	{ 0, "around", "T",
	  "Only events near this time: since the first event, or ns of the clock.",
	  JSCOPE_OPTION_WHEN, offsetof(struct events_settings, around), 0, 0, NULL },
	{ 0, "window", "T", "How near, before and after; else 1ms.", JSCOPE_OPTION_DURATION,
	  offsetof(struct events_settings, window_ns), 0, INT64_MAX, NULL },
	JSCOPE_SOURCE_OPTIONS(struct events_settings),
	{ 0 },
};

struct printer {
	FILE *stream;
	const struct jscope_trace *trace;
	jscope_ns previous_ns;
};

/* Time since the first event of the trace, distance to the line before, CPU, the event. */
static void print_event(void *state, jscope_ns ts_ns, unsigned cpu, const char *text)
{
	struct printer *printer = state;
	jscope_ns since_ns = jscope_sub_sat(ts_ns, jscope_trace_info(printer->trace)->begin_ns);
	jscope_ns step_ns = 0;

	if (printer->previous_ns != JSCOPE_NS_UNKNOWN)
		step_ns = jscope_sub_sat(ts_ns, printer->previous_ns);
	printer->previous_ns = ts_ns;
	fprintf(printer->stream, "%5" PRId64 ".%09" PRId64 " %+13.3f us [%u] %s\n",
		since_ns / JSCOPE_NS_PER_SEC, since_ns % JSCOPE_NS_PER_SEC, (double)step_ns / 1e3,
		cpu, text);
}

/* Whoever reads along gets what there is. Returns whether it can go nowhere any more. */
static bool hand_on(void *state)
{
	struct printer *printer = state;

	return fflush(printer->stream) == EOF;
}

static int print_events(const struct jscope_source_settings *source, struct jscope_trace *trace)
{
	struct printer printer = { .trace = trace, .previous_ns = JSCOPE_NS_UNKNOWN };
	const struct jscope_live_watch watch = { .refresh = hand_on, .state = &printer };
	int error, closed;

	error = jscope_output_open(source->output, &printer.stream);
	if (error < 0)
		return error;
	jscope_live_watch(&watch);
	error = jscope_trace_print(trace, print_event, &printer);
	jscope_live_watch(NULL);
	closed = jscope_output_close(source->output, printer.stream);
	return error < 0 ? error : closed;
}

/* --around T --window W is --from T-W --to T+W. */
static struct jscope_source_settings window_of(const struct events_settings *settings)
{
	struct jscope_source_settings source = settings->source;

	if (settings->around.given) {
		source.from = source.to = settings->around;
		source.from.ns = jscope_sub_sat(settings->around.ns, settings->window_ns);
		source.to.ns = jscope_add_sat(settings->around.ns, settings->window_ns);
	}
	return source;
}

static int run(const void *given, char **operands)
{
	struct jscope_source_settings source = window_of(given);
	struct jscope_trace *trace;
	int result = jscope_source_open(operands[0], &source, &trace);

	if (result < 0)
		return jscope_fail(result);
	result = print_events(&source, trace);
	result = result < 0 ? jscope_fail(result) : jscope_source_verdict(trace, &source);
	jscope_source_close(trace);
	return result;
}

const struct jscope_command jscope_cmd_events = {
	.name = "events",
	.operands = "SOURCE",
	.operand_min = 1,
	.operand_max = 1,
	.summary = "Print the raw events of a recording, one line each.",
	.details =
		"A line holds the time since the first event in seconds, the distance to the line "
		"before, the CPU, and the event with its contexts and fields. Of a live session "
		"(lttng-live://HOST[:PORT]/host/TARGET/SESSION) they come as they arrive.",
	.example = "jitterscope events --around 2.034s --window 500us /tmp/first",
	.options = options,
	.settings_size = sizeof(struct events_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
