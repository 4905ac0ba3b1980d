/*
 * Parts of a report as JSON, put together by report_json.c; their keys are those of the schema
 * jitterscope.report/1. One thread.
 */
#ifndef ANALYSIS_REPORT_JSON_H
#define ANALYSIS_REPORT_JSON_H

#include "json.h"
#include "report_rows.h"

/* A row of the table that is named so. */
jscope__json_row_fn jscope__json_stream, jscope__json_device, jscope__json_irq,
	jscope__json_softirq;

/* How its requests came and went, into the row of a device. */
void jscope__json_put_traffic(struct jscope__json *device, const struct jscope__device_row *row);

/* How delays vary, what latencies hid, the figures of the position test. */
void jscope__json_put_metrology(struct jscope__json *stream, const struct jscope__stream_row *row);
/* What latencies hid, into the row of a device. */
void jscope__json_put_pace(struct jscope__json *device, const struct jscope__device_row *row);

/* What a row knows of its buffer, beside the headroom. */
void jscope__json_put_buffer(struct jscope__json *headroom, const struct jscope__stream_row *row);

/* The longest few, where there are any, with their instants and stages as a timeline has them. */
void jscope__json_put_worst_chains(struct jscope__json *stream, const struct jscope__worst *worst);
void jscope__json_put_worst_requests(struct jscope__json *device,
				     const struct jscope__worst *worst);

/* The wake-ups of all threads, where there are any. */
void jscope__json_put_wakeups(struct jscope__json *root, const struct jscope_report *report);

#endif
