/* A histogram drawn in characters. Inside analysis/. */
#ifndef ANALYSIS_TEXT_CHART_H
#define ANALYSIS_TEXT_CHART_H

#include "analysis/hist.h"
#include "page.h"

/* title: cleaned, says what the values are (durations). Nothing for an empty histogram. */
void jscope__text_chart(const struct jscope__page *page, const char *title,
			const struct jscope_hist *hist);

#endif
