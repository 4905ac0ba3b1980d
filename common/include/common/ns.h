/*
 * Time: one type from the probe to the report.
 *
 * Every instant and duration inside the project is a jscope_ns: signed 64-bit nanoseconds. An
 * instant is on the trace clock, which covers the years 1678 to 2262. Other units are converted
 * where data enters. The functions here may be called from any thread; but for the clock they are pure.
 */
#ifndef COMMON_NS_H
#define COMMON_NS_H

#include <stddef.h>
#include <stdint.h>

typedef int64_t jscope_ns;

#define JSCOPE_NS_PER_US  ((jscope_ns)1000)
#define JSCOPE_NS_PER_MS  ((jscope_ns)1000000)
#define JSCOPE_NS_PER_SEC ((jscope_ns)1000000000)

/* An instant that is not known. No clock that we read can produce it. */
#define JSCOPE_NS_UNKNOWN INT64_MIN

/* Room for any text of jscope_ns_format(), its terminating NUL included. */
#define JSCOPE_NS_TEXT_SIZE 24

/*
 * value * numerator / denominator with a 128-bit product, rounded towards minus infinity and
 * saturated to the range of int64_t. denominator > 0.
 *
 * Needed because frames * 1e9 leaves 64 bits after 13 hours at 192 kB/s (DOMAIN 0.3).
 */
int64_t jscope_muldiv(int64_t value, int64_t numerator, int64_t denominator);

/* a + b and a - b, saturated to INT64_MIN + 1 .. INT64_MAX: hostile timestamps never wrap. */
static inline int64_t jscope_add_sat(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN + 1 : INT64_MAX;
	return sum == INT64_MIN ? INT64_MIN + 1 : sum;
}

static inline int64_t jscope_sub_sat(int64_t a, int64_t b)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference))
		return a < 0 ? INT64_MIN + 1 : INT64_MAX;
	return difference == INT64_MIN ? INT64_MIN + 1 : difference;
}

/* A mean or a deviation as a time: its fraction dropped, saturated as the sums above. */
static inline jscope_ns jscope_ns_of_real(double ns)
{
	if (ns >= 0x1p63)
		return INT64_MAX;
	return ns > -0x1p63 ? (jscope_ns)ns : INT64_MIN + 1;
}

/* This instant of CLOCK_MONOTONIC, the clock of our probes. */
jscope_ns jscope_ns_now(void);

/*
 * Parse a duration: a decimal number and a unit of ns, us, ms, s, m, h ("250us", "1.5ms", "10s").
 * "0" needs no unit.
 *
 * Returns 0, -EINVAL (no number, unknown or missing unit, trailing text), -ERANGE (over 292 years).
 */
int jscope_ns_parse(const char *text, jscope_ns *ret_ns);

/*
 * Write a duration for people: three to four significant digits and the unit that fits
 * ("950 ns", "12.35 us", "1.500 ms", "-3.020 s"). Returns `text`, of JSCOPE_NS_TEXT_SIZE bytes.
 */
char *jscope_ns_format(char *text, jscope_ns ns);

#endif
