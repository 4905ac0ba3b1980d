#include "cmd.h"

#include "analysis/report.h"
#include "source.h"
#include "terminal.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_SVG };

struct report_settings {
	struct jscope_source_settings source;
	int format;
	bool plain;
};

static const struct report_settings defaults = { .source = { .cpu = -1 } };

static const char *const formats[] = { "text", "json", "csv", "svg", NULL };

static const struct jscope_option options[] = {
	{ 'f', "format", "FORMAT", "text, json, csv or svg.", JSCOPE_OPTION_CHOICE,
	  offsetof(struct report_settings, format), 0, 0, formats },
	{ 0, "plain", NULL, "Distributions only, without jitter and headroom.", JSCOPE_OPTION_FLAG,
	  offsetof(struct report_settings, plain), 0, 0, NULL },
	JSCOPE_SOURCE_OPTIONS(struct report_settings),
	{ 0 },
};

static int write_report(const struct report_settings *settings, const struct jscope_report *report,
			FILE *stream)
{
	const struct jscope_report_style style = {
		.plain = settings->plain,
		.verbose = settings->source.verbose,
		.colour = jscope_terminal_wants_colour(stream),
		.columns = jscope_terminal_columns(stream),
	};

	switch ((enum format)settings->format) {
	case FORMAT_JSON:
		return jscope_report_write_json(report, &style, stream);
	case FORMAT_CSV:
		return jscope_report_write_csv(report, stream);
	case FORMAT_SVG:
		return jscope_report_write_svg(report, stream);
	case FORMAT_TEXT:
		break;
	}
	return jscope_report_write_text(report, &style, stream);
}

static int write_output(const struct report_settings *settings, const struct jscope_report *report)
{
	int error, closed;
	FILE *stream;

	error = jscope_output_open(settings->source.output, &stream);
	if (error < 0)
		return error;
	error = write_report(settings, report, stream);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static int fill(struct jscope_report *report, struct jscope_trace *trace)
{
	int error = jscope_trace_replay(trace, jscope_report_sink(report));

	return error < 0 ? error : jscope_report_finish(report, jscope_trace_info(trace));
}

static int report_trace(const struct report_settings *settings, struct jscope_trace *trace)
{
	struct jscope_report *report = NULL;
	int result = jscope_report_create(&report);

	if (result == 0)
		result = fill(report, trace);
	if (result < 0) {
		jscope_report_destroy(report);
		return jscope_fail(result);
	}
	/* Remarks first: on a terminal the report is what stays in sight. */
	result = jscope_source_verdict(trace, &settings->source);
	if (write_output(settings, report) < 0)
		result = jscope_fail(-1);
	else if (jscope_report_trust(report) != JSCOPE_TRUSTED)
		result = JSCOPE_EXIT_DEGRADED;
	jscope_report_destroy(report);
	return result;
}

static int run(const void *given, char **operands)
{
	const struct report_settings *settings = given;
	struct jscope_trace *trace;
	int result = jscope_source_open(operands[0], &settings->source, &trace);

	if (result < 0)
		return jscope_fail(result);
	result = report_trace(settings, trace);
	jscope_trace_destroy(trace);
	return result;
}

const struct jscope_command jscope_cmd_report = {
	.name = "report",
	.operands = "SOURCE",
	.operand_min = 1,
	.operand_max = 1,
	.summary = "Distributions and jitter of a recording: how late, from which stage, how sure.",
	.details =
		"Each stage of the notification chain with its percentiles, the jitter of the "
		"notifications, the headroom of the client, requests, interrupts, softirqs and "
		"wake-ups. Percentiles are nearest rank, within 0.1 %. What was lost, cut or could "
		"not be matched is always shown.",
	.example = "jitterscope report --format svg -o jitter.svg /tmp/first",
	.options = options,
	.settings_size = sizeof(struct report_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
