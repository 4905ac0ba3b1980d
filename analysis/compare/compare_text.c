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

/* Of what only one side has, on the first screen. */
#define ALONE_SHOWN 8

static const enum jscope__paint standing_paints[] = {
	[JSCOPE_STANDING_MOVED] = JSCOPE__PAINT_BAD,
	[JSCOPE_STANDING_FOLLOWS] = JSCOPE__PAINT_WARN,
	[JSCOPE_STANDING_SLIGHT] = JSCOPE__PAINT_NONE,
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

			fprintf(page->stream, " %c  %-10s", "AB"[side],
				jscope__trust_name(jscope_report_trust(run)));
			jscope__page_name(page, run->info.path, page->columns - 20, false);
			fputc('\n', page->stream);
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

/* Was it the runs that decided how sure it is? */
static bool is_by_runs(const struct jscope__figure *figure)
{
	for (size_t i = 0; i < JSCOPE__CHANGES; i++)
		if (figure->changes[i].error[JSCOPE_SIDE_B].by_runs)
			return true;
	return false;
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
		fprintf(page->stream,
			figure->detectable_ratio < 0.995 ? "a growth of %.2g %% would have shown\n"
							 : "a growth of %.0f %% would have shown\n",
			100 * figure->detectable_ratio);
	else if (least > 0)
		fprintf(page->stream, "a shift of %s would have shown\n",
			jscope_ns_format(text, least));
	else if (is_by_runs(figure))
		fputs("too few runs, for what they differ by, to show a shift\n", page->stream);
	else
		fputs("no shift shown\n", page->stream);
}

static void unknown_write(const struct jscope__page *page, const struct jscope__figure *figure)
{
	const uint64_t a = jscope_hist_count(figure->side[JSCOPE_SIDE_A].hist);
	const uint64_t b = jscope_hist_count(figure->side[JSCOPE_SIDE_B].hist);

	if (figure->side[0].incomplete || figure->side[1].incomplete)
		fputs("memory was short for the order of its values\n", page->stream);
	else if (is_by_runs(figure))
		fputs("too few runs for what they differ by\n", page->stream);
	else
		fprintf(page->stream,
			"too few independent values among %" PRIu64 " and %" PRIu64 "\n", a, b);
}

static void only_write(const struct jscope__page *page, enum jscope_standing standing)
{
	fprintf(page->stream, "side %c has none\n", standing == JSCOPE_STANDING_ONLY_A ? 'B' : 'A');
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
		only_write(page, figure->standing);
}

static bool has_standing(const struct jscope_compare *compare, enum jscope_standing standing)
{
	return jscope_compare_count(compare, standing) > 0;
}

/* Neither the figure nor any other of its device, stream, line or thread is on both sides. */
static bool is_alone(const struct jscope_compare *compare, const struct jscope__figure *figure)
{
	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *other = &compare->figures[i];

		if (other->is_compared && other->standing != figure->standing &&
		    jscope__figure_is_sibling(figure, other))
			return false;
	}
	return figure->standing >= JSCOPE_STANDING_ONLY_A;
}

static bool is_known(enum jscope_standing standing)
{
	return standing <= JSCOPE_STANDING_STILL;
}

/* Can anything be said of its device, stream, line or thread? */
static bool has_known_sibling(const struct jscope_compare *compare,
			      const struct jscope__figure *figure)
{
	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *other = &compare->figures[i];

		if (other->is_compared && is_known(other->standing) &&
		    jscope__figure_is_sibling(figure, other))
			return true;
	}
	return false;
}

static bool has_any_known(const struct jscope_compare *compare)
{
	for (enum jscope_standing i = 0; is_known(i); i++)
		if (has_standing(compare, i))
			return true;
	return false;
}

static bool is_stage(const struct jscope__figure *figure)
{
	return !strcmp(figure->section, "notification") || !strcmp(figure->section, "request");
}

/*
 * On the first screen: what moved, and all of what notifies that can be compared, or why nothing
 * can; of the rest just how much there is.
 */
static bool is_shown(const struct jscope__page *page, const struct jscope_compare *compare,
		     const struct jscope__figure *figure)
{
	if (!figure->is_compared || is_alone(compare, figure))
		return false;
	if (page->verbose || figure->standing <= JSCOPE_STANDING_FOLLOWS)
		return true;
	return is_stage(figure) && (has_known_sibling(compare, figure) || !has_any_known(compare));
}

static void figures_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	const struct jscope__figure *last = NULL;
	char owner[JSCOPE__OWNER_SIZE];

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];
		const bool is_first = !last || !jscope__figure_is_sibling(last, figure);

		if (!is_shown(page, compare, figure))
			continue;
		if (is_first)
			jscope__page_title(page,
					   jscope__owner_write(owner, figure->section,
							       figure->device, figure->stream),
					   "");
		figure_write(page, figure);
		last = figure;
	}
}

/* What has no counterpart, one a line: the first few of what notifies, or all. */
static void alone_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	const struct jscope__figure *last = NULL;
	unsigned count = 0;
	char owner[JSCOPE__OWNER_SIZE];

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (!figure->is_compared || !is_alone(compare, figure) ||
		    !(page->verbose || is_stage(figure)) ||
		    (last && jscope__figure_is_sibling(last, figure)))
			continue;
		last = figure;
		if (count++ == 0)
			jscope__page_title(page, "on one side only", "");
		if (page->verbose || count <= ALONE_SHOWN)
			fprintf(page->stream, " %c  %s\n",
				figure->standing == JSCOPE_STANDING_ONLY_A ? 'A' : 'B',
				jscope__owner_write(owner, figure->section, figure->device,
						    figure->stream));
	}
	if (!page->verbose && count > ALONE_SHOWN)
		fprintf(page->stream, " and %u more (-v)\n", count - ALONE_SHOWN);
}

static void hidden_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	static const char *const words[JSCOPE_STANDING_COUNT] = {
		[JSCOPE_STANDING_SLIGHT] = "slight",	[JSCOPE_STANDING_STILL] = "still",
		[JSCOPE_STANDING_UNKNOWN] = "unknown",	[JSCOPE_STANDING_ONLY_A] = "only in A",
		[JSCOPE_STANDING_ONLY_B] = "only in B",
	};
	unsigned counts[JSCOPE_STANDING_COUNT] = { 0 }, sum = 0;
	bool is_first = true;

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (!figure->is_compared || is_shown(page, compare, figure) ||
		    (is_stage(figure) && is_alone(compare, figure)))
			continue;
		counts[figure->standing]++;
		sum++;
	}
	if (sum == 0)
		return;
	fprintf(page->stream, " %u more", sum);
	for (enum jscope_standing i = JSCOPE_STANDING_SLIGHT; i < JSCOPE_STANDING_COUNT; i++) {
		if (counts[i] == 0)
			continue;
		fprintf(page->stream, "%s %u %s", is_first ? ":" : ",", counts[i], words[i]);
		is_first = false;
	}
	fputs(" (-v)\n", page->stream);
}

/* "p50 +5.023 us (+20.1 %)", of the first percentile that moved. */
static void shift_write(const struct jscope__page *page, const struct jscope__figure *figure)
{
	const struct jscope__change *change = figure->changes;
	char q[16], text[JSCOPE_NS_TEXT_SIZE];
	int64_t a, shift;

	while (!change->moved || change->slight)
		change++;
	a = change->value[JSCOPE_SIDE_A];
	shift = jscope_sub_sat(change->value[JSCOPE_SIDE_B], a);
	fprintf(page->stream, ": %s %s%s", quantile_write(q, change->q), shift > 0 ? "+" : "",
		jscope_ns_format(text, shift));
	if (a > 0)
		fprintf(page->stream, " (%+.1f %%)", 100 * (double)shift / (double)a);
	fputc('\n', page->stream);
}

/* The names of what moved, one a line, and by how much. */
static void moved_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	char owner[JSCOPE__OWNER_SIZE];

	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (!figure->is_compared || figure->standing != JSCOPE_STANDING_MOVED)
			continue;
		painted(page, JSCOPE__PAINT_BAD, " MOVED", 8);
		fprintf(page->stream, "%s of %s", figure->name,
			jscope__owner_write(owner, figure->section, figure->device,
					    figure->stream));
		shift_write(page, figure);
	}
}

static bool is_same(const struct jscope_trace_info *a, const struct jscope_trace_info *b)
{
	return !strcmp(a->path, b->path) && a->begin_ns == b->begin_ns && a->end_ns == b->end_ns;
}

/* A recording on both sides is as like itself as can be, and most likely a mistake. */
static bool has_twin(const struct jscope_compare *compare)
{
	const struct jscope__side *sides = compare->sides;

	for (unsigned a = 0; a < sides[JSCOPE_SIDE_A].run_count; a++)
		for (unsigned b = 0; b < sides[JSCOPE_SIDE_B].run_count; b++)
			if (is_same(&sides[JSCOPE_SIDE_A].runs[a]->info,
				    &sides[JSCOPE_SIDE_B].runs[b]->info))
				return true;
	return false;
}

static bool any_by_runs(const struct jscope_compare *compare)
{
	for (unsigned i = 0; i < compare->figure_count; i++)
		if (is_by_runs(&compare->figures[i]))
			return true;
	return false;
}

static void verdict_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	if (has_standing(compare, JSCOPE_STANDING_MOVED))
		moved_write(page, compare);
	else if (has_standing(compare, JSCOPE_STANDING_SLIGHT))
		fputs(" Nothing moved by as much as matters (--smallest).\n", page->stream);
	else if (has_standing(compare, JSCOPE_STANDING_STILL))
		fputs(" Nothing moved that these recordings could show.\n", page->stream);
	else if (has_standing(compare, JSCOPE_STANDING_UNKNOWN))
		fputs(any_by_runs(compare)
			      ? " Too few runs, for what they differ by, to compare anything.\n"
			      : " Too few values to compare anything.\n",
		      page->stream);
	else if (has_standing(compare, JSCOPE_STANDING_ONLY_A) &&
		 has_standing(compare, JSCOPE_STANDING_ONLY_B))
		fputs(" Both sides have nothing in common. Where the same device has another name\n"
		      " in A than in B, say so: --same NAME_IN_A=NAME_IN_B.\n",
		      page->stream);
	else
		fputs(" A side is empty: there is nothing to compare.\n", page->stream);
}

/* How far the runs are a measure of what differs anyway. */
static void runs_remark(const struct jscope__page *page, const struct jscope_compare *compare)
{
	const unsigned runs =
		compare->sides[JSCOPE_SIDE_A].run_count + compare->sides[JSCOPE_SIDE_B].run_count;

	if (runs < JSCOPE__RUNS_FREEDOM_MIN + JSCOPE_SIDE_COUNT)
		fprintf(page->stream,
			" %u runs cannot tell a change from what differs from run to run anyway:\n"
			" give at least %d of both sides together (--baseline A1,A2,A3 B1 B2 B3).\n",
			runs, JSCOPE__RUNS_FREEDOM_MIN + JSCOPE_SIDE_COUNT);
}

static void remarks_write(const struct jscope__page *page, const struct jscope_compare *compare)
{
	if (compare->family > 0)
		fprintf(page->stream,
			" Intervals hold for all %u percentiles together: of 100 comparisons in "
			"which\n"
			" nothing changed at most %g name anything. follows: a part of it moved.\n",
			compare->family, 100 * JSCOPE__COMPARE_RATE);
	runs_remark(page, compare);
	if (has_twin(compare))
		fputs(" The same recording is on both sides.\n", page->stream);
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
		alone_write(&page, compare);
		hidden_write(&page, compare);
		remarks_write(&page, compare);
	}
	if (compare->gate)
		gate_write(&page, compare);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
