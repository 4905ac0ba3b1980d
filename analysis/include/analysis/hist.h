/*
 * A histogram of signed 64-bit values with a stated relative error, and exact count, min, max, sum.
 *
 * Log-linear: values below 1024 have a bucket each; above, every octave is cut into 512 buckets of
 * equal width, so that the midpoint of a bucket is off by at most 1/1024 (< 0.1 %) of any value in
 * it. Negative values have mirrored buckets. Memory is taken an octave at a time, on first use, and
 * never exceeds 2 x 55 octaves x 512 cells. Cells hold 32 bits; what passes a full cell, or finds
 * no memory for its octave, is counted in `overflow` and still enters count, sum, min and max. One
 * thread.
 */
#ifndef ANALYSIS_HIST_H
#define ANALYSIS_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jscope_hist;

/* Magnitudes below have a bucket each; any other is off by at most 1 of as many. */
#define JSCOPE_HIST_EXACT_BELOW 1024

/* Octaves that several histograms may take together: 2 KiB each, given back on destroy. */
struct jscope_hist_budget {
	size_t octaves_left;
};

struct jscope__blocks_budget;

struct jscope_hist_limits {
	struct jscope_hist_budget *budget; /* outlives the histogram; NULL for no common limit */
	uint32_t cell_max;		   /* a cell that holds this much is full; 0: UINT32_MAX */
	/* Keep the order of the values, too, in blocks of this memory; NULL: do not. Outlives it. */
	struct jscope__blocks_budget *blocks;
};

/* limits: NULL for the widest. Returns 0 or -ENOMEM. */
int jscope_hist_create(const struct jscope_hist_limits *limits, struct jscope_hist **ret_hist);
void jscope_hist_destroy(struct jscope_hist *hist);
/* Forget all values; the limits stay. */
void jscope_hist_clear(struct jscope_hist *hist);

/* Record a value. When memory for its octave is short the value counts as overflow. */
void jscope_hist_record(struct jscope_hist *hist, int64_t value);
/* The same as recording it `count` times, at the price of one. */
void jscope_hist_record_many(struct jscope_hist *hist, int64_t value, uint64_t count);

/* Add all values of `from`. Returns 0 or -ENOMEM (then what did not fit counts as overflow). */
int jscope_hist_add(struct jscope_hist *hist, const struct jscope_hist *from);

/* All questions may be put to NULL, which is an empty histogram. */
uint64_t jscope_hist_count(const struct jscope_hist *hist);
/* Values without a bucket: negative ones, the others, and both together. */
uint64_t jscope_hist_below(const struct jscope_hist *hist);
uint64_t jscope_hist_above(const struct jscope_hist *hist);
uint64_t jscope_hist_overflow(const struct jscope_hist *hist);
/* 0 when empty. */
int64_t jscope_hist_min(const struct jscope_hist *hist);
int64_t jscope_hist_max(const struct jscope_hist *hist);
double jscope_hist_mean(const struct jscope_hist *hist);
/* Population standard deviation; from exact 128-bit sums of values and of their squares. */
double jscope_hist_stddev(const struct jscope_hist *hist);

/* Can quantile q (0..1) be told? Not when n (1 - q) < 1: there is no value beyond it. */
bool jscope_hist_has_quantile(const struct jscope_hist *hist, double q);

/* The rank of quantile q among `count` values, ceil(q count); 0 where it cannot be told. */
uint64_t jscope_hist_rank(uint64_t count, double q);

/*
 * Nearest rank: the ceil(q n)-th smallest value, as the midpoint of its bucket, kept inside
 * min..max. Values below without a bucket rank first, those above last, at min and max. 0 when
 * empty.
 */
int64_t jscope_hist_quantile(const struct jscope_hist *hist, double q);

/* Values in low <= v < high, as far as buckets tell: a bucket counts where its midpoint lies. */
uint64_t jscope_hist_count_between(const struct jscope_hist *hist, int64_t low, int64_t high);

/*
 * How many values a histogram may lack, and how many that it has may be none of it: whoever fills
 * it knows, and tells it at the end. Neither is added by jscope_hist_add().
 */
#define JSCOPE_HIST_UNCOUNTED UINT64_MAX
struct jscope_hist_doubt {
	uint64_t missing; /* UNCOUNTED: nobody knows */
	uint64_t wrong;
};
void jscope_hist_doubt_set(struct jscope_hist *hist, struct jscope_hist_doubt doubt);
/* Values without a bucket are missing, too: all that is known of them is their sign. */
struct jscope_hist_doubt jscope_hist_doubt(const struct jscope_hist *hist);

/*
 * Between what the quantile would lie if the missing values were the best or the worst, and the
 * wrong ones likewise. With n values, m missing and w wrong, its rank r is at most ceil(q (n - w + m)),
 * and the value of that rank lies between those of ranks r - m and r + w here; what is beyond the
 * first or the last of them has no bound. Bounds are the outer edges of buckets, so that they hold
 * exactly, and for what jscope_hist_quantile() makes of the whole as well.
 */
struct jscope_hist_bounds {
	bool has_low, has_high;
	int64_t low, high;
};
/* false where nothing can be told: nobody knows how many are missing, or too few beyond q. */
bool jscope_hist_bounds(const struct jscope_hist *hist, double q,
			struct jscope_hist_bounds *ret_bounds);

/*
 * The filled buckets in ascending order: start with *cursor == 0; false after the last.
 * low <= value and value - low < width hold for all values of the bucket.
 */
struct jscope_hist_bucket {
	int64_t low;
	int64_t width;
	uint64_t count;
};
bool jscope_hist_next(const struct jscope_hist *hist, size_t *cursor,
		      struct jscope_hist_bucket *ret_bucket);

#endif
