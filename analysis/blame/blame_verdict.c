/* Blame as text: what it comes to, before all tables. */
#include <inttypes.h>

#include "blame_text.h"

#define STREAMS_SHOWN 3
#define CAUSES_SHOWN  3

static const char *cause_text(enum jscope_cause cause)
{
	static const char *const texts[JSCOPE_CAUSE_COUNT] = {
		[JSCOPE_CAUSE_UNKNOWN] = "for a reason that the trace does not tell",
		[JSCOPE_CAUSE_LOST_INTERRUPT] = "since no interrupt came",
		[JSCOPE_CAUSE_LATE_INTERRUPT] = "since the interrupt came late",
		[JSCOPE_CAUSE_LATE_DEFERRED] = "since the signal came late after the interrupt",
		[JSCOPE_CAUSE_LATE_WAKE] = "since the client ran late",
		[JSCOPE_CAUSE_LATE_WRITE] =
			"since the client ran in time, and answered late or not at all",
		[JSCOPE_CAUSE_REPEATED_WRITE] = "since the client said again where it had been",
		[JSCOPE_CAUSE_DEVICE] = "of the device's own making",
	};

	return texts[cause];
}

static void sign_write(const struct jscope__page *page, enum jscope__paint paint)
{
	fputc(' ', page->stream);
	jscope__page_paint(page, paint);
	fputs(jscope__page_sign(page, "\u25cf", "*"), page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc(' ', page->stream);
}

static void share_write(const struct jscope_blame *blame, const struct jscope__page *page,
			const struct jscope__glitch_share *share)
{
	char label[JSCOPE__CULPRIT_SIZE], held[JSCOPE_NS_TEXT_SIZE], of[JSCOPE_NS_TEXT_SIZE];

	fprintf(page->stream, "   %" PRIu64 " %s", share->count, cause_text(share->cause));
	if (share->is_known) {
		fputs(", because of\n     ", page->stream);
		jscope__page_paint(page, JSCOPE__PAINT_STRONG);
		jscope__page_name(page,
				  jscope__culprit_text(&blame->holders, share->culprit, label),
				  page->columns - 40, false);
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
		fprintf(page->stream, ": %s%s of %s", share->count > 1 ? "up to " : "",
			jscope_ns_format(held, share->held_ns), jscope_ns_format(of, share->of_ns));
	}
	fputc('\n', page->stream);
}

static void glitches_write(const struct jscope_blame *blame, const struct jscope__page *page,
			   const struct jscope__blame_row *row)
{
	const struct jscope__glitch_tally *tally = &row->glitches;
	char name[JSCOPE__BLAME_NAME_SIZE];
	uint64_t more = tally->others;

	sign_write(page, JSCOPE__PAINT_BAD);
	jscope__page_name(page, jscope__blame_name(row, name), page->columns - 40, false);
	fprintf(page->stream, ": %" PRIu64 " glitch%s at +%.6f s\n", tally->count,
		tally->count > 1 ? "es, the first" : "",
		(double)jscope_sub_sat(tally->first_ns, page->begin_ns) / 1e9);
	for (unsigned i = 0; i < tally->share_count; i++) {
		if (page->verbose || i < CAUSES_SHOWN)
			share_write(blame, page, &tally->share[i]);
		else
			more += tally->share[i].count;
	}
	if (more)
		fprintf(page->stream, "   %" PRIu64 " of other causes\n", more);
}

/* Without any glitch: the first row, and who had most of its tail. */
static void tail_write(const struct jscope_blame *blame, const struct jscope__page *page,
		       uint32_t number)
{
	const struct jscope__blame_row *row = blame->rows[number];
	const struct jscope__tail_split *split = &blame->splits[number];
	const struct jscope__share *first;
	const size_t shares = jscope__blame_shares(blame, number, &first);
	char name[JSCOPE__BLAME_NAME_SIZE], label[JSCOPE__CULPRIT_SIZE];
	jscope_ns most_ns = 0;

	if (shares == 0 || split->tail_ns <= 0)
		return;
	for (size_t i = 0, stages = jscope__blame_stages(first, shares); i < stages; i++)
		most_ns = jscope_add_sat(most_ns, first[i].tail_ns);
	sign_write(page, row->late ? JSCOPE__PAINT_WARN : JSCOPE__PAINT_GOOD);
	jscope__page_name(page, jscope__blame_name(row, name), page->columns - 40, false);
	if (row->what == JSCOPE__BLAME_CHAINS)
		fprintf(page->stream, ": no glitch, %" PRIu64 " late", row->late);
	fprintf(page->stream, "\n   %.1f %% of the slowest %" PRIu64 " because of\n     ",
		100 * (double)most_ns / (double)split->tail_ns, split->tail_count);
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	jscope__page_name(page, jscope__culprit_text(&blame->holders, first->culprit, label),
			  page->columns - 8, false);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc('\n', page->stream);
}

void jscope__blame_verdict(const struct jscope_blame *blame, const struct jscope__page *page,
			   const uint32_t *order)
{
	uint32_t streams = 0, shown;

	while (streams < blame->row_count && blame->rows[order[streams]]->glitches.count > 0)
		streams++;
	shown = page->verbose || streams <= STREAMS_SHOWN ? streams : STREAMS_SHOWN;
	for (uint32_t i = 0; i < shown; i++)
		glitches_write(blame, page, blame->rows[order[i]]);
	if (shown < streams)
		fprintf(page->stream, "   %" PRIu32 " more streams have glitches: -v lists them\n",
			streams - shown);
	if (streams == 0 && blame->row_count > 0)
		tail_write(blame, page, order[0]);
}
