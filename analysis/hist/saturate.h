/* Sums of counts that stay at the greatest one. Inside analysis/. */
#ifndef ANALYSIS_SATURATE_H
#define ANALYSIS_SATURATE_H

#include <stdint.h>

static inline uint64_t jscope__add_sat(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

#endif
