/* Values of keys, from their text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "section.h"

/* A whole decimal number and nothing else. */
static int parse_integer(const char *text, int64_t *ret_value)
{
	char *end_of_number;
	int64_t value;

	if (text[strspn(text, "-0123456789")] != '\0')
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end_of_number, 10);
	if (end_of_number == text || *end_of_number || errno)
		return -EINVAL;
	*ret_value = value;
	return 0;
}

static int parse_bool(const char *text, bool *ret_value)
{
	const bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return -EINVAL;
	*ret_value = yes;
	return 0;
}

static int parse_chance(const char *text, double *ret_value)
{
	char *end_of_number;
	double value;

	if (text[0] == '\0' || text[strspn(text, "0123456789.")] != '\0')
		return -EINVAL;
	value = strtod(text, &end_of_number);
	if (*end_of_number || !(value >= 0 && value <= 1))
		return -EINVAL;
	*ret_value = value;
	return 0;
}

static int parse_word(const char *text, const char *const *words, uint32_t *ret_index)
{
	for (uint32_t i = 0; words[i]; i++)
		if (strcmp(words[i], text) == 0) {
			*ret_index = i;
			return 0;
		}
	return -EINVAL;
}

static int parse_name(const char *text, char *name)
{
	const size_t length = strlen(text);

	if (length == 0 || length >= JSCOPE_NAME_SIZE)
		return -EINVAL;
	memcpy(name, text, length + 1);
	return 0;
}

static int parse_fault(const char *text, enum jscope_fault_kind *ret_kind)
{
	for (int kind = 0; kind < JSCOPE_FAULT_COUNT; kind++)
		if (strcmp(jscope_fault_name(kind), text) == 0) {
			*ret_kind = kind;
			return 0;
		}
	return -EINVAL;
}

static int set_number(void *place, const struct jscope__key *key, const char *text)
{
	int64_t value = 0;
	int error = key->type == JSCOPE__KEY_DURATION ? jscope_ns_parse(text, &value)
						      : parse_integer(text, &value);

	if (error || value < key->min || value > key->max)
		return -EINVAL;
	if (key->type == JSCOPE__KEY_U32)
		*(uint32_t *)place = (uint32_t)value;
	else if (key->type == JSCOPE__KEY_I32)
		*(int32_t *)place = (int32_t)value;
	else
		*(int64_t *)place = value;
	return 0;
}

int jscope__value_set(struct jscope_scenario *scenario, void *element,
		      const struct jscope__key *key, const char *text, const char *directory)
{
	void *place = (char *)element + key->offset;

	switch (key->type) {
	case JSCOPE__KEY_U32:
	case JSCOPE__KEY_I32:
	case JSCOPE__KEY_I64:
	case JSCOPE__KEY_DURATION:
		return set_number(place, key, text);
	case JSCOPE__KEY_BOOL:
		return parse_bool(text, place);
	case JSCOPE__KEY_CHANCE:
		return parse_chance(text, place);
	case JSCOPE__KEY_WORD:
		return parse_word(text, key->words, place);
	case JSCOPE__KEY_NAME:
		return parse_name(text, place);
	case JSCOPE__KEY_FAULT:
		return parse_fault(text, place);
	case JSCOPE__KEY_DISTRIBUTION:
		return jscope__distribution_parse(scenario, text, key->max, directory, place);
	}
	return -EINVAL;
}
