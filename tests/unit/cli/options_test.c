#include "../cmocka_all.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "command.h"
#include "common/error.h"

struct settings {
	bool flag;
	const char *text;
	jscope_ns duration_ns;
	int64_t number;
	int choice;
	struct jscope_when when;
	uint64_t size_bytes;
	struct jscope_extent extent;
	struct jscope_list list;
	int64_t factor_millionths;
};

static const char *const words[] = { "red", "green", NULL };

static const struct jscope_option options[] = {
	{ 'f', "flag", NULL, "", JSCOPE_OPTION_FLAG, offsetof(struct settings, flag), 0, 0, NULL },
	{ 't', "text", "X", "", JSCOPE_OPTION_TEXT, offsetof(struct settings, text), 0, 0, NULL },
	{ 0, "duration", "T", "", JSCOPE_OPTION_DURATION, offsetof(struct settings, duration_ns),
	  1000, 1000000, NULL },
	{ 'n', "number", "N", "", JSCOPE_OPTION_INTEGER, offsetof(struct settings, number), -5, 5,
	  NULL },
	{ 0, "choice", "C", "", JSCOPE_OPTION_CHOICE, offsetof(struct settings, choice), 0, 0,
	  words },
	{ 0, "when", "T", "", JSCOPE_OPTION_WHEN, offsetof(struct settings, when), 0, 0, NULL },
	{ 0, "size", "SIZE", "", JSCOPE_OPTION_SIZE, offsetof(struct settings, size_bytes), 1024,
	  (int64_t)1 << 40, NULL },
	{ 0, "extent", "SIZE|T", "", JSCOPE_OPTION_EXTENT, offsetof(struct settings, extent), 1024,
	  0, NULL },
	{ 0, "factor", "X", "", JSCOPE_OPTION_FACTOR, offsetof(struct settings, factor_millionths),
	  0, 2000000, NULL },
	{ 0, "list", "LIST", "", JSCOPE_OPTION_LIST, offsetof(struct settings, list), 0, 0, NULL },
	{ 0 },
};

static const struct settings defaults = { .number = 3 };

static const struct jscope_command command = {
	.name = "try",
	.operands = "SOURCE",
	.operand_max = 2,
	.options = options,
	.settings_size = sizeof(struct settings),
	.defaults = &defaults,
};

static const struct jscope_command runner = {
	.name = "run",
	.operands = "-- PROGRAM",
	.operand_min = 1,
	.operand_max = INT_MAX,
	.options = options,
	.settings_size = sizeof(struct settings),
};

/* Parse words separated by blanks. */
static int parse(const struct jscope_command *how, const char *line, struct settings *settings,
		 char ***ret_operands)
{
	static char text[200];
	static char *argv[20];
	int argc = 1;

	jscope_error_clear();
	snprintf(text, sizeof text, "%s", line);
	memset(settings, 0, sizeof *settings);
	argv[0] = text + strlen(text);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return jscope_options_parse(how, argc, argv, settings, ret_operands);
}

static void reads_every_type(void **state)
{
	struct settings settings;
	char **operands;

	(void)state;
	assert_int_equal(parse(&command,
			       "one -f --text=abc --duration 250us -n -4 --choice green "
			       "--when 1.5s two",
			       &settings, &operands),
			 0);
	assert_true(settings.flag);
	assert_string_equal(settings.text, "abc");
	assert_int_equal(settings.duration_ns, 250000);
	assert_int_equal(settings.number, -4);
	assert_int_equal(settings.choice, 1);
	assert_true(settings.when.given && !settings.when.absolute);
	assert_int_equal(settings.when.ns, 1500000000);
	assert_string_equal(operands[0], "one");
	assert_string_equal(operands[1], "two");
	assert_null(operands[2]);
}

static void reads_sizes_and_what_may_be_one(void **state)
{
	static const struct {
		const char *line;
		uint64_t size_bytes, extent_bytes;
		jscope_ns extent_ns;
	} cases[] = {
		{ "--size 1024 --extent 1024", 1024, 1024, 0 },
		{ "--size 64K --extent 3M", 65536, 3 << 20, 0 },
		{ "--size 2G --extent 10m", UINT64_C(2) << 30, 0, 600 * JSCOPE_NS_PER_SEC },
		{ "--size 1T --extent 1.5s", UINT64_C(1) << 40, 0, 1500 * JSCOPE_NS_PER_MS },
	};
	struct settings settings;
	char **operands;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(parse(&command, cases[i].line, &settings, &operands), 0);
		assert_int_equal(settings.size_bytes, cases[i].size_bytes);
		assert_int_equal(settings.extent.bytes, cases[i].extent_bytes);
		assert_int_equal(settings.extent.ns, cases[i].extent_ns);
	}
}

static void reads_factors_exactly(void **state)
{
	static const struct {
		const char *line;
		int64_t millionths;
	} cases[] = {
		{ "--factor 0", 0 },	     { "--factor 1", 1000000 },	 { "--factor 0.1", 100000 },
		{ "--factor .5", 500000 },   { "--factor 2.", 2000000 }, { "--factor 0.000001", 1 },
		{ "--factor 0.29", 290000 },
	};
	struct settings settings;
	char **operands;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(parse(&command, cases[i].line, &settings, &operands), 0);
		assert_int_equal(settings.factor_millionths, cases[i].millionths);
	}
}

static void collects_lists(void **state)
{
	struct settings settings;
	char **operands;

	(void)state;
	assert_int_equal(parse(&command, "--list a,bc --list=d", &settings, &operands), 0);
	assert_int_equal(settings.list.count, 3);
	assert_string_equal(settings.list.items[0], "a");
	assert_string_equal(settings.list.items[1], "bc");
	assert_string_equal(settings.list.items[2], "d");
	assert_int_equal(parse(&command, "--list 1,2,3,4,5,6,7,8 --list 1,2,3,4,5,6,7,8", &settings,
			       &operands),
			 0);
	assert_int_equal(settings.list.count, JSCOPE_LIST_MAX);
}

static void keeps_defaults_and_reads_absolute_times(void **state)
{
	struct settings settings;
	char **operands;

	(void)state;
	assert_int_equal(parse(&command, "--when 1605000000123456789", &settings, &operands), 0);
	assert_int_equal(settings.number, 3);
	assert_true(settings.when.absolute);
	assert_int_equal(settings.when.ns, 1605000000123456789);
	assert_int_equal(parse(&command, "--when 0", &settings, &operands), 0);
	assert_false(settings.when.absolute);
	assert_int_equal(parse(&command, "--help", &settings, &operands), 1);
}

static void leaves_the_program_its_options(void **state)
{
	struct settings settings;
	char **operands;

	(void)state;
	assert_int_equal(parse(&runner, "-f -- prog -n 99 --bad", &settings, &operands), 0);
	assert_string_equal(operands[0], "prog");
	assert_string_equal(operands[1], "-n");
	assert_int_equal(parse(&runner, "prog --bad", &settings, &operands), 0);
	assert_string_equal(operands[1], "--bad");
	assert_int_equal(settings.number, 0);
}

static void refuses_with_a_sentence(void **state)
{
	static const struct {
		const char *line, *sentence;
	} cases[] = {
		{ "--nope", "no option --nope" },
		{ "-x", "no option -x" },
		{ "--text", "needs an argument" },
		{ "--duration 250", "time with its unit" },
		{ "--duration 999ns", "takes 1.000 us or more" },
		{ "--number 6", "takes -5 to 5" },
		{ "--number 2x", "whole number" },
		{ "--number 99999999999999999999", "whole number" },
		{ "--choice blue", "one of red, green" },
		{ "--when tomorrow", "time since the first event" },
		{ "--when 99999999999999999999", "time since the first event" },
		{ "--size 1023", "takes 1K to 1T, not" },
		{ "--size 2T", "takes 1K to 1T, not" },
		{ "--size 1m", "size in bytes" },
		{ "--size 1KK", "size in bytes" },
		{ "--size -1", "size in bytes" },
		{ "--size 99999999T", "size in bytes" },
		{ "--size 99999999999999999999", "size in bytes" },
		{ "--extent 5", "a size of 1K or more, or a time" },
		{ "--extent 0", "a size of 1K or more, or a time" },
		{ "--extent -5s", "a size such as 1G, or a time" },
		{ "--extent 5x", "a size such as 1G, or a time" },
		{ "--factor 2.1", "--factor takes a number such as 0.1 or 10, from 0 to 2, not" },
		{ "--factor -1", "takes a number such as" },
		{ "--factor 1e3", "takes a number such as" },
		{ "--factor .", "takes a number such as" },
		{ "--factor 1.1.1", "takes a number such as" },
		{ "--factor 0.0000001", "takes a number such as" },
		{ "--list a,,b", "no empty word" },
		{ "--list 1,2,3,4,5,6,7,8 --list 1,2,3,4,5,6,7,8,9", "at most 16" },
		{ "a b c", "'c' is too much" },
	};
	struct settings settings;
	char **operands;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(parse(&command, cases[i].line, &settings, &operands), -EINVAL);
		assert_non_null(strstr(jscope_error_sentence(0), cases[i].sentence));
	}
	assert_int_equal(parse(&runner, "-f", &settings, &operands), -EINVAL);
	assert_non_null(strstr(jscope_error_sentence(0), "PROGRAM is missing"));
}

static void finds_the_longest_name(void **state)
{
	char *live[] = { (char *)"jitterscope", (char *)"record", (char *)"live", (char *)"-q",
			 NULL };
	char *bare[] = { (char *)"jitterscope", (char *)"record", NULL };
	char *more[] = { (char *)"jitterscope", (char *)"reports", NULL };
	int taken = 0;

	(void)state;
	assert_string_equal(jscope_command_find(4, live, &taken)->name, "record live");
	assert_int_equal(taken, 2);
	assert_null(jscope_command_find(2, bare, &taken));
	assert_null(jscope_command_find(2, more, &taken));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_type),
		cmocka_unit_test(reads_sizes_and_what_may_be_one),
		cmocka_unit_test(reads_factors_exactly),
		cmocka_unit_test(collects_lists),
		cmocka_unit_test(keeps_defaults_and_reads_absolute_times),
		cmocka_unit_test(leaves_the_program_its_options),
		cmocka_unit_test(refuses_with_a_sentence),
		cmocka_unit_test(finds_the_longest_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
