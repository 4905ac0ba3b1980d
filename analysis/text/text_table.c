#include "text_table.h"

#include <inttypes.h>
#include <math.h>

#include "text_bounds.h"

/*
 * 1 + 16 label (or 11 label, 5 share) + 7 count + 8 figures of 7 columns are 80. What is wider goes
 * to units first, then to the labels, then to the figures. The four figures of a page that is not
 * verbose leave room for a picture: each stage as a bar that begins where the one before ends.
 *
 * With units a row that is small beside the largest one has its own, since microseconds among
 * milliseconds would lose all their digits.
 */
#define LABEL_COLUMNS	   16
#define LABEL_COLUMNS_MAX  30
#define SHARE_COLUMNS	   5
#define BAR_FROM	   13 /* label columns before a bar of shares */
#define BAR_MIN		   4  /* less is no picture */
#define BAR_MAX		   60
#define COUNT_COLUMNS	   7
#define FIGURE_COLUMNS	   7
#define FIGURE_COLUMNS_MAX 9
#define UNIT_COLUMNS	   3
#define FIXED_COLUMNS	   (1 + COUNT_COLUMNS)
#define SMALL_ROW	   10 /* below the unit by this factor: a unit of its own */

enum what { MIN, MEAN, STDDEV, QUANTILE, MAX };

/* The columns of figures, in their order, and from which extent of the table on they are there. */
enum extent { BRIEF, FULL, DETAILED };
static const struct figure {
	const char *head;
	enum what what;
	double quantile;
	enum extent extent;
} figures[] = {
	{ "min", MIN, 0, FULL },
	{ "mean", MEAN, 0, FULL },
	{ "sd", STDDEV, 0, FULL },
	{ "p50", QUANTILE, 0.5, BRIEF },
	{ "p90", QUANTILE, 0.9, FULL },
	{ "p95", QUANTILE, 0.95, DETAILED },
	{ "p99", QUANTILE, 0.99, BRIEF },
	{ "p99.9", QUANTILE, 0.999, BRIEF },
	{ "p99.99", QUANTILE, 0.9999, DETAILED },
	{ "max", MAX, 0, BRIEF },
};

#define FIGURE_COUNT (sizeof figures / sizeof figures[0])

struct layout {
	struct jscope__scale scale;
	enum extent extent;
	unsigned label_columns, figure_columns;
	unsigned unit_columns; /* 0: the head tells the unit of all rows */
	unsigned note_columns;
	bool has_share;
};

static unsigned figures_count(enum extent extent)
{
	unsigned count = 0;

	for (size_t i = 0; i < FIGURE_COUNT; i++)
		count += figures[i].extent <= extent;
	return count;
}

/* All figures where they are asked for and have room: a table that wraps is read by nobody. */
static enum extent extent_choose(const struct jscope__page *page, bool has_note)
{
	if (!page->verbose || has_note)
		return BRIEF;
	return page->columns >= FIXED_COLUMNS + LABEL_COLUMNS + FIGURE_COUNT * FIGURE_COLUMNS
		       ? DETAILED
		       : FULL;
}

static unsigned label_columns_max(const struct layout *layout)
{
	return layout->has_share && layout->extent == BRIEF ? BAR_FROM + BAR_MAX + SHARE_COLUMNS
							    : LABEL_COLUMNS_MAX;
}

static struct layout layout_choose(const struct jscope__page *page, jscope_ns max_ns,
				   bool has_share, bool has_note)
{
	struct layout layout = { .has_share = has_share,
				 .extent = extent_choose(page, has_note),
				 .note_columns = has_note ? JSCOPE__TEXT_NOTE : 0 };
	unsigned count = figures_count(layout.extent);
	unsigned columns = page->columns - FIXED_COLUMNS - layout.note_columns, width;

	if (columns >= LABEL_COLUMNS + UNIT_COLUMNS + count * FIGURE_COLUMNS)
		layout.unit_columns = UNIT_COLUMNS;
	columns -= layout.unit_columns;
	layout.label_columns = columns - count * FIGURE_COLUMNS;
	if (layout.extent == BRIEF && !has_note)
		layout.label_columns -= count;
	if (layout.label_columns > label_columns_max(&layout))
		layout.label_columns = label_columns_max(&layout);
	width = (columns - layout.label_columns) / count;
	layout.figure_columns = width < FIGURE_COLUMNS_MAX ? width : FIGURE_COLUMNS_MAX;
	layout.scale = jscope__scale_choose(max_ns, (int)layout.figure_columns - 2);
	return layout;
}

/* More than six digits are told in thousands or millions. */
static void count_write(const struct jscope__page *page, uint64_t count)
{
	if (count <= 999999)
		fprintf(page->stream, "%*" PRIu64, COUNT_COLUMNS, count);
	else if (count <= 99999999)
		fprintf(page->stream, "%*" PRIu64 "k", COUNT_COLUMNS - 1, count / 1000);
	else
		fprintf(page->stream, "%*" PRIu64 "M", COUNT_COLUMNS - 1, count / 1000000);
}

/* What is too wide to stand apart is told by its magnitude, what is too small is not called 0. */
static void figure_write(const struct jscope__page *page, const struct layout *layout, double ns)
{
	double figure = ns / layout->scale.ns, last_digit = pow(10, -layout->scale.decimals);
	int columns = (int)layout->figure_columns;
	char text[16];

	if (figure > 0 && figure < last_digit / 2) {
		snprintf(text, sizeof text, "<%.*f", layout->scale.decimals, last_digit);
		fprintf(page->stream, "%*s", columns, text);
	} else if (snprintf(NULL, 0, "%.*f", layout->scale.decimals, figure) < columns)
		fprintf(page->stream, "%*.*f", columns, layout->scale.decimals, figure);
	else
		fprintf(page->stream, "%*.0e", columns, figure);
}

static void quantile_write(struct jscope__page *page, const struct layout *layout,
			   const struct jscope_hist *hist, double q)
{
	if (jscope_hist_has_quantile(hist, q)) {
		figure_write(page, layout, (double)jscope_hist_quantile(hist, q));
		return;
	}
	fprintf(page->stream, "%*s", (int)layout->figure_columns, "-");
	page->has_dashes = true;
}

/* As many columns as its share, after those of the stages before it; the least one is seen. */
static void bar_write(const struct jscope__page *page, unsigned columns, double begin, double share)
{
	unsigned first = (unsigned)(begin * columns), last;

	if (first >= columns)
		first = columns - 1;
	last = (unsigned)((begin + share) * columns + 0.5);
	if (last > columns)
		last = columns;
	if (last < first)
		last = first;
	jscope__page_repeat(page, " ", first);
	jscope__page_paint(page, JSCOPE__PAINT_BAR);
	if (last > first)
		jscope__page_repeat(page, jscope__page_sign(page, "\u2588", "#"), last - first);
	else
		fputs(jscope__page_sign(page, "\u258f", "|"), page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	jscope__page_repeat(page, " ", columns - (last > first ? last : first + 1));
}

static void label_write(const struct jscope__page *page, const struct layout *layout,
			const struct jscope__text_row *row)
{
	unsigned columns = layout->label_columns - (layout->has_share ? SHARE_COLUMNS : 0);
	unsigned bar = layout->has_share && columns >= BAR_FROM + BAR_MIN ? columns - BAR_FROM : 0;

	fputc(' ', page->stream);
	jscope__page_name(page, row->label, columns - bar, true);
	if (!layout->has_share)
		return;
	if (row->share < 0) {
		fprintf(page->stream, "%*s", (int)bar + SHARE_COLUMNS, "");
		return;
	}
	if (bar > 0)
		bar_write(page, bar, row->begin, row->share);
	fprintf(page->stream, "%*.0f%%", SHARE_COLUMNS - 1, row->share * 100);
}

static void head_write(const struct jscope__page *page, const struct layout *layout,
		       const char *title)
{
	char label[64];

	if (layout->unit_columns)
		snprintf(label, sizeof label, "%s", title);
	else
		snprintf(label, sizeof label, "%s, %s", title, layout->scale.unit);
	jscope__page_paint(page, JSCOPE__PAINT_FAINT);
	fputc(' ', page->stream);
	jscope__page_name(page, label, layout->label_columns, true);
	fprintf(page->stream, "%*s", COUNT_COLUMNS, "count");
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (figures[i].extent <= layout->extent)
			fprintf(page->stream, "%*s", (int)layout->figure_columns, figures[i].head);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	fputc('\n', page->stream);
}

static jscope_ns magnitude_max(const struct jscope_hist *hist, jscope_ns max_ns)
{
	jscope_ns low = jscope_hist_min(hist), high = jscope_hist_max(hist);

	/* A sign takes the place of a digit. */
	if (low < 0 && low > INT64_MIN / 10 && -low * 10 > max_ns)
		max_ns = -low * 10;
	return high > max_ns ? high : max_ns;
}

static struct layout layout_of_row(const struct layout *layout, const struct jscope_hist *hist)
{
	jscope_ns max_ns = magnitude_max(hist, 0);
	struct layout own = *layout;

	if (layout->unit_columns && (double)max_ns * SMALL_ROW < layout->scale.ns)
		own.scale = jscope__scale_choose(max_ns, (int)layout->figure_columns - 2);
	return own;
}

static void column_write(struct jscope__page *page, const struct layout *layout,
			 const struct figure *figure, const struct jscope_hist *hist)
{
	switch (figure->what) {
	case MIN:
		figure_write(page, layout, (double)jscope_hist_min(hist));
		break;
	case MEAN:
		figure_write(page, layout, jscope_hist_mean(hist));
		break;
	case STDDEV:
		figure_write(page, layout, jscope_hist_stddev(hist));
		break;
	case QUANTILE:
		quantile_write(page, layout, hist, figure->quantile);
		break;
	case MAX:
		figure_write(page, layout, (double)jscope_hist_max(hist));
		break;
	}
}

static void figures_write(struct jscope__page *page, const struct layout *layout,
			  const struct jscope_hist *hist)
{
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (figures[i].extent <= layout->extent)
			column_write(page, layout, &figures[i], hist);
}

static void note_write(const struct jscope__page *page, const struct jscope__text_row *row)
{
	if (!row->note)
		return;
	jscope__page_paint(page, row->note_paint);
	fprintf(page->stream, "  %.*s", JSCOPE__TEXT_NOTE - 2, row->note);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

static void row_write(struct jscope__page *page, const struct layout *layout,
		      const struct jscope__text_row *row)
{
	const struct layout own = layout_of_row(layout, row->hist);

	if (row->strong)
		jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	label_write(page, layout, row);
	count_write(page, jscope_hist_count(row->hist));
	if (jscope_hist_count(row->hist) > 0) {
		figures_write(page, &own, row->hist);
		fprintf(page->stream, "%*s", (int)own.unit_columns,
			own.unit_columns ? own.scale.unit : "");
	} else {
		fprintf(page->stream, "%*s",
			(int)(figures_count(layout->extent) * layout->figure_columns +
			      layout->unit_columns),
			"");
	}
	if (row->strong)
		jscope__page_paint(page, JSCOPE__PAINT_NONE);
	note_write(page, row);
	fputc('\n', page->stream);
}

static bool is_shown(const struct jscope__text_row *row)
{
	return jscope_hist_count(row->hist) > 0 || row->note;
}

void jscope__text_overview(struct jscope__page *page, const char *title,
			   const struct jscope__text_row *rows, size_t count)
{
	bool has_share = false, has_note = false, has_row = false;
	struct layout layout;
	jscope_ns max_ns = 0;

	for (size_t i = 0; i < count; i++) {
		has_row |= is_shown(&rows[i]);
		has_note |= rows[i].note != NULL;
		has_share |= rows[i].share >= 0 && jscope_hist_count(rows[i].hist) > 0;
		max_ns = magnitude_max(rows[i].hist, max_ns);
	}
	if (!has_row)
		return;
	layout = layout_choose(page, max_ns, has_share, has_note);
	head_write(page, &layout, title);
	for (size_t i = 0; i < count; i++)
		if (is_shown(&rows[i]))
			row_write(page, &layout, &rows[i]);
}

void jscope__text_table(struct jscope__page *page, const char *title,
			const struct jscope__text_row *rows, size_t count)
{
	jscope__text_overview(page, title, rows, count);
	jscope__text_bounds(page, rows, count);
}
