/* The reference page of scenarios, made from the tables. */
#include <inttypes.h>
#include <stdio.h>

#include "section.h"

static void print_distribution(FILE *stream, const struct jscope_distribution *distribution)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	fputs(distribution->kind == JSCOPE_DISTRIBUTION_NONE
		      ? "0"
		      : jscope_ns_format(text, (jscope_ns)distribution->a),
	      stream);
}

static void print_duration(FILE *stream, jscope_ns ns)
{
	char text[JSCOPE_NS_TEXT_SIZE];

	fputs(ns ? jscope_ns_format(text, ns) : "–", stream);
}

/* What holds where the key is left out. */
static void print_default(FILE *stream, const struct jscope__section *section,
			  const struct jscope__key *key)
{
	const void *place = (const char *)section->defaults + key->offset;

	switch (key->type) {
	case JSCOPE__KEY_U32:
		fprintf(stream, "%" PRIu32, *(const uint32_t *)place);
		break;
	case JSCOPE__KEY_I32:
		fprintf(stream, "%" PRId32, *(const int32_t *)place);
		break;
	case JSCOPE__KEY_I64:
		fprintf(stream, "%" PRId64, *(const int64_t *)place);
		break;
	case JSCOPE__KEY_DURATION:
		print_duration(stream, *(const jscope_ns *)place);
		break;
	case JSCOPE__KEY_BOOL:
		fputs(*(const bool *)place ? "yes" : "no", stream);
		break;
	case JSCOPE__KEY_CHANCE:
		fprintf(stream, "%g", *(const double *)place);
		break;
	case JSCOPE__KEY_WORD:
		fputs(key->words[*(const uint32_t *)place], stream);
		break;
	case JSCOPE__KEY_NAME:
	case JSCOPE__KEY_FAULT:
		fputs("–", stream);
		break;
	case JSCOPE__KEY_DISTRIBUTION:
		print_distribution(stream, place);
		break;
	}
}

static void print_section(FILE *stream, const struct jscope__section *section)
{
	fprintf(stream, "\n## `[%s%s]`\n\n| key | what | value | left out |\n|---|---|---|---|\n",
		section->name, section->named ? " NAME" : "");
	for (unsigned i = 0; i < section->key_count; i++) {
		const struct jscope__key *key = &section->keys[i];
		const bool is_distribution = key->type == JSCOPE__KEY_DISTRIBUTION;

		fprintf(stream, "| `%s` | %s | %s | ", key->name, key->sentence,
			is_distribution ? "a duration or a distribution" : key->what);
		print_default(stream, section, key);
		fputs(" |\n", stream);
	}
}

static void print_faults(FILE *stream)
{
	fputs("\n## Kinds of faults\n\n| kind | what goes wrong |\n|---|---|\n", stream);
	for (int kind = 0; kind < JSCOPE_FAULT_COUNT; kind++)
		fprintf(stream, "| `%s` | %s |\n", jscope_fault_name(kind),
			jscope_fault_sentence(kind));
}

void jscope_scenario_reference(FILE *stream)
{
	fputs("# Scenarios\n\n"
	      "Made from the tables of the program by `jitterscope --scenarios`; do not edit.\n\n"
	      "A scenario is an INI file: sections of `key = value`, comments after `;` or `#`. It says\n"
	      "which devices there are, who their clients are, how long everything takes and what goes\n"
	      "wrong. `include = FILE` before the first section reads another scenario first, whose keys\n"
	      "may be given anew. A section may have a name, `[stream main]`, and may then be there several\n"
	      "times; delays and faults refer to devices by that name.\n\n"
	      "A **distribution** is a duration, or one of `uniform 1us 20us`, `normal 50us 10us` (mean,\n"
	      "standard deviation), `lognormal 20us 0.5` (median, sigma), `exponential 5us` (mean),\n"
	      "`pareto 5us 1.5` (minimum, shape), `burst 5us 2ms 100ms 10ms` (usually, within a burst, mean\n"
	      "distance of bursts, their length) and `empirical FILE.csv COLUMN` (nanoseconds of a recorded\n"
	      "session, as `jitterscope replay --format csv` writes them). Up to four of `+ sine 37Hz 15us`\n"
	      "(frequency, amplitude) add what comes and goes with the time of the machine, as in\n"
	      "`normal 50us 10us + sine 37Hz 15us`. `max 1ms` at the end cuts it.\n",
	      stream);
	for (size_t i = 0; jscope__sections[i]; i++)
		print_section(stream, jscope__sections[i]);
	print_faults(stream);
}
