#include "random.h"

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

void jscope__random_init(struct jscope__random *random, uint64_t seed, uint64_t place)
{
	uint64_t state = seed;

	state = splitmix(&state) ^ place;
	for (int i = 0; i < 4; i++)
		random->state[i] = splitmix(&state);
}

static uint64_t rotate(uint64_t x, int count)
{
	return (x << count) | (x >> (64 - count));
}

uint64_t jscope__random_next(struct jscope__random *random)
{
	uint64_t *s = random->state;
	const uint64_t result = rotate(s[1] * 5, 7) * 9;
	const uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

double jscope__random_unit(struct jscope__random *random)
{
	return (double)(jscope__random_next(random) >> 11) * 0x1p-53;
}

uint64_t jscope__random_below(struct jscope__random *random, uint64_t limit)
{
	return (uint64_t)(((__uint128_t)jscope__random_next(random) * limit) >> 64);
}
