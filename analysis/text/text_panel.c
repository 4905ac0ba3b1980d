/* A stream on its panel: what an engineer wants to know of it first, in some twenty lines. */
#include <inttypes.h>

#include "report_text.h"
#include "text_buffer.h"
#include "text_chain.h"
#include "text_line.h"
#include "text_metrology.h"

/* A headroom below this share of the buffer is a near miss. */
#define NEAR_MISS_PERCENT 10

/* What may be 0 and is told all the same: late, where it can be, and lost. */
static bool is_always_told(const struct jscope__stream_row *row, enum jscope_class class)
{
	if (class == JSCOPE_CLASS_LATE)
		return row->path & 1u << JSCOPE_DUE;
	return class == JSCOPE_CLASS_ON_TIME || class == JSCOPE_CLASS_MISSED ||
	       class == JSCOPE_CLASS_CENSORED;
}

static void count_item(struct jscope__text_line *line, uint64_t count, const char *name)
{
	jscope__text_line_item(line, "%" PRIu64 " %s", count, name);
}

static void counts_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "counts");

	count_item(&line, row->points, row->points == 1 ? "point" : "points");
	for (enum jscope_class class = 0; class < JSCOPE_CLASS_COUNT; class ++)
		if (row->counts[class] > 0 || is_always_told(row, class))
			count_item(&line, row->counts[class],
				   jscope__stream_class_words(row, class));
	count_item(&line, row->partial_chains, "partial");
	if (row->due_estimated)
		jscope__text_line_item(&line, "due times estimated");
	jscope__text_line_end(&line);
}

static void jitter_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__jitter *jitter = &row->jitter;
	const struct jscope_hist *period = jitter->period;
	char mean[JSCOPE_NS_TEXT_SIZE], nominal[JSCOPE_NS_TEXT_SIZE];
	struct jscope__text_line line;
	double ppm;

	if (jscope_hist_count(period) == 0)
		return;
	line = jscope__text_line_begin(page, "jitter");
	jscope_ns_format(mean, jscope_ns_of_real(jscope_hist_mean(period)));
	if (row->nominal_period_ns > 0)
		jscope__text_line_item(&line, "period %s (nominal %s)", mean,
				       jscope_ns_format(nominal, row->nominal_period_ns));
	else
		jscope__text_line_item(&line, "period %s", mean);
	jscope__text_line_ns(&line, "peak-to-peak",
			     jscope_sub_sat(jscope_hist_max(period), jscope_hist_min(period)));
	if (jitter->has_rfc3550)
		jscope__text_line_ns(&line, "RFC 3550", jscope_ns_of_real(jitter->rfc3550_ns));
	if (jscope__jitter_drift_ppm(jitter, &ppm))
		jscope__text_line_item(&line, "drift %+.3f ppm", ppm);
	if (jitter->skipped > 0)
		count_item(&line, jitter->skipped, "skipped");
	jscope__text_line_item(&line, "at %s", jscope__jitter_place(row));
	jscope__text_line_end(&line);
}

/* Steps of the margin are tenths; the first is what is below zero. */
static uint64_t near_misses(const struct jscope__stream_row *row)
{
	return jscope__headroom_margin(row)->steps[NEAR_MISS_PERCENT / 10];
}

static void headroom_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope_hist *frames = jscope__headroom_frames(row);
	const struct jscope_hist *time = jscope__headroom_ns(row);
	struct jscope__text_line line;
	char text[JSCOPE_NS_TEXT_SIZE];
	uint64_t negative;

	if (!frames)
		return;
	line = jscope__text_line_begin(page, "headroom");
	if (time)
		jscope__text_line_item(&line, "min %s (%" PRId64 " frames)",
				       jscope_ns_format(text, jscope_hist_min(time)),
				       jscope_hist_min(frames));
	else
		jscope__text_line_item(&line, "min %" PRId64 " frames", jscope_hist_min(frames));
	/* Of the lower tail: mirrored, the first percentile takes as many values as p99. */
	if (time && jscope_hist_has_quantile(time, 0.99))
		jscope__text_line_ns(&line, "p1", jscope_hist_quantile(time, 0.01));
	if (time)
		jscope__text_line_ns(&line, "p50", jscope_hist_quantile(time, 0.5));
	count_item(&line, near_misses(row), near_misses(row) == 1 ? "near miss" : "near misses");
	negative = jscope_hist_count_between(frames, INT64_MIN, 0);
	if (negative > 0)
		count_item(&line, negative, "negative");
	if (row->headroom_frames == NULL)
		jscope__text_line_item(&line, "at %s", jscope__headroom_place(row));
	jscope__text_line_end(&line);
}

void jscope__text_panel(struct jscope__page *page, const struct jscope__stream_row *row,
			unsigned worst_most)
{
	jscope__text_stream_title(page, row);
	counts_write(page, row);
	jscope__text_chain(page, row);
	jitter_write(page, row);
	if (!page->plain)
		jscope__text_rhythm(page, row);
	jscope__text_metrology(page, row);
	headroom_write(page, row);
	jscope__text_buffer(page, row);
	jscope__text_worst_chains(page, row, worst_most);
}
