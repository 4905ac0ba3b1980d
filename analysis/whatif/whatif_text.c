/* The what-if as text. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "page.h"
#include "whatif_rows.h"

#define ROW "%7" PRIu32 " x %-2" PRIu32 " %9s"

static bool is_changed(const struct jscope_whatif_settings *settings)
{
	bool changed = settings->work_ns != JSCOPE_NS_UNKNOWN || settings->work_per_frame;

	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++)
		changed = changed || settings->cap_ns[i] != JSCOPE_NS_UNKNOWN;
	return changed;
}

static void changes_write(const struct jscope__page *page,
			  const struct jscope_whatif_settings *settings)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	if (!is_changed(settings))
		return;
	fputs(" changed:", page->stream);
	for (unsigned i = 0; i < JSCOPE_STAGE_COUNT; i++) {
		if (settings->cap_ns[i] == 0)
			fprintf(page->stream, " without %s;", jscope_stage_name(i));
		else if (settings->cap_ns[i] != JSCOPE_NS_UNKNOWN)
			fprintf(page->stream, " %s at most %s;", jscope_stage_name(i),
				jscope_ns_format(text, settings->cap_ns[i]));
	}
	if (settings->work_ns != JSCOPE_NS_UNKNOWN)
		fprintf(page->stream, " work of the client %s;",
			jscope_ns_format(text, settings->work_ns));
	if (settings->work_per_frame)
		fputs(" work of the client in proportion to the period;", page->stream);
	fputs(" all else as recorded\n", page->stream);
}

static void recorded_write(const struct jscope__page *page,
			   const struct jscope__whatif_stream *stream)
{
	const uint64_t usable = jscope__whatif_usable(stream);

	fputs(" used: ", page->stream);
	jscope__page_count(page, stream->series.count);
	fputs(" of ", page->stream);
	jscope__page_count(page, stream->series.offered);
	fprintf(page->stream, " notifications (%" PRIu64 " were cut", stream->series.censored);
	if (usable > stream->series.count)
		fprintf(page->stream, ", %" PRIu64 " beyond the limit of what is kept",
			usable - stream->series.count);
	fputs(")\n glitches recorded: ", page->stream);
	jscope__page_count(page, stream->glitches);
	fprintf(page->stream, "; found by the replay of the same: %.0f\n", stream->replayed);
}

/* Glitches: few ones with a decimal, since they are a mean. */
static const char *glitches_format(char *text, size_t size, double count)
{
	snprintf(text, size, count < 99.5 ? "%.1f" : "%.0f", count);
	return text;
}

static void cell_write(const struct jscope__page *page, const struct jscope__whatif_stream *stream,
		       const struct jscope__whatif_period *period, uint32_t buffer)
{
	const struct jscope__estimate *glitches = &period->glitches[buffer];
	char latency[JSCOPE_NS_TEXT_SIZE], count[32], low[32], high[32], range[72];

	fprintf(page->stream, ROW, period->frames, buffer,
		jscope_ns_format(latency, jscope__whatif_latency_ns(stream, period, buffer)));
	snprintf(range, sizeof range, "%s .. %s", glitches_format(low, sizeof low, glitches->low),
		 glitches_format(high, sizeof high, glitches->high));
	jscope__page_paint(page, glitches->count > 0 ? JSCOPE__PAINT_WARN : JSCOPE__PAINT_GOOD);
	fprintf(page->stream, " %7s", glitches_format(count, sizeof count, glitches->count));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, " %-15s %8.3g %7" PRId64, range,
		jscope__whatif_per_hour(period, glitches->count),
		jscope__whatif_headroom(period, buffer, 0));
	if (jscope_hist_has_quantile(period->used_frames, 0.99))
		fprintf(page->stream, " %7" PRId64, jscope__whatif_headroom(period, buffer, 0.01));
	else
		fprintf(page->stream, " %7s", "-");
	fprintf(page->stream, " %7" PRId64 "%s\n", jscope__whatif_headroom(period, buffer, 0.5),
		period->is_extrapolated ? "*" : "");
}

static void safe_write(const struct jscope__page *page, const struct jscope__whatif_stream *stream,
		       const struct jscope__whatif_period *period)
{
	const struct jscope__safe *safe = &period->safe;
	char latency[JSCOPE_NS_TEXT_SIZE];

	fprintf(page->stream, "%7" PRIu32 ": ", period->frames);
	if (!safe->periods) {
		fprintf(page->stream, "no buffer up to %" PRIu64 " frames",
			(uint64_t)JSCOPE_WHATIF_BUFFER_MAX * period->frames);
	} else {
		jscope__page_paint(page, JSCOPE__PAINT_STRONG);
		fprintf(page->stream, "%" PRIu64 " frames",
			(uint64_t)safe->periods * period->frames);
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
		fprintf(page->stream, " (%u periods, %s)", safe->periods,
			jscope_ns_format(latency,
					 jscope__whatif_latency_ns(stream, period, safe->periods)));
		fprintf(page->stream, ", 95 %%: %" PRIu64 " to ",
			(uint64_t)safe->low * period->frames);
		if (safe->high)
			fprintf(page->stream, "%" PRIu64, (uint64_t)safe->high * period->frames);
		else
			fputs("unknown", page->stream);
	}
	fputs(period->is_extrapolated ? " *\n" : "\n", page->stream);
}

static void remarks_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			  const struct jscope__whatif_stream *stream)
{
	bool extrapolated = false, unknown = false;
	char text[JSCOPE_NS_TEXT_SIZE], time[JSCOPE_NS_TEXT_SIZE];

	for (size_t i = 0; i < stream->period_count; i++) {
		const struct jscope__whatif_period *period = &stream->periods[i];

		extrapolated = extrapolated || (period->is_extrapolated && !period->is_refused);
		unknown = unknown || (!period->is_refused && !period->safe.high);
		if (period->is_refused)
			fprintf(page->stream,
				" A period of %" PRIu32 " frames is too short for a recording with "
				"%" PRIu32 "; record with a shorter one.\n",
				period->frames, stream->period_frames);
		if (period->left_out || period->refused)
			fprintf(page->stream,
				" Period %" PRIu32 ": %" PRIu64 " notifications left out, %" PRIu64
				" signals without room.\n",
				period->frames, period->left_out, period->refused);
	}
	if (extrapolated)
		fputs(" * extrapolated: shorter than the recorded period, what lies between is "
		      "guessed\n",
		      page->stream);
	if (unknown)
		fprintf(page->stream,
			" A recording of %s cannot prove %s: that takes %s without one.\n",
			jscope_ns_format(time, stream->periods[0].time_ns), whatif->settings.rate,
			jscope_ns_format(text, jscope__whatif_needed_ns(whatif)));
}

static void cells_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			const struct jscope__whatif_stream *stream)
{
	uint32_t buffers[JSCOPE_WHATIF_LIST_MAX];
	const size_t count = jscope__whatif_buffers(whatif, stream, buffers);

	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fprintf(page->stream, "%12s %9s %7s %-15s %8s %7s %7s %7s\n", "period x n", "latency",
		"glitch", "(95 %)", "per hour", "slack", "p1", "p50");
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	for (size_t i = 0; i < stream->period_count; i++)
		for (size_t k = 0; k < count && !stream->periods[i].is_refused; k++)
			cell_write(page, stream, &stream->periods[i], buffers[k]);
	fprintf(page->stream, " smallest safe buffer for %s, by period:\n", whatif->settings.rate);
	for (size_t i = 0; i < stream->period_count; i++)
		if (!stream->periods[i].is_refused)
			safe_write(page, stream, &stream->periods[i]);
}

static void stream_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			 const struct jscope__whatif_stream *stream)
{
	char title[3 * JSCOPE__NAME_SIZE + 8], right[96], time[JSCOPE_NS_TEXT_SIZE] = "";

	snprintf(title, sizeof title, "%s%s%s, %s", stream->device, *stream->stream ? " " : "",
		 stream->stream, stream->kind);
	if (stream->why_not) {
		jscope__page_title(page, title, "");
		fprintf(page->stream, " Nothing to replay: %s.\n\n", stream->why_not);
		return;
	}
	jscope_ns_format(time, stream->periods[0].time_ns);
	snprintf(right, sizeof right,
		 "recorded %" PRIu32 " x %" PRIu32 " frames, %" PRIu32 " Hz, %s",
		 stream->period_frames, stream->buffer_frames / stream->period_frames,
		 stream->rate_hz, time);
	jscope__page_title(page, title, right);
	recorded_write(page, stream);
	changes_write(page, &whatif->settings);
	cells_write(whatif, page, stream);
	remarks_write(whatif, page, stream);
	fputc('\n', page->stream);
}

int jscope_whatif_write_text(const struct jscope_whatif *whatif,
			     const struct jscope_report_style *style, FILE *stream)
{
	struct jscope__page page;
	bool any = false;

	jscope__page_init(&page, style, whatif->info.begin_ns, stream);
	for (size_t i = 0; i < whatif->stream_count; i++) {
		if (!whatif->streams[i].is_known)
			continue;
		stream_write(whatif, &page, &whatif->streams[i]);
		any = true;
	}
	if (!any)
		fputs("The trace has no stream that notifies a client: there is nothing to replay.\n",
		      stream);
	if (whatif->streams_refused > 0)
		fprintf(stream, "%" PRIu64 " streams did not fit the table.\n",
			whatif->streams_refused);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
