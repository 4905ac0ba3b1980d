#include "text_metrology.h"

#include <inttypes.h>
#include <math.h>

#define INDENT 10

static void head_write(const struct jscope__page *page, const char *head)
{
	jscope__page_paint(page, JSCOPE__PAINT_STRONG);
	fprintf(page->stream, " %-*s", INDENT - 1, head);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
}

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

static void quantiles_write(const struct jscope__page *page, const struct jscope_hist *hist,
			    jscope_ns origin_ns)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		fprintf(page->stream, "%s %s, ", quantiles[i].name,
			quantile_text(text, hist, quantiles[i].q, origin_ns));
	fprintf(page->stream, "max %s",
		jscope_ns_format(text, jscope_sub_sat(jscope_hist_max(hist), origin_ns)));
}

static void variation_write(const struct jscope__page *page, const struct jscope_hist *delays)
{
	const jscope_ns least_ns = jscope_hist_min(delays);
	char text[JSCOPE_NS_TEXT_SIZE];

	if (jscope_hist_count(delays) == 0)
		return;
	head_write(page, "PDV");
	quantiles_write(page, delays, least_ns);
	fprintf(page->stream, ",\n%*sabove the least end to end, %s\n", INDENT, "",
		jscope_ns_format(text, least_ns));
}

static void both_write(const struct jscope__page *page, const struct jscope_hist *told,
		       const struct jscope_hist *corrected)
{
	fprintf(page->stream, "%*sraw        ", INDENT, "");
	quantiles_write(page, told, 0);
	fprintf(page->stream, "\n%*scorrected  ", INDENT, "");
	quantiles_write(page, corrected, 0);
	fputc('\n', page->stream);
}

static void left_out_write(const struct jscope__page *page, uint64_t left_out)
{
	if (left_out > 0)
		fprintf(page->stream, ", %" PRIu64 " left out", left_out);
}

static void hidden_write(const struct jscope__page *page, const struct jscope__stream_row *row)
{
	const struct jscope__omission *omission = &row->omission;
	char text[JSCOPE_NS_TEXT_SIZE];

	if (row->nominal_period_ns <= 0 || jscope_hist_count(row->end_to_end) == 0)
		return;
	head_write(page, "hidden");
	fprintf(page->stream, "%" PRIu64 " waits known, %" PRIu64 " filled back, one due per %s",
		omission->known, omission->filled, jscope_ns_format(text, row->nominal_period_ns));
	left_out_write(page, omission->left_out);
	fputc('\n', page->stream);
	if (row->corrected)
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
	fprintf(page->stream, "%*s%-15s %12.3f of %.6g %s", INDENT, "", name, score->worst,
		jscope__hlk_published[figure].value, jscope__hlk_unit(figure));
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

/* The figure that is furthest beyond its limit, in one line. */
static void failure_write(const struct jscope__page *page, const struct jscope__hlk_row *hlk)
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
	fprintf(page->stream, ": %s %.4g of %.6g %s", name, hlk->scores[worst].worst,
		jscope__hlk_published[worst].value, jscope__hlk_unit(worst));
	if (count > 1)
		fprintf(page->stream, ", %u more (-v)", count - 1);
}

static void hlk_write(const struct jscope__page *page, const struct jscope__hlk_row *hlk)
{
	const bool fails = jscope__hlk_row_fails(hlk);

	if (!jscope__hlk_row_is_told(hlk) || (!page->verbose && !fails))
		return;
	head_write(page, "HLK");
	fputs("position test ", page->stream);
	jscope__page_paint(page, fails ? JSCOPE__PAINT_BAD : JSCOPE__PAINT_GOOD);
	fputs(fails ? "fails" : "passes", page->stream);
	jscope__page_paint(page, JSCOPE__PAINT_NONE);
	if (!page->verbose)
		failure_write(page, hlk);
	fputc('\n', page->stream);
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
	char text[JSCOPE_NS_TEXT_SIZE];

	if (!page->verbose || pace->interval_ns == 0)
		return;
	head_write(page, "hidden");
	fprintf(page->stream, "%" PRIu64 " requests filled back, one issued per %s", pace->filled,
		jscope_ns_format(text, pace->interval_ns));
	left_out_write(page, pace->left_out);
	fputc('\n', page->stream);
	if (pace->corrected)
		both_write(page, row->latency, pace->corrected);
}
