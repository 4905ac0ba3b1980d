#include "cmd.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare.h"
#include "common/error.h"
#include "replay/reader.h"
#include "source.h"
#include "terminal.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JUNIT };

struct compare_settings {
	struct jscope_source_settings source;
	int format;
	const char *gate;
	bool allow_insufficient;
	struct jscope_list baseline;
	struct jscope_list same;
	const char *smallest;
};

static const struct compare_settings defaults = { .source = { .cpu = -1 } };

static const char *const formats[] = { "text", "json", "junit", NULL };

static const struct jscope_option options[] = {
	{ 'f', "format", "FORMAT", "text, json, or junit (what the gate found).",
	  JSCOPE_OPTION_CHOICE, offsetof(struct compare_settings, format), 0, 0, formats },
	{ 'g', "gate", "EXPR",
	  "Conditions to keep to, such as 'p99.9(wake) < 250us; glitches == 0'.",
	  JSCOPE_OPTION_TEXT, offsetof(struct compare_settings, gate), 0, 0, NULL },
	{ 0, "allow-insufficient", NULL, "Let pass what too little data cannot tell.",
	  JSCOPE_OPTION_FLAG, offsetof(struct compare_settings, allow_insufficient), 0, 0, NULL },
	{ 'b', "baseline", "SOURCE",
	  "A run of side A; may be given several times. All other SOURCEs are runs of side B.",
	  JSCOPE_OPTION_LIST, offsetof(struct compare_settings, baseline), 0, 0, NULL },
	{ 0, "same", "A=B",
	  "What A calls so is what B calls so: a device, stream, interrupt line or thread.",
	  JSCOPE_OPTION_LIST, offsetof(struct compare_settings, same), 0, 0, NULL },
	{ 0, "smallest", "T|P%",
	  "The least change that matters: a time, or percent of A's percentile; default none.",
	  JSCOPE_OPTION_TEXT, offsetof(struct compare_settings, smallest), 0, 0, NULL },
	JSCOPE_SOURCE_OPTIONS(struct compare_settings),
	{ 0 },
};

/* What is compared with what: operands and the option, sorted. */
struct runs {
	const char *paths[JSCOPE_SIDE_COUNT][JSCOPE_COMPARE_RUNS_MAX];
	unsigned count[JSCOPE_SIDE_COUNT];
};

static void run_add(struct runs *runs, enum jscope_side side, const char *path)
{
	runs->paths[side][runs->count[side]++] = path;
}

static int runs_sort(const struct compare_settings *settings, char **operands, struct runs *runs)
{
	size_t count = 0;

	while (operands[count])
		count++;
	for (size_t i = 0; i < settings->baseline.count; i++)
		run_add(runs, JSCOPE_SIDE_A, settings->baseline.items[i]);
	if (settings->baseline.count == 0 && count > 2)
		return jscope_error(-EINVAL,
				    "Which of %zu SOURCEs are the baseline? Name them: --baseline "
				    "A1,A2 B1 B2.",
				    count);
	if (settings->baseline.count == 0 && count == 2)
		run_add(runs, JSCOPE_SIDE_A, *operands++);
	while (*operands)
		run_add(runs, JSCOPE_SIDE_B, *operands++);
	return 0;
}

/* A session is read to its end before the next run, and guarded where it is an operand. */
static int live_check(const struct runs *runs)
{
	for (enum jscope_side side = 0; side < JSCOPE_SIDE_COUNT; side++)
		for (unsigned i = 0; i < runs->count[side]; i++)
			if (jscope_path_is_live(runs->paths[side][i]) &&
			    (side == JSCOPE_SIDE_A || i + 1 < runs->count[side]))
				return jscope_error(
					-EINVAL,
					"'%s' is a session that is still running: only the last "
					"SOURCE may be one. Record it to disk, and name that.",
					runs->paths[side][i]);
	return 0;
}

static int settings_check(const struct compare_settings *settings, const struct runs *runs,
			  const struct jscope_gate *gate)
{
	if (runs->count[JSCOPE_SIDE_A] == 0 && !gate)
		return jscope_error(-EINVAL,
				    "One SOURCE is compared with nothing: give a second one "
				    "or --baseline, or a --gate that it is to keep to.");
	if (runs->count[JSCOPE_SIDE_A] == 0 && jscope_gate_needs_baseline(gate))
		return jscope_error(-EINVAL, "The gate speaks of a baseline, and there is none: "
					     "jitterscope compare BASELINE SOURCE --gate EXPR.");
	if (settings->format == FORMAT_JUNIT && !gate)
		return jscope_error(-EINVAL,
				    "JUnit tells what a gate found: add --gate EXPR, or take "
				    "--format json.");
	if (runs->count[JSCOPE_SIDE_A] == 0 && (settings->smallest || settings->same.count > 0))
		return jscope_error(-EINVAL,
				    "--smallest and --same are for two sides, and there is "
				    "one: give a baseline.");
	if (settings->allow_insufficient && !gate)
		return jscope_error(-EINVAL, "--allow-insufficient is for a --gate.");
	return live_check(runs);
}

/* "500ns" or "2%" */
static int smallest_parse(const char *text, struct jscope_smallest *ret_smallest)
{
	struct jscope_smallest smallest = { 0 };
	char *end;

	if (jscope_ns_parse(text, &smallest.ns) < 0 || smallest.ns < 0) {
		smallest = (struct jscope_smallest){ .ratio = strtod(text, &end) / 100 };
		if (end == text || strcmp(end, "%") != 0 || !isfinite(smallest.ratio) ||
		    smallest.ratio < 0)
			return jscope_error(-EINVAL,
					    "--smallest %s is neither a time such as 500ns nor a "
					    "share such as 2%%.",
					    text);
	}
	*ret_smallest = smallest;
	return 0;
}

/* "hw:0=hw:1", which is cut at the sign. */
static int same_add(struct jscope_compare *compare, const char *text)
{
	char *sign = strchr(text, '=');
	int error;

	if (!sign || sign == text || !sign[1])
		return jscope_error(-EINVAL,
				    "--same %s: here belong two names, that in A and that in B, "
				    "such as hw:0=hw:1.",
				    text);
	*sign = '\0';
	error = jscope_compare_add_same(compare, text, sign + 1);
	if (error == -EEXIST)
		return jscope_error(-EINVAL,
				    "--same %s=%s: one of these has its counterpart already.", text,
				    sign + 1);
	return error;
}

static int compare_prepare(const struct compare_settings *settings,
			   struct jscope_compare **ret_compare)
{
	struct jscope_smallest smallest = { 0 };
	int error = jscope_compare_create(ret_compare);

	if (!error && settings->smallest)
		error = smallest_parse(settings->smallest, &smallest);
	if (!error)
		jscope_compare_set_smallest(*ret_compare, smallest);
	for (size_t i = 0; !error && i < settings->same.count; i++)
		error = same_add(*ret_compare, settings->same.items[i]);
	return error;
}

/* A report of the trace, with the order of its values. */
static int report_make(struct jscope_trace *trace, struct jscope_report **ret_report)
{
	struct jscope_report *report;
	int error = jscope_report_create(&report);

	if (error)
		return error;
	jscope_report_make_plain(report);
	jscope_report_keep_order(report);
	error = jscope_trace_replay(trace, jscope_report_sink(report));
	if (error == 0)
		error = jscope_report_finish(report, jscope_trace_info(trace));
	if (error < 0) {
		jscope_report_destroy(report);
		return error;
	}
	*ret_report = report;
	return 0;
}

/* ret_exit: what follows from the trace itself. */
static int run_read(const struct compare_settings *settings, const char *path,
		    struct jscope_compare *compare, enum jscope_side side, int *ret_exit)
{
	struct jscope_report *report;
	struct jscope_trace *trace;
	int verdict, error = jscope_source_open(path, &settings->source, &trace);

	if (error < 0)
		return error;
	error = report_make(trace, &report);
	if (error == 0) {
		verdict = jscope_source_verdict(trace, &settings->source);
		if (verdict && !settings->source.quiet)
			fprintf(stderr, "jitterscope: So much of '%s'.\n", path);
		*ret_exit = verdict ? verdict : *ret_exit;
		error = jscope_compare_add(compare, side, report);
	}
	jscope_source_close(trace);
	return error;
}

static int runs_read(const struct compare_settings *settings, const struct runs *runs,
		     struct jscope_compare *compare, int *ret_exit)
{
	int error = 0;

	for (enum jscope_side side = 0; side < JSCOPE_SIDE_COUNT; side++)
		for (unsigned i = 0; !error && i < runs->count[side]; i++)
			error = run_read(settings, runs->paths[side][i], compare, side, ret_exit);
	return error;
}

static int write_compare(const struct compare_settings *settings,
			 const struct jscope_compare *compare, FILE *stream)
{
	const struct jscope_report_style style =
		jscope_terminal_style(stream, settings->source.verbose);

	switch ((enum format)settings->format) {
	case FORMAT_JSON:
		return jscope_compare_write_json(compare, stream);
	case FORMAT_JUNIT:
		return jscope_compare_write_junit(compare, stream);
	case FORMAT_TEXT:
		break;
	}
	return jscope_compare_write_text(compare, &style, stream);
}

static int write_output(const struct compare_settings *settings,
			const struct jscope_compare *compare)
{
	int error, closed;
	FILE *stream;

	error = jscope_output_open(settings->source.output, &stream);
	if (error < 0)
		return error;
	error = write_compare(settings, compare, stream);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static bool is_violated(const struct compare_settings *settings,
			const struct jscope_compare *compare)
{
	return jscope_compare_verdicts(compare, JSCOPE_GATE_FAIL) > 0 ||
	       jscope_compare_verdicts(compare, JSCOPE_GATE_INVALID) > 0 ||
	       (!settings->allow_insufficient &&
		jscope_compare_verdicts(compare, JSCOPE_GATE_INSUFFICIENT) > 0);
}

static int compare_runs(const struct compare_settings *settings, const struct runs *runs,
			const struct jscope_gate *gate, struct jscope_compare *compare)
{
	int result = JSCOPE_EXIT_DONE;
	int error = runs_read(settings, runs, compare, &result);

	if (error == 0)
		error = jscope_compare_finish(compare, gate);
	if (error == 0)
		error = write_output(settings, compare);
	if (error < 0)
		return jscope_fail(error);
	if (is_violated(settings, compare))
		return JSCOPE_EXIT_VIOLATED;
	return jscope_compare_trust(compare) != JSCOPE_TRUSTED ? JSCOPE_EXIT_DEGRADED : result;
}

static int refuse(int error)
{
	jscope_fail(error);
	return error == -EINVAL ? JSCOPE_EXIT_USAGE : JSCOPE_EXIT_FAILED;
}

static int run(const void *given, char **operands)
{
	const struct compare_settings *settings = given;
	struct jscope_compare *compare = NULL;
	struct jscope_gate *gate = NULL;
	struct runs runs = { 0 };
	int result = runs_sort(settings, operands, &runs);

	if (result == 0 && settings->gate)
		result = jscope_gate_parse(settings->gate, &gate);
	if (result == 0)
		result = settings_check(settings, &runs, gate);
	if (result == 0)
		result = compare_prepare(settings, &compare);
	result = result < 0 ? refuse(result) : compare_runs(settings, &runs, gate, compare);
	jscope_compare_destroy(compare);
	jscope_gate_destroy(gate);
	return result;
}

const struct jscope_command jscope_cmd_compare = {
	.name = "compare",
	.operands = "[A] B...",
	.operand_min = 1,
	.operand_max = JSCOPE_COMPARE_RUNS_MAX,
	.summary = "What moved between two recordings, and is it real; or a gate for CI.",
	.details =
		"Each stage, end to end, service and headroom of the notifications, requests, "
		"interrupts, softirqs and wake-ups of A beside those of B, by device, stream and "
		"name: p50, p90, p99 and p99.9 (of headroom p50, p10, p1 and p0.1), with an "
		"interval for the difference. It follows from blocks of neighbouring values, as "
		"lateness comes in bursts, and holds for all percentiles of the comparison "
		"together: where nothing changed at most 3 in 100 name anything. What moved only "
		"since a part of it did is told as such, and of what did not move how large a "
		"shift would have shown. Several runs a side: --baseline A1,A2,A3 B1 B2 B3. A gate has "
		"conditions apart by ';': percentiles, min(...), max(...) and counts, held "
		"against a bound or the same figure of the baseline. A percentile passes where "
		"all of its interval keeps to the bound, and fails where none does; else the data "
		"are insufficient, which fails the gate as well unless it is allowed. Exit code "
		"4 for a gate that does not pass.",
	.example =
		"jitterscope compare /tmp/before /tmp/after --gate 'p99(end_to_end) <= baseline * "
		"1.10; glitches == 0'",
	.options = options,
	.settings_size = sizeof(struct compare_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
