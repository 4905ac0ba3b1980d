#include "text_metrology.h"

#include <inttypes.h>
#include <math.h>

#include "text_line.h"

/* What is told of a distribution in one line, "-" where it has too few values to tell. */
static const struct {
	const char *name;
	double q;
} quantiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p99.9", 0.999 } };

#define QUANTILE_COUNT (sizeof quantiles / sizeof quantiles[0])

static const char *quantile_text(char text[JSCOPE_NS_TEXT_SIZE], const struct jscope_hist *hist,
				 double q, jscope_ns origin_ns)
{
	if (!jscope_hist_has_quantile(hist, q))
		return "-";
	return jscope_ns_format(text, jscope_sub_sat(jscope_hist_quantile(hist, q), origin_ns));
}

/* "raw p50 2.1 us", "p99 8.3 us" and so on. */
static void quantiles_add(struct jscope__text_line *line, const char *of,
			  const struct jscope_hist *hist, jscope_ns origin_ns)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		jscope__text_line_item(line, "%s%s %s", i == 0 ? of : "", quantiles[i].name,
				       quantile_text(text, hist, quantiles[i].q, origin_ns));
	jscope__text_line_ns(line, "max", jscope_sub_sat(jscope_hist_max(hist), origin_ns));
}

static void variation_write(const struct jscope__page *page, const struct jscope_hist *delays)
{
	struct jscope__text_line line;
	char text[JSCOPE_NS_TEXT_SIZE];

	if (jscope_hist_count(delays) == 0)
		return;
	line = jscope__text_line_begin(page, "PDV");
	quantiles_add(&line, "", delays, jscope_hist_min(delays));
	jscope__text_line_item(&line, "above the least end to end of %s",
			       jscope_ns_format(text, jscope_hist_min(delays)));
	jscope__text_line_end(&line);
}

static void quantiles_write(const struct jscope__page *page, const char *of,
			    const struct jscope_hist *hist)
{
	struct jscope__text_line line = jscope__text_line_begin(page, "");

	quantiles_add(&line, of, hist, 0);
	jscope__text_line_end(&line);
}

static void left_out_add(struct jscope__text_line *line, uint64_t left_out)
{
	if (left_out > 0)
		jscope__text_line_item(line, "%" PRIu64 " left out", left_out);
}

static void both_write(const struct jscope__page *page, const struct jscope_hist *told,
		       const struct jscope_hist *corrected)
{
	if (!corrected)
		return;
	quantiles_write(page, "raw ", told);
	quantiles_write(page, "corrected ", corrected);
}

static void hidden_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__omission *omission = &row->omission;
	char text[JSCOPE_NS_TEXT_SIZE];
	struct jscope__text_line line;

	if (row->nominal_period_ns <= 0 || jscope_hist_count(row->end_to_end) == 0)
		return;
	line = jscope__text_line_begin(page, "hidden");
	jscope__text_line_item(&line, "%" PRIu64 " waits known", omission->known);
	jscope__text_line_item(&line, "%" PRIu64 " filled back", omission->filled);
	jscope__text_line_item(&line, "one due per %s",
			       jscope_ns_format(text, row->nominal_period_ns));
	left_out_add(&line, omission->left_out);
	jscope__text_line_end(&line);
	both_write(page, row->end_to_end, row->corrected);
}

/* "first position": for people. */
static void words_of(char text[24], enum jscope__hlk_figure figure)
{
	snprintf(text, 24, "%s", jscope__hlk_name(figure));
	for (; *text; text++)
		if (*text == '_')
			*text = ' ';
}

static void score_write(const struct jscope__page *page, const struct jscope__hlk_score *score,
			enum jscope__hlk_figure figure)
{
	char name[24];

	if (score->checked == 0)
		return;
	words_of(name, figure);
	fprintf(page->stream, "%*s%-15s %12.3f of %.6g %s", JSCOPE__TEXT_INDENT, "", name,
		score->worst, jscope__hlk_published[figure].value, jscope__hlk_unit(figure));
	if (score->exceeded > 0)
		fprintf(page->stream, ", %s in %" PRIu64 " of %" PRIu64,
			jscope__hlk_is_warning(figure) ? "a warning" : "exceeded", score->exceeded,
			score->checked);
	fputc('\n', page->stream);
}

/* How far beyond its limit; 0 where it is not. */
static double excess_of(const struct jscope__hlk_score *score, enum jscope__hlk_figure figure)
{
	if (score->exceeded == 0 || jscope__hlk_is_warning(figure))
		return 0;
	return fabs(score->worst) / jscope__hlk_published[figure].value;
}

/* The figure that is furthest beyond its limit. */
static void failure_add(struct jscope__text_line *line, const struct jscope__hlk_row *hlk)
{
	enum jscope__hlk_figure worst = 0;
	unsigned count = 0;
	char name[24];

	for (enum jscope__hlk_figure i = 0; i < JSCOPE__HLK_FIGURES; i++) {
		const double excess = excess_of(&hlk->scores[i], i);

		count += excess > 0;
		if (excess > excess_of(&hlk->scores[worst], worst))
			worst = i;
	}
	words_of(name, worst);
	jscope__text_line_item(line, "%s %.4g of %.6g %s", name, hlk->scores[worst].worst,
			       jscope__hlk_published[worst].value, jscope__hlk_unit(worst));
	if (count > 1)
		jscope__text_line_item(line, "%u more (-v)", count - 1);
}

static void hlk_write(const struct jscope__page *page, const struct jscope__hlk_row *hlk)
{
	const bool fails = jscope__hlk_row_fails(hlk);
	struct jscope__text_line line;

	if (!jscope__hlk_row_is_told(hlk) || (!page->verbose && !fails))
		return;
	line = jscope__text_line_begin(page, "HLK");
	jscope__text_line_item(&line, "position test %s", fails ? "fails" : "passes");
	if (!page->verbose)
		failure_add(&line, hlk);
	jscope__text_line_end(&line);
	for (enum jscope__hlk_figure i = 0; page->verbose && i < JSCOPE__HLK_FIGURES; i++)
		score_write(page, &hlk->scores[i], i);
}

void jscope__text_metrology(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	if (page->plain)
		return;
	if (page->verbose) {
		variation_write(page, row->end_to_end);
		hidden_write(page, row);
	}
	hlk_write(page, &row->hlk);
}

void jscope__text_pace(const struct jscope__page *page, const struct jscope__device_row *row)
{
	const struct jscope__pace *pace = &row->pace;
	struct jscope__text_line line;
	char text[JSCOPE_NS_TEXT_SIZE];

	if (!page->verbose || pace->interval_ns == 0)
		return;
	line = jscope__text_line_begin(page, "hidden");
	jscope__text_line_item(&line, "%" PRIu64 " requests filled back", pace->filled);
	jscope__text_line_item(&line, "one issued per %s",
			       jscope_ns_format(text, pace->interval_ns));
	left_out_add(&line, pace->left_out);
	jscope__text_line_end(&line);
	both_write(page, row->latency, pace->corrected);
}
