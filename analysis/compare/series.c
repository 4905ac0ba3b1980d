#include "series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "chance.h"
#include "common/ns.h"

/* Blocks are joined only while so many are left, and below that nothing can be told. */
#define BLOCKS_MIN 16

/* Neighbours resemble each other where their correlation is beyond its own standard error. */
#define RESEMBLANCE 1.0

/* Of correlations that near 1 nothing better can be told. */
#define CORRELATION_MAX 0.9

/* Runs differ where that would happen by chance once in twenty times. */
#define RUNS_NORMAL 1.645

/* What overflowed is added with the values. */
static void doubt_add(struct jscope_hist *into, const struct jscope_hist *from)
{
	const uint64_t overflow = jscope_hist_overflow(into) + jscope_hist_overflow(from);
	struct jscope_hist_doubt sum = jscope_hist_doubt(into);
	const struct jscope_hist_doubt more = jscope_hist_doubt(from);

	if (__builtin_add_overflow(sum.missing, more.missing, &sum.missing))
		sum.missing = JSCOPE_HIST_UNCOUNTED;
	else if (sum.missing != JSCOPE_HIST_UNCOUNTED)
		sum.missing -= overflow;
	if (__builtin_add_overflow(sum.wrong, more.wrong, &sum.wrong))
		sum.wrong = UINT64_MAX;
	jscope_hist_doubt_set(into, sum);
}

static int part_add(struct jscope__series *series, unsigned run, const struct jscope_hist *hist)
{
	const struct jscope__blocks *blocks = jscope__hist_blocks(hist);
	struct jscope__series_part *parts;

	if (jscope__blocks_values(blocks) != jscope_hist_count(hist) ||
	    series->part_count == JSCOPE__SERIES_PARTS_MAX) {
		series->incomplete = true;
		return 0;
	}
	parts = realloc(series->parts, (series->part_count + 1) * sizeof *parts);
	if (!parts)
		return -ENOMEM;
	parts[series->part_count++] = (struct jscope__series_part){ blocks, run };
	series->parts = parts;
	return 0;
}

static int values_pool(struct jscope__series *series, const struct jscope_hist *hist)
{
	if (!series->pooled && jscope_hist_create(NULL, &series->pooled) < 0)
		return -ENOMEM;
	if (jscope_hist_count(series->pooled) == 0) {
		doubt_add(series->pooled, series->hist);
		if (jscope_hist_add(series->pooled, series->hist) < 0)
			return -ENOMEM;
	}
	series->hist = series->pooled;
	doubt_add(series->pooled, hist);
	return jscope_hist_add(series->pooled, hist);
}

int jscope__series_add(struct jscope__series *series, unsigned run, const struct jscope_hist *hist)
{
	if (jscope_hist_count(hist) == 0)
		return 0;
	if (!series->hist)
		series->hist = hist;
	else if (values_pool(series, hist) < 0)
		return -ENOMEM;
	return part_add(series, run, hist);
}

void jscope__series_finish(struct jscope__series *series)
{
	jscope_hist_destroy(series->pooled);
	free(series->parts);
	*series = (struct jscope__series){ 0 };
}

static size_t block_count(const struct jscope__series *series)
{
	size_t count = 0;

	for (unsigned i = 0; i < series->part_count; i++)
		count += jscope__blocks_count(series->parts[i].blocks);
	return count;
}

/* Values before a bucket: of all, and as far as each block has more or fewer than its share. */
struct deviations {
	double share;	  /* of all values */
	double values;	  /* how many there are */
	size_t count;	  /* of blocks */
	double *of_block; /* owned; they sum to 0 */
	unsigned *run;	  /* owned: of each block */
};

static void deviations_finish(struct deviations *deviations)
{
	free(deviations->of_block);
	free(deviations->run);
}

static void deviations_fill(struct deviations *deviations, const struct jscope__series *series,
			    unsigned bucket)
{
	double before = 0;
	size_t at = 0;

	for (unsigned i = 0; i < series->part_count; i++) {
		const struct jscope__series_part *part = &series->parts[i];

		for (size_t k = 0; k < jscope__blocks_count(part->blocks); k++, at++) {
			deviations->of_block[at] =
				(double)jscope__blocks_before(part->blocks, k, bucket);
			deviations->run[at] = part->run;
			before += deviations->of_block[at];
		}
	}
	deviations->share = before / deviations->values;
	at = 0;
	for (unsigned i = 0; i < series->part_count; i++)
		for (size_t k = 0; k < jscope__blocks_count(series->parts[i].blocks); k++)
			deviations->of_block[at++] -=
				deviations->share *
				(double)jscope__blocks_length(series->parts[i].blocks, k);
}

static bool deviations_init(struct deviations *deviations, const struct jscope__series *series,
			    unsigned bucket)
{
	*deviations = (struct deviations){
		.values = (double)jscope_hist_count(series->hist),
		.count = block_count(series),
	};
	deviations->of_block = calloc(deviations->count + 1, sizeof *deviations->of_block);
	deviations->run = calloc(deviations->count + 1, sizeof *deviations->run);
	if (!deviations->of_block || !deviations->run) {
		deviations_finish(deviations);
		return false;
	}
	deviations_fill(deviations, series, bucket);
	return true;
}

static double squares_sum(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i] * values[i];
	return sum;
}

/* Of each block with the next one. */
static double correlation(const double *values, size_t count)
{
	const double squares = squares_sum(values, count);
	double products = 0;

	for (size_t i = 1; i < count; i++)
		products += values[i - 1] * values[i];
	return squares > 0 ? products / squares : 0;
}

/* Each two neighbours become one, of three the last three. Returns how many there are then. */
static size_t pairs_join(double *values, size_t count)
{
	const size_t joined = count / 2;

	for (size_t i = 0; i < joined; i++)
		values[i] = values[2 * i] + values[2 * i + 1];
	if (count % 2)
		values[joined - 1] += values[count - 1];
	return joined;
}

/* The variance of a first-order autoregression, against that of independent blocks. */
static double inflation(double correlated)
{
	if (correlated <= 0)
		return 1;
	correlated = correlated < CORRELATION_MAX ? correlated : CORRELATION_MAX;
	return (1 + correlated) / (1 - correlated);
}

/* The variance of the share before a bucket; no degrees of freedom: nothing tells. */
struct variance {
	double variance, freedom;
};

static struct variance variance_by_blocks(const struct deviations *deviations)
{
	size_t count = deviations->count;
	double *values = deviations->of_block, correlated = correlation(values, count);
	double squares;

	while (count >= 2 * BLOCKS_MIN && correlated > RESEMBLANCE / sqrt((double)count)) {
		count = pairs_join(values, count);
		correlated = correlation(values, count);
	}
	squares = squares_sum(values, count) * (double)count / (double)(count - 1);
	return (struct variance){
		.variance =
			squares * inflation(correlated) / (deviations->values * deviations->values),
		.freedom = (double)(count - 1),
	};
}

/*
 * Of the runs. What a run as a whole has more or less than its share is taken from its blocks, which
 * then speak of what is within runs alone.
 */
static struct variance variance_by_runs(struct deviations *deviations)
{
	double squares = 0, runs = 0;

	for (size_t begin = 0, end = 0; begin < deviations->count; begin = end) {
		double sum = 0;

		for (; end < deviations->count && deviations->run[end] == deviations->run[begin];
		     end++)
			sum += deviations->of_block[end];
		for (size_t i = begin; i < end; i++)
			deviations->of_block[i] -= sum / (double)(end - begin);
		squares += sum * sum;
		runs++;
	}
	if (runs < 2)
		return (struct variance){ 0 };
	return (struct variance){
		.variance = squares * runs / (runs - 1) / (deviations->values * deviations->values),
		.freedom = runs - 1,
	};
}

/*
 * How much larger the variance is than that of independent values. Never taken for smaller: blocks
 * are few, and would be believed where they vary less by chance.
 */
static double design_effect(const struct deviations *deviations, double variance)
{
	const double independent = deviations->share * (1 - deviations->share) / deviations->values;

	return independent > 0 && variance > independent ? variance / independent : 1;
}

static double not_zero(double value)
{
	return value > 0 ? value : 1;
}

static struct jscope__rank_error error_before(const struct jscope__series *series, unsigned bucket)
{
	struct variance of_blocks, of_runs;
	struct jscope__rank_error error;
	struct deviations deviations;

	if (!deviations_init(&deviations, series, bucket))
		return (struct jscope__rank_error){ 0 };
	of_runs = variance_by_runs(&deviations);
	of_blocks = variance_by_blocks(&deviations);
	error = (struct jscope__rank_error){
		.known = true,
		.worth = deviations.values / design_effect(&deviations, of_blocks.variance),
		.freedom = of_blocks.freedom,
		.run_freedom = of_runs.freedom,
	};
	if (of_runs.freedom > 0)
		error.run_effect = error.worth * of_runs.variance /
				   not_zero(deviations.share * (1 - deviations.share));
	deviations_finish(&deviations);
	return error;
}

static unsigned bucket_of(const struct jscope__series *series, double q)
{
	return jscope__hist_bucket(jscope_hist_quantile(series->hist, q));
}

static double weight_of(const struct jscope__rank_error *error)
{
	return error->run_effect > 1 ? error->worth / error->run_effect : error->worth;
}

/*
 * The percentile lies in a bucket; its two edges are where blocks can be asked. Where many values
 * are the same one edge may have no variance at all: the other speaks for both.
 */
struct jscope__rank_error jscope__series_rank_error(const struct jscope__series *series, double q)
{
	struct jscope_hist_doubt doubt = jscope_hist_doubt(series->hist);
	struct jscope__rank_error low, high, error;
	unsigned bucket;

	if (!series->hist || series->incomplete || block_count(series) < BLOCKS_MIN ||
	    doubt.missing == JSCOPE_HIST_UNCOUNTED)
		return (struct jscope__rank_error){ 0 };
	bucket = bucket_of(series, q);
	low = error_before(series, bucket);
	high = error_before(series, bucket + 1);
	error = weight_of(&low) < weight_of(&high) ? low : high;
	error.known = low.known && high.known;
	error.doubt = ((double)doubt.missing + (double)doubt.wrong) /
		      (double)jscope_hist_count(series->hist);
	return error;
}

/* What a chi-square is, beside its mean, in one of twenty cases; after Wilson and Hilferty. */
static double runs_limit(double freedom)
{
	const double width = 2 / (9 * freedom);

	return pow(1 - width + RUNS_NORMAL * sqrt(width), 3);
}

/* What runs differ by beside their blocks, as a variance that one of them has; in 1 / worth. */
static double between_runs(const struct jscope__rank_error *error)
{
	return error->run_freedom * (error->run_effect - 1) * (error->run_freedom + 1) /
	       error->worth;
}

static void runs_weigh(struct jscope__rank_error *error, double between, double freedom)
{
	error->by_runs = true;
	error->worth = 1 / (1 / error->worth + between / (error->run_freedom + 1));
	error->freedom = freedom;
}

void jscope__rank_errors_weigh(struct jscope__rank_error *a, struct jscope__rank_error *b)
{
	const double freedom = a->run_freedom + b->run_freedom;
	double between, effect;

	if (!(freedom > 0) || !a->known || !b->known)
		return;
	effect = (a->run_freedom * a->run_effect + b->run_freedom * b->run_effect) / freedom;
	a->runs_differ = b->runs_differ = effect > runs_limit(freedom);
	if (freedom < JSCOPE__RUNS_FREEDOM_MIN && !a->runs_differ)
		return;
	between = (between_runs(a) + between_runs(b)) / freedom;
	between = between > 0 ? between : 0;
	runs_weigh(a, between, freedom);
	runs_weigh(b, between, freedom);
}

void jscope__rank_error_weigh(struct jscope__rank_error *error)
{
	struct jscope__rank_error nothing = { .known = true, .worth = 1 };

	jscope__rank_errors_weigh(error, &nothing);
}

/* Shares of the values before the ends of an interval; beyond 0 .. 1 where there is no end. */
struct levels {
	double low, high;
};

/* Counted from the nearer end of the distribution. */
static struct levels levels_of(double q, const struct jscope__rank_error *error, double tail)
{
	const double ratio =
		jscope__normal_quantile(tail) / jscope__student_quantile(tail, error->freedom);
	const double worth = error->worth * ratio * ratio, share = q < 0.5 ? q : 1 - q;
	const double outer = jscope__binomial_low(worth, share, tail) / worth - error->doubt;
	const double inner = jscope__binomial_high(worth, share, tail) / worth + error->doubt;

	return q < 0.5 ? (struct levels){ outer, inner } : (struct levels){ 1 - inner, 1 - outer };
}

static struct jscope__interval interval_of(const struct jscope__series *series,
					   struct levels levels)
{
	return (struct jscope__interval){
		.has_low = levels.low >= 0,
		.has_high = levels.high <= 1,
		.low = jscope_hist_quantile(series->hist, levels.low),
		.high = jscope_hist_quantile(series->hist, levels.high),
	};
}

struct jscope__interval jscope__series_interval(const struct jscope__series *series, double q,
						const struct jscope__rank_error *error, double tail)
{
	return interval_of(series, levels_of(q, error, tail));
}

/* Two distances at right angles; the difference may be off by their hypotenuse. */
struct jscope__difference jscope__series_difference(const struct jscope__series *b,
						    const struct jscope__rank_error *error_b,
						    const struct jscope__series *a,
						    const struct jscope__rank_error *error_a,
						    double scale, double q, double tail)
{
	const struct jscope__interval of_a = jscope__series_interval(a, q, error_a, tail);
	const struct jscope__interval of_b = jscope__series_interval(b, q, error_b, tail);
	const double value_a = (double)jscope_hist_quantile(a->hist, q);
	const double value_b = (double)jscope_hist_quantile(b->hist, q);
	const double difference = value_b - scale * value_a;

	return (struct jscope__difference){
		.has_low = of_b.has_low && of_a.has_high,
		.has_high = of_b.has_high && of_a.has_low,
		.value = difference,
		.low = difference -
		       hypot(value_b - (double)of_b.low, scale * ((double)of_a.high - value_a)),
		.high = difference +
			hypot((double)of_b.high - value_b, scale * (value_a - (double)of_a.low)),
	};
}

/* The share of values before a bucket: how much more of it one half has than the other. */
static double halves_difference(const struct jscope__series *series, unsigned bucket)
{
	struct deviations deviations;
	double sum = 0;

	if (!deviations_init(&deviations, series, bucket))
		return 1;
	for (size_t i = 0; i < deviations.count / 2; i++)
		sum += deviations.of_block[i];
	sum = fabs(sum) * 4 / deviations.values;
	deviations_finish(&deviations);
	return sum;
}

int64_t jscope__series_wander(const struct jscope__series *series, double q)
{
	unsigned bucket;
	struct jscope__interval halves;
	double low, high, half;

	if (!series->hist || series->incomplete)
		return INT64_MAX;
	bucket = bucket_of(series, q);
	low = halves_difference(series, bucket);
	high = halves_difference(series, bucket + 1);
	half = (low > high ? low : high) / 2;
	halves = interval_of(series, (struct levels){ q - half, q + half });
	return jscope_sub_sat(halves.has_high ? halves.high : jscope_hist_max(series->hist),
			      halves.has_low ? halves.low : jscope_hist_min(series->hist));
}
