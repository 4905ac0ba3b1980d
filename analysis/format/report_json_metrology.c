/* Figures of a stream or device beside its distributions, in a report as JSON. */
#include "report_json.h"

/* The same in all: how much was added, and how. */
static struct jscope__json corrected_build(jscope_ns interval_ns, uint64_t known, uint64_t filled,
					   uint64_t left_out)
{
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "expected_interval_ns", json_integer(interval_ns));
	jscope__json_put(&object, "known", jscope__json_count(known));
	jscope__json_put(&object, "back_filled", jscope__json_count(filled));
	jscope__json_put(&object, "left_out", jscope__json_count(left_out));
	return object;
}

/* Streams put together have no common period. */
static void put_corrected(struct jscope__json *stream, const struct jscope__stream_row *row)
{
	const struct jscope__omission *omission = &row->omission;
	struct jscope__json object;

	if (row->nominal_period_ns <= 0 || jscope_hist_count(row->end_to_end) == 0)
		return;
	object = corrected_build(row->nominal_period_ns, omission->known, omission->filled,
				 omission->left_out);
	jscope__json_put(&object, "points_numbered", json_boolean(!omission->has_unnumbered));
	jscope__json_put_dist(&object, "end_to_end", row->corrected, "ns");
	jscope__json_put_child(stream, "corrected", object);
}

static const char *verdict_of(bool fails, bool warns)
{
	return fails ? "failed" : warns ? "warning" : "passed";
}

static struct jscope__json score_build(const struct jscope__hlk_score *score,
				       enum jscope__hlk_figure figure)
{
	const bool exceeds = score->exceeded > 0, is_warning = jscope__hlk_is_warning(figure);
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "unit", json_string(jscope__hlk_unit(figure)));
	jscope__json_put(&object, "worst", jscope__json_rounded(score->worst));
	jscope__json_put(&object, "limit",
			 jscope__json_rounded(jscope__hlk_published[figure].value));
	jscope__json_put(&object, "checked", jscope__json_count(score->checked));
	jscope__json_put(&object, "exceeded", jscope__json_count(score->exceeded));
	jscope__json_put(&object, "verdict",
			 json_string(verdict_of(exceeds && !is_warning, exceeds && is_warning)));
	return object;
}

static void put_hlk(struct jscope__json *stream, const struct jscope__hlk_row *hlk)
{
	struct jscope__json object;

	if (!jscope__hlk_row_is_told(hlk))
		return;
	object = jscope__json_object();
	jscope__json_put(
		&object, "verdict",
		json_string(verdict_of(jscope__hlk_row_fails(hlk), jscope__hlk_row_warns(hlk))));
	for (enum jscope__hlk_figure i = 0; i < JSCOPE__HLK_FIGURES; i++)
		if (hlk->scores[i].checked > 0)
			jscope__json_put_child(&object, jscope__hlk_name(i),
					       score_build(&hlk->scores[i], i));
	jscope__json_put_child(stream, "hlk", object);
}

void jscope__json_put_metrology(struct jscope__json *stream, const struct jscope__stream_row *row)
{
	jscope__json_put_variation(stream, "pdv", row->end_to_end, "ns");
	put_corrected(stream, row);
	put_hlk(stream, &row->hlk);
}

void jscope__json_put_pace(struct jscope__json *device, const struct jscope__device_row *row)
{
	const struct jscope__pace *pace = &row->pace;
	struct jscope__json object;

	if (pace->interval_ns == 0)
		return;
	object = corrected_build(pace->interval_ns, 0, pace->filled, pace->left_out);
	jscope__json_put_dist(&object, "latency", pace->corrected, "ns");
	jscope__json_put_child(device, "corrected", object);
}
