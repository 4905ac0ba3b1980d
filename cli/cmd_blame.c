#include "cmd.h"

#include <errno.h>

#include "analysis/blame.h"
#include "source.h"
#include "terminal.h"

enum format { FORMAT_TEXT, FORMAT_JSON };

struct blame_settings {
	struct jscope_source_settings source;
	int format;
	int64_t worst;
	jscope_ns over_ns;
};

static const struct blame_settings defaults = { .source = { .cpu = -1 }, .worst = 3 };

static const char *const formats[] = { "text", "json", NULL };

static const struct jscope_option options[] = {
	{ 'f', "format", "FORMAT", "text or json.", JSCOPE_OPTION_CHOICE,
	  offsetof(struct blame_settings, format), 0, 0, formats },
	{ 'w', "worst", "N", "Show the N worst chains part by part; else 3.", JSCOPE_OPTION_INTEGER,
	  offsetof(struct blame_settings, worst), 0, JSCOPE_BLAME_WORST_MAX, NULL },
	{ 0, "over", "T", "The tail is what takes longer than this; else the slowest 1 % of each.",
	  JSCOPE_OPTION_DURATION, offsetof(struct blame_settings, over_ns), 1, INT64_MAX, NULL },
	JSCOPE_SOURCE_OPTIONS(struct blame_settings),
	{ 0 },
};

static int write_output(const struct blame_settings *settings, const struct jscope_blame *blame)
{
	struct jscope_report_style style;
	int error, closed;
	FILE *stream;

	error = jscope_output_open(settings->source.output, &stream);
	if (error < 0)
		return error;
	style = jscope_terminal_style(stream, settings->source.verbose);
	error = settings->format == FORMAT_JSON ? jscope_blame_write_json(blame, stream)
						: jscope_blame_write_text(blame, &style, stream);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static int blame_trace(const struct blame_settings *settings, struct jscope_trace *trace,
		       struct jscope_blame *blame)
{
	int result = jscope_trace_replay(trace, jscope_blame_sink(blame));

	if (result == 0)
		result = jscope_blame_finish(blame, jscope_trace_info(trace));
	if (result < 0)
		return jscope_fail(result);
	result = jscope_source_verdict(trace, &settings->source);
	if (write_output(settings, blame) < 0)
		return jscope_fail(-EIO);
	return jscope_blame_refused(blame) > 0 ? JSCOPE_EXIT_DEGRADED : result;
}

static int run(const void *given, char **operands)
{
	const struct blame_settings *settings = given;
	const struct jscope_blame_options wanted = { .worst = (unsigned)settings->worst,
						     .over_ns = settings->over_ns };
	struct jscope_blame *blame = NULL;
	struct jscope_trace *trace;
	int result = jscope_source_open(operands[0], &settings->source, &trace);

	if (result < 0)
		return jscope_fail(result);
	result = jscope_blame_create(&wanted, &blame);
	result = result < 0 ? jscope_fail(result) : blame_trace(settings, trace, blame);
	jscope_blame_destroy(blame);
	jscope_source_close(trace);
	return result;
}

const struct jscope_command jscope_cmd_blame = {
	.name = "blame",
	.operands = "SOURCE",
	.operand_min = 1,
	.operand_max = 1,
	.summary = "Who held the CPU while a notification or request was late.",
	.details =
		"Each chain is cut into parts that sum to it exactly, each put down to whoever held "
		"the CPU meanwhile: an interrupt, a softirq, a thread, the way out of idle, a DPC "
		"ahead in the queue, its own handlers and their runs before. The slowest chains of "
		"each stream are set against all others, culprit by culprit, and the longest are "
		"shown part by part. What the trace does not tell is unknown, with the reason.",
	.example = "jitterscope blame --worst 3 --over 1ms /tmp/first",
	.options = options,
	.settings_size = sizeof(struct blame_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
