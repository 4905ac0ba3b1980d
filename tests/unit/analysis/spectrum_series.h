/* Series for the spectrum, by seed, and what is made of them. */
#ifndef TESTS_SPECTRUM_SERIES_H
#define TESTS_SPECTRUM_SERIES_H

#include "spectrum.h"

struct spectrum_rig {
	struct jscope__wander_budget budget;
	struct jscope__fourier fourier;
	struct jscope__spectrum spectrum;
};

struct spectrum_rig *spectrum_rig_new(void);
/* Fails the test where memory of the budget is missing. */
void spectrum_rig_free(struct spectrum_rig *rig);

void series_seed(uint64_t seed);
double series_unit(void);   /* above 0, below 1 */
double series_normal(void); /* standard */

/* Value of point i, which come in order. */
typedef double series_fn(void *context, uint64_t i);

/* The lines of `count` points of one piece. */
struct jscope__spectrum_lines series_lines(series_fn *value, void *context, uint64_t count,
					   double rate_hz);

#endif
