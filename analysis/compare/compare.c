#include "analysis/compare.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compared.h"

int jscope_compare_create(struct jscope_compare **ret_compare)
{
	struct jscope_compare *compare = calloc(1, sizeof *compare);

	if (!compare)
		return -ENOMEM;
	*ret_compare = compare;
	return 0;
}

static void figures_destroy(struct jscope_compare *compare)
{
	for (unsigned i = 0; i < compare->figure_count; i++)
		for (size_t side = 0; side < JSCOPE_SIDE_COUNT; side++)
			jscope__series_finish(&compare->figures[i].side[side]);
	free(compare->figures);
}

void jscope_compare_destroy(struct jscope_compare *compare)
{
	if (!compare)
		return;
	figures_destroy(compare);
	free(compare->tallies);
	free(compare->judgements);
	for (size_t side = 0; side < JSCOPE_SIDE_COUNT; side++)
		for (unsigned i = 0; i < compare->sides[side].run_count; i++)
			jscope_report_destroy(compare->sides[side].runs[i]);
	free(compare);
}

int jscope_compare_add(struct jscope_compare *compare, enum jscope_side side,
		       struct jscope_report *report)
{
	struct jscope__side *runs = &compare->sides[side];

	if (runs->run_count == JSCOPE_COMPARE_RUNS_MAX) {
		jscope_report_destroy(report);
		return -E2BIG;
	}
	runs->runs[runs->run_count++] = report;
	return 0;
}

int jscope_compare_add_same(struct jscope_compare *compare, const char *a, const char *b)
{
	if (compare->same_count == JSCOPE_COMPARE_SAME_MAX)
		return -E2BIG;
	for (unsigned i = 0; i < compare->same_count; i++)
		if (!strcmp(compare->same[i].a, a) || !strcmp(compare->same[i].b, b))
			return -EEXIST;
	compare->same[compare->same_count++] = (struct jscope__same){ a, b };
	return 0;
}

void jscope_compare_set_smallest(struct jscope_compare *compare, struct jscope_smallest smallest)
{
	compare->smallest = smallest;
}

int jscope_compare_finish(struct jscope_compare *compare, const struct jscope_gate *gate)
{
	int error = jscope__compare_match(compare);

	if (error)
		return error;
	compare->gate = gate;
	if (compare->sides[JSCOPE_SIDE_A].run_count > 0)
		jscope__compare_test(compare);
	return gate ? jscope__compare_judge(compare) : 0;
}

enum jscope_trust jscope_compare_trust(const struct jscope_compare *compare)
{
	const enum jscope_trust a = compare->sides[JSCOPE_SIDE_A].trust;
	const enum jscope_trust b = compare->sides[JSCOPE_SIDE_B].trust;

	return a > b ? a : b;
}

const char *jscope_standing_name(enum jscope_standing standing)
{
	static const char *const names[] = { "moved",	"follows", "slight", "still",
					     "unknown", "only_a",  "only_b" };

	return names[standing];
}

unsigned jscope_compare_count(const struct jscope_compare *compare, enum jscope_standing standing)
{
	unsigned count = 0;

	for (unsigned i = 0; i < compare->figure_count; i++)
		count +=
			compare->figures[i].is_compared && compare->figures[i].standing == standing;
	return count;
}

bool jscope_compare_figure(const struct jscope_compare *compare, unsigned index,
			   struct jscope_figure_standing *ret_figure)
{
	const struct jscope__figure *figure;

	for (unsigned i = 0; i < compare->figure_count; i++) {
		figure = &compare->figures[i];
		if (!figure->is_compared || index-- > 0)
			continue;
		*ret_figure = (struct jscope_figure_standing){
			.section = figure->section,
			.device = figure->device,
			.stream = figure->stream,
			.name = figure->name,
			.standing = figure->standing,
			.detectable_ratio = figure->detectable_ratio,
		};
		return true;
	}
	return false;
}

unsigned jscope_compare_verdicts(const struct jscope_compare *compare,
				 enum jscope_gate_verdict verdict)
{
	unsigned count = 0;

	for (unsigned i = 0; i < compare->judgement_count; i++)
		count += compare->judgements[i].verdict == verdict;
	return count;
}

char *jscope__owner_write(char text[JSCOPE__OWNER_SIZE], const char *section, const char *device,
			  const char *stream)
{
	const bool is_stage = !strcmp(section, "notification") || !strcmp(section, "request");
	const char *kind = is_stage ? "" : section;

	if (!strcmp(section, "trace"))
		kind = "";
	else if (!strcmp(section, "wakeup"))
		kind = *device ? "thread" : "wake-ups";
	snprintf(text, JSCOPE__OWNER_SIZE, "%s%s%s%s%s", kind, *kind && *device ? " " : "", device,
		 (*kind || *device) && *stream ? " " : "", stream);
	return text;
}
