/*
 * Latencies with what they hid (coordinated omission, DOMAIN 6.3), when everything is collected. Where
 * something was lost nobody knows what a latency hid that is lost itself, unless points have
 * numbers: then none is told.
 */
#include "report_rows.h"

static void stream_correct(struct jscope_report *report, struct jscope__stream_row *row,
			   uint64_t lost)
{
	if (lost == 0 || !row->omission.has_unnumbered)
		row->corrected = jscope__omission_corrected(&row->omission, row->end_to_end,
							    &report->limits);
}

void jscope__corrected_make(struct jscope_report *report)
{
	const uint64_t lost = jscope__ledger_lost(report);

	for (size_t i = 0; i < jscope__table_count(report->streams); i++)
		stream_correct(report, jscope__table_at(report->streams, i), lost);
	if (jscope__table_other(report->streams))
		stream_correct(report, jscope__table_other(report->streams), lost);
	for (size_t i = 0; lost == 0 && i < jscope__table_count(report->devices); i++) {
		struct jscope__device_row *row = jscope__table_at(report->devices, i);

		jscope__pace_close(&row->pace, row->latency, &report->limits);
	}
}
