#include "check.h"

#include <inttypes.h>
#include <stddef.h>

bool jscope_check_is_failure(const struct jscope_check *check, enum jscope_rule_class class)
{
	switch (class) {
	case JSCOPE_RULE_ERROR:
		return true;
	case JSCOPE_RULE_WARNING:
		return check->strict;
	case JSCOPE_RULE_METRIC:
		break;
	}
	return check->profile != JSCOPE_PROFILE_NONE;
}

bool jscope__check_rule_fails(const struct jscope_check *check,
			      const struct jscope_rule_result *result)
{
	return result->verdict == JSCOPE_VERDICT_VIOLATED &&
	       jscope_check_is_failure(check, result->class);
}

struct jscope__check_counts jscope__check_count(const struct jscope_check *check)
{
	struct jscope__check_counts counts = { 0 };

	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++) {
		const struct jscope_rule_result *result = jscope_judge_result(check->judge, rule);

		counts.verdicts[result->verdict]++;
		counts.failed += jscope__check_rule_fails(check, result);
		if (result->verdict == JSCOPE_VERDICT_VIOLATED)
			counts.violated[result->class]++;
	}
	return counts;
}

bool jscope_check_fails(const struct jscope_check *check)
{
	return jscope__check_count(check).failed > 0;
}

double jscope__check_seconds(const struct jscope_check *check, jscope_ns at_ns)
{
	if (check->info->begin_ns == JSCOPE_NS_UNKNOWN)
		return 0;
	return (double)jscope_sub_sat(at_ns, check->info->begin_ns) / 1e9;
}

const char *jscope__check_figure(const struct jscope_rule_result *result, unsigned i,
				 char line[JSCOPE__FIGURE_SIZE])
{
	const unsigned count = result->figures_kept;

	if (count < 2)
		snprintf(line, JSCOPE__FIGURE_SIZE, "%s", i == 0 ? result->figure : "");
	else if (i < count)
		snprintf(line, JSCOPE__FIGURE_SIZE, "%s: %s", result->figures[i].object,
			 result->figures[i].text);
	else if (i == count && result->figures_left_out > 0)
		snprintf(line, JSCOPE__FIGURE_SIZE, "and %" PRIu64 " more, none of them worse",
			 result->figures_left_out);
	else
		return NULL;
	return *line ? line : NULL;
}

static const char *group_title(unsigned rule)
{
	static const struct {
		unsigned first;
		const char *title;
	} groups[] = { { 1, "The trace" },
		       { 4, "WaveRT: setting up, states" },
		       { 17, "WaveRT: position" },
		       { 24, "WaveRT: notification points" },
		       { 31, "Interrupts and deferred procedure calls" },
		       { 43, "Events and clients" },
		       { 49, "WaveRT: packet mode" },
		       { 56, "MIDI and service groups" },
		       { 66, "Audio-module notifications" },
		       { 70, "StorPort" },
		       { 91, "Figures" } };

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		if (groups[i].first == rule)
			return groups[i].title;
	return NULL;
}

void jscope_check_write_rules(FILE *stream)
{
	fputs("# The rules\n\n"
	      "Made from `analysis/rules/rules.def` by `jitterscope check --list`; do not edit.\n\n"
	      "`jitterscope check` says of each rule whether the trace keeps it. An *error* breaks the\n"
	      "contract of an interface; a *warning* breaks a habit that others rely on, and fails the\n"
	      "check with `--strict` only; a *metric* is a figure, which fails beyond the limit of a\n"
	      "profile that was asked for (`--profile`). R2 and R88 are promises of the checker itself,\n"
	      "and R94 tells figures only: none of them is ever violated.\n",
	      stream);
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++) {
		const struct jscope_rule *row = jscope_rule_describe(rule);
		const char *title = group_title(rule);

		if (title)
			fprintf(stream,
				"\n## %s\n\n| rule | class | what holds | basis |\n|---|---|---|---|\n",
				title);
		fprintf(stream, "| R%u | %s | %s | %s |\n", row->number,
			jscope_rule_class_name(row->class), row->title, row->basis);
	}
}
