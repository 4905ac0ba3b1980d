#include "cmd.h"

#include <errno.h>

#include "analysis/check.h"
#include "common/error.h"
#include "source.h"
#include "terminal.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JUNIT };

struct check_settings {
	struct jscope_source_settings source;
	int format, profile;
	bool strict, list;
};

static const struct check_settings defaults = { .source = { .cpu = -1 } };

static const char *const formats[] = { "text", "json", "junit", NULL };

/* In the order of enum jscope_profile. */
static const char *const profiles[] = { "none", "hlk", "strict", "sysvad", "reactos", NULL };

static const struct jscope_option options[] = {
	{ 'f', "format", "FORMAT", "text, json or junit.", JSCOPE_OPTION_CHOICE,
	  offsetof(struct check_settings, format), 0, 0, formats },
	{ 'p', "profile", "NAME",
	  "Limits and habits to judge by: none, hlk, strict, sysvad or reactos.",
	  JSCOPE_OPTION_CHOICE, offsetof(struct check_settings, profile), 0, 0, profiles },
	{ 0, "strict", NULL, "Let warnings fail the check, too.", JSCOPE_OPTION_FLAG,
	  offsetof(struct check_settings, strict), 0, 0, NULL },
	{ 0, "list", NULL, "Print the rules, in Markdown; no SOURCE is needed.", JSCOPE_OPTION_FLAG,
	  offsetof(struct check_settings, list), 0, 0, NULL },
	{ 0, "reader", "NAME", "Reader of the trace: native (the default) or babeltrace2.",
	  JSCOPE_OPTION_TEXT, offsetof(struct check_settings, source.reader), 0, 0, NULL },
	{ 'o', "output", "FILE", "Write the result there; - is standard output.",
	  JSCOPE_OPTION_FILE, offsetof(struct check_settings, source.output), 0, 0, NULL },
	{ 'q', "quiet", NULL, "No progress, and no remarks on standard error.", JSCOPE_OPTION_FLAG,
	  offsetof(struct check_settings, source.quiet), 0, 0, NULL },
	{ 'v', "verbose", NULL, "All rules, and more of what violates them.", JSCOPE_OPTION_FLAG,
	  offsetof(struct check_settings, source.verbose), 0, 0, NULL },
	{ 0 },
};

static int write_check(const struct check_settings *settings, const struct jscope_check *check,
		       FILE *stream)
{
	const struct jscope_report_style style =
		jscope_terminal_style(stream, settings->source.verbose);

	switch ((enum format)settings->format) {
	case FORMAT_JSON:
		return jscope_check_write_json(check, stream);
	case FORMAT_JUNIT:
		return jscope_check_write_junit(check, stream);
	case FORMAT_TEXT:
		break;
	}
	return jscope_check_write_text(check, &style, stream);
}

static int write_output(const struct check_settings *settings, const struct jscope_check *check)
{
	int error, closed;
	FILE *stream;

	error = jscope_output_open(settings->source.output, &stream);
	if (error < 0)
		return error;
	error = check ? write_check(settings, check, stream) : 0;
	if (!check)
		jscope_check_write_rules(stream);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static int judge_trace(const struct check_settings *settings, struct jscope_trace *trace,
		       struct jscope_judge *judge)
{
	const struct jscope_check check = {
		.judge = judge,
		.info = jscope_trace_info(trace),
		.profile = (enum jscope_profile)settings->profile,
		.strict = settings->strict,
	};
	int result = jscope_trace_replay(trace, jscope_judge_sink(judge));

	if (result == 0)
		result = jscope_judge_finish(judge, check.info->partial);
	if (result < 0)
		return jscope_fail(result);
	result = jscope_source_verdict(trace, &settings->source);
	if (write_output(settings, &check) < 0)
		return jscope_fail(-EIO);
	if (jscope_check_fails(&check))
		return JSCOPE_EXIT_VIOLATED;
	return jscope_judge_refused(judge) > 0 ? JSCOPE_EXIT_DEGRADED : result;
}

static int check_source(const struct check_settings *settings, const char *path)
{
	struct jscope_judge *judge = NULL;
	struct jscope_trace *trace;
	int result = jscope_source_open(path, &settings->source, &trace);

	if (result < 0)
		return jscope_fail(result);
	result = jscope_judge_create((enum jscope_profile)settings->profile, &judge);
	result = result < 0 ? jscope_fail(result) : judge_trace(settings, trace, judge);
	jscope_judge_destroy(judge);
	jscope_source_close(trace);
	return result;
}

static int run(const void *given, char **operands)
{
	const struct check_settings *settings = given;

	if (settings->list)
		return write_output(settings, NULL) < 0 ? jscope_fail(-EIO) : JSCOPE_EXIT_DONE;
	if (!operands[0]) {
		jscope_error(-EINVAL, "Give a SOURCE to check: jitterscope check SOURCE.");
		jscope_fail(-EINVAL);
		return JSCOPE_EXIT_USAGE;
	}
	return check_source(settings, operands[0]);
}

const struct jscope_command jscope_cmd_check = {
	.name = "check",
	.operands = "[SOURCE]",
	.operand_min = 0,
	.operand_max = 1,
	.summary = "Which of the rules for devices, drivers and clients a recording breaks.",
	.details =
		"94 rules, from the documented contracts of the interfaces, their samples and the "
		"physics of a buffer. Per rule: passed, violated (with time, object and what to make "
		"of it), inconclusive (events were lost) or not applicable. Exit code 4 for an error, "
		"for a figure beyond the limit of the profile given, and with --strict for a warning.",
	.example = "jitterscope check --profile hlk --format junit -o check.xml /tmp/first",
	.options = options,
	.settings_size = sizeof(struct check_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
