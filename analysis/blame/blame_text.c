/* Blame as text: for each stream who had the tail, and the body; then the worst chains. */
#include <errno.h>
#include <inttypes.h>

#include "blame_text.h"

/* On one screen, without -v. */
#define ROWS_SHOWN     2
#define CULPRITS_SHOWN 5

#define LABEL_COLUMNS 32

static jscope_ns mean_ns(jscope_ns total_ns, uint64_t count)
{
	return count ? jscope_ns_of_real((double)total_ns / (double)count) : 0;
}

static const struct {
	const char *one, *many, *about, *held_up;
} words[JSCOPE__BLAME_WHAT_COUNT] = {
	[JSCOPE__BLAME_CHAINS] = { "chain", "chains", "", "who held it up" },
	[JSCOPE__BLAME_SERVICES] = { "service", "services", ": its client, from run to served",
				     "what it was at" },
	[JSCOPE__BLAME_REQUESTS] = { "request", "requests", "", "who held it up" },
};

/* "93.1 %", of a whole that may be nothing. */
static void percent_write(const struct jscope__page *page, jscope_ns part_ns, jscope_ns whole_ns)
{
	if (whole_ns == 0)
		fprintf(page->stream, " %7s", "-");
	else
		fprintf(page->stream, " %5.1f %%", 100 * (double)part_ns / (double)whole_ns);
}

char *jscope__blame_name(const struct jscope__blame_row *row, char text[JSCOPE__BLAME_NAME_SIZE])
{
	if (row->is_other)
		snprintf(text, JSCOPE__BLAME_NAME_SIZE, "all others");
	else
		snprintf(text, JSCOPE__BLAME_NAME_SIZE, "%s%s%s", row->device,
			 *row->stream ? " " : "", row->stream);
	return text;
}

static void row_title(const struct jscope__page *page, const struct jscope__blame_row *row)
{
	char name[JSCOPE__BLAME_NAME_SIZE], title[sizeof name + 64], right[64];

	snprintf(title, sizeof title, "%s%s", jscope__blame_name(row, name),
		 words[row->what].about);
	snprintf(right, sizeof right, "%" PRIu64 " %s", row->tail.chains,
		 row->tail.chains == 1 ? words[row->what].one : words[row->what].many);
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

	jscope_ns_format(from, split->from_ns);
	if (split->tail_count > 0) {
		fputs(" tail: the slowest ", page->stream);
		jscope__page_count(page, split->tail_count);
		fprintf(page->stream, ", of %s and more, %s each\n body: the other ", from,
			jscope_ns_format(tail, mean_ns(split->tail_ns, split->tail_count)));
	} else {
		fprintf(page->stream, " tail: none is of %s and more\n body: all ", from);
	}
	jscope__page_count(page, split->body_count);
	fprintf(page->stream, ", %s each\n",
		jscope_ns_format(body, mean_ns(split->body_ns, split->body_count)));
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
	fprintf(page->stream, " %8s",
		jscope_ns_format(text, mean_ns(sum.tail_ns, split->tail_count)));
	percent_write(page, sum.body_ns, split->body_ns);
	fprintf(page->stream, " %8s  %s%s\n",
		jscope_ns_format(text, mean_ns(sum.body_ns, split->body_count)),
		jscope__any_stage_name(main_stage(first, count)), count > 1 ? " +" : "");
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
	fprintf(page->stream, " %-*s %7s %8s %7s %8s  %s\n", LABEL_COLUMNS, words[row->what].held_up,
		"of tail", "each", "of body", "each", "in stage");
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

/* The most troubled rows; behind them only how many more there are. */
static void rows_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       const uint32_t *order)
{
	uint32_t more = 0;

	for (uint32_t i = 0; i < blame->row_count; i++) {
		const struct jscope__blame_row *row = blame->rows[order[i]];

		if (!page->verbose && (i >= ROWS_SHOWN || row->tail.chains == 0)) {
			more++;
			continue;
		}
		if (row->tail.chains > 0)
			row_write(blame, page, order[i]);
		else
			empty_row_write(page, row);
	}
	if (more)
		fprintf(page->stream,
			" %" PRIu32 " more in less trouble: -v shows all, --device one of them\n",
			more);
}

/* The worst of the first row's kind, and those that glitches tell of. */
static bool is_wanted(const struct jscope_blame *blame, const struct jscope__page *page,
		      enum jscope__blame_what what, uint32_t first)
{
	const struct jscope__worst_chains *worst = &blame->worst[what];

	return page->verbose || blame->rows[first]->what == what ||
	       (worst->count > 0 && worst->chains[0].glitch_ns != JSCOPE_NS_UNKNOWN);
}

int jscope_blame_write_text(const struct jscope_blame *blame,
			    const struct jscope_report_style *style, FILE *stream)
{
	uint32_t order[JSCOPE__BLAME_ROWS + 1];
	struct jscope__page page;

	jscope__page_init(&page, style, blame->info.begin_ns, stream);
	jscope__blame_order(blame, order);
	if (blame->row_count > 0) {
		jscope__page_title(&page, "jitterscope blame", "");
		jscope__blame_verdict(blame, &page, order);
	} else {
		fputs("Nothing to put down: there is neither a notification nor a request in the trace, "
		      "or in what was asked for of it.\n",
		      stream);
	}
	rows_write(blame, &page, order);
	for (unsigned what = 0; blame->row_count > 0 && what < JSCOPE__BLAME_WHAT_COUNT; what++)
		if (is_wanted(blame, &page, what, order[0]))
			jscope__blame_worst(blame, &page, what);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
