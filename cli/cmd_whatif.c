#include "cmd.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/whatif.h"
#include "common/error.h"
#include "source.h"
#include "terminal.h"

enum format { FORMAT_TEXT, FORMAT_JSON };

struct whatif_settings {
	struct jscope_source_settings source;
	int format;
	struct jscope_list periods, buffers, caps;
	const char *work, *rate, *geometry;
	int64_t keep;
};

static const struct whatif_settings defaults = {
	.source = { .cpu = -1 },
	.rate = "1/h",
	.keep = JSCOPE_WHATIF_CHAINS,
};

static const char *const formats[] = { "text", "json", NULL };

static const struct jscope_option options[] = {
	{ 'p', "period", "FRAMES", "Periods to try, such as 64,128,256; else the recorded one.",
	  JSCOPE_OPTION_LIST, offsetof(struct whatif_settings, periods), 0, 0, NULL },
	{ 'b', "buffer", "PERIODS", "Buffers to try, in periods: 2,3,4; else the recorded one.",
	  JSCOPE_OPTION_LIST, offsetof(struct whatif_settings, buffers), 0, 0, NULL },
	{ 0, "cap", "STAGE=T",
	  "No delay of a stage is longer, as in wake=200us; 0 takes the stage away.",
	  JSCOPE_OPTION_LIST, offsetof(struct whatif_settings, caps), 0, 0, NULL },
	{ 0, "work", "T", "What the client takes to answer; per-frame: as the period.",
	  JSCOPE_OPTION_TEXT, offsetof(struct whatif_settings, work), 0, 0, NULL },
	{ 0, "rate", "N/T", "Glitches that are bearable: 1/h (the default), 0.1/min, 2/day.",
	  JSCOPE_OPTION_TEXT, offsetof(struct whatif_settings, rate), 0, 0, NULL },
	{ 0, "geometry", "PxB@RATE",
	  "Of a sound card of which the trace does not tell it: 480x4@48000.", JSCOPE_OPTION_TEXT,
	  offsetof(struct whatif_settings, geometry), 0, 0, NULL },
	{ 0, "keep", "N", "Notifications to keep at most, 80 bytes each.", JSCOPE_OPTION_INTEGER,
	  offsetof(struct whatif_settings, keep), 2, 1 << 26, NULL },
	{ 'f', "format", "FORMAT", "text or json.", JSCOPE_OPTION_CHOICE,
	  offsetof(struct whatif_settings, format), 0, 0, formats },
	JSCOPE_SOURCE_OPTIONS(struct whatif_settings),
	{ 0 },
};

/* Arguments */

static int numbers_parse(const char *name, const struct jscope_list *list, uint32_t most,
			 uint32_t *numbers, size_t *ret_count)
{
	for (size_t i = 0; i < list->count; i++) {
		char *end;
		const long long number = strtoll(list->items[i], &end, 10);

		if (end == list->items[i] || *end || number < 1 || number > most)
			return jscope_error(-EINVAL,
					    "--%s takes whole numbers from 1 to %u, not '%s'.",
					    name, most, list->items[i]);
		numbers[i] = (uint32_t)number;
	}
	*ret_count = list->count;
	return 0;
}

static int stage_find(const char *name, size_t length)
{
	for (int i = 0; i < JSCOPE_STAGE_UNEXPLAINED; i++)
		if (strlen(jscope_stage_name(i)) == length &&
		    strncmp(jscope_stage_name(i), name, length) == 0)
			return i;
	return -1;
}

static int caps_parse(const struct jscope_list *list, jscope_ns *cap_ns)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *item = list->items[i];
		const size_t length = strcspn(item, "=");
		const int stage = stage_find(item, length);
		jscope_ns ns;

		if (stage < 0 || !item[length] || jscope_ns_parse(item + length + 1, &ns) < 0 ||
		    ns < 0)
			return jscope_error(
				-EINVAL,
				"--cap takes a stage (interrupt, dispatch, queue, handler "
				"or wake) and a time, such as wake=200us, not '%s'.",
				item);
		cap_ns[stage] = ns;
	}
	return 0;
}

static int work_parse(const char *text, struct jscope_whatif_settings *settings)
{
	if (!text)
		return 0;
	settings->work_per_frame = strcmp(text, "per-frame") == 0;
	if (!settings->work_per_frame &&
	    (jscope_ns_parse(text, &settings->work_ns) < 0 || settings->work_ns < 0))
		return jscope_error(-EINVAL,
				    "--work takes a time, such as 2ms, or 'per-frame', not '%s'.",
				    text);
	return 0;
}

static int rate_parse(const char *text, struct jscope_whatif_settings *settings)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "day", 86400 } };
	char *end;
	const double count = strtod(text, &end);

	for (size_t i = 0; end > text && i < sizeof units / sizeof units[0]; i++)
		if (*end == '/' && strcmp(end + 1, units[i].name) == 0 && isfinite(count) &&
		    count > 0) {
			settings->rate_per_s = count / units[i].seconds;
			settings->rate = text;
			return 0;
		}
	return jscope_error(
		-EINVAL,
		"--rate takes a number above 0 by s, min, h or day, such as 1/h, not '%s'.", text);
}

static int geometry_parse(const char *text, struct jscope_whatif_settings *settings)
{
	long long period, buffer, rate;
	int end = 0;

	if (!text)
		return 0;
	if (sscanf(text, "%8lldx%3lld@%8lld%n", &period, &buffer, &rate, &end) != 3 || text[end] ||
	    period < 1 || period > JSCOPE_WHATIF_PERIOD_MAX || buffer < 1 ||
	    buffer > JSCOPE_WHATIF_BUFFER_MAX || rate < 1)
		return jscope_error(
			-EINVAL,
			"--geometry takes frames of a period, periods of the buffer and "
			"frames per second, such as 480x4@48000, not '%s'.",
			text);
	settings->geometry_period = (uint32_t)period;
	settings->geometry_buffer = (uint32_t)buffer;
	settings->geometry_rate_hz = (uint32_t)rate;
	return 0;
}

static int settings_parse(const struct whatif_settings *given,
			  struct jscope_whatif_settings *settings)
{
	int error;

	jscope_whatif_settings_init(settings);
	settings->chain_max = (size_t)given->keep;
	error = numbers_parse("period", &given->periods, JSCOPE_WHATIF_PERIOD_MAX,
			      settings->periods, &settings->period_count);
	if (!error)
		error = numbers_parse("buffer", &given->buffers, JSCOPE_WHATIF_BUFFER_MAX,
				      settings->buffers, &settings->buffer_count);
	if (!error)
		error = caps_parse(&given->caps, settings->cap_ns);
	if (!error)
		error = work_parse(given->work, settings);
	if (!error)
		error = rate_parse(given->rate, settings);
	if (!error)
		error = geometry_parse(given->geometry, settings);
	return error;
}

/* The verb */

static int write_whatif(const struct whatif_settings *settings, const struct jscope_whatif *whatif,
			FILE *stream)
{
	const struct jscope_report_style style =
		jscope_terminal_style(stream, settings->source.verbose);

	if (settings->format == FORMAT_JSON)
		return jscope_whatif_write_json(whatif, stream);
	return jscope_whatif_write_text(whatif, &style, stream);
}

static int write_output(const struct whatif_settings *settings, const struct jscope_whatif *whatif)
{
	int error, closed;
	FILE *stream;

	error = jscope_output_open(settings->source.output, &stream);
	if (error < 0)
		return error;
	error = write_whatif(settings, whatif, stream);
	closed = jscope_output_close(settings->source.output, stream);
	return error < 0 ? error : closed;
}

static int whatif_trace(const struct whatif_settings *given,
			const struct jscope_whatif_settings *settings, struct jscope_trace *trace)
{
	struct jscope_whatif *whatif = NULL;
	int result = jscope_whatif_create(settings, &whatif);

	if (result == 0)
		result = jscope_trace_replay(trace, jscope_whatif_sink(whatif));
	if (result == 0)
		result = jscope_whatif_finish(whatif, jscope_trace_info(trace));
	if (result < 0) {
		jscope_whatif_destroy(whatif);
		return jscope_fail(result);
	}
	result = jscope_source_verdict(trace, &given->source);
	if (write_output(given, whatif) < 0)
		result = jscope_fail(-EIO);
	else if (jscope_whatif_is_degraded(whatif))
		result = JSCOPE_EXIT_DEGRADED;
	jscope_whatif_destroy(whatif);
	return result;
}

static int run(const void *given, char **operands)
{
	const struct whatif_settings *settings = given;
	struct jscope_whatif_settings parsed;
	struct jscope_trace *trace;
	int result;

	if (settings_parse(settings, &parsed) < 0) {
		jscope_fail(-EINVAL);
		return JSCOPE_EXIT_USAGE;
	}
	result = jscope_source_open(operands[0], &settings->source, &trace);
	if (result < 0)
		return jscope_fail(result);
	result = whatif_trace(settings, &parsed, trace);
	jscope_source_close(trace);
	return result;
}

const struct jscope_command jscope_cmd_whatif = {
	.name = "whatif",
	.operands = "SOURCE",
	.operand_min = 1,
	.operand_max = 1,
	.summary =
		"The recorded lateness replayed through another buffer: glitches, headroom, latency.",
	.details =
		"The delays of a recording are a process in time: each point of another geometry takes "
		"those in force then, and goes through one interrupt line, one deferred routine and "
		"one client, which serialise and merge as they do. Told are the glitches to expect "
		"in as long a time, between what their number lies in 95 % of all such "
		"recordings, the headroom of the client, and the smallest buffer for a bearable "
		"rate. Periods shorter than the recorded one are extrapolated and marked. That a "
		"machine that is woken more often is also later is not in these figures.",
	.example = "jitterscope whatif --period 128,256,480 --buffer 2,3,4 /tmp/first",
	.options = options,
	.settings_size = sizeof(struct whatif_settings),
	.defaults = &defaults,
	.reads_source = true,
	.run = run,
};
