/* Distributions, from the text of a scenario. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "samples.h"
#include "section.h"

#define WORDS_MAX 8

/* What stands behind the name of a law: 't' a duration, 's' a shape (a bare number above 0). */
static const struct law {
	const char *name;
	enum jscope_distribution_kind kind;
	const char *parameters;
} laws[] = {
	{ "constant", JSCOPE_DISTRIBUTION_CONSTANT, "t" },
	{ "uniform", JSCOPE_DISTRIBUTION_UNIFORM, "tt" },
	{ "normal", JSCOPE_DISTRIBUTION_NORMAL, "tt" },
	{ "lognormal", JSCOPE_DISTRIBUTION_LOGNORMAL, "ts" },
	{ "exponential", JSCOPE_DISTRIBUTION_EXPONENTIAL, "t" },
	{ "pareto", JSCOPE_DISTRIBUTION_PARETO, "ts" },
	{ "burst", JSCOPE_DISTRIBUTION_BURST, "tttt" },
};

static int parse_duration(const char *text, int64_t max_ns, jscope_ns *ret_ns)
{
	jscope_ns ns;

	if (jscope_ns_parse(text, &ns) != 0 || ns < 0 || ns > max_ns)
		return -EINVAL;
	*ret_ns = ns;
	return 0;
}

static int parse_shape(const char *text, double *ret_shape)
{
	char *end_of_number;
	double shape;

	if (text[strspn(text, "0123456789.")] != '\0')
		return -EINVAL;
	shape = strtod(text, &end_of_number);
	if (end_of_number == text || *end_of_number || !(shape > 0 && shape <= 100))
		return -EINVAL;
	*ret_shape = shape;
	return 0;
}

static int parse_parameter(char type, const char *word, int64_t max_ns, double *ret_value)
{
	jscope_ns ns = 0;
	int error;

	if (type == 's')
		return parse_shape(word, ret_value);
	error = parse_duration(word, max_ns, &ns);
	if (!error)
		*ret_value = (double)ns;
	return error;
}

static int parse_law(const struct law *law, char **words, unsigned word_count, int64_t max_ns,
		     struct jscope_distribution *distribution)
{
	double values[4] = { 0 };

	if (word_count != strlen(law->parameters))
		return -EINVAL;
	for (unsigned i = 0; i < word_count; i++)
		if (parse_parameter(law->parameters[i], words[i], max_ns, &values[i]) != 0)
			return -EINVAL;
	distribution->kind = law->kind;
	distribution->a = values[0];
	distribution->b = values[1];
	distribution->every_ns = (jscope_ns)values[2];
	distribution->length_ns = (jscope_ns)values[3];
	if (law->kind == JSCOPE_DISTRIBUTION_UNIFORM && values[1] < values[0])
		return -EINVAL;
	if (law->kind == JSCOPE_DISTRIBUTION_BURST && (values[2] <= 0 || values[3] <= 0))
		return -EINVAL;
	return 0;
}

static int parse_empirical(struct jscope_scenario *scenario, char **words, unsigned word_count,
			   const char *directory, struct jscope_distribution *distribution)
{
	if (word_count != 2)
		return -EINVAL;
	distribution->kind = JSCOPE_DISTRIBUTION_EMPIRICAL;
	return jscope__samples_read(scenario, directory, words[0], words[1], &distribution->samples,
				    &distribution->sample_count);
}

static int parse_words(struct jscope_scenario *scenario, char **words, unsigned word_count,
		       const char *directory, struct jscope_distribution *distribution)
{
	jscope_ns ns;

	if (word_count == 1 && parse_duration(words[0], distribution->max_ns, &ns) == 0) {
		distribution->kind = ns ? JSCOPE_DISTRIBUTION_CONSTANT : JSCOPE_DISTRIBUTION_NONE;
		distribution->a = (double)ns;
		return 0;
	}
	if (strcmp(words[0], "empirical") == 0)
		return parse_empirical(scenario, words + 1, word_count - 1, directory,
				       distribution);
	for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++)
		if (strcmp(words[0], laws[i].name) == 0)
			return parse_law(&laws[i], words + 1, word_count - 1, distribution->max_ns,
					 distribution);
	return -EINVAL;
}

int jscope__distribution_parse(struct jscope_scenario *scenario, const char *text, int64_t max_ns,
			       const char *directory, struct jscope_distribution *ret_distribution)
{
	struct jscope_distribution distribution = { .max_ns = max_ns };
	char *copy = strdup(text), *rest = copy, *word, *words[WORDS_MAX];
	unsigned count = 0;
	int error = -EINVAL;

	if (!copy)
		return -ENOMEM;
	while ((word = strtok_r(rest, " \t", &rest)) && count < WORDS_MAX)
		words[count++] = word;
	if (count >= 3 && strcmp(words[count - 2], "max") == 0) {
		if (parse_duration(words[count - 1], max_ns, &distribution.max_ns) == 0)
			error = parse_words(scenario, words, count - 2, directory, &distribution);
	} else if (count > 0 && !word) {
		error = parse_words(scenario, words, count, directory, &distribution);
	}
	free(copy);
	if (!error)
		*ret_distribution = distribution;
	return error;
}
