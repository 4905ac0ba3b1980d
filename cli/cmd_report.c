#include "cmd.h"

#include <unistd.h>

#include "analysis/report.h"
#include "source.h"
#include "terminal.h"
#include "view.h"

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
	{ 0, "plain", NULL,
	  "Distributions only, without drift, TIE, wander, traffic and the worst: faster.",
	  JSCOPE_OPTION_FLAG, offsetof(struct report_settings, plain), 0, 0, NULL },
	JSCOPE_SOURCE_OPTIONS(struct report_settings),
	{ 0 },
};

/* terminal: whose width and colours the text is for. */
static int write_report(const struct report_settings *settings, const struct jscope_report *report,
			FILE *stream, FILE *terminal)
{
	struct jscope_report_style style =
		jscope_terminal_style(terminal, settings->source.verbose);

	style.plain = settings->plain;
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
	error = write_report(settings, report, stream, stream);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

/* A live session on a terminal: the report as it is now, in the place of the one before. */
struct live_report {
	struct jscope_view view;
	bool is_child; /* we only draw */
};

/* In the child the reading ends here, and the report of what there is goes on to be written. */
static bool draw_anew(void *state)
{
	struct live_report *live = state;

	live->is_child = jscope_view_fork(&live->view);
	return live->is_child;
}

static _Noreturn void draw(const struct report_settings *settings,
			   const struct jscope_report *report, const struct live_report *live)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream || write_report(settings, report, stream, stdout) < 0 || fclose(stream) != 0)
		_exit(0);
	jscope_view_draw(&live->view, text, size);
}

static bool redraws(const struct report_settings *settings, const struct jscope_trace *trace)
{
	return jscope_trace_info(trace)->is_live && settings->format == FORMAT_TEXT &&
	       !settings->source.output && jscope_terminal_redraws(stdout);
}

static int fill(const struct report_settings *settings, struct jscope_report *report,
		struct jscope_trace *trace)
{
	struct live_report live = { 0 };
	const struct jscope_live_watch watch = { draw_anew, &live, JSCOPE_NS_PER_SEC };
	const bool is_drawn = redraws(settings, trace);
	int error;

	jscope_live_watch(is_drawn ? &watch : NULL);
	error = jscope_trace_replay(trace, jscope_report_sink(report));
	jscope_live_watch(NULL);
	if (error == 0)
		error = jscope_report_finish(report, jscope_trace_info(trace));
	if (live.is_child)
		draw(settings, report, &live);
	if (is_drawn)
		jscope_view_clear(&live.view);
	return error;
}

static int report_trace(const struct report_settings *settings, struct jscope_trace *trace)
{
	struct jscope_report *report = NULL;
	int result = jscope_report_create(&report);

	if (result == 0 && settings->plain)
		jscope_report_make_plain(report);
	if (result == 0)
		result = fill(settings, report, trace);
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
	jscope_source_close(trace);
	return result;
}

const struct jscope_command jscope_cmd_report = {
	.name = "report",
	.operands = "SOURCE",
	.operand_min = 1,
	.operand_max = 1,
	.summary = "Distributions and jitter of a recording: how late, from which stage, how sure.",
	.details =
		"The text fits on one screen: how it stands, then the most troubled device; -v shows "
		"all. Each stage of the notification chain with its percentiles, the jitter of the "
		"notifications, the headroom of the client, requests, interrupts, softirqs and "
		"wake-ups. Percentiles are nearest rank, within 0.1 %. What was lost, cut or could "
		"not be matched is always shown. Of a live session "
		"(lttng-live://HOST[:PORT]/host/TARGET/SESSION) the text is drawn anew on a "
		"terminal every second; elsewhere, and in the other formats, the report is "
		"written once: at the end of the session, on Ctrl-C, or after --last T.",
	.example = "jitterscope report --format svg -o jitter.svg /tmp/first",
	.options = options,
	.settings_size = sizeof(struct report_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
