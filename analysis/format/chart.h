/*
 * A histogram cut into equal columns of a picture, for terminals and SVG alike. Inside analysis/.
 */
#ifndef ANALYSIS_CHART_H
#define ANALYSIS_CHART_H

#include "analysis/hist.h"

#define JSCOPE__CHART_COLUMNS_MAX 512
#define JSCOPE__CHART_TICKS_MAX	  32

struct jscope__chart {
	bool is_log;	  /* the axis of values; then low > 0 */
	double low, high; /* values at the left and the right edge */
	unsigned column_count;
	double columns[JSCOPE__CHART_COLUMNS_MAX]; /* values in each, maybe parts of one */
	double column_max;
	unsigned tick_count;
	double ticks[JSCOPE__CHART_TICKS_MAX]; /* round values between the edges */
};

/*
 * hist is not empty. Where all values are positive and max is over log_ratio times p50, a linear
 * axis would press all but the outliers into a corner: it is logarithmic then. 0: never.
 */
void jscope__chart_init(struct jscope__chart *chart, const struct jscope_hist *hist,
			unsigned column_count, unsigned log_ratio);

/* Where a value lies, 0 (left edge) to 1 (right edge). */
double jscope__chart_place(const struct jscope__chart *chart, double value);

/* Height of a column, 0 to 1, on a logarithmic scale on which one value is still seen. */
double jscope__chart_height(const struct jscope__chart *chart, double count);

#endif
