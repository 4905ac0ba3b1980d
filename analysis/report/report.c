#include "report_rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int tables_create(struct jscope_report *report)
{
	if (jscope__table_create(&jscope__stream_ops, &report->streams) < 0 ||
	    jscope__table_create(&jscope__device_ops, &report->devices) < 0 ||
	    jscope__table_create(&jscope__irq_ops, &report->irqs) < 0 ||
	    jscope__table_create(&jscope__softirq_ops, &report->softirqs) < 0 ||
	    jscope__table_create(&jscope__task_ops, &report->tasks) < 0)
		return -ENOMEM;
	return 0;
}

int jscope_report_create(struct jscope_report **ret_report)
{
	struct jscope_report *report = calloc(1, sizeof *report);

	if (!report)
		return -ENOMEM;
	if (tables_create(report) < 0) {
		jscope_report_destroy(report);
		return -ENOMEM;
	}
	report->budget.octaves_left = JSCOPE__REPORT_OCTAVES;
	report->limits.budget = &report->budget;
	report->wander_budget.bytes_left = JSCOPE__WANDER_BYTES;
	report->rhythm_shared.budget.bytes_left = JSCOPE__SPECTRUM_BYTES;
	report->sink.state = report;
	jscope__collect_streams(report);
	jscope__collect_kernel(report);
	jscope__collect_told(report);
	jscope__collect_losses(report);
	*ret_report = report;
	return 0;
}

void jscope_report_make_plain(struct jscope_report *report)
{
	report->plain = true;
	report->sink.depth = NULL;
	report->sink.hold = NULL;
}

void jscope_report_keep_order(struct jscope_report *report)
{
	report->blocks_budget.bytes_left = JSCOPE__REPORT_BLOCKS_BYTES;
	report->limits.blocks = &report->blocks_budget;
}

static void info_finish(struct jscope_trace_info *info)
{
	free((char *)info->path);
	free((char *)info->reader);
	free((char *)info->clock);
	free((char *)info->wakeup_event);
	for (unsigned i = 0; i < JSCOPE_TRACE_ERRORS_MAX; i++)
		free((char *)info->errors[i]);
}

void jscope_report_destroy(struct jscope_report *report)
{
	if (!report)
		return;
	jscope__table_destroy(report->streams);
	jscope__table_destroy(report->devices);
	jscope__table_destroy(report->irqs);
	jscope__table_destroy(report->softirqs);
	jscope__table_destroy(report->tasks);
	jscope_hist_destroy(report->wakeups);
	for (size_t i = 0; i < JSCOPE_CONTEXT_COUNT; i++)
		jscope_hist_destroy(report->wakeups_by_context[i]);
	jscope__fourier_finish(&report->rhythm_shared.fourier);
	info_finish(&report->info);
	free(report);
}

const struct jscope_timeline_sink *jscope_report_sink(struct jscope_report *report)
{
	return &report->sink;
}

/* Into an info whose strings are all NULL, so that info_finish() suits it at any time. */
static int info_copy(struct jscope_trace_info *info, const struct jscope_trace_info *from)
{
	unsigned error_count = from->error_count;

	if (error_count > JSCOPE_TRACE_ERRORS_MAX)
		error_count = JSCOPE_TRACE_ERRORS_MAX;
	*info = *from;
	info->path = jscope__clean_dup(from->path);
	info->reader = jscope__clean_dup(from->reader);
	info->clock = jscope__clean_dup(from->clock);
	info->wakeup_event = from->wakeup_event ? jscope__clean_dup(from->wakeup_event) : NULL;
	memset(info->errors, 0, sizeof info->errors);
	for (unsigned i = 0; i < error_count; i++) {
		info->errors[i] = jscope__clean_dup(from->errors[i]);
		if (!info->errors[i])
			return -ENOMEM;
	}
	return info->path && info->reader && info->clock ? 0 : -ENOMEM;
}

int jscope_report_finish(struct jscope_report *report, const struct jscope_trace_info *info)
{
	info_finish(&report->info);
	memset(&report->info, 0, sizeof report->info);
	if (info_copy(&report->info, info) < 0)
		return -ENOMEM;
	jscope__collect_streams_close(report);
	jscope__collect_kernel_close(report);
	jscope__table_close(report->streams);
	jscope__table_close(report->devices);
	jscope__table_close(report->irqs);
	jscope__table_close(report->softirqs);
	jscope__table_close(report->tasks);
	jscope__corrected_make(report);
	jscope__ledger_keep(report);
	jscope__trust_judge(report);
	return 0;
}

enum jscope_trust jscope_report_trust(const struct jscope_report *report)
{
	return report->trust;
}
