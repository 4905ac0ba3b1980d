/* Histograms in SVG: time across on a linear axis, counts up on a logarithmic one. Inside
 * analysis/. */
#ifndef ANALYSIS_SVG_CHART_H
#define ANALYSIS_SVG_CHART_H

#include <stdio.h>

#include "analysis/hist.h"

struct jscope__box {
	double x, y, width, height;
};

/* A picture with marks for percentiles and labels above it. hist is not empty. */
void jscope__svg_chart(FILE *stream, const struct jscope__box *box, const char *title,
		       const struct jscope_hist *hist);

/* A small one, its figures in the line of its title. */
void jscope__svg_chart_small(FILE *stream, const struct jscope__box *box, const char *title,
			     const struct jscope_hist *hist);

#endif
