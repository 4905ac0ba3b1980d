#include "report_text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "text_line.h"
#include "text_verdict.h"

static void trust_write(const struct jscope__page *page, enum jscope_trust trust)
{
	static const enum jscope__paint paints[] = { JSCOPE__PAINT_GOOD, JSCOPE__PAINT_WARN,
						     JSCOPE__PAINT_BAD };

	fputs("   ", page->stream);
	jscope__page_paint(page, paints[trust]);
	for (const char *c = jscope__trust_name(trust); *c; c++)
		fputc(toupper((unsigned char)*c), page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputs(": ", page->stream);
}

/* Counts of what is missing, even where nothing is. */
static void missing_write(const struct jscope__page *page, const struct jscope_report *report)
{
	struct jscope__totals totals;

	jscope__totals_sum(report, &totals);
	trust_write(page, report->trust);
	fprintf(page->stream, "lost %" PRIu64 " events %" PRIu64 " packets, censored %" PRIu64,
		report->info.lost_events, report->info.lost_packets,
		totals.counts[JSCOPE_CLASS_CENSORED] + totals.request_censored +
			report->wakeups_censored);
	fprintf(page->stream, ", unmatched %" PRIu64 "\n",
		totals.irq_unmatched + totals.softirq_unmatched + totals.request_unmatched);
	for (unsigned i = 0; i < report->reason_count; i++)
		jscope__text_wrap(page, 3, report->reasons[i]);
	for (unsigned i = 0; i < report->info.error_count && i < JSCOPE_TRACE_ERRORS_MAX; i++)
		jscope__text_wrap(page, 3, report->info.errors[i]);
}

static void trace_write(const struct jscope__page *page, const struct jscope_trace_info *info)
{
	char text[JSCOPE_NS_TEXT_SIZE], facts[160];
	const unsigned reader_columns = 16;
	jscope_ns duration_ns = 0;

	if (info->begin_ns != JSCOPE_NS_UNKNOWN && info->end_ns != JSCOPE_NS_UNKNOWN)
		duration_ns = jscope_sub_sat(info->end_ns, info->begin_ns);
	snprintf(facts, sizeof facts, "   %s, %" PRIu64 " events, ",
		 jscope_ns_format(text, duration_ns), info->events);
	fputs("   ", page->stream);
	jscope__page_name(page, info->path,
			  page->columns - 3 - (unsigned)strlen(facts) - reader_columns, false);
	fputs(facts, page->stream);
	jscope__page_name(page, info->reader, reader_columns, false);
	fputc('\n', page->stream);
}

static void cost_write(const struct jscope__page *page, const struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;
	char each[JSCOPE_NS_TEXT_SIZE], total[JSCOPE_NS_TEXT_SIZE];
	uint64_t fired = jscope__report_fired(report), total_ns;

	if (info->probe_cost_ns == 0)
		return;
	if (__builtin_mul_overflow(fired, info->probe_cost_ns, &total_ns) || total_ns > INT64_MAX)
		total_ns = INT64_MAX;
	jscope_ns_format(each, info->probe_cost_ns > INT64_MAX ? INT64_MAX
							       : (jscope_ns)info->probe_cost_ns);
	fprintf(page->stream, "   probes cost %s each, %s in all", each,
		jscope_ns_format(total, (jscope_ns)total_ns));
	if (report->probe_count > 0)
		fprintf(page->stream, ", %" PRIu64 " fired", fired);
	fputc('\n', page->stream);
}

static void probes_write(const struct jscope__page *page, const struct jscope_report *report)
{
	for (unsigned i = 0; i < report->probe_count; i++) {
		const struct jscope__probe_row *row = &report->probes[i];

		fputs("   ", page->stream);
		jscope__page_name(page, row->event, 34, true);
		fprintf(page->stream, " %12" PRIu64 " fired, %" PRIu64 " lost\n", row->fired,
			row->lost);
	}
}

/* A measured value in its unit. */
static const char *value_format(char *text, const struct jscope__trigger *trigger, int64_t value)
{
	if (trigger->measure != JSCOPE__TRIGGER_HEADROOM)
		return jscope_ns_format(text, value);
	snprintf(text, JSCOPE_NS_TEXT_SIZE, "%" PRId64 " frames", value);
	return text;
}

static void trigger_stages_write(const struct jscope__page *page,
				 const struct jscope__trigger *trigger)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	if (!trigger->stage_count)
		return;
	fputs("  ", page->stream);
	for (unsigned i = 0; i < trigger->stage_count; i++)
		fprintf(page->stream, "%s %s %s", i ? "," : "", trigger->stages[i].name,
			jscope_ns_format(text, trigger->stages[i].ns));
	fputc('\n', page->stream);
}

/* Why a flight recorder kept the trace: before everything else that it holds. */
static void trigger_write(const struct jscope__page *page, const struct jscope__trigger *trigger)
{
	char value[JSCOPE_NS_TEXT_SIZE], at[JSCOPE_NS_TEXT_SIZE];

	if (!trigger->count)
		return;
	fputc('\n', page->stream);
	jscope__page_title(page, "trigger", "");
	fputc(' ', page->stream);
	jscope__page_name(page, trigger->rule, page->columns / 2, false);
	fputs(": ", page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fputs(value_format(value, trigger, trigger->value), page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fprintf(page->stream, " at %s\n",
		jscope_ns_format(at, jscope_sub_sat(trigger->end_ns, page->begin_ns)));
	fputs("   ", page->stream);
	if (trigger->found == JSCOPE__TRIGGER_NOT_FOUND)
		fputs("its chain is not in what could be read", page->stream);
	else
		jscope__page_name(page, trigger->who, page->columns - 3, false);
	fputc('\n', page->stream);
	trigger_stages_write(page, trigger);
}

void jscope__text_head(const struct jscope__page *page, const struct jscope_report *report,
		       const struct jscope__subjects *subjects)
{
	jscope__page_title(page, "jitterscope report", "");
	jscope__text_verdict(page, report, subjects);
	missing_write(page, report);
	trace_write(page, &report->info);
	cost_write(page, report);
	if (page->verbose)
		probes_write(page, report);
	trigger_write(page, &report->trigger);
}

/* What a dash stands for, and where the rest is. */
static void foot_write(const struct jscope__page *page)
{
	if (page->verbose && !page->has_dashes)
		return;
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	if (page->has_dashes)
		fputs(" - too few values to tell (p99 takes 100, p99.9 takes 1000)", page->stream);
	if (!page->verbose)
		fprintf(page->stream, "%s -v shows all", page->has_dashes ? ";" : "");
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc('\n', page->stream);
}

static void all_write(struct jscope__page *page, const struct jscope_report *report,
		      const struct jscope__subjects *subjects)
{
	jscope__text_head(page, report, subjects);
	jscope__text_subjects(page, subjects, 0);
	jscope__text_streams(page, report);
	jscope__text_requests(page, report);
	jscope__text_kernel(page, report, SIZE_MAX);
}

int jscope_report_write_text(const struct jscope_report *report,
			     const struct jscope_report_style *style, FILE *stream)
{
	struct jscope__subjects subjects;
	struct jscope__page page;

	jscope__page_init(&page, style, report->info.begin_ns, stream);
	page.late_bound_ns = report->info.late_bound_ns;
	if (jscope__subjects_init(&subjects, report) < 0)
		return -ENOMEM;
	if (page.verbose)
		all_write(&page, report, &subjects);
	else
		jscope__text_screen(&page, report, &subjects);
	foot_write(&page);
	jscope__subjects_finish(&subjects);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
