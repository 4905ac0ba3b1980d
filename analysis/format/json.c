#include "json.h"

#include <errno.h>
#include <math.h>

#include "lacking.h"

struct jscope__json jscope__json_object(void)
{
	json_t *value = json_object();

	return (struct jscope__json){ value, value ? 0 : -ENOMEM };
}

struct jscope__json jscope__json_array(void)
{
	json_t *value = json_array();

	return (struct jscope__json){ value, value ? 0 : -ENOMEM };
}

void jscope__json_put(struct jscope__json *object, const char *key, json_t *value)
{
	if (json_object_set_new(object->value, key, value) < 0)
		object->status = -ENOMEM;
}

void jscope__json_put_child(struct jscope__json *object, const char *key, struct jscope__json child)
{
	if (child.status < 0)
		object->status = child.status;
	jscope__json_put(object, key, child.value);
}

void jscope__json_append(struct jscope__json *array, struct jscope__json child)
{
	if (child.status < 0)
		array->status = child.status;
	if (json_array_append_new(array->value, child.value) < 0)
		array->status = -ENOMEM;
}

json_t *jscope__json_count(uint64_t count)
{
	return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
}

json_t *jscope__json_instant(jscope_ns ns)
{
	return ns == JSCOPE_NS_UNKNOWN ? json_null() : json_integer(ns);
}

/* Three decimals, the precision that figures of the trace clock bear. */
json_t *jscope__json_rounded(double value)
{
	double rounded = isfinite(value) ? round(value * 1000) / 1000 : 0;

	return json_real(rounded == 0 ? 0 : rounded);
}

static const struct {
	const char *key;
	double q;
} quantiles[] = { { "p50", 0.5 },  { "p90", 0.9 },     { "p95", 0.95 },
		  { "p99", 0.99 }, { "p99_9", 0.999 }, { "p99_99", 0.9999 } };

#define QUANTILE_COUNT (sizeof quantiles / sizeof quantiles[0])

/* What is told of a histogram: its values, or how far each lies above the least of them. */
struct dist {
	const struct jscope_hist *hist;
	bool is_variation;
	int64_t origin; /* 0, or the least */
};

static json_t *quantile_value(const struct dist *dist, double q)
{
	if (!jscope_hist_has_quantile(dist->hist, q))
		return json_null();
	return json_integer(jscope_sub_sat(jscope_hist_quantile(dist->hist, q), dist->origin));
}

/*
 * Of a variation there is no upper bound, as nobody knows how much less the least would be; and where
 * the least may be none of it, all that is known is that nothing lies below.
 */
static struct jscope_hist_bounds variation_bounds(const struct dist *dist,
						  struct jscope_hist_bounds bounds)
{
	const bool is_sure = bounds.has_low && jscope_hist_doubt(dist->hist).wrong == 0;
	const int64_t low = is_sure ? jscope_sub_sat(bounds.low, dist->origin) : 0;

	return (struct jscope_hist_bounds){ .has_low = true, .low = low > 0 ? low : 0 };
}

static struct jscope__json bounds_build(const struct dist *dist)
{
	struct jscope__json all = jscope__json_object();

	for (size_t i = 0; i < QUANTILE_COUNT; i++) {
		struct jscope_hist_bounds bounds;
		json_t *pair;

		if (!jscope_hist_bounds(dist->hist, quantiles[i].q, &bounds))
			continue;
		if (dist->is_variation)
			bounds = variation_bounds(dist, bounds);
		pair = json_array();
		if (json_array_append_new(pair, bounds.has_low ? json_integer(bounds.low)
							       : json_null()) < 0 ||
		    json_array_append_new(pair, bounds.has_high ? json_integer(bounds.high)
								: json_null()) < 0)
			all.status = -ENOMEM;
		jscope__json_put(&all, quantiles[i].key, pair);
	}
	return all;
}

/* What it may lack: nothing is put where that is nothing. */
static void put_doubt(struct jscope__json *object, const struct dist *dist)
{
	const struct jscope_hist_doubt doubt = jscope_hist_doubt(dist->hist);
	const bool uncounted = doubt.missing == JSCOPE_HIST_UNCOUNTED;
	const enum jscope_trust trust = jscope__hist_trust(dist->hist);

	if (trust == JSCOPE_TRUSTED)
		return;
	jscope__json_put(object, "trust", json_string(jscope__trust_name(trust)));
	jscope__json_put(object, "unknown",
			 uncounted ? json_null() : jscope__json_count(doubt.missing));
	if (uncounted)
		return;
	if (doubt.wrong > 0)
		jscope__json_put(object, "doubtful", jscope__json_count(doubt.wrong));
	jscope__json_put_child(object, "bounds", bounds_build(dist));
}

/* Where the differences to the origin are saturated, so is their mean, and what rounding adds. */
static double mean_value(const struct dist *dist)
{
	const double mean = jscope_hist_mean(dist->hist) - (double)dist->origin;

	if (!dist->is_variation)
		return mean;
	return fmin(fmax(mean, 0),
		    (double)jscope_sub_sat(jscope_hist_max(dist->hist), dist->origin));
}

static struct jscope__json dist_build(const struct dist *dist, const char *unit)
{
	const struct jscope_hist *hist = dist->hist;
	struct jscope__json object = jscope__json_object();

	jscope__json_put(&object, "unit", json_string(unit));
	jscope__json_put(&object, "count", jscope__json_count(jscope_hist_count(hist)));
	jscope__json_put(&object, "min",
			 json_integer(jscope_sub_sat(jscope_hist_min(hist), dist->origin)));
	jscope__json_put(&object, "mean", jscope__json_rounded(mean_value(dist)));
	jscope__json_put(&object, "stddev", jscope__json_rounded(jscope_hist_stddev(hist)));
	jscope__json_put(&object, "max",
			 json_integer(jscope_sub_sat(jscope_hist_max(hist), dist->origin)));
	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		jscope__json_put(&object, quantiles[i].key, quantile_value(dist, quantiles[i].q));
	jscope__json_put(&object, "below", jscope__json_count(jscope_hist_below(hist)));
	jscope__json_put(&object, "above", jscope__json_count(jscope_hist_above(hist)));
	put_doubt(&object, dist);
	return object;
}

void jscope__json_put_dist(struct jscope__json *object, const char *key,
			   const struct jscope_hist *hist, const char *unit)
{
	const struct dist dist = { .hist = hist };

	if (jscope_hist_count(hist) > 0)
		jscope__json_put_child(object, key, dist_build(&dist, unit));
}

/* By how much the percentiles of a variation may be off: as much as those of its values. */
static int64_t variation_error(const struct jscope_hist *hist)
{
	int64_t value = 0;

	for (size_t i = 0; i < QUANTILE_COUNT; i++)
		if (jscope_hist_has_quantile(hist, quantiles[i].q))
			value = jscope_hist_quantile(hist, quantiles[i].q);
	if (value < 0)
		value = jscope_sub_sat(0, value);
	return value < JSCOPE_HIST_EXACT_BELOW ? 0 : value / JSCOPE_HIST_EXACT_BELOW + 1;
}

void jscope__json_put_variation(struct jscope__json *object, const char *key,
				const struct jscope_hist *hist, const char *unit)
{
	const struct dist dist = { hist, true, jscope_hist_min(hist) };
	struct jscope__json variation;

	if (jscope_hist_count(hist) == 0)
		return;
	variation = dist_build(&dist, unit);
	jscope__json_put(&variation, "reference", json_integer(dist.origin));
	jscope__json_put(&variation, "percentile_error", json_integer(variation_error(hist)));
	jscope__json_put_child(object, key, variation);
}

struct jscope__json jscope__json_table(const struct jscope__table *table,
				       jscope__json_row_fn *row_build, bool plain)
{
	struct jscope__json rows = jscope__json_array(), other;

	for (size_t i = 0; i < jscope__table_count(table); i++)
		jscope__json_append(&rows, row_build(jscope__table_at(table, i), plain));
	if (jscope__table_other(table)) {
		other = row_build(jscope__table_other(table), plain);
		jscope__json_put(&other, "rows", jscope__json_count(jscope__table_folded(table)));
		jscope__json_append(&rows, other);
	}
	return rows;
}

int jscope__json_write(struct jscope__json whole, FILE *stream)
{
	int status = whole.status;

	/* 15 digits: a double keeps them, and what was rounded to 0.001 looks it. */
	if (status == 0 &&
	    (json_dumpf(whole.value, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) < 0 ||
	     fputc('\n', stream) == EOF || fflush(stream) == EOF))
		status = -EIO;
	json_decref(whole.value);
	return status;
}
