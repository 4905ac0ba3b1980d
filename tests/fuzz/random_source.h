/* Numbers from a seed: the same on every machine. One thread. */
#ifndef RANDOM_SOURCE_H
#define RANDOM_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

struct random_source {
	uint64_t state;
};

void random_seed(struct random_source *source, uint64_t seed);
uint64_t random_next(struct random_source *source);
/* 0 .. below - 1; below > 0. */
uint64_t random_below(struct random_source *source, uint64_t below);
bool random_percent(struct random_source *source, unsigned percent);
/* Values at which arithmetic breaks: 0, powers of two and their neighbours, both ends. */
int64_t random_extreme(struct random_source *source);

#endif
