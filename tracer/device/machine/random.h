/*
 * Repeatable random numbers: xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64.
 *
 * Every place that draws has a generator of its own, seeded from the scenario's seed and the
 * identity of the place, so that what one place draws does not depend on the order in which the
 * others do: a scenario draws the same delays live and simulated.
 */
#ifndef DEVICE_RANDOM_H
#define DEVICE_RANDOM_H

#include <stdint.h>

struct jscope__random {
	uint64_t state[4];
};

/* `place` tells the generators of one seed apart. */
void jscope__random_init(struct jscope__random *random, uint64_t seed, uint64_t place);

uint64_t jscope__random_next(struct jscope__random *random);

/* Uniform in [0, 1), in steps of 2^-53. */
double jscope__random_unit(struct jscope__random *random);

/* Uniform in 0 .. limit - 1; limit > 0. */
uint64_t jscope__random_below(struct jscope__random *random, uint64_t limit);

#endif
