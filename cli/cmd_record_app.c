#include "cmd.h"

#include <limits.h>

#include "record.h"

struct record_app_settings {
	struct jscope_record_settings record;
};

static const struct jscope_option options[] = {
	JSCOPE_RECORD_OPTIONS(struct record_app_settings),
	{ 0 },
};

static int run(const void *given, char **operands)
{
	const struct record_app_settings *settings = given;

	return jscope_record_program(&settings->record, operands);
}

const struct jscope_command jscope_cmd_record_app = {
	.name = "record app",
	.operands = "-- PROGRAM [ARG...]",
	.operand_min = 1,
	.operand_max = INT_MAX,
	.summary = "Record any program that includes <jscope/probe.h>, through LTTng-UST.",
	.details =
		"The recording ends with the program, after --duration, or on Ctrl-C. It uses the "
		"LTTng session daemon that runs, beside whatever else that daemon records, or a "
		"private one that goes away again.",
	.example = "jitterscope record app -o /tmp/driver -- ./sample-driver",
	.options = options,
	.settings_size = sizeof(struct record_app_settings),
	.run = run,
};
