#include "random_source.h"

void random_seed(struct random_source *source, uint64_t seed)
{
	source->state = seed;
}

/* splitmix64: any seed is a good one. */
uint64_t random_next(struct random_source *source)
{
	uint64_t z = source->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t random_below(struct random_source *source, uint64_t below)
{
	return random_next(source) % below;
}

bool random_percent(struct random_source *source, unsigned percent)
{
	return random_below(source, 100) < percent;
}

int64_t random_extreme(struct random_source *source)
{
	uint64_t value = UINT64_C(1) << random_below(source, 64);

	switch (random_below(source, 6)) {
	case 0:
		return 0;
	case 1:
		return INT64_MAX;
	case 2:
		return INT64_MIN;
	case 3:
		value--;
		break;
	case 4:
		value = -value;
		break;
	default:
		break;
	}
	return (int64_t)value;
}
