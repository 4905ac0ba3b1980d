#include "../cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "clean.h"

#define R "\xef\xbf\xbd"

static void replaces_what_is_unfit(void **state)
{
	static const struct {
		const char *text, *clean;
	} rows[] = {
		{ NULL, "" },
		{ "plain", "plain" },
		{ "\033[2J", R "[2J" },
		{ "a\nb\rc\td\x7f", "a" R "b" R "c" R "d" R },
		{ "\xc2\x9b"
		  "1m",
		  R "1m" }, /* C1 control */
		{ "\xc3\xa9\xe9\x9f\xb3\xf0\x9f\x8e\xb5", "\xc3\xa9\xe9\x9f\xb3\xf0\x9f\x8e\xb5" },
		{ "\xff\xfe", R R },		 /* never in UTF-8 */
		{ "\xc0\xaf", R R },		 /* overlong */
		{ "\xe0\x80\xaf", R R R },	 /* overlong */
		{ "\xed\xa0\x80", R R R },	 /* surrogate */
		{ "\xf4\x90\x80\x80", R R R R }, /* beyond Unicode */
		{ "\xe2\x82", R R },		 /* cut */
		{ "\xe2\x80\xae"
		  "x",
		  R "x" }, /* right-to-left override */
		{ "a\xc2\xad"
		  "b",
		  "a" R "b" },	       /* soft hyphen */
		{ "\xe2\x80\xa8", R }, /* line separator */
	};
	char clean[64];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *dup = jscope__clean_dup(rows[i].text);

		assert_string_equal(jscope__clean(clean, sizeof clean, rows[i].text),
				    rows[i].clean);
		assert_string_equal(dup, rows[i].clean);
		free(dup);
	}
}

static void cuts_between_characters(void **state)
{
	char clean[8];

	(void)state;
	assert_string_equal(jscope__clean(clean, sizeof clean, "1234567"), "1234567");
	assert_string_equal(jscope__clean(clean, sizeof clean, "12345678"), "123456~");
	assert_string_equal(jscope__clean(clean, sizeof clean, "12345\xc3\xa9"), "12345\xc3\xa9");
	assert_string_equal(jscope__clean(clean, sizeof clean, "12345\xc3\xa9z"), "12345~");
	assert_string_equal(jscope__clean(clean, sizeof clean, "\xff\xff\xff\xff"), R R "~");
}

/* All four bytes, at the very end of their memory: a sanitizer sees a byte too far. */
static void decodes_any_bytes(void **state)
{
	char *text = malloc(4), *dup;
	uint64_t random = 1;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 200000; i++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		memcpy(text, (char *)&random + 4, 3);
		text[3] = '\0';
		dup = jscope__clean_dup(text);
		for (const char *c = dup; *c; c++)
			assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
		free(dup);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_what_is_unfit),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(decodes_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
