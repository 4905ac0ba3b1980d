#include "text_verdict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text_line.h"

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static jscope_ns duration_ns(const struct jscope_trace_info *info)
{
	if (info->begin_ns == JSCOPE_NS_UNKNOWN || info->end_ns == JSCOPE_NS_UNKNOWN)
		return 0;
	return jscope_sub_sat(info->end_ns, info->begin_ns);
}

/* "42.78 us (p50) to 201.9 us (p99.9)": the highest percentile that so many values can tell. */
static void spread_say(FILE *out, const struct jscope_hist *hist)
{
	static const struct {
		const char *name;
		double q;
	} tails[] = { { "p99.9", 0.999 }, { "p99", 0.99 }, { "p90", 0.9 } };
	char low[JSCOPE_NS_TEXT_SIZE], high[JSCOPE_NS_TEXT_SIZE];
	const char *name = "max";
	jscope_ns high_ns = jscope_hist_max(hist);

	for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
		if (jscope_hist_has_quantile(hist, tails[i].q)) {
			name = tails[i].name;
			high_ns = jscope_hist_quantile(hist, tails[i].q);
			break;
		}
	if (jscope_hist_has_quantile(hist, 0.5))
		fprintf(out, "%s (p50) to ",
			jscope_ns_format(low, jscope_hist_quantile(hist, 0.5)));
	fprintf(out, "%s (%s)", jscope_ns_format(high, high_ns), name);
}

static void glitches_say(FILE *out, const struct jscope__stream_row *row,
			 const struct jscope_trace_info *info)
{
	const struct jscope_hist *time = jscope__headroom_ns(row);
	char text[JSCOPE_NS_TEXT_SIZE];

	if (!time && row->glitches == 0)
		return;
	if (row->glitches > 0)
		fprintf(out, "%" PRIu64 " glitch%s", row->glitches, row->glitches == 1 ? "" : "es");
	else
		fputs("no glitches", out);
	fprintf(out, " in %s", jscope_ns_format(text, duration_ns(info)));
	if (time)
		fprintf(out, ", %s %s",
			jscope_hist_min(time) > 0 ? "closest call" : "headroom down to",
			jscope_ns_format(text, jscope_hist_min(time)));
	fputs("; ", out);
}

/* What is early or merged belongs to the counts below; late and missed are what one looks for. */
static void lateness_say(FILE *out, const struct jscope__stream_row *row)
{
	const uint64_t late = row->counts[JSCOPE_CLASS_LATE];
	const uint64_t missed = row->counts[JSCOPE_CLASS_MISSED];

	if (late == 0 && missed == 0 && !(row->path & 1u << JSCOPE_DUE))
		return;
	if (late > 0)
		fprintf(out, "%" PRIu64 " signal%s late; ", late, plural(late));
	else if (missed == 0)
		fputs("no signal late; ", out);
	if (missed > 0)
		fprintf(out, "%" PRIu64 " point%s missed; ", missed, plural(missed));
}

/* Since when the time of a chain counts: the first instant of its path. */
static const char *since_of(unsigned path)
{
	if (path & 1u << JSCOPE_DUE)
		return "they are due";
	if (path & 1u << JSCOPE_IRQ)
		return "the interrupt";
	if (path & 1u << JSCOPE_QUEUED)
		return "deferred work is queued";
	if (path & 1u << JSCOPE_DEFERRED)
		return "deferred work begins";
	return "the signal";
}

static void stream_say(FILE *out, const struct jscope__stream_row *row,
		       const struct jscope_trace_info *info)
{
	glitches_say(out, row, info);
	if (row->points > 0)
		lateness_say(out, row);
	if (jscope_hist_count(row->end_to_end) > 0) {
		fputs("notifications arrive ", out);
		spread_say(out, row->end_to_end);
		fprintf(out, " after %s", since_of(row->path));
	} else if (row->points == 0) {
		fputs("no notifications", out);
	} else {
		fprintf(out, "of %" PRIu64 " notification%s none could be followed to the end",
			row->points, plural(row->points));
	}
}

static void device_say(FILE *out, const struct jscope__device_row *row,
		       const struct jscope_trace_info *info)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	fprintf(out, "%" PRIu64 " request%s in %s, ", row->completed, plural(row->completed),
		jscope_ns_format(text, duration_ns(info)));
	if (row->errors > 0)
		fprintf(out, "%" PRIu64 " failed; ", row->errors);
	else
		fputs("none failed; ", out);
	if (jscope_hist_count(row->latency) == 0) {
		fputs("the latency of none is known", out);
		return;
	}
	fputs("latency ", out);
	spread_say(out, row->latency);
}

static void subject_say(FILE *out, const struct jscope_report *report,
			const struct jscope__subjects *subjects)
{
	const struct jscope__subject *subject = &subjects->list[0];
	char name[JSCOPE__SUBJECT_NAME_SIZE];
	size_t troubled = 0;

	for (size_t i = 0; i < subjects->count; i++)
		troubled += subjects->list[i].trouble >= JSCOPE__TROUBLE_LATE;
	if (subjects->count > 1 && troubled > 0)
		fprintf(out, "%zu of %zu in trouble: ", troubled, subjects->count);
	else if (subjects->count > 1)
		fprintf(out, "none of %zu in trouble. ", subjects->count);
	fprintf(out, "%s: ", jscope__subject_name(subject, name));
	if (subject->stream)
		stream_say(out, subject->stream, &report->info);
	else
		device_say(out, subject->device, &report->info);
}

static void timers_say(FILE *out, const struct jscope_report *report)
{
	const struct jscope__stream_row *worst = NULL;
	const size_t count = jscope__timer_count(report);

	if (count < 2)
		return;
	for (size_t i = 0; i < jscope__table_count(report->streams); i++) {
		const struct jscope__stream_row *row = jscope__table_at(report->streams, i);

		if (jscope_hist_count(row->end_to_end) > 0 &&
		    (!worst ||
		     jscope_hist_max(row->end_to_end) > jscope_hist_max(worst->end_to_end)))
			worst = row;
	}
	fprintf(out, "%zu timers; ", count);
	if (!worst)
		return;
	fprintf(out, "the latest, %s %s, ", worst->device, worst->stream);
	spread_say(out, worst->end_to_end);
	fputs(" after it is due; ", out);
}

static void irqs_say(FILE *out, const struct jscope_report *report)
{
	const struct jscope__irq_row *longest = NULL;
	char text[JSCOPE_NS_TEXT_SIZE];
	uint64_t count = 0;

	for (size_t i = 0; i < jscope__table_count(report->irqs); i++) {
		const struct jscope__irq_row *row = jscope__table_at(report->irqs, i);

		count += row->count;
		if (jscope_hist_count(row->duration) > 0 &&
		    (!longest ||
		     jscope_hist_max(row->duration) > jscope_hist_max(longest->duration)))
			longest = row;
	}
	if (count == 0)
		return;
	fprintf(out, "%" PRIu64 " interrupt%s", count, plural(count));
	if (longest)
		fprintf(out, ", the longest %s in %" PRId32 " %s",
			jscope_ns_format(text, jscope_hist_max(longest->duration)), longest->irq,
			longest->name);
	fputs("; ", out);
}

static void wakeups_say(FILE *out, const struct jscope_report *report)
{
	const uint64_t count = jscope_hist_count(report->wakeups);

	if (count == 0)
		return;
	fprintf(out, "%" PRIu64 " wake-up%s, ", count, plural(count));
	spread_say(out, report->wakeups);
	fputs("; ", out);
}

/* What the machine did, where no device notified and no disk was asked. */
static void machine_say(FILE *out, const struct jscope_report *report)
{
	const long begin = ftell(out);

	timers_say(out, report);
	irqs_say(out, report);
	wakeups_say(out, report);
	if (ftell(out) == begin)
		fprintf(out, "nothing to measure in %" PRIu64 " event%s", report->info.events,
			plural(report->info.events));
}

static char *sentence_of(const struct jscope_report *report,
			 const struct jscope__subjects *subjects)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (subjects->count > 0)
		subject_say(out, report, subjects);
	else
		machine_say(out, report);
	if (fclose(out) == EOF) {
		free(text);
		return NULL;
	}
	if (size > 2 && !strcmp(text + size - 2, "; "))
		text[size - 2] = '\0';
	return text;
}

void jscope__text_verdict(const struct jscope__page *page, const struct jscope_report *report,
			  const struct jscope__subjects *subjects)
{
	const enum jscope__trouble trouble =
		subjects->count ? subjects->list[0].trouble : JSCOPE__TROUBLE_NONE;
	char *sentence = sentence_of(report, subjects);

	if (!sentence)
		return;
	fputc(' ', page->stream);
	jscope__page_paint(page, jscope__text_trouble_paint(trouble));
	fputs(jscope__page_sign(page, "\u25cf", "*"), page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc(' ', page->stream);
	jscope__text_wrap_from(page, 3, sentence);
	free(sentence);
}

enum jscope__paint jscope__text_trouble_paint(enum jscope__trouble trouble)
{
	if (trouble == JSCOPE__TROUBLE_FAILURE)
		return JSCOPE__PAINT_BAD;
	return trouble == JSCOPE__TROUBLE_LATE ? JSCOPE__PAINT_WARN : JSCOPE__PAINT_GOOD;
}

char *jscope__text_trouble(const struct jscope__subject *subject,
			   char text[JSCOPE__TROUBLE_TEXT_SIZE])
{
	const struct jscope__stream_row *row = subject->stream;
	const struct {
		uint64_t count;
		const char *one, *many;
	} kinds[] = {
		{ row ? row->glitches : 0, "glitch", "glitches" },
		{ row ? row->counts[JSCOPE_CLASS_MISSED] : 0, "missed", "missed" },
		{ row ? 0 : subject->device->errors, "failed", "failed" },
		{ row ? row->counts[JSCOPE_CLASS_LATE] : 0, "late", "late" },
		{ row ? row->counts[JSCOPE_CLASS_SPURIOUS] : 0, "spurious", "spurious" },
		{ row ? row->counts[JSCOPE_CLASS_EARLY] : 0, "early", "early" },
		{ row ? row->counts[JSCOPE_CLASS_MERGED] : 0, "merged", "merged" },
		{ row ? row->partial_chains : 0, "partial", "partial" },
		{ row ? 0 : subject->device->unmatched, "unmatched", "unmatched" },
		{ row ? row->counts[JSCOPE_CLASS_CENSORED] : subject->device->censored, "censored",
		  "censored" },
	};

	text[0] = '\0';
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].count > 0) {
			snprintf(text, JSCOPE__TROUBLE_TEXT_SIZE, "%" PRIu64 " %s", kinds[i].count,
				 kinds[i].count == 1 ? kinds[i].one : kinds[i].many);
			break;
		}
	return text;
}
