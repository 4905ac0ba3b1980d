/* Blame as text: for each stream who had the tail, and the body; then the worst chains. */
#include <errno.h>
#include <inttypes.h>

#include "blame.h"
#include "common/shell.h"
#include "page.h"

#define CULPRITS_SHOWN 8
#define PARTS_SHOWN    12
#define NAME_COLUMNS   36
#define LABEL_COLUMNS  34

static const char *duration(char text[JSCOPE_NS_TEXT_SIZE], jscope_ns ns)
{
	return jscope_ns_format(text, ns);
}

static jscope_ns mean_ns(jscope_ns total_ns, uint64_t count)
{
	return count ? jscope_ns_of_real((double)total_ns / (double)count) : 0;
}

static const struct {
	const char *one, *many, *about, *held_up, *worst;
} words[JSCOPE__BLAME_WHAT_COUNT] = {
	[JSCOPE__BLAME_CHAINS] = { "chain", "chains", "", "who held it up", "the worst chains" },
	[JSCOPE__BLAME_SERVICES] = { "service", "services", ": its client, from run to served",
				     "what it was at", "the worst services" },
	[JSCOPE__BLAME_REQUESTS] = { "request", "requests", "", "who held it up",
				     "the worst requests" },
};

/* "93.1 %", of a whole that may be nothing. */
static void percent_write(const struct jscope__page *page, jscope_ns part_ns, jscope_ns whole_ns)
{
	if (whole_ns == 0)
		fprintf(page->stream, " %8s", "-");
	else
		fprintf(page->stream, " %6.1f %%", 100 * (double)part_ns / (double)whole_ns);
}

static void row_title(const struct jscope__page *page, const struct jscope__blame_row *row)
{
	char title[2 * JSCOPE__NAME_SIZE + 64], right[64];

	if (row->is_other)
		snprintf(title, sizeof title, "all others");
	else
		snprintf(title, sizeof title, "%s%s%s%s", row->device, *row->stream ? " " : "",
			 row->stream, words[row->what].about);
	snprintf(right, sizeof right, "%" PRIu64 " %s", row->tail.chains, words[row->what].many);
	jscope__page_title(page, title, right);
}

/* What else there is to count, each on the same line. */
static void counts_write(const struct jscope__page *page, const struct jscope__blame_row *row)
{
	const struct {
		uint64_t count;
		const char *what;
	} counts[] = { { row->late, "late" },
		       { row->partial, "more lack an end, or were cut" },
		       { row->excluded, "more have another kind of due" } };
	const char *before = " ";

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		if (counts[i].count == 0)
			continue;
		fprintf(page->stream, "%s%" PRIu64 " %s", before, counts[i].count, counts[i].what);
		before = "; ";
	}
	if (*before == ';')
		fputc('\n', page->stream);
}

static void split_write(const struct jscope__page *page, const struct jscope__blame_row *row,
			const struct jscope__tail_split *split)
{
	char from[JSCOPE_NS_TEXT_SIZE], tail[JSCOPE_NS_TEXT_SIZE], body[JSCOPE_NS_TEXT_SIZE];

	fputs(" tail: the slowest ", page->stream);
	jscope__page_count(page, split->tail_count);
	fprintf(page->stream, ", of %s and more, %s each; body: ", duration(from, split->from_ns),
		duration(tail, mean_ns(split->tail_ns, split->tail_count)));
	jscope__page_count(page, split->body_count);
	fprintf(page->stream, ", %s each\n",
		duration(body, mean_ns(split->body_ns, split->body_count)));
	counts_write(page, row);
}

/* The stage in which a culprit had most, of its tail or else of its body. */
static unsigned main_stage(const struct jscope__share *first, size_t count)
{
	const struct jscope__share *most = first;

	for (size_t i = 1; i < count; i++)
		if (first[i].tail_ns > most->tail_ns ||
		    (first[i].tail_ns == most->tail_ns && first[i].body_ns > most->body_ns))
			most = &first[i];
	return most->stage;
}

/* What one culprit had in all stages. */
static struct jscope__share stages_sum(const struct jscope__share *first, size_t count)
{
	struct jscope__share sum = *first;

	for (size_t i = 1; i < count; i++) {
		sum.tail_ns = jscope_add_sat(sum.tail_ns, first[i].tail_ns);
		sum.body_ns = jscope_add_sat(sum.body_ns, first[i].body_ns);
	}
	return sum;
}

/* 0.0 % of both. */
static bool is_negligible(const struct jscope__tail_split *split, const struct jscope__share *first,
			  size_t count)
{
	const struct jscope__share sum = stages_sum(first, count);

	return (double)sum.tail_ns < 0.0005 * (double)split->tail_ns &&
	       (double)sum.body_ns < 0.0005 * (double)split->body_ns;
}

static void culprit_write(const struct jscope_blame *blame, const struct jscope__page *page,
			  const struct jscope__tail_split *split, const struct jscope__share *first,
			  size_t count)
{
	const struct jscope__share sum = stages_sum(first, count);
	char label[JSCOPE__CULPRIT_SIZE], text[JSCOPE_NS_TEXT_SIZE];

	fputc(' ', page->stream);
	jscope__page_name(page, jscope__culprit_text(&blame->holders, first->culprit, label),
			  LABEL_COLUMNS, true);
	percent_write(page, sum.tail_ns, split->tail_ns);
	fprintf(page->stream, " %9s", duration(text, mean_ns(sum.tail_ns, split->tail_count)));
	percent_write(page, sum.body_ns, split->body_ns);
	fprintf(page->stream, " %9s  %s%s\n",
		duration(text, mean_ns(sum.body_ns, split->body_count)),
		jscope__any_stage_name(main_stage(first, count)), count > 1 ? " ..." : "");
}

static void empty_row_write(const struct jscope__page *page, const struct jscope__blame_row *row)
{
	row_title(page, row);
	fprintf(page->stream, " nothing to put down: %" PRIu64 " lack an end, or were cut\n",
		row->partial);
}

static void row_write(const struct jscope_blame *blame, const struct jscope__page *page,
		      uint32_t number)
{
	const struct jscope__blame_row *row = blame->rows[number];
	const struct jscope__tail_split *split = &blame->splits[number];
	const struct jscope__share *first;
	size_t left = jscope__blame_shares(blame, number, &first), stages;
	unsigned shown = 0, more = 0;

	row_title(page, row);
	split_write(page, row, split);
	fprintf(page->stream, " %-*s %8s %9s %8s %9s  %s\n", LABEL_COLUMNS,
		words[row->what].held_up, "of tail", "each", "of body", "each", "in stage");
	for (; left > 0; left -= stages, first += stages) {
		stages = jscope__blame_stages(first, left);
		if (!page->verbose &&
		    (shown == CULPRITS_SHOWN || is_negligible(split, first, stages))) {
			more++;
			continue;
		}
		culprit_write(blame, page, split, first, stages);
		shown++;
	}
	if (more)
		fprintf(page->stream, " %u more with -v\n", more);
}

static void rows_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       enum jscope__blame_what what)
{
	unsigned empty = 0;

	for (uint32_t i = 0; i < blame->row_count; i++) {
		if (blame->rows[i]->what != what)
			continue;
		if (blame->rows[i]->tail.chains > 0)
			row_write(blame, page, i);
		else if (page->verbose)
			empty_row_write(page, blame->rows[i]);
		else
			empty++;
	}
	if (empty)
		fprintf(page->stream, " %u more without any whole %s: -v lists them\n", empty,
			words[what].one);
}

/* The worst */

static void chain_title(const struct jscope_blame *blame, const struct jscope__page *page,
			const struct jscope__blame_chain *chain, unsigned number)
{
	const struct jscope__blame_row *row = blame->rows[chain->row];
	const jscope_ns since_ns = jscope_sub_sat(chain->begin_ns, page->begin_ns);
	char text[JSCOPE_NS_TEXT_SIZE];

	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fprintf(page->stream, " %u. %s", number, duration(text, chain->total_ns));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, "  %s%s%s %s%" PRIu64, row->device, *row->stream ? " " : "",
		row->stream, row->what == JSCOPE__BLAME_REQUESTS ? "request " : "#", chain->seq);
	if (row->what == JSCOPE__BLAME_CHAINS)
		fprintf(page->stream, " (%s)", jscope_class_name(chain->class));
	fprintf(page->stream, " from %.6f s\n", (double)since_ns / 1e9);
}

static void most_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       const struct jscope__blame_chain *chain)
{
	const struct jscope__part most = jscope__parts_most(chain->parts, chain->part_count);
	char label[JSCOPE__CULPRIT_SIZE], length[JSCOPE_NS_TEXT_SIZE];

	if (chain->part_count == 0)
		return;
	fprintf(page->stream, "    of it %s: ", duration(length, most.length_ns));
	jscope__page_name(page, jscope__culprit_text(&blame->holders, most.culprit, label),
			  page->columns - 28, false);
	fputc('\n', page->stream);
}

static void part_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       const struct jscope__blame_chain *chain, const struct jscope__part *part)
{
	char label[JSCOPE__CULPRIT_SIZE], since[JSCOPE_NS_TEXT_SIZE], length[JSCOPE_NS_TEXT_SIZE];

	fprintf(page->stream, "    +%-10s %10s  %-11s ",
		duration(since, jscope_sub_sat(part->begin_ns, chain->begin_ns)),
		duration(length, part->length_ns), jscope__any_stage_name(part->stage));
	jscope__page_name(page, jscope__culprit_text(&blame->holders, part->culprit, label),
			  page->columns - 40, false);
	fputc('\n', page->stream);
}

/* How to see all that happened meanwhile. */
static void events_write(const struct jscope_blame *blame, const struct jscope__page *page,
			 const struct jscope__blame_chain *chain)
{
	const struct jscope__blame_focus focus = jscope__blame_focus(chain);
	char path[4096], quoted[4 * sizeof path];

	jscope_shell_quote(quoted, sizeof quoted,
			   jscope__clean(path, sizeof path, blame->info.path));
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fprintf(page->stream,
		"    jitterscope events --around %" PRId64 "ns --window %" PRId64 "ns %s\n",
		jscope_sub_sat(focus.around_ns, page->begin_ns), focus.window_ns, quoted);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

/* Whether so many others are longer that there is no room for this one. */
static bool is_short(const struct jscope__blame_chain *chain, unsigned part)
{
	unsigned longer = 0;

	for (unsigned i = 0; i < chain->part_count; i++)
		longer += chain->parts[i].length_ns > chain->parts[part].length_ns ||
			  (i < part && chain->parts[i].length_ns == chain->parts[part].length_ns);
	return longer >= PARTS_SHOWN;
}

static void chain_write(const struct jscope_blame *blame, const struct jscope__page *page,
			const struct jscope__blame_chain *chain, unsigned number)
{
	unsigned left_out = 0;

	chain_title(blame, page, chain, number);
	most_write(blame, page, chain);
	for (unsigned i = 0; i < chain->part_count; i++) {
		if (!page->verbose && is_short(chain, i))
			left_out++;
		else
			part_write(blame, page, chain, &chain->parts[i]);
	}
	if (left_out)
		fprintf(page->stream, "    %u shorter parts with -v\n", left_out);
	if (chain->part_count >= JSCOPE__PARTS_ORDER)
		fputs("    later times are added to the first part of their kind\n", page->stream);
	events_write(blame, page, chain);
}

static void worst_write(const struct jscope_blame *blame, const struct jscope__page *page,
			enum jscope__blame_what what)
{
	const struct jscope__worst_chains *worst = &blame->worst[what];

	if (worst->count == 0)
		return;
	jscope__page_title(page, words[what].worst, "");
	for (unsigned i = 0; i < worst->count; i++)
		chain_write(blame, page, &worst->chains[i], i + 1);
}

int jscope_blame_write_text(const struct jscope_blame *blame,
			    const struct jscope_report_style *style, FILE *stream)
{
	struct jscope__page page;

	jscope__page_init(&page, style, blame->info.begin_ns, stream);
	if (blame->row_count == 0)
		fputs("The trace has neither notifications nor requests.\n", stream);
	for (unsigned what = 0; what < JSCOPE__BLAME_WHAT_COUNT; what++)
		rows_write(blame, &page, what);
	for (unsigned what = 0; what < JSCOPE__BLAME_WHAT_COUNT; what++)
		worst_write(blame, &page, what);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
