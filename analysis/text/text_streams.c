/* All that is known of each stream, in the text report. */
#include <inttypes.h>
#include <string.h>

#include "report_text.h"
#include "text_buffer.h"
#include "text_chain.h"
#include "text_chart.h"
#include "text_line.h"
#include "text_metrology.h"
#include "text_taus.h"

#define TAUS_INDENT 1

static enum jscope__paint class_paint(enum jscope_class class, uint64_t count)
{
	if (count == 0)
		return JSCOPE__PAINT_FAINT;
	if (class == JSCOPE_CLASS_ON_TIME)
		return JSCOPE__PAINT_NONE;
	return class == JSCOPE_CLASS_MISSED ? JSCOPE__PAINT_BAD : JSCOPE__PAINT_WARN;
}

static void count_item(const struct jscope__page *page, enum jscope__paint paint, const char *name,
		       uint64_t count, bool first)
{
	if (!first)
		fputs(", ", page->stream);
	if (paint != JSCOPE__PAINT_NONE)
		jscope__page_paint(page, paint);
	jscope__page_count(page, count);
	fputc(' ', page->stream);
	fputs(name, page->stream);
	if (paint != JSCOPE__PAINT_NONE)
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

static void counts_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	fputc(' ', page->stream);
	jscope__page_count(page, row->points);
	fputs(row->points == 1 ? " point:  " : " points: ", page->stream);
	for (enum jscope_class class = 0; class < JSCOPE_CLASS_COUNT; class ++) {
		if (class == JSCOPE_CLASS_SPURIOUS)
			fputs("\n         ", page->stream);
		count_item(page, class_paint(class, row->counts[class]),
			   jscope__stream_class_words(row, class), row->counts[class],
			   class == JSCOPE_CLASS_ON_TIME || class == JSCOPE_CLASS_SPURIOUS);
	}
	count_item(page, row->partial_chains ? JSCOPE__PAINT_WARN : JSCOPE__PAINT_FAINT, "partial",
		   row->partial_chains, false);
	if (row->due_estimated)
		fputs("   (due times estimated)", page->stream);
	fputc('\n', page->stream);
}

static void jitter_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__jitter *jitter = &row->jitter;
	const struct jscope_hist *period = jitter->period;
	struct jscope__text_line line;
	double ppm;

	if (jscope_hist_count(period) == 0)
		return;
	line = jscope__text_line_begin(page, "jitter");
	jscope__text_line_ns(&line, "period mean", jscope_ns_of_real(jscope_hist_mean(period)));
	jscope__text_line_ns(&line, "sd", jscope_ns_of_real(jscope_hist_stddev(period)));
	jscope__text_line_ns(&line, "max", jscope_hist_max(period));
	jscope__text_line_ns(&line, "peak-to-peak",
			     jscope_sub_sat(jscope_hist_max(period), jscope_hist_min(period)));
	if (jitter->has_cycle)
		jscope__text_line_ns(&line, "cycle-to-cycle", jitter->cycle_to_cycle_max_ns);
	if (jitter->has_tie)
		jscope__text_line_ns(&line, "TIE peak-to-peak", jitter->tie_peak_to_peak_ns);
	if (jscope__jitter_drift_ppm(jitter, &ppm))
		jscope__text_line_item(&line, "drift %+.3f ppm", ppm);
	if (jitter->has_rfc3550)
		jscope__text_line_ns(&line, "RFC 3550", jscope_ns_of_real(jitter->rfc3550_ns));
	jscope__text_line_item(&line, "taken at %s", jscope__jitter_place(row));
	jscope__text_line_item(&line, "skipped %" PRIu64, jitter->skipped);
	fputc('\n', page->stream);
}

static unsigned taus_count(const struct jscope__jitter *jitter, enum jscope__tau_kind kind)
{
	struct jscope__wander_figures figures;
	unsigned count = 0;

	while (jscope__jitter_wander(jitter, count, &figures) && figures.windows[kind] > 0)
		count++;
	return count;
}

/* "MTIE 72.04 us at 10.00 ms, 49.44 us at 10.24 s": at the shortest and at the longest tau. */
static void tau_ends_write(struct jscope__text_line *line, const struct jscope__jitter *jitter,
			   enum jscope__tau_kind kind, const char *name)
{
	const unsigned count = taus_count(jitter, kind);
	char value[JSCOPE_NS_TEXT_SIZE], tau[JSCOPE_NS_TEXT_SIZE];
	struct jscope__wander_figures figures;

	for (unsigned k = 0; k<count; k += count> 1 ? count - 1 : 1) {
		jscope__jitter_wander(jitter, k, &figures);
		jscope_ns_format(value, jscope_ns_of_real(kind == JSCOPE__MTIE ? figures.mtie_ns
									       : figures.tdev_ns));
		jscope__text_line_item(line, "%s%s at %s", k == 0 ? name : "", value,
				       jscope_ns_format(tau, figures.tau_ns));
	}
}

static void taus_write(const struct jscope__page *page, const struct jscope__jitter *jitter)
{
	struct jscope__wander_figures figures;

	jscope__text_taus_head(page, TAUS_INDENT);
	for (unsigned k = 0; jscope__jitter_wander(jitter, k, &figures); k++)
		jscope__text_taus_row(page, TAUS_INDENT, &figures);
}

static void wander_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__jitter *jitter = &row->jitter;
	double residual_ns;
	struct jscope__text_line line;

	if (taus_count(jitter, JSCOPE__MTIE) == 0)
		return;
	line = jscope__text_line_begin(page, "wander");
	if (jscope__jitter_residual_ns(jitter, &residual_ns))
		jscope__text_line_ns(&line, "sd without drift", jscope_ns_of_real(residual_ns));
	tau_ends_write(&line, jitter, JSCOPE__MTIE, "MTIE ");
	tau_ends_write(&line, jitter, JSCOPE__TDEV, "TDEV ");
	fputc('\n', page->stream);
	if (page->verbose)
		taus_write(page, jitter);
}

static void headroom_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope_hist *frames = jscope__headroom_frames(row);
	const struct jscope_hist *time = jscope__headroom_ns(row);
	struct jscope__text_line line;

	if (!frames && row->glitches == 0)
		return;
	line = jscope__text_line_begin(page, "headroom");
	if (frames)
		jscope__text_line_item(&line, "min %" PRId64 " frames", jscope_hist_min(frames));
	if (time) {
		jscope__text_line_ns(&line, "min", jscope_hist_min(time));
		jscope__text_line_ns(&line, "median", jscope_hist_quantile(time, 0.5));
	}
	if (frames)
		jscope__text_line_item(&line, "negative %" PRIu64,
				       jscope_hist_count_between(frames, INT64_MIN, 0));
	jscope__text_line_item(&line, "glitches %" PRIu64, row->glitches);
	if (frames)
		jscope__text_line_item(&line, "taken at %s", jscope__headroom_place(row));
	fputc('\n', page->stream);
}

/* End to end where chains span their path, else the last stage that exists. */
static void picture_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	if (jscope_hist_count(row->end_to_end) > 0) {
		jscope__text_chart(page, "end to end", row->end_to_end);
		return;
	}
	for (unsigned stage = JSCOPE_STAGE_COUNT; stage-- > 0;)
		if (jscope_hist_count(row->stages[stage]) > 0) {
			jscope__text_chart(page, jscope_stage_name(stage), row->stages[stage]);
			return;
		}
}

static void full_write(struct jscope__page *page, const struct jscope__stream_row *row,
		       bool has_picture)
{
	jscope__text_stream_title(page, row);
	counts_write(page, row);
	jscope__text_chain(page, row);
	jitter_write(page, row);
	if (!page->plain) {
		wander_write(page, row);
		jscope__text_rhythm(page, row);
	}
	jscope__text_metrology(page, row);
	headroom_write(page, row);
	jscope__text_buffer(page, row);
	if (has_picture)
		picture_write(page, row);
	jscope__text_worst_chains(page, row, JSCOPE__WORST_COUNT);
}

void jscope__text_streams(struct jscope__page *page, const struct jscope_report *report)
{
	const bool has_table = jscope__timer_count(report) > 1;

	for (size_t i = 0; i < jscope__table_count(report->streams); i++) {
		const struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		if (!has_table || !jscope__row_is_timer(row))
			full_write(page, row, true);
	}
	if (jscope__table_other(report->streams))
		full_write(page, jscope__table_other(report->streams), false);
}
