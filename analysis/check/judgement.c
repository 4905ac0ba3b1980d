/* A judgement of a gate in words, for all formats. */
#include <stdio.h>
#include <string.h>

#include "common/ns.h"
#include "compared.h"

#define NUMBER_SIZE 40

enum jscope_gate_verdict jscope__compare_verdict(const struct jscope_compare *compare)
{
	static const enum jscope_gate_verdict worst_first[] = {
		JSCOPE_GATE_INVALID,
		JSCOPE_GATE_FAIL,
		JSCOPE_GATE_INSUFFICIENT,
	};

	for (size_t i = 0; i < sizeof worst_first / sizeof worst_first[0]; i++)
		if (jscope_compare_verdicts(compare, worst_first[i]) > 0)
			return worst_first[i];
	return JSCOPE_GATE_PASS;
}

char *jscope__judgement_owner(const struct jscope__judgement *judgement,
			      char text[JSCOPE__OWNER_SIZE])
{
	if (judgement->figure)
		return jscope__owner_write(text, judgement->figure->section,
					   judgement->figure->device, judgement->figure->stream);
	if (judgement->tally)
		return jscope__owner_write(text, judgement->tally->section,
					   judgement->tally->device, judgement->tally->stream);
	snprintf(text, JSCOPE__OWNER_SIZE, "%s", judgement->condition->owner);
	return text;
}

static const char *number_write(char text[NUMBER_SIZE], bool is_time, bool is_known, double number)
{
	if (!is_known)
		snprintf(text, NUMBER_SIZE, "?");
	else if (is_time)
		jscope_ns_format(text, jscope_ns_of_real(number));
	else
		snprintf(text, NUMBER_SIZE, "%.15g", number);
	return text;
}

char *jscope__judgement_write(const struct jscope__judgement *judgement,
			      char text[JSCOPE__FOUND_SIZE])
{
	const bool is_time = judgement->is_time;
	char value[NUMBER_SIZE], bound[NUMBER_SIZE], low[NUMBER_SIZE], high[NUMBER_SIZE];

	*text = '\0';
	if (!judgement->has_value)
		return text;
	number_write(value, is_time, true, judgement->value);
	number_write(bound, is_time, true, judgement->bound);
	number_write(low, is_time, judgement->has_low, judgement->low);
	number_write(high, is_time, judgement->has_high, judgement->high);
	if (strcmp(low, high) == 0 && judgement->has_low)
		snprintf(text, JSCOPE__FOUND_SIZE, "%s, bound %s", value, bound);
	else
		snprintf(text, JSCOPE__FOUND_SIZE, "%s (%s .. %s), bound %s", value, low, high,
			 bound);
	return text;
}
