/* Blame as text: the worst chains, part by part. */
#include <inttypes.h>

#include "blame_text.h"
#include "common/shell.h"

#define PARTS_SHOWN 6

static const char *const titles[JSCOPE__BLAME_WHAT_COUNT] = {
	[JSCOPE__BLAME_CHAINS] = "the worst chains",
	[JSCOPE__BLAME_SERVICES] = "the worst services",
	[JSCOPE__BLAME_REQUESTS] = "the worst requests",
};

static void chain_title(const struct jscope_blame *blame, const struct jscope__page *page,
			const struct jscope__blame_chain *chain, unsigned number)
{
	const struct jscope__blame_row *row = blame->rows[chain->row];
	const jscope_ns since_ns = jscope_sub_sat(chain->begin_ns, page->begin_ns);
	char name[JSCOPE__BLAME_NAME_SIZE], text[JSCOPE_NS_TEXT_SIZE];

	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fprintf(page->stream, " %u. %s", number, jscope_ns_format(text, chain->total_ns));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, "  %s %s%" PRIu64, jscope__blame_name(row, name),
		row->what == JSCOPE__BLAME_REQUESTS ? "request " : "#", chain->seq);
	if (chain->glitch_ns != JSCOPE_NS_UNKNOWN)
		fprintf(page->stream, " (glitch at +%.6f s)",
			(double)jscope_sub_sat(chain->glitch_ns, page->begin_ns) / 1e9);
	else if (row->what == JSCOPE__BLAME_CHAINS && chain->class != JSCOPE_CLASS_ON_TIME)
		fprintf(page->stream, " (%s)", jscope_class_name(chain->class));
	fprintf(page->stream, " from +%.6f s\n", (double)since_ns / 1e9);
}

static void most_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       const struct jscope__blame_chain *chain)
{
	const struct jscope__part most = jscope__parts_most(chain->parts, chain->part_count);
	char label[JSCOPE__CULPRIT_SIZE], length[JSCOPE_NS_TEXT_SIZE];

	if (chain->part_count == 0)
		return;
	fprintf(page->stream, "    of it %s: ", jscope_ns_format(length, most.length_ns));
	jscope__page_name(page, jscope__culprit_text(&blame->holders, most.culprit, label),
			  page->columns - 28, false);
	fputc('\n', page->stream);
}

static void part_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       const struct jscope__blame_chain *chain, const struct jscope__part *part)
{
	char label[JSCOPE__CULPRIT_SIZE], since[JSCOPE_NS_TEXT_SIZE], length[JSCOPE_NS_TEXT_SIZE];

	fprintf(page->stream, "    +%-10s %10s  %-11s ",
		jscope_ns_format(since, jscope_sub_sat(part->begin_ns, chain->begin_ns)),
		jscope_ns_format(length, part->length_ns), jscope__any_stage_name(part->stage));
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
		fprintf(page->stream, "    %u shorter part%s with -v\n", left_out,
			left_out > 1 ? "s" : "");
	if (chain->part_count >= JSCOPE__PARTS_ORDER)
		fputs("    later times are added to the first part of their kind\n", page->stream);
	events_write(blame, page, chain);
}

void jscope__blame_worst(const struct jscope_blame *blame, const struct jscope__page *page,
			 enum jscope__blame_what what)
{
	const struct jscope__worst_chains *worst = &blame->worst[what];

	if (worst->count == 0)
		return;
	jscope__page_title(page, titles[what], "");
	for (unsigned i = 0; i < worst->count; i++)
		chain_write(blame, page, &worst->chains[i], i + 1);
}
