#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

/* getopt_long() returns this plus the row for long options without a letter. */
#define ROW_BASE    1000
#define HELP_CODE   (ROW_BASE - 1)
#define OPTIONS_MAX 40
#define FACTOR_ONE  1e6

struct spelling {
	char letters[3 * OPTIONS_MAX];
	struct option names[OPTIONS_MAX + 2];
};

static void spell(const struct jscope_option *rows, struct spelling *spelling)
{
	char *letter = spelling->letters;
	int i;

	*letter++ = '+'; /* stop at the first operand: what follows may belong to a program */
	*letter++ = ':';
	for (i = 0; rows[i].name && i < OPTIONS_MAX; i++) {
		int has_argument = rows[i].argument ? required_argument : no_argument;

		spelling->names[i] =
			(struct option){ rows[i].name, has_argument, NULL, ROW_BASE + i };
		if (rows[i].letter) {
			*letter++ = rows[i].letter;
			if (rows[i].argument)
				*letter++ = ':';
		}
	}
	*letter++ = 'h';
	*letter = 0;
	spelling->names[i] = (struct option){ "help", no_argument, NULL, HELP_CODE };
	spelling->names[i + 1] = (struct option){ 0 };
}

static const struct jscope_option *row_find(const struct jscope_option *rows, int code)
{
	if (code >= ROW_BASE)
		return &rows[code - ROW_BASE];
	while (rows->name && rows->letter != code)
		rows++;
	return rows;
}

static int parse_integer(const struct jscope_option *row, const char *text, int64_t *ret_value)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		return jscope_error(-EINVAL, "--%s takes a whole number, not '%s'.", row->name,
				    text);
	if (value < row->minimum || value > row->maximum)
		return jscope_error(-EINVAL, "--%s takes %lld to %lld, not %s.", row->name,
				    (long long)row->minimum, (long long)row->maximum, text);
	*ret_value = value;
	return 0;
}

static int parse_duration(const struct jscope_option *row, const char *text, jscope_ns *ret_ns)
{
	char low[JSCOPE_NS_TEXT_SIZE], high[JSCOPE_NS_TEXT_SIZE];
	jscope_ns ns;

	if (jscope_ns_parse(text, &ns) < 0)
		return jscope_error(-EINVAL,
				    "--%s takes a time with its unit, such as 10s or 250us, "
				    "not '%s'.",
				    row->name, text);
	if (ns < row->minimum)
		return jscope_error(-EINVAL, "--%s takes %s or more, not %s.", row->name,
				    jscope_ns_format(low, row->minimum), text);
	if (ns > row->maximum)
		return jscope_error(-EINVAL, "--%s takes %s or less, not %s.", row->name,
				    jscope_ns_format(high, row->maximum), text);
	*ret_ns = ns;
	return 0;
}

/* "0.1", "10": digits with a point among them. A number too small for a millionth is not 0. */
static bool factor_read(const char *text, int64_t *ret_millionths)
{
	double value;
	char *end;

	if (text[strspn(text, "0123456789.")] || !text[strcspn(text, "0123456789")])
		return false;
	value = strtod(text, &end) * FACTOR_ONE;
	if (*end || value > (double)INT64_MAX / 2)
		return false;
	*ret_millionths = (int64_t)(value + 0.5);
	return *ret_millionths > 0 || value <= 0;
}

static int parse_factor(const struct jscope_option *row, const char *text, int64_t *ret_millionths)
{
	int64_t millionths;

	if (!factor_read(text, &millionths) || millionths < row->minimum ||
	    millionths > row->maximum)
		return jscope_error(
			-EINVAL,
			"--%s takes a number such as 0.1 or 10, from %.15g to %.15g, not '%s'.",
			row->name, (double)row->minimum / FACTOR_ONE,
			(double)row->maximum / FACTOR_ONE, text);
	*ret_millionths = millionths;
	return 0;
}

static int parse_choice(const struct jscope_option *row, const char *text, int *ret_index)
{
	char known[200] = "";

	for (int i = 0; row->words[i]; i++) {
		if (strcmp(row->words[i], text) == 0) {
			*ret_index = i;
			return 0;
		}
		strncat(known, i ? ", " : "", sizeof known - strlen(known) - 1);
		strncat(known, row->words[i], sizeof known - strlen(known) - 1);
	}
	return jscope_error(-EINVAL, "--%s takes one of %s, not '%s'.", row->name, known, text);
}

static int parse_when(const struct jscope_option *row, const char *text, struct jscope_when *ret)
{
	struct jscope_when when = { .given = true };
	char *end;

	if (text[strspn(text, "0123456789")] == 0 && strlen(text) > 1) {
		errno = 0;
		when.ns = strtoll(text, &end, 10);
		when.absolute = true;
	} else if (jscope_ns_parse(text[0] == '+' ? text + 1 : text, &when.ns) < 0) {
		errno = EINVAL;
	} else {
		errno = 0;
	}
	if (errno)
		return jscope_error(-EINVAL,
				    "--%s takes a time since the first event, such as 2.5s, or "
				    "nanoseconds of the trace clock, not '%s'.",
				    row->name, text);
	*ret = when;
	return 0;
}

/* Capital letters: "10m" is a time. Returns whether it is a size. */
static bool size_read(const char *text, uint64_t *ret_bytes)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned shift = 0;
	unsigned long long count;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	count = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit)
		shift = 10 * (unsigned)(unit - units + 1);
	if (errno || count > UINT64_MAX >> shift || (*end && (!unit || end[1])))
		return false;
	*ret_bytes = (uint64_t)count << shift;
	return true;
}

#define SIZE_TEXT 24

/* As size_read() takes it. */
static const char *size_write(char text[SIZE_TEXT], uint64_t bytes)
{
	static const char units[] = "\0KMGT";
	unsigned unit = 0;

	for (; bytes && bytes % 1024 == 0 && units[unit + 1]; unit++)
		bytes /= 1024;
	snprintf(text, SIZE_TEXT, "%llu%.1s", (unsigned long long)bytes, &units[unit]);
	return text;
}

static int parse_size(const struct jscope_option *row, const char *text, uint64_t *ret_bytes)
{
	char minimum[SIZE_TEXT], maximum[SIZE_TEXT];
	uint64_t bytes;

	if (!size_read(text, &bytes))
		return jscope_error(-EINVAL,
				    "--%s takes a size in bytes, or such as 512K, 64M, 1G, "
				    "not '%s'.",
				    row->name, text);
	if (bytes < (uint64_t)row->minimum || bytes > (uint64_t)row->maximum)
		return jscope_error(-EINVAL, "--%s takes %s to %s, not %s.", row->name,
				    size_write(minimum, (uint64_t)row->minimum),
				    size_write(maximum, (uint64_t)row->maximum), text);
	*ret_bytes = bytes;
	return 0;
}

static int parse_extent(const struct jscope_option *row, const char *text,
			struct jscope_extent *ret)
{
	struct jscope_extent extent = { 0 };
	char minimum[SIZE_TEXT];

	if (!size_read(text, &extent.bytes) &&
	    (jscope_ns_parse(text, &extent.ns) < 0 || extent.ns < 0))
		return jscope_error(-EINVAL,
				    "--%s takes a size such as 1G, or a time such as 10m, not "
				    "'%s'.",
				    row->name, text);
	if (extent.ns == 0 && extent.bytes < (uint64_t)row->minimum)
		return jscope_error(-EINVAL, "--%s takes a size of %s or more, or a time, not %s.",
				    row->name, size_write(minimum, (uint64_t)row->minimum), text);
	*ret = extent;
	return 0;
}

static int parse_list(const struct jscope_option *row, char *text, struct jscope_list *list)
{
	char *rest = text, *item;

	while ((item = strsep(&rest, ","))) {
		if (!*item)
			return jscope_error(-EINVAL, "--%s takes no empty word.", row->name);
		if (list->count == JSCOPE_LIST_MAX)
			return jscope_error(-EINVAL, "--%s takes at most %d entries.", row->name,
					    JSCOPE_LIST_MAX);
		list->items[list->count++] = item;
	}
	return 0;
}

static int option_store(const struct jscope_option *row, char *text, void *settings)
{
	void *place = (char *)settings + row->offset;

	switch (row->type) {
	case JSCOPE_OPTION_FLAG:
		*(bool *)place = true;
		return 0;
	case JSCOPE_OPTION_TEXT:
	case JSCOPE_OPTION_FILE:
		*(const char **)place = text;
		return 0;
	case JSCOPE_OPTION_DURATION:
		return parse_duration(row, text, place);
	case JSCOPE_OPTION_INTEGER:
		return parse_integer(row, text, place);
	case JSCOPE_OPTION_FACTOR:
		return parse_factor(row, text, place);
	case JSCOPE_OPTION_CHOICE:
		return parse_choice(row, text, place);
	case JSCOPE_OPTION_WHEN:
		return parse_when(row, text, place);
	case JSCOPE_OPTION_SIZE:
		return parse_size(row, text, place);
	case JSCOPE_OPTION_EXTENT:
		return parse_extent(row, text, place);
	case JSCOPE_OPTION_LIST:
		return parse_list(row, text, place);
	}
	return -EINVAL;
}

static int refuse(const struct jscope_command *command, int code, char **argv)
{
	const char *option = argv[optind - 1];
	char letter[3] = { '-', (char)optopt, 0 };

	if (optopt > 0 && optopt < ROW_BASE - 1)
		option = letter;
	if (code == ':')
		return jscope_error(-EINVAL, "%s needs an argument; see 'jitterscope %s --help'.",
				    option, command->name);
	return jscope_error(-EINVAL, "There is no option %s; see 'jitterscope %s --help'.", option,
			    command->name);
}

static int check_operands(const struct jscope_command *command, char **operands, int count)
{
	if (count < command->operand_min)
		return jscope_error(-EINVAL, "%s is missing: jitterscope %s [OPTIONS] %s",
				    command->operands, command->name, command->operands);
	if (count > command->operand_max)
		return jscope_error(-EINVAL, "'%s' is too much; see 'jitterscope %s --help'.",
				    operands[command->operand_max], command->name);
	return 0;
}

/* Options may follow the operands of a verb that runs no program; move the operands behind them. */
static bool takes_program(const struct jscope_command *command)
{
	return command->operand_max == INT_MAX;
}

int jscope_options_parse(const struct jscope_command *command, int argc, char **argv,
			 void *settings, char ***ret_operands)
{
	struct spelling spelling;
	const char *letters;
	int code, error;

	spell(command->options, &spelling);
	letters = spelling.letters + !takes_program(command);
	if (command->defaults)
		memcpy(settings, command->defaults, command->settings_size);
	opterr = 0;
	optind = 0;
	while ((code = getopt_long(argc, argv, letters, spelling.names, NULL)) != -1) {
		if (code == 'h' || code == HELP_CODE)
			return 1;
		if (code == '?' || code == ':')
			return refuse(command, code, argv);
		error = option_store(row_find(command->options, code), optarg, settings);
		if (error < 0)
			return error;
	}
	*ret_operands = argv + optind;
	return check_operands(command, *ret_operands, argc - optind);
}
