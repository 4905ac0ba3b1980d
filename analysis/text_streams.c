/* The part of the text report that tells of each stream's notifications. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "report_text.h"
#include "text_buffer.h"
#include "text_chart.h"
#include "text_metrology.h"
#include "text_table.h"
#include "text_taus.h"

/* Streams with a picture of their own on the first screen. */
#define PICTURES_FIRST 1
#define STREAMS_FIRST  4

#define TAUS_INDENT 11

#define RHYTHMS_FIRST 3

static void stream_title(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	char left[4 * JSCOPE__NAME_SIZE + 8], right[64], text[JSCOPE_NS_TEXT_SIZE];
	size_t used;

	used = (size_t)snprintf(left, sizeof left, "%s%s%s, %s", row->device,
				row->stream[0] ? " " : "", row->stream, row->kind);
	if (row->name[0])
		snprintf(left + used, sizeof left - used, " of %s", row->name);
	used = 0;
	right[0] = '\0';
	if (row->nominal_period_ns > 0)
		used = (size_t)snprintf(right, sizeof right, "period %s",
					jscope_ns_format(text, row->nominal_period_ns));
	if (row->rate_hz > 0)
		snprintf(right + used, sizeof right - used, "%s%" PRIu32 " Hz", used ? ", " : "",
			 row->rate_hz);
	fputc('\n', page->stream);
	jscope__page_title(page, left, right);
}

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
	for (; *name; name++)
		fputc(*name == '_' ? ' ' : *name, page->stream);
	if (paint != JSCOPE__PAINT_NONE)
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

/* Only a stream that knows when its points are due can be late. */
static void late_bound_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	if (!(row->path & 1u << JSCOPE_DUE))
		return;
	jscope_ns_format(text, jscope_late_bound(page->late_bound_ns, row->nominal_period_ns));
	fprintf(page->stream, "; late is over %s", text);
}

static void counts_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	fputc(' ', page->stream);
	jscope__page_count(page, row->points);
	fputs(row->points == 1 ? " point:  " : " points: ", page->stream);
	for (enum jscope_class class = 0; class < JSCOPE_CLASS_COUNT; class ++) {
		if (class == JSCOPE_CLASS_SPURIOUS)
			fputs("\n         ", page->stream);
		count_item(page, class_paint(class, row->counts[class]), jscope_class_name(class),
			   row->counts[class],
			   class == JSCOPE_CLASS_ON_TIME || class == JSCOPE_CLASS_SPURIOUS);
	}
	count_item(page, row->partial_chains ? JSCOPE__PAINT_WARN : JSCOPE__PAINT_FAINT, "partial",
		   row->partial_chains, false);
	late_bound_write(page, row);
	if (row->due_estimated)
		fputs("   (due times estimated)", page->stream);
	fputc('\n', page->stream);
}

static double share_of(const struct jscope_hist *stage, const struct jscope_hist *whole)
{
	double sum = jscope_hist_mean(stage) * (double)jscope_hist_count(stage);
	double whole_sum = jscope_hist_mean(whole) * (double)jscope_hist_count(whole);

	return whole_sum > 0 && sum >= 0 && sum <= whole_sum * 1.0001 ? sum / whole_sum : -1;
}

static void stages_write(struct jscope__page *page, const struct jscope__stream_row *row)
{
	struct jscope__text_row rows[JSCOPE_STAGE_COUNT + 2];
	size_t count = 0;

	for (enum jscope_stage stage = 0; stage < JSCOPE_STAGE_COUNT; stage++) {
		const struct jscope_hist *hist = row->stages[stage];

		rows[count++] = (struct jscope__text_row){ jscope_stage_name(stage), hist,
							   share_of(hist, row->end_to_end), false };
	}
	rows[count++] = (struct jscope__text_row){ "end to end", row->end_to_end, -1, true };
	rows[count++] = (struct jscope__text_row){ "service", row->service, -1, false };
	jscope__text_table(page, "stage", rows, count);
}

/* A line of figures that breaks before the right edge; starts after a head word. */
struct line {
	const struct jscope__page *page;
	unsigned column;
};

__attribute__((format(printf, 2, 3))) static void item_write(struct line *line, const char *format,
							     ...)
{
	char text[128];
	va_list arguments;
	unsigned columns;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	columns = (unsigned)strlen(text);
	if (line->column > 10 && line->column + 2 + columns > line->page->columns) {
		fputs(",\n          ", line->page->stream);
		line->column = 10;
	} else if (line->column > 10) {
		fputs(", ", line->page->stream);
		line->column += 2;
	}
	fputs(text, line->page->stream);
	line->column += columns;
}

static void line_begin(struct line *line, const struct jscope__page *page, const char *head)
{
	*line = (struct line){ page, 10 };
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fprintf(page->stream, " %-9s", head);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

static void item_ns(struct line *line, const char *name, jscope_ns ns)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	item_write(line, "%s %s", name, jscope_ns_format(text, ns));
}

static void jitter_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__jitter *jitter = &row->jitter;
	const struct jscope_hist *period = jitter->period;
	struct line line;
	double ppm;

	if (jscope_hist_count(period) == 0)
		return;
	line_begin(&line, page, "jitter");
	item_ns(&line, "period mean", jscope_ns_of_real(jscope_hist_mean(period)));
	item_ns(&line, "sd", jscope_ns_of_real(jscope_hist_stddev(period)));
	item_ns(&line, "max", jscope_hist_max(period));
	item_ns(&line, "peak-to-peak",
		jscope_sub_sat(jscope_hist_max(period), jscope_hist_min(period)));
	if (jitter->has_cycle)
		item_ns(&line, "cycle-to-cycle", jitter->cycle_to_cycle_max_ns);
	if (jitter->has_tie)
		item_ns(&line, "TIE peak-to-peak", jitter->tie_peak_to_peak_ns);
	if (jscope__jitter_drift_ppm(jitter, &ppm))
		item_write(&line, "drift %+.3f ppm", ppm);
	if (jitter->has_rfc3550)
		item_ns(&line, "RFC 3550", jscope_ns_of_real(jitter->rfc3550_ns));
	item_write(&line, "taken at %s", jscope__jitter_place(row));
	item_write(&line, "skipped %" PRIu64, jitter->skipped);
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
static void tau_ends_write(struct line *line, const struct jscope__jitter *jitter,
			   enum jscope__tau_kind kind, const char *name)
{
	const unsigned count = taus_count(jitter, kind);
	char value[JSCOPE_NS_TEXT_SIZE], tau[JSCOPE_NS_TEXT_SIZE];
	struct jscope__wander_figures figures;

	for (unsigned k = 0; k<count; k += count> 1 ? count - 1 : 1) {
		jscope__jitter_wander(jitter, k, &figures);
		jscope_ns_format(value, jscope_ns_of_real(kind == JSCOPE__MTIE ? figures.mtie_ns
									       : figures.tdev_ns));
		item_write(line, "%s%s at %s", k == 0 ? name : "", value,
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
	struct line line;

	if (taus_count(jitter, JSCOPE__MTIE) == 0)
		return;
	line_begin(&line, page, "wander");
	if (jscope__jitter_residual_ns(jitter, &residual_ns))
		item_ns(&line, "sd without drift", jscope_ns_of_real(residual_ns));
	tau_ends_write(&line, jitter, JSCOPE__MTIE, "MTIE ");
	tau_ends_write(&line, jitter, JSCOPE__TDEV, "TDEV ");
	fputc('\n', page->stream);
	if (page->verbose)
		taus_write(page, jitter);
}

static void rhythm_item(struct line *line, const struct jscope__spectrum_line *rhythm)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	jscope_ns_format(text, jscope_ns_of_real(rhythm->amplitude_ns));
	item_write(line,
		   rhythm->share < 0.1 ? "%.*f Hz %s (%.2g %% of the variance)"
				       : "%.*f Hz %s (%.0f %% of the variance)",
		   rhythm->frequency_hz < 10 ? 2 : 1, rhythm->frequency_hz, text,
		   100 * rhythm->share);
}

/* Lines of the spectrum, where there are any. */
static void rhythm_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	struct jscope__spectrum_lines lines;
	struct line line;
	unsigned most;

	if (!jscope__rhythm_lines(&row->rhythm, &row->jitter, &lines) ||
	    (lines.count == 0 && !page->verbose))
		return;
	line_begin(&line, page, "periodic");
	most = page->verbose || lines.count < RHYTHMS_FIRST ? lines.count : RHYTHMS_FIRST;
	for (unsigned i = 0; i < most; i++)
		rhythm_item(&line, &lines.lines[i]);
	if (lines.more + lines.count > most)
		item_write(&line, "%" PRIu64 " weaker", lines.more + lines.count - most);
	if (row->rhythm.spectrum.segments == 0)
		item_write(&line, "too few points in a row to tell");
	else if (lines.count == 0)
		item_write(&line, "none above the noise from %.3g to %.3g Hz", lines.from_hz,
			   lines.to_hz);
	else
		item_ns(&line, "sd without", jscope_ns_of_real(lines.noise_ns));
	fputc('\n', page->stream);
}

static void headroom_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope_hist *frames = jscope__headroom_frames(row);
	const struct jscope_hist *time = jscope__headroom_ns(row);
	struct line line;

	if (!frames && row->glitches == 0)
		return;
	line_begin(&line, page, "headroom");
	if (frames)
		item_write(&line, "min %" PRId64 " frames", jscope_hist_min(frames));
	if (time) {
		item_ns(&line, "min", jscope_hist_min(time));
		item_ns(&line, "median", jscope_hist_quantile(time, 0.5));
	}
	if (frames)
		item_write(&line, "negative %" PRIu64,
			   jscope_hist_count_between(frames, INT64_MIN, 0));
	item_write(&line, "glitches %" PRIu64, row->glitches);
	if (frames)
		item_write(&line, "taken at %s", jscope__headroom_place(row));
	fputc('\n', page->stream);
}

static void worst_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	char length[JSCOPE_NS_TEXT_SIZE], stage[JSCOPE_NS_TEXT_SIZE];

	for (unsigned i = 0; i < row->worst.count; i++) {
		const struct jscope__worst_one *one = &row->worst.ones[i];
		double since_s = (double)jscope_sub_sat(one->first_ns, page->begin_ns) / 1e9;
		unsigned blamed = jscope__worst_blamed(one, row->stages, JSCOPE_STAGE_COUNT);

		fprintf(page->stream, " %-9s", i == 0 ? "worst" : "");
		fprintf(page->stream, "%-10s at %+.6f s, point %" PRIu64,
			jscope_ns_format(length, one->length_ns), since_s, one->id);
		if (blamed < JSCOPE_STAGE_COUNT)
			fprintf(page->stream, ", of it %s in %s",
				jscope_ns_format(stage, one->stage_ns[blamed]),
				jscope_stage_name(blamed));
		fputc('\n', page->stream);
	}
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

static void stream_write(struct jscope__page *page, const struct jscope__stream_row *row,
			 bool has_picture)
{
	stream_title(page, row);
	counts_write(page, row);
	stages_write(page, row);
	jitter_write(page, row);
	if (!page->plain) {
		wander_write(page, row);
		rhythm_write(page, row);
	}
	jscope__text_metrology(page, row);
	headroom_write(page, row);
	jscope__text_buffer(page, row);
	if (has_picture)
		picture_write(page, row);
	worst_write(page, row);
}

void jscope__text_streams(struct jscope__page *page, const struct jscope_report *report)
{
	const struct jscope__stream_row *other = jscope__table_other(report->streams);
	const bool has_table = jscope__timer_count(report) > 1;
	size_t most = page->verbose ? SIZE_MAX : STREAMS_FIRST, shown = 0, left = 0;

	for (size_t i = 0; i < jscope__table_count(report->streams); i++) {
		const struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		if (has_table && jscope__row_is_timer(row))
			continue;
		if (shown == most) {
			left++;
			continue;
		}
		stream_write(page, row, page->verbose || shown < PICTURES_FIRST);
		shown++;
	}
	if (other && page->verbose)
		stream_write(page, other, false);
	else
		left += (size_t)jscope__table_folded(report->streams);
	if (left > 0)
		fprintf(page->stream, "\n %zu more streams; -v shows them\n", left);
}
