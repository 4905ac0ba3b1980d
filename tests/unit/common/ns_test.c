#include "../cmocka_all.h"

#include <errno.h>

#include "common/ns.h"

static void parse_accepts(void **state)
{
	static const struct {
		const char *text;
		jscope_ns ns;
	} cases[] = {
		{ "0", 0 },
		{ "250us", 250000 },
		{ "1.5ms", 1500000 },
		{ "10s", 10000000000 },
		{ "2m", 120000000000 },
		{ "1h", 3600000000000 },
		{ "-3us", -3000 },
		{ "7ns", 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		jscope_ns ns = -1;

		assert_int_equal(jscope_ns_parse(cases[i].text, &ns), 0);
		assert_int_equal(ns, cases[i].ns);
	}
}

static void parse_refuses(void **state)
{
	static const char *const texts[] = { "",     "10", "s",	 "10 s", "10sec", "nan", "infs",
					     "--1s", "1e", "0x", "+1s",	 ".5s",	  "1s2" };
	jscope_ns ns = 42;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(jscope_ns_parse(texts[i], &ns), -EINVAL);
	assert_int_equal(jscope_ns_parse("9e30s", &ns), -ERANGE);
	assert_int_equal(jscope_ns_parse("3000000h", &ns), -ERANGE);
	assert_int_equal(ns, 42);
}

static void format_fits_the_unit(void **state)
{
	static const struct {
		jscope_ns ns;
		const char *text;
	} cases[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 1000, "1.000 us" },
		{ 12345, "12.35 us" },
		{ 999949, "999.9 us" },
		{ 999950, "1.000 ms" },
		{ 999999, "1.000 ms" },
		{ -999998, "-1.000 ms" },
		{ 999949999, "999.9 ms" },
		{ 999950000, "1.000 s" },
		{ 1500000, "1.500 ms" },
		{ -3020000000, "-3.020 s" },
		{ 3600000000000, "3600 s" },
		{ JSCOPE_NS_UNKNOWN, "?" },
		{ INT64_MAX, "9223372037 s" },
	};
	char text[JSCOPE_NS_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(jscope_ns_format(text, cases[i].ns), cases[i].text);
}

static void muldiv_is_exact_beyond_64_bits(void **state)
{
	(void)state;
	/* 100 h of 192 kB/s in ns: the product needs 67 bits. */
	assert_int_equal(jscope_muldiv(360000000000000, 192000, 1000000000), 69120000000);
	assert_int_equal(jscope_muldiv(-1, 1, 2), -1);
	assert_int_equal(jscope_muldiv(-4, 1, 2), -2);
	assert_int_equal(jscope_muldiv(INT64_MAX, 2, 1), INT64_MAX);
	assert_int_equal(jscope_muldiv(INT64_MIN, 2, 1), INT64_MIN + 1);
}

static void sums_saturate(void **state)
{
	(void)state;
	assert_int_equal(jscope_add_sat(INT64_MAX, 1), INT64_MAX);
	assert_int_equal(jscope_sub_sat(INT64_MIN, 1), INT64_MIN + 1);
	assert_int_equal(jscope_sub_sat(5, 7), -2);
}

static void reals_saturate(void **state)
{
	(void)state;
	assert_int_equal(jscope_ns_of_real(12.9), 12);
	assert_int_equal(jscope_ns_of_real(-12.9), -12);
	assert_int_equal(jscope_ns_of_real(0x1p62), INT64_C(1) << 62);
	assert_int_equal(jscope_ns_of_real(0x1p63), INT64_MAX);
	assert_int_equal(jscope_ns_of_real(1e300), INT64_MAX);
	assert_int_equal(jscope_ns_of_real(-0x1p63), INT64_MIN + 1);
	assert_int_equal(jscope_ns_of_real(-1e300), INT64_MIN + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse_accepts),
		cmocka_unit_test(parse_refuses),
		cmocka_unit_test(format_fits_the_unit),
		cmocka_unit_test(muldiv_is_exact_beyond_64_bits),
		cmocka_unit_test(sums_saturate),
		cmocka_unit_test(reals_saturate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
