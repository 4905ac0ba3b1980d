#include "text_chain.h"

#include <inttypes.h>

#include "text_line.h"
#include "text_table.h"
#include "text_worst.h"

/* Lines of the spectrum on a page that is not verbose. */
#define RHYTHMS_FIRST 3

/* "period 10.00 ms, 48000 Hz, late over 1.000 ms": only what knows when it is due can be late. */
static void title_right(const struct jscope__page *page, const struct jscope__stream_row *row,
			char *text, size_t size)
{
	char ns[JSCOPE_NS_TEXT_SIZE];
	const char *before = "";
	size_t used = 0;

	text[0] = '\0';
	if (row->nominal_period_ns > 0) {
		used += (size_t)snprintf(text, size, "period %s",
					 jscope_ns_format(ns, row->nominal_period_ns));
		before = ", ";
	}
	if (row->rate_hz > 0) {
		used += (size_t)snprintf(text + used, size - used, "%s%" PRIu32 " Hz", before,
					 row->rate_hz);
		before = ", ";
	}
	if (row->path & 1u << JSCOPE_DUE)
		snprintf(text + used, size - used, "%slate over %s", before,
			 jscope_ns_format(ns, jscope_late_bound(page->late_bound_ns,
								row->nominal_period_ns)));
}

void jscope__text_stream_title(const struct jscope__page *page,
			       const struct jscope__stream_row *row)
{
	char left[4 * JSCOPE__NAME_SIZE + 8], right[96];
	size_t used;

	used = (size_t)snprintf(left, sizeof left, "%s%s%s, %s", row->device,
				row->stream[0] ? " " : "", row->stream, row->kind);
	if (row->name[0])
		snprintf(left + used, sizeof left - used, " of %s", row->name);
	title_right(page, row, right, sizeof right);
	fputc('\n', page->stream);
	jscope__page_title(page, left, right);
}

static double share_of(const struct jscope_hist *stage, const struct jscope_hist *whole)
{
	double sum = jscope_hist_mean(stage) * (double)jscope_hist_count(stage);
	double whole_sum = jscope_hist_mean(whole) * (double)jscope_hist_count(whole);

	return whole_sum > 0 && sum >= 0 && sum <= whole_sum * 1.0001 ? sum / whole_sum : -1;
}

void jscope__text_chain(struct jscope__page *page, const struct jscope__stream_row *row)
{
	struct jscope__text_row rows[JSCOPE_STAGE_COUNT + 2];
	double begin = 0;
	size_t count = 0;

	for (enum jscope_stage stage = 0; stage < JSCOPE_STAGE_COUNT; stage++) {
		const struct jscope_hist *hist = row->stages[stage];
		const double share = share_of(hist, row->end_to_end);

		rows[count++] = (struct jscope__text_row){ .label = jscope_stage_name(stage),
							   .hist = hist,
							   .share = share,
							   .begin = begin };
		begin += share > 0 ? share : 0;
	}
	rows[count++] = (struct jscope__text_row){
		.label = "end to end", .hist = row->end_to_end, .share = -1, .strong = true
	};
	rows[count++] =
		(struct jscope__text_row){ .label = "service", .hist = row->service, .share = -1 };
	jscope__text_table(page, "stage", rows, count);
}

static void rhythm_item(struct jscope__text_line *line, const struct jscope__spectrum_line *rhythm)
{
	char text[JSCOPE_NS_TEXT_SIZE];
	const char *of = line->is_first ? " of the variance" : "";

	jscope_ns_format(text, jscope_ns_of_real(rhythm->amplitude_ns));
	jscope__text_line_item(
		line, rhythm->share < 0.1 ? "%.*f Hz %s (%.2g %%%s)" : "%.*f Hz %s (%.0f %%%s)",
		rhythm->frequency_hz < 10 ? 2 : 1, rhythm->frequency_hz, text, 100 * rhythm->share,
		of);
}

void jscope__text_rhythm(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	struct jscope__spectrum_lines lines;
	struct jscope__text_line line;
	unsigned most;

	if (!jscope__rhythm_lines(&row->rhythm, &row->jitter, &lines) ||
	    (lines.count == 0 && !page->verbose))
		return;
	line = jscope__text_line_begin(page, "periodic");
	most = page->verbose || lines.count < RHYTHMS_FIRST ? lines.count : RHYTHMS_FIRST;
	for (unsigned i = 0; i < most; i++)
		rhythm_item(&line, &lines.lines[i]);
	if (lines.more + lines.count > most)
		jscope__text_line_item(&line, "%" PRIu64 " weaker",
				       lines.more + lines.count - most);
	if (row->rhythm.spectrum.segments == 0)
		jscope__text_line_item(&line, "too few points in a row to tell");
	else if (lines.count == 0)
		jscope__text_line_item(&line, "none above the noise from %.3g to %.3g Hz",
				       lines.from_hz, lines.to_hz);
	else
		jscope__text_line_ns(&line, "sd without", jscope_ns_of_real(lines.noise_ns));
	fputc('\n', page->stream);
}

void jscope__text_worst_chains(const struct jscope__page *page,
			       const struct jscope__stream_row *row, unsigned most)
{
	const struct jscope__text_worst_kind kind = { .what = "point",
						      .name = jscope__text_chain_stage,
						      .usual = row->stages,
						      .end = JSCOPE_STAGE_COUNT };

	jscope__text_worst(page, &row->worst, &kind, most);
}
