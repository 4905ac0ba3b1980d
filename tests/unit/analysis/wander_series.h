/*
 * Series of time errors for the tests of wander.h, and a slow reference for their figures, which
 * looks at every window. Called by one test at a time.
 */
#ifndef TESTS_UNIT_ANALYSIS_WANDER_SERIES_H
#define TESTS_UNIT_ANALYSIS_WANDER_SERIES_H

#include "wander.h"

#define HOLE INT64_MIN

/* Time errors in ns by point number; HOLE: the point is missing. */
struct series {
	size_t count;
	int64_t *error_ns; /* to be freed by whoever has the series */
};

/* What lies between 0 and below `limit`; the same ones in each run. */
uint64_t random_below(uint64_t limit);

/* Noise on a drift, now and then a step; one of `hole_every` points is missing. */
struct series series_random(size_t count, uint64_t hole_every, int64_t step_ns);

/* What wanders that a test makes live from: full whenever one is made. */
extern struct jscope__wander_budget wander_budget;

struct jscope__wander *wander_new(void);

/* One segment. */
void segment_feed(struct jscope__wander *wander, const struct series *series);

/* The octave has a window. */
struct jscope__wander_figures figures_of(const struct jscope__wander *wander, unsigned octave,
					 double period_ns);

void assert_close(double value, double expected, double relative);

/* 0 of nothing. */
double mean_of(double sum, uint64_t count);

/* The square that a window of ADEV adds; x: its first point. */
double window_adev(const int64_t *x, size_t m);

struct reference {
	double mtie_ns, adev_squares, tdev_squares;
	uint64_t windows[JSCOPE__TAU_KINDS], skipped[JSCOPE__TAU_KINDS];
};

/* All windows of m points' distance, as the definitions have it. */
void reference_add(struct reference *reference, const struct series *series, size_t m);

/* The wander has the same figures in that octave, or no window as well. */
void reference_check(const struct jscope__wander *wander, unsigned octave,
		     const struct reference *reference);

#endif
