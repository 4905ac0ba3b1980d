/* A comparison as text: what moved first, by how much and how sure; then what a shift would have shown. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/ns.h"
#include "compared.h"
#include "lacking.h"
#include "page.h"
#include "report_rows.h"

#define NAME_COLUMNS	 15
#define STANDING_COLUMNS 8

/* Of the interval of a difference. */
#define DIGITS 4

static const enum jscope__paint standing_paints[] = {
	[JSCOPE_STANDING_MOVED] = JSCOPE__PAINT_BAD,
	[JSCOPE_STANDING_FOLLOWS] = JSCOPE__PAINT_WARN,
	[JSCOPE_STANDING_STILL] = JSCOPE__PAINT_NONE,
	[JSCOPE_STANDING_UNKNOWN] = JSCOPE__PAINT_FAINT,
	[JSCOPE_STANDING_ONLY_A] = JSCOPE__PAINT_FAINT,
	[JSCOPE_STANDING_ONLY_B] = JSCOPE__PAINT_FAINT,
};

static void painted(const struct jscope__page *page, enum jscope__paint paint, const char *text,
		    int columns)
{
	jscope__page_paint(page, paint);
	fputs(text, page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, "%*s", columns - (int)strlen(text), "");
}

static void sides_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	for (size_t side = 0; side < JSCOPE_SIDE_COUNT; side++)
		for (unsigned i = 0; i < compare->sides[side].run_count; i++) {
			const struct jscope_report *run = compare->sides[side].runs[i];

			fprintf(page->stream, " %c  ", "AB"[side]);
			jscope__page_name(page, run->info.path, page->columns - 20, false);
			fprintf(page->stream, "  %s\n",
				jscope__trust_name(jscope_report_trust(run)));
		}
}

/* "p99.9", as precise as it is. */
static const char *quantile_write(char text[16], double q)
{
	snprintf(text, 16, "p%.6g", q * 100);
	return text;
}

/* Both ends in one unit: "+2.046 .. +2.795 us". */
static void interval_write(const struct jscope__page *page, const struct jscope__change *change)
{
	const int64_t below = change->low < 0 ? -change->low : change->low;
	const int64_t above = change->high < 0 ? -change->high : change->high;
	const struct jscope__scale scale =
		jscope__scale_choose(below > above ? below : above, DIGITS);

	fprintf(page->stream, " %+.*f .. %+.*f %s", scale.decimals, (double)change->low / scale.ns,
		scale.decimals, (double)change->high / scale.ns, scale.unit);
}

static void change_write(const struct jscope__page *page, const struct jscope__change *change)
{
	char a[JSCOPE_NS_TEXT_SIZE], b[JSCOPE_NS_TEXT_SIZE], q[16];
	const double value_a = (double)change->value[JSCOPE_SIDE_A];
	const double value_b = (double)change->value[JSCOPE_SIDE_B];

	jscope_ns_format(a, change->value[JSCOPE_SIDE_A]);
	jscope_ns_format(b, change->value[JSCOPE_SIDE_B]);
	fprintf(page->stream, "%-5s %8s -> %8s", quantile_write(q, change->q), a, b);
	if (value_a > 0)
		fprintf(page->stream, " %+6.1f %%", 100 * (value_b / value_a - 1));
	interval_write(page, change);
	if (change->error[0].by_runs || change->error[1].by_runs)
		fputs(" by runs", page->stream);
	fputc('\n', page->stream);
}

/* The changes that moved, or all that both sides tell; the first one stands behind the name. */
static void changes_write(const struct jscope__page *page, const struct jscope__figure *figure)
{
	bool is_first = true;

	for (size_t i = 0; i < JSCOPE__CHANGES; i++) {
		const struct jscope__change *change = &figure->changes[i];

		if (!change->moved && !(page->verbose && change->known))
			continue;
		if (!is_first)
			fprintf(page->stream, "%*s", 1 + NAME_COLUMNS + STANDING_COLUMNS, "");
		is_first = false;
		change_write(page, change);
	}
}

static void still_write(const struct jscope__page *page, const struct jscope__figure *figure)
{
	char text[JSCOPE_NS_TEXT_SIZE];
	int64_t least = 0;

	for (size_t i = 0; i < JSCOPE__CHANGES; i++)
		if (figure->changes[i].detectable > 0 &&
		    (least == 0 || figure->changes[i].detectable < least))
			least = figure->changes[i].detectable;
	if (figure->detectable_ratio > 0)
		fprintf(page->stream, "a growth of %.2g %% would have shown\n",
			100 * figure->detectable_ratio);
	else if (least > 0)
		fprintf(page->stream, "a shift of %s would have shown\n",
			jscope_ns_format(text, least));
	else
		fputs("no shift shown\n", page->stream);
}

static bool runs_differ(const struct jscope__figure *figure)
{
	for (size_t i = 0; i < JSCOPE__CHANGES; i++)
		if (figure->changes[i].error[0].by_runs || figure->changes[i].error[1].by_runs)
			return true;
	return false;
}

static void unknown_write(const struct jscope__page *page, const struct jscope__figure *figure)
{
	const uint64_t a = jscope_hist_count(figure->side[JSCOPE_SIDE_A].hist);
	const uint64_t b = jscope_hist_count(figure->side[JSCOPE_SIDE_B].hist);

	if (figure->side[0].incomplete || figure->side[1].incomplete)
		fputs("memory was short for the order of its values\n", page->stream);
	else if (runs_differ(figure))
		fputs("the runs of a side differ too much among themselves\n", page->stream);
	else
		fprintf(page->stream, "too few values by themselves: %" PRIu64 " and %" PRIu64 "\n",
			a, b);
}

static void figure_write(const struct jscope__page *page, const struct jscope__figure *figure)
{
	const char *standing = jscope_standing_name(figure->standing);

	fputc(' ', page->stream);
	painted(page, JSCOPE__PAINT_NONE, figure->name, NAME_COLUMNS);
	painted(page, standing_paints[figure->standing], standing, STANDING_COLUMNS);
	if (figure->standing == JSCOPE_STANDING_UNKNOWN)
		unknown_write(page, figure);
	else if (figure->standing == JSCOPE_STANDING_STILL && !page->verbose)
		still_write(page, figure);
	else if (figure->standing <= JSCOPE_STANDING_STILL)
		changes_write(page, figure);
	else
		fputs("the other side has none\n", page->stream);
}

/* On the first screen: what moved, and all of what notifies; of the rest just how much there is. */
static bool is_shown(const struct jscope__page *page, const struct jscope__figure *figure)
{
	return figure->is_compared &&
	       (page->verbose || figure->standing <= JSCOPE_STANDING_FOLLOWS ||
		!strcmp(figure->section, "notification") || !strcmp(figure->section, "request"));
}

static void figures_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	const struct jscope__figure *last = NULL;
	char owner[JSCOPE__OWNER_SIZE];

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (!is_shown(page, figure))
			continue;
		if (!last || !jscope__figure_is_sibling(last, figure))
			jscope__page_title(page,
					   jscope__owner_write(owner, figure->section,
							       figure->device, figure->stream),
					   "");
		figure_write(page, figure);
		last = figure;
	}
}

static void hidden_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	unsigned counts[JSCOPE_STANDING_COUNT] = { 0 }, sum = 0;

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (!figure->is_compared || is_shown(page, figure))
			continue;
		counts[figure->standing]++;
		sum++;
	}
	if (sum == 0)
		return;
	fprintf(page->stream, " %u more: %u still, %u unknown, %u only in A, %u only in B (-v)\n",
		sum, counts[JSCOPE_STANDING_STILL], counts[JSCOPE_STANDING_UNKNOWN],
		counts[JSCOPE_STANDING_ONLY_A], counts[JSCOPE_STANDING_ONLY_B]);
}

/* The names of what moved, one a line. */
static void moved_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	char owner[JSCOPE__OWNER_SIZE];

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (!figure->is_compared || figure->standing != JSCOPE_STANDING_MOVED)
			continue;
		painted(page, JSCOPE__PAINT_BAD, " MOVED", 8);
		fprintf(page->stream, "%s of %s\n", figure->name,
			jscope__owner_write(owner, figure->section, figure->device,
					    figure->stream));
	}
}

static void verdict_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	if (jscope_compare_count(compare, JSCOPE_STANDING_MOVED) > 0)
		moved_write(page, compare);
	else if (jscope_compare_count(compare, JSCOPE_STANDING_STILL) > 0)
		fputs(" Nothing moved that these recordings could show.\n", page->stream);
	else
		fputs(" Too few values on both sides to compare anything.\n", page->stream);
}

static void remarks_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	const bool alone = compare->sides[JSCOPE_SIDE_A].run_count == 1 ||
			   compare->sides[JSCOPE_SIDE_B].run_count == 1;

	fprintf(page->stream,
		" Intervals hold for all %u percentiles together: of 100 comparisons in which\n"
		" nothing changed at most %g name anything. follows: a part of it moved.\n",
		compare->family, 100 * JSCOPE__COMPARE_RATE);
	if (alone)
		fputs(" One run on a side cannot tell a change from what differs from run to run\n"
		      " anyway: give several (--baseline A1,A2 B1 B2).\n",
		      page->stream);
	if (compare->refused > 0)
		fprintf(page->stream, " %" PRIu64 " figures found no room and were left out.\n",
			compare->refused);
}

static void judgement_write(const struct jscope__page *page,
			    const struct jscope__judgement *judgement)
{
	static const enum jscope__paint paints[] = { JSCOPE__PAINT_GOOD, JSCOPE__PAINT_BAD,
						     JSCOPE__PAINT_WARN, JSCOPE__PAINT_BAD };
	char owner[JSCOPE__OWNER_SIZE], found[JSCOPE__FOUND_SIZE], clean[256];

	jscope__judgement_owner(judgement, owner);
	jscope__judgement_write(judgement, found);
	fputc(' ', page->stream);
	painted(page, paints[judgement->verdict], jscope_gate_verdict_name(judgement->verdict), 14);
	fprintf(page->stream, "%s\n", judgement->condition->text);
	if (*owner || *found)
		fprintf(page->stream, "%*s%s%s%s\n", 15, "",
			jscope__clean(clean, sizeof clean, owner), *owner && *found ? ": " : "",
			found);
	if (*judgement->reason)
		fprintf(page->stream, "%*s%s\n", 15, "", judgement->reason);
}

static void gate_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	jscope__page_title(page, "gate",
			   jscope_gate_verdict_name(jscope__compare_verdict(compare)));
	for (unsigned i = 0; i < compare->judgement_count; i++)
		judgement_write(page, &compare->judgements[i]);
}

int jscope_compare_write_text(const struct jscope_compare *compare,
			      const struct jscope_report_style *style, FILE *stream)
{
	struct jscope__page page;

	jscope__page_init(&page, style, 0, stream);
	jscope__page_title(&page, "jitterscope compare", "");
	sides_write(&page, compare);
	if (compare->sides[JSCOPE_SIDE_A].run_count > 0) {
		verdict_write(&page, compare);
		figures_write(&page, compare);
		hidden_write(&page, compare);
		remarks_write(&page, compare);
	}
	if (compare->gate)
		gate_write(&page, compare);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
