/* A comparison as JSON, schema jitterscope.compare/1 (also the documentation of its keys). */

#include "compared.h"
#include "json.h"
#include "lacking.h"
#include "report_rows.h"

static struct jscope__json run_build(const struct jscope_report *report)
{
	const struct jscope_trace_info *info = &report->info;
	struct jscope__json run = jscope__json_object();

	jscope__json_put(&run, "path", json_string(info->path));
	jscope__json_put(&run, "begin_ns", jscope__json_instant(info->begin_ns));
	jscope__json_put(&run, "end_ns", jscope__json_instant(info->end_ns));
	jscope__json_put(&run, "events", jscope__json_count(info->events));
	jscope__json_put(&run, "lost_events", jscope__json_count(info->lost_events));
	jscope__json_put(&run, "partial", json_boolean(info->partial));
	jscope__json_put(&run, "trust",
			 json_string(jscope__trust_name(jscope_report_trust(report))));
	return run;
}

static struct jscope__json runs_build(const struct jscope__side *side)
{
	struct jscope__json runs = jscope__json_array();

	for (unsigned i = 0; i < side->run_count; i++)
		jscope__json_append(&runs, run_build(side->runs[i]));
	return runs;
}

/* Nothing is put for what is not known. */
static void interval_put(struct jscope__json *value, const struct jscope__change *change)
{
	jscope__json_put(value, "low", json_integer(change->low));
	jscope__json_put(value, "high", json_integer(change->high));
	jscope__json_put(value, "wander", json_integer(change->wander));
	if (change->detectable > 0)
		jscope__json_put(value, "detectable", json_integer(change->detectable));
	if (change->detectable_ratio > 0)
		jscope__json_put(value, "detectable_ratio", json_real(change->detectable_ratio));
}

static struct jscope__json change_build(const struct jscope__change *change)
{
	const int64_t a = change->value[JSCOPE_SIDE_A], b = change->value[JSCOPE_SIDE_B];
	struct jscope__json value = jscope__json_object();

	jscope__json_put(&value, "quantile", json_real(change->q));
	jscope__json_put(&value, "a", json_integer(a));
	jscope__json_put(&value, "b", json_integer(b));
	jscope__json_put(&value, "difference", json_integer(jscope_sub_sat(b, a)));
	if (a > 0 && b > 0)
		jscope__json_put(&value, "ratio", json_real((double)b / (double)a));
	jscope__json_put(&value, "known", json_boolean(change->known));
	jscope__json_put(&value, "moved", json_boolean(change->moved));
	jscope__json_put(&value, "slight", json_boolean(change->slight));
	jscope__json_put(&value, "by_runs", json_boolean(change->error[JSCOPE_SIDE_B].by_runs));
	jscope__json_put(&value, "runs_differ",
			 json_boolean(change->error[JSCOPE_SIDE_B].runs_differ));
	if (change->known)
		interval_put(&value, change);
	return value;
}

static bool has_quantile(const struct jscope__figure *figure, double q)
{
	for (size_t side = 0; side < JSCOPE_SIDE_COUNT; side++)
		if (jscope_hist_rank(jscope_hist_count(figure->side[side].hist),
				     figure->is_low ? 1 - q : q) == 0)
			return false;
	return true;
}

static struct jscope__json changes_build(const struct jscope__figure *figure)
{
	struct jscope__json changes = jscope__json_array();

	for (size_t i = 0; i < JSCOPE__CHANGES; i++)
		if (has_quantile(figure, figure->changes[i].q))
			jscope__json_append(&changes, change_build(&figure->changes[i]));
	return changes;
}

static struct jscope__json figure_build(const struct jscope__figure *figure)
{
	struct jscope__json value = jscope__json_object();

	jscope__json_put(&value, "section", json_string(figure->section));
	jscope__json_put(&value, "device", json_string(figure->device));
	jscope__json_put(&value, "stream", json_string(figure->stream));
	jscope__json_put(&value, "name", json_string(figure->name));
	jscope__json_put(&value, "unit", json_string(figure->unit));
	jscope__json_put(&value, "standing", json_string(jscope_standing_name(figure->standing)));
	jscope__json_put(&value, "count_a",
			 jscope__json_count(jscope_hist_count(figure->side[JSCOPE_SIDE_A].hist)));
	jscope__json_put(&value, "count_b",
			 jscope__json_count(jscope_hist_count(figure->side[JSCOPE_SIDE_B].hist)));
	if (figure->detectable_ratio > 0)
		jscope__json_put(&value, "detectable_ratio", json_real(figure->detectable_ratio));
	if (figure->side[JSCOPE_SIDE_A].hist && figure->side[JSCOPE_SIDE_B].hist)
		jscope__json_put_child(&value, "changes", changes_build(figure));
	return value;
}

static struct jscope__json figures_build(const struct jscope_compare *compare)
{
	struct jscope__json figures = jscope__json_array();

	for (unsigned i = 0; i < compare->figure_count; i++)
		if (compare->figures[i].is_compared)
			jscope__json_append(&figures, figure_build(&compare->figures[i]));
	return figures;
}

static struct jscope__json counts_build(const struct jscope_compare *compare)
{
	struct jscope__json counts = jscope__json_object();

	for (enum jscope_standing i = 0; i < JSCOPE_STANDING_COUNT; i++)
		jscope__json_put(&counts, jscope_standing_name(i),
				 jscope__json_count(jscope_compare_count(compare, i)));
	return counts;
}

static void number_put(struct jscope__json *value, const char *key, bool is_known, double number)
{
	jscope__json_put(value, key, is_known ? jscope__json_rounded(number) : json_null());
}

static struct jscope__json judgement_build(const struct jscope__judgement *judgement)
{
	struct jscope__json value = jscope__json_object();
	char owner[JSCOPE__OWNER_SIZE];

	jscope__json_put(&value, "condition", json_string(judgement->condition->text));
	jscope__json_put(&value, "owner", json_string(jscope__judgement_owner(judgement, owner)));
	jscope__json_put(&value, "verdict",
			 json_string(jscope_gate_verdict_name(judgement->verdict)));
	number_put(&value, "value", judgement->has_value, judgement->value);
	number_put(&value, "bound", judgement->has_value, judgement->bound);
	number_put(&value, "low", judgement->has_low, judgement->low);
	number_put(&value, "high", judgement->has_high, judgement->high);
	jscope__json_put(&value, "reason", json_string(judgement->reason));
	return value;
}

static struct jscope__json gate_build(const struct jscope_compare *compare)
{
	struct jscope__json gate = jscope__json_object(), judgements = jscope__json_array();

	for (unsigned i = 0; i < compare->judgement_count; i++)
		jscope__json_append(&judgements, judgement_build(&compare->judgements[i]));
	jscope__json_put(&gate, "verdict",
			 json_string(jscope_gate_verdict_name(jscope__compare_verdict(compare))));
	jscope__json_put_child(&gate, "conditions", judgements);
	return gate;
}

static struct jscope__json smallest_build(const struct jscope_smallest *smallest)
{
	struct jscope__json value = jscope__json_object();

	jscope__json_put(&value, "ns", json_integer(smallest->ns));
	jscope__json_put(&value, "ratio", json_real(smallest->ratio));
	return value;
}

static struct jscope__json compare_build(const struct jscope_compare *compare)
{
	struct jscope__json value = jscope__json_object(), sides = jscope__json_object();

	jscope__json_put(&value, "schema", json_string("jitterscope.compare/1"));
	jscope__json_put_child(&sides, "a", runs_build(&compare->sides[JSCOPE_SIDE_A]));
	jscope__json_put_child(&sides, "b", runs_build(&compare->sides[JSCOPE_SIDE_B]));
	jscope__json_put_child(&value, "sides", sides);
	jscope__json_put(&value, "refused", jscope__json_count(compare->refused));
	if (compare->sides[JSCOPE_SIDE_A].run_count > 0) {
		jscope__json_put(&value, "rate", json_real(JSCOPE__COMPARE_RATE));
		jscope__json_put(&value, "family", jscope__json_count(compare->family));
		jscope__json_put_child(&value, "smallest", smallest_build(&compare->smallest));
		jscope__json_put_child(&value, "counts", counts_build(compare));
		jscope__json_put_child(&value, "figures", figures_build(compare));
	}
	if (compare->gate)
		jscope__json_put_child(&value, "gate", gate_build(compare));
	return value;
}

int jscope_compare_write_json(const struct jscope_compare *compare, FILE *stream)
{
	return jscope__json_write(compare_build(compare), stream);
}
