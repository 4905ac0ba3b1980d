/*
 * The verdicts of a gate.
 *
 * A percentile of a recording is an estimate: a condition passes where its whole interval keeps to
 * the bound, fails where none of it does, and cannot be told in between. All percentiles of a gate
 * share one rate of error. Values that may be missing widen the interval by their ranks. Counts and
 * extremes are those of the recording: they are exact, unless something was lost, which can only
 * have made them smaller.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compared.h"

/* Judgements of one condition are no more than there are figures, of all of them no more than: */
#define JUDGEMENTS_MAX 4096

static bool is_owner(const struct jscope__condition *condition, const char *section,
		     const char *device, const char *stream)
{
	char owner[JSCOPE__OWNER_SIZE];

	return !*condition->owner || !strcmp(condition->owner, device) ||
	       !strcmp(condition->owner, stream) ||
	       !strcmp(condition->owner, jscope__owner_write(owner, section, device, stream));
}

static struct jscope__judgement *judgement_add(struct jscope_compare *compare,
					       const struct jscope__condition *condition)
{
	struct jscope__judgement *judgement = &compare->judgements[compare->judgement_count];

	if (compare->judgement_count == JUDGEMENTS_MAX) {
		compare->refused++;
		return &compare->judgements[JUDGEMENTS_MAX - 1];
	}
	compare->judgement_count++;
	*judgement = (struct jscope__judgement){ .condition = condition };
	return judgement;
}

static void tallies_find(struct jscope_compare *compare, const struct jscope__condition *condition)
{
	for (unsigned i = 0; i < compare->tally_count; i++) {
		const struct jscope__tally *tally = &compare->tallies[i];

		if (tally->has[JSCOPE_SIDE_B] && !strcmp(tally->section, condition->section) &&
		    !strcmp(tally->name, condition->name) &&
		    is_owner(condition, tally->section, tally->device, tally->stream))
			judgement_add(compare, condition)->tally = tally;
	}
}

static void figures_find(struct jscope_compare *compare, const struct jscope__condition *condition)
{
	for (unsigned i = 0; i < compare->figure_count; i++) {
		const struct jscope__figure *figure = &compare->figures[i];

		if (figure->side[JSCOPE_SIDE_B].hist &&
		    !strcmp(figure->section, condition->section) &&
		    !strcmp(figure->name, condition->name) &&
		    is_owner(condition, figure->section, figure->device, figure->stream))
			judgement_add(compare, condition)->figure = figure;
	}
}

/* Where nothing is found that is a judgement, too. */
static void owners_find(struct jscope_compare *compare, const struct jscope__condition *condition)
{
	const unsigned before = compare->judgement_count;

	if (condition->figure == JSCOPE__GATE_COUNT)
		tallies_find(compare, condition);
	else
		figures_find(compare, condition);
	if (compare->judgement_count == before)
		judgement_add(compare, condition);
}

/* How far the figure is from its bound. */
static struct jscope__difference exact_distance(const struct jscope__condition *condition, double b,
						double a)
{
	const double distance = b - condition->scale * a - condition->offset;

	return (struct jscope__difference){ true, true, distance, distance, distance };
}

static bool uses_baseline(const struct jscope__condition *condition)
{
	return condition->has_baseline && condition->scale > 0;
}

/* What was lost can have made a count or maximum smaller, on either side. */
static void loss_doubt(const struct jscope_compare *compare,
		       const struct jscope__condition *condition,
		       struct jscope__difference *distance)
{
	const bool lossy_a = uses_baseline(condition) && compare->sides[JSCOPE_SIDE_A].lossy;
	const bool lossy_b = compare->sides[JSCOPE_SIDE_B].lossy;
	const bool is_min = condition->figure == JSCOPE__GATE_MIN;

	if (is_min ? lossy_a : lossy_b)
		distance->has_high = false;
	if (is_min ? lossy_b : lossy_a)
		distance->has_low = false;
}

static struct jscope__difference tally_distance(const struct jscope_compare *compare,
						const struct jscope__judgement *judgement)
{
	const struct jscope__condition *condition = judgement->condition;
	const struct jscope__tally *tally = judgement->tally;
	struct jscope__difference distance =
		exact_distance(condition, tally->value[JSCOPE_SIDE_B], tally->value[JSCOPE_SIDE_A]);

	/* What a whole recording has lost is known. */
	if (strcmp(tally->section, "trace") != 0)
		loss_doubt(compare, condition, &distance);
	return distance;
}

static double extreme_of(const struct jscope__condition *condition,
			 const struct jscope__series *series)
{
	return (double)(condition->figure == JSCOPE__GATE_MIN ? jscope_hist_min(series->hist)
							      : jscope_hist_max(series->hist));
}

static struct jscope__difference extreme_distance(const struct jscope_compare *compare,
						  const struct jscope__judgement *judgement)
{
	const struct jscope__condition *condition = judgement->condition;
	const struct jscope__series *side = judgement->figure->side;
	struct jscope__difference distance =
		exact_distance(condition, extreme_of(condition, &side[JSCOPE_SIDE_B]),
			       extreme_of(condition, &side[JSCOPE_SIDE_A]));

	loss_doubt(compare, condition, &distance);
	return distance;
}

static struct jscope__difference alone_distance(const struct jscope__series *series,
						const struct jscope__rank_error *error,
						const struct jscope__condition *condition,
						double tail)
{
	const struct jscope__interval interval =
		jscope__series_interval(series, condition->q, error, tail);
	const double value = (double)jscope_hist_quantile(series->hist, condition->q);

	return (struct jscope__difference){
		.has_low = interval.has_low,
		.has_high = interval.has_high,
		.value = value - condition->offset,
		.low = (double)interval.low - condition->offset,
		.high = (double)interval.high - condition->offset,
	};
}

static struct jscope__difference baseline_distance(const struct jscope__judgement *judgement,
						   struct jscope__rank_error *error_b, double tail)
{
	const struct jscope__condition *condition = judgement->condition;
	const struct jscope__series *side = judgement->figure->side;
	struct jscope__rank_error error_a =
		jscope__series_rank_error(&side[JSCOPE_SIDE_A], condition->q);
	struct jscope__difference distance = { 0 };

	if (!error_a.known)
		return distance;
	jscope__rank_errors_weigh(&error_a, error_b);
	distance = jscope__series_difference(&side[JSCOPE_SIDE_B], error_b, &side[JSCOPE_SIDE_A],
					     &error_a, condition->scale, condition->q, tail);
	distance.value -= condition->offset;
	distance.low -= condition->offset;
	distance.high -= condition->offset;
	return distance;
}

/* tail: of one end of an interval. */
static struct jscope__difference quantile_distance(struct jscope__judgement *judgement, double tail)
{
	const struct jscope__condition *condition = judgement->condition;
	const struct jscope__series *b = &judgement->figure->side[JSCOPE_SIDE_B];
	struct jscope__rank_error error = jscope__series_rank_error(b, condition->q);
	struct jscope__difference distance = { 0 };

	if (!error.known)
		return distance;
	if (uses_baseline(condition)) {
		distance = baseline_distance(judgement, &error, tail);
	} else {
		jscope__rank_error_weigh(&error);
		distance = alone_distance(b, &error, condition, tail);
	}
	judgement->runs_differ = error.runs_differ;
	return distance;
}

/* Of a distance in low .. high: does it keep to the relation wherever it lies? */
static bool keeps(enum jscope__relation relation, const struct jscope__difference *distance)
{
	const bool has_low = distance->has_low, has_high = distance->has_high;

	switch (relation) {
	case JSCOPE__LESS:
		return has_high && distance->high < 0;
	case JSCOPE__AT_MOST:
		return has_high && distance->high <= 0;
	case JSCOPE__GREATER:
		return has_low && distance->low > 0;
	case JSCOPE__AT_LEAST:
		return has_low && distance->low >= 0;
	case JSCOPE__EQUAL:
		return has_low && has_high && distance->low >= 0 && distance->high <= 0;
	case JSCOPE__UNEQUAL:
		return (has_low && distance->low > 0) || (has_high && distance->high < 0);
	}
	return false;
}

static enum jscope__relation opposite(enum jscope__relation relation)
{
	static const enum jscope__relation opposites[] = {
		[JSCOPE__LESS] = JSCOPE__AT_LEAST,   [JSCOPE__AT_MOST] = JSCOPE__GREATER,
		[JSCOPE__GREATER] = JSCOPE__AT_MOST, [JSCOPE__AT_LEAST] = JSCOPE__LESS,
		[JSCOPE__EQUAL] = JSCOPE__UNEQUAL,   [JSCOPE__UNEQUAL] = JSCOPE__EQUAL,
	};

	return opposites[relation];
}

static enum jscope_gate_verdict verdict_of(const struct jscope__condition *condition,
					   const struct jscope__difference *distance)
{
	if (keeps(condition->relation, distance))
		return JSCOPE_GATE_PASS;
	if (keeps(opposite(condition->relation), distance))
		return JSCOPE_GATE_FAIL;
	return JSCOPE_GATE_INSUFFICIENT;
}

static double value_of(const struct jscope__judgement *judgement, enum jscope_side side)
{
	const struct jscope__condition *condition = judgement->condition;

	if (judgement->tally)
		return judgement->tally->value[side];
	if (condition->figure == JSCOPE__GATE_QUANTILE)
		return (double)jscope_hist_quantile(judgement->figure->side[side].hist,
						    condition->q);
	return extreme_of(condition, &judgement->figure->side[side]);
}

static bool has_side(const struct jscope__judgement *judgement, enum jscope_side side)
{
	return judgement->tally ? judgement->tally->has[side]
				: judgement->figure->side[side].hist != NULL;
}

static bool has_happened(const struct jscope_compare *compare, const struct jscope__tally *of,
			 enum jscope_side side)
{
	for (unsigned i = 0; i < compare->tally_count; i++) {
		const struct jscope__tally *other = &compare->tallies[i];

		if (other->value[side] != 0 && !strcmp(other->section, of->section) &&
		    !strcmp(other->device, of->device) && !strcmp(other->stream, of->stream))
			return true;
	}
	return false;
}

/* A count of nothing: neither what is counted nor anything else of its owner happened. */
static bool is_idle(const struct jscope_compare *compare, const struct jscope__judgement *judgement,
		    enum jscope_side side)
{
	const struct jscope__tally *tally = judgement->tally;

	return compare->sides[side].idle || (tally && strcmp(tally->section, "trace") != 0 &&
					     !has_happened(compare, tally, side));
}

/* Why neither could be told. */
static void reason_write(struct jscope__judgement *judgement, const struct jscope_compare *compare)
{
	const struct jscope__condition *condition = judgement->condition;
	const double tail = condition->q < 0.5 ? condition->q : 1 - condition->q;
	double count;

	if (condition->figure != JSCOPE__GATE_QUANTILE) {
		snprintf(judgement->reason, sizeof judgement->reason,
			 "events were lost: what is told may be too little");
		return;
	}
	count = (double)jscope_hist_count(judgement->figure->side[JSCOPE_SIDE_B].hist);
	if (count * tail < 1)
		snprintf(judgement->reason, sizeof judgement->reason,
			 "%.0f values are too few: of %.0f one lies beyond p%g", count,
			 ceil(1 / tail), condition->q * 100);
	else if (judgement->runs_differ)
		snprintf(judgement->reason, sizeof judgement->reason,
			 "runs of one side differ too much among themselves: give more of them, or "
			 "leave room");
	else if (judgement->has_low && judgement->has_high)
		snprintf(judgement->reason, sizeof judgement->reason,
			 "too close for %.0f values: record longer, or leave room", count);
	else if (compare->sides[JSCOPE_SIDE_B].lossy)
		snprintf(judgement->reason, sizeof judgement->reason,
			 "events were lost, too many for p%g of %.0f values", condition->q * 100,
			 count);
	else
		snprintf(judgement->reason, sizeof judgement->reason,
			 "too few values by themselves, of %.0f, for p%g: record longer", count,
			 condition->q * 100);
}

static void distance_enter(struct jscope__judgement *judgement,
			   const struct jscope__difference *distance)
{
	judgement->has_low = distance->has_low;
	judgement->has_high = distance->has_high;
	judgement->low = judgement->bound + distance->low;
	judgement->high = judgement->bound + distance->high;
}

static void figure_judge(struct jscope__judgement *judgement, const struct jscope_compare *compare,
			 double tail)
{
	const struct jscope__condition *condition = judgement->condition;
	struct jscope__difference distance;

	judgement->has_value = true;
	judgement->is_time = judgement->figure && !strcmp(judgement->figure->unit, "ns");
	judgement->value = value_of(judgement, JSCOPE_SIDE_B);
	judgement->bound = condition->offset;
	if (uses_baseline(condition))
		judgement->bound += condition->scale * value_of(judgement, JSCOPE_SIDE_A);
	distance = judgement->tally ? tally_distance(compare, judgement)
		   : condition->figure == JSCOPE__GATE_QUANTILE
			   ? quantile_distance(judgement, tail)
			   : extreme_distance(compare, judgement);
	distance_enter(judgement, &distance);
	judgement->verdict = verdict_of(condition, &distance);
	if (judgement->verdict == JSCOPE_GATE_INSUFFICIENT)
		reason_write(judgement, compare);
}

static bool is_invalid(const struct jscope_compare *compare,
		       const struct jscope__condition *condition)
{
	return compare->sides[JSCOPE_SIDE_B].trust == JSCOPE_INVALID ||
	       (uses_baseline(condition) && compare->sides[JSCOPE_SIDE_A].trust == JSCOPE_INVALID);
}

static void refuse(struct jscope__judgement *judgement, enum jscope_gate_verdict verdict,
		   const char *reason)
{
	judgement->verdict = verdict;
	snprintf(judgement->reason, sizeof judgement->reason, "%s", reason);
}

/* What nothing happened in passes nothing, and as a baseline fails nothing, either. */
static void idle_judge(struct jscope__judgement *judgement, const struct jscope_compare *compare)
{
	if (judgement->verdict == JSCOPE_GATE_PASS && is_idle(compare, judgement, JSCOPE_SIDE_B))
		refuse(judgement, JSCOPE_GATE_INSUFFICIENT,
		       "nothing happened in a recording or window that could have been counted");
	else if (judgement->verdict <= JSCOPE_GATE_FAIL && uses_baseline(judgement->condition) &&
		 is_idle(compare, judgement, JSCOPE_SIDE_A))
		refuse(judgement, JSCOPE_GATE_INSUFFICIENT,
		       "nothing happened in a baseline that could have been counted");
}

static void judge(struct jscope__judgement *judgement, const struct jscope_compare *compare,
		  double tail)
{
	if (is_invalid(compare, judgement->condition))
		refuse(judgement, JSCOPE_GATE_INVALID, "the trace cannot be trusted");
	else if (!judgement->figure && !judgement->tally)
		refuse(judgement, JSCOPE_GATE_INSUFFICIENT,
		       "there is no such figure in the recording");
	else if (uses_baseline(judgement->condition) && !has_side(judgement, JSCOPE_SIDE_A))
		refuse(judgement, JSCOPE_GATE_INSUFFICIENT,
		       "there is no such figure in the baseline");
	else
		figure_judge(judgement, compare, tail);
	idle_judge(judgement, compare);
}

int jscope__compare_judge(struct jscope_compare *compare)
{
	unsigned quantiles = 0;

	compare->judgements = calloc(JUDGEMENTS_MAX, sizeof *compare->judgements);
	if (!compare->judgements)
		return -ENOMEM;
	for (unsigned i = 0; i < compare->gate->count; i++)
		owners_find(compare, &compare->gate->conditions[i]);
	for (unsigned i = 0; i < compare->judgement_count; i++)
		quantiles += compare->judgements[i].condition->figure == JSCOPE__GATE_QUANTILE;
	for (unsigned i = 0; i < compare->judgement_count; i++)
		judge(&compare->judgements[i], compare,
		      JSCOPE__GATE_RATE / (quantiles ? quantiles : 1));
	return 0;
}
