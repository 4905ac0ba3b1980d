/* Distributions, from the text of a scenario. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "samples.h"
#include "section.h"

/* "+ sine FREQUENCY AMPLITUDE" */
#define SINE_WORDS 4

/* A law has up to 5, "max T" 2. */
#define WORDS_MAX (7 + JSCOPE_SINES_MAX * SINE_WORDS)

#define FREQUENCY_MAX_HZ 1e6

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

/* "37.5Hz" or "2kHz". */
static int parse_frequency(const char *text, double *ret_hz)
{
	const size_t digits = strspn(text, "0123456789.");
	const char *unit = text + digits;
	char *end_of_number;
	double hz;

	if (digits == 0 || (strcmp(unit, "Hz") != 0 && strcmp(unit, "kHz") != 0))
		return -EINVAL;
	hz = strtod(text, &end_of_number) * (*unit == 'k' ? 1e3 : 1);
	if (end_of_number != unit || !(hz > 0 && hz <= FREQUENCY_MAX_HZ))
		return -EINVAL;
	*ret_hz = hz;
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

/* What follows the law, from the last one on. */
static int parse_sines(char **words, unsigned *word_count, struct jscope_distribution *distribution)
{
	while (*word_count > SINE_WORDS && strcmp(words[*word_count - SINE_WORDS], "+") == 0) {
		char **sine_words = words + (*word_count -= SINE_WORDS);
		struct jscope_sine *sine;
		jscope_ns amplitude_ns;

		if (distribution->sine_count == JSCOPE_SINES_MAX ||
		    strcmp(sine_words[1], "sine") != 0)
			return -EINVAL;
		sine = &distribution->sines[distribution->sine_count++];
		if (parse_frequency(sine_words[2], &sine->frequency_hz) != 0 ||
		    parse_duration(sine_words[3], distribution->max_ns, &amplitude_ns) != 0)
			return -EINVAL;
		sine->amplitude_ns = (double)amplitude_ns;
	}
	return 0;
}

/* "LAW [+ sine FREQUENCY AMPLITUDE]..." */
static int parse_sum(struct jscope_scenario *scenario, char **words, unsigned word_count,
		     const char *directory, struct jscope_distribution *distribution)
{
	int error = parse_sines(words, &word_count, distribution);

	if (!error)
		error = parse_words(scenario, words, word_count, directory, distribution);
	/* Nothing is drawn of NONE. */
	if (!error && distribution->sine_count > 0 &&
	    distribution->kind == JSCOPE_DISTRIBUTION_NONE)
		distribution->kind = JSCOPE_DISTRIBUTION_CONSTANT;
	return error;
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
			error = parse_sum(scenario, words, count - 2, directory, &distribution);
	} else if (count > 0 && !word) {
		error = parse_sum(scenario, words, count, directory, &distribution);
	}
	free(copy);
	if (!error)
		*ret_distribution = distribution;
	return error;
}
