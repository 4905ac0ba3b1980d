#include "text_chart.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "chart.h"

#define CHART_ROWS     7
#define MARGIN	       8 /* counts and the axis on the left */
#define EIGHTHS	       8
#define COLUMNS_MAX    160
#define LOG_RATIO      40
#define COLUMNS_WIDEST 100

/* Texts below the axis, each at a column, on as many lines as they need. */
struct label {
	unsigned column;
	char text[JSCOPE_NS_TEXT_SIZE + 8];
};

/* Filled part of a character cell whose bottom is `row` rows up, in eighths. */
static unsigned cell_eighths(double height, unsigned row)
{
	double eighths = height * CHART_ROWS * EIGHTHS - (double)row * EIGHTHS;

	/* The least count shows. */
	if (row == 0 && height > 0 && eighths < 1)
		return 1;
	if (eighths <= 0)
		return 0;
	return eighths >= EIGHTHS ? EIGHTHS : (unsigned)eighths;
}

static void cell_write(const struct jscope__page *page, unsigned eighths)
{
	static const char *const blocks[] = { " ",	"\u2581", "\u2582", "\u2583", "\u2584",
					      "\u2585", "\u2586", "\u2587", "\u2588" };

	if (page->utf8)
		fputs(blocks[eighths], page->stream);
	else
		fputc(eighths >= EIGHTHS / 2 ? '#' : eighths > 0 ? '.' : ' ', page->stream);
}

/* The count at which a column reaches the top of `row`, the inverse of the column's height. */
static double row_count(const struct jscope__chart *chart, unsigned row)
{
	return expm1(log1p(chart->column_max) * (row + 1.0) / CHART_ROWS);
}

static void margin_write(const struct jscope__page *page, const struct jscope__chart *chart,
			 unsigned row)
{
	bool has_label = row % 2 == 0;
	double count = fmax(row_count(chart, row), 1);

	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	if (has_label)
		fprintf(page->stream, " %5.0f %s", count, jscope__page_sign(page, "\u2524", "+"));
	else
		fprintf(page->stream, " %5s %s", "", jscope__page_sign(page, "\u2502", "|"));
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

static void bars_write(const struct jscope__page *page, const struct jscope__chart *chart)
{
	for (unsigned row = CHART_ROWS; row-- > 0;) {
		unsigned last = chart->column_count;

		margin_write(page, chart, row);
		jscope__page_paint(page, JSCOPE__PAINT_BAR);
		while (last > 0 &&
		       cell_eighths(jscope__chart_height(chart, chart->columns[last - 1]), row) ==
			       0)
			last--;
		for (unsigned i = 0; i < last; i++)
			cell_write(
				page,
				cell_eighths(jscope__chart_height(chart, chart->columns[i]), row));
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
		fputc('\n', page->stream);
	}
}

static unsigned column_of(const struct jscope__chart *chart, double value)
{
	double column = jscope__chart_place(chart, value) * chart->column_count;

	if (!(column > 0))
		return 0;
	return column >= chart->column_count ? chart->column_count - 1 : (unsigned)column;
}

static void axis_write(const struct jscope__page *page, const struct jscope__chart *chart)
{
	bool is_tick[COLUMNS_MAX] = { false };

	for (unsigned i = 0; i < chart->tick_count; i++)
		is_tick[column_of(chart, chart->ticks[i])] = true;
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fprintf(page->stream, " %5s %s", "", jscope__page_sign(page, "\u2514", "+"));
	for (unsigned i = 0; i < chart->column_count; i++)
		fputs(is_tick[i] ? jscope__page_sign(page, "\u252c", "+")
				 : jscope__page_sign(page, "\u2500", "-"),
		      page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc('\n', page->stream);
}

/* Labels that fit side by side; returns how many of `count` did not, moved to the front. */
static unsigned labels_line(const struct jscope__page *page, struct label *labels, unsigned count)
{
	unsigned column = 0, left = 0;

	fprintf(page->stream, "%*s", MARGIN, "");
	for (unsigned i = 0; i < count; i++) {
		unsigned columns = (unsigned)strlen(labels[i].text);
		unsigned begin = labels[i].column;

		if (column > 0 && begin < column + 1) {
			labels[left++] = labels[i];
			continue;
		}
		fprintf(page->stream, "%*s%s", (int)(begin - column), "", labels[i].text);
		column = begin + columns;
	}
	fputc('\n', page->stream);
	return left;
}

/* What would hang over the right edge is moved back. */
static void label_keep(const struct jscope__page *page, struct label *label)
{
	const unsigned columns = MARGIN + (unsigned)strlen(label->text);

	if (label->column + columns > page->columns)
		label->column = page->columns - columns;
}

/* Ticks whose numbers would touch are not numbered. */
static void ticks_write(const struct jscope__page *page, const struct jscope__chart *chart)
{
	struct label labels[JSCOPE__CHART_TICKS_MAX];
	struct jscope__scale scale = jscope__scale_choose((jscope_ns)fmin(chart->high, 9e18), 4);

	for (unsigned i = 0; i < chart->tick_count; i++) {
		labels[i].column = column_of(chart, chart->ticks[i]);
		snprintf(labels[i].text, sizeof labels[i].text, "%.*g%s%s", 6,
			 chart->ticks[i] / scale.ns, i + 1 == chart->tick_count ? " " : "",
			 i + 1 == chart->tick_count ? scale.unit : "");
		label_keep(page, &labels[i]);
	}
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	labels_line(page, labels, chart->tick_count);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

static unsigned mark_add(const struct jscope__chart *chart, struct label *label, const char *name,
			 int64_t value)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	label->column = column_of(chart, (double)value);
	snprintf(label->text, sizeof label->text, "^%s %s", name, jscope_ns_format(text, value));
	/* At the right edge the text hangs on the other side of its mark. */
	if (label->column + strlen(label->text) > chart->column_count) {
		snprintf(label->text, sizeof label->text, "%s %s^", name, text);
		label->column -= (unsigned)strlen(label->text) - 1;
	}
	return 1;
}

static void marks_write(const struct jscope__page *page, const struct jscope__chart *chart,
			const struct jscope_hist *hist)
{
	static const struct {
		const char *name;
		double q;
	} quantiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p99.9", 0.999 } };
	struct label labels[4];
	unsigned count = 0;

	for (size_t i = 0; i < 3; i++)
		if (jscope_hist_has_quantile(hist, quantiles[i].q))
			count += mark_add(chart, &labels[count], quantiles[i].name,
					  jscope_hist_quantile(hist, quantiles[i].q));
	count += mark_add(chart, &labels[count], "max", jscope_hist_max(hist));
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	while (count > 0)
		count = labels_line(page, labels, count);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

void jscope__text_chart(const struct jscope__page *page, const char *title,
			const struct jscope_hist *hist)
{
	struct jscope__chart chart;
	unsigned columns = page->columns - MARGIN - 1;

	if (jscope_hist_count(hist) == 0)
		return;
	jscope__chart_init(&chart, hist, columns < COLUMNS_WIDEST ? columns : COLUMNS_WIDEST,
			   LOG_RATIO);
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fputc(' ', page->stream);
	jscope__page_name(page, title, 40, false);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fprintf(page->stream, "   %s axis of time, logarithmic count\n",
		chart.is_log ? "logarithmic" : "linear");
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	bars_write(page, &chart);
	axis_write(page, &chart);
	ticks_write(page, &chart);
	marks_write(page, &chart, hist);
}
