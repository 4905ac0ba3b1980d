#include "replay/limits.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "ctf/metadata.h"

#define KIB ((uint64_t)1 << 10)
#define GIB ((uint64_t)1 << 30)

/* Parsers call themselves as deep as types nest, hence the greatest nesting. */
const struct jscope_limit jscope_limit_table[] = {
	{ "metadata", "bytes of a file of metadata", JSCOPE__CTF_METADATA_BYTES, KIB, 4 * GIB, true,
	  offsetof(struct jscope_limits, metadata_bytes) },
	{ "types", "types and fields that metadata declare", JSCOPE__CTF_TYPE_COUNT, 1, GIB, false,
	  offsetof(struct jscope_limits, type_count) },
	{ "nesting", "types and scopes in each other", JSCOPE__CTF_NESTING, 1, 512, false,
	  offsetof(struct jscope_limits, nesting) },
	{ "sequence", "elements of a sequence", JSCOPE__CTF_SEQUENCE_LENGTH, 1, 64 * GIB, false,
	  offsetof(struct jscope_limits, sequence_length) },
	{ "packet", "bytes of a packet", JSCOPE__CTF_PACKET_BYTES, KIB, 1024 * GIB, true,
	  offsetof(struct jscope_limits, packet_bytes) },
	{ "event", "bytes of an event, which must fit into memory (less with many streams)",
	  JSCOPE__CTF_EVENT_BYTES, 128 * KIB, 4 * GIB, true,
	  offsetof(struct jscope_limits, event_bytes) },
	{ .name = NULL },
};

static const char units[] = "KMGT";

const char *jscope_limit_format(char text[JSCOPE_LIMIT_TEXT_SIZE], uint64_t value)
{
	char unit[2] = "";

	for (size_t i = 0; units[i] && value && value % 1024 == 0; i++) {
		value /= 1024;
		unit[0] = units[i];
	}
	snprintf(text, JSCOPE_LIMIT_TEXT_SIZE, "%" PRIu64 "%s", value, unit);
	return text;
}

/* What a letter multiplies by, 0 where it is no unit. */
static uint64_t unit_factor(char letter)
{
	uint64_t factor = 1;

	for (size_t i = 0; units[i]; i++) {
		factor *= 1024;
		if (toupper((unsigned char)letter) == units[i])
			return factor;
	}
	return 0;
}

/* "8G" up to the end of the item. */
static bool value_parse(const char *text, size_t length, uint64_t *ret_value)
{
	uint64_t value, factor = 0;
	char *end;

	if (!length || !isdigit((unsigned char)*text))
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno)
		return false;
	if (end < text + length)
		factor = unit_factor(*end++);
	if (factor && __builtin_mul_overflow(value, factor, &value))
		return false;
	*ret_value = value;
	return end == text + length && (factor || isdigit((unsigned char)end[-1]));
}

static int value_set(const struct jscope_limit *limit, const char *text, size_t length,
		     struct jscope_limits *limits)
{
	char low[JSCOPE_LIMIT_TEXT_SIZE], high[JSCOPE_LIMIT_TEXT_SIZE];
	uint64_t value;

	if (!value_parse(text, length, &value))
		return jscope_error(-EINVAL,
				    "The limit '%s' takes a number such as 100 or 64M, not '%.*s'.",
				    limit->name, (int)length, text);
	if (value < limit->minimum || value > limit->maximum)
		return jscope_error(-EINVAL, "The limit '%s' takes %s to %s, not '%.*s'.",
				    limit->name, jscope_limit_format(low, limit->minimum),
				    jscope_limit_format(high, limit->maximum), (int)length, text);
	*(uint64_t *)((char *)limits + limit->offset) = value;
	return 0;
}

/* One "NAME=VALUE". */
static int item_parse(const char *item, size_t length, struct jscope_limits *limits)
{
	const struct jscope_limit *limit = jscope_limit_table;
	const char *equal = memchr(item, '=', length);

	if (!equal)
		return jscope_error(-EINVAL,
				    "Limits are a list such as packet=8G,event=64M, not '%.*s'.",
				    (int)length, item);
	for (; limit->name; limit++) {
		if (strlen(limit->name) == (size_t)(equal - item) &&
		    !memcmp(limit->name, item, (size_t)(equal - item)))
			return value_set(limit, equal + 1, length - (size_t)(equal + 1 - item),
					 limits);
	}
	return jscope_error(-EINVAL, "There is no limit '%.*s'; the manual page names them.",
			    (int)(equal - item), item);
}

int jscope_limits_parse(const char *list, struct jscope_limits *limits)
{
	int error = 0;

	while (!error && *list) {
		const size_t length = strcspn(list, ",");

		error = item_parse(list, length, limits);
		list += length + (list[length] == ',');
	}
	return error;
}
