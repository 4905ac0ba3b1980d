#include "text_bounds.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *name;
	double q;
} quantiles[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 } };

#define INDENT 3

/* A line that breaks before the right edge. */
struct line {
	const struct jscope__page *page;
	unsigned column;
};

static void item_write(struct line *line, const char *before, const char *item)
{
	const unsigned columns = (unsigned)strlen(item);

	line->column += (unsigned)strlen(before) + 1;
	if (line->column + columns >= line->page->columns) {
		fprintf(line->page->stream, "%s\n%*s", before, INDENT + 1, "");
		line->column = INDENT + 1;
	} else {
		fprintf(line->page->stream, "%s ", before);
	}
	fputs(item, line->page->stream);
	line->column += columns;
}

/* "p50 33.10 us..35.02 us"; where a side is open, "p50 over 33.10 us", "p50 under 35.02 us". */
static void bounds_write(struct line *line, const char *before, const char *name,
			 const struct jscope_hist_bounds *bounds)
{
	char low[JSCOPE_NS_TEXT_SIZE], high[JSCOPE_NS_TEXT_SIZE];
	char item[2 * JSCOPE_NS_TEXT_SIZE + 16];

	jscope_ns_format(low, bounds->low);
	jscope_ns_format(high, bounds->high);
	if (bounds->has_low && bounds->has_high)
		snprintf(item, sizeof item, "%s %s..%s", name, low, high);
	else if (bounds->has_low)
		snprintf(item, sizeof item, "%s over %s", name, low);
	else
		snprintf(item, sizeof item, "%s under %s", name, high);
	item_write(line, before, item);
}

/* The first that has no upper bound is the last worth telling. */
static void quantiles_write(struct line *line, const struct jscope_hist *hist)
{
	struct jscope_hist_bounds bounds = { .has_high = true };
	const char *before = ":";

	for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0] && bounds.has_high; i++) {
		if (!jscope_hist_bounds(hist, quantiles[i].q, &bounds) ||
		    !(bounds.has_low || bounds.has_high))
			return;
		bounds_write(line, before, quantiles[i].name, &bounds);
		before = ",";
	}
}

static void row_write(const struct jscope__page *page, const struct jscope__text_row *row)
{
	struct line line = { page, INDENT };
	char lacks[48];

	fprintf(page->stream, "%*s", INDENT, "");
	line.column += jscope__page_name(page, row->label, page->columns / 4, false);
	snprintf(lacks, sizeof lacks, "may lack %" PRIu64, jscope_hist_doubt(row->hist).missing);
	item_write(&line, "", lacks);
	quantiles_write(&line, row->hist);
	fputc('\n', page->stream);
}

/* That nobody knows how much is missing is said of the whole report. */
static bool may_lack(const struct jscope_hist *hist)
{
	const uint64_t missing = jscope_hist_doubt(hist).missing;

	return missing > 0 && missing != JSCOPE_HIST_UNCOUNTED;
}

void jscope__text_bounds(const struct jscope__page *page, const struct jscope__text_row *rows,
			 size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (jscope_hist_count(rows[i].hist) > 0 && (rows[i].strong || page->verbose) &&
		    may_lack(rows[i].hist))
			row_write(page, &rows[i]);
}
