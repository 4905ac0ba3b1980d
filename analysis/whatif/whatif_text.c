/* The what-if as text. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "page.h"
#include "whatif_advice.h"
#include "whatif_rows.h"

/* '*' marks a period that is extrapolated. */
#define ROW "%7" PRIu32 "%c x %-2" PRIu32 " %9s"

/* So far off, in parts of what was recorded, its own replay is good. */
#define FOUND_PART 0.05

#define NS_PER_HOUR (3600 * JSCOPE_NS_PER_SEC)

/* Hours and days, too: how long one must record is told in them. */
static const char *time_format(char text[JSCOPE_NS_TEXT_SIZE], jscope_ns ns)
{
	const double hours = (double)ns / (double)NS_PER_HOUR;

	if (hours < 2)
		return jscope_ns_format(text, ns);
	if (hours < 48)
		snprintf(text, JSCOPE_NS_TEXT_SIZE, "%.1f h", hours);
	else
		snprintf(text, JSCOPE_NS_TEXT_SIZE, "%.3g days", hours / 24);
	return text;
}

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

/* The replay of what was recorded finds what was there, or nearly. */
static bool is_found(const struct jscope__whatif_stream *stream)
{
	const double off = fabs(stream->replayed - (double)stream->glitches);

	return off < 0.5 || off <= FOUND_PART * (double)stream->glitches;
}

/* It glitched more than late notifications account for: by that much any advice falls short. */
static bool is_unexplained(const struct jscope__whatif_stream *stream)
{
	return 2 * stream->replayed < (double)stream->glitches;
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
	fprintf(page->stream, "; found by the replay of the same: %.0f%s\n", stream->replayed,
		is_found(stream) ? "" : ";\n predictions may be as far off");
}

/* Glitches: few ones with a decimal, since they are a mean. */
static const char *glitches_format(char *text, size_t size, double count)
{
	snprintf(text, size, count < 99.5 ? "%.1f" : "%.0f", count);
	return text;
}

static void slack_write(const struct jscope__page *page, const struct jscope__whatif_period *period,
			uint32_t buffer)
{
	fprintf(page->stream, " %7" PRId64, jscope__whatif_headroom(period, buffer, 0));
	if (jscope_hist_has_quantile(period->used_frames, 0.99))
		fprintf(page->stream, " %7" PRId64, jscope__whatif_headroom(period, buffer, 0.01));
	else
		fprintf(page->stream, " %7s", "-");
	fprintf(page->stream, " %7" PRId64 "\n", jscope__whatif_headroom(period, buffer, 0.5));
}

static void cell_write(const struct jscope__page *page, const struct jscope__whatif_stream *stream,
		       const struct jscope__whatif_period *period, uint32_t buffer)
{
	const struct jscope__estimate *glitches = &period->glitches[buffer];
	const double per_hour = jscope__whatif_per_hour(period, glitches->count);
	char latency[JSCOPE_NS_TEXT_SIZE], count[32], low[32], high[32], range[72];

	fprintf(page->stream, ROW, period->frames, period->is_extrapolated ? '*' : ' ', buffer,
		jscope_ns_format(latency, jscope__whatif_latency_ns(stream, period, buffer)));
	snprintf(range, sizeof range, "%s .. %s", glitches_format(low, sizeof low, glitches->low),
		 glitches_format(high, sizeof high, glitches->high));
	jscope__page_paint(page, glitches->count > 0 ? JSCOPE__PAINT_WARN : JSCOPE__PAINT_GOOD);
	fprintf(page->stream, " %7s", glitches_format(count, sizeof count, glitches->count));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, " %-15s %8.*f", range, per_hour > 0 && per_hour < 100 ? 1 : 0,
		per_hour);
	slack_write(page, period, buffer);
}

/* The buffer to use */

static void advice_frames_write(const struct jscope__page *page,
				const struct jscope__whatif_stream *stream,
				const struct jscope__whatif_period *period, unsigned periods)
{
	char latency[JSCOPE_NS_TEXT_SIZE];

	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fprintf(page->stream, "%" PRIu64 " frames", (uint64_t)periods * period->frames);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, " (%u x %" PRIu32 ", %s)", periods, period->frames,
		jscope_ns_format(latency, jscope__whatif_latency_ns(stream, period, periods)));
}

/* What is to be expected of it, where the rate asked for cannot be promised. */
static void advice_likely_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
				const struct jscope__advice *advice)
{
	const struct jscope__whatif_period *period = advice->period;
	const struct jscope__estimate *glitches = &period->glitches[advice->periods];
	char time[JSCOPE_NS_TEXT_SIZE], count[32] = "no", high[32];

	if (glitches->count > 0)
		glitches_format(count, sizeof count, glitches->count);
	fprintf(page->stream, ": %s glitch%s expected in %s,\n", count,
		glitches->count > 0 ? "es" : "", jscope_ns_format(time, period->time_ns));
	fprintf(page->stream, "   and %s at most (95 %%)",
		glitches_format(high, sizeof high, glitches->high));
	fprintf(page->stream, "; to promise at most %s takes %s without one\n",
		whatif->settings.rate, time_format(time, jscope__whatif_needed_ns(whatif)));
}

static void advice_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			 const struct jscope__whatif_stream *stream)
{
	const struct jscope__advice advice = jscope__advice_find(stream);

	jscope__page_paint(page, !advice.period				     ? JSCOPE__PAINT_BAD
				 : advice.is_sure && !is_unexplained(stream) ? JSCOPE__PAINT_GOOD
									     : JSCOPE__PAINT_WARN);
	fprintf(page->stream, " %s ", jscope__page_sign(page, "●", "*"));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	if (!advice.period) {
		fprintf(page->stream, "no buffer of up to %u periods keeps to %s\n",
			JSCOPE_WHATIF_BUFFER_MAX, whatif->settings.rate);
		return;
	}
	fputs("use ", page->stream);
	advice_frames_write(page, stream, advice.period, advice.periods);
	if (advice.is_sure)
		fprintf(page->stream, ": at most %s (95 %%)\n", whatif->settings.rate);
	else
		advice_likely_write(whatif, page, &advice);
	if (advice.period->is_extrapolated)
		fprintf(page->stream,
			"   extrapolated: record with %" PRIu32 " frames before you rely on it\n",
			advice.period->frames);
	if (is_unexplained(stream))
		fprintf(page->stream,
			"   but why most of the %" PRIu64
			" recorded glitches came is not seen: find that "
			"first\n",
			stream->glitches);
}

/* The smallest buffer of each period, where there are several. */

static void safe_write(const struct jscope__page *page, const struct jscope__whatif_stream *stream,
		       const struct jscope__whatif_period *period)
{
	const struct jscope__safe *safe = &period->safe;

	fprintf(page->stream, "%7" PRIu32 "%c ", period->frames,
		period->is_extrapolated ? '*' : ' ');
	if (!safe->periods) {
		fprintf(page->stream, "none up to %" PRIu64 " frames\n",
			(uint64_t)JSCOPE_WHATIF_BUFFER_MAX * period->frames);
		return;
	}
	advice_frames_write(page, stream, period, safe->periods);
	fprintf(page->stream, ", 95 %%: %" PRIu64 " to ", (uint64_t)safe->low * period->frames);
	if (safe->high)
		fprintf(page->stream, "%" PRIu64 "\n", (uint64_t)safe->high * period->frames);
	else
		fputs("unknown\n", page->stream);
}

static void safes_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			const struct jscope__whatif_stream *stream)
{
	if (stream->period_count < 2)
		return;
	fprintf(page->stream, " smallest safe buffer for %s, by period:\n", whatif->settings.rate);
	for (size_t i = 0; i < stream->period_count; i++)
		if (!stream->periods[i].is_refused)
			safe_write(page, stream, &stream->periods[i]);
}

static void period_remark(const struct jscope__page *page,
			  const struct jscope__whatif_stream *stream,
			  const struct jscope__whatif_period *period)
{
	if (period->is_refused)
		fprintf(page->stream,
			" A period of %" PRIu32
			" frame%s is too short for a recording with %" PRIu32
			"; record with a shorter one.\n",
			period->frames, period->frames > 1 ? "s" : "", stream->period_frames);
	if (period->left_out || period->refused)
		fprintf(page->stream,
			" Period %" PRIu32 ": %" PRIu64 " notifications left out, %" PRIu64
			" signals without room.\n",
			period->frames, period->left_out, period->refused);
}

static void remarks_write(const struct jscope__page *page,
			  const struct jscope__whatif_stream *stream)
{
	bool extrapolated = false;

	for (size_t i = 0; i < stream->period_count; i++) {
		const struct jscope__whatif_period *period = &stream->periods[i];

		extrapolated = extrapolated || (period->is_extrapolated && !period->is_refused);
		period_remark(page, stream, period);
	}
	if (extrapolated)
		fputs(" * extrapolated: shorter than recorded, and nothing of what lies between was\n"
		      "   seen; the number may be off by half. Record with that period to know.\n",
		      page->stream);
}

static void cells_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			const struct jscope__whatif_stream *stream)
{
	uint32_t buffers[JSCOPE_WHATIF_LIST_MAX];
	const size_t count = jscope__whatif_buffers(whatif, stream, buffers);

	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fprintf(page->stream, "%13s %9s %7s %-15s %8s %7s %7s %7s\n", "period  x n", "latency",
		"glitch", "(95 %)", "per hour", "slack", "p1", "p50");
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	for (size_t i = 0; i < stream->period_count; i++)
		for (size_t k = 0; k < count && !stream->periods[i].is_refused; k++)
			cell_write(page, stream, &stream->periods[i], buffers[k]);
}

static bool any_period(const struct jscope__whatif_stream *stream)
{
	bool any = false;

	for (size_t i = 0; i < stream->period_count; i++)
		any = any || !stream->periods[i].is_refused;
	return any;
}

static void stream_write(const struct jscope_whatif *whatif, const struct jscope__page *page,
			 const struct jscope__whatif_stream *stream)
{
	char title[3 * JSCOPE__NAME_SIZE + 8], right[96], time[JSCOPE_NS_TEXT_SIZE] = "";

	snprintf(title, sizeof title, "%s%s%s, %s", stream->device, *stream->stream ? " " : "",
		 stream->stream, stream->kind);
	if (stream->why_not) {
		jscope__page_title(page, title, "");
		fprintf(page->stream, " Nothing to replay: %s.\n", stream->why_not);
		return;
	}
	jscope_ns_format(time, stream->time_ns);
	snprintf(right, sizeof right,
		 "recorded %" PRIu32 " x %" PRIu32 " frames, %" PRIu32 " Hz, %s",
		 stream->period_frames, stream->buffer_frames / stream->period_frames,
		 stream->rate_hz, time);
	jscope__page_title(page, title, right);
	changes_write(page, &whatif->settings);
	if (any_period(stream))
		advice_write(whatif, page, stream);
	recorded_write(page, stream);
	if (any_period(stream))
		cells_write(whatif, page, stream);
	safes_write(whatif, page, stream);
	remarks_write(page, stream);
}

/* Those that can be replayed, or could if more were known of them; and how many others there are. */
static uint64_t streams_write(const struct jscope_whatif *whatif, const struct jscope__page *page)
{
	uint64_t others = 0;

	for (size_t i = 0; i < whatif->stream_count; i++) {
		const struct jscope__whatif_stream *stream = &whatif->streams[i];

		if (!stream->is_known)
			continue;
		if (jscope__whatif_has_buffer(stream) || page->verbose)
			stream_write(whatif, page, stream);
		else
			others++;
	}
	return others;
}

int jscope_whatif_write_text(const struct jscope_whatif *whatif,
			     const struct jscope_report_style *style, FILE *stream)
{
	struct jscope__page page;
	uint64_t others;

	jscope__page_init(&page, style, whatif->info.begin_ns, stream);
	others = streams_write(whatif, &page);
	if (whatif->stream_count == 0)
		fputs("The trace has no stream that notifies a client: there is nothing to replay.\n",
		      stream);
	else if (others > 0)
		fprintf(stream,
			"%" PRIu64
			" %s no buffer that could run out, and nothing to replay (-v: all)\n",
			others, others == 1 ? "stream has" : "streams have");
	if (whatif->streams_refused > 0)
		fprintf(stream, "%" PRIu64 " streams did not fit the table.\n",
			whatif->streams_refused);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
