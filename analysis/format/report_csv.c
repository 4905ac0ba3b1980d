/*
 * The report as CSV in long form: a line per distribution; a line of section "figure" per count or
 * single figure, its value under `mean`; a line of section "bucket" per filled bucket, its range
 * under `min` and `max` and its values under `count`.
 */
#include <errno.h>
#include <inttypes.h>

#include "csv.h"
#include "rows_visit.h"

static const double quantiles[] = { 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999 };

#define QUANTILE_COUNT (sizeof quantiles / sizeof quantiles[0])

static void names_write(FILE *stream, const char *section, const struct jscope__dist *dist,
			const char *name, const char *unit)
{
	fprintf(stream, "%s,", section);
	jscope__csv_text(stream, dist->device);
	fputc(',', stream);
	jscope__csv_text(stream, dist->stream);
	fprintf(stream, ",%s,%s", name, unit);
}

/* Commas for the quantiles that a line does not have, and its end. */
static void line_end(FILE *stream)
{
	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		fputc(',', stream);
	fputc('\n', stream);
}

static void dist_write(void *state, const struct jscope__dist *dist)
{
	const struct jscope_hist *hist = dist->hist;
	FILE *stream = state;

	names_write(stream, dist->section, dist, dist->name, dist->unit);
	fprintf(stream, ",%" PRIu64 ",%" PRId64 ",%.3f,%.3f,%" PRId64, jscope_hist_count(hist),
		jscope_hist_min(hist), jscope_hist_mean(hist), jscope_hist_stddev(hist),
		jscope_hist_max(hist));
	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		if (jscope_hist_has_quantile(hist, quantiles[i]))
			fprintf(stream, ",%" PRId64, jscope_hist_quantile(hist, quantiles[i]));
		else
			fputc(',', stream);
	fputc('\n', stream);
}

static void figure_write(void *state, const struct jscope__dist *of, const char *name,
			 const char *unit, double value)
{
	FILE *stream = state;

	names_write(stream, "figure", of, name, unit);
	fprintf(stream, ",,,%.3f,,", value);
	line_end(stream);
}

static void buckets_write(void *state, const struct jscope__dist *dist)
{
	struct jscope_hist_bucket bucket;
	FILE *stream = state;
	size_t cursor = 0;

	while (jscope_hist_next(dist->hist, &cursor, &bucket)) {
		names_write(stream, "bucket", dist, dist->name, dist->unit);
		fprintf(stream, ",%" PRIu64 ",%" PRId64 ",,,%" PRId64, bucket.count, bucket.low,
			bucket.low + (bucket.width - 1));
		line_end(stream);
	}
}

static void figure_skip(void *state, const struct jscope__dist *of, const char *name,
			const char *unit, double value)
{
	(void)state;
	(void)of;
	(void)name;
	(void)unit;
	(void)value;
}

static void trace_write(FILE *stream, const struct jscope_report *report)
{
	struct jscope__totals totals;
	const struct jscope_trace_info *info = &report->info;
	const struct jscope__dist of = { .device = info->path, .stream = "" };

	jscope__totals_sum(report, &totals);
	figure_write(stream, &of, "events", "count", (double)info->events);
	figure_write(stream, &of, "lost_events", "count", (double)info->lost_events);
	figure_write(stream, &of, "lost_packets", "count", (double)info->lost_packets);
	figure_write(stream, &of, "partial", "count", info->partial);
	figure_write(stream, &of, "refused", "count", (double)info->refused);
	figure_write(stream, &of, "overflow", "count", (double)totals.overflow);
	figure_write(stream, &of, "wakeups_censored", "count", (double)report->wakeups_censored);
	/* The verdict as a number: 0 trusted, 1 degraded, 2 invalid. */
	figure_write(stream, &of, "trust", "level", report->trust);
}

int jscope_report_write_csv(const struct jscope_report *report, FILE *stream)
{
	const struct jscope__visitor lines = { stream, dist_write, figure_write };
	const struct jscope__visitor buckets = { stream, buckets_write, figure_skip };

	fputs("section,device,stream,distribution,unit,count,min,mean,stddev,max,p50,p90,p95,p99,"
	      "p99_9,p99_99\n",
	      stream);
	trace_write(stream, report);
	jscope__rows_visit(report, &lines);
	jscope__rows_visit(report, &buckets);
	return fflush(stream) == EOF || ferror(stream) ? -EIO : 0;
}
