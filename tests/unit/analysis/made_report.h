/*
 * A report of a timeline that a test makes up.
 */
#ifndef TESTS_UNIT_ANALYSIS_MADE_REPORT_H
#define TESTS_UNIT_ANALYSIS_MADE_REPORT_H

#include "analysis/report.h"
#include "replay/timeline.h"
#include "replay/trace.h"

typedef void feed_fn(const struct jscope_timeline_sink *sink);

/* Finished; to be destroyed by the caller. */
struct jscope_report *report_of(feed_fn *feed, struct jscope_trace_info info);

#endif
