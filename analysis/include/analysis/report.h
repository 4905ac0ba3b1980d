/*
 * The report: distributions and jitter of everything that a trace tells (DESIGN 5). Filled through
 * the sink while a trace is replayed, then written in any number of formats. One thread.
 */
#ifndef ANALYSIS_REPORT_H
#define ANALYSIS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "replay/timeline.h"
#include "replay/trace.h"

struct jscope_report;

/* Streams, devices, lines and tasks with a row of their own; the rest is one row `other`. */
#define JSCOPE_REPORT_ROWS_MAX 256

int jscope_report_create(struct jscope_report **ret_report);
/*
 * Before the replay: collect distributions only. TIE, drift, RFC 3550, wander, the traffic of requests
 * and the worst chains are then neither computed nor written, whatever the format.
 */
void jscope_report_make_plain(struct jscope_report *report);
/*
 * Before the replay: keep for each distribution the order of its values, too, in blocks of bounded
 * memory, so that the report can be compared with others (analysis/compare.h).
 */
void jscope_report_keep_order(struct jscope_report *report);
void jscope_report_destroy(struct jscope_report *report);

/* Where jscope_trace_replay() delivers. Owned by the report. */
const struct jscope_timeline_sink *jscope_report_sink(struct jscope_report *report);

/* After the replay: close what is open, judge how far the figures can be trusted. Copies info. */
int jscope_report_finish(struct jscope_report *report, const struct jscope_trace_info *info);

enum jscope_trust { JSCOPE_TRUSTED, JSCOPE_DEGRADED, JSCOPE_INVALID };
enum jscope_trust jscope_report_trust(const struct jscope_report *report);

struct jscope_report_style {
	bool plain;	  /* distributions only */
	bool verbose;	  /* all rows and stages, not the first screen only */
	bool colour;	  /* escape sequences for a terminal */
	unsigned columns; /* width of the terminal, 80 where unknown */
};

/* All after finish. Return 0 or -EIO. */
int jscope_report_write_text(const struct jscope_report *report,
			     const struct jscope_report_style *style, FILE *stream);
int jscope_report_write_json(const struct jscope_report *report,
			     const struct jscope_report_style *style, FILE *stream);
int jscope_report_write_csv(const struct jscope_report *report, FILE *stream);
int jscope_report_write_svg(const struct jscope_report *report, FILE *stream);

#endif
