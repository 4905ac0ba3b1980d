#include "common/ns.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

__extension__ typedef __int128 jscope__i128;

static int64_t saturate(jscope__i128 value)
{
	if (value > INT64_MAX)
		return INT64_MAX;
	if (value <= INT64_MIN)
		return INT64_MIN + 1;
	return (int64_t)value;
}

static int64_t muldiv_wide(int64_t value, int64_t numerator, int64_t denominator)
{
	jscope__i128 product = (jscope__i128)value * numerator;
	jscope__i128 quotient = product / denominator;

	if (product % denominator < 0)
		quotient--;
	return saturate(quotient);
}

/* A division of 128 bits is a library call; nearly all products fit in 64. */
int64_t jscope_muldiv(int64_t value, int64_t numerator, int64_t denominator)
{
	int64_t product, quotient;

	if (__builtin_mul_overflow(value, numerator, &product) || product == INT64_MIN)
		return muldiv_wide(value, numerator, denominator);
	quotient = product / denominator;
	return product % denominator < 0 ? quotient - 1 : quotient;
}

jscope_ns jscope_ns_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * JSCOPE_NS_PER_SEC + now.tv_nsec;
}

static const struct {
	const char *name;
	double ns;
} units[] = {
	{ "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 },
};

static double unit_ns(const char *name)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (strcmp(name, units[i].name) == 0)
			return units[i].ns;
	return 0;
}

int jscope_ns_parse(const char *text, jscope_ns *ret_ns)
{
	char *end;
	double number, scale;

	if (!isdigit((unsigned char)text[text[0] == '-']))
		return -EINVAL;
	number = strtod(text, &end);
	scale = *end ? unit_ns(end) : number == 0 ? 1 : 0;
	if (scale == 0)
		return -EINVAL;
	if (!(fabs(number * scale) < 9.2e18))
		return -ERANGE;
	*ret_ns = llround(number * scale);
	return 0;
}

/* Digits behind the point so that four significant ones stay. */
static int decimals(double value)
{
	value = fabs(value);
	return value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
}

char *jscope_ns_format(char *text, jscope_ns ns)
{
	static const struct {
		double below, scale;
		const char *unit;
	} steps[] = {
		{ 999.95e3, 1e3, "us" },
		{ 999.95e6, 1e6, "ms" },
		{ INFINITY, 1e9, "s" },
	};
	double value = (double)ns;
	size_t i = 0;

	if (ns == JSCOPE_NS_UNKNOWN)
		return strcpy(text, "?");
	if (ns > -1000 && ns < 1000) {
		snprintf(text, JSCOPE_NS_TEXT_SIZE, "%" PRId64 " ns", ns);
		return text;
	}
	while (fabs(value) >= steps[i].below)
		i++;
	value /= steps[i].scale;
	snprintf(text, JSCOPE_NS_TEXT_SIZE, "%.*f %s", decimals(value), value, steps[i].unit);
	return text;
}
