/* All distributions of a report in one order, for the formats that list them. Inside analysis/. */
#ifndef ANALYSIS_ROWS_VISIT_H
#define ANALYSIS_ROWS_VISIT_H

#include "report_rows.h"

/* Names are cleaned; stream may be "". The histogram is not empty. */
struct jscope__dist {
	const char *section; /* "notification", "request", "irq", "softirq", "wakeup" */
	const char *device, *stream;
	const char *name; /* "end_to_end", "period", "latency" */
	const char *unit;
	const struct jscope_hist *hist;
};

struct jscope__visitor {
	void *state;
	void (*dist)(void *state, const struct jscope__dist *dist);
	/* A figure that is no distribution: a count, or nanoseconds. */
	void (*figure)(void *state, const struct jscope__dist *of, const char *name,
		       const char *unit, double value);
};

void jscope__rows_visit(const struct jscope_report *report, const struct jscope__visitor *visitor);

/* Whether nothing is in them: no value, and no count but 0. */
bool jscope__rows_are_idle(const struct jscope_report *report);

#endif
