/*
 * The values of one figure on one side of a comparison: pooled over the runs of that side, and in the
 * order in which they came, so that it can be told how sure their percentiles are. Inside analysis/.
 * One thread.
 *
 * How sure: the share F(x) of values up to the percentile x is a mean, and its variance is that of
 * the means of blocks (batch means). Blocks are joined in pairs until neighbours no longer resemble
 * each other, so that the block length follows the data; what resemblance is left widens the
 * variance by that of a first-order autoregression. That variance, beside the one
 * that independent values had, tells how many independent values these are worth (Korn and Graubard
 * 1998); of that many, ranks are binomial, and the interval of a percentile follows by its ranks
 * (Woodruff 1952). It needs no density, and holds where bursts leave gaps between the values.
 *
 * Blocks cannot tell how much runs differ that nothing was changed between. Where there are runs
 * enough on both sides together these tell it: what they differ by, beside what their blocks explain,
 * is a variance that every run has once. It is taken to be the same on both sides, so that several
 * baselines speak for a single run beside them as well.
 */
#ifndef ANALYSIS_SERIES_H
#define ANALYSIS_SERIES_H

#include <stdbool.h>

#include "analysis/hist.h"
#include "blocks.h"

/* Rows of one name, as of threads that come and go, and runs: parts of a series. */
#define JSCOPE__SERIES_PARTS_MAX 256

struct jscope__series_part {
	const struct jscope__blocks *blocks; /* borrowed from a report */
	unsigned run;
};

struct jscope__series {
	const struct jscope_hist *hist; /* of one part borrowed, of several the next; NULL: empty */
	struct jscope_hist *pooled;	/* owned */
	struct jscope__series_part *parts; /* owned */
	unsigned part_count;
	bool incomplete; /* the order of some values is not known */
};

/*
 * All zero is an empty one. Add the values of a run; runs come in order, from 0. hist: borrowed,
 * outlives the series. Returns 0 or -ENOMEM.
 */
int jscope__series_add(struct jscope__series *series, unsigned run, const struct jscope_hist *hist);
void jscope__series_finish(struct jscope__series *series);

/*
 * So many degrees of freedom tell how much runs differ: three runs on each side, or five beside one.
 * Of fewer the interval would hold everything; there runs count only where they differ by more than
 * chance, and blocks alone do otherwise.
 */
#define JSCOPE__RUNS_FREEDOM_MIN 4

/* How far the rank of a quantile may be off. */
struct jscope__rank_error {
	bool known;	    /* there are blocks enough */
	bool by_runs;	    /* what runs differ by is in it */
	bool runs_differ;   /* by more than their blocks explain */
	double worth;	    /* as many independent values would tell as much */
	double freedom;	    /* degrees of freedom of that */
	double run_freedom; /* runs but one */
	double run_effect;  /* the variance that runs tell, beside that of their blocks */
	double doubt; /* share of values that may be missing or none: to either side of the rank */
};
/* By blocks alone; what follows is to be asked before an interval is made of it. */
struct jscope__rank_error jscope__series_rank_error(const struct jscope__series *series, double q);

/* Let the runs of both sides have their say, or those of a side by itself. */
void jscope__rank_errors_weigh(struct jscope__rank_error *a, struct jscope__rank_error *b);
void jscope__rank_error_weigh(struct jscope__rank_error *error);

/*
 * Between what the quantile lies, each end passed with a probability of `tail`. The error may have
 * other degrees of freedom than the series gave it.
 */
struct jscope__interval {
	bool has_low, has_high; /* false: beyond the first or last value */
	int64_t low, high;
};
struct jscope__interval jscope__series_interval(const struct jscope__series *series, double q,
						const struct jscope__rank_error *error,
						double tail);

/*
 * Between what quantile q of b less `scale` times that of a lies: the squares of the distances of
 * both add up (Zou and Donner 2008). scale > 0.
 */
struct jscope__difference {
	bool has_low, has_high;
	double value, low, high;
};
struct jscope__difference jscope__series_difference(const struct jscope__series *b,
						    const struct jscope__rank_error *error_b,
						    const struct jscope__series *a,
						    const struct jscope__rank_error *error_a,
						    double scale, double q, double tail);

/*
 * By how much quantile q differs between the first half of the values and the second, or the first
 * half of the runs and the second.
 */
int64_t jscope__series_wander(const struct jscope__series *series, double q);

#endif
