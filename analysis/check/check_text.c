/* A check as text: the verdict first, then what is wrong and why, then what could not be judged. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "clean.h"
#include "page.h"
#include "text_taus.h"

/* Violations of a rule on the first screen. */
#define VIOLATIONS_SHOWN 3
#define INDENT		 5

static enum jscope__paint verdict_paint(const struct jscope_check *check,
					const struct jscope_rule_result *result)
{
	switch (result->verdict) {
	case JSCOPE_VERDICT_NOT_APPLICABLE:
		return JSCOPE__PAINT_FAINT;
	case JSCOPE_VERDICT_PASSED:
		return JSCOPE__PAINT_GOOD;
	case JSCOPE_VERDICT_INCONCLUSIVE:
		return JSCOPE__PAINT_WARN;
	case JSCOPE_VERDICT_VIOLATED:
		break;
	}
	return jscope__check_rule_fails(check, result) ? JSCOPE__PAINT_BAD : JSCOPE__PAINT_WARN;
}

static void painted(const struct jscope__page *page, enum jscope__paint paint, const char *text)
{
	jscope__page_paint(page, paint);
	fputs(text, page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

/* Words from column `indent` on, broken before the right edge. `used`: columns taken already. */
static void paragraph(const struct jscope__page *page, const char *text, unsigned indent,
		      unsigned used)
{
	while (*text) {
		const unsigned length = (unsigned)strcspn(text, " ");

		if (used > indent && used + 1 + length > page->columns) {
			fprintf(page->stream, "\n%*s", (int)indent, "");
			used = indent;
		} else if (used > indent) {
			fputc(' ', page->stream);
			used++;
		}
		fwrite(text, 1, length, page->stream);
		used += length;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', page->stream);
}

static void violation_write(const struct jscope_check *check, const struct jscope__page *page,
			    const struct jscope_violation *violation)
{
	char object[sizeof violation->object], sentence[sizeof violation->sentence];
	char line[sizeof object + sizeof sentence + 8];
	const int used = fprintf(page->stream, "%*s%.6f s  ", INDENT, "",
				 jscope__check_seconds(check, violation->at_ns));

	jscope__clean(object, sizeof object, violation->object);
	jscope__clean(sentence, sizeof sentence, violation->sentence);
	snprintf(line, sizeof line, "%s: %s%s", object, sentence,
		 strchr(".~", sentence[strlen(sentence) - 1]) ? "" : ".");
	/* The sentence stands under itself, beside its time. */
	paragraph(page, line, (unsigned)used, (unsigned)used);
}

/* From column `indent` on, where the first line begins; without any figure `otherwise`. */
static void figures_write(const struct jscope__page *page, const struct jscope_rule_result *result,
			  unsigned indent, const char *otherwise)
{
	char line[JSCOPE__FIGURE_SIZE], clean[JSCOPE__FIGURE_SIZE];

	if (!jscope__check_figure(result, 0, line))
		paragraph(page, otherwise, indent, indent);
	for (unsigned i = 0; jscope__check_figure(result, i, line); i++) {
		fprintf(page->stream, "%*s", i > 0 ? (int)indent : 0, "");
		paragraph(page, jscope__clean(clean, sizeof clean, line), indent, indent);
	}
}

static void rule_write(const struct jscope_check *check, const struct jscope__page *page,
		       const struct jscope_rule_result *result)
{
	const unsigned shown =
		page->verbose || result->kept <= VIOLATIONS_SHOWN ? result->kept : VIOLATIONS_SHOWN;
	int used;

	fputc('\n', page->stream);
	jscope__page_paint(page, verdict_paint(check, result));
	used = fprintf(page->stream, "R%-3u %-8s", result->rule->number,
		       jscope_rule_class_name(result->class));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	paragraph(page, result->rule->title, (unsigned)used, (unsigned)used);
	if (*result->figure) {
		fprintf(page->stream, "%*s", INDENT, "");
		figures_write(page, result, INDENT, "");
	}
	for (unsigned i = 0; i < shown; i++)
		violation_write(check, page, &result->violations[i]);
	if (result->violated > shown)
		fprintf(page->stream, "%*sand %" PRIu64 " more of %" PRIu64 " judged\n", INDENT, "",
			result->violated - shown, result->checked);
}

/* "2 errors, 1 warning" */
static void classes_write(const struct jscope__page *page,
			  const struct jscope__check_counts *counts)
{
	bool first = true;

	for (enum jscope_rule_class class = 0; class <= JSCOPE_RULE_METRIC; class ++) {
		if (counts->violated[class] == 0)
			continue;
		fprintf(page->stream, "%s%u %s%s", first ? "" : ", ", counts->violated[class],
			jscope_rule_class_name(class), counts->violated[class] == 1 ? "" : "s");
		first = false;
	}
}

static void verdict_write(const struct jscope_check *check, const struct jscope__page *page,
			  const struct jscope__check_counts *counts)
{
	const unsigned violated = counts->verdicts[JSCOPE_VERDICT_VIOLATED];
	const unsigned applied =
		JSCOPE_RULE_COUNT - counts->verdicts[JSCOPE_VERDICT_NOT_APPLICABLE];

	if (applied == 0) {
		painted(page, JSCOPE__PAINT_STRONG, "nothing to judge");
		fputs(": no rule speaks of anything in this trace", page->stream);
	} else if (violated == 0) {
		painted(page, JSCOPE__PAINT_GOOD, "passed");
		fprintf(page->stream, ": none of %u rules that apply is violated", applied);
	} else {
		painted(page, counts->failed ? JSCOPE__PAINT_BAD : JSCOPE__PAINT_WARN,
			counts->failed ? "violated" : "passed with remarks");
		fprintf(page->stream, ": %u of %u rules that apply (", violated, applied);
		classes_write(page, counts);
		fputc(')', page->stream);
	}
	if (check->profile != JSCOPE_PROFILE_NONE)
		fprintf(page->stream, ", profile %s", jscope_profile_name(check->profile));
	fputs(check->strict ? ", strict\n" : "\n", page->stream);
}

static void inconclusive_write(const struct jscope_check *check, const struct jscope__page *page)
{
	char text[JSCOPE_RULE_COUNT * 5 + 128];
	size_t used = 0;

	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++)
		if (jscope_judge_result(check->judge, rule)->verdict == JSCOPE_VERDICT_INCONCLUSIVE)
			used += (size_t)snprintf(text + used, sizeof text - used, "%sR%u",
						 used ? ", " : "", rule);
	if (used == 0)
		return;
	snprintf(text + used, sizeof text - used,
		 ": what it takes to judge them is not in the trace.");
	fputc('\n', page->stream);
	painted(page, JSCOPE__PAINT_WARN, "inconclusive ");
	paragraph(page, text, sizeof "inconclusive " - 1, sizeof "inconclusive " - 1);
}

static void counts_write(const struct jscope_check *check, const struct jscope__page *page,
			 const struct jscope__check_counts *counts)
{
	const uint64_t refused = jscope_judge_refused(check->judge);
	char text[256];
	int used;

	used = snprintf(
		text, sizeof text,
		"%u rules: %u passed, %u violated, %u inconclusive, %u not applicable; %" PRIu64
		" events, %" PRIu64 " lost",
		JSCOPE_RULE_COUNT, counts->verdicts[JSCOPE_VERDICT_PASSED],
		counts->verdicts[JSCOPE_VERDICT_VIOLATED],
		counts->verdicts[JSCOPE_VERDICT_INCONCLUSIVE],
		counts->verdicts[JSCOPE_VERDICT_NOT_APPLICABLE], check->info->events,
		check->info->lost_events);
	if (refused > 0)
		snprintf(text + used, sizeof text - (size_t)used,
			 "; %" PRIu64 " objects did not fit the tables", refused);
	fputc('\n', page->stream);
	paragraph(page, text, 0, 0);
}

/* All of them, with figures where they have one. */
static void table_write(const struct jscope_check *check, const struct jscope__page *page)
{
	const unsigned indent = 56;

	fputs("\nrule class    verdict          judged violated unclear  figure, or what holds\n",
	      page->stream);
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++) {
		const struct jscope_rule_result *result = jscope_judge_result(check->judge, rule);

		fprintf(page->stream, "R%-3u %-8s ", rule,
			jscope_rule_class_name(result->rule->class));
		jscope__page_paint(page, verdict_paint(check, result));
		fprintf(page->stream, "%-14s", jscope_verdict_name(result->verdict));
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
		fprintf(page->stream, " %8" PRIu64 " %8" PRIu64 " %7" PRIu64 "  ", result->checked,
			result->violated, result->inconclusive);
		figures_write(page, result, indent, result->rule->title);
	}
}

/* What stands beside figures and is too wide for their table. */
static void wanders_write(const struct jscope__page *page, const struct jscope_rule_result *result)
{
	char object[sizeof result->figures[0].object];

	for (unsigned i = 0; i < result->figures_kept; i++) {
		const struct jscope__wander_table *table = result->figures[i].wander;

		if (!table || table->tau_count == 0)
			continue;
		fprintf(page->stream, "\nR%-3u %s\n", result->rule->number,
			jscope__clean(object, sizeof object, result->figures[i].object));
		jscope__text_taus_head(page, INDENT);
		for (unsigned k = 0; k < table->tau_count; k++)
			jscope__text_taus_row(page, INDENT, &table->taus[k]);
	}
}

int jscope_check_write_text(const struct jscope_check *check,
			    const struct jscope_report_style *style, FILE *stream)
{
	const struct jscope__check_counts counts = jscope__check_count(check);
	struct jscope__page page;

	jscope__page_init(&page, style, check->info->begin_ns, stream);
	verdict_write(check, &page, &counts);
	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++)
		if (jscope_judge_result(check->judge, rule)->verdict == JSCOPE_VERDICT_VIOLATED)
			rule_write(check, &page, jscope_judge_result(check->judge, rule));
	inconclusive_write(check, &page);
	if (page.verbose)
		table_write(check, &page);
	for (unsigned rule = 1; page.verbose && rule <= JSCOPE_RULE_COUNT; rule++)
		wanders_write(&page, jscope_judge_result(check->judge, rule));
	counts_write(check, &page, &counts);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
