/* A check as JUnit XML, which CI systems show: a test case per rule. */
#include <errno.h>
#include <inttypes.h>

#include "check.h"
#include "clean.h"
#include "markup.h"

static void escaped(FILE *stream, const char *text)
{
	char clean[1024];

	jscope__markup_write(stream, jscope__clean(clean, sizeof clean, text),
			     JSCOPE__MARKUP_WHOLE);
}

static void attribute(FILE *stream, const char *name, const char *value)
{
	fprintf(stream, " %s=\"", name);
	escaped(stream, value);
	fputc('"', stream);
}

static void violations_write(const struct jscope_check *check,
			     const struct jscope_rule_result *result, FILE *stream)
{
	for (unsigned i = 0; i < result->kept; i++) {
		const struct jscope_violation *violation = &result->violations[i];

		fprintf(stream, "%.6f s  ", jscope__check_seconds(check, violation->at_ns));
		escaped(stream, violation->object);
		fputs(": ", stream);
		escaped(stream, violation->sentence);
		fputc('\n', stream);
	}
	if (result->violated > result->kept)
		fprintf(stream, "and %" PRIu64 " more\n", result->violated - result->kept);
}

static void failure_write(const struct jscope_check *check, const struct jscope_rule_result *result,
			  FILE *stream)
{
	fputs("      <failure", stream);
	attribute(stream, "type", jscope_rule_class_name(result->class));
	attribute(stream, "message", result->violations[0].sentence);
	fputs(">\n", stream);
	violations_write(check, result, stream);
	fputs("</failure>\n", stream);
}

/* What does not make the check fail is still told. */
static void remark_write(const struct jscope_check *check, const struct jscope_rule_result *result,
			 FILE *stream)
{
	char line[JSCOPE__FIGURE_SIZE];

	fputs("      <system-out>\n", stream);
	violations_write(check, result, stream);
	for (unsigned i = 0; jscope__check_figure(result, i, line); i++) {
		escaped(stream, line);
		fputc('\n', stream);
	}
	fputs("</system-out>\n", stream);
}

static void case_write(const struct jscope_check *check, const struct jscope_rule_result *result,
		       FILE *stream)
{
	char name[256];

	snprintf(name, sizeof name, "R%u %s", result->rule->number, result->rule->title);
	fputs("    <testcase", stream);
	attribute(stream, "classname", jscope_rule_class_name(result->rule->class));
	attribute(stream, "name", name);
	fputs(">\n", stream);
	if (jscope__check_rule_fails(check, result))
		failure_write(check, result, stream);
	else if (result->verdict == JSCOPE_VERDICT_INCONCLUSIVE ||
		 result->verdict == JSCOPE_VERDICT_NOT_APPLICABLE)
		fprintf(stream, "      <skipped message=\"%s\"/>\n",
			jscope_verdict_name(result->verdict));
	else if (result->violated > 0 || *result->figure)
		remark_write(check, result, stream);
	fputs("    </testcase>\n", stream);
}

int jscope_check_write_junit(const struct jscope_check *check, FILE *stream)
{
	const struct jscope__check_counts counts = jscope__check_count(check);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"jitterscope "
	      "check\"",
	      stream);
	fprintf(stream, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\"",
		JSCOPE_RULE_COUNT, counts.failed,
		counts.verdicts[JSCOPE_VERDICT_INCONCLUSIVE] +
			counts.verdicts[JSCOPE_VERDICT_NOT_APPLICABLE]);
	fputs(">\n", stream);
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++)
		case_write(check, jscope_judge_result(check->judge, rule), stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
