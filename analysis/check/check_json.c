/* A check as JSON, schema jitterscope.check/1 (also the documentation of its keys). */
#include <errno.h>

#include "check.h"
#include "clean.h"
#include "json.h"
#include "wander.h"

static json_t *text_value(const char *text)
{
	char clean[sizeof((struct jscope_violation *)0)->sentence];

	return json_string(jscope__clean(clean, sizeof clean, text));
}

/* Each of these gives NULL where memory is short; jansson then frees what was packed. */

static json_t *trace_value(const struct jscope_trace_info *info)
{
	char path[4096];

	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:b}", "path",
			 jscope__clean(path, sizeof path, info->path), "reader", info->reader,
			 "begin_ns", jscope__json_instant(info->begin_ns), "end_ns",
			 jscope__json_instant(info->end_ns), "events",
			 jscope__json_count(info->events), "lost_events",
			 jscope__json_count(info->lost_events), "partial", info->partial);
}

static json_t *violation_value(const struct jscope_violation *violation)
{
	return json_pack("{s:o, s:s, s:o, s:o}", "at_ns", jscope__json_instant(violation->at_ns),
			 "class", jscope_rule_class_name(violation->class), "object",
			 text_value(violation->object), "sentence",
			 text_value(violation->sentence));
}

static json_t *violations_value(const struct jscope_rule_result *result)
{
	json_t *violations = json_array();

	for (unsigned i = 0; i < result->kept; i++) {
		/* Fails for NULL, whether it is the array or what goes in. */
		if (json_array_append_new(violations, violation_value(&result->violations[i])) <
		    0) {
			json_decref(violations);
			return NULL;
		}
	}
	return violations;
}

/* A tau without a window has none to tell. */
static json_t *tau_value(const struct jscope__wander_figures *tau)
{
	return json_pack("{s:I, s:f, s:o, s:o, s:o}", "tau_ns", (json_int_t)tau->tau_ns, "mtie_ns",
			 tau->mtie_ns, "tdev_ns",
			 tau->windows[JSCOPE__TDEV] ? json_real(tau->tdev_ns) : json_null(), "adev",
			 tau->windows[JSCOPE__ADEV] ? json_real(tau->adev) : json_null(), "mdev",
			 tau->windows[JSCOPE__TDEV] ? json_real(tau->mdev) : json_null());
}

static json_t *taus_value(const struct jscope__wander_table *table)
{
	json_t *taus = json_array();

	for (unsigned k = 0; k < table->tau_count; k++) {
		if (json_array_append_new(taus, tau_value(&table->taus[k])) < 0) {
			json_decref(taus);
			return NULL;
		}
	}
	return taus;
}

static json_t *figure_value(const struct jscope_figure *figure)
{
	json_t *value = json_pack("{s:o, s:o}", "object", text_value(figure->object), "figure",
				  text_value(figure->text));
	const struct jscope__wander_table *table = figure->wander;

	if (value && table &&
	    (json_object_set_new(value, "drift_ppm", json_real(table->drift_ppm)) < 0 ||
	     json_object_set_new(value, "residual_stddev_ns", json_real(table->residual_ns)) < 0 ||
	     json_object_set_new(value, "taus", taus_value(table)) < 0 ||
	     json_object_set_new(value, "points_left_out", jscope__json_count(table->left_out)) <
		     0)) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static json_t *figures_value(const struct jscope_rule_result *result)
{
	json_t *figures = json_array();

	for (unsigned i = 0; i < result->figures_kept; i++) {
		if (json_array_append_new(figures, figure_value(&result->figures[i])) < 0) {
			json_decref(figures);
			return NULL;
		}
	}
	return figures;
}

static json_t *rule_value(const struct jscope_check *check, const struct jscope_rule_result *result)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "rule", (int)result->rule->number, "class",
			 jscope_rule_class_name(result->rule->class), "title", result->rule->title,
			 "basis", result->rule->basis, "verdict",
			 jscope_verdict_name(result->verdict), "fails",
			 jscope__check_rule_fails(check, result), "judged",
			 jscope__json_count(result->checked), "violated",
			 jscope__json_count(result->violated), "inconclusive",
			 jscope__json_count(result->inconclusive), "figure",
			 *result->figure ? text_value(result->figure) : json_null(), "figures",
			 figures_value(result), "figures_left_out",
			 jscope__json_count(result->figures_left_out), "violations",
			 violations_value(result));
}

static json_t *rules_value(const struct jscope_check *check)
{
	json_t *rules = json_array();

	for (unsigned rule = 1; rule <= JSCOPE_RULE_COUNT; rule++) {
		if (json_array_append_new(
			    rules, rule_value(check, jscope_judge_result(check->judge, rule))) <
		    0) {
			json_decref(rules);
			return NULL;
		}
	}
	return rules;
}

static json_t *check_value(const struct jscope_check *check)
{
	const struct jscope__check_counts counts = jscope__check_count(check);

	return json_pack("{s:s, s:o, s:s, s:b, s:s, s:{s:i, s:i, s:i, s:i}, s:o, s:o}", "schema",
			 "jitterscope.check/1", "trace", trace_value(check->info), "profile",
			 jscope_profile_name(check->profile), "strict", check->strict, "verdict",
			 counts.failed ? "violated" : "passed", "counts", "passed",
			 (int)counts.verdicts[JSCOPE_VERDICT_PASSED], "violated",
			 (int)counts.verdicts[JSCOPE_VERDICT_VIOLATED], "inconclusive",
			 (int)counts.verdicts[JSCOPE_VERDICT_INCONCLUSIVE], "not_applicable",
			 (int)counts.verdicts[JSCOPE_VERDICT_NOT_APPLICABLE], "refused",
			 jscope__json_count(jscope_judge_refused(check->judge)), "rules",
			 rules_value(check));
}

int jscope_check_write_json(const struct jscope_check *check, FILE *stream)
{
	json_t *value = check_value(check);

	return jscope__json_write((struct jscope__json){ value, value ? 0 : -ENOMEM }, stream);
}
