/* The requests of a device in the text report: its panel, and all that is known of them. */
#include <inttypes.h>
#include <stdio.h>

#include "report_text.h"
#include "text_chart.h"
#include "text_line.h"
#include "text_metrology.h"
#include "text_table.h"
#include "text_traffic.h"
#include "text_worst.h"

static void title_write(const struct jscope__page *page, const struct jscope__device_row *row)
{
	char left[2 * JSCOPE__NAME_SIZE + 16], right[96];

	snprintf(left, sizeof left, "requests of %s%s%s", row->device, row->name[0] ? " " : "",
		 row->name);
	snprintf(right, sizeof right, "%" PRIu64 " issued, %" PRIu64 " completed", row->issued,
		 row->completed);
	fputc('\n', page->stream);
	jscope__page_title(page, left, right);
}

/* Where requests were completed, where the trace tells it. */
static void routes_write(struct jscope__page *page, const struct jscope__device_row *row)
{
	const char *before = " completed in ";

	for (enum jscope_route i = JSCOPE_ROUTE_UNKNOWN + 1; i < JSCOPE_ROUTE_COUNT; i++) {
		if (row->routes[i] == 0)
			continue;
		fprintf(page->stream, "%s%s %" PRIu64, before, jscope_route_name(i),
			row->routes[i]);
		before = ", ";
	}
	if (before[0] == ',')
		fputc('\n', page->stream);
}

static void counts_write(struct jscope__page *page, const struct jscope__device_row *row)
{
	fprintf(page->stream,
		" empty %" PRIu64 ", errors %" PRIu64 ", unmatched %" PRIu64 ", censored %" PRIu64,
		row->empty, row->errors, row->unmatched, row->censored);
	if (row->requeued > 0)
		fprintf(page->stream, ", requeued %" PRIu64, row->requeued);
	fprintf(page->stream, ", outstanding at most %u", row->outstanding_max);
	if (jscope__traffic_span_ns(&row->traffic) > 0)
		fprintf(page->stream, ", %.2f on average", jscope__traffic_mean(&row->traffic));
	fputc('\n', page->stream);
	routes_write(page, row);
	jscope__text_traffic(page, &row->traffic);
}

static double sum_of(const struct jscope_hist *hist)
{
	return jscope_hist_mean(hist) * (double)jscope_hist_count(hist);
}

/* Shares are of the time that all stages took together: one is not always followed by the next. */
static void stages_write(struct jscope__page *page, const struct jscope__device_row *row)
{
	struct jscope__text_row rows[JSCOPE__REQUEST_STAGE_COUNT + 3];
	double sum = 0, begin = 0;
	size_t count = 0;

	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++)
		sum += sum_of(row->stages[i]);
	for (enum jscope__request_stage i = 0; i < JSCOPE__REQUEST_STAGE_COUNT; i++) {
		const double part = sum_of(row->stages[i]);
		const double share = sum > 0 && part >= 0 ? part / sum : -1;

		rows[count++] = (struct jscope__text_row){ .label = jscope__request_stage_name(i),
							   .hist = row->stages[i],
							   .share = share > 1 ? -1 : share,
							   .begin = begin };
		begin += share > 0 ? share : 0;
	}
	rows[count++] = (struct jscope__text_row){
		.label = "latency", .hist = row->latency, .share = -1, .strong = true
	};
	if (page->verbose) {
		rows[count++] = (struct jscope__text_row){ .label = "device's word",
							   .hist = row->traffic.told,
							   .share = -1 };
		rows[count++] = (struct jscope__text_row){ .label = "beyond that",
							   .hist = row->traffic.beyond_told,
							   .share = -1 };
	}
	jscope__text_table(page, "stage", rows, count);
}

static void worst_write(const struct jscope__page *page, const struct jscope__device_row *row,
			unsigned most)
{
	/* The latency ends before the wake-up, and begins after the submission. */
	const struct jscope__text_worst_kind kind = { .what = "id",
						      .name = jscope__text_request_stage,
						      .usual = row->stages,
						      .first = JSCOPE__DEVICE,
						      .end = JSCOPE__WAKE };

	jscope__text_worst(page, &row->worst, &kind, most);
}

static void full_write(struct jscope__page *page, const struct jscope__device_row *row)
{
	title_write(page, row);
	counts_write(page, row);
	stages_write(page, row);
	jscope__text_pace(page, row);
	jscope__text_kinds(page, &row->traffic);
	jscope__text_chart(page, "latency, issue to complete", row->latency);
	worst_write(page, row, JSCOPE__WORST_COUNT);
}

void jscope__text_requests(struct jscope__page *page, const struct jscope_report *report)
{
	for (size_t i = 0; i < jscope__table_count(report->devices); i++)
		full_write(page, jscope__table_at(report->devices, i));
	if (jscope__table_other(report->devices))
		full_write(page, jscope__table_other(report->devices));
}

static void route_items(struct jscope__text_line *line, const struct jscope__device_row *row)
{
	for (enum jscope_route i = JSCOPE_ROUTE_UNKNOWN + 1; i < JSCOPE_ROUTE_COUNT; i++)
		if (row->routes[i] > 0)
			jscope__text_line_item(line, "%" PRIu64 " completed in %s", row->routes[i],
					       jscope_route_name(i));
}

static void counts_brief(const struct jscope__page *page, const struct jscope__device_row *row)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "counts");

	jscope__text_line_item(&line, "%" PRIu64 " failed", row->errors);
	jscope__text_line_item(&line, "%" PRIu64 " unmatched", row->unmatched);
	jscope__text_line_item(&line, "%" PRIu64 " censored", row->censored);
	jscope__text_line_item(&line, "%" PRIu64 " empty", row->empty);
	if (row->requeued > 0)
		jscope__text_line_item(&line, "%" PRIu64 " requeued", row->requeued);
	route_items(&line, row);
	jscope__text_line_end(&line);
}

/* What the device says its requests took, beside what was measured. */
static void told_brief(const struct jscope__page *page, const struct jscope__traffic *traffic)
{
	struct jscope__text_line line;

	if (jscope_hist_count(traffic->told) == 0)
		return;
	line = jscope__text_line_begin(page, "told");
	jscope__text_line_ns(&line, "p50", jscope_hist_quantile(traffic->told, 0.5));
	jscope__text_line_ns(&line, "max", jscope_hist_max(traffic->told));
	jscope__text_line_ns(&line, "beyond it p50",
			     jscope_hist_quantile(traffic->beyond_told, 0.5));
	jscope__text_line_ns(&line, "max", jscope_hist_max(traffic->beyond_told));
	jscope__text_line_end(&line);
}

static void traffic_brief(const struct jscope__page *page, const struct jscope__device_row *row)
{
	const struct jscope__traffic *traffic = &row->traffic;
	const uint64_t batches = jscope__traffic_batch_count(traffic);
	struct jscope__text_line line = jscope__text_line_begin(page, "traffic");

	if (jscope__traffic_span_ns(traffic) > 0)
		jscope__text_line_item(&line, "%.2f outstanding (at most %u)",
				       jscope__traffic_mean(traffic), row->outstanding_max);
	else
		jscope__text_line_item(&line, "at most %u outstanding", row->outstanding_max);
	if (batches > 0)
		jscope__text_line_item(&line, "%.2f per interrupt (at most %u)",
				       (double)jscope__traffic_batched(traffic) / (double)batches,
				       traffic->batch_max);
	jscope__text_line_end(&line);
}

void jscope__text_requests_panel(struct jscope__page *page, const struct jscope__device_row *row,
				 unsigned worst_most)
{
	title_write(page, row);
	counts_brief(page, row);
	stages_write(page, row);
	traffic_brief(page, row);
	told_brief(page, &row->traffic);
	jscope__text_holds(page, &row->traffic);
	worst_write(page, row, worst_most);
}
