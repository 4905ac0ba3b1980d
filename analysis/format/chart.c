#include "chart.h"

#include <math.h>

static bool wants_log(const struct jscope_hist *hist, unsigned log_ratio)
{
	double middle = (double)jscope_hist_quantile(hist, 0.5);

	return log_ratio > 0 && jscope_hist_min(hist) > 0 &&
	       (double)jscope_hist_max(hist) > log_ratio * middle;
}

double jscope__chart_place(const struct jscope__chart *chart, double value)
{
	if (chart->is_log)
		return log(value / chart->low) / log(chart->high / chart->low);
	return (value - chart->low) / (chart->high - chart->low);
}

double jscope__chart_height(const struct jscope__chart *chart, double count)
{
	return count > 0 ? log1p(count) / log1p(chart->column_max) : 0;
}

/* The round step (1, 2 or 5 times a power of ten) with about `count` ticks over a range. */
static double tick_step(double range, unsigned count)
{
	double power = pow(10, floor(log10(range / count)));
	double lead = range / count / power;

	return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

static void tick_add(struct jscope__chart *chart, double value)
{
	double place = jscope__chart_place(chart, value);

	if (chart->tick_count < JSCOPE__CHART_TICKS_MAX && place > -1e-9 && place < 1 + 1e-9)
		chart->ticks[chart->tick_count++] = value;
}

static void ticks_linear(struct jscope__chart *chart)
{
	double step = tick_step(chart->high - chart->low, 7);

	for (double i = ceil(chart->low / step - 1e-9); i * step <= chart->high * (1 + 1e-12); i++)
		if (chart->tick_count < JSCOPE__CHART_TICKS_MAX)
			tick_add(chart, i * step + 0.0); /* no -0 */
		else
			break;
}

static void ticks_log(struct jscope__chart *chart)
{
	static const double leads[] = { 1, 2, 5 };
	unsigned stride = log10(chart->high / chart->low) > 3 ? 3 : 1;

	for (double power = pow(10, floor(log10(chart->low))); power <= chart->high; power *= 10)
		for (unsigned i = 0; i < 3; i += stride)
			tick_add(chart, power * leads[i]);
}

/*
 * Round edges, so that the axis begins and ends near the data: from 0 where the values lie near it
 * anyhow, else from the first half tick below them.
 */
static void edges_linear(struct jscope__chart *chart, double min, double max)
{
	/* A range of its own for one value, as wide as a double can tell apart. */
	double least = fmax(5, 1e-9 * fmax(fabs(min), fabs(max)));
	double step;

	if (min >= 0 && min < max / 2)
		min = 0;
	if (max - min < 2 * least) {
		min -= least;
		max += least;
	}
	step = tick_step(max - min, 7) / 4;
	chart->low = floor(min / step) * step;
	chart->high = (floor(max / step) + 1) * step;
}

static void edges_log(struct jscope__chart *chart, double min, double max)
{
	chart->low = min / 1.05;
	chart->high = max * 1.05;
}

/* A value's share of a column is that part of its bucket which lies over it. */
static void bucket_spread(struct jscope__chart *chart, double low, double high, double count)
{
	double first = jscope__chart_place(chart, low) * chart->column_count;
	double last = jscope__chart_place(chart, high) * chart->column_count;
	unsigned from = first > 0 ? (unsigned)first : 0;

	for (unsigned i = from; i < chart->column_count && (double)i < last; i++) {
		double begin = fmax(first, i), end = fmin(last, i + 1.0);

		chart->columns[i] += count * (end - begin) / (last - first);
	}
}

static void columns_fill(struct jscope__chart *chart, const struct jscope_hist *hist)
{
	struct jscope_hist_bucket bucket;
	double min = (double)jscope_hist_min(hist), max = (double)jscope_hist_max(hist) + 1;
	size_t cursor = 0;

	while (jscope_hist_next(hist, &cursor, &bucket)) {
		double low = fmax((double)bucket.low, min);
		double high = fmin((double)bucket.low + (double)bucket.width, max);

		/* A bucket of one value at the far end of 63 bits rounds to nothing. */
		bucket_spread(chart, low, fmax(high, nextafter(low, INFINITY)),
			      (double)bucket.count);
	}
	for (unsigned i = 0; i < chart->column_count; i++)
		chart->column_max = fmax(chart->column_max, chart->columns[i]);
}

void jscope__chart_init(struct jscope__chart *chart, const struct jscope_hist *hist,
			unsigned column_count, unsigned log_ratio)
{
	double min = (double)jscope_hist_min(hist), max = (double)jscope_hist_max(hist);

	*chart = (struct jscope__chart){ .is_log = wants_log(hist, log_ratio),
					 .column_count = column_count };
	if (column_count > JSCOPE__CHART_COLUMNS_MAX)
		chart->column_count = JSCOPE__CHART_COLUMNS_MAX;
	if (chart->is_log) {
		edges_log(chart, min, max);
		ticks_log(chart);
	} else {
		edges_linear(chart, min, max);
		ticks_linear(chart);
	}
	columns_fill(chart, hist);
}
