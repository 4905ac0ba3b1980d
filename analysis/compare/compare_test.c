/*
 * Which changes are real.
 *
 * Every percentile that both sides tell is a change; all of them share one rate of false alarms
 * (Bonferroni). A change moved where the interval of its difference does not hold 0, and it is
 * larger than what the percentile wanders within a side, from the first half to the second, and
 * than what the buckets of the histograms can tell. It is slight where all of that interval is
 * nearer to 0 than the smallest change that matters (as in a test of equivalence).
 */
#include <math.h>
#include <string.h>

#include "chance.h"
#include "common/ns.h"
#include "compared.h"

/* So few values beyond a percentile hardly ever have an interval with two ends. */
#define TAIL_MIN 9

/* Both values are the middles of buckets. */
#define RESOLUTION (1.0 / 512)

static const double upper[JSCOPE__CHANGES] = { 0.5, 0.9, 0.99, 0.999 };
static const double lower[JSCOPE__CHANGES] = { 0.5, 0.1, 0.01, 0.001 };

static bool has_tail(const struct jscope__series *series, double q)
{
	const double tail = q < 0.5 ? q : 1 - q;

	return (double)jscope_hist_count(series->hist) * tail >= TAIL_MIN - 1e-6;
}

/* Returns whether the change can be tested. */
static bool change_begin(struct jscope__figure *figure, struct jscope__change *change)
{
	bool known = true;

	for (size_t side = 0; side < JSCOPE_SIDE_COUNT; side++) {
		const struct jscope__series *series = &figure->side[side];

		change->value[side] = jscope_hist_quantile(series->hist, change->q);
		known = known && has_tail(series, change->q);
		if (known)
			change->error[side] = jscope__series_rank_error(series, change->q);
		known = known && change->error[side].known;
	}
	if (known)
		jscope__rank_errors_weigh(&change->error[JSCOPE_SIDE_A],
					  &change->error[JSCOPE_SIDE_B]);
	return known;
	if (known)
		jscope__rank_errors_weigh(&change->error[JSCOPE_SIDE_A],
					  &change->error[JSCOPE_SIDE_B]);
}

static unsigned figure_begin(struct jscope__figure *figure)
{
	unsigned count = 0;

	for (size_t i = 0; i < JSCOPE__CHANGES; i++) {
		figure->changes[i].q = figure->is_low ? lower[i] : upper[i];
		figure->changes[i].known = change_begin(figure, &figure->changes[i]);
		count += figure->changes[i].known;
	}
	return count;
}

/*
 * Of the sum of two variances that are estimated each by itself (Welch and Satterthwaite). What runs
 * differ by was estimated of both together.
 */
static void freedom_share(struct jscope__change *change)
{
	struct jscope__rank_error *a = &change->error[JSCOPE_SIDE_A];
	struct jscope__rank_error *b = &change->error[JSCOPE_SIDE_B];
	const double of_a = 1 / a->worth, of_b = 1 / b->worth, sum = of_a + of_b;

	if (a->by_runs)
		return;
	a->freedom = sum * sum / (of_a * of_a / a->freedom + of_b * of_b / b->freedom);
	if (a->by_runs)
		return;
	b->freedom = a->freedom;
}

/* tail: of each end of the interval. */
static struct jscope__difference difference_of(const struct jscope__figure *figure,
					       const struct jscope__change *change, double tail)
{
	return jscope__series_difference(
		&figure->side[JSCOPE_SIDE_B], &change->error[JSCOPE_SIDE_B],
		&figure->side[JSCOPE_SIDE_A], &change->error[JSCOPE_SIDE_A], 1, change->q, tail);
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double resolution_of(const struct jscope__change *change)
{
	return RESOLUTION * larger(fabs((double)change->value[0]), fabs((double)change->value[1]));
}

/*
 * The least growth of everything by one ratio that would have been found. The distances of both
 * sides add up as logarithms: a ratio shifts all of a distribution by as much.
 */
static double detectable_ratio(const struct jscope__figure *figure,
			       const struct jscope__change *change, double tail)
{
	const struct jscope__interval a = jscope__series_interval(
		&figure->side[JSCOPE_SIDE_A], change->q, &change->error[JSCOPE_SIDE_A], tail);
	const struct jscope__interval b = jscope__series_interval(
		&figure->side[JSCOPE_SIDE_B], change->q, &change->error[JSCOPE_SIDE_B], tail);
	const double value_a = (double)change->value[JSCOPE_SIDE_A];
	const double value_b = (double)change->value[JSCOPE_SIDE_B];
	double ratio;

	if (figure->is_low || value_a <= 0 || !a.has_high || !b.has_low || b.low <= 0)
		return 0;
	ratio = exp(hypot(log(value_b / (double)b.low), log((double)a.high / value_a))) - 1;
	return larger(ratio, larger((double)change->wander / value_a, 2 * RESOLUTION));
}

static void detectable_set(const struct jscope__figure *figure, struct jscope__change *change,
			   double tail)
{
	const struct jscope__difference wide = difference_of(figure, change, tail);
	double least;

	change->detectable_ratio = detectable_ratio(figure, change, tail);
	if (!wide.has_low)
		return;
	least = larger(wide.value - wide.low, (double)change->wander);
	change->detectable = (int64_t)ceil(larger(least, 2 * resolution_of(change)));
}

static void wander_set(const struct jscope__figure *figure, struct jscope__change *change)
{
	const int64_t a = jscope__series_wander(&figure->side[JSCOPE_SIDE_A], change->q);
	const int64_t b = jscope__series_wander(&figure->side[JSCOPE_SIDE_B], change->q);

	change->wander = a > b ? a : b;
}

/* So rare is chance beyond where a shift must lie to be found that often. */
static double powerful_tail(const struct jscope__change *change, double tail)
{
	const double freedom = change->error[0].freedom;

	return jscope__student_tail(
		jscope__student_quantile(tail, freedom) +
			jscope__student_quantile(1 - JSCOPE__COMPARE_POWER, freedom),
		freedom);
}

static double smallest_of(const struct jscope_smallest *smallest,
			  const struct jscope__change *change)
{
	return larger((double)smallest->ns,
		      smallest->ratio * fabs((double)change->value[JSCOPE_SIDE_A]));
}

/* tail: of each end of an interval, so that all of them share the rate. */
static void change_test(const struct jscope__figure *figure, struct jscope__change *change,
			const struct jscope_smallest *smallest, double tail)
{
	struct jscope__difference found;
	double beyond;

	freedom_share(change);
	found = difference_of(figure, change, tail);
	beyond = fabs(found.value);
	change->known = found.has_low && found.has_high;
	if (!change->known)
		return;
	wander_set(figure, change);
	change->low = jscope_ns_of_real(floor(found.low));
	change->high = jscope_ns_of_real(ceil(found.high));
	change->moved = (found.low > 0 || found.high < 0) && beyond > (double)change->wander &&
			beyond > resolution_of(change);
	change->slight = change->moved &&
			 larger(fabs(found.low), fabs(found.high)) < smallest_of(smallest, change);
	detectable_set(figure, change, powerful_tail(change, tail));
}

static enum jscope_standing standing_of(const struct jscope__figure *figure)
{
	bool known = false, slight = false;

	for (size_t i = 0; i < JSCOPE__CHANGES; i++) {
		const struct jscope__change *change = &figure->changes[i];

		if (change->moved && !change->slight)
			return JSCOPE_STANDING_MOVED;
		known |= change->known;
		slight |= change->slight;
	}
	if (slight)
		return JSCOPE_STANDING_SLIGHT;
	return known ? JSCOPE_STANDING_STILL : JSCOPE_STANDING_UNKNOWN;
}

static void figure_test(struct jscope__figure *figure, const struct jscope_smallest *smallest,
			double tail)
{

	for (size_t i = 0; i < JSCOPE__CHANGES; i++) {
		struct jscope__change *change = &figure->changes[i];

		if (!change->known)
			continue;
		change_test(figure, change, smallest, tail);
		if (change->detectable_ratio > 0 &&
		    (figure->detectable_ratio <= 0 ||
		     change->detectable_ratio < figure->detectable_ratio))
			figure->detectable_ratio = change->detectable_ratio;
	}
	figure->standing = standing_of(figure);
}

/* What is in what: where the part moved, the whole moved with it. */
static const struct {
	const char *section, *name; /* of the whole; name NULL: any */
	const char *part_section;   /* NULL: notification or request, of whatever device */
	const char *part;	    /* NULL: any figure of the row but the whole itself */
} wholes[] = {
	{ "notification", "end_to_end", "notification", "interrupt" },
	{ "notification", "end_to_end", "notification", "dispatch" },
	{ "notification", "end_to_end", "notification", "queue" },
	{ "notification", "end_to_end", "notification", "handler" },
	{ "notification", "end_to_end", "notification", "wake" },
	{ "notification", "end_to_end", "notification", "unexplained" },
	{ "notification", "headroom_time", "notification", NULL },
	{ "request", "latency", "request", "device" },
	{ "request", "latency", "request", "complete" },
	{ "irq", "duration", NULL, "dispatch" },
	{ "irq", "duration", NULL, "handler" },
	{ "irq", "duration", NULL, "complete" },
	{ "softirq", "raise_to_entry", NULL, "queue" },
	{ "softirq", "raise_to_entry", NULL, "complete" },
	{ "wakeup", NULL, NULL, "wake" },
};

#define WHOLES (sizeof wholes / sizeof wholes[0])

static bool is_stage_section(const char *section)
{
	return !strcmp(section, "notification") || !strcmp(section, "request");
}

bool jscope__figure_is_sibling(const struct jscope__figure *a, const struct jscope__figure *b)
{
	return !strcmp(a->section, b->section) && !strcmp(a->device, b->device) &&
	       !strcmp(a->stream, b->stream);
}

static bool is_part(const struct jscope__figure *whole, const struct jscope__figure *part, size_t i)
{
	if (strcmp(wholes[i].section, whole->section) != 0 ||
	    (wholes[i].name && strcmp(wholes[i].name, whole->name) != 0) || part == whole ||
	    (wholes[i].part && strcmp(wholes[i].part, part->name) != 0))
		return false;
	return wholes[i].part_section ? jscope__figure_is_sibling(whole, part)
				      : is_stage_section(part->section);
}

static bool has_moved(const struct jscope__figure *figure)
{
	return figure->standing == JSCOPE_STANDING_MOVED ||
	       figure->standing == JSCOPE_STANDING_FOLLOWS;
}

static bool has_moved_part(const struct jscope_compare *compare, const struct jscope__figure *whole)
{
	for (unsigned i = 0; i < compare->figure_count; i++)
		for (size_t k = 0; has_moved(&compare->figures[i]) && k < WHOLES; k++)
			if (is_part(whole, &compare->figures[i], k))
				return true;
	return false;
}

/* A whole is told as such where one of its parts moved, too. */
static void wholes_find(struct jscope_compare *compare)
{
	for (unsigned i = 0; i < compare->figure_count; i++) {
		struct jscope__figure *figure = &compare->figures[i];

		if (figure->standing == JSCOPE_STANDING_MOVED && has_moved_part(compare, figure))
			figure->standing = JSCOPE_STANDING_FOLLOWS;
	}
}

static bool has_both(const struct jscope__figure *figure)
{
	return figure->side[JSCOPE_SIDE_A].hist && figure->side[JSCOPE_SIDE_B].hist;
}

static unsigned family_begin(struct jscope_compare *compare)
{
	unsigned family = 0;

	for (unsigned i = 0; i < compare->figure_count; i++) {
		struct jscope__figure *figure = &compare->figures[i];

		if (has_both(figure) && figure->is_compared)
			family += figure_begin(figure);
		else
			figure->standing = figure->side[JSCOPE_SIDE_A].hist
						   ? JSCOPE_STANDING_ONLY_A
						   : JSCOPE_STANDING_ONLY_B;
	}
	return family;
}

void jscope__compare_test(struct jscope_compare *compare)
{
	compare->family = family_begin(compare);
	for (unsigned i = 0; i < compare->figure_count; i++)
		if (has_both(&compare->figures[i]) && compare->figures[i].is_compared)
			figure_test(&compare->figures[i], &compare->smallest,
				    JSCOPE__COMPARE_RATE / 2 / compare->family);
	wholes_find(compare);
}
