#include "cmd.h"

#include <jansson.h>
#include <stdio.h>

#include "doctor.h"

enum format { FORMAT_TEXT, FORMAT_JSON };

struct doctor_settings {
	int format;
};

static const char *const formats[] = { "text", "json", NULL };

static const struct jscope_option options[] = {
	{ 'f', "format", "FORMAT", "text or json.", JSCOPE_OPTION_CHOICE,
	  offsetof(struct doctor_settings, format), 0, 0, formats },
	{ 0 },
};

static void print_text(const struct jscope_check *check, const struct jscope_finding *finding)
{
	printf("%-8s %-24s %s\n", jscope_ability_name(finding->ability), check->name,
	       finding->detail);
	if (finding->remedy[0])
		printf("%-8s %-24s -> %s\n", "", "", finding->remedy);
}

static json_t *json_of(const struct jscope_check *check, const struct jscope_finding *finding)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "name", check->name, "state",
			 jscope_ability_name(finding->ability), "detail", finding->detail, "remedy",
			 finding->remedy);
}

static int print_json(json_t *checks)
{
	json_t *root = json_pack("{s:s, s:o}", "schema", "jitterscope.doctor/1", "checks", checks);
	int result = root ? json_dumpf(root, stdout, JSON_INDENT(2)) : -1;

	putchar('\n');
	json_decref(root);
	return result < 0 ? JSCOPE_EXIT_FAILED : JSCOPE_EXIT_DONE;
}

static int run(const void *given, char **operands)
{
	const struct doctor_settings *settings = given;
	json_t *checks = json_array();

	(void)operands;
	for (size_t i = 0; i < jscope_check_count; i++) {
		struct jscope_finding finding = { 0 };

		jscope_checks[i].look(&finding);
		if (settings->format == FORMAT_TEXT)
			print_text(&jscope_checks[i], &finding);
		else
			json_array_append_new(checks, json_of(&jscope_checks[i], &finding));
	}
	if (settings->format == FORMAT_JSON)
		return print_json(checks);
	json_decref(checks);
	return JSCOPE_EXIT_DONE;
}

const struct jscope_command jscope_cmd_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "Say what can be captured on this machine, and what to do about the rest.",
	.details = "Looks at each ability that a recording needs and changes nothing.",
	.example = "jitterscope doctor",
	.options = options,
	.settings_size = sizeof(struct doctor_settings),
	.run = run,
};
