#include "svg_chart.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "chart.h"
#include "common/ns.h"
#include "page.h"
#include "svg.h"

#define TITLE_HEIGHT 24 /* above the plot */
#define LABEL_HEIGHT 15 /* of one row of labels of marks */
#define LABEL_ROWS   4
#define AXIS_HEIGHT  24 /* below the plot */
#define SCALE_WIDTH  46 /* left of the plot */
#define EDGE_WIDTH   14 /* right of the plot */
#define COLUMN_WIDTH 2
#define CHARACTER_PX 6.6 /* of a label, on the wide side */
#define LOG_RATIO    150
#define TITLE_PX     8.4 /* of a bold character of a small title */
#define NOTE_PX	     6.2
#define NO_LIMIT     UINT32_MAX

struct plot {
	FILE *stream;
	struct jscope__box box; /* of the bars alone */
	struct jscope__chart chart;
};

static void plot_init(struct plot *plot, FILE *stream, const struct jscope__box *box,
		      double head_height, const struct jscope_hist *hist)
{
	plot->stream = stream;
	plot->box = (struct jscope__box){ box->x + SCALE_WIDTH, box->y + head_height,
					  box->width - SCALE_WIDTH - EDGE_WIDTH,
					  box->height - head_height - AXIS_HEIGHT };
	jscope__chart_init(&plot->chart, hist, (unsigned)(plot->box.width / COLUMN_WIDTH),
			   LOG_RATIO);
}

static double x_of(const struct plot *plot, double value)
{
	return plot->box.x + plot->box.width * jscope__chart_place(&plot->chart, value);
}

static double y_of(const struct plot *plot, double count)
{
	return plot->box.y + plot->box.height * (1 - jscope__chart_height(&plot->chart, count));
}

/* Lines at powers of ten; where there is room for few, every third power. */
static void grid_write(const struct plot *plot)
{
	double bottom = plot->box.y + plot->box.height, last_y = bottom;
	char text[32];

	for (double count = 1; count <= plot->chart.column_max; count *= 10) {
		double y = y_of(plot, count);

		if (last_y - y < 13)
			continue;
		last_y = y;
		snprintf(text, sizeof text, "%.0f", count);
		jscope__svg_line(plot->stream, plot->box.x, y, plot->box.x + plot->box.width, y,
				 "grid");
		jscope__svg_text(plot->stream, plot->box.x - 7, y + 4, JSCOPE__SVG_END, "tick",
				 text, NO_LIMIT);
	}
	jscope__svg_line(plot->stream, plot->box.x, bottom, plot->box.x + plot->box.width, bottom,
			 "axis");
}

static void tick_text(char *text, size_t size, const struct jscope__scale *scale, double tick)
{
	snprintf(text, size, "%.6g %s", tick / scale->ns, scale->unit);
}

/* Every how many ticks a number finds room, so that the numbered ones stand evenly. */
static unsigned ticks_stride(const struct plot *plot, const struct jscope__scale *scale)
{
	const struct jscope__chart *chart = &plot->chart;
	double widest = 0, spacing = plot->box.width;
	char text[48];

	for (unsigned i = 0; i < chart->tick_count; i++) {
		tick_text(text, sizeof text, scale, chart->ticks[i]);
		widest = fmax(widest, ((double)strlen(text) + 1) * CHARACTER_PX);
		if (i > 0)
			spacing = fmin(spacing, x_of(plot, chart->ticks[i]) -
							x_of(plot, chart->ticks[i - 1]));
	}
	return spacing >= 1 ? (unsigned)ceil(widest / spacing) : JSCOPE__CHART_TICKS_MAX;
}

static void ticks_write(const struct plot *plot)
{
	const struct jscope__chart *chart = &plot->chart;
	struct jscope__scale scale = jscope__scale_choose((jscope_ns)fmin(chart->high, 9e18), 4);
	double bottom = plot->box.y + plot->box.height;
	unsigned stride = ticks_stride(plot, &scale);
	char text[48];

	for (unsigned i = 0; i < chart->tick_count; i++) {
		double x = x_of(plot, chart->ticks[i]);

		jscope__svg_line(plot->stream, x, bottom, x, bottom + 4, "axis");
		if (i % stride != 0)
			continue;
		tick_text(text, sizeof text, &scale, chart->ticks[i]);
		jscope__svg_text(plot->stream, x, bottom + 17, JSCOPE__SVG_MIDDLE, "tick", text,
				 NO_LIMIT);
	}
}

/* One outline for all bars; it returns to the axis where nothing was counted. */
static void bars_write(const struct plot *plot)
{
	double bottom = plot->box.y + plot->box.height;
	double width = plot->box.width / plot->chart.column_count, y_last = bottom;

	fprintf(plot->stream, "<path class=\"bar\" d=\"M%.1f %.1f", plot->box.x, bottom);
	for (unsigned i = 0; i < plot->chart.column_count; i++) {
		double y = y_of(plot, plot->chart.columns[i]);

		/* A count is never thinner than a hair. */
		if (plot->chart.columns[i] > 0 && bottom - y < 2)
			y = bottom - 2;
		if (y == y_last)
			continue;
		fprintf(plot->stream, "H%.1fV%.1f", plot->box.x + i * width, y);
		y_last = y;
	}
	fprintf(plot->stream, "H%.1fV%.1fZ\"/>\n", plot->box.x + plot->box.width, bottom);
}

struct mark {
	const char *name, *class_name;
	double q; /* > 1: the maximum */
};

static const struct mark marks[] = {
	{ "p50", "p50", 0.5 },
	{ "p99", "p99", 0.99 },
	{ "p99.9", "p999", 0.999 },
	{ "max", "max", 2 },
};

#define MARK_COUNT (sizeof marks / sizeof marks[0])

static bool mark_value(const struct mark *mark, const struct jscope_hist *hist, int64_t *ret_value)
{
	if (mark->q > 1)
		*ret_value = jscope_hist_max(hist);
	else if (jscope_hist_has_quantile(hist, mark->q))
		*ret_value = jscope_hist_quantile(hist, mark->q);
	else
		return false;
	return true;
}

/* A label above the plot: it stands right of its line, or left of it near the right edge. */
struct label {
	const struct mark *mark;
	char text[48];
	double x, begin, end;
	bool to_left;
	unsigned row; /* 0: next to the plot */
};

static void label_init(struct label *label, const struct plot *plot, const struct mark *mark,
		       int64_t value)
{
	char duration[JSCOPE_NS_TEXT_SIZE];
	double width;

	label->mark = mark;
	label->row = 0;
	label->x = x_of(plot, (double)value);
	snprintf(label->text, sizeof label->text, "%s %s", mark->name,
		 jscope_ns_format(duration, value));
	width = (double)strlen(label->text) * CHARACTER_PX + 4;
	label->to_left = label->x + width > plot->box.x + plot->box.width + EDGE_WIDTH;
	label->begin = label->to_left ? label->x - width : label->x;
	label->end = label->begin + width;
}

static bool labels_touch(const struct label *a, const struct label *b)
{
	return a->begin < b->end + CHARACTER_PX && b->begin < a->end + CHARACTER_PX;
}

/*
 * Rows for labels in ascending order of x. Of two that touch, the one whose line would cut the
 * other's text goes up: the left one where both stand right of their lines, else the right one.
 */
static void rows_choose(struct label *labels, unsigned count)
{
	for (unsigned i = count; i-- > 0;)
		for (unsigned k = i + 1; k < count && !labels[i].to_left; k++)
			if (labels_touch(&labels[i], &labels[k]) && labels[k].row >= labels[i].row)
				labels[i].row = labels[k].row + 1;
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < i && labels[i].to_left; k++)
			if (labels_touch(&labels[i], &labels[k]) && labels[k].row >= labels[i].row)
				labels[i].row = labels[k].row + 1;
}

static void label_write(const struct plot *plot, const struct label *label)
{
	double y = plot->box.y - LABEL_HEIGHT * label->row;

	jscope__svg_line(plot->stream, label->x, y - LABEL_HEIGHT + 4, label->x,
			 plot->box.y + plot->box.height, label->mark->class_name);
	jscope__svg_text(plot->stream, label->to_left ? label->x - 4 : label->x + 4, y - 4,
			 label->to_left ? JSCOPE__SVG_END : JSCOPE__SVG_START,
			 label->mark->class_name, label->text, NO_LIMIT);
}

static void marks_write(const struct plot *plot, const struct jscope_hist *hist)
{
	struct label labels[MARK_COUNT];
	unsigned count = 0;
	int64_t value;

	for (size_t i = 0; i < MARK_COUNT; i++)
		if (mark_value(&marks[i], hist, &value))
			label_init(&labels[count++], plot, &marks[i], value);
	rows_choose(labels, count);
	for (unsigned i = 0; i < count; i++)
		label_write(plot, &labels[i]);
}

static void axes_text(char *text, size_t size, const struct plot *plot,
		      const struct jscope_hist *hist)
{
	snprintf(text, size, "%" PRIu64 " values, logarithmic count%s", jscope_hist_count(hist),
		 plot->chart.is_log ? " and time" : "");
}

void jscope__svg_chart(FILE *stream, const struct jscope__box *box, const char *title,
		       const struct jscope_hist *hist)
{
	char text[80];
	struct plot plot;

	plot_init(&plot, stream, box, TITLE_HEIGHT + LABEL_ROWS * LABEL_HEIGHT, hist);
	axes_text(text, sizeof text, &plot, hist);
	jscope__svg_text(stream, box->x, box->y + 12, JSCOPE__SVG_START, "head", title, 60);
	jscope__svg_text(stream, box->x + box->width - EDGE_WIDTH, box->y + 12, JSCOPE__SVG_END,
			 "note", text, NO_LIMIT);
	grid_write(&plot);
	bars_write(&plot);
	ticks_write(&plot);
	marks_write(&plot, hist);
}

static void small_marks_write(const struct plot *plot, const struct jscope_hist *hist)
{
	int64_t value;

	for (size_t i = 0; i < MARK_COUNT; i++)
		if (mark_value(&marks[i], hist, &value))
			jscope__svg_line(plot->stream, x_of(plot, (double)value), plot->box.y,
					 x_of(plot, (double)value), plot->box.y + plot->box.height,
					 marks[i].class_name);
}

static void small_figures(char *text, size_t size, const struct jscope_hist *hist)
{
	char tail[JSCOPE_NS_TEXT_SIZE], max[JSCOPE_NS_TEXT_SIZE];

	jscope_ns_format(max, jscope_hist_max(hist));
	if (jscope_hist_has_quantile(hist, 0.99))
		snprintf(text, size, "p99 %s, max %s",
			 jscope_ns_format(tail, jscope_hist_quantile(hist, 0.99)), max);
	else
		snprintf(text, size, "max %s", max);
}

void jscope__svg_chart_small(FILE *stream, const struct jscope__box *box, const char *title,
			     const struct jscope_hist *hist)
{
	char text[2 * JSCOPE_NS_TEXT_SIZE + 16];
	struct plot plot;
	double room;

	plot_init(&plot, stream, box, TITLE_HEIGHT, hist);
	small_figures(text, sizeof text, hist);
	room = box->width - EDGE_WIDTH - (double)strlen(text) * NOTE_PX;
	jscope__svg_text(stream, box->x, box->y + 12, JSCOPE__SVG_START, "small", title,
			 room > 6 * TITLE_PX ? (unsigned)(room / TITLE_PX) : 6);
	jscope__svg_text(stream, box->x + box->width - EDGE_WIDTH, box->y + 12, JSCOPE__SVG_END,
			 "note", text, NO_LIMIT);
	grid_write(&plot);
	bars_write(&plot);
	ticks_write(&plot);
	small_marks_write(&plot, hist);
}
